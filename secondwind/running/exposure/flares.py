"""Which runs made a site worse, and which runs each of them is compared with.

Cases are changes, not levels: a sore leg on a bad day is not made sore by that day's run. Each is compared
with the same runner's own runs of the weeks around it, so that season, fitness, new shoes and a slow
irritation are the same on both sides (case-crossover, symmetric in time).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from secondwind.running.exposure.diary import Days, Pain

WINDOW_DAYS: Final = 14
EPISODE_DAYS: Final = 1
"""A flare on the day after another belongs to it and is not counted twice. With three days, as long as
soreness may take to peak (doi 10.1038/s41598-017-06129-8), the simulations find 4 in 100 true causes fewer,
and no fewer false ones."""


@dataclass(frozen=True, eq=False)
class Flares:
    """For each run: whether its pain can be used, whether it made the site worse, and whether it is a case,
    the first of its episode."""

    usable: NDArray[np.bool_]
    worse: NDArray[np.bool_]
    case: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Matched:
    """A case and the runs it is compared with, as indices of runs."""

    case: int
    others: NDArray[np.int64]


def flares(days: Days, pain: Pain) -> Flares:
    """The flares of a diary in order of days. A run that began too near the end of the scale to get worse by
    enough is not usable."""
    with np.errstate(invalid="ignore"):
        usable = np.isfinite(pain.after) & np.isfinite(pain.before) & (pain.before <= pain.top - pain.rise)
        worse = usable & (pain.after - pain.before >= pain.rise - 1e-9)
    case = worse.copy()
    when = np.flatnonzero(usable)
    for last, now in pairwise(when):
        if worse[last] and days[now] - days[last] <= EPISODE_DAYS:
            case[now] = False
    return Flares(usable, worse, case)


def matched(days: Days, found: Flares) -> list[Matched]:
    """Each case with the usable runs without a flare of the 14 days to each side, those of its own day left
    out. A case without any is left out, because nothing can be learned from it."""
    calm = np.flatnonzero(found.usable & ~found.worse)
    when = days[calm]
    sets = []
    for case in np.flatnonzero(found.case):
        first = np.searchsorted(when, days[case] - WINDOW_DAYS)
        last = np.searchsorted(when, days[case] + WINDOW_DAYS, side="right")
        near = calm[first:last]
        near = near[days[near] != days[case]]
        if len(near):
            sets.append(Matched(int(case), near))
    return sets
