"""Sums and lines over many runs, against sums done by hand."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondwind.runlog import statistics
from secondwind.runlog.statistics import Row
from secondwind.running import load

MONDAY = date(2026, 3, 9)
DAY = timedelta(days=1)

rows = st.lists(
    st.builds(
        Row,
        id=st.integers(1, 99),
        day=st.integers(0, 120).map(lambda days: MONDAY + timedelta(days=days)),
        sport=st.sampled_from(["running", "running", "cycling"]),
        distance_m=st.none() | st.integers(0, 50_000).map(float),
        time_s=st.none() | st.integers(1, 20_000).map(float),
        climb_m=st.none() | st.integers(0, 2000).map(float),
        rpe=st.none() | st.integers(0, 10),
    ),
    max_size=40,
)


def test_a_week_sums_what_was_run_in_it():
    week, empty = statistics.weeks(
        [
            Row(1, MONDAY, distance_m=10_000, time_s=3600, climb_m=100, rpe=5),
            Row(2, MONDAY + 6 * DAY, distance_m=5000, time_s=1500),
            Row(3, MONDAY, "cycling", 40_000, 5000),
            Row(4, MONDAY - DAY, distance_m=1),
        ],
        MONDAY + 3 * DAY,
        MONDAY + 7 * DAY,
    )
    assert (week.monday, week.runs, week.distance_m, week.time_s, week.climb_m) == (
        MONDAY,
        2,
        15_000,
        5100,
        100,
    )
    assert (week.load, week.rated) == (300, 1)
    assert (empty.monday, empty.runs) == (MONDAY + 7 * DAY, 0)


@given(rows)
def test_weeks_months_years_and_the_total_agree(found):
    total = statistics.total(found)
    for parts in (
        statistics.weeks(found, MONDAY, MONDAY + 130 * DAY),
        statistics.months(found).values(),
        statistics.years(found).values(),
    ):
        assert sum(part.runs for part in parts) == total.runs
        assert sum(part.distance_m for part in parts) == pytest.approx(total.distance_m)
        assert sum(part.load for part in parts) == pytest.approx(total.load)


@given(rows)
def test_the_line_of_the_longest_is_what_the_spike_compares_with(found):
    longest = statistics.longest_by_day(found)
    line = statistics.longest_line(found, MONDAY, MONDAY + 150 * DAY)
    assert line == [load.longest_before(longest, MONDAY + i * DAY) for i in range(151)]


def test_a_spike_is_against_the_longest_single_run_and_not_the_sum_of_a_day():
    found = [
        Row(1, MONDAY, distance_m=10_000),
        Row(2, MONDAY, distance_m=9000),
        Row(3, MONDAY, "cycling", 90_000),
    ]
    spike = statistics.spike_of(found, MONDAY + 30 * DAY, 12_000)
    assert spike is not None
    assert (spike.longest_m, round(spike.over, 6), spike.band.hazard_ratio) == (10_000, 0.2, 1.64)
    assert statistics.spike_of(found, MONDAY + 31 * DAY, 12_000) is None
    assert statistics.spike_of(found, MONDAY, 12_000) is None


def test_load_is_effort_times_minutes_and_only_where_both_are_known():
    assert statistics.load_of(Row(1, MONDAY, time_s=2700, rpe=6)) == 270
    assert statistics.load_of(Row(1, MONDAY, time_s=2700, rpe=0)) == 0
    assert statistics.load_of(Row(1, MONDAY, time_s=2700)) is None
    assert statistics.load_of(Row(1, MONDAY, rpe=6)) is None


def test_the_averages_of_load_know_what_was_before_the_first_day_shown():
    found = [Row(i, MONDAY + i * DAY, time_s=3600, rpe=5) for i in range(100)]
    shown = statistics.load_curves(found, MONDAY + 90 * DAY, MONDAY + 99 * DAY)
    assert shown.daily == [300] * 10
    assert shown.fatigue[0] == pytest.approx(300, rel=0.01)
    assert shown.fitness == load.average([300] * 100, load.FITNESS_DAYS)[90:]
    nothing = statistics.load_curves([], MONDAY, MONDAY + DAY)
    assert (nothing.daily, nothing.fitness) == ([0, 0], [0, 0])


def test_the_best_of_each_distance_is_the_fastest_and_of_equals_the_first():
    found = [
        Row(1, MONDAY + DAY, efforts={"5000": 1500, "1000": 280}),
        Row(2, MONDAY, efforts={"5000": 1500.0}),
        Row(3, MONDAY, efforts={"1609.344": 420, "5000": 1600}),
        Row(4, MONDAY, "cycling", efforts={"5000": 500}),
    ]
    assert [(best.distance_m, best.time_s, best.id) for best in statistics.best_efforts(found)] == [
        (1000, 280, 1),
        (1609.344, 420, 3),
        (5000, 1500, 2),
    ]


def test_shares_add_up_by_name_the_longest_first():
    parts = [("road", 1000.0), ("trail", 5000.0), ("road", 2500.0)]
    assert list(statistics.shared_out(parts).items()) == [("trail", 5000), ("road", 3500)]
