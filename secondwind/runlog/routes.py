"""Whether two recordings follow the same way, as a short key that runs over the same ground share.

A key says where a way begins, how long it is, and where it is after each quarter, in its direction. Two
recordings of one way never give the same numbers, so a new one is compared with the keys that begin nearby,
and takes the key of the way that it follows. The tolerances are ours.
"""

import base64
import struct
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from secondwind.running.activity import Samples
from secondwind.running.geo import way_m
from secondwind.running.smooth import gaussian

CELLS = 65_536  # of half the meridian, and of the equator
FINE = 256  # places within a cell, each way
QUARTERS = (0.25, 0.5, 0.75, 1.0)
GRID_M = 10.0
DEGREE_M = 111_195.0
SHORTEST_M = 400.0
LONGEST_M = 600_000.0
START_M, PLACE_M, OF_LENGTH = 150.0, 100.0, 0.025
LENGTH_RATIO = 0.93
SMOOTH_POINTS = 8.0
PREFIX = 8
_NUMBERS = struct.Struct(">BBH8h")


class _Way(NamedTuple):
    lat_deg: float
    lon_deg: float
    length_m: float
    places_m: tuple[float, ...]  # east and north of the start, after each quarter


def key_of(samples: Samples) -> str:
    """The key of a recording; empty without a way over the ground that is long enough."""
    if not samples.has_track or samples.lat_deg is None or samples.lon_deg is None:
        return ""
    known = np.isfinite(samples.lat_deg) & np.isfinite(samples.lon_deg)
    lat, lon = samples.lat_deg[known], np.unwrap(samples.lon_deg[known], period=360)
    # A receiver's scatter makes a way longer; smoothed, two recordings of one way are about as long.
    lat, lon = gaussian(lat, SMOOTH_POINTS), gaussian(lon, SMOOTH_POINTS)
    way = way_m(lat, lon)
    if not SHORTEST_M <= way[-1] <= LONGEST_M:
        return ""
    at = np.asarray(QUARTERS) * way[-1]
    east = np.interp(at, way, lon - lon[0]) * DEGREE_M * np.cos(np.radians(lat[0]))
    north = np.interp(at, way, lat - lat[0]) * DEGREE_M
    places = np.rint(np.clip(np.column_stack((east, north)).ravel() / GRID_M, -32_000, 32_000))
    (row, fine_row), (column, fine_column) = _cell(lat[0], 180), _cell((lon[0] + 180) % 360 - 180, 360)
    numbers = _NUMBERS.pack(fine_row, fine_column, round(way[-1] / GRID_M), *map(int, places))
    return f"{row:04x}{column:04x}" + base64.urlsafe_b64encode(numbers).decode().rstrip("=")


def nearby(key: str) -> set[str]:
    """The beginnings of the keys of ways that begin about there."""
    way = _way(key)
    lat_deg = START_M / DEGREE_M
    lon_deg = lat_deg / max(np.cos(np.radians(way.lat_deg)), 0.01)
    rows = {_cell(way.lat_deg + d, 180)[0] for d in (-lat_deg, 0, lat_deg)}
    columns = {_cell((way.lon_deg + d + 180) % 360 - 180, 360)[0] for d in (-lon_deg, 0, lon_deg)}
    return {f"{row:04x}{column:04x}" for row in rows for column in columns}


def same(key: str, others: Iterable[str]) -> str:
    """The first of the other keys whose way this one follows; empty when it follows none."""
    return next((other for other in others if other == key or _follows(_way(key), _way(other))), "")


def _follows(one: _Way, other: _Way) -> bool:
    if min(one.length_m, other.length_m) < LENGTH_RATIO * max(one.length_m, other.length_m):
        return False
    north = (one.lat_deg - other.lat_deg) * DEGREE_M
    turn = (one.lon_deg - other.lon_deg + 180) % 360 - 180
    east = turn * DEGREE_M * float(np.cos(np.radians(one.lat_deg)))
    if abs(north) > START_M or abs(east) > START_M:
        return False
    most = PLACE_M + OF_LENGTH * one.length_m
    return all(abs(a - b) <= most for a, b in zip(one.places_m, other.places_m, strict=True))


def _cell(degrees: float, span: int) -> tuple[int, int]:
    """The number of the cell, and the place in it, of a latitude (span 180) or longitude (360)."""
    place = int((degrees + span / 2) / span * CELLS * FINE)
    return divmod(min(max(place, 0), CELLS * FINE - 1), FINE)


@lru_cache(maxsize=20_000)
def _way(key: str) -> _Way:
    row, column = int(key[:4], 16), int(key[4:PREFIX], 16)
    text = key[PREFIX:]
    numbers = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    fine_row, fine_column, length, *places = _NUMBERS.unpack(numbers)
    return _Way(
        (row + (fine_row + 0.5) / FINE) / CELLS * 180 - 90,
        (column + (fine_column + 0.5) / FINE) / CELLS * 360 - 180,
        length * GRID_M,
        tuple(place * GRID_M for place in places),
    )
