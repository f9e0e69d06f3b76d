"""The exposures as the columns of a model: what varies enough, on one scale, alike ones as one."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log10
from typing import Final

import numpy as np
from numpy.typing import NDArray

from secondwind.running.activity import Column
from secondwind.running.exposure import apart
from secondwind.running.exposure.diary import Exposure
from secondwind.running.exposure.flares import Matched
from secondwind.running.exposure.logit import Sets, height_alone
from secondwind.running.exposure.result import LeftOut

RARE: Final = 3
"""A yes or no, a shoe or a surface must be in this many of the compared runs, and missing from as many."""
KNOWN: Final = 0.5


@dataclass(frozen=True, eq=False)
class Part:
    """An exposure in the model: `column` which column it is in, `share` what a standard deviation of it moves
    that column by (1, or minus 1 when it goes against the others there)."""

    exposure: Exposure
    mean: float
    sd: float
    column: int
    share: float


@dataclass(frozen=True, eq=False)
class Columns:
    """What the model is of. `values` is run x column; `groups` lists, for each column, its parts by how
    much each explains alone, the most first; `told_by` lists, for a column, the columns that tell it;
    `other_level` has, by the name of a level that stands for a choice of two, the other one."""

    values: Column
    sets: Sets
    groups: tuple[tuple[Part, ...], ...]
    told_by: dict[int, list[int]]
    other_level: dict[str, Exposure]
    left_out: tuple[LeftOut, ...]


def columns(exposures: tuple[Exposure, ...], usable: NDArray[np.bool_], sets: list[Matched]) -> Columns:
    """The columns of a model over the runs that are usable."""
    compared = np.unique(np.concatenate([np.append(s.others, s.case) for s in sets]))
    kept, left_out = _varying(exposures, usable, compared)
    kept, other_level = _one_of_two(kept, usable)
    means = [float(np.nanmean(e.values[usable])) for e in kept]
    sds = [float(np.nanstd(e.values[usable])) for e in kept]
    scaled = np.column_stack(
        [(e.values - m) / s for e, m, s in zip(kept, means, sds, strict=True)] or [np.zeros((len(usable), 0))]
    )
    alone = Sets.of(scaled, sets)
    r = apart.correlations(alone.information())
    groups: list[tuple[Part, ...]] = []
    merged = []
    for members in apart.alike(r, [e.of for e in kept]):
        order = sorted(members, key=lambda i: -height_alone(alone, i))
        signs = [1.0 if r[order[0], i] >= 0 else -1.0 for i in order]
        merged.append(_mean(np.column_stack([scaled[:, i] * s for i, s in zip(order, signs, strict=True)])))
        groups.append(
            tuple(Part(kept[i], means[i], sds[i], len(groups), s) for i, s in zip(order, signs, strict=True))
        )
    values = np.column_stack(merged or [np.zeros((len(usable), 0))])
    final = Sets.of(values, sets)
    between = apart.correlations(final.information())
    choices = [frozenset(part.exposure.of for part in group if part.exposure.of) for group in groups]
    told_by = {j: by for j in range(len(groups)) if (by := apart.explained_by(between, choices, j))}
    return Columns(values, final, tuple(groups), told_by, other_level, tuple(left_out))


def step_of(exposure: Exposure, sd: float) -> float:
    """A round step of about one standard deviation: 1, 2 or 5 times a power of ten."""
    if exposure.yes_no:
        return 1.0
    if exposure.per > 0:
        return exposure.per
    ten: float = 10.0 ** floor(log10(sd))
    return min((ten * k for k in (1, 2, 5, 10)), key=lambda step: abs(np.log(step / sd)))


def _varying(
    exposures: tuple[Exposure, ...], usable: NDArray[np.bool_], compared: NDArray[np.int64]
) -> tuple[list[Exposure], list[LeftOut]]:
    kept, left_out = [], []
    for exposure in exposures:
        why = _why_not(exposure, exposure.values[usable], exposure.values[compared])
        if why:
            left_out.append(LeftOut(exposure.name, exposure.words, why))
        else:
            kept.append(exposure)
    return kept, left_out


def _why_not(exposure: Exposure, used: Column, compared: Column) -> str:
    known = np.isfinite(used)
    if known.sum() < KNOWN * len(used):
        return f"It is known for {int(known.sum())} of {len(used)} runs only."
    varying = compared[np.isfinite(compared)]
    if not len(varying) or np.ptp(varying) <= 1e-9 * max(1.0, float(np.abs(varying).max())):
        return "It was the same in all the runs that are compared."
    if exposure.yes_no:
        yes = int((varying > 0.5).sum())
        if min(yes, len(varying) - yes) < RARE:
            kind = "had it" if yes < RARE else "did not have it"
            return f"Only {min(yes, len(varying) - yes)} of the {len(varying)} runs that are compared {kind}."
    return ""


def _one_of_two(
    kept: list[Exposure], usable: NDArray[np.bool_]
) -> tuple[list[Exposure], dict[str, Exposure]]:
    """Of two levels that are all of a choice, one says it all; the one that was had less often stays."""
    levels: dict[str, list[Exposure]] = {}
    for exposure in kept:
        if exposure.of:
            levels.setdefault(exposure.of, []).append(exposure)
    other_level = {}
    for pair in levels.values():
        if len(pair) == 2 and np.nanmean(pair[0].values[usable] + pair[1].values[usable]) > 1 - 1e-9:
            rare, common = sorted(pair, key=lambda e: float(np.nanmean(e.values[usable])))
            other_level[rare.name] = common
    dropped = {common.name for common in other_level.values()}
    return [e for e in kept if e.name not in dropped], other_level


def _mean(columns: Column) -> Column:
    known = np.isfinite(columns)
    count = known.sum(1)
    sums = np.where(known, columns, 0).sum(1)
    return np.where(count > 0, sums / np.maximum(count, 1), np.nan)
