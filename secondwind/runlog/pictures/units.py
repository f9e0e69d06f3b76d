"""Distances, heights and paces in the units somebody chose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from secondwind.running.formulas import FOOT_M, KM_M, MILE_M, clock


@dataclass(frozen=True, slots=True)
class Units:
    """The names of the units and how many metres each has."""

    distance: str
    distance_m: float
    height: str
    height_m: float

    def far(self, metres: float, digits: int = 1) -> str:
        """A distance: "12.3 km"."""
        return f"{metres / self.distance_m:,.{digits}f} {self.distance}"

    def high(self, metres: float) -> str:
        """A height or a climb: "1,340 m"."""
        return f"{round(metres / self.height_m) + 0:,} {self.height}"

    def pace(self, s_per_m: float) -> str:
        """A pace: "5:12 /km"."""
        return f"{clock(s_per_m * self.distance_m)} /{self.distance}"


KILOMETRES: Final = Units("km", KM_M, "m", 1.0)
MILES: Final = Units("mi", MILE_M, "ft", FOOT_M)


def units_of(name: str) -> Units:
    """The units of a member's setting: "mi" for miles, kilometres for everything else."""
    return MILES if name == "mi" else KILOMETRES
