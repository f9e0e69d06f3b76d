"""What the log can say of a case: findings of the check, each with its count and the runs behind it.

Plain counts, described and not tested: which exposure precedes pain, with intervals and adjusted for the
others, is another question. A finding is offered only where there is enough to count, and only where it is
clear; otherwise the log says nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from secondwind.clinic.model import Reply
from secondwind.recovery.history import History, Outing
from secondwind.recovery.queries import Levels

SORE: Final = 3
"""Pain that counts as a sore day: above the 0 to 2 that Silbernagel et al. 2007 call safe."""
ENOUGH: Final = 3  # sore days before anything is said
ENOUGH_RUNS: Final = 5  # runs on a surface before it is compared
OFTEN: Final = 0.6
RARELY: Final = 0.1
SPIKE_BEFORE: Final = timedelta(days=28)
TRAIL, ROAD = ("trail",), ("road", "track", "treadmill")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One finding: its reply, what was counted in words, and the runs behind it."""

    finding: str
    reply: Reply
    say: str
    runs: tuple[Outing, ...] = ()


@dataclass(frozen=True, slots=True)
class _Told:
    """The runs of a history after which pain of one region was told, with the worst of both sides."""

    runs: tuple[tuple[Outing, Levels], ...]
    days: Mapping[date, Mapping[str, Levels]]  # by side

    def sore(self) -> list[tuple[Outing, Levels]]:
        return [(run, levels) for run, levels in self.runs if is_sore(levels)]


def is_sore(levels: Levels) -> bool:
    """Whether a day counts as sore."""
    return levels.worst is not None and levels.worst >= SORE


def findings(history: History, region: str, tags: Mapping[str, int]) -> list[Evidence]:
    """What can be said of the pain of one region. `tags` counts the days on which each was told."""
    told = _told(history, region)
    if len(told.sore()) < ENOUGH:
        return []
    rules: Sequence[Callable[[_Told, History], Iterator[Evidence]]] = (
        _trail_only, _next_day, _both_sides, _all_shoes, _spike,
    )  # fmt: skip
    found = [one for rule in rules for one in rule(told, history)]
    return [*found, *_tags(tags)]


def _told(history: History, region: str) -> _Told:
    days: dict[date, dict[str, Levels]] = {}
    for day, sites in history.pain.items():
        sides = {site.side: levels for site, levels in sites.items() if site.region == region}
        if sides:
            days[day] = sides
    last_of_day = {run.day: run for run in history.runs}  # of two runs on a day the later one
    runs = tuple((run, _worst_of(days[day])) for day, run in last_of_day.items() if day in days)
    return _Told(runs, days)


def _worst_of(sides: Mapping[str, Levels]) -> Levels:
    columns = zip(*sides.values(), strict=True)
    return Levels(*(max((v for v in column if v is not None), default=None) for column in columns))


def _since(runs: Sequence[Outing]) -> str:
    first = min(run.day for run in runs)
    return f"since {first:%B %Y}"


def _trail_only(told: _Told, history: History) -> Iterator[Evidence]:
    """Sore after trail: "only" when it is rare after road, "not only" when it is not."""
    by = {
        name: [p for p in told.runs if p[0].surface in names] for name, names in (("t", TRAIL), ("r", ROAD))
    }
    trail, road = by["t"], by["r"]
    sore_trail = [run for run, levels in trail if is_sore(levels)]
    sore_road = [run for run, levels in road if is_sore(levels)]
    if len(sore_trail) >= ENOUGH:
        say = f"{len(sore_trail)} of {len(trail)} trail runs, {_since(sore_trail)}"
        yield Evidence("ctx_trail", Reply.YES, say, tuple(sore_trail))
    if len(trail) < ENOUGH_RUNS or len(road) < ENOUGH_RUNS:
        return
    say = f"{len(sore_trail)} of {len(trail)} trail runs, {len(sore_road)} of {len(road)} road runs"
    if len(sore_trail) >= OFTEN * len(trail) and len(sore_road) <= RARELY * len(road):
        yield Evidence(
            "act_trail_only", Reply.YES, f"{say}, {_since(sore_trail)}", tuple(run for run, _levels in trail)
        )
    elif len(sore_road) >= ENOUGH and len(sore_road) >= 2 * RARELY * len(road):
        yield Evidence("act_trail_only", Reply.NO, f"{say}, {_since(sore_road)}", tuple(sore_road))


def _next_day(told: _Told, _history: History) -> Iterator[Evidence]:
    """Whether the next morning is worse than the run and its evening."""
    known = [
        (run, levels)
        for run, levels in told.sore()
        if levels.morning is not None and (levels.during is not None or levels.after is not None)
    ]
    if len(known) < ENOUGH:
        return
    worse = [run for run, levels in known if levels.morning == levels.worst and _before(levels) < SORE]
    milder = [run for run, levels in known if (levels.morning or 0) < _before(levels)]
    if len(worse) >= OFTEN * len(known):
        say = f"worst the next morning on {len(worse)} of {len(known)} sore days, {_since(worse)}"
        yield Evidence("time_next_day", Reply.YES, say, tuple(worse))
    elif len(milder) >= OFTEN * len(known):
        say = f"milder the next morning on {len(milder)} of {len(known)} sore days, {_since(milder)}"
        yield Evidence("time_next_day", Reply.NO, say, tuple(milder))


def _before(levels: Levels) -> int:
    return max(levels.during or 0, levels.after or 0)


def _both_sides(told: _Told, _history: History) -> Iterator[Evidence]:
    sore = [run for run, _levels in told.sore()]
    both = [run for run in sore if _is_both(told.days[run.day])]
    if len(both) >= OFTEN * len(sore):
        yield Evidence(
            "both_sides", Reply.YES, f"both legs on {len(both)} of {len(sore)} sore days", tuple(both)
        )
    elif not both:
        yield Evidence("both_sides", Reply.NO, f"one leg alone on all {len(sore)} sore days", tuple(sore))


def _is_both(sides: Mapping[str, Levels]) -> bool:
    return all(side in sides and is_sore(sides[side]) for side in ("left", "right"))


def _all_shoes(told: _Told, _history: History) -> Iterator[Evidence]:
    """Whether it is the same in all shoes, over the runs on the surface that it mostly comes after."""
    sore = [run for run, _levels in told.sore()]
    ground = Counter(run.surface for run in sore).most_common(1)[0][0]
    shoes: defaultdict[str, list[bool]] = defaultdict(list)
    used: list[Outing] = []
    for run, levels in told.runs:
        if run.surface == ground and len(run.shoes) == 1:
            shoes[next(iter(run.shoes))].append(is_sore(levels))
            used.append(run)
    counted = {name: found for name, found in shoes.items() if len(found) >= ENOUGH}
    if len(counted) < 2:
        return
    shares = [sum(found) / len(found) for found in counted.values()]
    if min(shares) >= 0.5 and min(shares) >= OFTEN * max(shares):
        parts = ", ".join(f"{sum(found)} of {len(found)} in {name}" for name, found in counted.items())
        yield Evidence("ctx_same_all_shoes", Reply.YES, parts, tuple(used))


def _spike(told: _Told, history: History) -> Iterator[Evidence]:
    """A single run that went far beyond the ones before, in the four weeks before it began."""
    began = min(run.day for run, _levels in told.sore())
    spikes = [run for run in history.runs if began - SPIKE_BEFORE <= run.day <= began and run.is_spike]
    if spikes:
        most = max(spikes, key=lambda run: run.over or 0)
        say = f"a run {100 * (most.over or 0):.0f} % longer than any of the 30 days before, then it began"
        yield Evidence("ctx_load_spike", Reply.YES, say, tuple(spikes))


def _tags(tags: Mapping[str, int]) -> Iterator[Evidence]:
    for finding, days in tags.items():
        if days >= ENOUGH:
            yield Evidence(finding, Reply.YES, f"you said so on {days} days")


def regions(history: History) -> list[str]:
    """The regions that can be handed over, the one told of most first."""
    return list(dict.fromkeys(site.region for site in history.sites))


def sides(history: History, region: str) -> set[str]:
    """The sides on which a region was sore."""
    return {
        site.side
        for told in history.pain.values()
        for site, levels in told.items()
        if site.region == region and is_sore(levels)
    }
