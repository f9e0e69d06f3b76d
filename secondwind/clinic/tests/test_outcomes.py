"""Counts of how it ended: equal however they are added up, silent below ten, times as a textbook has them."""

import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from secondwind.clinic.model import Effect
from secondwind.clinic.outcomes import Back, Counted, Course, Report, Tally, count, median_weeks

reports = st.builds(Report, st.integers(0, 60).map(float), st.sampled_from(Back))
courses = st.builds(
    Course,
    st.lists(reports, max_size=4).map(tuple),
    st.integers(0, 120).map(float),
    st.dictionaries(st.sampled_from(["ice", "rest", "strengthening"]), st.sampled_from(Effect), max_size=3),
)


def told(*answers: tuple[float, Back], observed: float = 60.0, **tried: Effect) -> Course:
    return Course(tuple(Report(week, state) for week, state in answers), observed, tried)


def shown(group: list[Course], least: int = 10) -> Counted:
    counted = count(group, least)
    assert counted is not None
    return counted


def test_a_group_is_counted_by_the_last_word():
    group = [told((2, Back.NOT), (12, Back.FULL))] * 7
    group += [told((2, Back.FULL), (6, Back.PARTLY))] * 2 + [told((2, Back.NOT))] * 2 + [told()]
    counted = shown(group)
    assert (counted.n, counted.full, counted.partly, counted.not_back, counted.unknown) == (12, 7, 2, 2, 1)
    assert counted.lost == 5
    assert counted.median == 12


def test_nothing_shows_below_ten_of_a_group_or_of_a_measure():
    group = [told((6, Back.FULL), ice=Effect.BETTER)] * 9
    assert count(group) is None
    assert shown([*group, told()]).measures == ()
    (ice,) = shown([*group, told((2, Back.NOT), ice=Effect.WORSE)]).measures
    assert (ice.treatment, ice.outcome.n, ice.effects[Effect.BETTER], ice.effects[Effect.WORSE]) == (
        "ice",
        10,
        9,
        1,
    )


def test_measures_stand_by_name_not_by_success():
    good, bad = told((2, Back.FULL), rest=Effect.BETTER), told((52, Back.NOT), ice=Effect.WORSE)
    assert [m.treatment for m in shown([good] * 40 + [bad] * 10).measures] == ["ice", "rest"]


@pytest.mark.parametrize(
    ("answers", "observed", "lost"),
    [
        ((), 5.9, False),
        ((), 6.0, True),
        (((2, Back.NOT),), 9.9, False),
        (((2, Back.NOT),), 10, True),
        (((3, Back.FULL),), 200, False),
        (((3, Back.FULL), (6, Back.NOT)), 200, True),
        (((52, Back.PARTLY),), 200, False),
    ],
)
def test_who_counts_as_lost(answers, observed, lost):
    assert told(*answers, observed=observed).lost is lost


@pytest.mark.parametrize("week", [-1, math.nan, math.inf])
def test_a_report_of_no_week_is_refused(week):
    with pytest.raises(ValueError, match="week"):
        Report(week, Back.FULL)


@settings(max_examples=60, deadline=None)
@given(st.lists(courses, max_size=30), st.randoms(use_true_random=False))
def test_the_order_changes_nothing(group: list[Course], shuffler: random.Random):
    shuffled = [Course(tuple(shuffler.sample(c.reports, len(c.reports))), c.observed, c.tried) for c in group]
    shuffler.shuffle(shuffled)
    assert count(shuffled, least=1) == count(group, least=1)


@settings(max_examples=60, deadline=None)
@given(st.lists(courses, max_size=25), st.lists(courses, max_size=25))
def test_counting_on_agrees_with_counting_anew(stay: list[Course], go: list[Course]):
    tally = Tally()
    for course in go + stay:
        tally.add(course)
    for course in go:
        tally.remove(course)
    assert tally.counted(least=1) == count(stay, least=1)


@settings(max_examples=60, deadline=None)
@given(st.lists(courses, min_size=1, max_size=30))
def test_every_course_is_counted_once(group: list[Course]):
    counted = shown(group, least=1)
    assert counted.full + counted.partly + counted.not_back + counted.unknown == counted.n == len(group)
    assert counted.lost <= counted.n - counted.full
    bounds = [w for w in (counted.low, counted.median, counted.high) if w is not None]
    assert bounds == sorted(bounds)


@pytest.mark.parametrize("seed", range(8))
def test_median_and_interval_agree_with_statsmodels(seed):
    rng = np.random.default_rng(seed)
    weeks = rng.weibull(1.3, 61) * 15 + 0.01  # no two alike, so no tie at one half
    back = rng.random(61) < 0.75
    median, low, high = median_weeks(weeks[back], weeks[~back])
    oracle = SurvfuncRight(weeks, back)
    with np.errstate(
        divide="ignore", invalid="ignore"
    ):  # its transform at the end of the curve, where nobody is left
        expected = (oracle.quantile(0.5), *oracle.quantile_ci(0.5, method="cloglog"))
    for ours, theirs in zip((median, low, high), expected, strict=True):
        assert ours == (pytest.approx(theirs) if np.isfinite(theirs) else None)


def test_no_return_has_no_median():
    assert median_weeks([], [4.0, 9.0]) == (None, None, None)
    assert median_weeks([30.0], [2.0] * 20)[2] is None
