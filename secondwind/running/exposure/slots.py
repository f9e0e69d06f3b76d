"""Columns of pain as what the analysis compares: for each site and lag, the pain after and that before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from secondwind.running.activity import Column
from secondwind.running.exposure.diary import RISE, TOP, Days, Lag, Pain, usual
from secondwind.running.exposure.names import Slot

DAILY: Final = 0.4
"""A column that is told on this share of the days of rest that have a line tells the days after runs as well:
diaries with gaps do."""
DAILY_LEAST: Final = 5
ABOVE_LEAST: Final = 5
ABOVE_SHARE: Final = 0.2
LAG_DAYS: Final = {Lag.SAME_DAY: 0, Lag.NEXT_DAY: 1, Lag.TWO_DAYS: 2}


@dataclass(frozen=True, eq=False)
class Told:
    """A column of pain, a value for each row, with the end of its scale."""

    site: str
    slot: Slot
    values: Column
    top: float


def top_of(values: Column) -> float:
    """The end of the scale that a column is told on: 1 for yes and no, 100 where many values are above 10,
    else 10."""
    known = values[np.isfinite(values) & (values >= 0)]
    if not len(known):
        return TOP
    if set(known.tolist()) <= {0.0, 1.0}:
        return 1.0
    above = int((known > TOP).sum())
    many = above >= ABOVE_LEAST and above >= ABOVE_SHARE * (known > 0).sum() and known.max() <= 100
    return 100.0 if many else TOP


def pains(told: Sequence[Told], days: Days, is_run: NDArray[np.bool_]) -> list[Pain]:
    """What can be compared. Where pain is told on days of rest too, the days after a run tell the later
    lags, when no column does."""
    sites = list(dict.fromkeys(t.site for t in told if t.slot is not Slot.BEFORE))
    found = []
    for site in sites:
        of_site = [t for t in told if t.site == site]
        before = _merged(of_site, Slot.BEFORE)
        if before is None:
            before = _merged([t for t in told if not t.site], Slot.BEFORE)
        for lag in Lag:
            pain = _pain(site, lag, of_site, before, days, is_run)
            if pain is not None:
                found.append(pain)
    return found


def _pain(
    site: str, lag: Lag, told: Sequence[Told], before: Column | None, days: Days, is_run: NDArray[np.bool_]
) -> Pain | None:
    after, source = _after(lag, told, days, is_run)
    if after is None or source is None:
        return None
    top = max(t.top for t in told)
    rise = RISE * top / TOP if top > 1 else 1.0
    morning = _merged(told, Slot.MORNING)
    start = before if before is not None else morning if lag is Lag.SAME_DAY else None
    from_usual = start is None
    if start is None:
        start = usual(days, source, days)
    return Pain(site, lag, after[is_run], start[is_run], from_usual, rise, top)


def _after(
    lag: Lag, told: Sequence[Told], days: Days, is_run: NDArray[np.bool_]
) -> tuple[Column | None, Column | None]:
    """The pain at a lag for each row, and the column that tells what is usual for it."""
    own = {Lag.SAME_DAY: Slot.SAME, Lag.NEXT_DAY: Slot.NEXT, Lag.TWO_DAYS: Slot.TWO}[lag]
    direct = _merged(told, own)
    if direct is not None:
        return direct, direct
    if lag is Lag.SAME_DAY:
        return None, None
    for slot in (Slot.MORNING, Slot.SAME):
        daily = _merged(told, slot)
        if daily is not None and _is_daily(daily, is_run):
            return _shifted(days, daily, LAG_DAYS[lag]), daily
    morning = _merged(told, Slot.MORNING)
    return (morning, morning) if lag is Lag.NEXT_DAY else (None, None)


def _is_daily(values: Column, is_run: NDArray[np.bool_]) -> bool:
    """Whether pain is told on days of rest as well."""
    rest = np.isfinite(values[~is_run])
    return len(rest) >= DAILY_LEAST and bool(rest.mean() >= DAILY)


def _shifted(days: Days, values: Column, later: int) -> Column:
    """The worst value that was told so many days later."""
    by_day: dict[int, float] = {}
    for day, value in zip(days.tolist(), values.tolist(), strict=True):
        if np.isfinite(value):
            by_day[day] = max(value, by_day.get(day, value))
    return np.array([by_day.get(day + later, np.nan) for day in days.tolist()])


def _merged(told: Sequence[Told], slot: Slot) -> Column | None:
    """The worst of all columns of a slot; None when there is none."""
    columns = [t.values for t in told if t.slot is slot]
    if not columns:
        return None
    worst = columns[0]
    for column in columns[1:]:
        worst = np.fmax(worst, column)
    return worst
