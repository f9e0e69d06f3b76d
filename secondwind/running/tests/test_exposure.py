"""What the analysis of exposures promises: against an oracle, and whatever the diary."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats
from statsmodels.discrete.conditional_models import ConditionalLogit

from secondwind.running.exposure import Answer, Diary, Exposure, Lag, Pain, Result, analyse, usual
from secondwind.running.exposure.chance import chances, over_all
from secondwind.running.exposure.flares import Matched, flares, matched
from secondwind.running.exposure.logit import Sets, fit

Numbers = NDArray[np.float64]


def diary_of(
    seed: int = 0, runs: int = 120, effect: float = 2.2, more: tuple[Exposure, ...] = (), start: int = 0
) -> Diary:
    """A run every other day; "hills" makes the calf worse by `effect` in log odds, two others do nothing."""
    chance = np.random.default_rng(seed)
    hills = (chance.random(runs) < 0.3).astype(float)
    length = chance.normal(10, 3, runs)
    worse = chance.random(runs) < 1 / (1 + np.exp(2.0 - effect * hills))
    before = chance.integers(0, 2, runs).astype(float)
    exposures = (
        Exposure("hills", hills, yes_no=True),
        Exposure("length", length, unit="km"),
        Exposure("evening", (chance.random(runs) < 0.5).astype(float), yes_no=True),
        *more,
    )
    pain = Pain("calf", Lag.NEXT_DAY, before + 3 * worse, before)
    ids = [f"r{i:03}" for i in range(runs)]
    return Diary.of(ids, [start + 2 * i for i in range(runs)], exposures, [pain])


def only(result: Result) -> Answer:
    assert not result.refusals
    (answer,) = result.answers
    return answer


# --- Against others -------------------------------------------------------------------------------------


def sets_at_random(seed: int, exposures: int = 4, sets: int = 25) -> tuple[Numbers, list[Matched]]:
    chance = np.random.default_rng(seed)
    values = chance.normal(size=(sets * 8, exposures))
    found = []
    for i in range(sets):
        case, others = 8 * i, np.arange(8 * i + 1, 8 * i + 3 + int(chance.integers(0, 6)))
        found.append(Matched(case, others))
        values[case, 0] += 0.8
    return values, found


@pytest.mark.parametrize("seed", range(4))
def test_the_fit_is_that_of_statsmodels(seed: int) -> None:
    values, sets = sets_at_random(seed)
    rows = [i for s in sets for i in (s.case, *s.others)]
    is_case = [i == s.case for s in sets for i in (s.case, *s.others)]
    group = [g for g, s in enumerate(sets) for _ in range(len(s.others) + 1)]
    oracle = ConditionalLogit(np.array(is_case, float), values[rows], groups=np.array(group)).fit(disp=0)
    ours = fit(Sets.of(values, sets), prior_sd=1e4)
    assert ours.coefficients == pytest.approx(oracle.params, abs=1e-3)
    assert np.sqrt(np.diag(ours.covariance)) == pytest.approx(oracle.bse, abs=2e-3)


@pytest.mark.parametrize("seed", range(2))
def test_the_prior_shrinks_as_it_says(seed: int) -> None:
    values, sets = sets_at_random(seed)
    arrays, prior = Sets.of(values, sets), 0.4
    found = fit(arrays, prior)

    def slope(b: Numbers) -> Numbers:
        total = -b / prior**2
        for s in sets:
            x = values[[s.case, *s.others]]
            share = np.exp(x @ b) / np.exp(x @ b).sum()
            total = total + x[0] - share @ x
        return total

    assert slope(found.coefficients) == pytest.approx(0, abs=1e-6)
    free = fit(arrays, 1e4)
    assert np.linalg.norm(found.coefficients) < np.linalg.norm(free.coefficients)


def test_the_permutation_is_that_of_scipy_for_one_exposure() -> None:
    """With one other run to each case, drawing the case is drawing the sign of the difference."""
    chance = np.random.default_rng(5)
    values = chance.normal(size=(40, 1))
    values[::2] += 0.5
    sets = [Matched(i, np.array([i + 1])) for i in range(0, 40, 2)]
    (ours,) = chances(Sets.of(values, sets), np.eye(1), draws=9999)
    theirs = stats.permutation_test(
        (values[::2, 0], values[1::2, 0]),
        lambda a, b: abs(float((a - b).sum())),
        permutation_type="samples",
        alternative="greater",
        n_resamples=9999,
        rng=np.random.default_rng(1),
    ).pvalue
    assert ours == pytest.approx(theirs, abs=0.015)


def test_chances_of_several_sites_are_those_of_benjamini_and_hochberg() -> None:
    smallest = [0.04, 0.01, 0.8, 0.03]
    held = [p * factor for p, factor in zip(smallest, over_all(smallest), strict=True)]
    assert held == pytest.approx(stats.false_discovery_control(smallest))


# --- Flares ---------------------------------------------------------------------------------------------


def pain(after: list[float], before: list[float]) -> Pain:
    return Pain("calf", Lag.SAME_DAY, np.array(after, float), np.array(before, float))


def test_a_flare_is_a_rise_by_two_and_the_first_of_its_episode() -> None:
    days = np.array([0, 1, 4, 10, 20, 30, 40])
    found = flares(days, pain([3, 4, 1, 3, 5, 10, np.nan], [1, 1, 1, 1, 4, 9, 1]))
    assert found.worse.tolist() == [True, True, False, True, False, False, False]
    assert found.case.tolist() == [True, False, False, True, False, False, False]
    assert found.usable.tolist() == [True, True, True, True, True, False, False]


def test_a_flare_is_compared_with_calm_runs_of_two_weeks_to_each_side() -> None:
    days = np.array([0, 10, 10, 11, 24, 25])
    found = flares(days, pain([0, 0, 3, 3, 0, 0], [0, 0, 0, 0, 0, 0]))
    (one,) = matched(days, found)
    assert days[one.case] == 10
    assert days[one.others].tolist() == [0, 24]


def test_the_usual_is_a_third_of_the_week_to_each_side_without_the_day_itself() -> None:
    days, values = [0, 3, 6, 7, 9, 15, 30], np.array([0, 0, 3, 9, 3, 9, 1.0])
    assert usual(days, values, [7, 30]).tolist()[:1] == [pytest.approx(np.quantile([0, 0, 3, 3], 1 / 3))]
    assert np.isnan(usual(days, values, [30])).all()


# --- What it says ---------------------------------------------------------------------------------------


def test_the_cause_is_flagged_and_the_others_are_not() -> None:
    answer = only(analyse(diary_of()))
    first, *rest = answer.effects
    assert (first.name, first.rank, first.flagged) == ("hills", 1, True)
    assert first.interval_95[0] > 1
    assert first.interval_95[0] < first.interval_80[0] < first.odds_ratio < first.interval_80[1]
    assert not any(e.flagged for e in rest)


def test_every_figure_names_the_runs_behind_it() -> None:
    diary = diary_of()
    answer = only(analyse(diary))
    hills = next(e for e in answer.effects if e.name == "hills")
    had = {r for r, v in zip(diary.runs, diary.exposures[0].values, strict=True) if v}
    assert set(hills.with_it.runs) == had
    assert set(hills.with_it.runs) | set(hills.without.runs) == set(answer.runs)
    assert set(hills.with_it.worse) == had & set(answer.worse)
    assert hills.flares_with == sum(c.run in had for c in answer.cases)
    assert all(c.run in answer.worse and not set(c.compared_with) & set(answer.worse) for c in answer.cases)


def test_too_little_is_refused_with_what_is_missing() -> None:
    short = diary_of(runs=30)
    (refusal,) = analyse(short).refusals
    assert refusal.more_runs == 10
    assert f"{refusal.flares} flare" in refusal.why
    assert refusal.more_days is not None
    (calm,) = analyse(diary_of(effect=-1, runs=50)).refusals
    assert calm.more_flares == 10 - calm.flares > 0
    assert calm.more_runs == 0


def test_two_that_always_come_together_cannot_be_told_apart() -> None:
    plain = diary_of()
    twin = Exposure("old shoes", plain.exposures[0].values.copy(), yes_no=True)
    answer = only(analyse(replace(plain, exposures=(*plain.exposures, twin))))
    (pair,) = answer.together
    assert set(pair.names) == {"hills", "old shoes"}
    assert (pair.always, pair.flagged, pair.rank) == (True, True, 1)
    by_name = {e.name: e for e in answer.effects}
    assert by_name["hills"].apart_from == ("old shoes",)
    assert not by_name["hills"].flagged
    assert not by_name["old shoes"].flagged


def test_what_others_tell_together_is_said_with_all_of_them() -> None:
    plain = diary_of()
    chance = np.random.default_rng(9)
    up, down = chance.normal(size=(2, 120))
    more = (Exposure("up", up), Exposure("down", down), Exposure("all", up + down))
    answer = only(analyse(replace(plain, exposures=(*plain.exposures, *more))))
    (group,) = answer.together
    assert set(group.names) == {"up", "down", "all"}
    assert not group.always


def test_levels_are_told_against_the_others_of_their_choice() -> None:
    plain = diary_of()
    shoe = np.random.default_rng(3).integers(0, 3, 120)
    levels = tuple(
        Exposure(f"shoe: {n}", (shoe == i).astype(float), label=n, yes_no=True, of="shoe")
        for i, n in enumerate("ABC")
    )
    answer = only(analyse(replace(plain, exposures=(*plain.exposures, *levels))))
    shoes = [e for e in answer.effects if e.of == "shoe"]
    assert len(shoes) == 3
    assert not answer.together
    assert all(e.step == "rather than any other shoe" for e in shoes)
    logs = [np.log(e.odds_ratio) for e in shoes]
    assert min(logs) < 0 < max(logs)


def test_where_one_shoe_is_worse_the_others_are_not_findings() -> None:
    plain = diary_of()
    hills, shoe = plain.exposures[0].values, np.random.default_rng(3).integers(0, 2, 120)
    levels = [
        Exposure(f"shoe: {n}", had.astype(float), label=n, yes_no=True, of="shoe")
        for n, had in (("A", hills > 0), ("B", (hills == 0) & (shoe == 0)), ("C", (hills == 0) & (shoe == 1)))
    ]
    answer = only(analyse(replace(plain, exposures=tuple(levels))))
    assert [e.name for e in answer.effects if e.flagged] == ["shoe: A"]


def two_lags(*, spread_over: bool) -> Result:
    """Runs on some days, and pain of every day. Either each run may hurt the day after it, or only the second
    of two days in a row does, at once."""
    chance = np.random.default_rng(11)
    ran = chance.random(420) < 0.55
    days = np.flatnonzero(ran)
    in_a_row = np.isin(days - 1, days)
    hit = chance.random(len(days)) < (0.25 if spread_over else np.where(in_a_row, 0.4, 0.08))
    pain = chance.integers(0, 2, 422).astype(float)
    pain[days[hit] + (1 if spread_over else 0)] += 3
    level = {Lag.SAME_DAY: pain[days], Lag.NEXT_DAY: pain[days + 1]}
    told = [Pain("calf", lag, v, usual(days, v, days), from_usual=True) for lag, v in level.items()]
    exposure = Exposure("in a row", in_a_row.astype(float), yes_no=True)
    return analyse(Diary.of([f"r{d:03}" for d in days], days.tolist(), [exposure], told))


def test_what_the_run_of_the_day_before_left_is_not_blamed_on_two_days_in_a_row() -> None:
    same_day = two_lags(spread_over=True).answers[0]
    assert not same_day.effects
    assert same_day.lag is Lag.SAME_DAY
    assert [o.name for o in same_day.left_out] == ["in a row"]
    assert "the run of the day before left" in same_day.left_out[0].why


def test_two_days_in_a_row_are_found_where_single_runs_do_no_harm() -> None:
    same_day = two_lags(spread_over=False).answers[0]
    assert [e.name for e in same_day.effects if e.flagged] == ["in a row"]


def test_fewer_flares_after_two_days_in_a_row_are_no_finding_where_several_lags_are_told() -> None:
    chance = np.random.default_rng(4)
    days = np.flatnonzero(chance.random(420) < 0.55)
    in_a_row = np.isin(days - 1, days)
    pain = chance.integers(0, 2, 422).astype(float)
    pain[days[chance.random(len(days)) < np.where(in_a_row, 0.03, 0.4)] + 1] += 3
    told = [
        Pain("calf", lag, pain[days + later], usual(days, pain[days + later], days), from_usual=True)
        for later, lag in enumerate((Lag.SAME_DAY, Lag.NEXT_DAY))
    ]
    exposure = Exposure("in a row", in_a_row.astype(float), yes_no=True)
    result = analyse(Diary.of([f"r{d:03}" for d in days], days.tolist(), [exposure], told))
    next_morning = next(a for a in result.answers if a.lag is Lag.NEXT_DAY)
    assert [o.name for o in next_morning.left_out] == ["in a row"]
    assert "rests" in next_morning.left_out[0].why


def test_flares_that_are_compared_with_the_same_runs_count_for_less() -> None:
    values, apart = sets_at_random(1)
    shared = [Matched(one.case, np.concatenate([other.others for other in apart[:3]])) for one in apart[:3]]
    assert Sets.of(values, apart).overlap == pytest.approx(1)
    one = Sets.of(values, shared)
    assert one.overlap > 1.1
    without = replace(one, overlap=1.0)
    assert np.diag(fit(one).covariance).min() > np.diag(fit(without).covariance).min()
    assert (chances(one, np.eye(4)) >= chances(without, np.eye(4))).all()


def test_of_two_levels_the_one_with_more_flares_is_told() -> None:
    hills = diary_of().exposures[0].values
    levels = (
        Exposure("ground: hill", hills, label="hill", yes_no=True, of="ground"),
        Exposure("ground: flat", 1 - hills, label="flat", yes_no=True, of="ground"),
    )
    for order in (levels, levels[::-1]):
        first = only(analyse(replace(diary_of(), exposures=order))).effects[0]
        assert (first.name, first.step) == ("ground: hill", "rather than flat")
        assert first.odds_ratio > 1


def test_less_of_a_run_before_a_flare_is_no_finding() -> None:
    """Pain that cuts runs short must not make short runs a cause."""
    plain = diary_of(effect=0, runs=240)
    worse = plain.pains[0].after - plain.pains[0].before > 0
    length = np.random.default_rng(2).normal(10, 1, 240) - 4 * worse
    answer = only(analyse(replace(plain, exposures=(Exposure("distance", length, volume=True),))))
    assert answer.effects[0].interval_95[1] < 1
    assert answer.effects[0].because_of_pain
    assert not answer.effects[0].flagged


# --- Whatever the diary ---------------------------------------------------------------------------------


def shape(result: Result) -> list[tuple[object, ...]]:
    """All figures, without the names of runs and exposures."""
    return [
        (round(e.z, 6), round(e.per_sd, 6), e.flagged, e.rank, e.flares, e.flares_with, round(e.chance, 6))
        for a in result.answers
        for e in a.effects
    ]


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 50), st.randoms(use_true_random=False))
def test_the_order_of_rows_means_nothing(seed: int, chance: object) -> None:
    plain = diary_of(seed)
    order = list(range(len(plain.runs)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    mixed = Diary.of(
        [plain.runs[i] for i in order],
        plain.days[order],
        [replace(e, values=e.values[order]) for e in plain.exposures],
        [replace(p, after=p.after[order], before=p.before[order]) for p in plain.pains],
    )
    assert analyse(mixed) == analyse(plain)


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 50), st.integers(-800_000, 800_000))
def test_the_calendar_means_nothing(seed: int, later: int) -> None:
    assert shape(analyse(diary_of(seed, start=later))) == shape(analyse(diary_of(seed)))


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 50), st.lists(st.text(max_size=8), min_size=3, max_size=3, unique=True))
def test_names_mean_nothing(seed: int, names: list[str]) -> None:
    plain = diary_of(seed)
    renamed = [replace(e, name=n) for e, n in zip(plain.exposures, names, strict=True)]
    assert shape(analyse(replace(plain, exposures=tuple(renamed)))) == shape(analyse(plain))


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 50), st.floats(0.01, 1000))
def test_another_unit_changes_the_unit_alone(seed: int, factor: float) -> None:
    plain = diary_of(seed)
    scaled = [replace(e, values=e.values * factor) if e.name == "length" else e for e in plain.exposures]
    one, other = only(analyse(plain)), only(analyse(replace(plain, exposures=tuple(scaled))))
    assert shape(Result(0, 0, 0, (other,), ())) == shape(Result(0, 0, 0, (one,), ()))
    slope = [
        np.log(e.odds_ratio) / e.per * (factor if a is other else 1)
        for a in (one, other)
        for e in a.effects
        if e.name == "length"
    ]
    assert slope[0] == pytest.approx(slope[1], rel=1e-6)


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 50), st.floats(-1e6, 1e6))
def test_what_never_changes_is_never_flagged(seed: int, value: float) -> None:
    same = Exposure("same", np.full(120, value))
    answer = only(analyse(diary_of(seed, more=(same,))))
    assert [o.name for o in answer.left_out] == ["same"]
    assert "same" not in {e.name for e in answer.effects}


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 50))
def test_gaps_are_borne(seed: int) -> None:
    plain = diary_of(seed, runs=160)
    chance = np.random.default_rng(seed)
    holes = [replace(e, values=np.where(chance.random(160) < 0.2, np.nan, e.values)) for e in plain.exposures]
    answer = only(analyse(replace(plain, exposures=tuple(holes))))
    assert {e.name for e in answer.effects} == {"hills", "length", "evening"}
    assert all(np.isfinite(e.odds_ratio) for e in answer.effects)
