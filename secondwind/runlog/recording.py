"""One recording as the run page and a shared page show it: its figures, its splits, its pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

from secondwind.runlog import pictures, units
from secondwind.runlog.models import Run
from secondwind.runlog.pictures.svg import Picture
from secondwind.runlog.pictures.units import Units, units_of
from secondwind.runlog.pictures.way import Stretches, stretches
from secondwind.running import terrain
from secondwind.running.activity import Activity, Column, Samples
from secondwind.running.efforts import Split
from secondwind.running.geo import way_m
from secondwind.running.ground import is_indoors

ROUTE, PACE, HEART_RATE, ELEVATION = "route", "pace", "heart-rate", "heights"
ALL: Final = (ROUTE, PACE, HEART_RATE, ELEVATION)


@dataclass(frozen=True, eq=False)
class Recording:
    """The samples of a run and what is drawn from them. `is_part` says that some of it was cut out."""

    activity: Activity
    unit: str
    is_part: bool = False

    @classmethod
    def of(cls, run: Run, samples: Samples, unit: str) -> Recording:
        """All that was recorded of a run, in the units "km" or "mi"."""
        return cls(
            Activity(
                samples=_with_way(samples),
                sport=run.sport,
                sub_sport=run.sub_sport,
                distance_m=run.distance_m,
                elapsed_s=run.elapsed_s,
            ),
            unit,
        )

    def part(self, samples: Samples) -> Recording:
        """The same with a part of the samples, whose way and time count alone."""
        samples = _with_way(samples)
        way, time = samples.distance_m, samples.time_s
        activity = replace(
            self.activity,
            samples=samples,
            distance_m=None if way is None else _last(way),
            elapsed_s=_last(time) if samples.has_times else None,
        )
        return replace(self, activity=activity, is_part=True)

    @property
    def samples(self) -> Samples:
        return self.activity.samples

    @cached_property
    def even(self) -> Stretches | None:
        """The run in even stretches of its way."""
        samples = self.samples
        if samples.distance_m is None:
            return None
        return stretches(
            samples.distance_m,
            samples.time_s,
            heart_rate_bpm=samples.heart_rate_bpm,
            altitude_m=samples.altitude_m,
            stops=[(stop.start_s, stop.end_s) for stop in terrain.stops(self.activity)],
        )

    def pictures(self, wanted: Iterable[str] = ALL) -> list[Picture]:
        """Those of the pictures that this recording has something for."""
        return [picture for name in wanted if (picture := self._drawn()[name]())]

    def splits(self) -> tuple[Split, ...]:
        """The way by kilometres or miles, the last one shorter."""
        return terrain.splits(self.activity, units.per_unit_m(self.unit))

    def _drawn(self) -> dict[str, Callable[[], Picture | None]]:
        return {
            ROUTE: self._route,
            PACE: lambda: self._over(pictures.pace, PACE),
            HEART_RATE: lambda: self._over(pictures.heart_rate, HEART_RATE),
            ELEVATION: self._elevation,
        }

    def _route(self) -> Picture | None:
        samples = self.samples
        if not samples.has_track or is_indoors(self.activity):
            return None
        assert samples.lat_deg is not None  # noqa: S101  has_track was asked
        assert samples.lon_deg is not None  # noqa: S101  they come together
        assert samples.distance_m is not None  # noqa: S101  `_with_way` saw to it
        return pictures.route(
            ROUTE, samples.lat_deg, samples.lon_deg, samples.distance_m, units_of(self.unit),
            breaks=samples.breaks, cut=self.is_part,
        )  # fmt: skip

    def _elevation(self) -> Picture | None:
        return None if is_indoors(self.activity) else self._over(pictures.elevation, ELEVATION)

    def _over(self, draw: Callable[[str, Stretches, Units], Picture | None], name: str) -> Picture | None:
        return None if self.even is None else draw(name, self.even, units_of(self.unit))


def _with_way(samples: Samples) -> Samples:
    """The samples with the way so far: of the device, or by the positions."""
    if samples.distance_m is not None or samples.lat_deg is None or samples.lon_deg is None:
        return samples
    return replace(samples, distance_m=way_m(samples.lat_deg, samples.lon_deg, samples.breaks))


def _last(values: Column) -> float:
    known = values[np.isfinite(values)]
    return float(known[-1]) if len(known) else 0.0
