"""Pictures in posts: made anew, seen by who may see the post, gone when nobody uses them."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.utils import timezone
from PIL import Image

from secondwind.accounts import export
from secondwind.forums import limits
from secondwind.forums.actions import drafts, pictures
from secondwind.forums.actions.post import edit, remove, reply
from secondwind.forums.errors import Refused, TooMany
from secondwind.forums.models import Picture, Post, PostState
from secondwind.forums.tasks import forget_pictures
from secondwind.forums.uploads import LARGEST, MOST_FILES, Measured
from secondwind.writing.pictures import MOST_BYTES

GPS = 34853  # the tag of the place in EXIF


def jpeg(size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "darkgreen").save(out, "JPEG", **options)
    return out.getvalue()


def photo() -> bytes:
    """A photo as a telephone makes it: the place and the camera are in it."""
    exif = Image.Exif()
    exif[271] = "SpyCam Deluxe"
    exif.get_ifd(GPS)[2] = (52.0, 31.0, 12.0)
    return jpeg(exif=exif)


def upload(data: bytes, name: str = "shoe.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "image/jpeg")


def send(client: Any, *files: SimpleUploadedFile) -> Any:
    return client.post("/pictures/", {"pictures": files})


def address(picture: Picture) -> str:
    return f"/pictures/{picture.key}/"


@pytest.fixture
def picture(bob, db):
    return pictures.send(bob, photo())


@pytest.fixture
def shown(bob, thread, picture):
    """A reply that shows the picture."""
    return reply(bob, thread, f"Look:\n\n![my shoe](picture:{picture.key})")


# --- Sending -----------------------------------------------------------------------------------------------


def test_a_picture_is_made_anew_and_nothing_hidden_is_kept(as_, bob, db):
    response = send(as_(bob), upload(photo()))
    picture = Picture.objects.get()
    assert json.loads(response.content) == {
        "pictures": [{"markdown": f"![](picture:{picture.key})", "address": address(picture)}],
        "problems": [],
    }
    data = as_(bob).get(address(picture)).content
    assert b"SpyCam" in photo()
    assert b"SpyCam" not in data
    with Image.open(BytesIO(data)) as image:
        assert (image.format, image.size, dict(image.getexif())) == ("WEBP", (60, 40), {})


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "This is not a picture"),
        (b"<html><script>alert(1)</script>", "This is not a picture"),
        (b"", "empty"),
        (photo()[:200], "damaged"),
        (b"GIF89a" + b"\xff" * 50, ""),
        (photo() + b"x" * (MOST_BYTES + 1), "larger than 12 MB"),
    ],
    ids=["svg", "html", "empty", "cut off", "false gif", "too large"],
)
def test_what_is_no_picture_is_refused_with_its_name_and_a_sentence(as_, bob, db, data, sentence):
    response = send(as_(bob), upload(data, "evil<b>.jpg"))
    assert response.status_code == 422
    [problem] = json.loads(response.content)["problems"]
    assert problem.startswith("evil<b>.jpg: ")
    assert sentence in problem
    assert not Picture.objects.exists()


def test_of_several_pictures_the_good_ones_are_kept(as_, bob, db):
    response = send(as_(bob), upload(b"no"), upload(jpeg(), "good.jpg"))
    answer = json.loads(response.content)
    assert response.status_code == 200
    assert len(answer["pictures"]) == len(answer["problems"]) == Picture.objects.count() == 1


def test_the_name_that_was_sent_is_no_part_of_the_files_name(as_, bob, db):
    send(as_(bob), upload(jpeg(), "my knee.php"))
    picture = Picture.objects.get()
    assert str(picture.file.name).endswith(f"/{picture.key}.webp")
    assert "knee" not in str(picture.file.name)


def test_without_javascript_pictures_come_back_as_lines_of_the_text(as_, bob, thread):
    fields = {"body": "My shoes:", "pictures": [upload(jpeg()), upload(jpeg())], "do": "send"}
    page = as_(bob).post(f"/reply/{thread.pk}/", fields)
    first, second = Picture.objects.order_by("id")
    assert page.context["composer"].body == (
        f"My shoes:\n\n![](picture:{first.key})\n\n![](picture:{second.key})\n"
    )
    assert page.content.decode().count('alt="A picture in your text') == 2


def test_without_javascript_a_bad_picture_leaves_the_text_and_says_so(as_, bob, thread):
    for files, sentence in (([upload(b"no")], "This is not a picture"), ([], "Choose a picture first")):
        page = as_(bob).post(f"/reply/{thread.pk}/", {"body": "My shoes:", "pictures": files, "do": "send"})
        assert page.status_code == 422
        assert sentence in page.content.decode()
        assert page.context["composer"].body == "My shoes:"


def test_a_visitor_cannot_send_pictures(client, db):
    assert send(client, upload(jpeg())).status_code == 401
    assert not Picture.objects.exists()


def test_who_is_silenced_cannot_send_pictures(make_user):
    with pytest.raises(Refused, match="pause"):
        pictures.send(make_user("loud", silenced_until=timezone.now() + timedelta(hours=1)), jpeg())


def test_twenty_pictures_an_hour_are_enough(bob, db):
    _, most = limits.PICTURES[0]
    now = timezone.now()
    Picture.objects.bulk_create(
        Picture(owner=bob, kind="image/webp", width=1, height=1, size=1, sent_at=now) for _ in range(most)
    )
    with pytest.raises(TooMany, match="20 pictures in an hour"):
        pictures.send(bob, jpeg())


def test_a_file_that_is_too_large_stops_filling_the_disk_while_it_comes_in():
    handler = Measured()
    passed = [handler.receive_data_chunk(b"x" * 65_536, start) for start in range(0, 3 * LARGEST, 65_536)]
    kept = sum(len(chunk) for chunk in passed if chunk)
    assert MOST_BYTES < kept <= MOST_BYTES + 65_536
    assert LARGEST == MOST_BYTES


def test_a_request_that_is_larger_than_all_pictures_together_is_not_read(settings):
    request = RequestFactory().post("/pictures/", {"pictures": upload(b"x")})
    request.META["CONTENT_LENGTH"] = str(11 * LARGEST)
    with pytest.raises(RequestDataTooBig):
        _ = request.POST


def test_more_than_ten_files_are_refused_with_a_sentence(as_, bob, db):
    response = send(as_(bob), *[upload(jpeg()) for _ in range(11)])
    assert response.status_code == 400
    assert "too large" in response.content.decode() or "too much" in response.content.decode()
    assert not Picture.objects.exists()


# --- Showing -----------------------------------------------------------------------------------------------


def test_a_posted_picture_is_there_for_everybody_and_soon_gone_from_caches(client, shown, picture):
    assert f'<img src="{address(picture)}" alt="my shoe" width="60" height="40"' in shown.html
    response = client.get(address(picture))
    assert response.status_code == 200
    assert response["Content-Type"] == "image/webp"
    assert response["Content-Disposition"] == "inline"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "public, max-age=60"
    assert "Cookie" in response["Vary"]


def test_a_browser_that_has_it_need_not_fetch_it_again(client, shown, picture):
    etag = client.get(address(picture))["ETag"]
    again = client.get(address(picture), headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")


def test_a_picture_that_is_not_posted_is_its_owners_alone(client, as_, alice, bob, mia, picture):
    assert as_(bob).get(address(picture)).status_code == 200
    assert as_(bob).get(address(picture))["Cache-Control"] == "private, no-cache"
    for other in (client, as_(alice), as_(mia)):
        assert other.get(address(picture)).status_code == 404


@pytest.mark.parametrize("state", [PostState.HIDDEN, PostState.HELD])
def test_the_picture_of_a_hidden_post_is_not_shown_even_to_who_has_it(
    client, as_, alice, shown, picture, state
):
    etag = client.get(address(picture))["ETag"]
    Post.objects.filter(pk=shown.pk).update(state=state)
    for other in (client, as_(alice)):
        assert other.get(address(picture), headers={"If-None-Match": etag}).status_code == 404


def test_moderators_see_the_picture_of_a_hidden_post(as_, mia, shown, picture):
    Post.objects.filter(pk=shown.pk).update(state=PostState.HIDDEN)
    response = as_(mia).get(address(picture))
    assert (response.status_code, response["Cache-Control"]) == (200, "private, no-cache")


@pytest.mark.parametrize("key", ["nothing", "..%2f..%2fetc%2fpasswd", "%00"])
def test_a_key_that_is_none_is_not_found(client, db, key):
    assert client.get(f"/pictures/{key}/").status_code == 404


def test_a_picture_without_its_file_is_not_found(client, shown, picture):
    default_storage.delete(picture.file.name)
    assert client.get(address(picture)).status_code == 404


def test_nobody_can_show_somebody_elses_picture(as_, alice, thread, picture):
    body = f"![mine](picture:{picture.key})"
    stolen = reply(alice, thread, body)
    assert "<img" not in stolen.html
    assert "<img" not in as_(alice).post("/preview/", {"body": body}).content.decode()


def test_a_preview_shows_ones_own_pictures(as_, bob, thread, shown, picture):
    fresh = pictures.send(bob, jpeg())
    body = f"![](picture:{fresh.key})"
    assert "<img" in as_(bob).post("/preview/", {"body": body}).content.decode()
    editing = {"body": shown.body, "post": str(shown.pk)}
    assert address(picture) in as_(bob).post("/preview/", editing).content.decode()


# --- Going -------------------------------------------------------------------------------------------------


def test_a_post_that_is_taken_back_takes_its_picture_and_the_file_with_it(
    client, bob, shown, picture, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        remove(bob, shown)
    assert client.get(address(picture)).status_code == 404
    assert not default_storage.exists(str(picture.file.name))


def test_pictures_that_nobody_used_go_after_a_week(
    bob, thread, shown, picture, wait, django_capture_on_commit_callbacks
):
    in_draft, unused = pictures.send(bob, jpeg()), pictures.send(bob, jpeg())
    drafts.save(bob, thread, body=f"![](picture:{in_draft.key})")
    forget_pictures()
    assert Picture.objects.count() == 3

    wait(timedelta(days=7, minutes=1))
    with django_capture_on_commit_callbacks(execute=True):
        forget_pictures()
    assert set(Picture.objects.all()) == {picture, in_draft}
    assert not default_storage.exists(str(unused.file.name))
    assert default_storage.exists(str(picture.file.name))


def test_somebody_elses_draft_keeps_no_picture(alice, thread, picture, wait):
    drafts.save(alice, thread, body=f"![](picture:{picture.key})")
    wait(timedelta(days=8))
    forget_pictures()
    assert not Picture.objects.exists()


def test_a_picture_stays_with_the_earlier_versions_of_its_post(as_, bob, shown, picture, wait):
    edit(bob, shown, "No picture any more.")
    wait(timedelta(days=8))
    forget_pictures()
    assert as_(bob).get(address(picture)).status_code == 200


def test_a_request_with_more_files_than_a_page_sends_is_refused(as_, bob):
    files = [upload(jpeg(), f"{n}.jpg") for n in range(MOST_FILES + 1)]
    assert send(as_(bob), *files).status_code == 400
    assert not Picture.objects.exists()


def test_a_picture_that_was_edited_away_is_its_authors_and_the_moderators_alone(
    client, as_, alice, bob, mia, shown, picture
):
    edit(bob, shown, "No picture any more.")
    assert [browser.get(address(picture)).status_code for browser in (client, as_(alice))] == [404, 404]
    assert [browser.get(address(picture)).status_code for browser in (as_(bob), as_(mia))] == [200, 200]


def test_a_picture_whose_file_is_lost_does_not_spoil_the_export(bob, picture):
    picture.file.storage.delete(picture.file.name)
    with export.archive(bob) as archive:
        assert "forums/posts.json" in ZipFile(archive).namelist()
