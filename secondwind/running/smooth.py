"""Smoothing on even grids."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from secondwind.running.activity import Column

LEAST_SIGMA = 0.3
"""A Gaussian narrower than this many steps leaves an even grid as it is."""


@lru_cache(maxsize=64)
def _weights(sigma_steps: float) -> Column:
    reach = int(4 * sigma_steps + 0.5)
    weights: Column = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma_steps) ** 2)
    weights /= weights.sum()
    return weights


def gaussian(values: Column, sigma_steps: float) -> Column:
    """Gaussian smoothing; beyond its ends the line is mirrored through its end points, so a ramp stays
    one."""
    if sigma_steps < LEAST_SIGMA or len(values) < 3:
        return values
    weights = _weights(round(sigma_steps, 2))
    reach = len(weights) // 2
    inner = min(reach, len(values) - 1)
    before = 2 * values[0] - values[inner:0:-1]
    after = 2 * values[-1] - values[-2 : -inner - 2 : -1]
    padded = np.concatenate((before, values, after))
    if inner < reach:
        padded = np.pad(padded, reach - inner, mode="edge")
    return np.convolve(padded, weights, "valid")


def median_of_five(values: Column) -> Column:
    """The median of each value and its two neighbours on either side."""
    if len(values) < 5:
        return values
    padded = np.pad(values, 2, mode="edge")
    return np.median(np.lib.stride_tricks.sliding_window_view(padded, 5), axis=1)


def roughness(values: Column, lag: int) -> float:
    """Mean square of the second difference at a lag, without its largest twentieth."""
    if len(values) < 4 * lag + 1:
        return 0.0
    second = np.abs(values[: -2 * lag] - 2 * values[lag:-lag] + values[2 * lag :])
    return float(np.mean(np.minimum(second, np.quantile(second, 0.95)) ** 2))
