"""What the analysis is told: the runs of one runner, what each was like, and the pain around it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from secondwind.running.activity import Column

Days = NDArray[np.int64]

RISE: Final = 2.0
"""How much worse, of 0 to 10, counts as a flare. Expert judgement: the step that runners tell apart from the
noise of a number typed by hand, and the one the simulations of `accuracy/diaries.py` use."""
TOP: Final = 10.0
USUAL_DAYS: Final = 7
USUAL_LEAST: Final = 3
USUAL_SHARE: Final = 1 / 3


class Lag(StrEnum):
    """When, after a run, the pain was told."""

    SAME_DAY = "same day"
    NEXT_DAY = "next morning"
    TWO_DAYS = "48 hours"


@dataclass(frozen=True, eq=False)
class Exposure:
    """One thing that a run may have had, with a value for each run (NaN where nobody knows).

    `per` is the step that an odds ratio is told for ("per 100 m"), in the unit of the values; 0 lets the
    analysis choose a round one. A yes or no has the values 1 and 0. Levels of one choice (each shoe, each
    surface) name that choice in `of`. `volume` marks what pain itself makes smaller, such as distance.
    """

    name: str
    values: Column
    label: str = ""
    unit: str = ""
    per: float = 0.0
    yes_no: bool = False
    of: str = ""
    volume: bool = False

    @property
    def words(self) -> str:
        """The label, or the name where none was given."""
        return self.label or self.name


@dataclass(frozen=True, eq=False)
class Pain:
    """The pain at one site at one lag after each run, and what it is compared with.

    Both columns have a value for each run, NaN where none was told: `after` the pain, `before` that before
    the run, or the runner's own usual (`usual`). `rise` is what counts as worse, `top` the end of the scale.
    """

    site: str
    lag: Lag
    after: Column
    before: Column
    from_usual: bool = False
    rise: float = RISE
    top: float = TOP


@dataclass(frozen=True, eq=False)
class Diary:
    """Runs with their ids and days (any count of days, the same origin for all), and all that is known.

    `Diary.of` puts them into the order of days, so that no result hangs on the order of rows.
    """

    runs: tuple[str, ...]
    days: Days
    exposures: tuple[Exposure, ...]
    pains: tuple[Pain, ...] = field(default=())

    @classmethod
    def of(
        cls,
        runs: Sequence[str],
        days: Sequence[int] | Days,
        exposures: Iterable[Exposure],
        pains: Iterable[Pain],
    ) -> Diary:
        """A diary in order of days, then ids. Raises ValueError for columns of different lengths."""
        order = np.array(sorted(range(len(runs)), key=lambda i: (days[i], runs[i])), dtype=np.int64)
        exposures, pains = tuple(exposures), tuple(pains)
        columns = [e.values for e in exposures] + [c for p in pains for c in (p.after, p.before)]
        if any(len(column) != len(runs) for column in [days, *columns]):
            raise ValueError("every column must have a value for each run")
        return cls(
            tuple(runs[i] for i in order),
            np.asarray(days, np.int64)[order],
            tuple(replace(e, values=np.asarray(e.values, float)[order]) for e in exposures),
            tuple(
                replace(p, after=np.asarray(p.after, float)[order], before=np.asarray(p.before, float)[order])
                for p in pains
            ),
        )


def usual(days: Sequence[int] | Days, values: Column, at: Sequence[int] | Days) -> Column:
    """The runner's own usual on each day of `at`: what a third of the values of the week to each side are at
    most, those of the day itself left out; NaN where fewer than three were told.

    Both sides follow a slow irritation better than the weeks before alone, and a third, not the half, stays
    the usual when every other run hurts: in the simulations that finds 75 % of strong causes, where the
    median of the 14 days before finds 55 %, with no more false ones. `days` need not be in order."""
    told = np.isfinite(values)
    when = np.asarray(days, np.int64)[told]
    order = np.argsort(when, kind="stable")
    when, known = when[order], np.asarray(values, float)[told][order]
    found = []
    for day in np.asarray(at, np.int64).tolist():
        first, today = np.searchsorted(when, [day - USUAL_DAYS, day])
        after, last = np.searchsorted(when, [day, day + USUAL_DAYS], side="right")
        near = np.concatenate([known[first:today], known[after:last]])
        found.append(float(np.quantile(near, USUAL_SHARE)) if len(near) >= USUAL_LEAST else np.nan)
    return np.array(found, dtype=float)
