"""Terrain from tracks whose truth is known: climb, switchbacks, grades, under the noise of receivers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from secondwind.running.activity import Activity, Column, Samples
from secondwind.running.files import read
from secondwind.running.files.draft import Draft, build
from secondwind.running.terrain import best_efforts, moving_s, splits, stops, survey
from secondwind.running.tests.making import (
    START,
    correlated,
    fit_file,
    hairpins,
    polyline,
    recording,
    tcx_file,
    walked,
)

STRAIGHT = polyline((10_000.0, 0.0))
TRACK = polyline(*[(84.39, 0.0), (36.5, 180.0), (84.39, 0.0), (36.5, 180.0)] * 12)
NOISES = [(0.0, 15.0), (3.0, 15.0), (5.0, 15.0), (3.0, 5.0), (5.0, 5.0), (3.0, 0.0), (5.0, 0.0)]


def terrain(activity: Activity):
    found = survey(activity)
    assert found is not None
    return found


# Switchbacks.


@pytest.mark.parametrize(("noise_m", "noise_s"), NOISES)
@pytest.mark.parametrize(("leg_m", "radius_m"), [(60, 4), (100, 6), (300, 8), (200, 15)])
def test_a_climb_of_21_hairpins_has_21(leg_m: float, radius_m: float, noise_m: float, noise_s: float) -> None:
    way = hairpins(21, leg_m, radius_m)
    for seed in range(2):
        found = terrain(walked(way, 2.3, noise_m=noise_m, noise_s=noise_s, seed=seed)).switchbacks
        assert 20 <= found <= 22


@pytest.mark.parametrize(("noise_m", "noise_s"), NOISES)
def test_a_straight_road_has_none(noise_m: float, noise_s: float) -> None:
    found = terrain(walked(STRAIGHT, 3.0, noise_m=noise_m, noise_s=noise_s))
    assert found.switchbacks_per_km <= 0.2


@pytest.mark.parametrize(("noise_m", "noise_s"), NOISES)
@pytest.mark.parametrize("speed_mps", [2.5, 4.5])
def test_a_400_m_track_has_none(speed_mps: float, noise_m: float, noise_s: float) -> None:
    found = terrain(walked(TRACK, speed_mps, noise_m=noise_m, noise_s=noise_s))
    assert found.switchbacks_per_km <= 0.5


def test_corners_of_streets_are_turns_but_no_switchbacks() -> None:
    corners = [piece for i in range(20) for piece in ((150.0, 0.0), (5.0, 90.0 if i % 3 else -90.0))]
    found = terrain(walked(polyline(*corners, (150.0, 0.0)), 3.0, noise_m=2.0))
    assert found.switchbacks == 0
    assert found.turns == pytest.approx(20, abs=2)
    assert found.heading_change_deg == pytest.approx(20 * 90, rel=0.25)


def at_a_light(wait_s: int, seed: int = 4) -> Activity:
    """A straight run of 2 km with a stop after 300 s, at which the receiver goes on drawing."""
    rng = np.random.default_rng(seed)
    run = walked(polyline((2000.0, 0.0)), 3.0, noise_m=2.0)
    lat, lon = run.samples.columns()["lat_deg"], run.samples.columns()["lon_deg"]
    drift = [correlated(wait_s, 2.0, 15.0, rng) for _ in range(2)]
    lat = np.concatenate([lat[:300], lat[300] + drift[0] / 111_160, lat[300:]])
    lon = np.concatenate([lon[:300], lon[300] + drift[1] / 76_700, lon[300:]])
    clock = START.timestamp() + np.arange(len(lat), dtype=float)
    columns = {"lat_deg": lat, "lon_deg": lon}
    return build(Draft("made", clock_s=clock, columns=columns, sport="running", distance_m=2000))


def test_standing_at_a_light_draws_no_turns() -> None:
    found = terrain(at_a_light(240))
    assert found.switchbacks == 0
    assert found.turns <= 1


@pytest.mark.parametrize("wait_s", [60, 240, 900])
def test_standing_at_a_light_is_no_moving_time(wait_s: int) -> None:
    run = at_a_light(wait_s)
    assert moving_s(run) == pytest.approx(len(run.samples) - wait_s, abs=25)


@pytest.mark.parametrize("leg_m", [60, 300])
def test_turning_back_is_no_stop(leg_m: float) -> None:
    run = walked(hairpins(12, leg_m, 4), 1.2, noise_m=3.0)
    assert moving_s(run) == run.elapsed_s


# Climb.


def rolling(way: Column) -> Any:
    return 300 + 12 * np.sin(way / 400) + 6 * np.sin(way / 143) + 2.5 * np.sin(way / 60)


def hilly(way: Column) -> Any:
    return 500 + 60 * np.sin(way / 800) + 20 * np.sin(way / 240) + 6 * np.sin(way / 80)


def mountain(way: Column) -> Any:
    return 800 + 450 * np.sin(np.pi * way / 10_000) + 10 * np.sin(way / 95)


def ramp(way: Column) -> Column:
    return 200 + 0.08 * way


GROUNDS: list[Callable[[Column], Any]] = [rolling, hilly, mountain, ramp]
BAROMETERS = [(0.0, 0.0), (0.3, 20.0), (0.5, 0.0), (1.0, 60.0), (0.3, 60.0)]
RECEIVERS = [(3.0, 15.0), (3.0, 60.0), (5.0, 40.0), (3.0, 0.0)]


def climb_errors(noises: list[tuple[float, float]]) -> list[float]:
    """Relative errors of climb and descent, over grounds and noises, with 3 m of noise in the place."""
    errors = []
    for ground in GROUNDS:
        steps = np.diff(ground(np.arange(0.0, 10_000)))
        up, down = steps[steps > 0].sum(), -steps[steps < 0].sum()
        for seed, noise in enumerate(noises):
            run = walked(STRAIGHT, 2.8, noise_m=3.0, altitude_m=ground, altitude_noise=noise, seed=seed)
            found = terrain(run)
            errors.append(abs(found.climb_m - up) / up)
            if down > 30:
                errors.append(abs(found.descent_m - down) / down)
    return errors


def test_climb_by_a_barometer_is_within_six_per_cent() -> None:
    errors = climb_errors(BAROMETERS)
    assert np.median(errors) < 0.04
    assert max(errors) < 0.12


def test_climb_by_a_receivers_altitude_is_near() -> None:
    assert np.median(climb_errors(RECEIVERS)) < 0.10


def test_climb_over_both_kinds_is_within_six_per_cent() -> None:
    assert np.median(climb_errors(BAROMETERS + RECEIVERS)) < 0.06


def test_a_level_road_under_a_barometers_noise_hardly_climbs() -> None:
    run = walked(STRAIGHT, 2.8, altitude_m=lambda way: 100 + 0 * way, altitude_noise=(0.3, 20.0))
    assert terrain(run).climb_m < 10


def test_climb_less_descent_is_the_difference_of_the_ends() -> None:
    found = terrain(walked(STRAIGHT, 2.8, altitude_m=hilly, altitude_noise=(0.5, 30.0)))
    ends = hilly(np.array([0.0, 10_000.0]))
    assert found.climb_m - found.descent_m == pytest.approx(ends[1] - ends[0], abs=4)


def test_a_false_altitude_at_the_start_is_no_descent() -> None:
    data = recording(600)
    data.altitude_m[:10] = 900
    false = terrain(read("a.fit", fit_file(data))[0])
    true = terrain(read("a.fit", fit_file(recording(600)))[0])
    assert false.descent_m == pytest.approx(true.descent_m, abs=3)


def test_grades_of_ramps_fall_into_their_bins() -> None:
    # 2 km each at 0, +8, -12 and +18 %.
    edges = np.array([0, 2000, 4000, 6000, 8000.0])
    heights = 500 + np.array([0, 0, 160, -80, 280.0])
    run = walked(polyline((8000.0, 0.0)), 2.5, altitude_m=lambda way: np.interp(way, edges, heights))
    found = terrain(run)
    ways = {(b.low, b.high): b.distance_m for b in found.grades}
    for pair in ((-0.02, 0.02), (0.05, 0.10), (-0.15, -0.10), (0.15, 0.25)):
        assert ways[pair] == pytest.approx(2000, rel=0.02)
    assert sum(ways.values()) == pytest.approx(found.distance_m, rel=1e-6)
    assert sum(b.time_s or 0 for b in found.grades) == pytest.approx(3200, rel=0.02)
    assert found.steep_descent_m == pytest.approx(2000, rel=0.02)


def test_the_flat_equivalent_follows_minetti() -> None:
    run = walked(polyline((4000.0, 0.0)), 2.5, altitude_m=lambda way: 100 + 0.10 * way)
    # C(0.1) / C(0) = 5.968 / 3.6 J/kg/m (Minetti 2002)
    assert terrain(run).flat_equivalent_m == pytest.approx(4000 * 5.968 / 3.6, rel=0.01)


# What is not claimed.


def test_nothing_is_claimed_without_a_track() -> None:
    (indoor,) = read("a.tcx", tcx_file(recording(600), position=False))
    assert survey(indoor) is None


@pytest.mark.parametrize("sub", [1, 45, 58])
def test_nothing_is_claimed_of_a_belt_or_a_game(sub: int) -> None:
    (run,) = read("a.fit", fit_file(recording(600), sub=sub))
    assert survey(run) is None


def test_no_climb_is_claimed_without_altitudes() -> None:
    found = terrain(walked(STRAIGHT, 3.0))
    assert (found.climb_m, found.descent_m, found.flat_equivalent_m, found.grades) == (None, None, None, ())
    assert found.switchbacks == 0


def test_a_track_without_times_has_its_terrain() -> None:
    timed = walked(hairpins(21, 100, 6), 2.3, altitude_m=ramp)
    untimed = replace(timed, samples=replace(timed.samples, time_s=np.full(len(timed.samples), np.nan)))
    assert terrain(untimed).switchbacks == 21
    assert terrain(untimed).climb_m == pytest.approx(terrain(timed).climb_m, rel=0.02)


# Times.


def paced(seconds: Column, speed: Column) -> Activity:
    way = np.concatenate(([0.0], np.cumsum(np.diff(seconds) * speed[1:])))
    return Activity(
        Samples(seconds, distance_m=way), START, elapsed_s=float(seconds[-1]), distance_m=float(way[-1])
    )


def test_splits_are_by_the_kilometre_and_the_last_is_what_is_left() -> None:
    run = paced(np.arange(1301.0), np.full(1301, 2.5))
    found = splits(run)
    assert [s.distance_m for s in found] == pytest.approx([1000, 1000, 1000, 250])
    assert [s.elapsed_s for s in found] == pytest.approx([400, 400, 400, 100])


def test_the_best_effort_is_found_wherever_it_is() -> None:
    speed = np.full(3000, 2.5)
    speed[1001:1101] = 4.0
    found = {e.name: e for e in best_efforts(paced(np.arange(3000.0), speed))}
    assert found["400 m"].elapsed_s == pytest.approx(100)
    assert found["400 m"].start_s == pytest.approx(1000)
    assert found["1 km"].elapsed_s == pytest.approx(100 + 600 / 2.5)
    assert "half marathon" not in found


def test_a_leap_of_the_receiver_is_no_record() -> None:
    speed = np.full(2000, 2.5)
    speed[500] = 300.0
    efforts = {e.name: e.elapsed_s for e in best_efforts(paced(np.arange(2000.0), speed))}
    assert efforts["400 m"] >= 400 / 10.2


def test_a_stop_is_no_moving_time() -> None:
    speed = np.full(1200, 2.5)
    speed[300:500] = 0
    run = paced(np.arange(1200.0), speed)
    assert moving_s(run) == pytest.approx(1000, abs=15)
    (stop,) = stops(run)
    assert stop.start_s == pytest.approx(300, abs=10)
    assert stop.end_s == pytest.approx(500, abs=10)


def test_a_gap_in_the_recording_while_standing_is_a_stop() -> None:
    time = np.concatenate((np.arange(300.0), 900 + np.arange(300.0)))
    speed = np.where(np.diff(time, prepend=0) > 10, 0.0, 2.5)
    assert moving_s(paced(time, speed)) == pytest.approx(600, abs=15)
