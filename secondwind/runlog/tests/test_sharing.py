"""What is shared of a run: what was chosen, nothing of a hidden place, and nothing once it is withdrawn."""

import re
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from secondwind.runlog import cuts
from secondwind.runlog.actions import sharing, zones
from secondwind.runlog.actions.sharing import Choice
from secondwind.runlog.cuts import Circle
from secondwind.runlog.models import Run, Share, Track, Zone
from secondwind.runlog.tests.recorded import EAST_M, HOME, NORTH_M, START, kept, loop
from secondwind.runlog.tracks import packed, unpacked

DAY, FIRST = timedelta(days=1), START
LIMIT_QUERIES = 12
LIMIT_BYTES = 150_000
EVERYTHING = Choice(**{one.name: True for one in fields(Choice)})


@pytest.fixture
def zone(alice):
    return zones.add(alice, "Home", *HOME, 400)


def recorded(run) -> Any:
    """The samples of a run, whose columns are all there."""
    return unpacked(run.track.columns)


def shown_of(*given) -> Any:
    """What others may see of it."""
    return sharing.shown_of(*given)


def outside(*given) -> Any:
    """What is left of it."""
    return cuts.outside(*given)


def page_of(client, run, choice=EVERYTHING):
    share = sharing.share(run, choice)
    return client.get(f"/log/shared/{share.key}/").content.decode()


def without_key(html):
    """A page without what is anew with each answer."""
    return re.sub(r"(csrfmiddlewaretoken|nonce)[^>]*", "", html)


def test_a_run_is_private_until_it_is_shared(client, alice, as_):
    run = kept(alice, loop())

    assert not Share.objects.exists()
    assert client.get(f"/log/runs/{run.pk}/").status_code == 302
    as_(alice).get(f"/log/runs/{run.pk}/share/", {"preview": "1", "shows_route": "on"})
    assert not Share.objects.exists()


def test_what_was_chosen_is_shown_and_no_more(client, alice):
    run = kept(alice, loop())
    run.notes = "Secret words"
    run.save()

    bare = without_key(page_of(client, run, Choice(shows_figures=False)))
    assert "17 May 2026" in bare
    for word in (
        "<figure",
        "Home loop",
        "Secret words",
        "8.0",
        "km",
        "Heart",
        "Splits",
        "06:30",
        "08:30",
        "alice",
    ):
        assert word not in re.sub(
            r"(?s)<head>.*?</head>|<header class=\"site-head\">.*?</header>", "", bare
        ), word

    for choice, word in (
        (Choice(shows_route=True), 'id="picture-route"'),
        (Choice(shows_pace=True), 'id="picture-pace"'),
        (Choice(shows_heart_rate=True), 'id="picture-heart-rate"'),
        (Choice(shows_elevation=True), 'id="picture-heights"'),
        (Choice(shows_splits=True), "<h3>Splits</h3>"),
        (Choice(shows_name=True), "Home loop"),
        (Choice(shows_notes=True), "Secret words"),
        (Choice(), "8.00 km"),
    ):
        assert word in page_of(client, run, choice)
        assert word not in bare


def test_splits_tell_no_heart_rate_that_was_not_chosen(client, alice):
    run = kept(alice, loop())

    assert "Heart rate" not in page_of(client, run, Choice(shows_splits=True))


def test_the_time_of_day_is_in_no_byte(client, alice, zone):
    html = page_of(client, kept(alice, loop()))

    assert not re.search(r"0[68]:30|T0[68]|Test watch|morning\.fit", html)


def test_the_preview_is_what_others_see(client, alice, as_, zone):
    run = kept(alice, loop())
    query = {"preview": "1"} | dict.fromkeys((one.name for one in fields(Choice)), "on")
    seen = as_(alice).get(f"/log/runs/{run.pk}/share/", query).content.decode()
    shared = page_of(client, run)

    def article(html):
        return re.findall(r"(?s)<article.*</article>", html)

    assert article(seen) == article(shared)


def test_sharing_is_a_button_and_withdrawing_works_at_once(client, alice, as_):
    run = kept(alice, loop())
    browser = as_(alice)
    browser.post(f"/log/runs/{run.pk}/share/now/", {"shows_route": "on", "cuts_ends": "on"})
    address = f"/log/shared/{run.share.key}/"

    first = client.get(address)
    assert first.status_code == 200
    assert "no-store" in first["Cache-Control"]
    assert "noindex" in first["X-Robots-Tag"]
    browser.post(f"/log/runs/{run.pk}/share/withdraw/")
    assert client.get(address).status_code == 404
    browser.post(f"/log/runs/{run.pk}/share/now/", {})
    assert client.get(address).status_code == 404
    assert Share.objects.get(run=run).key not in address


def test_the_address_stays_when_the_choice_changes(alice):
    run = kept(alice, loop())
    first = sharing.share(run, Choice())
    again = sharing.share(run, Choice(shows_route=True))

    assert (again.key, again.shared_at, Share.objects.count()) == (first.key, first.shared_at, 1)


@pytest.mark.parametrize("change", [{"is_active": False}, {"banned_at": "2026-01-01T00:00Z"}])
def test_nothing_is_shared_of_somebody_who_is_shut_out(client, alice, change):
    share = sharing.share(kept(alice, loop()), Choice())
    type(alice).objects.filter(pk=alice.pk).update(**change)

    assert client.get(f"/log/shared/{share.key}/").status_code == 404


def test_a_run_that_is_deleted_is_shared_no_more(client, alice):
    run = kept(alice, loop())
    share = sharing.share(run, Choice())
    run.delete()

    assert client.get(f"/log/shared/{share.key}/").status_code == 404


# --- Zones --------------------------------------------------------------------------------------------------


def metres_from(place, samples):
    return np.hypot(*Circle(place[0], place[1], 0).offsets_m(samples.lat_deg, samples.lon_deg))


@pytest.mark.parametrize("towards", [0.0, 1.1, 2.9, 4.4])
def test_no_point_in_a_zone_or_its_margin_is_left(alice, zone, towards):
    run = kept(alice, loop(towards=towards))
    samples = recorded(run)
    shown = shown_of(run, samples, sharing.circles_of(run, None), EVERYTHING)
    hidden = zones.hidden(zone)

    assert metres_from(HOME, samples).min() < 5
    assert metres_from(HOME, shown).min() > zone.radius_m
    assert not hidden.holds(shown.lat_deg, shown.lon_deg).any()
    assert (shown.distance_m[0], shown.time_s[0]) == (0, 0)
    # Nothing outside is lost for it, but at the edge.
    assert len(shown) > 0.97 * (~hidden.holds(samples.lat_deg, samples.lon_deg)).sum()


@pytest.mark.parametrize("towards", [0.3, 2.0, 5.0])
def test_whatever_happened_in_a_zone_the_shared_page_is_the_same_to_the_byte(client, alice, zone, towards):
    """Another door, another pace, another height and pulse, stops, a longer way inside: none of it shows."""
    run = kept(alice, loop(towards=towards))
    html = page_of(client, run)
    assert "<figure" in html

    samples = recorded(run)
    inside = zones.hidden(zone).holds(samples.lat_deg, samples.lon_deg)
    rng = np.random.default_rng(3)
    slower = np.cumsum(np.where(inside, 4.0, 1.0)) - 1
    farther = np.cumsum(np.diff(samples.distance_m, prepend=0) * np.where(inside, 1.7, 1.0))
    another = replace(
        samples,
        time_s=slower,
        distance_m=np.round(farther, 2),
        lat_deg=np.where(inside, HOME[0] + rng.uniform(-200, 200, len(inside)) / NORTH_M, samples.lat_deg),
        lon_deg=np.where(inside, HOME[1] + rng.uniform(-200, 200, len(inside)) / EAST_M, samples.lon_deg),
        altitude_m=np.where(inside, 700.0, samples.altitude_m),
        heart_rate_bpm=np.where(inside, 90.0, samples.heart_rate_bpm),
    )
    Track.objects.filter(run=run).update(columns=packed(another))
    Run.objects.filter(pk=run.pk).update(
        distance_m=farther[-1], elapsed_s=slower[-1], moving_s=slower[-1], climb_m=999, heart_rate_bpm=99,
        laps=[], splits=[], best_efforts={},
    )  # fmt: skip
    run.refresh_from_db()

    assert without_key(page_of(client, Run.objects.get(pk=run.pk))) == without_key(html)


def test_figures_alone_are_of_the_whole_run(client, alice, zone):
    html = page_of(client, kept(alice, loop()), Choice())

    assert "8.00 km" in html
    assert "left out" not in html


def test_no_coordinate_is_in_any_byte_of_several_runs_from_one_home(client, alice, zone):
    for towards in (0.0, 1.0, 2.0, 3.0, 4.0):
        run = kept(alice, loop(towards=towards, seed=int(towards)), start=Run.objects.count() * DAY + FIRST)
        samples = recorded(run)
        html = page_of(client, run)
        for value in {f"{v:.3f}" for v in (*samples.lat_deg, *samples.lon_deg)}:
            assert value not in html


def test_the_middle_of_what_is_cut_is_not_the_home(alice, zone):
    """The attack: a circle through the ends of all that was shared."""
    ends = []
    for towards in np.linspace(0, 2 * np.pi, 12):
        run = kept(alice, loop(towards=float(towards)), start=Run.objects.count() * DAY + FIRST)
        shown = shown_of(run, recorded(run), sharing.circles_of(run, None), EVERYTHING)
        ends += [
            *zip(*Circle(*HOME, 0).offsets_m(shown.lat_deg[[0, -1]], shown.lon_deg[[0, -1]]), strict=True)
        ]
    x, y = np.array(ends).T
    found = np.linalg.lstsq(np.column_stack([2 * x, 2 * y, np.ones(len(x))]), x**2 + y**2, rcond=None)[0][:2]

    # The attack works: it finds the middle of the hidden circle, which is a shifted one, and not the home.
    east, north = Circle(*HOME, 0).offsets_m(
        *np.array([[zones.hidden(zone).lat_deg], [zones.hidden(zone).lon_deg]])
    )
    assert np.hypot(found[0] - east[0], found[1] - north[0]) < 15
    assert 80 <= np.hypot(*found) <= 200


def test_the_shift_is_the_same_for_a_zone_that_is_made_anew_and_another_for_others(alice, bob, zone):
    before = zones.hidden(zone)
    zone.delete()

    assert zones.hidden(zones.add(alice, "Again", *HOME, 400)) == before
    assert zones.hidden(zones.add(bob, "Home", *HOME, 400)) != before


def test_a_run_that_passes_a_zone_is_cut_in_two_and_the_gap_is_closed(alice, zone):
    way = np.arange(0, 6000, 3.0)
    across = replace(
        loop(1), time_s=way / 3, distance_m=way, lat_deg=np.full(len(way), HOME[0]),
        lon_deg=HOME[1] + (way - 3000) / EAST_M, altitude_m=None, heart_rate_bpm=None,
    )  # fmt: skip
    shown = outside(across, [zones.hidden(zone)])

    assert list(shown.breaks) == [np.argmax(shown.lon_deg > HOME[1])]
    seam = shown.breaks[0]
    assert shown.distance_m[seam] == shown.distance_m[seam - 1]
    assert shown.time_s[seam] - shown.time_s[seam - 1] == 1
    assert 4700 < shown.distance_m[-1] < 4900


def test_a_sparse_track_does_not_lead_through_a_zone():
    circle = Circle(*HOME, 300)
    lon = HOME[1] + np.array([-3000, -2000, -1000, 1000, 2000, 3000.0]) / EAST_M
    samples = replace(
        loop(1), time_s=np.arange(6.0) * 300, distance_m=np.arange(6.0) * 1000, lat_deg=np.full(6, HOME[0]),
        lon_deg=lon, altitude_m=None, heart_rate_bpm=None,
    )  # fmt: skip
    shown = outside(samples, [circle])

    assert list(shown.distance_m) == [0, 1000, 2000, 2000, 3000, 4000]
    assert list(shown.breaks) == [3]


def test_what_was_recorded_in_a_zone_without_a_position_is_cut_with_it():
    samples = loop(3)
    hidden = metres_from(HOME, samples) < 300
    lost = np.where(hidden & (np.arange(len(hidden)) % 7 > 0), np.nan, samples.lat_deg)
    shown = outside(replace(samples, lat_deg=lost), [Circle(*HOME, 300)])

    assert np.isfinite(shown.lat_deg).all()
    assert len(shown) <= (~hidden).sum()


def test_a_run_within_a_zone_shows_nothing_of_its_way(client, alice, zone):
    html = page_of(client, kept(alice, loop(1.2)))

    assert "Nothing of the way is shown" in html
    assert "<figure" not in html
    assert " km" not in html


def test_a_zone_that_is_deleted_stays_cut_from_what_was_shared(client, alice, zone):
    run = kept(alice, loop())
    choice = replace(EVERYTHING, cuts_ends=False)
    before = page_of(client, run, choice)
    zone.delete()

    assert without_key(client.get(f"/log/shared/{run.share.key}/").content.decode()) == without_key(before)
    assert without_key(page_of(client, run, choice)) == without_key(before)


def test_a_zone_that_is_made_later_is_cut_at_once(client, alice):
    run = kept(alice, loop())
    choice = Choice(shows_route=True, cuts_ends=False)
    assert "left out" not in page_of(client, run, choice)
    zones.add(alice, "Home", *HOME, 400)

    assert "left out" in client.get(f"/log/shared/{run.share.key}/").content.decode()


# --- Without a zone -----------------------------------------------------------------------------------------


def test_without_a_zone_the_ends_are_cut_unless_the_owner_says_otherwise(alice, as_):
    run = kept(alice, loop())
    samples = recorded(run)
    cut, whole = (
        shown_of(run, samples, (), Choice(shows_route=True, cuts_ends=ends)) for ends in (True, False)
    )

    assert metres_from(HOME, cut).min() >= 500
    assert whole is samples
    page = as_(alice).get(f"/log/runs/{run.pk}/share/").content.decode()
    assert "No zone covers where this run begins or ends" in page
    assert re.search(r'name="cuts_ends" checked', page)


def test_runs_from_one_door_are_cut_by_one_circle(alice):
    circles = {
        zones.hidden_ends(alice.pk, loop(towards=float(t), door_m=(3.0 * t, -2.0 * t)), ()) for t in range(5)
    }

    assert len(circles) == 1
    ((circle,),) = circles
    assert metres_from((circle.lat_deg, circle.lon_deg), loop(1))[0] > 5


def test_where_a_zone_covers_the_ends_nothing_more_is_cut(alice, as_, zone):
    run = kept(alice, loop())

    assert zones.hidden_ends(alice.pk, loop(), zones.hidden_all(alice.pk)) == ()
    assert "No zone covers" not in as_(alice).get(f"/log/runs/{run.pk}/share/").content.decode()


# --- Whose it is, and what it costs -------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["share/", "share/now/", "share/withdraw/"])
@pytest.mark.parametrize("who", ["bob", "mia"])
def test_nobody_else_shares_or_withdraws(request, alice, as_, path, who):
    run = kept(alice, loop(2))
    share = sharing.share(run, Choice())
    browser = as_(request.getfixturevalue(who))
    method = browser.get if path == "share/" else browser.post

    assert method(f"/log/runs/{run.pk}/{path}").status_code == 404
    assert Share.objects.get() == share


def test_a_key_that_nobody_has_is_not_found(client, db):
    assert client.get("/log/shared/abcdefghijklmnop/").status_code == 404
    assert client.post("/log/shared/abcdefghijklmnop/").status_code == 405


def test_a_shared_page_is_at_most_twelve_queries_and_150_kilobytes(client, alice, as_, zone):
    run = kept(alice, loop(42.2))
    share = sharing.share(run, EVERYTHING)

    for browser, address in (
        (client, f"/log/shared/{share.key}/"),
        (as_(alice), f"/log/runs/{run.pk}/share/"),
    ):
        with CaptureQueriesContext(connection) as queries:
            response = browser.get(address)
        assert len(queries) <= LIMIT_QUERIES
        assert len(response.content) < LIMIT_BYTES


def test_a_run_by_hand_is_shared_with_its_figures(client, alice, a_run):
    html = page_of(client, a_run(alice, date(2026, 5, 1)))

    assert "10.0 km" in html
    assert Zone.objects.count() == 0
