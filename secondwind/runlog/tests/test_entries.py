"""A run by hand: what may be typed, what comes of it, what is said when it cannot be read."""

from contextlib import suppress
from datetime import UTC, date, datetime, time

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from secondwind.runlog import typed
from secondwind.runlog.forms import shares_of
from secondwind.runlog.models import Original, Run, ShoeUse, Track

DAY = date(2026, 3, 12)


def page_of(response):
    return response.content.decode()


def fields_of(client, address):
    """The fields of a page's form as a browser would send them back untouched."""
    form = client.get(address).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: _sent(value) for name, value in values.items() if value is not None}


def _sent(value):
    if isinstance(value, date):
        return value.isoformat()
    return value.strftime("%H:%M") if isinstance(value, time) else str(value)


# --- What may be typed ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("45", 2700), ("45:10", 2710), ("1:02:03", 3723), ("1h05", 3900), ("1h 5m 3s", 3903), ("2 h", 7200),
        ("45 min", 2700), ("45'10\"", 2710), ("90s", 90), ("1.5 h", 5400), ("100:00", 6000),
    ],
)  # fmt: skip
def test_a_time_is_read_as_runners_write_it(text, seconds):
    assert typed.time_s(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "abc", "45.10", "1:75", "1:02:99", "5m 2h", "45 abc", "0", "-5", "9999h"]
)
def test_a_time_that_cannot_be_read_is_refused_with_an_example(text):
    with pytest.raises(typed.Unclear, match=r"45|30 days"):
        typed.time_s(text)


def test_two_numbers_are_hours_where_minutes_cannot_be():
    assert typed.time_s("1:30", 15_000) == 5400
    assert typed.time_s("1:30", 400) == 90
    assert typed.time_s("45:10", 10_000) == 2710


@pytest.mark.parametrize(
    ("text", "unit", "metres"),
    [
        ("10", "km", 10_000), ("10", "mi", 16_093.44), ("5k", "mi", 5000), ("10,5", "km", 10_500),
        ("3 mi", "km", 4828.032), ("800 m", "km", 800), ("Half Marathon", "mi", 21_097.5),
    ],
)  # fmt: skip
def test_a_distance_is_read_with_or_without_its_unit(text, unit, metres):
    assert typed.distance_m(text, unit) == pytest.approx(metres)


@pytest.mark.parametrize("text", ["x", "0", "-5", "5kx", "5 m", "1e9", "99999999", "²"])
def test_a_distance_that_cannot_be_read_is_refused(text):
    with pytest.raises(typed.Unclear):
        typed.distance_m(text)


@given(st.text(max_size=40))
def test_no_text_breaks_the_readers(text):
    for read in (typed.distance_m, typed.time_s):
        with suppress(typed.Unclear):
            assert 0 < read(text) < 1e8
    typed.both(text)


@given(
    st.sampled_from(["", "a", "b"]),
    st.dictionaries(st.sampled_from("abcd"), st.integers(1, 60), max_size=3),
)
def test_shares_that_are_taken_make_a_whole(main, percents):
    try:
        shares = shares_of(main, percents, whole=True)
    except ValidationError:
        return
    assert not shares or sum(shares.values()) == pytest.approx(1)
    assert all(share > 0 for share in shares.values())


# --- Fifteen seconds -----------------------------------------------------------------------------------


def test_distance_and_time_are_enough_and_the_day_is_filled_in(as_, alice):
    client = as_(alice)
    fields = fields_of(client, "/log/new/")
    assert fields["day"] == timezone.localdate().isoformat()
    response = client.post("/log/new/", fields | {"distance": "10", "time": "45:10"})
    run = Run.objects.get()
    assert (response.status_code, response["Location"]) == (303, f"/log/#run-{run.pk}")
    assert (run.owner, run.distance_m, run.elapsed_s, run.day) == (alice, 10_000, 2710, timezone.localdate())
    assert "Kept: 10.0 km in 45:10, 4:31 /km." in page_of(client.get("/log/"))


@pytest.mark.parametrize("field", ["time", "distance"])
def test_all_at_once_goes_into_either_field(as_, alice, field):
    as_(alice).post("/log/new/", {"day": "2026-03-12", "unit": "km", "sport": "running", field: "5k in 25"})
    run = Run.objects.get()
    assert (run.distance_m, run.elapsed_s) == (5000, 1500)


def test_without_an_hour_nobody_shows_one(as_, alice):
    as_(alice).post("/log/new/", {"day": "2026-03-12", "unit": "km", "sport": "running", "distance": "5"})
    run = Run.objects.get()
    assert (run.start, run.offset_s, run.day) == (datetime(2026, 3, 12, 12, tzinfo=UTC), None, DAY)
    for address in (f"/log/runs/{run.pk}/", "/log/", "/log/day/2026-03-12/"):
        assert "12:00<" not in page_of(as_(alice).get(address))


def test_the_hour_is_of_the_owners_clock(as_, make_user):
    carol = make_user("carol", time_zone="America/New_York", units="mi")
    as_(carol).post(
        "/log/new/",
        {"day": "2026-03-12", "at": "22:30", "unit": "mi", "sport": "running", "distance": "6.2"},
    )
    run = Run.objects.get()
    assert run.start == datetime(2026, 3, 13, 2, 30, tzinfo=UTC)
    assert (run.offset_s, run.day) == (-4 * 3600, DAY)
    assert run.distance_m == pytest.approx(6.2 * 1609.344)


def test_everything_else_is_kept_too(as_, alice, a_shoe):
    a_shoe(alice, "Peregrine"), a_shoe(alice, "Kinvara")
    first, second = alice.shoes.order_by("pk")
    as_(alice).post(
        "/log/new/",
        {
            "day": "2026-03-12", "distance": "20", "unit": "km", "time": "2h", "sport": "running",
            "name": "Ridge", "notes": "Mud.\r\nMore mud.", "rpe": "7", "feeling": "4", "weather": "sleet",
            "climb": "640", "heart_rate": "151", "surface": "trail", "surface_road": "25",
            "shoe": str(first.pk), f"shoe_{second.pk}": "40",
        },
    )  # fmt: skip
    run = Run.objects.get()
    assert (run.name, run.notes, run.weather) == ("Ridge", "Mud.\nMore mud.", "sleet")
    assert (run.rpe, run.feeling, run.climb_m, run.heart_rate_bpm) == (7, 4, 640, 151)
    assert (run.surface, run.surface_source) == ("trail", "owner")
    assert {part.surface: part.share for part in run.surface_parts.all()} == {"trail": 0.75, "road": 0.25}
    assert {use.shoe.name: use.share for use in run.shoe_uses.all()} == {"Peregrine": 0.6, "Kinvara": 0.4}


def test_the_shoe_worn_last_is_preset(as_, alice, a_run, a_shoe):
    old, new = a_shoe(alice, "Old"), a_shoe(alice, "New")
    for day, shoe in ((date(2026, 1, 1), old), (date(2026, 2, 1), new)):
        ShoeUse.objects.create(run=a_run(alice, day), shoe=shoe)
    client = as_(alice)
    fields = fields_of(client, "/log/new/") | {"distance": "5"}
    assert "as usual (New was last)" in page_of(client.get("/log/new/"))
    client.post("/log/new/", fields)
    assert [use.shoe for use in Run.objects.order_by("-pk")[0].shoe_uses.all()] == [new]


def test_the_usual_shoe_of_the_surface_comes_before_the_last_one(as_, alice, a_run, a_shoe):
    trail = a_shoe(alice, "Trail", default_for="trail", in_use_since=date(2025, 1, 1))
    ShoeUse.objects.create(run=a_run(alice, date(2026, 2, 1)), shoe=a_shoe(alice, "Road"))
    fields = {"day": "2026-03-12", "distance": "5", "unit": "km", "sport": "running", "shoe": "usual"}
    as_(alice).post("/log/new/", fields | {"surface": "trail"})
    assert [use.shoe for use in Run.objects.order_by("-pk")[0].shoe_uses.all()] == [trail]


def test_a_shoe_kept_for_a_surface_says_what_the_run_was_on(as_, alice, a_shoe):
    shoe = a_shoe(alice, "Trail", default_for="trail")
    fields = {"day": "2026-03-12", "distance": "5", "unit": "km", "sport": "running", "shoe": str(shoe.pk)}
    as_(alice).post("/log/new/", fields)
    run = Run.objects.get()
    assert (run.surface, run.surface_source) == ("trail", "shoe")


def test_the_same_form_sent_twice_makes_one_run(as_, alice):
    client, fields = as_(alice), {"day": "2026-03-12", "distance": "5", "unit": "km", "sport": "running"}
    client.post("/log/new/", fields)
    again = client.post("/log/new/", fields, follow=True)
    assert "in your log already" in page_of(again)
    assert Run.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({}, "distance", "how far it was, or how long"),
        ({"distance": "ten"}, "distance", "as a number"),
        ({"distance": "10", "time": "soon"}, "time", "45:10"),
        ({"distance": "42", "time": "20:00:00:00"}, "time", "45:10"),
        ({"distance": "10", "time": "0:10:00", "at": "25:99"}, "at", "valid time"),
        ({"distance": "100", "time": "1:00"}, "time", "faster than anybody"),
        ({"distance": "10", "day": "2999-01-01"}, "day", "a day that has come"),
        ({"distance": "10", "day": "tomorrow"}, "day", "valid date"),
        ({"distance": "10", "climb": "-3"}, "climb", "greater than or equal"),
        ({"distance": "10", "climb": "nan"}, "climb", ""),
        ({"distance": "10", "rpe": "11"}, "rpe", "Select a valid choice"),
        ({"distance": "10", "surface": "lava"}, "surface", "Select a valid choice"),
        ({"distance": "10", "surface_road": "80", "surface_trail": "40"}, "surface", "120 %"),
        ({"distance": "10", "surface_road": "60"}, "surface", "Say above what the rest was on"),
        ({"distance": "10", "surface": "trail", "surface_road": "100"}, "surface", "leave nothing"),
        ({"distance": "10", "shoe": "12345"}, "shoe", "Select a valid choice"),
        ({"distance": "10", "name": "x" * 201}, "name", "at most 200"),
    ],
)
def test_bad_input_gets_a_sentence_beside_its_field_and_stays(as_, alice, fields, field, sentence):
    response = as_(alice).post(
        "/log/new/", {"day": "2026-03-12", "unit": "km", "sport": "running", "notes": "my words"} | fields
    )
    form = response.context["form"]
    assert response.status_code == 422
    assert field in form.errors
    assert sentence in " ".join(form.errors[field])
    assert "my words" in page_of(response)
    if given := fields.get(field):
        assert form[field].value() == given
    assert not Run.objects.exists()


# --- Editing -------------------------------------------------------------------------------------------


@pytest.fixture
def imported(alice, a_run):
    """A run from a watch, whose figures have more digits than a form shows."""
    run = a_run(
        alice, DAY, start=datetime(2026, 3, 12, 5, 30, 17, tzinfo=UTC), offset_s=3600, distance_m=10_123.456,
        elapsed_s=3723.75, moving_s=3600.25, climb_m=212.34, descent_m=208.9, heart_rate_bpm=148.6,
        switchbacks=12, grades=[[0, 2, 900.5]], best_efforts={"1000": 250.5}, laps=[[0, 300, 1000]],
        has_track=True, external_id="strava:1", name="Morning", notes="Line\nbreaks",
    )  # fmt: skip
    Track.objects.create(run=run, columns=b"columns")
    return run


def test_saving_an_edit_form_untouched_changes_nothing(as_, alice, a_shoe, imported):
    ShoeUse.objects.create(run=imported, shoe=a_shoe(alice, "A"), share=1 / 3)
    ShoeUse.objects.create(run=imported, shoe=a_shoe(alice, "B"), share=2 / 3)
    imported.surface_parts.create(surface="trail", share=0.123456)
    imported.surface_parts.create(surface="road", share=0.876544)
    Run.objects.filter(pk=imported.pk).update(surface="road", surface_source="owner")
    before = Run.objects.filter(pk=imported.pk).values().get()
    client, address = as_(alice), f"/log/runs/{imported.pk}/edit/"
    response = client.post(address, fields_of(client, address))
    assert response.status_code == 303, response.context["form"].errors
    after = Run.objects.filter(pk=imported.pk).values().get()
    assert {k: v for k, v in after.items() if k != "edited_at"} == {
        k: v for k, v in before.items() if k != "edited_at"
    }
    assert sorted(imported.shoe_uses.values_list("share", flat=True)) == [1 / 3, 2 / 3]
    assert sorted(imported.surface_parts.values_list("share", flat=True)) == [0.123456, 0.876544]


def test_what_is_typed_anew_changes_and_the_measured_terrain_stays(as_, alice, imported):
    client, address = as_(alice), f"/log/runs/{imported.pk}/edit/"
    client.post(address, fields_of(client, address) | {"distance": "10", "name": "Hills", "climb": "300"})
    run = Run.objects.get()
    assert (run.distance_m, run.name, run.climb_m) == (10_000, "Hills", 300)
    assert (run.elapsed_s, run.moving_s, run.descent_m) == (3723.75, 3600.25, 208.9)
    assert (run.switchbacks, run.grades, run.best_efforts) == (12, [[0, 2, 900.5]], {"1000": 250.5})
    assert run.edited_at is not None
    assert run.has_track


def test_another_day_keeps_the_clock_of_the_place(as_, alice, imported):
    client, address = as_(alice), f"/log/runs/{imported.pk}/edit/"
    client.post(address, fields_of(client, address) | {"day": "2026-03-10"})
    run = Run.objects.get()
    assert (run.day, run.start) == (date(2026, 3, 10), datetime(2026, 3, 10, 5, 30, 17, tzinfo=UTC))
    client.post(address, fields_of(client, address) | {"at": "07:15"})
    assert Run.objects.get().start == datetime(2026, 3, 10, 6, 15, tzinfo=UTC)


def test_the_time_in_motion_is_no_longer_than_all_of_it(as_, alice, imported):
    client, address = as_(alice), f"/log/runs/{imported.pk}/edit/"
    response = client.post(address, fields_of(client, address) | {"moving": "1:30:00"})
    assert response.status_code == 422
    assert "cannot be longer" in page_of(response)


def test_two_thirds_of_a_run_can_go_to_another_pair(as_, alice, a_shoe, imported):
    first, second = a_shoe(alice, "A"), a_shoe(alice, "B")
    client, address = as_(alice), f"/log/runs/{imported.pk}/edit/"
    client.post(address, fields_of(client, address) | {"shoe": str(first.pk), f"shoe_{second.pk}": "66.6"})
    assert {use.shoe.name: round(use.share, 3) for use in imported.shoe_uses.all()} == {
        "A": 0.334,
        "B": 0.666,
    }


def test_a_retired_shoe_stays_with_its_run_and_is_offered_to_no_other(as_, alice, a_shoe, a_run, imported):
    shoe = a_shoe(alice, "Old", retired_on=date(2026, 3, 20))
    ShoeUse.objects.create(run=imported, shoe=shoe)
    assert ">Old<" in page_of(as_(alice).get(f"/log/runs/{imported.pk}/edit/"))
    other = a_run(alice, date(2026, 3, 21))
    assert ">Old<" not in page_of(as_(alice).get(f"/log/runs/{other.pk}/edit/"))


# --- Deleting ------------------------------------------------------------------------------------------


@pytest.fixture
def original(alice, imported):
    row = Original(owner=alice, name="run.fit", sha256="a" * 64, size=3)
    row.file.save("run.fit", ContentFile(b"FIT"))
    Run.objects.filter(pk=imported.pk).update(original=row)
    return row


def test_a_run_is_deleted_after_a_question_and_its_shoe_loses_the_distance(as_, alice, a_shoe, imported):
    shoe = a_shoe(alice)
    ShoeUse.objects.create(run=imported, shoe=shoe)
    client = as_(alice)
    assert "Its distance goes from Peregrine" in page_of(client.get(f"/log/runs/{imported.pk}/delete/"))
    client.post(f"/log/runs/{imported.pk}/delete/")
    assert not Run.objects.exists()
    assert "0.00 km" in page_of(client.get(f"/log/shoes/{shoe.pk}/"))


@pytest.mark.parametrize("choice", ["keep", "delete"])
def test_the_file_is_kept_or_deleted_as_chosen(
    as_, alice, imported, original, choice, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        as_(alice).post(f"/log/runs/{imported.pk}/delete/", {"file": choice})
    assert Original.objects.exists() is (choice == "keep")
    assert default_storage.exists(original.file.name) is (choice == "keep")


def test_a_file_of_two_runs_stays_with_the_other(as_, alice, imported, original, a_run):
    a_run(alice, date(2026, 3, 13), original=original, part=2)
    as_(alice).post(f"/log/runs/{imported.pk}/delete/", {"file": "delete"})
    assert Original.objects.exists()


# --- Whose ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["edit", "delete"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_anothers_run_is_not_there_for_moderators_neither(as_, bob, mia, imported, page, method):
    for other in (bob, mia):
        answer = getattr(as_(other), method)(f"/log/runs/{imported.pk}/{page}/")
        assert answer.status_code == 404
    assert Run.objects.exists()


@pytest.mark.parametrize(
    "address", ["/log/", "/log/new/", "/log/shoes/", "/log/2026/3/", "/log/day/2026-03-12/"]
)
def test_who_is_not_signed_in_is_led_to_the_sign_in(client, db, address):
    response = client.get(address)
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")


def test_anothers_shoe_cannot_be_put_into_a_run(as_, alice, bob, a_shoe):
    shoe = a_shoe(bob)
    fields = {"day": "2026-03-12", "distance": "5", "unit": "km", "sport": "running"}
    response = as_(alice).post("/log/new/", fields | {"shoe": str(shoe.pk), f"shoe_{shoe.pk}": "50"})
    assert response.status_code == 422
    assert not ShoeUse.objects.exists()
