"""How it ended for those who had it: counts, and weeks until back to full running, from plain values.

    counted = count(courses)         # None below ten
    counted.n, counted.full, counted.median, counted.low, counted.high

Times are time-to-event with censoring (Kaplan and Meier 1958): a runner who has not come back yet, or who no
longer answers, counts for as long as they were heard of. The median is the first week at which at most half
are left; its interval holds the weeks at which the pointwise 95 % band of the curve (log-log) does the same
(Brookmeyer and Crowley 1982). A return counts in the week in which it was told, so medians are rather late.

The numbers are self-reported by those who chose to report. They say nothing about what a treatment does: who
tries what is not by chance. So measures stand in the order of their names, never of their counts.
"""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from secondwind.clinic.model import Effect

LEAST = 10
"""Fewer courses than this are not shown: neither would they say much, nor would they hide anybody."""

FOLLOW_UP_WEEKS = (2, 6, 12, 26, 52)
"""When runners are asked how it went, in weeks from the date of the case."""

GRACE_WEEKS = 4
"""An answer may come this much later before a question counts as unanswered."""


class Back(StrEnum):
    """How far somebody is back."""

    FULL = "full"
    PARTLY = "partly"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Report:
    """One answer, `week` weeks after the date of the case (0 or more)."""

    week: float
    state: Back

    def __post_init__(self) -> None:
        if not (math.isfinite(self.week) and self.week >= 0):
            raise ValueError(f"a report cannot be of week {self.week}")


@dataclass(frozen=True, slots=True)
class Course:
    """What is known of one case: the answers in any order, how many weeks ago the case was, and what was
    tried with its effect.
    """

    reports: tuple[Report, ...] = ()
    observed: float = 0.0
    tried: Mapping[str, Effect] = field(default_factory=dict)

    @property
    def state(self) -> Back | None:
        """The last word; of two in one week the worse one. None when nobody told."""
        last = max(self.reports, key=lambda r: (r.week, list(Back).index(r.state)), default=None)
        return last.state if last else None

    @property
    def returned(self) -> float | None:
        """The first week in which the runner told to be back to full, whatever came after."""
        return min((r.week for r in self.reports if r.state is Back.FULL), default=None)

    @property
    def heard(self) -> float | None:
        """The week of the last answer."""
        return max((r.week for r in self.reports), default=None)

    @property
    def lost(self) -> bool:
        """Whether a question went unanswered after the last answer, and the last answer was not that all is
        well.
        """
        if self.state is Back.FULL:
            return False
        heard = -1.0 if self.heard is None else self.heard
        return any(heard < week and week + GRACE_WEEKS <= self.observed for week in FOLLOW_UP_WEEKS)


@dataclass(frozen=True, slots=True)
class Measure:
    """Those of a group who tried one thing: what they say it did, and how it ended for them. Not a
    comparison.
    """

    treatment: str
    effects: Mapping[Effect, int]
    outcome: Counted


@dataclass(frozen=True, slots=True)
class Counted:
    """The counts of a group of courses.

    `full`, `partly`, `not_back` and `unknown` are last words and sum to `n`. `lost` no longer answer; they
    are among the others. `median` weeks until back to full, from `low` to `high` (95 %); None where too few
    came back to tell.
    """

    n: int
    full: int
    partly: int
    not_back: int
    unknown: int
    lost: int
    median: float | None
    low: float | None
    high: float | None
    measures: tuple[Measure, ...] = ()


def count(courses: Iterable[Course], least: int = LEAST) -> Counted | None:
    """The counts of some courses, or None when there are fewer than `least`."""
    tally = Tally()
    for course in courses:
        tally.add(course)
    return tally.counted(least)


class Tally:
    """Running sums over courses, from which the counts follow. Courses can be taken out again, and the
    counts are those of a tally that never had them.
    """

    def __init__(self) -> None:
        self.whole = _Sums()
        self.measures: dict[str, _Sums] = {}
        self.effects: dict[str, Counter[Effect]] = {}

    def add(self, course: Course) -> None:
        self._change(course, 1)

    def remove(self, course: Course) -> None:
        """Take out a course that was added."""
        self._change(course, -1)

    def counted(self, least: int = LEAST) -> Counted | None:
        """The counts, or None below `least`; a measure that fewer tried is left out."""
        measures = []
        for treatment in sorted(self.measures):
            outcome = self.measures[treatment].counted()
            if outcome.n >= least:
                effects = {effect: self.effects[treatment][effect] for effect in Effect}
                measures.append(Measure(treatment, effects, outcome))
        return self.whole.counted(tuple(measures)) if self.whole.n >= least else None

    def _change(self, course: Course, by: int) -> None:
        self.whole.change(course, by)
        for treatment, effect in course.tried.items():
            self.measures.setdefault(treatment, _Sums()).change(course, by)
            self.effects.setdefault(treatment, Counter())[effect] += by


class _Sums:
    def __init__(self) -> None:
        self.n = self.lost = 0
        self.states: Counter[Back | None] = Counter()
        self.returned: Counter[float] = Counter()
        self.censored: Counter[float] = Counter()

    def change(self, course: Course, by: int) -> None:
        self.n += by
        self.lost += by * course.lost
        self.states[course.state] += by
        if course.returned is not None:
            self.returned[course.returned] += by
        elif course.heard is not None:
            self.censored[course.heard] += by

    def counted(self, measures: tuple[Measure, ...] = ()) -> Counted:
        return Counted(
            self.n,
            self.states[Back.FULL],
            self.states[Back.PARTLY],
            self.states[Back.NOT],
            self.states[None],
            self.lost,
            *median_weeks(sorted(self.returned.elements()), sorted(self.censored.elements())),
            measures,
        )


def median_weeks(
    returned: Iterable[float], censored: Iterable[float]
) -> tuple[float | None, float | None, float | None]:
    """(median, low, high) of the weeks until an event: `returned` had it then, `censored` were last heard of
    without it. None where the curve, or its band, does not come down to one half.
    """
    events, others = list(returned), list(censored)
    if not events:
        return None, None, None
    from scipy.stats import CensoredData, ecdf  # half a second to import, and seldom needed

    curve = ecdf(CensoredData(uncensored=events, right=others)).sf
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # no band before the first event, none at the end
        band: Any = curve.confidence_interval(0.95, method="log-log")
    weeks = curve.quantiles.tolist()
    return (
        _half(weeks, curve.probabilities.tolist()),
        _half(weeks, band.low.probabilities.tolist()),
        _half(weeks, band.high.probabilities.tolist()),
    )


def _half(weeks: list[float], left: list[float]) -> float | None:
    """The first week at which at most half are left; where a share is not defined the week tells nothing."""
    return next((w for w, share in zip(weeks, left, strict=True) if share <= 0.5 + 1e-12), None)
