"""Which exposures the runs cannot tell apart.

What counts is how they go together inside the matched sets, because only that is used: two shoes that were
worn in different months are told apart by nothing in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

SAME: Final = 0.9
"""From this correlation on (or minus this) two exposures are one: at 0.9 a difference between their effects
needs over five times as many flares to be seen (the variance inflation 1 / (1 - r²))."""
EXPLAINED: Final = 0.95
"""From this share of its variation on, an exposure is told by the others together."""
MOST: Final = 4

Matrix = NDArray[np.float64]


def correlations(information: Matrix) -> Matrix:
    """The information of exposures as correlations; 0 with those that do not vary."""
    spread = np.sqrt(np.maximum(np.diag(information), 0))
    safe = np.where(spread > 0, spread, 1.0)
    found: Matrix = np.where(np.outer(spread, spread) > 0, information / np.outer(safe, safe), 0.0)
    return found


def alike(r: Matrix, choices: Sequence[str]) -> list[list[int]]:
    """Groups of exposures each of which goes with every other of its group; most are groups of one.

    Levels of one choice (same non-empty name in `choices`) are never alike: they exclude each other.
    """
    group = {i: [i] for i in range(len(r))}
    pairs = [(i, j) for i in range(len(r)) for j in range(i + 1, len(r)) if abs(r[i, j]) >= SAME]
    for i, j in sorted(pairs, key=lambda p: -abs(r[p])):
        one, other = group[i], group[j]
        if one is not other and all(
            abs(r[a, b]) >= SAME and not (choices[a] and choices[a] == choices[b]) for a in one for b in other
        ):
            one.extend(other)
            for member in other:
                group[member] = one
    unique = {id(members): sorted(members) for members in group.values()}
    return sorted(unique.values())


def explained_by(r: Matrix, choices: Sequence[frozenset[str]], exposure: int) -> list[int]:
    """The fewest other exposures that together tell what this one was; empty when they do not.

    Of exposures that share a choice (a level each of it) no one tells another: together they always do.
    """
    others = [k for k in range(len(r)) if k != exposure and not choices[k] & choices[exposure]]
    chosen: list[int] = []
    if _share(r, exposure, others) < EXPLAINED:
        return chosen
    while len(chosen) < MOST and _share(r, exposure, chosen) < EXPLAINED:
        left = [k for k in others if k not in chosen]
        chosen.append(max(left, key=lambda k: _share(r, exposure, [*chosen, k])))
    return sorted(chosen)


def _share(r: Matrix, exposure: int, others: list[int]) -> float:
    if not others or r[exposure, exposure] == 0:
        return 0.0
    inner, outer = r[np.ix_(others, others)], r[exposure, others]
    return float(outer @ np.linalg.pinv(inner, rcond=1e-6, hermitian=True) @ outer)
