"""GPX files: tracks with their segments and points, and the extensions that watches write.

Tracks that follow each other within half a day are one activity (devices begin a new track at every stop);
tracks further apart, of another kind, or at the same time are activities of their own. Waypoints and routes
are plans or marks, not recordings. Format: GPX 1.0 and 1.1, Garmin's TrackPointExtension 1 and 2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from secondwind.running.activity import Activity, Column
from secondwind.running.files.draft import Draft, build
from secondwind.running.files.fit import numbered
from secondwind.running.files.limits import LIMITS, Limits, NotAnActivity, Unreadable
from secondwind.running.files.regular import LONGEST_VALUE, TIME
from secondwind.running.files.xml import LONGEST_TEXT, Reader, number, times_of
from secondwind.running.sports import kind_of

APART_S = 12 * 3600.0
RESTART = b"<gpx><trk><trkseg>"

# What the leaves of a point are called, to the column they fill.
POINT_LEAVES = {
    "ele": "altitude_m", "hr": "heart_rate_bpm", "heartrate": "heart_rate_bpm", "cad": "cadence",
    "cadence": "cadence", "atemp": "temperature_c", "temp": "temperature_c", "speed": "speed_mps",
    "power": "power_w", "PowerInWatts": "power_w", "watts": "power_w", "distance": "distance_m",
    "hdop": "hdop", "sat": "satellites", "course": "course_deg",
}  # fmt: skip
EXTRA = frozenset({"hdop", "satellites", "course_deg"})


@dataclass
class _Track:
    first: int
    segments: list[int] = field(default_factory=list)
    name: str = ""
    notes: str = ""
    kind: str = ""


def read(data: bytes, limits: Limits = LIMITS) -> list[Activity]:
    """The activities of a GPX file. Raises NotAnActivity, Unreadable."""
    reading = _Gpx(data, limits)
    reading.run()
    drafts = reading.drafts()
    if not drafts:
        raise reading.nothing()
    return numbered([build(d) for d in drafts], reading.faults)


class _Gpx(Reader):
    def __init__(self, data: bytes, limits: Limits) -> None:
        super().__init__(data, limits, "trkpt", RESTART)
        self.tracks: list[_Track] = []
        self.inside = ""
        self.creator = ""
        self.routes = self.waypoints = 0
        self.point_attributes = {"lat": "lat_deg", "lon": "lon_deg"}
        self.openers = {
            "gpx": self._open_gpx, "trk": self._open_track, "trkseg": self._open_segment,
            "trkpt": self._open_point, "rtept": self._open_route_point, "wpt": self._open_waypoint,
        }  # fmt: skip
        self.closers = {
            "trkpt": self._close_point, "trk": self._close_track, "rtept": self._close_other,
            "wpt": self._close_other,
        }  # fmt: skip
        self.leaves = {"time": self._time, "name": self._name, "desc": self._notes, "type": self._kind}
        for leaf, column in POINT_LEAVES.items():
            self.leaves[leaf] = self._taker(column)

    # Elements.

    def _open_gpx(self, attributes: dict[str, str]) -> None:
        self.creator = self.creator or attributes.get("creator", "")[:100]

    def _open_track(self, _: dict[str, str]) -> None:
        # After a fault the reader opens a track of its own: what follows belongs to the one that was broken.
        if not (self.resuming and self.tracks):
            self.tracks.append(_Track(self.points))
            self.one_more(len(self.tracks), "tracks")
        self.inside = "trk"

    def _open_segment(self, _: dict[str, str]) -> None:
        if not self.tracks:
            self.tracks.append(_Track(self.points))
        self.tracks[-1].segments.append(self.points)

    def _open_point(self, attributes: dict[str, str]) -> None:
        point = self.points
        self.numbers("lat_deg").set(point, number(attributes.get("lat", "")))
        self.numbers("lon_deg").set(point, number(attributes.get("lon", "")))
        self.inside = "trkpt"

    def _open_route_point(self, _: dict[str, str]) -> None:
        self.routes += 1
        self.inside = "other"

    def _open_waypoint(self, _: dict[str, str]) -> None:
        self.waypoints += 1
        self.inside = "other"

    def _close_point(self) -> None:
        if not self.tracks:
            self.tracks.append(_Track(self.points))
            self.one_more(len(self.tracks), "tracks")
        self.inside = "trk"
        self.count()

    def _close_track(self) -> None:
        self.inside = ""

    def _close_other(self) -> None:
        self.inside = ""

    def at_points(self) -> bool:
        return self.inside == "trk"

    def column_of(self, around: Sequence[str]) -> str | None:
        return TIME if around[-1] == "time" else POINT_LEAVES.get(around[-1])

    # Leaves.

    def _time(self, text: str) -> None:
        if self.inside == "trkpt":
            self.set_times([text[:LONGEST_VALUE].encode()])

    def _taker(self, column: str) -> Callable[[str], None]:
        def take(text: str) -> None:
            if self.inside == "trkpt":
                self.numbers(column).set(self.points, number(text))

        return take

    def _name(self, text: str) -> None:
        if self.inside == "trk":
            self.tracks[-1].name = self.tracks[-1].name or text.strip()[:200]

    def _notes(self, text: str) -> None:
        if self.inside == "trk":
            self.tracks[-1].notes = self.tracks[-1].notes or text.strip()[:LONGEST_TEXT]

    def _kind(self, text: str) -> None:
        if self.inside == "trk":
            self.tracks[-1].kind = self.tracks[-1].kind or text.strip()[:60]

    # The end.

    def nothing(self) -> Unreadable:
        """Why there is no activity."""
        if self.faults:
            return Unreadable(f"No track point could be read. {self.faults[0]}")
        if self.routes:
            return NotAnActivity("route", "The GPX file holds a route (a plan), not a recorded track.")
        if self.waypoints:
            return NotAnActivity("waypoints", "The GPX file holds waypoints, but no recorded track.")
        return NotAnActivity("empty", "The GPX file holds no track point.")

    def drafts(self) -> list[Draft]:
        """A draft for each group of tracks that belong together."""
        if not self.points:
            return []
        self.times.extend([b""] * (self.points - len(self.times)))
        clock, offset, unzoned = times_of(self.times[: self.points])
        ends = [t.first for t in self.tracks[1:]] + [self.points]
        filled = [(t, e) for t, e in zip(self.tracks, ends, strict=True) if e > t.first]
        groups = _grouped(filled, clock)
        return [self._draft(group, clock, offset, unzoned) for group in groups]

    def _draft(
        self, group: list[tuple[_Track, int]], clock: Column, offset: int | None, unzoned: bool
    ) -> Draft:
        index = np.concatenate([np.arange(t.first, end) for t, end in group])
        marks = np.array([at for t, _ in group for at in [t.first, *t.segments]])
        first = group[0][0]
        sport, sub_sport = kind_of(next((t.kind for t, _ in group if t.kind), ""))
        if not sport and first.name:
            sport, sub_sport = kind_of(first.name)
        columns = {name: v.column(self.points)[index] for name, v in self.columns.items()}
        draft = Draft(
            "gpx",
            clock_s=clock[index],
            columns={n: v for n, v in columns.items() if n not in EXTRA},
            extra={n: v for n, v in columns.items() if n in EXTRA},
            segment=np.searchsorted(np.sort(marks), index, side="right"),
            utc_offset_s=offset,
            sport=sport,
            sub_sport=sub_sport,
            name=first.name,
            notes=first.notes,
            device=self.creator,
        )
        if unzoned:
            draft.warnings.append("Times are written without a zone; they were read as UTC.")
        missing = int((~np.isfinite(draft.clock_s)).sum())
        if 0 < missing < len(index):
            draft.warnings.append(f"{missing} of {len(index)} points carry no time.")
        return draft


def _grouped(tracks: list[tuple[_Track, int]], clock: Column) -> list[list[tuple[_Track, int]]]:
    """Tracks that make one activity, in the order of the file."""
    groups: list[list[tuple[_Track, int]]] = []
    last_end = np.nan
    last_kind = ""
    for track, end in tracks:
        times = clock[track.first : end]
        times = times[np.isfinite(times)]
        begins, ends = (float(times.min()), float(times.max())) if len(times) else (np.nan, np.nan)
        same_kind = not last_kind or not track.kind or kind_of(last_kind) == kind_of(track.kind)
        # A comparison with NaN, a track without times, is false: such a track goes with the one before it.
        apart = begins - last_end > APART_S or (begins < last_end - 60 and len(times) > 1)
        if groups and same_kind and not apart:
            groups[-1].append((track, end))
        else:
            groups.append([(track, end)])
        last_end = last_end if np.isnan(ends) else ends
        last_kind = track.kind or last_kind
    return groups
