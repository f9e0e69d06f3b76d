"""Load and its sums, against sums by hand and the published figures."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pytest

from secondwind.running.load import (
    CAVEATS,
    average,
    daily,
    longest_before,
    monotony,
    session_load,
    spike,
    strain,
)

DAY = date(2026, 5, 17)


def test_a_session_is_worth_exertion_times_minutes() -> None:
    assert session_load(6, 50) == 300


@pytest.mark.parametrize(("rpe", "minutes"), [(-1, 10), (11, 10), (5, -1), (5, math.inf), (math.nan, 5)])
def test_a_session_that_cannot_be_is_refused(rpe: float, minutes: float) -> None:
    with pytest.raises(ValueError, match=r"exertion|minutes"):
        session_load(rpe, minutes)


def test_days_add_up_and_days_without_running_are_nought() -> None:
    loads = [(DAY, 100.0), (DAY, 50.0), (DAY + timedelta(days=2), 30.0), (DAY - timedelta(days=1), 999.0)]
    assert daily(loads, DAY, DAY + timedelta(days=3)) == [150, 0, 30, 0]


def test_an_even_load_is_its_own_average_in_the_end() -> None:
    assert average([100.0] * 600, 42)[-1] == pytest.approx(100, abs=0.01)


def test_the_average_falls_to_a_third_in_its_time_constant() -> None:
    assert average([0.0] * 7, 7, start=100)[-1] == pytest.approx(100 / math.e)


def test_monotony_and_strain_by_hand() -> None:
    week = [300.0, 0, 300, 0, 300, 0, 300]
    mean, deviation = 1200 / 7, math.sqrt(sum((x - 1200 / 7) ** 2 for x in week) / 7)
    assert monotony(week) == pytest.approx(mean / deviation)
    assert strain(week) == pytest.approx(1200 * mean / deviation)
    assert monotony([0.0] * 7) is None
    assert strain([50.0] * 7) is None


def test_the_longest_run_is_that_of_the_thirty_days_before() -> None:
    runs = [
        (DAY - timedelta(days=d), m) for d, m in ((0, 40_000.0), (1, 8000.0), (30, 12_000.0), (31, 30_000.0))
    ]
    assert longest_before(runs, DAY) == 12_000


@pytest.mark.parametrize(
    ("distance", "ratio", "interval"),
    [
        (9_000, 1.0, (1.0, 1.0)),
        (11_000, 1.0, (1.0, 1.0)),
        (11_001, 1.64, (1.31, 2.05)),
        (13_000, 1.64, (1.31, 2.05)),
        (13_100, 1.52, (1.16, 2.00)),
        (20_000, 1.52, (1.16, 2.00)),
        (20_100, 2.28, (1.50, 3.48)),
    ],
)
def test_a_spike_has_the_published_ratio(
    distance: float, ratio: float, interval: tuple[float, float]
) -> None:
    found = spike(distance, 10_000)
    assert found is not None
    assert found.over == pytest.approx(distance / 10_000 - 1)
    assert (found.band.hazard_ratio, (found.band.low, found.band.high)) == (ratio, interval)


def test_without_a_run_to_compare_with_nothing_is_said() -> None:
    assert spike(5000, 0) is None


def test_the_caveats_say_that_it_is_no_own_risk() -> None:
    assert any("not your own risk" in c for c in CAVEATS)
