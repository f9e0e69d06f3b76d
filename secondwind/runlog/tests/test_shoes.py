"""Shoes: mileage to the metre, the usual one, photos, putting away, and whose they are."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from secondwind.runlog import queries
from secondwind.runlog.models import Run, Shoe, ShoeUse, SurfacePart

DAY = date(2026, 3, 12)
GPS = 34853  # the tag of the place in EXIF


def photo():
    exif = Image.Exif()
    exif[271] = "SpyCam Deluxe"
    exif.get_ifd(GPS)[2] = (52.0, 31.0, 12.0)
    out = BytesIO()
    Image.new("RGB", (60, 40), "darkgreen").save(out, "JPEG", exif=exif)
    return SimpleUploadedFile("shoe.jpg", out.getvalue(), "image/jpeg")


def used(owner):
    rows = queries.shoes_of(owner).values("name", "used_m")  # type: ignore[misc]  # the query adds `used_m`
    return {row["name"]: round(row["used_m"]) for row in rows}


# --- Mileage -----------------------------------------------------------------------------------------------


def test_mileage_is_what_was_before_and_each_share_of_each_run(as_, alice, a_run, a_shoe):
    first, second = a_shoe(alice, "A", before_m=100_000), a_shoe(alice, "B")
    one, two = a_run(alice, DAY, distance_m=10_001), a_run(alice, DAY, distance_m=21_097.5)
    ShoeUse.objects.create(run=one, shoe=first)
    ShoeUse.objects.create(run=two, shoe=first, share=0.25)
    ShoeUse.objects.create(run=two, shoe=second, share=0.75)
    ShoeUse.objects.create(run=a_run(alice, DAY, distance_m=None), shoe=second)
    assert used(alice) == {"A": 100_000 + 10_001 + 5274, "B": 15_823}
    one.delete()
    assert used(alice) == {"A": 105_274, "B": 15_823}


def test_surfaces_of_a_shoe_sum_to_its_runs(alice, a_run, a_shoe):
    shoe = a_shoe(alice, before_m=5000)
    run = a_run(alice, DAY, surface="trail")
    SurfacePart.objects.create(run=run, surface="trail", share=0.7)
    SurfacePart.objects.create(run=run, surface="road", share=0.3)
    ShoeUse.objects.create(run=run, shoe=shoe, share=0.5)
    ShoeUse.objects.create(run=a_run(alice, DAY, surface="road"), shoe=shoe)
    ShoeUse.objects.create(run=a_run(alice, DAY), shoe=shoe)
    grounds = queries.grounds_of_shoes(alice)[shoe.pk]
    assert grounds == pytest.approx({"trail": 3500, "road": 11_500, "": 10_000})


def test_miles_are_shown_to_who_wants_them(as_, make_user, a_shoe):
    carol = make_user("carol", units="mi")
    shoe = a_shoe(carol, before_m=160_934.4)
    assert "100 mi" in as_(carol).get(f"/log/shoes/{shoe.pk}/").content.decode()
    as_(carol).post(
        f"/log/shoes/{shoe.pk}/edit/", {"name": "Peregrine", "before": "200", "look_again_at": "400"}
    )
    shoe.refresh_from_db()
    assert shoe.before_m == pytest.approx(321_868.8)
    assert shoe.look_again_at_m == pytest.approx(643_737.6)


# --- Keeping -----------------------------------------------------------------------------------------------


def test_a_pair_is_added_with_its_photo_made_anew(as_, alice, bob):
    client = as_(alice)
    response = client.post(
        "/log/shoes/new/",
        {"name": "Peregrine", "default_for": "trail", "in_use_since": "2026-01-01", "before": "120",
         "look_again_at": "700", "note": "wide", "photo": photo()},
    )  # fmt: skip
    shoe = Shoe.objects.get()
    assert (response.status_code, response["Location"]) == (303, f"/log/shoes/{shoe.pk}/")
    assert (shoe.before_m, shoe.look_again_at_m, shoe.default_for) == (120_000, 700_000, "trail")
    shown = client.get(f"/log/shoes/{shoe.pk}/photo/")
    assert b"SpyCam" not in shown.content
    with Image.open(BytesIO(shown.content)) as image:
        assert (image.format, image.size, dict(image.getexif())) == ("WEBP", (60, 40), {})
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in shown["Cache-Control"]
    assert as_(bob).get(f"/log/shoes/{shoe.pk}/photo/").status_code == 404


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"name": ""}, "name", "required"),
        ({"name": "Taken"}, "name", "already"),
        ({"before": "far"}, "before", "as a number"),
        ({"look_again_at": "-5"}, "look_again_at", "as a number"),
        ({"default_for": "lava"}, "default_for", "Select a valid choice"),
        ({"in_use_since": "x"}, "in_use_since", "valid date"),
        ({"photo": SimpleUploadedFile("a.svg", b"<svg/>")}, "photo", "not a picture"),
    ],
)
def test_bad_input_gets_a_sentence_and_stays(as_, alice, a_shoe, fields, field, sentence):
    a_shoe(alice, "Taken")
    response = as_(alice).post("/log/shoes/new/", {"name": "New", "note": "my words"} | fields)
    assert response.status_code == 422
    assert sentence in " ".join(response.context["form"].errors[field])
    assert "my words" in response.content.decode()
    assert Shoe.objects.count() == 1


def test_two_people_may_call_a_shoe_the_same(as_, alice, bob, a_shoe):
    a_shoe(bob, "Peregrine")
    assert as_(alice).post("/log/shoes/new/", {"name": "Peregrine"}).status_code == 303


def test_of_a_surface_there_is_one_usual_shoe_and_the_newest_choice_wins(as_, alice, bob, a_shoe):
    old, others = a_shoe(alice, "Old", default_for="road"), a_shoe(bob, "B", default_for="road")
    as_(alice).post("/log/shoes/new/", {"name": "New", "default_for": "road"})
    old.refresh_from_db(), others.refresh_from_db()
    assert (old.default_for, others.default_for) == ("", "road")
    assert Shoe.objects.get(name="New").default_for == "road"


def test_a_new_photo_takes_the_old_ones_place_and_one_can_be_removed(
    as_, alice, django_capture_on_commit_callbacks
):
    client = as_(alice)
    client.post("/log/shoes/new/", {"name": "A", "photo": photo()})
    shoe = Shoe.objects.get()
    first = str(shoe.photo.name)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/log/shoes/{shoe.pk}/edit/", {"name": "A", "photo": photo()})
    shoe.refresh_from_db()
    second = str(shoe.photo.name)
    assert not default_storage.exists(first)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/log/shoes/{shoe.pk}/edit/", {"name": "A"})
    assert default_storage.exists(second)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/log/shoes/{shoe.pk}/edit/", {"name": "A", "without_photo": "on"})
    assert not default_storage.exists(second)
    assert client.get(f"/log/shoes/{shoe.pk}/photo/").status_code == 404


# --- Looking at it, putting it away ------------------------------------------------------------------------


def test_a_reminder_comes_at_the_distance_the_owner_chose_with_what_is_known(as_, alice, a_run, a_shoe):
    shoe = a_shoe(alice, before_m=690_000, look_again_at_m=700_000)
    client = as_(alice)
    a_run(alice, timezone.localdate())
    assert "Time to look at" not in client.get("/log/").content.decode()
    ShoeUse.objects.create(run=Run.objects.get(), shoe=shoe)
    assert "Time to look at" in client.get("/log/").content.decode()
    page = client.get(f"/log/shoes/{shoe.pk}/").content.decode()
    assert "you asked to be reminded at 700 km" in page
    assert "No distance is proven" in page
    assert "expert judgement" in page


def test_a_pair_is_put_away_with_a_note_and_taken_up_again(as_, alice, a_run, a_shoe):
    shoe = a_shoe(alice, default_for="road")
    ShoeUse.objects.create(run=a_run(alice, DAY), shoe=shoe)
    client = as_(alice)
    client.post(f"/log/shoes/{shoe.pk}/retire/", {"on": "2026-03-20", "why": "flat foam"})
    shoe.refresh_from_db()
    assert (shoe.retired_on, shoe.why_retired, shoe.default_for) == (date(2026, 3, 20), "flat foam", "")
    assert "flat foam" in client.get("/log/shoes/").content.decode()
    assert used(alice) == {"Peregrine": 10_000}
    client.post(f"/log/shoes/{shoe.pk}/take-up/")
    shoe.refresh_from_db()
    assert shoe.retired_on is None


def test_nothing_is_put_away_tomorrow(as_, alice, a_shoe):
    shoe = a_shoe(alice)
    when = (timezone.localdate() + timedelta(days=1)).isoformat()
    response = as_(alice).post(f"/log/shoes/{shoe.pk}/retire/", {"on": when, "why": "x"})
    assert response.status_code == 422
    assert "a day that has come" in response.content.decode()


def test_a_deleted_pair_leaves_its_runs(as_, alice, a_run, a_shoe):
    shoe = a_shoe(alice)
    ShoeUse.objects.create(run=a_run(alice, DAY), shoe=shoe)
    client = as_(alice)
    assert "Its 1 run stay" in client.get(f"/log/shoes/{shoe.pk}/delete/").content.decode()
    client.post(f"/log/shoes/{shoe.pk}/delete/")
    assert (Shoe.objects.count(), Run.objects.count()) == (0, 1)


def test_pairs_in_parallel_are_those_of_the_last_thirty_days_with_the_source(as_, alice, a_run, a_shoe):
    today = timezone.localdate()
    for name, days in (("A", 1), ("B", 29), ("C", 31)):
        ShoeUse.objects.create(run=a_run(alice, today - timedelta(days=days)), shoe=a_shoe(alice, name))
    response = as_(alice).get("/log/shoes/")
    assert [shoe.name for shoe in response.context["parallel"]] == ["A", "B"]
    page = response.content.decode()
    assert "Malisoux et al. 2015" in page
    assert "10.1111/sms.12154" in page
    assert "0.39 to 0.97" in page


# --- Whose -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "page"),
    [("get", ""), ("get", "edit/"), ("post", "edit/"), ("post", "retire/"), ("post", "take-up/"),
     ("get", "delete/"), ("post", "delete/"), ("get", "photo/")],
)  # fmt: skip
def test_anothers_shoe_is_not_there_for_moderators_neither(as_, alice, bob, mia, a_shoe, method, page):
    shoe = a_shoe(alice)
    for other in (bob, mia):
        assert getattr(as_(other), method)(f"/log/shoes/{shoe.pk}/{page}", {"name": "x"}).status_code == 404
    assert Shoe.objects.get().name == "Peregrine"


@pytest.mark.parametrize("page", ["retire", "take-up"])
def test_looking_changes_nothing(as_, alice, a_shoe, page):
    assert as_(alice).get(f"/log/shoes/{a_shoe(alice).pk}/{page}/").status_code == 405
