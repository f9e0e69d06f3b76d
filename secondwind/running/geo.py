"""Small geometry on the WGS 84 ellipsoid: steps between neighbouring points, in metres."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from secondwind.running.activity import Column

EQUATOR_M = 6_378_137.0
ECCENTRICITY_2 = 6.694_379_990_14e-3


def steps_m(lat_deg: Column, lon_deg: Column) -> tuple[Column, Column]:
    """Metres east and north from each point to the next (one fewer than points).

    By the radii of curvature at the middle latitude: exact to a millimetre for the hops of a recording, rough
    beyond some ten kilometres.
    """
    lat = np.radians(lat_deg)
    middle = (lat[1:] + lat[:-1]) / 2
    w2 = 1 - ECCENTRICITY_2 * np.sin(middle) ** 2
    across = EQUATOR_M / np.sqrt(w2)
    along = across * (1 - ECCENTRICITY_2) / w2
    turn = (np.diff(lon_deg) + 180) % 360 - 180  # the short way round, over the date line too
    return across * np.cos(middle) * np.radians(turn), along * np.diff(lat)


def way_m(lat_deg: Column, lon_deg: Column, breaks: NDArray[np.int64] | None = None) -> Column:
    """The way so far at each point; where a position is missing it is bridged. Hops into `breaks` are 0 m."""
    known = np.flatnonzero(np.isfinite(lat_deg) & np.isfinite(lon_deg))
    if len(known) == 0:
        return np.full(len(lat_deg), np.nan)
    hops = np.hypot(*steps_m(lat_deg[known], lon_deg[known]))
    if breaks is not None and len(breaks):
        # A hop counts as one over a break when a break lies after its first point and not after its second.
        hops[np.searchsorted(breaks, known[1:], "right") > np.searchsorted(breaks, known[:-1], "right")] = 0
    so_far = np.concatenate(([0.0], np.cumsum(hops)))
    return np.interp(np.arange(len(lat_deg)), known, so_far)
