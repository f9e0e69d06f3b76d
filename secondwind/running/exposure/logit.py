"""Conditional logistic regression of matched sets with a shrinkage prior, and what can be read off it.

The likelihood is the product over sets of exp(b.x_case) / sum over the set of exp(b.x) (Breslow and Day 1980,
chapter 7). A normal prior on each coefficient keeps few flares from making large claims. The fit is Newton's;
the uncertainty is Laplace's: a normal with the curvature at the top.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from secondwind.running.activity import Column
from secondwind.running.exposure.flares import Matched

PRIOR_SD: Final = 0.25
"""Of a log odds ratio per standard deviation: 95 % of odds ratios within 0.6 to 1.6. Chosen on the simulated
runners of `accuracy/diaries.py`: from 0.25 to 0.35 it finds true causes as often, and the narrower the prior,
the fewer intervals leave out 1 for what has to do with nothing. It makes estimates cautious: nearer to 1."""
STEPS: Final = 50
CLOSE: Final = 1e-8


@dataclass(frozen=True, eq=False)
class Sets:
    """Matched sets as one array: `x` is set x member x exposure, centred in each set, the case at 0; `real`
    says which members are there. What nobody knows of a member is that of its set's mean, and so says
    nothing. `overlap` is how many times less sets tell than as many that share no run would (`_overlap`)."""

    x: NDArray[np.float64]
    real: NDArray[np.bool_]
    overlap: float = 1.0

    @classmethod
    def of(cls, values: Column, sets: Sequence[Matched]) -> Sets:
        """From the values of all runs, run x exposure."""
        widest = max((len(s.others) for s in sets), default=0) + 1
        index = np.zeros((len(sets), widest), np.int64)
        real = np.zeros((len(sets), widest), np.bool_)
        for row, one in enumerate(sets):
            members = [one.case, *one.others]
            index[row, : len(members)] = members
            real[row, : len(members)] = True
        x = values[index]
        known = np.isfinite(x) & real[:, :, None]
        x = np.where(known, x, 0.0)
        x -= (x.sum(1) / np.maximum(known.sum(1), 1))[:, None, :]
        return cls(np.where(known, x, 0.0), real, _overlap(len(values), sets))

    def information(self) -> NDArray[np.float64]:
        """The curvature of the likelihood where no exposure matters: exposure x exposure."""
        share = self.real / np.maximum(self.real.sum(1, keepdims=True), 1)
        return _spread(self.x, share)


@dataclass(frozen=True, eq=False)
class Fit:
    """The most likely coefficients under the prior, and their covariance."""

    coefficients: NDArray[np.float64]
    covariance: NDArray[np.float64]


def fit(sets: Sets, prior_sd: float = PRIOR_SD) -> Fit:
    """Newton's method with halved steps; the penalised likelihood is concave, so it has one top. Sets that
    share runs count for less: their likelihood is taken to the power 1 / overlap."""
    exposures = sets.x.shape[2]
    precision = np.eye(exposures) * sets.overlap / prior_sd**2
    b = np.zeros(exposures)
    value = _height(sets, b, precision)
    for _ in range(STEPS):
        share = _shares(sets, b)
        slope = (sets.x[:, 0, :] - _means(sets.x, share)).sum(0) - precision @ b
        step = np.linalg.solve(_spread(sets.x, share) + precision, slope)
        scale, found = 1.0, -np.inf
        while scale > CLOSE and (found := _height(sets, b + scale * step, precision)) < value - 1e-12:
            scale /= 2
        b, value = b + scale * step, found
        if np.abs(step).max(initial=0.0) < CLOSE:
            break
    curvature = _spread(sets.x, _shares(sets, b)) + precision
    return Fit(b, np.asarray(np.linalg.inv(curvature) * sets.overlap, np.float64))


def _overlap(runs: int, sets: Sequence[Matched]) -> float:
    """The spread of the sum over sets of (case - mean of the set), for exposures drawn anew for each run, as
    a multiple of what it would be if no run were in two sets; at least 1.

    Flares of one month are compared with the same few runs, and what these happen to have been counts against
    all of them: taking such sets for independent calls chance a finding twice as often as it says."""
    weight, alone = np.zeros(runs), 0.0
    for one in sets:
        share = 1 / (len(one.others) + 1)
        weight[one.case] += 1 - share
        weight[one.others] -= share
        alone += 1 - share
    return max(float(weight @ weight) / alone, 1.0) if alone else 1.0


def height_alone(sets: Sets, exposure: int) -> float:
    """How much one exposure alone explains: the gain in log likelihood of a single Newton step from nothing,
    which orders exposures that always come together."""
    slope = sets.x[:, 0, exposure].sum()
    spread = sets.information()[exposure, exposure]
    return float(slope**2 / (2 * spread)) if spread > CLOSE else 0.0


def _shares(sets: Sets, b: NDArray[np.float64]) -> NDArray[np.float64]:
    lean = np.where(sets.real, sets.x @ b, -np.inf)
    weight = np.exp(lean - lean.max(1, keepdims=True))
    shares: NDArray[np.float64] = weight / weight.sum(1, keepdims=True)
    return shares


def _height(sets: Sets, b: NDArray[np.float64], precision: NDArray[np.float64]) -> float:
    lean = np.where(sets.real, sets.x @ b, -np.inf)
    top = lean.max(1)
    sums = top + np.log(np.exp(lean - top[:, None]).sum(1))
    return float((lean[:, 0] - sums).sum() - b @ precision @ b / 2)


def _means(x: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.float64]:
    means: NDArray[np.float64] = np.matmul(share[:, None, :], x)[:, 0, :]
    return means


def _spread(x: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.float64]:
    off = x - _means(x, share)[:, None, :]
    flat = off.reshape(off.shape[0] * off.shape[1], off.shape[2])
    spread: NDArray[np.float64] = flat.T @ (flat * share.reshape(-1, 1))
    return spread
