"""What the joint model says of each exposure, in words and units that a runner knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erf, exp, sqrt
from typing import Final

import numpy as np

from secondwind.running.activity import Column
from secondwind.running.exposure.chance import chances
from secondwind.running.exposure.columns import Columns, Part, step_of
from secondwind.running.exposure.counts import counts
from secondwind.running.exposure.diary import Diary, Exposure
from secondwind.running.exposure.flares import Flares, Matched
from secondwind.running.exposure.logit import fit
from secondwind.running.exposure.result import Effect, Together

Z_80: Final = 1.2815515655446004
Z_95: Final = 1.959963984540054


@dataclass(frozen=True, eq=False)
class Estimate:
    """The log odds ratio `b` of a part for the step `per`, its spread, and how often chance does as well.

    Of a choice of two, `shown` is the level that goes with more flares and `other` the one it is told
    against."""

    part: Part
    b: float
    spread: float
    per: float
    chance: float
    shown: Exposure
    other: Exposure | None


def estimates(model: Columns) -> list[Estimate]:
    """One for each exposure. A level of three or more is told against the others of its choice, as often as
    each was had."""
    parts = [part for group in model.groups for part in group]
    if not parts:
        return []
    found = fit(model.sets)
    contrasts = np.zeros((len(parts), len(model.groups)))
    for row, part in enumerate(parts):
        contrasts[row, part.column] = part.share / part.sd
        _against_siblings(contrasts[row], part, parts, model)
    steps = [step_of(part.exposure, part.sd) for part in parts]
    b = contrasts @ found.coefficients * steps
    spread = np.sqrt(np.einsum("ij,jk,ik->i", contrasts, found.covariance, contrasts)) * steps
    chance = chances(model.sets, contrasts)
    told = []
    for i, part in enumerate(parts):
        shown, other, value = part.exposure, model.other_level.get(part.exposure.name), float(b[i])
        if other is not None and value < 0:
            shown, other, value = other, shown, -value
        told.append(Estimate(part, value, float(spread[i]), steps[i], float(chance[i]), shown, other))
    return told


def effects(
    diary: Diary, found: Flares, sets: Sequence[Matched], model: Columns, told: Sequence[Estimate]
) -> list[Effect]:
    """Each estimate with the runs behind it, not yet ranked."""
    names = {e.part.exposure.name: e.shown.name for e in told}
    return [_effect(diary, found, sets, e, _apart_from(model, e.part, names)) for e in told]


def together(model: Columns, told: Sequence[Estimate]) -> list[Together]:
    """What cannot be told apart: groups that are one in these runs, then those which others tell."""
    by_name = {e.part.exposure.name: e for e in told}
    found = [
        _named([by_name[p.exposure.name] for p in group], always=True)
        for group in model.groups
        if len(group) > 1
    ]
    seen: set[frozenset[int]] = set()
    for column, by in sorted(model.told_by.items()):
        key = frozenset((column, *by))
        if key not in seen:
            seen.add(key)
            parts = [part for j in (column, *by) for part in model.groups[j]]
            found.append(_named([by_name[p.exposure.name] for p in parts], always=False))
    return found


def _against_siblings(row: Column, part: Part, parts: Sequence[Part], model: Columns) -> None:
    def alone(one: Part) -> bool:
        return bool(one.exposure.of) and len(model.groups[one.column]) == 1

    siblings = [p for p in parts if p is not part and alone(p) and p.exposure.of == part.exposure.of]
    often = sum(s.mean for s in siblings)
    if alone(part):
        for sibling in siblings:
            row[sibling.column] -= sibling.mean / often / sibling.sd


def _effect(
    diary: Diary, found: Flares, sets: Sequence[Matched], one: Estimate, apart_from: tuple[str, ...]
) -> Effect:
    b, spread = one.b, one.spread
    with_it, without = counts(diary, found, one.shown, one.other)
    differs, more = _informative(one.shown.values, sets)
    return Effect(
        name=one.shown.name,
        label=one.shown.words,
        step=_step(one),
        odds_ratio=exp(b),
        interval_80=(exp(b - Z_80 * spread), exp(b + Z_80 * spread)),
        interval_95=(exp(b - Z_95 * spread), exp(b + Z_95 * spread)),
        per=one.per,
        sd=one.part.sd,
        per_sd=exp(b / one.per * one.part.sd),
        harmful=(1 + erf(b / spread / sqrt(2))) / 2,
        z=b / spread,
        chance=one.chance,
        flagged=False,
        rank=0,
        flares=differs,
        flares_with=more,
        with_it=with_it,
        without=without,
        apart_from=apart_from,
        of=one.shown.of,
        because_of_pain=one.shown.volume and b < 0,
    )


def _step(one: Estimate) -> str:
    if one.other is not None:
        return f"rather than {one.other.words}"
    if one.shown.of:
        return f"rather than any other {one.shown.of}"
    if one.shown.yes_no:
        return "yes rather than no"
    return f"per {one.per:g} {one.shown.unit}".rstrip()


def _informative(values: Column, sets: Sequence[Matched]) -> tuple[int, int]:
    """In how many sets the case differs from others, and in how many it has more than they have on
    average."""
    differs = more = 0
    for one in sets:
        others, case = values[one.others], values[one.case]
        others = others[np.isfinite(others)]
        if np.isfinite(case) and len(others):
            differs += bool((np.abs(others - case) > 1e-12).any())
            more += bool(case > others.mean() + 1e-12)
    return differs, more


def _apart_from(model: Columns, part: Part, names: dict[str, str]) -> tuple[str, ...]:
    group = [p for p in model.groups[part.column] if p is not part]
    told = [p for j in model.told_by.get(part.column, ()) for p in model.groups[j]]
    return tuple(names[p.exposure.name] for p in (*group, *told))


def _named(told: Sequence[Estimate], *, always: bool) -> Together:
    return Together(
        tuple(e.shown.name for e in told),
        tuple(_direction(e) for e in told) if always else tuple(e.shown.words for e in told),
        always,
        flagged=False,
        rank=0,
    )


def _direction(one: Estimate) -> str:
    """What of a group goes with more flares: "Shoe B", "less distance", "no evening"."""
    if one.b >= 0:
        return one.shown.words
    return f"{'no' if one.shown.yes_no else 'less'} {one.shown.words}"
