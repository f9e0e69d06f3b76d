"""Turns of a way: switchbacks, turns, and the sum of all changes of direction.

A turn is found by comparing the direction of a stretch before a place with that of one behind it. Stretches
are long against what is left of the receiver's noise, so that neither its jitter nor the bend of a 400 m
track (36.5 m of radius) counts, and a hairpin counts once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from secondwind.running.ground import STEP_M, Ground
from secondwind.running.smooth import gaussian


@dataclass(frozen=True)
class Look:
    """How turns are looked for: half the room the turn may take, the stretches compared (metres), the least
    change of direction, and how far from another turn it must be to count on its own."""

    half_m: float
    stretch_m: float
    least_deg: float
    apart_m: float
    most_noise_m: float = np.inf


SWITCHBACKS = (
    Look(5, 10, 120, 20, most_noise_m=0.8),
    Look(10, 20, 115, 25),
    Look(15, 20, 125, 45),
)
"""Short legs, where the receiver is quiet enough to show them; usual hairpins; wide ones of up to 20 m
radius."""
TURNS = (Look(10, 15, 45, 30),)
HEADING_SIGMA_M = 8.0


def switchbacks(ground: Ground) -> int:
    """Turns back of about 115° or more within some 40 m of way."""
    return len(_places(ground, SWITCHBACKS))


def turns(ground: Ground) -> int:
    """Turns of 45° or more within some 35 m of way, switchbacks among them."""
    return len(_places(ground, TURNS))


def heading_change_deg(ground: Ground) -> float:
    """The sum of all changes of direction along the way, smoothed over some 8 m."""
    sigma = HEADING_SIGMA_M / STEP_M
    heading = np.arctan2(np.diff(gaussian(ground.y_m, sigma)), np.diff(gaussian(ground.x_m, sigma)))
    return float(np.degrees(np.abs((np.diff(heading) + np.pi) % (2 * np.pi) - np.pi).sum()))


def _places(ground: Ground, looks: tuple[Look, ...]) -> list[int]:
    found: list[int] = []
    for look in looks:
        if ground.noise_m <= look.most_noise_m:
            found += _new_places(ground, look, found)
    return found


def _new_places(ground: Ground, look: Look, known: list[int]) -> list[int]:
    """Nodes of turns that are far enough from the known ones and from each other, the sharpest first."""
    nodes, cosine = _hits(ground, look)
    apart = int(look.apart_m / STEP_M)
    taken = np.zeros(len(ground.x_m) + apart + 1, bool)
    for node in known:
        taken[max(node - apart, 0) : node + apart + 1] = True
    found = []
    for node in nodes[_sharpest_first(nodes, cosine)].tolist():
        if not taken[node]:
            found.append(node)
            taken[max(node - apart, 0) : node + apart + 1] = True
    return found


def _sharpest_first(nodes: NDArray[np.int64], cosine: NDArray[np.float64]) -> NDArray[np.int64]:
    """An order of hits: by sharpness, and among equally sharp neighbours the middle one first."""
    if not len(nodes):
        return nodes
    level = np.round(cosine, 1)
    run = np.cumsum((np.diff(nodes, prepend=nodes[0]) > 1) | (np.diff(level, prepend=level[0]) != 0))
    middle = np.bincount(run, weights=nodes) / np.bincount(run)
    return np.lexsort((np.abs(nodes - middle[run]), level))


def _hits(ground: Ground, look: Look) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Nodes at which the direction changes by enough, and the cosine of the change."""
    inner = int(look.half_m / STEP_M)
    outer = inner + int(look.stretch_m / STEP_M)
    x, y = ground.x_m, ground.y_m
    if len(x) < 2 * outer + 1:
        return np.empty(0, np.int64), np.empty(0)
    at = np.arange(outer, len(x) - outer)
    before = x[at - inner] - x[at - outer], y[at - inner] - y[at - outer]
    behind = x[at + outer] - x[at + inner], y[at + outer] - y[at + inner]
    lengths = np.hypot(*before), np.hypot(*behind)
    product = np.maximum(lengths[0] * lengths[1], 1e-9)
    cosine = (before[0] * behind[0] + before[1] * behind[1]) / product
    # A stretch that doubles back on itself has no direction.
    straight = (lengths[0] > look.stretch_m / 2) & (lengths[1] > look.stretch_m / 2)
    hit = np.flatnonzero(straight & (cosine <= np.cos(np.radians(look.least_deg))))
    return at[hit], cosine[hit]
