"""Which runs precede pain: one joint model for each site and lag, or a refusal.

`analyse` is the whole of it: flares are found, each is matched with the runner's own runs around it, all
exposures go into one conditional logistic model with a shrinkage prior, and what it finds is held against
chance. The design is a case-crossover study of one runner (Maclure 1991, doi
10.1093/oxfordjournals.aje.a115853).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

from secondwind.running.exposure.carry import without_carried
from secondwind.running.exposure.chance import over_all
from secondwind.running.exposure.columns import columns
from secondwind.running.exposure.counts import number
from secondwind.running.exposure.diary import Diary, Pain
from secondwind.running.exposure.estimate import effects, estimates, together
from secondwind.running.exposure.flares import Flares, Matched, flares, matched
from secondwind.running.exposure.result import Answer, Case, Effect, Refusal, Result

LEAST_FLARES: Final = 10
LEAST_RUNS: Final = 40
"""Below these nothing is said: with eight flares the best method found a strong cause in three of ten
simulated diaries (`accuracy/diaries.py`)."""
CHANCE: Final = 0.025
"""Half of the 5 % that the simulated runners are held to: pain that changes how one runs, and pain of one day
that three lags tell of, are no fair lots."""


@dataclass(frozen=True, eq=False)
class _Matching:
    pain: Pain
    found: Flares
    sets: list[Matched]


def analyse(diary: Diary) -> Result:
    """The result for all pain columns of a diary."""
    answers: list[Answer] = []
    refusals: list[Refusal] = []
    for pain in diary.pains:
        found = flares(diary.days, pain)
        matching = _Matching(pain, found, matched(diary.days, found))
        refusal = _refusal(diary, matching)
        if refusal:
            refusals.append(refusal)
        else:
            answers.append(_answer(diary, matching))
    return Result(
        len(diary.runs),
        int(diary.days[0]) if len(diary.days) else None,
        int(diary.days[-1]) if len(diary.days) else None,
        tuple(_judged(answers)),
        tuple(refusals),
    )


def _refusal(diary: Diary, matching: _Matching) -> Refusal | None:
    pain, runs, flares_ = matching.pain, int(matching.found.usable.sum()), len(matching.sets)
    more_runs, more_flares = max(LEAST_RUNS - runs, 0), max(LEAST_FLARES - flares_, 0)
    if not more_runs and not more_flares:
        return None
    days = None
    if runs and (flares_ >= 3 or not more_flares):
        span = max(int(diary.days[-1] - diary.days[0]) + 1, 1)
        days = ceil(span * max(more_runs / runs, more_flares / flares_ if flares_ else 0))
    why = (
        f"There are {number(flares_, 'flare')} in {number(runs, 'run')} whose pain is known; it takes "
        f"{LEAST_FLARES} flares in {LEAST_RUNS} runs. Missing: {_missing(more_flares, more_runs)}."
    )
    told = int(np.isfinite(pain.after).sum())
    if pain.from_usual and told > runs:
        why += f" {_others(told - runs)}"
    if days is not None:
        why += f" With days like those so far that is about {number(days, 'more day')}."
    elif more_flares:
        why += " So few flares do not tell how long that may take."
    return Refusal(pain.site, pain.lag, runs, flares_, more_runs, more_flares, days, why)


def _others(count: int) -> str:
    """Of pain that was told and cannot be used, because nothing near tells what is usual."""
    after = (
        "more run has its pain told, and has" if count == 1 else "more runs have their pain told, and have"
    )
    return f"{count} {after} too little told near to know what is usual: days without pain count too."


def _missing(more_flares: int, more_runs: int) -> str:
    parts = [number(more_flares, "flare")] if more_flares else []
    return " and ".join(parts + ([number(more_runs, "run")] if more_runs else []))


def _answer(diary: Diary, matching: _Matching) -> Answer:
    """The answer of one site and lag, before it is judged beside the others."""
    usable = matching.found.usable
    asked, carried = without_carried(diary, matching.pain, matching.found)
    model = columns(asked, usable, matching.sets)
    told = estimates(model)
    return Answer(
        matching.pain.site,
        matching.pain.lag,
        _ids(diary, usable),
        _ids(diary, matching.found.worse),
        tuple(Case(diary.runs[s.case], tuple(diary.runs[int(i)] for i in s.others)) for s in matching.sets),
        tuple(effects(diary, matching.found, matching.sets, model, told)),
        tuple(together(model, told)),
        (*carried, *model.left_out),
    )


def _judged(answers: list[Answer]) -> list[Answer]:
    """The answers with what is flagged, in the order of how clear it is, held against chance over all sites
    and lags."""
    smallest = [min((e.chance for e in a.effects), default=1.0) for a in answers]
    return [_ranked(a, factor) for a, factor in zip(answers, over_all(smallest), strict=True)]


def _ranked(answer: Answer, factor: float) -> Answer:
    held = [replace(e, chance=min(1.0, e.chance * factor)) for e in answer.effects]
    held.sort(key=lambda e: (e.because_of_pain, -abs(e.z)))
    clear = _not_the_rest([e for e in held if _is_clear(e)])
    rank = {e.name: place for place, e in enumerate(held, 1)}
    groups = [
        replace(t, flagged=any(n in clear for n in t.names), rank=min(rank[n] for n in t.names))
        for t in answer.together
    ]
    return replace(
        answer,
        effects=tuple(
            replace(e, flagged=e.name in clear and not e.apart_from, rank=rank[e.name]) for e in held
        ),
        together=tuple(sorted(groups, key=lambda t: t.rank)),
    )


def _not_the_rest(clear: list[Effect]) -> set[str]:
    """The names of what is clear. Where one shoe goes with more flares, each other one goes with fewer than
    the rest of them: of a choice, only what goes the way of its clearest level is a finding."""
    harmful: dict[str, bool] = {}
    for effect in clear:
        if effect.of:
            harmful.setdefault(effect.of, effect.z > 0)
    return {e.name for e in clear if not e.of or harmful[e.of] == (e.z > 0)}


def _is_clear(effect: Effect) -> bool:
    """Whether it is told as going with flares (or with none): the 95 % interval leaves out 1, and lots do as
    well in at most one of forty. Pain shortens runs, so less of a run before a flare is no finding."""
    low, high = effect.interval_95
    return (low > 1 or high < 1) and effect.chance <= CHANCE and not effect.because_of_pain


def _ids(diary: Diary, which: NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(diary.runs[int(i)] for i in np.flatnonzero(which))
