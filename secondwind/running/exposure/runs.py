"""The exposures of plain run records: what a log knows of each run, and of the runs before it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from math import nan
from statistics import fmean, median
from typing import Final

import numpy as np

from secondwind.running import load
from secondwind.running.activity import Column
from secondwind.running.exposure.diary import Exposure
from secondwind.running.formulas import KM_M

USUAL_DAYS: Final = timedelta(days=30)
LEAST: Final = 3
FAST: Final = 0.9
"""A kilometre in at most this share of the own usual time is fast. Expert judgement."""
LONGEST_BREAK: Final = 14.0
MIDDAY, EVENING = 11.0, 16.0
_DEGREES = re.compile(r"(-?\d+(?:[.,]\d+)?)\s*(?:°\s*([CF])?|(?:deg(?:rees)?\s*)?([CF])\b)", re.IGNORECASE)


@dataclass(frozen=True)
class RunRecord:
    """One run as a log has it; None for what nobody knows.

    `surfaces` and `shoes` are names with shares of the run; `shoe_m` the metres that the shoe worn most had
    before it; `splits_s` the seconds of its full kilometres; `hour` the local hour of the start.
    """

    id: str
    day: date
    hour: float | None = None
    distance_m: float | None = None
    time_s: float | None = None
    climb_m: float | None = None
    descent_m: float | None = None
    switchbacks: int | None = None
    turns: int | None = None
    surfaces: Mapping[str, float] = field(default_factory=dict)
    shoes: Mapping[str, float] = field(default_factory=dict)
    shoe_m: float | None = None
    splits_s: Sequence[float] = ()
    temperature_c: float | None = None


def temperature_c(words: str) -> float | None:
    """The temperature in words about the weather: "12 °C, rain", "-3C", "70F"; None without one."""
    found = _DEGREES.search(words)
    if found is None:
        return None
    value = float(found[1].replace(",", "."))
    return (value - 32) / 1.8 if (found[2] or found[3] or "C").upper() == "F" else value


def exposures_of(records: Sequence[RunRecord]) -> list[Exposure]:
    """The exposures of runs in the order of days. Raises ValueError when they are not in order."""
    if any(later.day < earlier.day for earlier, later in pairwise(records)):
        raise ValueError("the runs must be in the order of their days")
    return [
        *_choice("surface", [r.surfaces for r in records]),
        *_choice("shoe", [r.shoes for r in records]),
        _number("shoe age", records, lambda r: _over(r.shoe_m, KM_M), "km", 100),
        _number("distance", records, lambda r: _over(r.distance_m, KM_M), "km", 5, volume=True),
        _number("climb", records, lambda r: r.climb_m, "m", 100, volume=True),
        _number("descent", records, lambda r: r.descent_m, "m", 100, volume=True),
        _above_usual("climb above your usual", records, lambda r: r.climb_m),
        _above_usual("descent above your usual", records, lambda r: r.descent_m),
        _number("switchbacks per km", records, lambda r: _per_km(r.switchbacks, r), "", 1),
        _number("turns per km", records, lambda r: _per_km(r.turns, r), "", 1),
        Exposure("fast running", _fast(records), unit="km", per=1),
        Exposure("a single-session spike", _spikes(records), yes_no=True),
        *_breaks(records),
        *_choice("time of day", [_time_of_day(r.hour) for r in records]),
        _number("temperature", records, lambda r: r.temperature_c, "°C", 5),
    ]


def _number(
    name: str,
    records: Sequence[RunRecord],
    of: Callable[[RunRecord], float | None],
    unit: str,
    per: float,
    *,
    volume: bool = False,
) -> Exposure:
    return Exposure(name, _column(of(r) for r in records), unit=unit, per=per, volume=volume)


def _column(values: Iterable[float | None]) -> Column:
    return np.array([nan if v is None else float(v) for v in values], dtype=float)


def _over(value: float | None, by: float) -> float | None:
    return None if value is None else value / by


def _per_km(count: int | None, run: RunRecord) -> float | None:
    return count / (run.distance_m / KM_M) if count is not None and run.distance_m else None


def _choice(name: str, had: Sequence[Mapping[str, float]]) -> list[Exposure]:
    """A yes or no for each level; of several in one run the largest share counts."""
    most = [max(sorted(one), key=lambda level: one[level]) if one else None for one in had]
    return [
        Exposure(
            f"{name}: {level}",
            _column(None if m is None else m == level for m in most),
            label=level,
            yes_no=True,
            of=name,
        )
        for level in sorted({m for m in most if m is not None})
    ]


def _time_of_day(hour: float | None) -> dict[str, float]:
    if hour is None:
        return {}
    return {"morning" if hour < MIDDAY else "midday" if hour < EVENING else "evening": 1.0}


def _before(records: Sequence[RunRecord], place: int) -> Sequence[RunRecord]:
    """The runs of the 30 days before the day of a run."""
    days = [r.day for r in records]
    day = records[place].day
    return records[bisect_left(days, day - USUAL_DAYS) : bisect_left(days, day)]


def _above_usual(
    name: str, records: Sequence[RunRecord], of: Callable[[RunRecord], float | None]
) -> Exposure:
    """How far a value is above the mean of the 30 days before."""
    values: list[float | None] = []
    for place, run in enumerate(records):
        known = [v for r in _before(records, place) if (v := of(r)) is not None]
        own = of(run)
        values.append(own - fmean(known) if own is not None and len(known) >= LEAST else None)
    return Exposure(name, _column(values), unit="m", per=100, volume=True)


def _fast(records: Sequence[RunRecord]) -> Column:
    """Kilometres in at most nine tenths of the usual time of the 30 days before."""
    values: list[float | None] = []
    for place, run in enumerate(records):
        usual = [pace for r in _before(records, place) for pace in _paces(r)]
        own = _paces(run)
        known = bool(own) and len(usual) >= LEAST
        values.append(_fast_km(run, own, FAST * median(usual)) if known else None)
    return _column(values)


def _paces(run: RunRecord) -> Sequence[float]:
    if run.splits_s:
        return run.splits_s
    return [run.time_s / run.distance_m * KM_M] if run.time_s and run.distance_m else []


def _fast_km(run: RunRecord, paces: Sequence[float], limit: float) -> float:
    fast = sum(pace <= limit for pace in paces)
    return float(fast) if run.splits_s else fast * (run.distance_m or 0) / KM_M


def _spikes(records: Sequence[RunRecord]) -> Column:
    values: list[bool | None] = []
    for place, run in enumerate(records):
        longest = max((r.distance_m or 0 for r in _before(records, place)), default=0.0)
        found = load.spike(run.distance_m, longest) if run.distance_m is not None else None
        values.append(None if found is None else found.band is not load.REFERENCE)
    return _column(values)


def _breaks(records: Sequence[RunRecord]) -> list[Exposure]:
    """Days since the last run, at most 14, and whether the day before had one."""
    since: list[float | None] = []
    for place, run in enumerate(records):
        earlier = _before(records, place)
        last = earlier[-1].day if earlier else None
        since.append(min(float((run.day - last).days), LONGEST_BREAK) if last else None)
    return [
        Exposure("days since the last run", _column(since), unit="days", per=1),
        Exposure("the day after a run", _column(None if s is None else s == 1 for s in since), yes_no=True),
    ]
