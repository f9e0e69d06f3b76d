"""Reading a log's own export again: what is missing comes back, what is there already stays as it is.

The archive comes from anybody, so every value is checked as if it were typed: sizes before a file is
unpacked, digests of files, shapes of lists, columns by the rules of their tables. What is damaged is named
and left out; nothing is half restored.
"""

import json
import math
import struct
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, TypeVar
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import DataError, IntegrityError, models, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from secondwind.accounts.models import User
from secondwind.runlog import queries, tracks
from secondwind.runlog.actions import holdings, originals
from secondwind.runlog.models import (
    Batch,
    Original,
    Run,
    Shoe,
    ShoeUse,
    Surface,
    SurfacePart,
    Track,
    Zone,
)
from secondwind.running.files import LIMITS

ROOT = "log/"
RUNS = "log/runs.json"
MOST_BYTES = LIMITS.file_bytes
MOST_LINE = 8_000_000
MOST_RUNS = 200_000
MOST_ROWS = 20_000  # of a list of another room
MOST_RATIO = 200  # of a file to its compressed self; text in JSON has some 20
MOST_CELLS = 8 * LIMITS.cells
MOST_PROBLEMS = 200
BETWEEN = 20  # runs, and rows of other rooms, after which progress is told
LOOSE = 1.005  # what sums of shares may come to
FIRST_DAY = date(1900, 1, 1)
AHEAD = timedelta(days=366)  # from today; pages count on from what they are given, and dates end

MOST_AMOUNT = 1e9
"""Of metres or seconds: far beyond what any activity has."""

M = TypeVar("M", bound=models.Model)
Key = tuple[object, ...]
Row = dict[str, Any]


@dataclass(slots=True)
class Counts:
    """What came back, what was here already, and a sentence for each thing that could not come back."""

    runs: int = 0
    present: int = 0
    shoes: int = 0
    zones: int = 0
    originals: int = 0
    others: int = 0
    problems: list[str] = field(default_factory=list)


Take = Callable[[User, "Archive"], Iterator[None]]
_rooms: list[Take] = []


def register(take: Take) -> None:
    """Have a room above this one put back its part of an export, after the runs.

    It yields every `BETWEEN` rows, so that whoever restores can say that they go on, or stop.
    """
    _rooms.append(take)


class Damaged(ValueError):
    """Something of the archive cannot be used; the message says what."""


def is_own_export(file: Path | IO[bytes]) -> bool:
    """Whether a file is an archive of a log that this kind of site made. Never raises for what it may be."""
    try:
        with zipfile.ZipFile(file) as archive:
            return RUNS in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def restore(owner: User, file: Path | IO[bytes], batch: Batch | None = None) -> Counts:
    """Put back all of an export that the owner's log lacks. Doing it again adds nothing."""
    counts = Counts()
    for counts in steps(owner, file, batch):  # noqa: B007  the last one is wanted
        pass
    return counts


def steps(owner: User, file: Path | IO[bytes], batch: Batch | None = None) -> Iterator[Counts]:
    """The same a few runs at a time, with the counts so far. What is cut short is done by doing it again."""
    with zipfile.ZipFile(file) as archive:
        yield from Archive(owner, archive, batch).steps()


class Archive:
    """An export that is read: the runs here, and by other rooms what is theirs."""

    def __init__(self, owner: User, archive: zipfile.ZipFile, batch: Batch | None) -> None:
        self.owner, self.archive, self.batch = owner, archive, batch
        self.counts = Counts()
        self._originals: dict[str, int] = {}
        self._shoes: dict[str, int] = {}
        self._runs: dict[object, int] = {}  # by their numbers in the archive
        self._knows_all = False

    def steps(self) -> Iterator[Counts]:
        """Files and shoes first, because runs lead to them."""
        for row in self._rows("originals.json"):
            self.attempt("a file", self._original, row)
        for row in self._rows("shoes.json"):
            self.attempt("a pair of shoes", self._shoe, row)
        for row in self._rows("zones.json"):
            self.attempt("a zone", self._zone, row)
        yield self.counts
        missing = self._missing()
        for number, row in enumerate(self._rows("runs.json", problems=False)):
            if number in missing:
                self.attempt(f"the run of {row.get('start')}"[:60], self._run, row)
            if number % BETWEEN == 0:
                yield self.counts
        yield self.counts
        for take in _rooms:
            for _ in take(self.owner, self):
                yield self.counts
            yield self.counts

    # --- For the rooms ---------------------------------------------------------------------------------

    def values(self, path: str) -> Iterator[Row]:
        """The entries of a list of another room; nothing of what is damaged or not there."""
        if path not in self.archive.NameToInfo:
            return
        try:
            found = json.loads(self._read(path, root=""), parse_constant=_no_number)
        except (Damaged, ValueError, RecursionError):
            found = None
        if not isinstance(found, list):
            self._note(f"{path} is damaged.")
            return
        if len(found) > MOST_ROWS:
            self._note(f"Only the first {MOST_ROWS:,} entries of {path} are read.")
        yield from (row for row in found[:MOST_ROWS] if isinstance(row, dict))

    def run_of(self, number: object) -> int | None:
        """The run of the log that had this number where the archive was made; None when there is none."""
        if not isinstance(number, int):
            return None
        if number not in self._runs and not self._knows_all:
            self._knows_all = True
            own: dict[Key, int] = {}
            for pk, keys in _numbered_keys(self.owner):
                for key in keys:
                    own.setdefault(key, pk)
            for row in self._rows("runs.json", problems=False):
                here = next((own[key] for key in _keys_of_row(row) if key in own), None)
                if here is not None and isinstance(row.get("id"), int):
                    self._runs.setdefault(row["id"], here)
        return self._runs.get(number)

    def came_back(self) -> None:
        """Count one thing of another room."""
        self.counts.others += 1

    def attempt(self, what: str, do: Callable[[Row], None], row: Row) -> None:
        """Do it whole or not at all; what cannot be used of it is told as a problem."""
        try:
            with transaction.atomic():
                do(row)
        except (Damaged, ValidationError, KeyError, TypeError, ValueError, OverflowError) as error:
            why = "; ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            self._note(f"{what[0].upper()}{what[1:]} could not be read: {why}")
        except (IntegrityError, DataError):  # their words are about tables, and may quote other rows
            self._note(f"{what[0].upper()}{what[1:]} could not be read: a value is missing or does not fit")

    def _note(self, sentence: str) -> None:
        if len(self.counts.problems) < MOST_PROBLEMS:
            self.counts.problems.append(sentence[:500])

    # --- The archive -------------------------------------------------------------------------------------

    def _rows(self, name: str, *, problems: bool = True) -> Iterator[Row]:
        """The rows of one of its lists; a damaged line is noted and left out."""
        if ROOT + name not in self.archive.NameToInfo:
            return
        try:
            with self.archive.open(ROOT + name) as file:
                for number, line in enumerate(_lines_of(file), 1):
                    row = _row(line)
                    if row is not None:
                        yield row
                    elif problems:
                        self._note(f"Line {number} of {name} is damaged.")
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, Damaged) as error:
            if problems:
                self._note(f"{name} could not be read to its end: {error}")

    def _read(self, name: str, root: str = ROOT) -> bytes:
        """A file of the archive, checked before it is unpacked."""
        info = self.archive.NameToInfo.get(root + name)
        if info is None:
            raise Damaged(f"the archive has no file {name[:100]}")
        if info.file_size > MOST_BYTES or info.file_size > MOST_RATIO * info.compress_size + 10_000:
            raise Damaged(f"{name[:100]} is too large")
        try:
            with self.archive.open(info) as file:
                data = file.read(MOST_BYTES + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            OSError,
            EOFError,
            RuntimeError,
            NotImplementedError,
        ) as error:
            raise Damaged(f"{name[:100]} is damaged") from error
        return data

    # --- Files, shoes, zones -----------------------------------------------------------------------------

    def _original(self, row: Row) -> None:
        digest = str(row["sha256"])
        found = Original.objects.filter(owner=self.owner, sha256=digest).first()
        if row["file"] is None and found is None:
            return
        if found is None or not found.file.storage.exists(str(found.file.name)):
            data = self._read(str(row["file"]))
            if sha256(data).hexdigest() != digest:
                raise Damaged(f"{str(row['name'])[:100]} is not what it was")
            sent = originals.Sent(_words(row["name"], 300), data, digest)
            found = originals.keep(self.owner, sent, self.batch)
            self.counts.originals += 1
        self._originals[digest] = found.pk

    def _shoe(self, row: Row) -> None:
        photo = row.get("photo")
        name = _words(row["name"], 80)
        found = Shoe.objects.filter(owner=self.owner, name=name).first()
        if found is None:
            found = checked(Shoe(owner=self.owner, **columns(Shoe, row, without=("photo", "default_for"))))
            found.batch = self.batch
            surface = row.get("default_for") or ""
            taken = Shoe.objects.filter(owner=self.owner, default_for=surface).exists()
            if surface in Surface.values and not taken:
                found.default_for = Surface(surface)
            if not (math.isfinite(found.before_m) and found.before_m >= 0):
                raise Damaged("its distance is no distance")
            self._hang(found, photo)
            found.save()
            self.counts.shoes += 1
        self._shoes[name] = found.pk

    def _hang(self, shoe: Shoe, photo: object) -> None:
        """The photo of a shoe, byte for byte, once it is seen to be one; a damaged one is left out."""
        from secondwind.writing.pictures import BadPicture, anew  # Pillow costs a start-up what few need

        if photo is None:
            return
        try:
            data = self._read(str(photo))
            if not (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
                raise Damaged("its photo is none")
            anew(data)
        except (Damaged, BadPicture) as error:
            self._note(f"{shoe.name}: {error}")
        else:
            shoe.photo.save(f"{uuid4().hex}.webp", ContentFile(data), save=False)

    def _zone(self, row: Row) -> None:
        values = columns(Zone, row)
        zone = checked(Zone(owner=self.owner, **values))
        same = {name: getattr(zone, name) for name in values}
        if not Zone.objects.filter(owner=self.owner, **same).exists():
            zone.save()
            self.counts.zones += 1

    # --- Runs --------------------------------------------------------------------------------------------

    def _missing(self) -> set[int]:
        """The numbers of the runs in the archive that the log does not have."""
        keys = []
        for row in self._rows("runs.json"):
            keys.append(_keys_of_row(row))
            if len(keys) > MOST_RUNS:
                self._note(f"Only the first {MOST_RUNS:,} runs of the archive are read.")
                break
        left = _unmatched(keys, _keys_of_log(self.owner))
        self.counts.present = len(keys) - len(left)
        return left

    def _run(self, row: Row) -> None:
        run = checked(Run(owner=self.owner, **columns(Run, row)))
        _check_figures(run)
        run.batch = self.batch
        run.original_id = self._originals.get(str(row.get("original")))
        track = self._track(row) if run.has_track else None
        run.has_track = track is not None
        run.save()
        if track is not None:
            Track.objects.create(run=run, columns=track)
        grounds = _shares(row.get("surfaces"), Surface.values)
        SurfacePart.objects.bulk_create(SurfacePart(run=run, surface=s, share=x) for s, x in grounds.items())
        worn = _shares(row.get("shoes"), self._shoes)
        ShoeUse.objects.bulk_create(
            ShoeUse(run=run, shoe_id=self._shoes[name], share=share) for name, share in worn.items()
        )
        if isinstance(row.get("id"), int):  # last: nothing may lead to a run that did not come back
            self._runs[row["id"]] = run.pk
        self.counts.runs += 1

    def _track(self, row: Row) -> bytes | None:
        """The samples of a run, byte for byte, once they are seen to be some; None with a note otherwise."""
        try:
            data = self._read(f"tracks/{int(row['id'])}.bin")
            _check_track(data)
        except (Damaged, KeyError, ValueError) as error:
            self._note(f"The track of the run of {str(row.get('start'))[:30]} is left out: {error}")
            return None
        return data


# --- Which runs are there ----------------------------------------------------------------------------------


def _keys_of_row(row: Row) -> list[Key]:
    """What a run of the archive may be known by."""
    try:
        start = parse_datetime(str(row.get("start")))
    except ValueError:
        start = None
    way, time, part = (
        v if _is_number(v := row.get(n)) else None for n in ("distance_m", "elapsed_s", "part")
    )
    when = (start, str(row.get("sport"))) if row.get("offset_s") is not None else ()
    return _keys(
        str(row.get("external_id") or ""),
        str(row.get("original") or ""),
        part,
        when,
        (start, str(row.get("sport")), way, time),
    )


def _keys_of_log(owner: User) -> list[list[Key]]:
    return [keys for _pk, keys in _numbered_keys(owner)]


def _numbered_keys(owner: User) -> list[tuple[int, list[Key]]]:
    """What each run of the log may be known by, with its number."""
    found = queries.runs_of(owner).values_list(
        "pk",
        "external_id",
        "original__sha256",
        "part",
        "offset_s",
        "start",
        "sport",
        "distance_m",
        "elapsed_s",
    )
    return [
        (pk, _keys(external, digest or "", part, () if offset is None else tuple(same[:2]), tuple(same)))
        for pk, external, digest, part, offset, *same in found
    ]


def _keys(external: str, digest: str, part: object, when: Key, same: Key) -> list[Key]:
    """A start is a key of its own only with an hour: those typed without one all begin at noon."""
    keys: list[Key] = [("exact", *same)]
    if external:
        keys.append(("id", external))
    if digest:
        keys.append(("file", digest, part))
    return [*keys, ("when", *when)] if when else keys


def _unmatched(archive: list[list[Key]], log: list[list[Key]]) -> set[int]:
    """The numbers of those in the archive for which there is none in the log; each of the log serves one."""
    left, free = set(range(len(archive))), set(range(len(log)))
    for kind in ("exact", "id", "file", "when"):
        by_key: defaultdict[Key, list[int]] = defaultdict(list)
        for number in sorted(free):
            for key in log[number]:
                if key[0] == kind:
                    by_key[key].append(number)
        for number in sorted(left):
            for key in archive[number]:
                if key[0] == kind and by_key[key]:
                    free.discard(by_key[key].pop())
                    left.discard(number)
                    break
    return left


# --- Values ------------------------------------------------------------------------------------------------


def _lines_of(file: IO[bytes]) -> Iterator[bytes]:
    """The lines between the brackets of a list."""
    while line := file.readline(MOST_LINE + 1):
        if len(line) > MOST_LINE:
            raise Damaged("a line is too long")
        plain = line.strip().rstrip(b",")
        if plain not in {b"", b"[", b"]", b"[]"}:
            yield plain


def _row(line: bytes) -> Row | None:
    try:
        row = json.loads(line, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")


def columns(model: type[models.Model], row: Row, without: Iterable[str] = ()) -> Row:
    """The columns of a table that a row of the archive tells."""
    return {n: row[n] for n in holdings.columns_of(model) if n in row and n not in without}


def checked(row: M) -> M:
    """The row with its values as its table has them.

    Raises ValidationError for what does not fit, Damaged for what no log has: numbers that are none, texts
    with a null, days before 1900 or more than a year ahead.
    """
    lists = {field.name for field in row._meta.fields if isinstance(field, models.JSONField)}
    row.clean_fields(exclude=holdings.OUTSIDE | lists)  # lists may be empty; `_check_figures` looks at them
    for name in holdings.columns_of(type(row)):
        value = getattr(row, name)
        if isinstance(value, float) and not math.isfinite(value):
            raise Damaged(f"{name} is no number")
        if isinstance(value, str) and "\x00" in value:
            raise Damaged(f"{name} is no text")
        if isinstance(value, date):  # a datetime is one
            day = value.date() if isinstance(value, datetime) else value
            if not FIRST_DAY <= day <= timezone.localdate() + AHEAD:
                raise Damaged(f"{name} is before {FIRST_DAY.year} or more than a year ahead")
    return row


def _check_figures(run: Run) -> None:
    """Raise Damaged for figures that no run has, and lists of another shape than the pages read."""
    if timezone.is_naive(run.start):
        raise Damaged("its start has no time zone")
    if run.offset_s is not None and abs(run.offset_s) >= 86_400:
        raise Damaged("its clock is more than a day off")
    amounts = ("distance_m", "elapsed_s", "moving_s", "climb_m", "descent_m", "heart_rate_bpm")
    if any(not 0 <= (getattr(run, name) or 0.0) < MOST_AMOUNT for name in amounts):
        raise Damaged("its figures cannot be")
    efforts = run.best_efforts
    if not isinstance(efforts, dict) or not _numbers([[float(k), v] for k, v in efforts.items()], 2):
        raise Damaged("its best efforts are none")
    if not (_numbers([run.splits]) and _numbers(run.grades, 3) and _numbers(run.laps, 3)):
        raise Damaged("its splits, grades or laps are none")
    if not isinstance(run.warnings, list) or not all(isinstance(one, str) for one in run.warnings):
        raise Damaged("its warnings are none")


def _numbers(rows: object, width: int | None = None) -> bool:
    """Whether these are lists of so many finite numbers, or nothing in the place of one."""
    return isinstance(rows, list) and all(
        isinstance(row, list) and width in (None, len(row)) and all(map(_is_number, row)) for row in rows
    )


def _is_number(value: object) -> bool:
    if value is None:
        return True
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _check_track(data: bytes) -> None:
    """Raise ValueError unless these are packed samples, of which not too many come out."""
    inside = zlib.decompressobj()
    try:
        whole = inside.decompress(data[len(tracks.MAGIC) :], MOST_CELLS)
    except zlib.error as error:
        raise Damaged("it is damaged") from error
    if inside.unconsumed_tail or not inside.eof:
        raise Damaged("it is cut or too large")
    try:
        # Before memory is asked for as many values as it says.
        (size,) = struct.unpack_from("<I", whole)
        table = json.loads(whole[4 : 4 + size])
        counts = [int(table["points"]), *(int(column["count"]) for column in table["columns"])]
        if max(counts) > LIMITS.records or sum(counts) > LIMITS.cells:
            raise Damaged("it is too large")
        samples = tracks.unpacked(data)
    except Damaged:
        raise
    except Exception as error:
        raise Damaged("it is damaged") from error
    lengths = {len(column) for column in (*samples.columns().values(), *samples.extra.values())}
    if lengths != {len(samples)} or len(samples) > LIMITS.records:
        raise Damaged("its columns are not of one length")


def _words(value: object, most: int) -> str:
    if not isinstance(value, str) or not value or "\x00" in value:
        raise Damaged("its name is no name")
    return value[:most]


def _shares(value: object, known: Iterable[str]) -> dict[str, float]:
    """Shares by name, of the names that are known; together a whole at most."""
    if not isinstance(value, Mapping):
        return {}
    shares = {name: float(share) for name, share in value.items() if name in set(known)}
    if any(not 0 < share <= 1 for share in shares.values()) or sum(shares.values()) > LOOSE:
        raise Damaged("its shares are more than a whole")
    return shares
