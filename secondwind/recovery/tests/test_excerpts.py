"""Twelve weeks are shared as previewed, without a place, a start or a date, and withdrawn at once."""

import io
import re
import zipfile
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from secondwind.accounts import erasure, export
from secondwind.cases.actions import keep
from secondwind.cases.models import Beginning
from secondwind.check.tests.conftest import TRAIL
from secondwind.clinic import read
from secondwind.forums.actions import cases, places, post
from secondwind.forums.models import Forum, Thread
from secondwind.recovery.models import Excerpt
from secondwind.runlog.models import ShoeUse
from secondwind.runlog.tests.recorded import kept, loop

DATE = re.compile(
    rb"\d{4}-\d{2}-\d{2}|\b20\d\d\b|\b\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
)
COORDINATE = re.compile(rb"-?\d{1,3}\.\d{4,}")
MONTH = re.compile(rb"January|February|August|September|October|November|December|Monday|Saturday|Sunday")


@pytest.fixture
def log(alice, a_run, a_pain, a_shoe):
    """Twelve weeks with recorded runs through a home, pain, and shoes whose names tell too much."""
    today = timezone.localdate()
    shoes = [
        a_shoe(alice, "Peregrine 12"),
        a_shoe(alice, "bought 2026-05-31 at 46.9481, 7.4474, alice@example.org"),
    ]
    kept(alice, loop(2))
    for i in range(30):
        day = today - timedelta(days=2 * i)
        run = a_run(
            alice, day, surface="trail" if i % 4 == 0 else "road", name="From home to Bern", climb_m=100.0
        )
        ShoeUse.objects.create(run=run, shoe=shoes[i % 2])
        a_pain(alice, day, run=run, after=1, morning=5 if i % 4 == 0 else 0, note="My secret note")
    return alice


@pytest.fixture
def thread(log, db) -> Thread:
    places.make_first()
    forum = Forum.objects.get(slug="injuries")
    return post.ask(log, forum, "The outside of my lower leg", "It hurts the day after trail runs.").thread


def shared(as_, owner, **more) -> Excerpt:
    sent = {"chosen": "1", "site": "0", "shoes": "on"} | more
    assert as_(owner).post("/log/excerpts/share/", sent).status_code == 303
    return Excerpt.objects.get()


def everything_public(client: Client, excerpt: Excerpt) -> list[bytes]:
    found = [client.get(f"/log/excerpts/{excerpt.key}/{end}") for end in ("", "picture.svg")]
    assert [answer.status_code for answer in found] == [200, 200]
    assert all("no-store" in answer["Cache-Control"] for answer in found)
    assert not any(getattr(answer, "may_be_kept", False) for answer in found)  # by the site's own cache
    return [answer.content for answer in found]


def test_what_is_shared_is_what_was_previewed(as_, client, log):
    preview = as_(log).get("/log/excerpts/?chosen=1&site=0&shoes=on").content.decode()
    excerpt = shared(as_, log)
    assert excerpt.svg in preview
    assert everything_public(client, excerpt)[1].decode() == excerpt.svg


def test_it_holds_no_date_no_place_and_nothing_of_the_account(as_, client, log):
    excerpt = shared(as_, log)
    page, picture = everything_public(client, excerpt)
    main = page.partition(b"<main")[2].partition(b"</main>")[0]
    picture = picture.replace(b"http://www.w3.org/2000/svg", b"")
    for told in (main, picture, repr(excerpt.table).encode(), excerpt.description.encode()):
        assert not DATE.search(told), DATE.search(told)
        assert not COORDINATE.search(told)
        assert not MONTH.search(told)
        for word in (b"alice", b"home", b"Bern", b"secret", b"46.9", b"7.44"):
            assert word not in told
    assert b"Peregrine 12" in picture
    assert b"weeks ago" in picture


def test_places_and_shoes_that_were_left_out_are_not_in_it(as_, client, log, a_pain):
    today = timezone.localdate()
    a_pain(log, today, region="heel_bottom_inner", side="right", after=2)
    excerpt = shared(as_, log, site=["0"], shoes="on")
    assert b"Bottom of the heel" not in b"".join(everything_public(client, excerpt))
    excerpt.delete()
    as_(log).post("/log/excerpts/share/", {"chosen": "1", "site": "0"})
    assert b"Peregrine" not in b"".join(everything_public(client, Excerpt.objects.get()))


def test_it_stands_on_a_case_without_a_thread_and_goes_along_when_the_case_gets_one(
    as_, client, log, bob, thread
):
    case = keep.begin([read(TRAIL).case], text=TRAIL, beginning=Beginning.CHECK, owner=log)[0]
    assert f'value="case:{case.pk}"' in as_(log).get("/log/excerpts/").content.decode()
    other = keep.begin([read(TRAIL).case], text=TRAIL, beginning=Beginning.CHECK, owner=bob)[0]
    as_(log).post("/log/excerpts/share/", {"chosen": "1", "target": f"case:{other.pk}"})
    assert not Excerpt.objects.exists()

    excerpt = shared(as_, log, target=f"case:{case.pk}")
    image = f'src="/log/excerpts/{excerpt.key}/picture.svg"'
    assert image in as_(log).get(f"/cases/{case.pk}/").content.decode()
    assert client.get(f"/cases/{case.pk}/").status_code == 404
    cases.attach(thread, case)
    assert image in client.get(f"/threads/{thread.pk}/{thread.slug}/").content.decode()


def test_it_stands_in_the_thread_by_its_address_and_after_one_click_nowhere(as_, client, log, thread, bob):
    excerpt = shared(as_, log, target=f"thread:{thread.pk}")
    address = f"/threads/{thread.pk}/{thread.slug}/"
    image = f"/log/excerpts/{excerpt.key}/picture.svg"
    for reader in (client, as_(bob)):
        page = reader.get(address).content.decode()
        assert f'src="{image}"' in page
        assert "of 10" not in page.partition('class="attached')[2].partition("</section>")[0]
        assert reader.get(image).status_code == 200
        answer = reader.get(address)  # no browser and no cache keeps it, that of this site included
        assert "no-store" in answer["Cache-Control"]
        assert not getattr(answer, "may_be_kept", False)
    feeds = [f"/threads/{thread.pk}/feed.{form}" for form in ("atom", "json")]
    feeds += [f"/community/latest/feed.{form}" for form in ("atom", "json")]
    for feed in feeds:  # what a feed reader has fetched cannot be withdrawn
        told = client.get(feed)
        assert told.status_code == 200
        assert excerpt.key.encode() not in told.content

    as_(log).post(f"/log/excerpts/{excerpt.pk}/withdraw/")
    assert not Excerpt.objects.exists()
    for reader in (client, as_(bob), as_(log)):
        assert reader.get(image).status_code == 404
        assert reader.get(f"/log/excerpts/{excerpt.key}/").status_code == 404
    assert excerpt.key not in as_(bob).get(address).content.decode()
    after = client.get(address)
    assert excerpt.key not in after.content.decode()
    assert "public" in after["Cache-Control"]
    with export.archive(log) as file, zipfile.ZipFile(io.BytesIO(file.read())) as archive:
        assert excerpt.svg.encode() not in b"".join(archive.read(name) for name in archive.namelist())


def test_only_to_ones_own_thread(as_, bob, thread, log):
    as_(bob).post("/log/excerpts/share/", {"target": f"thread:{thread.pk}"})
    as_(log).post("/log/excerpts/share/", {"target": "thread:999999"})
    as_(log).post("/log/excerpts/share/", {"target": "home"})
    assert not Excerpt.objects.exists()


def test_nobody_else_withdraws_it_or_sees_the_preview(as_, bob, client, log):
    excerpt = shared(as_, log)
    assert as_(bob).post(f"/log/excerpts/{excerpt.pk}/withdraw/").status_code == 404
    assert client.get("/log/excerpts/").status_code == 302
    assert "Peregrine" not in as_(bob).get("/log/excerpts/").content.decode()


def test_who_leaves_takes_it_along(as_, client, log):
    excerpt = shared(as_, log)
    erasure.erase(log, keep_posts=True)
    assert client.get(f"/log/excerpts/{excerpt.key}/picture.svg").status_code == 404


def test_there_is_an_end_to_sharing(as_, log):
    Excerpt.objects.bulk_create(Excerpt(owner=log, svg="<svg/>", description="") for _ in range(20))
    as_(log).post("/log/excerpts/share/", {"chosen": "1"})
    assert Excerpt.objects.count() == 20


# --- One page for a physiotherapist -------------------------------------------------------------------------


def test_the_summary_holds_load_pain_surface_and_shoes_and_nothing_of_the_account(as_, log):
    page = as_(log).get("/log/pain/twelve-weeks/").content.decode()
    sheet = page.partition('class="sheet-of-paper')[2].partition("</article>")[0]
    for words in ("up to <strong>5</strong> of 10", "30, 300 km", "trail 80.0 km", "Peregrine 12 150 km"):
        assert words in sheet, words
    assert "alice" not in sheet
    assert "Bern" not in sheet


# --- Pictures, months, weeks --------------------------------------------------------------------------------


def test_the_picture_of_pain_under_the_runs_says_the_same_in_its_table(as_, log):
    page = as_(log).get("/log/pain/").content.decode()
    strips = page.partition('id="picture-strips"')[2].partition("</figure>")[0]
    assert strips.count("<svg") >= 3
    assert strips.count("strip-bar pain-5") == 8
    assert strips.count("<td>5</td>") == 8
    assert "30 runs" in strips


def test_a_month_shows_the_worst_of_each_day_and_who_ran(as_, alice, a_run, a_pain):
    a_run(alice, date(2026, 5, 3))
    a_pain(alice, date(2026, 5, 3), during=2, morning=4)
    a_pain(alice, date(2026, 5, 3), region="heel_sides", after=1)
    page = as_(alice).get("/log/pain/2026/5/").content.decode()
    assert page.count("pain-chip pain-4") == 1
    assert "of 10, Outside of the lower leg" in page
    assert page.count("pain-ran") == 1
    assert as_(alice).get("/log/pain/2026/13/").status_code == 404


@pytest.mark.parametrize(
    ("sent", "score"),
    [
        ({"participation": "0"}, "0 of 100"),
        ({"participation": "3"}, "100 of 100"),
        ({"participation": "1", "volume": "1", "performance": "2", "pain": "1"}, "41 of 100"),
    ],
)
def test_a_week_is_scored_as_published(as_, alice, sent, score):
    browser = as_(alice)
    assert browser.post("/log/pain/week/", sent).status_code == 303
    assert score in browser.get("/log/pain/week/").content.decode()


def test_a_week_that_is_not_settled_by_its_first_answer_needs_all_four(as_, alice):
    answer = as_(alice).post("/log/pain/week/", {"participation": "2", "volume": "1"})
    assert answer.status_code == 422
    assert answer.content.decode().count("Answer this one too") == 2
    assert as_(alice).post("/log/pain/week/", {}).status_code == 422
