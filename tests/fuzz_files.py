"""Damage files at random and see that reading them neither crashes, hangs, nor swells: `make fuzz`.

    python tests/fuzz_files.py [MUTATIONS] [FIRST]

Each mutation is known by its number, so that one that fails can be had again: give 1 and its number. What
may come out is an activity that keeps its promises or an `Unreadable` with a sentence; it may take `MOST_S`
of CPU time, and no process may grow by more than `MOST_MB`.
"""

from __future__ import annotations

import gzip
import io
import os
import random
import resource
import struct
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

from secondwind.running.activity import Activity
from secondwind.running.archives import open_archive
from secondwind.running.files import Unreadable, read
from secondwind.running.terrain import best_efforts, moving_s, splits, survey
from secondwind.running.tests import making
from secondwind.running.tests.making import (
    START_FIT,
    add_session,
    fit_file,
    fit_start,
    gpx_file,
    recording,
    tcx_file,
)

MOST_S = 5.0
MOST_MB = 200
BATCH = 2_000
NUMBERS = (0, 1, 2, 0x7F, 0x80, 0xFE, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)
WORDS = (
    b"<", b">", b"&", b'"', b"</trk>", b"<trkpt>", b"<![CDATA[", b"-->", b"<!--", b"NaN", b"1e999", b"-",
    b"\0", b"\xff", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"<Lap>", b"</Activity>",
    b"9999-99-99T99:99:99Z",
    b"0001-01-01T00:00:00Z", b"2036-05-17T06:30:00Z", b".FIT", b"PK\x03\x04", b"\x1f\x8b", b"<a>" * 100,
)  # fmt: skip


@dataclass
class Outcome:
    """What came of some mutations."""

    done: int = 0
    read: int = 0
    slowest_s: float = 0.0
    slowest: int = -1
    memory_mb: float = 0.0
    failures: list[str] = field(default_factory=list)


@cache
def seeds() -> tuple[tuple[str, bytes], ...]:
    """Small sound files of all kinds."""
    run = recording(30)
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "activities.csv", b"Activity ID,Activity Date,Filename\n1,May 17 2026,activities/1.fit\n"
        )
        archive.writestr("activities/1.fit", fit_file(run))
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w") as nested:
            nested.writestr("2.gpx", gpx_file(recording(20)))
        archive.writestr("inner.zip", inner.getvalue())
    return (
        ("a.fit", fit_file(run)),
        ("a.fit", fit_file(run, big=True)),
        ("a.fit", _rich()),
        ("a.fit", fit_file(run) + fit_file(recording(20, 2), start=START_FIT + 90_000)),
        ("a.gpx", gpx_file(run)),
        ("b.gpx", gpx_file(recording(20)).decode().encode("utf-16")),
        ("a.tcx", tcx_file(run)),
        ("a.fit.gz", gzip.compress(fit_file(run))),
        ("a.gpx.gz", gzip.compress(gpx_file(run))),
        ("a.zip", zipped.getvalue()),
    )


def _rich() -> bytes:
    """A FIT file with compressed timestamps, developer fields, packed fields and three sessions."""
    fit = fit_start()
    fit.define(6, 207, ((3, making.U8),)).add(6, 0)
    fit.define(7, 206, ((0, making.U8), (1, making.U8), (2, making.U8), (3, making.STRING, 8)))
    fit.add(7, 0, 5, making.U16, "Power")
    fit.define(2, making.RECORD, ((253, making.U32), (3, making.U8)), developer=((5, 2, 0),))
    fit.add(2, START_FIT, 120, struct.pack("<H", 200))
    fit.define(1, making.RECORD, ((8, 0x0D, 3), (3, making.U8)))
    for i in range(1, 60):
        fit.add(1, bytes([i, 0x10, i]), 130, compressed=(START_FIT + i) % 32)
    for at, length, sport in ((0, 20, 5), (20, 10, 3), (30, 30, 1)):
        add_session(fit, START_FIT + at, length, length * 3, sport)
    return fit.bytes()


# Damage.


def _flip(data: bytearray, rng: random.Random) -> None:
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def _set(data: bytearray, rng: random.Random) -> None:
    data[rng.randrange(len(data))] = rng.randrange(256)


def _number(data: bytearray, rng: random.Random) -> None:
    size = rng.choice((1, 2, 4))
    at = rng.randrange(len(data))
    value = (rng.choice(NUMBERS) & (2 ** (8 * size) - 1)).to_bytes(size, rng.choice(("big", "little")))
    data[at : at + size] = value


def _cut(data: bytearray, rng: random.Random) -> None:
    del data[rng.randrange(len(data)) :]


def _remove(data: bytearray, rng: random.Random) -> None:
    at = rng.randrange(len(data))
    del data[at : at + rng.choice((1, 2, 3, 17, 200))]


def _repeat(data: bytearray, rng: random.Random) -> None:
    at = rng.randrange(len(data))
    piece = data[at : at + rng.choice((1, 7, 40, 400))]
    data[at:at] = piece * rng.choice((1, 2, 30))


def _insert(data: bytearray, rng: random.Random) -> None:
    at = rng.randrange(len(data))
    data[at:at] = rng.choice(WORDS) if rng.random() < 0.6 else rng.randbytes(rng.choice((1, 2, 5, 50)))


def _swap(data: bytearray, rng: random.Random) -> None:
    size = rng.choice((1, 4, 60))
    a, b = rng.randrange(len(data)), rng.randrange(len(data))
    data[a : a + size], data[b : b + size] = data[b : b + size], data[a : a + size]


DAMAGE: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _flip, _flip, _set, _set, _number, _number, _cut, _remove, _repeat, _insert, _insert, _swap,
)  # fmt: skip


def mutation(number: int) -> tuple[str, bytes]:
    """The file of this number: a seed with one to six damages, some behind its compression."""
    rng = random.Random(number)
    name, sound = seeds()[number % len(seeds())]
    packed = name.endswith(".gz") and rng.random() < 0.7
    data = bytearray(gzip.decompress(sound) if packed else sound)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        if data:
            rng.choice(DAMAGE)(data, rng)
    return name, gzip.compress(bytes(data), 1) if packed else bytes(data)


# Checks.


def check(name: str, data: bytes) -> int:
    """Read a file as the log does; how many activities came of it. Raises whatever is no `Unreadable`."""
    if name.endswith(".zip"):
        return sum(1 for activity in _of_archive(data) if _keeps_promises(activity))
    try:
        found = read(name, data)
    except Unreadable as error:
        _is_sentence(error)
        return 0
    if name in {"a.gpx", "a.tcx"} and not found[0].warnings:
        # With a comment behind it, each point goes through the XML parser.
        _agree(found, read(name, data + b"<!-- -->"))
    return sum(1 for activity in found if _keeps_promises(activity))


def _is_sentence(error: Unreadable) -> None:
    assert len(str(error)) > 10


def _agree(found: list[Activity], others: list[Activity]) -> None:
    assert len(found) == len(others)
    for one, other in zip(found, others, strict=True):
        if other.warnings:
            continue  # the parser stumbled over what a pattern took for a value
        mine, theirs = one.samples.columns(), other.samples.columns()
        assert mine.keys() == theirs.keys()
        for column, values in mine.items():
            np.testing.assert_array_equal(values, theirs[column])


def _of_archive(data: bytes) -> Iterator[Activity]:
    with tempfile.NamedTemporaryFile(suffix=".zip") as file:
        file.write(data)
        file.flush()
        try:
            with open_archive(Path(file.name)) as archive:
                for entry in archive.entries():
                    assert entry.activities or entry.skipped or entry.damaged
                    assert "not foreseen" not in entry.damaged, entry.damaged
                    yield from entry.activities
        except Unreadable as error:
            _is_sentence(error)


def _keeps_promises(activity: Activity) -> bool:
    samples = activity.samples
    for column in (*samples.columns().values(), *samples.extra.values()):
        assert column.shape == samples.time_s.shape
        assert not np.isinf(column).any()
    times = samples.time_s[np.isfinite(samples.time_s)]
    assert (np.diff(times) >= 0).all(), "times go back"
    if samples.distance_m is not None:
        way = samples.distance_m[np.isfinite(samples.distance_m)]
        assert (np.diff(way) >= 0).all(), "the way goes back"
    for value in (activity.distance_m, activity.elapsed_s, activity.timer_s):
        assert value is None or 0 <= value < 1e7, value
    assert activity.start is None or 1995 <= activity.start.year < 2100
    moving = moving_s(activity)
    assert moving is None or 0 <= moving <= (activity.elapsed_s or 0), "it moved longer than it lasted"
    terrain = survey(activity)
    if terrain is not None:
        assert terrain.switchbacks >= 0
        assert terrain.climb_m is None or 0 <= terrain.climb_m < 1e6
    splits(activity)
    best_efforts(activity)
    return True


def fuzz(first: int, count: int) -> Outcome:
    """Try `count` mutations from number `first` on."""
    outcome = Outcome()
    for number in range(first, first + count):
        name, data = mutation(number)
        begin = time.process_time()
        try:
            outcome.read += check(name, data) > 0
        except Exception:  # noqa: BLE001  whatever it is, it is what is looked for
            outcome.failures.append(f"mutation {number} of {name}:\n{traceback.format_exc()}")
        took = time.process_time() - begin
        if took > outcome.slowest_s:
            outcome.slowest_s, outcome.slowest = took, number
        outcome.done += 1
    outcome.memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return outcome


def _batch(span: tuple[int, int]) -> Outcome:
    return fuzz(*span)


def main() -> int:
    """Run as many mutations as the command line says; 1 when one failed."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    fuzz(0, len(seeds()))
    base_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    spans = [(at, min(BATCH, first + count - at)) for at in range(first, first + count, BATCH)]
    whole = Outcome()
    with ProcessPoolExecutor(min(os.cpu_count() or 1, len(spans))) as pool:
        for part in pool.map(_batch, spans):
            whole.done += part.done
            whole.read += part.read
            whole.failures += part.failures
            whole.memory_mb = max(whole.memory_mb, part.memory_mb)
            if part.slowest_s > whole.slowest_s:
                whole.slowest_s, whole.slowest = part.slowest_s, part.slowest
    grown = whole.memory_mb - base_mb
    print(f"{whole.done} mutations: {whole.read} gave activities, {len(whole.failures)} failed")
    print(f"slowest {whole.slowest_s:.2f} s of CPU (number {whole.slowest}; at most {MOST_S:g} s)")
    print(f"memory grew by {grown:.0f} MB (at most {MOST_MB} MB)")
    for failure in whole.failures[:5]:
        print("\n" + failure)
    return int(bool(whole.failures) or whole.slowest_s > MOST_S or grown > MOST_MB)


if __name__ == "__main__":
    sys.exit(main())
