"""An experiment of one runner: blocks with and without something, in an order by lot, analysed as planned.

N-of-1 design with two arms: blocks of two weeks in pairs, one of each pair with the exposure and one without.
The first days of each block are not counted, so that what the block before left has settled. The two shares
of sore runs have a uniform prior; their difference is told with its interval.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np

BLOCK_DAYS: Final = 14
BLOCKS: Final = 4
SETTLE_DAYS: Final = 3
"""Soreness after a run has mostly gone after three days (doi 10.1038/s41598-017-06129-8)."""
LEAST_RUNS: Final = 4
DRAWS: Final = 20_000


@dataclass(frozen=True)
class Block:
    """Two weeks of one arm; `first` and `last` are in it."""

    first: date
    last: date
    with_it: bool

    def counts(self, day: date) -> bool:
        """Whether a run of that day is counted."""
        return self.first + timedelta(days=SETTLE_DAYS) <= day <= self.last


@dataclass(frozen=True)
class Comparison:
    """Sore runs and all runs of both arms; the difference of their shares, with minus without, the middle and
    intervals; `chance_more` is the chance that it is sore more often with. None below four runs an arm."""

    with_sore: int
    with_runs: int
    without_sore: int
    without_runs: int
    difference: float
    interval_80: tuple[float, float]
    interval_95: tuple[float, float]
    chance_more: float


def schedule(seed: int, first: date, blocks: int = BLOCKS) -> tuple[Block, ...]:
    """The blocks from a first day on; the same seed gives the same order."""
    chance = random.Random(seed)  # noqa: S311 - a lot that can be drawn again, not a secret
    arms: list[bool] = []
    for _ in range(0, blocks, 2):
        arms += chance.choice([[True, False], [False, True]])
    starts = [first + timedelta(days=BLOCK_DAYS * i) for i in range(blocks)]
    return tuple(
        Block(start, start + timedelta(days=BLOCK_DAYS - 1), arm)
        for start, arm in zip(starts, arms[:blocks], strict=True)
    )


def compare(blocks: Sequence[Block], runs: Iterable[tuple[date, bool]]) -> Comparison | None:
    """Both arms, from the days of runs and whether each was sore; None when an arm has too few."""
    counts = {True: [0, 0], False: [0, 0]}
    for day, sore in runs:
        block = next((b for b in blocks if b.counts(day)), None)
        if block is not None:
            counts[block.with_it][0] += sore
            counts[block.with_it][1] += 1
    (sore_with, all_with), (sore_without, all_without) = counts[True], counts[False]
    if min(all_with, all_without) < LEAST_RUNS:
        return None
    lot = np.random.default_rng(1)
    drawn = lot.beta(1 + sore_with, 1 + all_with - sore_with, DRAWS)
    drawn -= lot.beta(1 + sore_without, 1 + all_without - sore_without, DRAWS)
    quantiles = np.quantile(drawn, [0.025, 0.1, 0.5, 0.9, 0.975])
    low95, low80, middle, high80, high95 = (float(v) for v in quantiles)
    more = float((drawn > 0).mean())
    return Comparison(
        sore_with, all_with, sore_without, all_without, middle, (low80, high80), (low95, high95), more
    )
