"""A Strava export as zip, made from the shapes of real ones: watch files of realistic length, a table in one
of four languages, gear, manual runs, and runs that another device recorded too. The same for the same seed.
"""

import csv
import gzip
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np

from secondwind.running.files.fit_stream import checksum
from secondwind.running.tests import making
from secondwind.running.tests.making import FIT_EPOCH, HEADERS, Recording, recording

FIRST = datetime(2022, 1, 3, 5, 30, tzinfo=UTC)
SHOES = ("Brand Racer", "Brand Trainer", "Other Trail Two", "Other Old Pair")
BIKE = "Commuter"
TYPES = {
    "en": {"run": "Run", "ride": "Ride", "hike": "Hike"},
    "de": {"run": "Lauf", "ride": "Radfahrt", "hike": "Wanderung"},
    "es": {"run": "Carrera", "ride": "Ciclismo", "hike": "Senderismo"},
    "fr": {"run": "Course à pied", "ride": "Cyclisme", "hike": "Randonnée"},
}
MONTHS = {
    "es": "ene feb mar abr may jun jul ago sept oct nov dic".split(),
    "fr": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.".split(),
}
FIT_SPORTS = {"run": 1, "ride": 2, "hike": 17}
RECORD = np.dtype(
    [("head", "u1"), ("time", "<u4"), ("lat", "<i4"), ("lon", "<i4"), ("alt", "<u2"), ("hr", "u1"),
     ("cad", "u1"), ("dist", "<u4"), ("speed", "<u2")]
)  # fmt: skip


class Expected(NamedTuple):
    """What the export holds: new runs and other activities, and those that are there twice."""

    imported: int
    duplicates: int
    distance_m: float  # of what is imported, by the table
    shoes: int


@dataclass
class Planned:
    """One row of the table, with its file unless it was typed in."""

    id: int
    start: datetime
    kind: str
    track: Recording
    ending: str = ""
    gear: str = ""
    twin: bool = False

    @property
    def file(self) -> str:
        return f"activities/{11_300_000_000 + self.id * 7}.{self.ending}.gz" if self.ending else ""


def make(
    path: Path, *, fit: int = 700, gpx: int = 250, tcx: int = 50, manual: int = 12, twins: int = 20,
    language: str = "de", minutes: tuple[int, int] = (20, 100), seed: int = 1,
) -> Expected:  # fmt: skip
    """Write an export with so many files of each kind, of which `twins` GPX files tell of a run that a FIT
    file tells of too; and so many typed rows."""
    rng = np.random.default_rng(seed)
    planned = list(_plan(rng, fit, gpx - twins, tcx, manual, minutes))
    planned += _twins(rng, [p for p in planned if p.ending == "fit"], twins)
    writers: dict[str, Callable[[Planned], bytes]] = {"fit": _fit, "gpx": _gpx, "tcx": _tcx}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("activities.csv", _table(planned, language))
        archive.writestr("shoes.csv", "Shoe Name,Shoe Brand,Shoe Model,Types\n" + "".join(map(_shoe, SHOES)))
        archive.writestr("bikes.csv", f"Bike Name,Bike Brand,Bike Model,Types\n{BIKE},A,B,Ride\n")
        archive.writestr("profile.csv", "a,b\n1,2\n")
        for one in planned:
            if one.ending:
                archive.writestr(one.file, gzip.compress(writers[one.ending](one), 1))
    new = [p for p in planned if not p.twin]
    return Expected(
        len(new),
        twins,
        sum(float(p.track.distance_m[-1]) for p in new),
        len({p.gear for p in new if p.gear and p.kind != "ride"}),
    )


def _plan(
    rng: np.random.Generator, fit: int, gpx: int, tcx: int, manual: int, minutes: tuple[int, int]
) -> Iterator[Planned]:
    endings = ["fit"] * fit + ["gpx"] * gpx + ["tcx"] * tcx + [""] * manual
    rng.shuffle(endings)
    for n, ending in enumerate(endings):
        seconds = int(rng.integers(*minutes) * 60 + rng.integers(60))
        kind = "run" if n % 10 else ("ride" if n % 20 else "hike")
        start = FIRST + timedelta(days=1.4 * n, minutes=int(rng.integers(0, 600)))
        gear = BIKE if kind == "ride" else SHOES[int(rng.integers(len(SHOES)))] if n % 7 else ""
        yield Planned(
            n + 1, start.replace(microsecond=0), kind, recording(seconds, seed=n % 97), ending, gear
        )


def _twins(rng: np.random.Generator, of: list[Planned], count: int) -> Iterator[Planned]:
    """The same runs by a telephone: begun a few seconds off, ended a little later, a receiver of its own."""
    for n, one in enumerate(of[:count]):
        late = int(rng.integers(2, 25))
        track = recording(len(one.track) + 10, seed=(one.id - 1) % 97)
        start = one.start + timedelta(seconds=late)
        yield Planned(90_000 + n, start, one.kind, track, "gpx", one.gear, twin=True)


# --- The table ---------------------------------------------------------------------------------------------


def _table(planned: list[Planned], language: str) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADERS[language].split(","))
    for one in planned:
        writer.writerow(_row(one, language))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _row(one: Planned, language: str) -> list[str]:
    metres, seconds = float(one.track.distance_m[-1]), float(len(one.track) - 1)
    shown = f"{metres / 1000:.2f}"
    notes = "two\nlines, and a comma" if one.id % 9 == 0 else ""
    return [
        str(12_100_000_000 + one.id), _date(one.start, language), f"Run {one.id}, easy",
        TYPES[language][one.kind], notes, f"{seconds:.0f}",
        shown if language == "en" else shown.replace(".", ","), "", "", "false",
        "sore calf" if one.id % 31 == 0 else "", one.gear, one.file, "", "", f"{seconds:.1f}",
        f"{seconds - 20:.1f}", f"{metres:.1f}", "", "", "80.0", "6.0" if one.id % 5 == 0 else "", "",
    ]  # fmt: skip


def _date(start: datetime, language: str) -> str:
    if language == "en":
        return f"{start:%b} {start.day}, {start.year}, {start:%I:%M:%S %p}"
    if language == "de":
        return f"{start:%d.%m.%Y, %H:%M:%S}"
    at = " à " if language == "fr" else ", "
    return f"{start.day} {MONTHS[language][start.month - 1]} {start.year}{at}{start:%H:%M:%S}"


def _shoe(name: str) -> str:
    brand, _, model = name.partition(" ")
    return f",{brand},{model},Run\n"


# --- The files ---------------------------------------------------------------------------------------------


def _fit(one: Planned) -> bytes:
    r, start = one.track, int(one.start.timestamp()) - FIT_EPOCH
    fit = making.fit_start()
    fit.define(2, making.RECORD, making.RECORD_FIELDS)
    rows = np.zeros(len(r), RECORD)
    rows["head"], rows["time"] = 2, start + r.time_s
    rows["lat"], rows["lon"] = np.rint(r.lat_deg * 2**31 / 180), np.rint(r.lon_deg * 2**31 / 180)
    rows["alt"], rows["hr"], rows["cad"] = np.rint((r.altitude_m + 500) * 5), r.heart_rate_bpm, r.cadence
    rows["dist"], rows["speed"] = np.rint(r.distance_m * 100), np.rint(r.speed_mps * 1000)
    fit.body += rows.tobytes()
    elapsed, metres = len(r) - 1, float(r.distance_m[-1])
    fit.define(4, making.LAP, ((253, making.U32), (2, making.U32), (7, making.U32), (9, making.U32)))
    fit.add(4, start + elapsed, start, elapsed * 1000, metres * 100)
    making.add_session(fit, start, elapsed, metres, FIT_SPORTS[one.kind])
    fit.define(5, making.ACTIVITY, ((253, making.U32), (5, making.U32), (1, making.U16)))
    fit.add(5, start + elapsed, start + elapsed + 3600, 1)
    return fit.bytes(crc=checksum(b""))


def _gpx(one: Planned) -> bytes:
    kinds = {"run": "running", "ride": "cycling", "hike": "hiking"}
    return making.gpx_file(one.track, one.start, f"Run {one.id}", kinds[one.kind])


def _tcx(one: Planned) -> bytes:
    sports = {"run": "Running", "ride": "Biking", "hike": "Other"}
    inside = making.tcx_activity(one.track, one.start, sport=sports[one.kind])
    return b"      " + (making.TCX_HEAD + inside + "</Activities></TrainingCenterDatabase>\n").encode()
