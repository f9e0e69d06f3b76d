"""The log as weeks and months, a page of it at a time. Plain values: it reads no database.

Pages are cut by weeks and never by a count, so that the sums of a week are always of the whole of it, and a
page stays what it is when newer runs come in.
"""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from secondwind.runlog.models import Run
from secondwind.runlog.statistics import RUNNING, WEEK, Row, Sums, Week, counted, monday_of, months, weeks

MOST: Final = 40  # activities of a page, beside those that complete its last week
SUNDAY: Final = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Window:
    """The days of a page, both included.

    `older` and `newer` are the Mondays before which the next page and the one before it end; `is_newest` says
    that nothing newer is left.
    """

    first: date
    last: date
    older: date | None
    newer: date | None
    is_newest: bool


@dataclass(slots=True)
class WeekOnPage:
    """One week of a page: its sums and its activities, what month begins with it, how many empty weeks lie
    between it and the newer one above, which the page before may show."""

    sums: Week
    runs: list[Run] = field(default_factory=list)
    month: date | None = None
    month_sums: Sums | None = None
    empty_above: int = 0

    @property
    def monday(self) -> date:
        """Its first day."""
        return self.sums.monday

    @property
    def sunday(self) -> date:
        """Its last day."""
        return self.sums.monday + SUNDAY


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a calendar: whether it is of the month, and what was done."""

    day: date
    is_inside: bool
    sums: Sums
    others: int


def window(days: Sequence[date], before: date | None = None, most: int = MOST) -> Window | None:
    """The page that ends before the week of `before` (None: the newest), of the days of all activities, the
    newest first. None when there is nothing at all, and the oldest page when nothing is before that week."""
    if not days:
        return None
    end = monday_of(before + SUNDAY) if before else None
    rest = [day for day in days if end is None or day < end]
    if not rest:
        end, rest = None, list(days[-1:])
    first = monday_of(rest[:most][-1])
    last = monday_of(rest[0]) + SUNDAY
    newer = [day for day in days if day > last]
    return Window(
        first=first,
        last=last,
        older=first if days[-1] < first else None,
        newer=monday_of(newer[-most]) + WEEK if len(newer) > most else None,
        is_newest=not newer,
    )


def pages_weeks(shown: Window, rows: Sequence[Row], runs: Iterable[Run], sport: str) -> list[WeekOnPage]:
    """The weeks of a page that have something, the newest first. `rows` are of all pages."""
    first, last = shown.first.replace(day=1), shown.last + timedelta(days=31)
    near = [row for row in rows if first <= row.day <= last]  # all of each month that the page touches
    sums = {week.monday: week for week in weeks(near, shown.first, shown.last, sport)}
    found: dict[date, WeekOnPage] = {}
    for run in runs:
        monday = monday_of(run.day)
        found.setdefault(monday, WeekOnPage(sums[monday])).runs.append(run)
    pages = sorted(found.values(), key=lambda week: week.monday, reverse=True)
    newer = [row.day for row in rows if row.day > shown.last]
    above = monday_of(min(newer)) if newer else None
    for week in pages:
        week.empty_above = (above - week.monday).days // 7 - 1 if above else 0
        above = week.monday
    _head(pages, months(near, sport))
    return pages


def _head(pages: Iterable[WeekOnPage], sums: dict[tuple[int, int], Sums]) -> None:
    """Name the month above the first week that ends in it."""
    before = None
    for week in pages:
        month = week.sunday.replace(day=1)
        if month != before:
            week.month, week.month_sums = month, sums.get((month.year, month.month), Sums())
        before = month


def month_of(year: int, month: int, rows: Iterable[Row]) -> Iterator[list[Day]]:
    """The weeks of a calendar's month, seven days each."""
    by_day: dict[date, list[Row]] = {}
    for row in rows:
        by_day.setdefault(row.day, []).append(row)
    for week in Calendar().monthdatescalendar(year, month):
        yield [_day(day, day.month == month, by_day.get(day, [])) for day in week]


def _day(day: date, is_inside: bool, rows: list[Row]) -> Day:
    sums = Sums()
    for row in counted(rows):
        sums.add(row)
    return Day(day, is_inside, sums, sum(row.sport != RUNNING for row in rows))
