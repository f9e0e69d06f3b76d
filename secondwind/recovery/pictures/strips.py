"""Pain by place under the runs, day by day: small multiples over the same days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from secondwind.recovery.history import History
from secondwind.recovery.queries import Site
from secondwind.runlog.pictures.svg import Canvas, Markup, Table, swatch

RUNS, STRIP, WORDS = 72.0, 44.0, 14.0
MOST_SITES: Final = 6
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Strip:
    """The drawing of one place, or of the runs (`site` None)."""

    site: Site | None
    svg: Markup


@dataclass(frozen=True, slots=True)
class Strips:
    """All drawings over the same days, a sentence, and the table that says the same."""

    strips: tuple[Strip, ...]
    description: str
    table: Table
    trail: Markup


def strips(history: History, first: date, last: date, show: Callable[[float], str]) -> Strips:
    """Runs as bars (trail striped), below them each place with the worst of each day that was told, and a
    number on the worst of each week. `show` writes metres."""
    days = (last - first).days + 1
    sites = history.sites[:MOST_SITES]
    drawn = [Strip(None, _runs(history, first, days))]
    drawn += [Strip(site, _site(history, site, first, days, i)) for i, site in enumerate(sites)]
    total = show(sum(run.distance_m for run in history.runs))
    description = (
        f"{days // 7} weeks: {len(history.runs)} runs, {total}, and {len(sites)} places that were told of."
    )
    return Strips(
        tuple(drawn), description, _table(history, sites, first, days, show), swatch("up", "strips")
    )


def _runs(history: History, first: date, days: int) -> Markup:
    canvas = Canvas("strip-runs", "Runs", f"{len(history.runs)} runs.", RUNS + WORDS + 4)
    most = max((run.distance_m for run in history.runs), default=0.0) or 1.0
    stripes = canvas.hatch("up")
    for run in history.runs:
        at, height = (run.day - first).days, max(RUNS * run.distance_m / most, 1.5)
        look = {"class_": "pic-part", "fill": stripes} if run.surface == "trail" else {"class_": "pic-bar"}
        canvas.bar((at + 0.1) / days, 0.8 / days, RUNS - height, height, **look)
    canvas.rule(RUNS, "pic-axis")
    for i in range(days):
        day = first + timedelta(days=i)
        if day.day == 1 and i < days - 10:
            canvas.upright(i / days, RUNS, RUNS + 4, "pic-tick")
            canvas.words(i / days, RUNS + WORDS, MONTHS[day.month - 1], "pic-quiet")
    return _markup(canvas)


def _site(history: History, site: Site, first: date, days: int, number: int) -> Markup:
    told = {
        (day - first).days: levels.worst
        for day, sites in history.pain.items()
        if (levels := sites.get(site)) and levels.worst is not None
    }
    most = max(told.values(), default=0)
    canvas = Canvas(
        f"strip-{number}", site.label, f"Told on {len(told)} days, up to {most} of 10.", STRIP + WORDS
    )
    foot = STRIP + WORDS - 2
    canvas.rule(foot, "pic-axis")
    scale = STRIP / 10
    for at, level in told.items():
        height = max(level * scale, 2.0)
        canvas.bar((at + 0.1) / days, 0.8 / days, foot - height, height, class_=f"strip-bar pain-{level}")
    for at in _worst_of_weeks(told):
        level = told[at]
        canvas.words((at + 0.5) / days, foot - level * scale - 3, str(level), "strip-number", "middle")
    return _markup(canvas)


def _worst_of_weeks(told: dict[int, int]) -> list[int]:
    """The day with the worst of each week above 0, the latest of equals; none right beside another."""
    worst: dict[int, int] = {}
    for at in sorted(told):
        known = worst.get(at // 7)
        if told[at] > 0 and (known is None or told[at] >= told[known]):
            worst[at // 7] = at
    kept: list[int] = []
    for at in worst.values():
        if kept and at - kept[-1] < 4:
            if told[at] > told[kept[-1]]:
                kept[-1] = at
        else:
            kept.append(at)
    return kept


def _table(
    history: History, sites: list[Site], first: date, days: int, show: Callable[[float], str]
) -> Table:
    runs: dict[date, float] = {}
    for run in history.runs:
        runs[run.day] = runs.get(run.day, 0.0) + run.distance_m
    rows = []
    for i in reversed(range(days)):
        day = first + timedelta(days=i)
        told = history.pain.get(day, {})
        if day in runs or told:
            cells = (str(levels.worst) if (levels := told.get(site)) else "" for site in sites)
            rows.append(
                (f"{day.day} {MONTHS[day.month - 1]}", show(runs[day]) if day in runs else "", *cells)
            )
    return Table(("Day", "Run", *(site.label for site in sites)), tuple(rows))


def _markup(canvas: Canvas) -> Markup:
    return canvas.picture(Table((), ())).svg
