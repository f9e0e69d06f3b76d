"""The page of a run: what it tells, whose it is, what it costs."""

import re
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from secondwind.runlog.models import Original, Run, ShoeUse, Surface, SurfacePart, SurfaceSource
from secondwind.runlog.tests.recorded import START, kept, loop

LIMIT_QUERIES = 12
LIMIT_BYTES = 150_000
DAY = date(2026, 5, 17)


@pytest.fixture
def run(alice):
    return kept(alice, loop())


def html_of(browser, run):
    response = browser.get(f"/log/runs/{run.pk}/")
    assert response.status_code == 200
    return response.content.decode()


def test_it_tells_the_figures_of_the_run(as_, alice, run):
    Run.objects.filter(pk=run.pk).update(rpe=6, notes="Fog, then sun.", weather="7 degrees", feeling=4)
    html = html_of(as_(alice), run)

    for words in (
        "Home loop", "Sunday 17 May 2026, 08:30", "8.00 km", "45:57", "5:45 /km", "Minetti et al. 2002",
        "Fog, then sun.", "7 degrees", "The file ends in the middle of a record.", "morning.fit", "Laps",
        "Only you see this", "Best efforts", "1 mile", "Switchbacks",
    ):  # fmt: skip
        assert words in html, words
    for picture in ("route", "pace", "heart-rate", "heights"):
        assert f'id="picture-{picture}"' in html


def test_the_start_is_told_on_the_clock_of_its_place_wherever_its_owner_lives(as_, alice, run):
    type(alice).objects.filter(pk=alice.pk).update(time_zone="Asia/Tokyo")

    assert "Sunday 17 May 2026, 08:30" in html_of(as_(alice), run)


def test_it_speaks_in_miles_to_those_who_chose_them(as_, alice, run):
    type(alice).objects.filter(pk=alice.pk).update(units="mi")
    html = html_of(as_(alice), run)

    assert "4.97 mi" in html
    assert "9:15 /mi" in html
    assert "8.00 km" not in html
    assert " ft" in html
    assert html.count('<th scope="row">5</th>') >= 1  # four full miles and a part


def test_a_run_by_hand_has_its_page_without_pictures(as_, alice, a_run):
    html = html_of(as_(alice), a_run(alice, DAY, name="By hand"))

    assert "10.0 km" in html
    assert "<figure" not in html
    assert "Where it came from" not in html


def test_a_recording_without_positions_has_pace_and_pulse_and_no_route(as_, alice):
    samples = replace(loop(), lat_deg=None, lon_deg=None, altitude_m=None)
    html = html_of(as_(alice), kept(alice, samples, sub_sport="treadmill"))

    assert 'id="picture-pace"' in html
    assert 'id="picture-route"' not in html
    assert 'id="picture-heights"' not in html


def test_surface_and_shoes_stand_with_who_said_so(as_, alice, run, a_shoe):
    html = html_of(as_(alice), run)
    assert "Not said yet" in html
    assert f'value="{run.pk}:trail"' in html

    Run.objects.filter(pk=run.pk).update(surface=Surface.TRAIL, surface_source=SurfaceSource.ROUTE)
    ShoeUse.objects.create(run=run, shoe=a_shoe(alice), share=0.6)
    html = html_of(as_(alice), run)
    assert "from the last run on this route" in html
    assert "Peregrine" in html
    assert "60 % of the way" in html
    for surface, share in ((Surface.TRAIL, 0.7), (Surface.ROAD, 0.3)):
        SurfacePart.objects.create(run=run, surface=surface, share=share)
    assert "70% trail, 30% road" in html_of(as_(alice), run)


def test_one_tap_says_the_surface_and_leads_back(as_, alice, run):
    answer = as_(alice).post("/log/surface/", {"set": f"{run.pk}:trail", "next": f"/log/runs/{run.pk}/"})

    assert answer["Location"].startswith(f"/log/runs/{run.pk}/")
    run.refresh_from_db()
    assert (run.surface, run.surface_source) == (Surface.TRAIL, SurfaceSource.OWNER)


@pytest.mark.parametrize(
    ("longest_m", "words"),
    [
        (7600, "5 % beyond the longest run of the 30 days before"),
        (9000, "Not longer than the longest run"),
        (6500, "1.64 times as often"),
        (5000, "1.52 times as often"),
        (3000, "2.28 times as often"),
    ],
)
def test_a_run_beyond_the_longest_of_30_days_says_what_a_study_found(
    as_, alice, run, a_run, longest_m, words
):
    a_run(alice, DAY - timedelta(days=30), distance_m=longest_m)
    a_run(alice, DAY - timedelta(days=31), distance_m=50_000)
    a_run(alice, DAY, distance_m=60_000)
    a_run(alice, DAY - timedelta(days=3), distance_m=70_000, sport="cycling")
    html = html_of(as_(alice), run)

    assert words in html
    assert ("no forecast for you" in html) == ("times as often" in words)
    assert "you will" not in html.lower()


def test_without_an_earlier_run_nothing_is_said_of_the_longest(as_, alice, run):
    assert "30 days before" not in html_of(as_(alice), run)


def test_it_leads_to_the_run_before_and_after(as_, alice, bob, run, a_run):
    before, after = a_run(alice, DAY - timedelta(days=2)), a_run(alice, DAY + timedelta(days=2))
    a_run(bob, DAY - timedelta(days=1))
    a_run(bob, DAY + timedelta(days=1))
    a_run(alice, DAY - timedelta(days=9))
    html = html_of(as_(alice), run)

    assert f'href="/log/runs/{before.pk}/" rel="prev"' in html
    assert f'href="/log/runs/{after.pk}/" rel="next"' in html


def test_the_file_comes_back_as_it_came_and_can_be_deleted(
    as_, alice, run, django_capture_on_commit_callbacks
):
    browser = as_(alice)
    kept_file = run.original.file
    file = browser.get(f"/log/runs/{run.pk}/original/")
    assert b"".join(file.streaming_content) == kept_file.open().read()
    assert 'attachment; filename="morning.fit"' in file["Content-Disposition"]

    with django_capture_on_commit_callbacks(execute=True):
        browser.post(f"/log/runs/{run.pk}/original/delete/")
    assert not Original.objects.exists()
    assert not kept_file.storage.exists(kept_file.name)
    assert browser.get(f"/log/runs/{run.pk}/original/").status_code == 404
    assert 'id="picture-route"' in html_of(browser, Run.objects.get(pk=run.pk))


@pytest.mark.parametrize("who", ["bob", "mia"])
@pytest.mark.parametrize("path", ["", "original/", "original/delete/"])
def test_it_is_its_owners_alone(request, as_, run, who, path):
    browser = as_(request.getfixturevalue(who))
    method = browser.post if path == "original/delete/" else browser.get

    assert method(f"/log/runs/{run.pk}/{path}").status_code == 404
    assert Original.objects.exists()


@pytest.mark.parametrize("path", ["", "original/", "share/"])
def test_nobody_sees_it_without_signing_in(client, run, path):
    answer = client.get(f"/log/runs/{run.pk}/{path}")

    assert (answer.status_code, "login" in answer["Location"]) == (302, True)


def test_no_cache_keeps_it(as_, alice, run):
    assert "no-store" in as_(alice).get(f"/log/runs/{run.pk}/")["Cache-Control"]


@pytest.mark.parametrize("km", [8.0, 100.0])
def test_it_is_at_most_twelve_queries_and_150_kilobytes(as_, alice, a_run, a_shoe, km):
    run = kept(alice, loop(km))
    for i in range(3):
        ShoeUse.objects.create(run=run, shoe=a_shoe(alice, f"Pair {i}"), share=0.3)
        a_run(alice, DAY - timedelta(days=i))
    browser = as_(alice)
    with CaptureQueriesContext(connection) as queries:
        response = browser.get(f"/log/runs/{run.pk}/")

    assert len(queries) <= LIMIT_QUERIES
    assert len(response.content) < LIMIT_BYTES


def test_a_damaged_stretch_does_not_break_it(as_, alice):
    samples = loop()
    holes = np.arange(len(samples)) % 5 == 0
    torn = replace(
        samples,
        heart_rate_bpm=np.where(holes, np.nan, samples.heart_rate_bpm),
        lat_deg=np.where(holes, np.nan, samples.lat_deg),
        lon_deg=np.where(holes, np.nan, samples.lon_deg),
        altitude_m=np.full(len(samples), np.nan),
    )
    html = html_of(as_(alice), kept(alice, torn, start=START + timedelta(days=1)))

    assert 'id="picture-route"' in html
    shown = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", html)  # at random, any three letters
    assert "nan" not in shown.lower().replace("finance", "")
