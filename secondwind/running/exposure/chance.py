"""How often chance alone would do as well: the cases are drawn anew within their sets, many times over.

The statistic is the first Newton step from nothing of the same joint, penalised model, over its spread: its
curvature does not hang on which member is the case, so a thousand drawings cost little. The largest of all
exposures is compared with the largest of each drawing (Westfall and Young 1993), so that looking at twelve
exposures makes no false finding more likely than looking at one.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from secondwind.running.exposure.logit import PRIOR_SD, Sets

DRAWS: Final = 1999
SEED: Final = 20260517


def chances(
    sets: Sets, contrasts: NDArray[np.float64], prior_sd: float = PRIOR_SD, draws: int = DRAWS
) -> NDArray[np.float64]:
    """For each contrast (row of contrast x exposure): the share of drawings in which the largest of all was
    as large. The same sets give the same answer."""
    if not len(contrasts):
        return np.zeros(0)
    exposures = sets.x.shape[2]
    information = sets.information()
    inverse = np.linalg.inv(information + np.eye(exposures) * sets.overlap / prior_sd**2)
    way = contrasts @ inverse
    # The spread of the estimate when the cases are drawn: the prior moves none of it.
    spread = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", way, information, way), 1e-18))
    along = np.einsum("smp,cp->smc", sets.x, way / spread[:, None])
    found = np.abs(along[:, 0, :].sum(0))
    chance = np.random.default_rng(SEED)
    size = sets.real.sum(1)
    drawn = np.zeros((draws, len(contrasts)))
    for row in range(len(size)):
        drawn += along[row][chance.integers(size[row], size=draws)]
    # Sets are drawn one by one; runs that several share spread the sum more than that.
    most = np.abs(drawn).max(1) * np.sqrt(sets.overlap)
    shares: NDArray[np.float64] = (1 + (most[:, None] >= found[None, :] - 1e-9).sum(0)) / (draws + 1)
    return shares


def over_all(smallest: list[float]) -> list[float]:
    """Factors that make the chances of several sites and lags hold together (Benjamini and Hochberg 1995),
    from the smallest of each: one factor each, at least 1."""
    order = sorted(range(len(smallest)), key=lambda i: smallest[i])
    factors, best = [1.0] * len(smallest), np.inf
    for place in range(len(order), 0, -1):
        i = order[place - 1]
        best = min(best, smallest[i] * len(order) / place)
        factors[i] = max(best / smallest[i], 1.0) if smallest[i] > 0 else 1.0
    return factors
