"""Training load: what a session was worth, how it adds up, and how far a run goes beyond the longest of late.

These are descriptions, not forecasts. The ratio of a week's load to a month's is left out on purpose: in the
largest cohort of runners it pointed the wrong way, and it is no better than chance elsewhere (Impellizzeri
2020, doi 10.1007/s40279-020-01378-6; Frandsen 2025, doi 10.1136/bjsports-2024-109380).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

FITNESS_DAYS: Final = 42.0
FATIGUE_DAYS: Final = 7.0
WEEK: Final = 7
SPIKE_DAYS: Final = 30


@dataclass(frozen=True)
class Band:
    """One band of the single-session spike: above `over`, up to `upto` (both as a share of the longest run of
    the last 30 days), and its hazard ratio of injury with the 95 % interval, against up to 10 %."""

    over: float
    upto: float
    hazard_ratio: float
    low: float
    high: float


REFERENCE: Final = Band(-np.inf, 0.10, 1.0, 1.0, 1.0)
BANDS: Final = (
    REFERENCE,
    Band(0.10, 0.30, 1.64, 1.31, 2.05),
    Band(0.30, 1.00, 1.52, 1.16, 2.00),
    Band(1.00, np.inf, 2.28, 1.50, 3.48),
)
"""Garmin-RUNSAFE: 5,205 runners, 18 months, 588,071 sessions, 1,820 injured (Frandsen et al. 2025, Br J
Sports Med 59:1203, doi 10.1136/bjsports-2024-109380)."""

CAVEATS: Final = (
    "It compares groups of runners; it is not your own risk, and it does not grow evenly with the spike.",
    "Injuries were self-reported, by volunteers of whom one in five was a woman.",
    "It counts distance alone: no surface, no climb, no shoes.",
    "It is a relative figure: a higher share of a small risk is still small.",
)


@dataclass(frozen=True)
class Spike:
    """A run against the longest of the 30 days before it: `over` is 0.25 for a quarter more."""

    distance_m: float
    longest_m: float
    over: float
    band: Band


def session_load(rpe: float, minutes: float) -> float:
    """Session RPE: perceived exertion (0-10) times minutes (Foster 2001). Repeats vary by about 28 %
    (Wallace 2014), so show it without digits that it does not have. Raises ValueError."""
    if not 0 <= rpe <= 10:
        raise ValueError("exertion goes from 0 to 10")
    if not 0 <= minutes < float("inf"):
        raise ValueError("minutes must be 0 or more")
    return rpe * minutes


def daily(loads: Iterable[tuple[date, float]], first: date, last: date) -> list[float]:
    """The sum of each day from `first` to `last`, both included; days without any are 0."""
    days = (last - first).days + 1
    sums = [0.0] * max(days, 0)
    for day, load in loads:
        if first <= day <= last:
            sums[(day - first).days] += load
    return sums


def average(loads: Iterable[float], days: float, start: float = 0.0) -> list[float]:
    """The exponential average of daily loads with a time constant of so many days, one value a day:
    x(t) = x(t-1) + (load - x(t-1)) (1 - e^(-1/days))."""
    share = 1 - np.exp(-1 / days)
    value, values = start, []
    for load in loads:
        value += (load - value) * share
        values.append(float(value))
    return values


def monotony(week: Iterable[float]) -> float | None:
    """The mean of seven daily loads over their standard deviation (Foster 1998); None for a week without
    load or with the same load each day, where it has no meaning. Raises ValueError for other than seven."""
    loads = np.array(list(week), dtype=float)
    if len(loads) != WEEK:
        raise ValueError("monotony is of seven days")
    deviation = float(loads.std())
    return float(loads.mean()) / deviation if deviation > 0 else None


def strain(week: Iterable[float]) -> float | None:
    """The week's sum times its monotony; None where that has no meaning."""
    loads = list(week)
    same = monotony(loads)
    return None if same is None else sum(loads) * same


def longest_before(runs: Mapping[date, float] | Iterable[tuple[date, float]], day: date) -> float:
    """The longest run in metres of the 30 days before `day`, without that day; 0 when there was none."""
    pairs = runs.items() if isinstance(runs, Mapping) else runs
    first = day - timedelta(days=SPIKE_DAYS)
    return max((metres for when, metres in pairs if first <= when < day), default=0.0)


def spike(distance_m: float, longest_m: float) -> Spike | None:
    """How far a run goes beyond the longest of the last 30 days; None when there was none to compare with."""
    if longest_m <= 0 or distance_m < 0:
        return None
    over = distance_m / longest_m - 1
    # 1.1 is stored a little above itself: what is 10 % to the millimetre counts as 10 %.
    rounded = round(over, 6)
    band = next(b for b in BANDS if rounded <= b.upto)
    return Spike(distance_m, longest_m, over, band)
