"""What the run of the day before left is not what running two days in a row does.

Pain that is told the day of a run is also that of the morning after the run of the day before, and pain of
the morning after is also that of two days after. So where runs make a site worse a day later than a model
asks, having run the day before goes with pain in it, whatever one did. Runs with no other run near tell the
two apart: when the later pain comes after them as well, a day in a row is not needed for it.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from secondwind.running.activity import Column
from secondwind.running.exposure.diary import Days, Diary, Exposure, Lag, Pain
from secondwind.running.exposure.flares import Flares, flares
from secondwind.running.exposure.result import LeftOut

LAGS: Final = (Lag.SAME_DAY, Lag.NEXT_DAY, Lag.TWO_DAYS)
LEAST: Final = 5
"""Runs with none near that it takes to tell them apart."""
ALIKE: Final = 0.6
"""From this correlation on, an exposure is of whether there was a run the day before: 0.75 is that of the
days since the last run, for a runner of four days a week."""
WHY: Final = (
    "Runs without one the day before were followed by such pain a day later still, so this pain may be what"
    " the run of the day before left, and nothing of running two days in a row."
)
RESTS: Final = (
    "Fewer flares followed runs on two days in a row, which says little: whoever runs two days in a row rests"
    " the day after more often, and pain of later days is that of later runs as well."
)

Which = NDArray[np.bool_]


def without_carried(
    diary: Diary, pain: Pain, found: Flares
) -> tuple[tuple[Exposure, ...], tuple[LeftOut, ...]]:
    """The exposures to ask about, and those that what was carried over explains."""
    follows = _run_on(diary.days, diary.days - 1)
    of_days = [e for e in diary.exposures if _is_of(e.values[found.usable], follows[found.usable])]
    if not of_days:
        return diary.exposures, ()
    why = ""
    if _is_carried(diary, pain, found, follows):
        why = WHY
    elif _is_rest(diary, pain, found, follows):
        why = RESTS
    if not why:
        return diary.exposures, ()
    kept = tuple(e for e in diary.exposures if e not in of_days)
    return kept, tuple(LeftOut(e.name, e.words, why) for e in of_days)


def _is_carried(diary: Diary, pain: Pain, found: Flares, follows: Which) -> bool:
    """Whether runs on their own have pain a day later as often as runs in a row have it now: nearer to that
    than to how often those without a run the day before have it now."""
    place = LAGS.index(pain.lag) + 1
    later = next((p for p in diary.pains if p.site == pain.site and p.lag in LAGS[place : place + 1]), None)
    if later is None:
        return False
    days, told = diary.days, flares(diary.days, later)
    alone = told.usable.copy()
    for ahead in range(1, place + 1):
        alone &= ~_run_on(days, days + ahead)
    in_a_row, rested = found.usable & follows, found.usable & ~follows
    if not in_a_row.any() or not rested.any():
        return False
    now, base = found.worse[in_a_row].mean(), found.worse[rested].mean()
    if now <= base:
        return False
    return bool(alone.sum() < LEAST or told.worse[alone].mean() > (now + base) / 2)


def _is_rest(diary: Diary, pain: Pain, found: Flares, follows: Which) -> bool:
    """Whether fewer flares follow two days in a row, of pain that is told at several lags."""
    in_a_row, rested = found.usable & follows, found.usable & ~follows
    if pain.lag is LAGS[0] or sum(p.site == pain.site for p in diary.pains) < 2:
        return False
    if not in_a_row.any() or not rested.any():
        return False
    return bool(found.worse[in_a_row].mean() < found.worse[rested].mean())


def _is_of(values: Column, follows: Which) -> bool:
    known = np.isfinite(values)
    values, had = values[known], follows[known].astype(float)
    if len(values) < LEAST or np.ptp(values) == 0 or np.ptp(had) == 0:
        return False
    return bool(abs(np.corrcoef(values, had)[0, 1]) >= ALIKE)


def _run_on(days: Days, when: Days) -> Which:
    had: Which = np.isin(when, days)
    return had
