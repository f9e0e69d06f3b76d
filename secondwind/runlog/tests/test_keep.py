"""A track comes back as it was; the same way has the same key; a run is kept with what is known of it."""

from dataclasses import replace

import numpy as np
import pytest

from secondwind.runlog import routes, tracks
from secondwind.runlog.actions.keep import keep
from secondwind.runlog.models import Run, Shoe, ShoeUse
from secondwind.running.activity import Samples
from secondwind.running.archives import Facts
from secondwind.running.files import read
from secondwind.running.tests.making import START, correlated, fit_file, gpx_file, recording, tcx_file


def activity(seconds: int = 900, seed: int = 1):
    return read("a.fit", fit_file(recording(seconds, seed)))[0]


def noisy(samples: Samples, metres: float, seed: int) -> Samples:
    rng = np.random.default_rng(seed)
    north, east = (correlated(len(samples), metres, 15, rng) for _ in range(2))
    lat, lon = placed(samples)
    return replace(samples, lat_deg=lat + north / 111_195, lon_deg=lon + east / 76_500, distance_m=None)


def placed(samples: Samples):
    """The positions of samples that have them."""
    assert samples.lat_deg is not None
    assert samples.lon_deg is not None
    return samples.lat_deg, samples.lon_deg


# --- Tracks ------------------------------------------------------------------------------------------------


def test_a_track_comes_back_as_exact_as_a_device_knows_it_and_small():
    samples = activity(3600).samples
    data = tracks.packed(samples)
    again = tracks.unpacked(memoryview(data))
    assert len(data) < 8 * 3600
    within = {"lat_deg": 1e-7, "lon_deg": 1e-7, "altitude_m": 0.01, "distance_m": 0.01, "time_s": 0.001}
    assert again.columns().keys() == samples.columns().keys()
    for name, values in samples.columns().items():
        assert np.abs(getattr(again, name) - values).max() <= within.get(name, 0.5), name


def test_what_is_not_known_stays_unknown_and_breaks_and_extras_come_along():
    time = np.arange(50.0)
    pulse = np.where(time % 7 == 0, np.nan, 120 + time)
    odd = np.where(time == 3, 1e300, time / 3)
    samples = Samples(
        time, heart_rate_bpm=pulse, power_w=np.full(50, np.nan), breaks=np.array([7, 20]), extra={"form": odd}
    )
    again = tracks.unpacked(tracks.packed(samples))
    assert again.heart_rate_bpm is not None
    assert again.power_w is not None
    np.testing.assert_array_equal(again.heart_rate_bpm, pulse)
    np.testing.assert_array_equal(again.breaks, [7, 20])
    np.testing.assert_array_equal(again.extra["form"], odd)
    assert np.isnan(again.power_w).all()
    assert again.lat_deg is None
    assert len(tracks.unpacked(tracks.packed(Samples(np.empty(0))))) == 0


def test_bytes_that_are_no_track_are_refused():
    with pytest.raises(ValueError, match="no recording"):
        tracks.unpacked(b"anything")


# --- Routes ------------------------------------------------------------------------------------------------


def test_one_way_recorded_again_is_the_same_and_its_reverse_and_its_half_are_not():
    samples = activity(2400).samples
    key = routes.key_of(samples)
    assert len(key) <= 40
    for seed in range(10):
        again = routes.key_of(noisy(samples, 4, seed))
        assert again != key
        assert routes.same(again, [key]) == key
        assert key[: routes.PREFIX] in routes.nearby(again)
    lat, lon = placed(samples)
    back = replace(samples, lat_deg=lat[::-1], lon_deg=lon[::-1])
    half = replace(samples, lat_deg=lat[:1200], lon_deg=lon[:1200])
    for other in (back, half, activity(2400, 2).samples):
        assert routes.same(routes.key_of(other), [key]) == ""


def test_a_way_over_the_date_line_has_a_key():
    samples = activity().samples
    shifted = replace(samples, lon_deg=(placed(samples)[1] + 172.4 + 180) % 360 - 180)
    key = routes.key_of(shifted)
    assert routes.same(routes.key_of(noisy(shifted, 3, 1)), [key]) == key


def test_what_went_nowhere_has_no_key():
    assert routes.key_of(read("a.tcx", tcx_file(recording(200), position=False))[0].samples) == ""


# --- Runs --------------------------------------------------------------------------------------------------


def brought(*args, **more) -> Run:
    """The new run that an activity became."""
    run = keep(*args, **more).run
    assert run is not None
    return run


@pytest.mark.django_db
def test_a_run_indoors_has_time_and_distance_and_no_terrain(alice):
    run = brought(alice, read("a.tcx", tcx_file(recording(600), position=False))[0])
    assert run.distance_m == pytest.approx(recording(600).distance_m[-1], rel=0.001)
    assert (run.elapsed_s, run.switchbacks, run.grades, run.route_key) == (599, None, [], "")
    assert run.has_track


@pytest.mark.django_db
def test_an_exports_gear_becomes_one_shoe_however_it_is_written(alice):
    for n, gear in enumerate(("Brand  Trainer", "brand trainer", "x" * 200)):
        run = replace(activity(600, n), start=START.replace(day=n + 1))
        keep(alice, run, facts=Facts("strava", gear=gear))
    assert Shoe.objects.count() == 2
    assert ShoeUse.objects.count() == 3
    assert max(map(len, Shoe.objects.values_list("name", flat=True))) == 80


@pytest.mark.django_db
def test_a_run_without_gear_wears_the_usual_shoe_of_its_surface_when_it_was_in_use(alice, a_shoe):
    a_shoe(alice, "Trail", default_for="trail", in_use_since=START.date())
    on_trail = read("a.fit", fit_file(recording(600), sub=3))[0]
    before = brought(alice, replace(on_trail, start=START.replace(year=2020)))
    after = brought(alice, on_trail)
    assert not before.shoe_uses.exists()
    assert after.shoe_uses.get().shoe.name == "Trail"


@pytest.mark.django_db
def test_another_sport_is_kept_and_counts_as_no_run(alice):
    run = brought(alice, read("a.gpx", gpx_file(recording(300), kind="cycling"))[0])
    assert (run.sport, run.is_run, run.surface) == ("cycling", False, "")
    assert Run.objects.count() == 1
