"""What the log holds of somebody's running and pain, as plain values for pictures, findings and summaries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from secondwind.accounts.models import User
from secondwind.recovery.queries import Levels, Site, pain_by_day
from secondwind.runlog import queries, statistics
from secondwind.runlog.statistics import RUNNING
from secondwind.running import load

WEEKS: Final = 12
DAYS: Final = 7 * WEEKS


@dataclass(frozen=True, slots=True)
class Outing:
    """One run: metres, shares of surfaces and of shoes by name, and how far it went beyond the longest of the
    30 days before (a share; None without one)."""

    id: int
    day: date
    distance_m: float
    climb_m: float = 0.0
    surfaces: Mapping[str, float] = field(default_factory=dict)
    shoes: Mapping[str, float] = field(default_factory=dict)
    over: float | None = None
    rpe_load: float | None = None

    @property
    def surface(self) -> str:
        """The surface of most of it; empty when nobody said."""
        return max(self.surfaces, key=lambda name: self.surfaces[name], default="")

    @property
    def is_spike(self) -> bool:
        """Whether it was more than a tenth longer than any of the 30 days before."""
        return self.over is not None and round(self.over, 6) > load.REFERENCE.upto


@dataclass(frozen=True, slots=True)
class History:
    """Runs in order of time, and pain by day and site."""

    runs: tuple[Outing, ...]
    pain: Mapping[date, Mapping[Site, Levels]]

    @property
    def sites(self) -> list[Site]:
        """Every site that was told of, the one told of most first."""
        count: defaultdict[Site, int] = defaultdict(int)
        for sites in self.pain.values():
            for site in sites:
                count[site] += 1
        return sorted(count, key=lambda site: (-count[site], site))


@dataclass(slots=True)
class Week:
    """Seven days, counted backwards: `ago` 0 are the last seven. Metres by surface and by shoe, the worst
    pain by site."""

    ago: int
    runs: int = 0
    distance_m: float = 0.0
    climb_m: float = 0.0
    longest_m: float = 0.0
    spikes: int = 0
    load: float = 0.0
    surfaces: dict[str, float] = field(default_factory=dict)
    shoes: dict[str, float] = field(default_factory=dict)
    pain: dict[Site, int] = field(default_factory=dict)


def of(owner: User, first: date, last: date) -> History:
    """What happened from `first` to `last`. 5 queries."""
    rows = queries.rows_of(queries.runs_of(owner).filter(sport=RUNNING, day__lte=last))
    longest = dict(zip(_days(first, last), statistics.longest_line(rows, first, last), strict=True))
    loads = {row.id: statistics.load_of(row) for row in rows}
    runs = []
    for run in reversed(queries.between(queries.runs_of(owner).filter(sport=RUNNING), first, last)):
        parts = {part.surface: part.share for part in run.surface_parts.all()}
        surfaces = parts or ({run.surface: 1.0} if run.surface else {})
        spike = load.spike(run.distance_m or 0.0, longest[run.day])
        runs.append(
            Outing(
                run.pk,
                run.day,
                run.distance_m or 0.0,
                run.climb_m or 0.0,
                surfaces,
                {use.shoe.name: use.share for use in run.shoe_uses.all()},
                spike.over if spike else None,
                loads.get(run.pk),
            )
        )
    return History(tuple(runs), pain_by_day(owner, first, last))


def weeks(history: History, today: date, count: int = WEEKS) -> list[Week]:
    """The last `count` weeks that end with `today`, the earliest first."""
    found = {ago: Week(ago) for ago in reversed(range(count))}
    for run in history.runs:
        if week := found.get((today - run.day).days // 7):
            _add(week, run)
    for day, sites in history.pain.items():
        week = found.get((today - day).days // 7)
        for site, levels in sites.items():
            if week is not None and levels.worst is not None:
                week.pain[site] = max(week.pain.get(site, 0), levels.worst)
    return list(found.values())


def _add(week: Week, run: Outing) -> None:
    week.runs += 1
    week.distance_m += run.distance_m
    week.climb_m += run.climb_m
    week.longest_m = max(week.longest_m, run.distance_m)
    week.spikes += run.is_spike
    week.load += run.rpe_load or 0.0
    for sums, shares in ((week.surfaces, run.surfaces or {"": 1.0}), (week.shoes, run.shoes)):
        for name, share in shares.items():
            sums[name] = sums.get(name, 0.0) + share * run.distance_m


def names_of(found: Iterable[Week], of: str) -> list[str]:
    """The names of surfaces or shoes over some weeks, the most metres first."""
    sums: defaultdict[str, float] = defaultdict(float)
    for week in found:
        for name, metres in getattr(week, of).items():
            sums[name] += metres
    return sorted(sums, key=lambda name: -sums[name])


def sites_of(found: Sequence[Week]) -> list[Site]:
    """The sites of some weeks, the one with the most pain first."""
    sums: defaultdict[Site, int] = defaultdict(int)
    for week in found:
        for site, worst in week.pain.items():
            sums[site] += worst
    return sorted(sums, key=lambda site: (-sums[site], site))


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]
