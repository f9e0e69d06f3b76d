"""Which runs precede pain, from the log of one runner: a diary of it, and the result in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from django.db.models import F, FloatField, Sum

from secondwind.accounts.models import User
from secondwind.recovery.queries import Levels, Site, pain_by_day
from secondwind.runlog import queries
from secondwind.runlog.models import Run, ShoeUse, Surface
from secondwind.runlog.statistics import RUNNING
from secondwind.running.exposure import (
    Answer,
    Diary,
    Effect,
    Lag,
    Pain,
    Refusal,
    Result,
    RunRecord,
    Together,
    analyse,
    exposures_of,
    temperature_c,
    usual,
)

BACK: Final = timedelta(days=730)
HEAVY: Final = ("grades", "laps", "best_efforts", "warnings", "notes")
SLUGS: Final = {Lag.SAME_DAY: "that-day", Lag.NEXT_DAY: "next-morning", Lag.TWO_DAYS: "two-days"}
"""The lags as parts of an address. An address that somebody keeps hangs on them: they do not change."""
LAGS: Final = {Lag.SAME_DAY: "that day", Lag.NEXT_DAY: "the next morning", Lag.TWO_DAYS: "48 hours later"}


@dataclass(frozen=True)
class Why:
    """The result for one runner, with the places by their words and the runs by id."""

    result: Result
    sites: Mapping[str, Site]
    runs: Mapping[str, Run]

    def claim(self, site: str, lag: str, exposure: str) -> tuple[Answer, Effect] | None:
        """What is said of an exposure at a site (its key) at a lag (its word in `SLUGS`), or None. Of two
        levels of a choice either names the one claim of both."""
        for answer in self.result.answers:
            if (answer.site, SLUGS[answer.lag]) == (site, lag):
                for effect in answer.effects:
                    if exposure in {effect.name, f"{effect.of}: {effect.without.words}"}:
                        return answer, effect
        return None

    def unsaid(self, site: str, lag: str, exposure: str) -> str:
        """Why there is no such claim, in a sentence; empty when nothing is known of it."""
        for answer in self.result.answers:
            if (answer.site, SLUGS[answer.lag]) == (site, lag):
                return next((out.why for out in answer.left_out if out.name == exposure), "")
        for refusal in self.result.refusals:
            if (refusal.site, SLUGS[refusal.lag]) == (site, lag):
                return refusal.why
        return ""

    def site(self, one: Answer | Refusal) -> str:
        """The place in words: "Outer lower leg, left"."""
        return self.sites[one.site].label


def of(owner: User, today: date) -> Why:
    """What the last two years say. 5 queries."""
    first = today - BACK
    found = queries.between(queries.runs_of(owner).filter(sport=RUNNING), first, today).defer(*HEAVY)
    runs = sorted(found, key=lambda run: (run.day, run.start, run.pk))
    pain = pain_by_day(owner, first, today)
    records = _records(runs, _worn_before(owner, first))
    days = [run.day.toordinal() for run in runs]
    sites = {site.key: site for told in pain.values() for site in told}
    pains = [p for key, site in sorted(sites.items()) for p in _pains(key, site, runs, pain)]
    diary = Diary.of([record.id for record in records], days, exposures_of(records), pains)
    return Why(analyse(diary), sites, {_id(run): run for run in runs})


def _id(run: Run) -> str:
    return f"{run.pk:012}"


def _worn_before(owner: User, first: date) -> dict[int, float]:
    """The metres of each shoe before the first day."""
    worn = ShoeUse.objects.filter(shoe__owner=owner, run__day__lt=first).values_list("shoe")
    sums = worn.annotate(way=Sum(F("share") * F("run__distance_m"), output_field=FloatField()))
    return {shoe: way or 0.0 for shoe, way in sums.values_list("shoe", "way")}


def _records(runs: Sequence[Run], worn: dict[int, float]) -> list[RunRecord]:
    """The runs in order of time as the library takes them."""
    records = []
    for run in runs:
        uses = list(run.shoe_uses.all())
        most = max(uses, key=lambda use: use.share, default=None)
        parts = {part.surface: part.share for part in run.surface_parts.all()}
        grounds = parts or ({run.surface: 1.0} if run.surface else {})
        records.append(
            RunRecord(
                _id(run),
                run.day,
                hour=run.local_start.hour if run.offset_s is not None else None,
                distance_m=run.distance_m,
                time_s=queries.time_s(run),
                climb_m=run.climb_m,
                descent_m=run.descent_m,
                switchbacks=run.switchbacks,
                turns=run.turns,
                surfaces={str(Surface(name).label): share for name, share in grounds.items() if name},
                shoes={use.shoe.name: use.share for use in uses},
                shoe_m=most.shoe.before_m + worn.get(most.shoe_id, 0.0) if most else None,
                splits_s=run.splits,
                temperature_c=temperature_c(run.weather),
            )
        )
        for use in uses:
            worn[use.shoe_id] = worn.get(use.shoe_id, 0.0) + use.share * (run.distance_m or 0)
    return records


def _pains(
    key: str, site: Site, runs: Sequence[Run], pain: Mapping[date, Mapping[Site, Levels]]
) -> list[Pain]:
    """The pain of a site at each lag that was told of. It belongs to the last run of its day."""
    last = {run.day: place for place, run in enumerate(runs)}
    columns = {lag: np.full(len(runs), np.nan) for lag in Lag}
    for day, row in last.items():
        levels = pain.get(day, {}).get(site)
        if levels is None:
            continue
        same = [v for v in (levels.during, levels.after) if v is not None]
        for lag, value in (
            (Lag.SAME_DAY, max(same, default=None)),
            (Lag.NEXT_DAY, levels.morning),
            (Lag.TWO_DAYS, levels.later),
        ):
            if value is not None:
                columns[lag][row] = value
    days = [run.day.toordinal() for run in runs]
    return [
        Pain(key, lag, after, usual(days, after, days), from_usual=True)
        for lag, after in columns.items()
        if np.isfinite(after).any()
    ]


# --- In words -------------------------------------------------------------------------------------------


def sentence(answer: Answer, effect: Effect) -> str:
    """The plain count: "After trail runs it was worse the next morning 9 times in 12; after …"."""
    one, other = effect.with_it, effect.without
    return (
        f"After {runs_with(effect, one.words)} it was worse {LAGS[answer.lag]}"
        f" {_times(len(one.worse), len(one.runs))}; after {_rest(effect, other.words)}"
        f" {len(other.worse)} in {len(other.runs)}."
    )


def runs_with(effect: Effect, words: str) -> str:
    """The runs that had an exposure: "trail runs", "runs in Peregrine", "runs with descent over 300 m"."""
    if effect.of == "shoe":
        return f"runs in {words}"
    if effect.of:
        return f"{words} runs"
    if words == "the day after a run":
        return "runs that followed a run of the day before"
    return f"runs with {words}"


def _rest(effect: Effect, words: str) -> str:
    return "other runs" if words.startswith("not ") else runs_with(effect, words)


def _times(worse: int, runs: int) -> str:
    return f"{worse} time{'' if worse == 1 else 's'} in {runs}"


def together_words(group: Together) -> str:
    """What cannot be told apart, in a sentence."""
    names = _and(group.labels)
    if group.always:
        return f"{names} always, or nearly always, came together in the runs that are compared."
    return f"What one of {names} was, the others together tell."


def tell_apart(group: Together) -> str:
    """What would tell them apart."""
    one, other = group.labels[:2]
    return f"Some runs with {one} and without {other}, and the other way round, would tell."


def _and(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]
