"""TCX files: activities with laps, tracks and points. Runs without positions are kept as they are.

Format: Garmin's TrainingCenterDatabase v2 with ActivityExtension v2. Courses and workouts are plans.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from secondwind.running.activity import Activity
from secondwind.running.files.draft import Draft, build
from secondwind.running.files.fit import numbered
from secondwind.running.files.limits import LIMITS, Limits, NotAnActivity, Unreadable
from secondwind.running.files.regular import LONGEST_VALUE, TIME
from secondwind.running.files.xml import LONGEST_TEXT, Reader, number, time_of, times_of
from secondwind.running.sports import kind_of

RESTART = b"<TrainingCenterDatabase><Activities><Activity><Lap><Track>"

POINT_LEAVES = {
    "LatitudeDegrees": "lat_deg", "LongitudeDegrees": "lon_deg", "AltitudeMeters": "altitude_m",
    "DistanceMeters": "distance_m", "Cadence": "cadence", "RunCadence": "cadence", "Speed": "speed_mps",
    "Watts": "power_w",
}  # fmt: skip
LAP_LEAVES = ("TotalTimeSeconds", "DistanceMeters", "Calories")


@dataclass
class _Lap:
    start: str
    told: dict[str, float] = field(default_factory=dict)


@dataclass
class _Activity:
    first: int
    kind: str
    id: str = ""
    name: str = ""
    notes: str = ""
    device: str = ""
    laps: list[_Lap] = field(default_factory=list)
    segments: list[int] = field(default_factory=list)


def read(data: bytes, limits: Limits = LIMITS) -> list[Activity]:
    """The activities of a TCX file. Raises NotAnActivity, Unreadable."""
    reading = _Tcx(data, limits)
    reading.run()
    drafts = reading.drafts()
    if not drafts:
        raise reading.nothing()
    return numbered([build(d) for d in drafts], reading.faults)


class _Tcx(Reader):
    def __init__(self, data: bytes, limits: Limits) -> None:
        super().__init__(data, limits, "Trackpoint", RESTART)
        self.activities: list[_Activity] = []
        self.inside = ""
        self.outer = ""
        self.courses = 0
        self.openers = {
            "Activity": self._open_activity, "Lap": self._open_lap, "Track": self._open_track,
            "Trackpoint": self._open_point, "HeartRateBpm": self._open_pulse, "Creator": self._open_creator,
            "Course": self._open_course, "Training": self._open_other, "CoursePoint": self._open_other,
            "AverageHeartRateBpm": self._open_other, "MaximumHeartRateBpm": self._open_other,
        }  # fmt: skip
        self.closers = {
            "Activity": self._close_activity, "Lap": self._close_lap, "Trackpoint": self._close_point,
            "HeartRateBpm": self._close_pulse, "Creator": self._back, "Course": self._close_course,
            "Training": self._back, "CoursePoint": self._back, "AverageHeartRateBpm": self._back,
            "MaximumHeartRateBpm": self._back,
        }  # fmt: skip
        self.leaves = {
            "Time": self._time, "Id": self._id, "Notes": self._notes, "Name": self._name,
            "Value": self._value,
        }  # fmt: skip
        for leaf in {*POINT_LEAVES, *LAP_LEAVES}:
            self.leaves[leaf] = self._taker(leaf)

    # Elements. `inside` is the one that gives the leaves their meaning; `outer` the one to come back to.

    def _open_activity(self, attributes: dict[str, str]) -> None:
        if not (self.resuming and self.activities):
            self.activities.append(_Activity(self.points, attributes.get("Sport", "")[:60]))
            self.one_more(len(self.activities), "activities")
        self.inside = "Activity"

    def _close_activity(self) -> None:
        self.inside = ""

    def _open_lap(self, attributes: dict[str, str]) -> None:
        if self.activities and self.inside == "Activity":
            if attributes.get("StartTime"):
                self.activities[-1].laps.append(_Lap(attributes["StartTime"][:40]))
            self.inside = "Lap"

    def _close_lap(self) -> None:
        if self.inside == "Lap":
            self.inside = "Activity"

    def _open_track(self, _: dict[str, str]) -> None:
        if self.activities and self.inside == "Lap":
            self.activities[-1].segments.append(self.points)

    def _open_point(self, _: dict[str, str]) -> None:
        if self.inside in {"Lap", "Activity"}:
            self.outer, self.inside = self.inside, "Trackpoint"

    def _close_point(self) -> None:
        if self.inside == "Trackpoint":
            self.inside = self.outer
            self.count()

    def _open_pulse(self, _: dict[str, str]) -> None:
        if self.inside == "Trackpoint":
            self.inside = "HeartRateBpm"

    def _close_pulse(self) -> None:
        if self.inside == "HeartRateBpm":
            self.inside = "Trackpoint"

    def _open_creator(self, _: dict[str, str]) -> None:
        self.outer, self.inside = self.inside, "Creator"

    def _open_course(self, _: dict[str, str]) -> None:
        self.courses += 1
        self.inside = "Course"

    def _close_course(self) -> None:
        self.inside = ""

    def _open_other(self, _: dict[str, str]) -> None:
        self.outer, self.inside = self.inside, "other"

    def _back(self) -> None:
        self.inside = self.outer

    def at_points(self) -> bool:
        return self.inside == "Lap"

    def column_of(self, around: Sequence[str]) -> str | None:
        if not {"Creator", "Training", "CoursePoint", "Lap", "Track"}.isdisjoint(around):
            return None
        if around[-1] == "Value":
            return "heart_rate_bpm" if around[-2:-1] == ["HeartRateBpm"] else None
        return TIME if around[-1] == "Time" else POINT_LEAVES.get(around[-1])

    # Leaves.

    def _time(self, text: str) -> None:
        if self.inside == "Trackpoint":
            self.set_times([text[:LONGEST_VALUE].encode()])

    def _id(self, text: str) -> None:
        if self.inside == "Activity":
            self.activities[-1].id = text.strip()[:40]

    def _notes(self, text: str) -> None:
        if self.inside == "Activity" and not self.activities[-1].notes:
            self.activities[-1].notes = text.strip()[:LONGEST_TEXT]

    def _name(self, text: str) -> None:
        if self.inside == "Creator" and self.activities:
            self.activities[-1].device = text.strip()[:100]

    def _value(self, text: str) -> None:
        if self.inside == "HeartRateBpm":
            self._put("heart_rate_bpm", text)

    def _taker(self, leaf: str) -> Callable[[str], None]:
        column = POINT_LEAVES.get(leaf)

        def take(text: str) -> None:
            if self.inside == "Trackpoint":
                if column is not None:
                    self._put(column, text)
            elif self.inside == "Lap" and leaf in LAP_LEAVES and self.activities[-1].laps:
                self.activities[-1].laps[-1].told.setdefault(leaf, number(text))

        return take

    def _put(self, column: str, text: str) -> None:
        self.numbers(column).set(self.points, number(text))

    # The end.

    def nothing(self) -> Unreadable:
        """Why there is no activity."""
        if self.faults:
            return Unreadable(f"No activity could be read. {self.faults[0]}")
        if self.courses:
            return NotAnActivity("course", "The TCX file holds a course (a plan), not an activity.")
        return NotAnActivity("empty", "The TCX file holds no activity.")

    def drafts(self) -> list[Draft]:
        """A draft for each activity that has a point, or a lap that tells something."""
        self.times.extend([b""] * (self.points - len(self.times)))
        ends = [a.first for a in self.activities[1:]] + [self.points]
        pairs = zip(self.activities, ends, strict=False)  # without an activity there is one end too many
        return [self._draft(a, end) for a, end in pairs if end > a.first or any(lap.told for lap in a.laps)]

    def _draft(self, activity: _Activity, end: int) -> Draft:
        part = slice(activity.first, end)
        clock, offset, unzoned = times_of(self.times[part])
        sport, sub_sport = kind_of(activity.kind)
        columns = {name: v.column(self.points)[part] for name, v in self.columns.items()}
        marks = np.array(activity.segments or [0])
        draft = Draft(
            "tcx",
            clock_s=clock,
            columns=columns,
            segment=np.searchsorted(marks, np.arange(activity.first, end), side="right"),
            utc_offset_s=offset,
            sport=sport,
            sub_sport=sub_sport,
            notes=activity.notes,
            device=activity.device,
            start_clock_s=time_of(activity.laps[0].start)[0] if activity.laps else time_of(activity.id)[0],
        )
        _add_laps(draft, activity.laps)
        if unzoned:
            draft.warnings.append("Times are written without a zone; they were read as UTC.")
        return draft


def _add_laps(draft: Draft, laps: list[_Lap]) -> None:
    """Laps and the totals that they give. Time without pauses is the laps' sum; the device's distance,
    too."""
    for lap in laps:
        elapsed, distance = lap.told.get("TotalTimeSeconds"), lap.told.get("DistanceMeters")
        draft.laps.append((time_of(lap.start)[0], elapsed, distance))
    draft.timer_s = _sum(laps, "TotalTimeSeconds")
    draft.distance_m = _sum(laps, "DistanceMeters")
    draft.calories_kcal = _sum(laps, "Calories")
    if draft.distance_m == 0:
        draft.distance_m = None


def _sum(laps: list[_Lap], name: str) -> float | None:
    values = [lap.told[name] for lap in laps if np.isfinite(lap.told.get(name, np.nan))]
    return float(np.sum(values)) if values else None
