"""Recordings for tests: a loop from a door and back, with a pulse and hills, a point a second."""

from datetime import UTC, datetime
from typing import Any

import numpy as np

from secondwind.accounts.models import User
from secondwind.runlog.actions.keep import keep
from secondwind.runlog.actions.originals import Sent
from secondwind.runlog.models import Run
from secondwind.running.activity import Activity, Column, Lap, Samples

HOME = (46.5012, 7.6034)
NORTH_M = 111_160.0  # metres of a degree of latitude at home
EAST_M = 76_700.0  # and of longitude
START = datetime(2026, 5, 17, 6, 30, tzinfo=UTC)


def loop(
    km: float = 8.0, *, towards: float = 0.0, door_m: tuple[float, float] = (0.0, 0.0), seed: int = 1
) -> Any:  # Samples, whose columns are all there
    """A loop that starts and ends at home (or so many metres east and north of it), out in a direction in
    radians and back."""
    rng = np.random.default_rng(seed)
    speed = 2.9
    count = int(km * 1000 / speed)
    time = np.arange(count, dtype=float)
    turn = 2 * np.pi * time / count
    radius = km * 1000 / 2 / np.pi
    x = radius * (np.cos(towards) - np.cos(towards + turn)) + door_m[0] + rng.normal(0, 0.3, count)
    y = radius * (np.sin(towards) - np.sin(towards + turn)) + door_m[1] + rng.normal(0, 0.3, count)
    way: Column = np.round(time * speed, 2)
    return Samples(
        time_s=time,
        lat_deg=np.round(HOME[0] + y / NORTH_M, 7),
        lon_deg=np.round(HOME[1] + x / EAST_M, 7),
        altitude_m=np.round(430 + 60 * np.sin(turn) + 8 * np.sin(9 * turn), 2),
        distance_m=way,
        heart_rate_bpm=np.round(150 - 30 * np.exp(-time / 120)),
    )


def kept(owner: User, samples: Samples, **told: Any) -> Run:
    """The run of a recording in somebody's log, with a file that it came in."""
    fields: dict[str, Any] = {
        "start": START,
        "utc_offset_s": 7200,
        "sport": "running",
        "name": "Home loop",
        "distance_m": None if samples.distance_m is None else float(samples.distance_m[-1]),
        "elapsed_s": float(samples.time_s[-1]),
        "laps": (Lap(0, 1000, 2900), Lap(1000, 900, 2600)),
        "warnings": ("The file ends in the middle of a record.",),
    }
    file = Sent.of("morning.fit", repr((START, told, samples.time_s[-1])).encode())
    made = keep(owner, Activity(samples=samples, **fields | told), original=file).run
    assert made is not None
    return made
