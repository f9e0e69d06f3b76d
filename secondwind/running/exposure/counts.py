"""The plain count behind an exposure: how often it got worse with it, and how often without."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from secondwind.running.exposure.diary import Diary, Exposure
from secondwind.running.exposure.flares import Flares
from secondwind.running.exposure.result import Count


def counts(diary: Diary, found: Flares, exposure: Exposure, other: Exposure | None) -> tuple[Count, Count]:
    """All usable runs with the exposure and without; of a number, those above two thirds of the runs and the
    rest. `other` names what is had when this is not."""
    values = exposure.values
    known = found.usable & np.isfinite(values)
    if exposure.yes_no:
        with_it = known & (values > 0.5)
        words = exposure.words, other.words if other else f"not {exposure.words}"
    else:
        cut = _cut(values[known])
        with_it = known & (values > cut)
        amount = f"{cut:g} {exposure.unit}".rstrip()
        words = f"{exposure.words} over {amount}", f"{exposure.words} up to {amount}"
    return (
        _count(diary, found, words[0], with_it),
        _count(diary, found, words[1], known & ~with_it),
    )


def number(count: int, what: str) -> str:
    """A count with its noun: "1 run", "12 runs"."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def _cut(values: NDArray[np.float64]) -> float:
    """Two thirds of the values are at most this, which has two digits where that parts them as well."""
    cut = float(np.quantile(values, 2 / 3)) if len(values) else 0.0
    rounded = float(f"{cut:.2g}")
    return rounded if 0 < (values > rounded).sum() < len(values) else cut


def _count(diary: Diary, found: Flares, words: str, which: NDArray[np.bool_]) -> Count:
    return Count(words, _ids(diary, which), _ids(diary, which & found.worse))


def _ids(diary: Diary, which: NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(diary.runs[int(i)] for i in np.flatnonzero(which))
