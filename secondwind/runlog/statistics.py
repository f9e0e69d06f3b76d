"""Sums and lines over many runs. Plain values in and out: no database, no words.

A `Row` is one activity. Weeks begin on Monday. Only running counts, but where a function says otherwise.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, NamedTuple

from secondwind.running import load

RUNNING: Final = "running"
WEEK: Final = timedelta(days=7)


class Row(NamedTuple):
    """One activity: metres, seconds; None for what nobody knows. `efforts` are metres -> seconds."""

    id: int
    day: date
    sport: str = RUNNING
    distance_m: float | None = None
    time_s: float | None = None
    climb_m: float | None = None
    rpe: int | None = None
    surface: str = ""
    efforts: Mapping[str, float] = {}


@dataclass(slots=True)
class Sums:
    """What some activities come to. `load` is the session RPE of those `rated` with a typed effort."""

    runs: int = 0
    distance_m: float = 0.0
    time_s: float = 0.0
    climb_m: float = 0.0
    load: float = 0.0
    rated: int = 0

    def add(self, row: Row) -> None:
        """Count one more."""
        self.runs += 1
        self.distance_m += row.distance_m or 0.0
        self.time_s += row.time_s or 0.0
        self.climb_m += row.climb_m or 0.0
        worth = load_of(row)
        if worth is not None:
            self.load += worth
            self.rated += 1


@dataclass(slots=True)
class Week(Sums):
    """The sums of a week that begins on `monday`."""

    monday: date = field(default=date.min, kw_only=True)


@dataclass(frozen=True, slots=True)
class Best:
    """The fastest that was run over a distance, and in which activity."""

    distance_m: float
    time_s: float
    day: date
    id: int


@dataclass(frozen=True, slots=True)
class Load:
    """Daily loads (session RPE) from `first` on, and their averages over 42 and 7 days, one value a day."""

    first: date
    daily: list[float]
    fitness: list[float]
    fatigue: list[float]


def counted(rows: Iterable[Row], sport: str = RUNNING) -> Iterator[Row]:
    """Those that count."""
    return (row for row in rows if row.sport == sport)


def monday_of(day: date) -> date:
    """The day on which the week of `day` begins."""
    return day - timedelta(days=day.weekday())


def load_of(row: Row) -> float | None:
    """The session RPE of one activity; None where no effort or no time is known."""
    if row.rpe is None or row.time_s is None:
        return None
    return load.session_load(row.rpe, row.time_s / 60)


def total(rows: Iterable[Row], sport: str = RUNNING) -> Sums:
    """The sums of all that count."""
    sums = Sums()
    for row in counted(rows, sport):
        sums.add(row)
    return sums


def weeks(rows: Iterable[Row], first: date, last: date, sport: str = RUNNING) -> list[Week]:
    """Each week from that of `first` to that of `last`, the earliest first, those without a run too."""
    found: dict[date, Week] = {}
    monday = monday_of(first)
    while monday <= last:
        found[monday] = Week(monday=monday)
        monday += WEEK
    for row in counted(rows, sport):
        if week := found.get(monday_of(row.day)):
            week.add(row)
    return list(found.values())


def months(rows: Iterable[Row], sport: str = RUNNING) -> dict[tuple[int, int], Sums]:
    """Sums by (year, month) of those that have a run, in the order in which they come."""
    found: defaultdict[tuple[int, int], Sums] = defaultdict(Sums)
    for row in counted(rows, sport):
        found[row.day.year, row.day.month].add(row)
    return dict(found)


def years(rows: Iterable[Row], sport: str = RUNNING) -> dict[int, Sums]:
    """Sums by year of those that have a run, in the order in which they come."""
    found: defaultdict[int, Sums] = defaultdict(Sums)
    for row in counted(rows, sport):
        found[row.day.year].add(row)
    return dict(found)


def longest_by_day(rows: Iterable[Row]) -> dict[date, float]:
    """The longest single run of each day that has one, in metres."""
    found: dict[date, float] = {}
    for row in counted(rows):
        found[row.day] = max(found.get(row.day, 0.0), row.distance_m or 0.0)
    return found


def way_by_day(rows: Iterable[Row]) -> dict[date, float]:
    """The metres of each day that has a run."""
    found: defaultdict[date, float] = defaultdict(float)
    for row in counted(rows):
        found[row.day] += row.distance_m or 0.0
    return dict(found)


def longest_line(rows: Iterable[Row], first: date, last: date) -> list[float]:
    """For each day from `first` to `last` the longest single run of the 30 days before it, in metres.

    0 where there was none. It is what `running.load.spike` compares with.
    """
    runs = sorted(longest_by_day(rows).items())
    window: deque[tuple[date, float]] = deque()  # ever shorter runs, of which the first is the longest
    line, i, day = [], 0, first
    while day <= last:
        while i < len(runs) and runs[i][0] < day:
            while window and window[-1][1] <= runs[i][1]:
                window.pop()
            window.append(runs[i])
            i += 1
        while window and window[0][0] < day - timedelta(days=load.SPIKE_DAYS):
            window.popleft()
        line.append(window[0][1] if window else 0.0)
        day += timedelta(days=1)
    return line


def spike_of(rows: Iterable[Row], day: date, distance_m: float) -> load.Spike | None:
    """How far one run goes beyond the longest of the 30 days before its day; None without one."""
    return load.spike(distance_m, load.longest_before(longest_by_day(rows), day))


def load_curves(rows: Sequence[Row], first: date, last: date) -> Load:
    """Daily loads and their averages from `first` to `last`.

    The averages grow from the earliest rated run on, so that they do not begin at nothing with `first`.
    """
    loads = [(row.day, worth) for row in counted(rows) if (worth := load_of(row)) is not None]
    begin = min([first, *(day for day, _worth in loads)])
    daily = load.daily(loads, begin, last)
    skip = (first - begin).days
    return Load(
        first,
        daily[skip:],
        load.average(daily, load.FITNESS_DAYS)[skip:],
        load.average(daily, load.FATIGUE_DAYS)[skip:],
    )


def shared_out(parts: Iterable[tuple[str, float]]) -> dict[str, float]:
    """The metres of each name, the longest first: of pairs of a name (a surface, a shoe) and metres."""
    found: defaultdict[str, float] = defaultdict(float)
    for name, metres in parts:
        found[name] += metres
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def best_efforts(rows: Iterable[Row]) -> list[Best]:
    """The fastest over each distance that was ever measured, by distance; of equals the earlier."""
    found: dict[str, Best] = {}
    for row in counted(rows):
        for metres, seconds in row.efforts.items():
            best = found.get(metres)
            if best is None or (seconds, row.day) < (best.time_s, best.day):
                found[metres] = Best(float(metres), seconds, row.day, row.id)
    return sorted(found.values(), key=lambda best: best.distance_m)
