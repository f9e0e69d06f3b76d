"""An import, from the files that somebody sends to its report: begun, worked on, paused, gone on with.

A batch is worked on in slices by a task. Its position is saved in one transaction with the runs of the
entries before it, so that a process may die at any moment: whoever takes it up again loses nothing and does
nothing twice. Two batches of one owner never run at once.
"""

import logging
import secrets
import time
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path, PurePosixPath
from tempfile import NamedTemporaryFile
from typing import IO, Any, NamedTuple

from django.core.files.base import File
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.db.models.fields.files import FieldFile
from django.http import Http404
from django.utils import timezone

from secondwind.accounts.models import User
from secondwind.jobs.errors import place_of
from secondwind.runlog.actions import keep as keeping
from secondwind.runlog.actions import restore
from secondwind.runlog.actions.originals import Sent
from secondwind.runlog.errors import Refused
from secondwind.runlog.models import Batch, BatchLine, BatchState, Outcome, Run
from secondwind.runlog.reader import Interrupted, Opened, Read, Reading, Refusal
from secondwind.runlog.uploads import Incoming, incoming_dir

logger = logging.getLogger(__name__)

SLICE_S = 45.0  # then others' work has its turn
SAVE_EVERY = 25  # entries in one transaction, so that nobody waits long for the database
SAVE_BYTES = 8 * 2**20  # or so much of their files
SAVE_AFTER_S = 1.0  # or so much time, so that the progress can be seen
BEAT = timedelta(seconds=10)
SILENCE = timedelta(minutes=2)
MOST_WAITING = 50  # batches of one owner
MOST_AN_HOUR = 300
ZIP = b"PK"
OTHERS = (
    "{count} entries of pain, weeks, plans and experiments came back too. "
    "They stay when this import is taken back."
)
OWN = "log"  # the kind of a log's own export
COPY_BYTES = 2**20
LONGEST_NAME = 200
COUNTS = {
    Outcome.IMPORTED: "imported",
    Outcome.DUPLICATE: "duplicates",
    Outcome.SKIPPED: "skipped",
    Outcome.DAMAGED: "damaged",
}
OURS = "It could not be saved because of an error of this site. Its operator finds the place in the log."


class _Lost(Exception):
    """Somebody else works on the batch now, or it was paused."""


class _Part(NamedTuple):
    """What becomes one batch: an archive, or single files together."""

    name: str
    files: Sequence[Incoming]
    is_archive: bool


def batch_for(owner: User, id: int) -> Batch:
    """One of the owner's imports; Http404 for everybody else's."""
    found = Batch.objects.filter(owner=owner, pk=id).first()
    if found is None:
        raise Http404("no such import")
    return found


# --- Begin -------------------------------------------------------------------------------------------------


def begin(owner: User, files: Iterable[Incoming]) -> list[Batch]:
    """Take files in and have them read: each zip is a batch of its own, all single files together are one.

    Raises Refused without a file, or when too much waits already.
    """
    given = [file for file in files if file.path.stat().st_size]
    if not given:
        raise Refused("Choose at least one file that is not empty.")
    _check_most(owner)
    return [_begun(owner, part) for part in _parts(given)]


def _check_most(owner: User) -> None:
    batches = Batch.objects.filter(owner=owner)
    if batches.filter(state__in=(BatchState.WAITING, BatchState.PAUSED)).count() >= MOST_WAITING:
        raise Refused(f"{MOST_WAITING} imports wait already. Let them end first, or take some back.")
    if batches.filter(made_at__gt=timezone.now() - timedelta(hours=1)).count() >= MOST_AN_HOUR:
        raise Refused(f"That is {MOST_AN_HOUR} imports in an hour. Send several files at a time.")


def _parts(files: Sequence[Incoming]) -> Iterator[_Part]:
    single = []
    for file in files:
        if is_zip(file.path):
            yield _Part(_base(file), [file], is_archive=True)
        else:
            single.append(file)
    if single:
        name = _base(single[0]) if len(single) == 1 else f"{len(single)} files"
        yield _Part(name, single, is_archive=False)


def is_zip(path: Path) -> bool:
    """Whether a file is an archive, by its first bytes."""
    with path.open("rb") as file:
        return file.read(2) == ZIP


def _base(file: Incoming) -> str:
    name = PurePosixPath(file.name.replace("\\", "/").replace("\0", "")).name
    return name[-LONGEST_NAME:] or "unnamed"


def _begun(owner: User, part: _Part) -> Batch:
    batch = Batch(owner=owner, name=part.name, made_at=timezone.now())
    with _archived(part) as archive:
        batch.upload.save(f"{secrets.token_hex(12)}.zip", archive, save=False)
    try:
        with transaction.atomic():
            batch.save()
            _enqueue(batch)
    except Exception:
        batch.upload.storage.delete(str(batch.upload.name))
        raise
    return batch


class _Movable(File[bytes]):
    """A file that a storage on the same disk takes by its path, without a copy."""

    def temporary_file_path(self) -> str:
        """Where it lies."""
        return str(self.name)


@contextmanager
def _archived(part: _Part) -> Iterator[File[bytes]]:
    """The one file of a batch: the archive itself, or the single files in one, as they are."""
    if part.is_archive:
        (only,) = part.files
        with only.path.open("rb") as file:
            yield (_Movable if only.may_be_moved else File)(file)
        return
    with NamedTemporaryFile(dir=incoming_dir(), suffix=".zip") as out:
        _zip_into(out, part.files)
        out.flush()
        yield File(out)


def _zip_into(out: IO[bytes], files: Sequence[Incoming]) -> None:
    names: Counter[str] = Counter()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, strict_timestamps=False) as into:
        for file in files:
            name = _base(file)
            names[name] += 1
            again = f"{names[name]}/" if names[name] > 1 else ""
            into.write(file.path, again + name)


# --- Pause, go on ------------------------------------------------------------------------------------------


def pause(batch: Batch) -> None:
    """Stop after the entries that are being saved. What came in stays. Raises Refused when it has ended."""
    active = Batch.objects.filter(pk=batch.pk, state__in=(BatchState.WAITING, BatchState.RUNNING))
    if not active.update(state=BatchState.PAUSED):
        raise Refused("This import has ended or is paused already.")


@transaction.atomic
def go_on(batch: Batch) -> None:
    """Take a paused import up again where it stopped. Raises Refused for one that is not paused."""
    if not Batch.objects.filter(pk=batch.pk, state=BatchState.PAUSED).update(state=BatchState.WAITING):
        raise Refused("This import is not paused.")
    _enqueue(batch)


def take_up_again() -> int:
    """Have the batches worked on whose worker fell silent, or whose turn was missed; how many there are."""
    now = timezone.now()
    silent = Q(beat_at=None) | Q(beat_at__lt=now - SILENCE)
    Batch.objects.filter(silent, state=BatchState.RUNNING).update(state=BatchState.WAITING)
    waiting = Batch.objects.filter(silent, state=BatchState.WAITING, made_at__lt=now - SILENCE)
    busy = Batch.objects.filter(state=BatchState.RUNNING).values("owner")
    found = list(waiting.exclude(owner__in=busy).order_by("owner", "pk"))
    first = {batch.owner_id: batch for batch in reversed(found)}
    for batch in first.values():
        _enqueue(batch)
    return len(first)


def _enqueue(batch: Batch) -> None:
    from secondwind.runlog import tasks  # which imports this module

    tasks.work.enqueue(batch.pk)


# --- Work --------------------------------------------------------------------------------------------------


def work(batch_id: int, most_s: float = SLICE_S) -> None:
    """Work on a batch for a while, then hand on: the rest of it, or the owner's next, becomes a task."""
    batch = _claimed(batch_id)
    if batch is None:
        return
    with suppress(_Lost):
        _read_for(batch, most_s)
    following = Batch.objects.filter(owner=batch.owner_id, state=BatchState.WAITING).order_by("pk").first()
    if following is not None:
        _enqueue(following)


@transaction.atomic
def _claimed(batch_id: int) -> Batch | None:
    """The batch, marked as running; None when it does not wait, or another one of its owner runs."""
    owner_id = Batch.objects.filter(pk=batch_id).values_list("owner", flat=True).first()
    if owner_id is None:
        return None
    User.objects.select_for_update().get(pk=owner_id)  # two workers who claim for one owner wait here
    batches = Batch.objects.filter(owner=owner_id)
    if batches.filter(state=BatchState.RUNNING).exists():
        return None
    batch = batches.filter(pk=batch_id, state=BatchState.WAITING).select_related("owner").first()
    if batch is not None:
        batch.state, batch.beat_at = BatchState.RUNNING, timezone.now()
        batch.save(update_fields=["state", "beat_at"])
    return batch


def _read_for(batch: Batch, most_s: float) -> None:
    end = time.monotonic() + most_s
    pile = _Pile(batch)
    try:
        with _on_disk(batch.upload) as path, Reading(path, batch.position) as reading:
            if restore.is_own_export(path):
                return _restore(batch, path)
            for message in reading.messages(SAVE_AFTER_S):
                if isinstance(message, Refusal):
                    pile.save()
                    return _fail(batch, message.sentence)
                if isinstance(message, Opened):
                    _note_opened(batch, message)
                    pile.bikes = message.bikes
                elif isinstance(message, Read):
                    pile.add(message)
                pile.save_if_due()
                # At least one entry a slice: to open a large archive may take longer than a slice.
                if isinstance(message, Read) and time.monotonic() > end:
                    pile.save()
                    return _rest(batch)
            pile.save()
    except Interrupted:
        return _rest(batch)
    except FileNotFoundError:
        return _fail(batch, "The file of this import is gone. Send it again.")
    return _end(batch)


def _restore(batch: Batch, path: Path) -> None:
    """Take a log's own export in. A pause or a crash does no harm: doing it again adds the rest."""
    counts = restore.Counts()
    for counts in restore.steps(batch.owner, path, batch):
        if not _move(batch, BatchState.RUNNING, kind=OWN, imported=counts.runs, beat_at=timezone.now()):
            raise _Lost
    with transaction.atomic():
        runs = list(Run.objects.filter(batch=batch).order_by("start", "pk").only("pk"))
        told = counts.runs + counts.present
        lines = [
            BatchLine(batch=batch, index=n, name=batch.name, outcome=Outcome.IMPORTED, run=run)
            for n, run in enumerate(runs)
        ]
        lines += [
            BatchLine(batch=batch, index=told + n, name=batch.name, outcome=Outcome.DAMAGED, reason=problem)
            for n, problem in enumerate(counts.problems)
        ]
        known = {
            "imported": len(runs),
            "duplicates": max(told - len(runs), 0),
            "damaged": len(counts.problems),
        }
        end: dict[str, Any] = {"total": told, "position": told, "ended_at": timezone.now()}
        if counts.others:
            end["warnings"] = [OTHERS.format(count=f"{counts.others:,}")]
        if not _move(batch, BatchState.DONE, **known, **end):
            raise _Lost
        BatchLine.objects.bulk_create(lines)
    forget_upload(batch)


@contextmanager
def _on_disk(upload: FieldFile) -> Iterator[Path]:
    """The path of an upload; of a copy, when the storage is no folder."""
    with suppress(NotImplementedError):
        path = Path(upload.path)
        if path.exists():
            yield path
            return
    with NamedTemporaryFile(dir=incoming_dir(), suffix=".zip") as copy, upload.open("rb") as file:
        for piece in file.chunks(COPY_BYTES):
            copy.write(piece)
        copy.flush()
        yield Path(copy.name)


def _note_opened(batch: Batch, opened: Opened) -> None:
    batch.kind, batch.total, batch.warnings = opened.kind, opened.total, list(opened.warnings)[:20]
    batch.save(update_fields=["kind", "total", "warnings"])


def _rest(batch: Batch) -> None:
    """Let go of the batch until its next slice."""
    _move(batch, BatchState.WAITING, beat_at=timezone.now())


def _end(batch: Batch) -> None:
    if _move(batch, BatchState.DONE, ended_at=timezone.now()):
        forget_upload(batch)


def _fail(batch: Batch, why: str) -> None:
    if _move(batch, BatchState.FAILED, ended_at=timezone.now(), problem=why):
        forget_upload(batch)


def _move(batch: Batch, state: BatchState, **fields: Any) -> bool:
    """Give a batch that still runs another state; whether it did run."""
    running = Batch.objects.filter(pk=batch.pk, state=BatchState.RUNNING, position=batch.position)
    return running.update(state=state, **fields) == 1


def forget_upload(batch: Batch) -> None:
    """Delete the file of a batch that has ended."""
    name, storage = str(batch.upload.name or ""), batch.upload.storage
    Batch.objects.filter(pk=batch.pk).update(upload="")
    if name:
        transaction.on_commit(lambda: storage.delete(name))


# --- Save --------------------------------------------------------------------------------------------------


class _Pile:
    """Entries that were read and are not yet saved."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.bikes: frozenset[str] = frozenset()
        self._entries: list[Read] = []
        self._bytes = 0
        self._saved_at = time.monotonic()

    def add(self, entry: Read) -> None:
        """Put one more on it."""
        self._entries.append(entry)
        self._bytes += len(entry.data)

    def save_if_due(self) -> None:
        """Save when it is large or old enough, and say that the work goes on. Raises _Lost."""
        waited_s = time.monotonic() - self._saved_at
        if len(self._entries) >= SAVE_EVERY or self._bytes >= SAVE_BYTES or waited_s >= SAVE_AFTER_S:
            self.save()

    def save(self) -> None:
        """Save all of it. Raises _Lost when the batch was paused or is somebody else's."""
        entries, self._entries, self._bytes = self._entries, [], 0
        self._saved_at = time.monotonic()
        if not entries:
            _beat(self.batch)
            return
        try:
            _save(self.batch, entries, self.bikes)
        except (_Lost, DatabaseError):
            raise
        except Exception as error:  # noqa: BLE001  one of them is odd; the others are saved without it
            logger.error("An entry of an import could not be saved: %s", place_of(error))
            for entry in entries:
                self._save_alone(entry)

    def _save_alone(self, entry: Read) -> None:
        try:
            _save(self.batch, [entry], self.bikes)
        except (_Lost, DatabaseError):
            raise
        except Exception:  # noqa: BLE001  it was logged above
            _save(self.batch, [Read(entry.index, entry.name, damaged=OURS)], self.bikes)


def _beat(batch: Batch) -> None:
    """Say that the work goes on. Raises _Lost when the batch was paused or is somebody else's."""
    now = timezone.now()
    if batch.beat_at and now - batch.beat_at < BEAT:
        still = Batch.objects.filter(pk=batch.pk, state=BatchState.RUNNING, position=batch.position).exists()
    else:
        batch.beat_at = now
        still = _move(batch, BatchState.RUNNING, beat_at=now)
    if not still:
        raise _Lost


def _save(batch: Batch, entries: Sequence[Read], bikes: frozenset[str]) -> None:
    """Save entries with the position behind them: both or neither. Raises _Lost."""
    with transaction.atomic():
        current = _saved(batch, entries, bikes)
    batch.position, batch.beat_at = current.position, current.beat_at


def _saved(batch: Batch, entries: Sequence[Read], bikes: frozenset[str]) -> Batch:
    current = Batch.objects.select_for_update().filter(pk=batch.pk, state=BatchState.RUNNING).first()
    if current is None or current.position != batch.position:
        raise _Lost
    lines = [line for entry in entries for line in _lines(batch, entry, bikes)]
    BatchLine.objects.bulk_create(lines)
    became = Counter(line.outcome for line in lines)
    for outcome, name in COUNTS.items():
        setattr(current, name, getattr(current, name) + became[outcome])
    current.position = entries[-1].index + 1
    current.beat_at = timezone.now()
    current.save(update_fields=["position", "beat_at", *COUNTS.values()])
    return current


def _lines(batch: Batch, entry: Read, bikes: frozenset[str]) -> list[BatchLine]:
    """What became of one entry: a line for each activity in it, or one that says why there is none."""
    line = BatchLine(batch=batch, index=entry.index, name=entry.name.replace("\0", "")[-300:])
    if entry.measured:
        return [_kept(batch, entry, number, bikes) for number in range(len(entry.measured))]
    line.outcome = Outcome.SKIPPED if entry.skipped else Outcome.DAMAGED
    line.reason = (entry.skipped or entry.damaged or "There is no activity in it.").replace("\0", "")[:500]
    return [line]


def _kept(batch: Batch, entry: Read, number: int, bikes: frozenset[str]) -> BatchLine:
    sent = Sent(entry.name, entry.data, entry.sha256) if entry.data else None
    kept = keeping.keep(
        batch.owner, entry.measured[number], facts=entry.facts, original=sent, batch=batch, bikes=bikes
    )
    line = BatchLine(batch=batch, index=entry.index, name=entry.name.replace("\0", "")[-300:])
    if kept.run is not None:
        line.outcome, line.run = Outcome.IMPORTED, kept.run
        line.reason = " ".join(kept.run.warnings)[:500]
    else:
        line.outcome, line.twin, line.merged = Outcome.DUPLICATE, kept.twin, kept.merged
    return line
