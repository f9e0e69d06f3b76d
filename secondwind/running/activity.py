"""What one recording is, whichever file it came from: columns of samples, totals, laps, pauses.

Units stand in the names: `_s` seconds, `_m` metres, `_deg` degrees (WGS 84), `_mps` metres a second, `_spm`
steps a minute (both feet), `_bpm`, `_w`, `_c` degrees Celsius. Times are UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]

RUNNING = frozenset({"running"})
ON_FOOT = frozenset({"running", "walking", "hiking", "mountaineering", "snowshoeing"})
"""Sports whose cadence is steps; of any other it is turns a minute and stays in `extra`."""


@dataclass(frozen=True, eq=False)
class Samples:
    """The recorded points in order of time, as columns of one length.

    A value that is not known is NaN; a column that knows nothing is None. `distance_m` is the way so far,
    from the device or, where it told none, from the positions. `breaks` are the indices at which recording
    began anew (a new track segment), without 0. `extra` holds what has no column of its own, under the
    file's name.
    """

    time_s: Column
    lat_deg: Column | None = None
    lon_deg: Column | None = None
    altitude_m: Column | None = None
    distance_m: Column | None = None
    heart_rate_bpm: Column | None = None
    cadence_spm: Column | None = None
    speed_mps: Column | None = None
    power_w: Column | None = None
    temperature_c: Column | None = None
    breaks: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    extra: Mapping[str, Column] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.time_s)

    def columns(self) -> dict[str, Column]:
        """The columns that know something, by name; `extra` is not among them."""
        values = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in {"breaks", "extra"}}
        return {name: value for name, value in values.items() if value is not None}

    @property
    def has_track(self) -> bool:
        """Whether at least two points have a position."""
        return self.lat_deg is not None and int(np.isfinite(self.lat_deg).sum()) > 1

    @property
    def has_times(self) -> bool:
        """Whether at least two points have a time."""
        return int(np.isfinite(self.time_s).sum()) > 1


@dataclass(frozen=True)
class Lap:
    """One lap as the device closed it; times count from the start of the activity."""

    start_s: float
    elapsed_s: float | None
    distance_m: float | None


@dataclass(frozen=True)
class Pause:
    """From when to when the clock was stopped, counted from the start of the activity."""

    start_s: float
    end_s: float


@dataclass(frozen=True, eq=False)
class Activity:
    """One activity. None says that the file does not tell.

    `start` is None when the recording has no true date (a device that counts from its switching on, a plan
    without times); `time_s` counts from it all the same. `distance_m`, `elapsed_s` are the device's totals
    or, where it told none, what the samples give. `timer_s` is the time without pauses, as told.
    `utc_offset_s` is as the file tells or, where it does not, as the place does (`clocks`). `device_climb_m`
    and `device_descent_m` are the device's own estimates: `terrain` measures afresh.
    `warnings` are sentences for the owner: what was lost, mended or doubted. `part` and `parts` say which
    leg of one file it is.
    """

    samples: Samples
    start: datetime | None = None
    utc_offset_s: int | None = None
    sport: str = ""
    sub_sport: str = ""
    name: str = ""
    notes: str = ""
    distance_m: float | None = None
    elapsed_s: float | None = None
    timer_s: float | None = None
    device_climb_m: float | None = None
    device_descent_m: float | None = None
    calories_kcal: float | None = None
    laps: tuple[Lap, ...] = ()
    pauses: tuple[Pause, ...] = ()
    device: str = ""
    format: str = ""
    warnings: tuple[str, ...] = ()
    part: int = 1
    parts: int = 1

    @property
    def is_run(self) -> bool:
        """Whether it counts among runs; an activity whose file names no sport does not."""
        return self.sport in RUNNING
