"""A recording without the stretches in hidden circles, so that nothing of them can be worked out again.

What is left starts at 0 metres and 0 seconds, and the gaps are closed: neither the way nor the time inside a
circle is told. A circle round a home must not have the home in its middle, because the ends of a few shared
routes give the middle away (Hassan, Hussain and Bates 2018, USENIX Security); nor may the length that was cut
be told, because it says how far the home is from the edge (Dhondt et al. 2022, CCS, doi
10.1145/3548606.3560616). How far a circle is shifted and how much larger it is, is expert judgement.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from secondwind.running.activity import Column, Samples
from secondwind.running.geo import ECCENTRICITY_2, EQUATOR_M, way_m

LEAST_M: Final = 100.0
"""A shorter stretch between two cuts tells more of the circles than of the run."""
SEAM_S: Final = 1.0

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Circle:
    """A place in degrees (WGS 84) and a radius in metres."""

    lat_deg: float
    lon_deg: float
    radius_m: float

    def offsets_m(self, lat_deg: Column, lon_deg: Column) -> tuple[Column, Column]:
        """Metres east and north of the middle; exact to a part in a thousand within some ten kilometres."""
        lat = np.radians(self.lat_deg)
        w2 = 1 - ECCENTRICITY_2 * np.sin(lat) ** 2
        across = EQUATOR_M / np.sqrt(w2)
        turn = (np.asarray(lon_deg) - self.lon_deg + 180) % 360 - 180
        north = across * (1 - ECCENTRICITY_2) / w2 * np.radians(np.asarray(lat_deg) - self.lat_deg)
        return across * np.cos(np.radians(lat_deg)) * np.radians(turn), north

    def holds(self, lat_deg: Column, lon_deg: Column) -> Mask:
        """Which places lie in it."""
        return np.asarray(np.hypot(*self.offsets_m(lat_deg, lon_deg)) <= self.radius_m)

    def moved(self, east_m: float, north_m: float, radius_m: float) -> Circle:
        """A circle of this radius whose middle is so far east and north of this one's."""
        lat = self.lat_deg + np.degrees(north_m / EQUATOR_M)
        cos = max(float(np.cos(np.radians(self.lat_deg))), 0.01)
        return Circle(float(lat), float(self.lon_deg + np.degrees(east_m / EQUATOR_M / cos)), radius_m)


def outside(samples: Samples, circles: Iterable[Circle]) -> Samples | None:
    """The recording without what lies in the circles; None when nothing is left. One without positions is
    returned as it is."""
    if not samples.has_track or samples.lat_deg is None or samples.lon_deg is None:
        return samples
    circles = tuple(circles)
    hidden, seams = _hidden(samples, samples.lat_deg, samples.lon_deg, circles)
    if not hidden.any() and not seams.any():
        return samples
    if samples.distance_m is None:
        samples = replace(samples, distance_m=way_m(samples.lat_deg, samples.lon_deg, samples.breaks))
    kept = [s for s in _stretches(hidden, seams) if _way(samples, s) >= LEAST_M]
    return _joined(samples, kept) if kept else None


def touches(samples: Samples, circles: Iterable[Circle]) -> bool:
    """Whether any of the recording lies in the circles."""
    return outside(samples, circles) is not samples


def ends_of(samples: Samples) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Latitude and longitude of the first and the last position; None without a track."""
    if not samples.has_track or samples.lat_deg is None or samples.lon_deg is None:
        return None
    first, *_, last = np.flatnonzero(np.isfinite(samples.lat_deg) & np.isfinite(samples.lon_deg))
    begin, end = ((float(samples.lat_deg[i]), float(samples.lon_deg[i])) for i in (first, last))
    return begin, end


def _hidden(samples: Samples, lat: Column, lon: Column, circles: tuple[Circle, ...]) -> tuple[Mask, Mask]:
    """Which samples are hidden, and which begin anew because the line to them leads through a circle.

    A sample without a position is hidden with the position before or after it.
    """
    known = np.flatnonzero(np.isfinite(lat) & np.isfinite(lon))
    inside = np.zeros(len(known), bool)
    crossing = np.zeros(len(known), bool)
    for circle in circles:
        inside |= circle.holds(lat[known], lon[known])
        crossing[1:] |= _crosses(*circle.offsets_m(lat[known], lon[known]), circle.radius_m)
    every = np.arange(len(samples))
    before = np.clip(np.searchsorted(known, every, "right") - 1, 0, len(known) - 1)
    after = np.clip(np.searchsorted(known, every), 0, len(known) - 1)
    hidden = inside[before] | inside[after]
    seams = np.zeros(len(samples), bool)
    seams[known[crossing]] = True
    # What was recorded without a position on a line through a circle is hidden too.
    hidden |= (before != after) & crossing[after]
    return hidden, seams


def _crosses(east: Column, north: Column, radius_m: float) -> Mask:
    """Whether the line from each point to the next comes into a circle about 0, 0."""
    dx, dy = np.diff(east), np.diff(north)
    square = np.maximum(dx * dx + dy * dy, 1e-9)
    share = np.clip(-(east[:-1] * dx + north[:-1] * dy) / square, 0, 1)
    nearest = np.hypot(east[:-1] + share * dx, north[:-1] + share * dy)
    return np.asarray(nearest <= radius_m)


def _stretches(hidden: Mask, seams: Mask) -> list[slice]:
    """The parts in a row that are not hidden."""
    starts = [i for i in range(len(hidden)) if not hidden[i] and (i == 0 or hidden[i - 1] or seams[i])]
    ends = [
        i + 1
        for i in range(len(hidden))
        if not hidden[i] and (i + 1 == len(hidden) or hidden[i + 1] or seams[i + 1])
    ]
    return [slice(a, b) for a, b in zip(starts, ends, strict=True) if b - a > 1]


def _way(samples: Samples, part: slice) -> float:
    assert samples.distance_m is not None  # noqa: S101  `outside` saw to it
    way = samples.distance_m[part]
    way = way[np.isfinite(way)]
    return float(way[-1] - way[0]) if len(way) else 0.0


def _joined(samples: Samples, parts: list[slice]) -> Samples:
    """The parts one after the other, way and time counted from 0 without what lies between them."""
    lengths = [part.stop - part.start for part in parts]
    starts = np.cumsum([0, *lengths[:-1]])
    breaks = list(starts[1:])
    for part, start in zip(parts, starts, strict=True):
        inner = samples.breaks[(samples.breaks > part.start) & (samples.breaks < part.stop)]
        breaks += list(inner - part.start + start)
    columns = {name: np.concatenate([v[p] for p in parts]) for name, v in samples.columns().items()}
    columns["time_s"] = np.concatenate(_closed(samples.time_s, parts, SEAM_S, 3))
    assert samples.distance_m is not None  # noqa: S101  `outside` saw to it
    columns["distance_m"] = np.concatenate(_closed(samples.distance_m, parts, 0.0, 2))
    bare = Samples(columns["time_s"], breaks=np.array(sorted(breaks), np.int64))
    return replace(bare, **columns)  # type: ignore[arg-type]  # their names are those of its columns


def _closed(values: Column, parts: list[slice], seam: float, digits: int) -> list[Column]:
    """A growing column by parts, each going on where the one before ended. Rounded, so that not even the last
    digits tell how far it had grown before."""
    result, at = [], 0.0
    for part in parts:
        piece = values[part]
        known = piece[np.isfinite(piece)]
        piece = np.round(piece - known[0], digits) + at if len(known) else piece
        result.append(np.round(piece, digits))
        at = float(np.nanmax(piece)) + seam if len(known) else at
    return result
