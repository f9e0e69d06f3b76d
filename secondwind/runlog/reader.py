"""Reading an archive in a process of its own, so that pages go on while files are parsed.

`Reading` starts a Python that does `begin`, without Django, and takes what it sends one entry at a time. What
kills the process twice, or hangs, is named as damaged, and reading goes on behind it. When who
reads is gone, the pipe breaks and the process ends.
"""

import os
import pickle
import resource
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import secondwind
from secondwind.runlog.measuring import Measured, measure
from secondwind.running.archives import Entry, Facts, open_archive
from secondwind.running.files import Unreadable

BEGIN = "import sys; sys.path.insert(0, sys.argv[1]); from secondwind.runlog import reader; reader.begin()"
MOST_MEMORY = 3 * 2**30  # of addresses, of which little is ever used
SILENCE_S = 120.0
"""An entry takes 20 s of computing at most; one that says nothing for so long hangs."""
MOST_DEATHS = 2
KINDER = 5  # how much the process steps back behind the pages
_LENGTH = struct.Struct("<Q")


@dataclass(frozen=True)
class Opened:
    """What an archive is, before its entries: its kind, their number, sentences for the owner, bikes."""

    kind: str
    total: int
    warnings: tuple[str, ...]
    bikes: frozenset[str]


@dataclass(frozen=True)
class Refusal:
    """Why an archive cannot be opened."""

    sentence: str


@dataclass(frozen=True, eq=False)
class Read:
    """One entry, measured. `data` is the file as it came, for keeping; empty unless there are activities."""

    index: int
    name: str
    measured: tuple[Measured, ...] = ()
    facts: Facts | None = None
    skipped: str = ""
    damaged: str = ""
    data: bytes = b""
    sha256: str = ""


@dataclass(frozen=True)
class Ended:
    """There are no more entries."""


class Interrupted(Exception):
    """The process was told to end, as when the machine shuts down; nothing is wrong with the files."""


Message = Opened | Refusal | Read | Ended


class Reading:
    """The entries of an archive from an index on, read by another process. Close it, or use `with`."""

    def __init__(self, path: Path, start: int = 0) -> None:
        self._path = path
        self._next = start
        self._total = 0
        self._deaths = 0  # at the entry that is read now
        self._process: subprocess.Popen[bytes] | None = None
        self._heard = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            if self._process.stdout:
                self._process.stdout.close()
            self._process = None

    def messages(self, patience_s: float) -> Iterator[Message | None]:
        """What the process sends, up to `Refusal` or `Ended`; None whenever nothing came for so long.

        Raises Interrupted.
        """
        while True:
            message = self._message(patience_s)
            yield message
            if isinstance(message, Refusal | Ended):
                return

    def _message(self, patience_s: float) -> Message | None:
        if self._process is None:
            if self._total and self._next >= self._total:
                return Ended()
            self._start()
        try:
            message = _received(self._pipe(), patience_s)
        except EOFError:
            return self._died()
        if message is None and time.monotonic() - self._heard > SILENCE_S:
            return self._lost("Reading the file took too long, and was stopped.")
        if message is not None:
            self._note(message)
        return message

    def _note(self, message: Message) -> None:
        self._heard = time.monotonic()
        if isinstance(message, Opened):
            self._total = message.total
        elif isinstance(message, Read):
            self._next = message.index + 1
            self._deaths = 0

    def _died(self) -> Message | None:
        """Try once more before a file is blamed, since the machine may have been short of memory."""
        assert self._process is not None  # noqa: S101  its pipe has just ended
        if self._process.wait() in (-signal.SIGTERM, -signal.SIGHUP):
            raise Interrupted
        self._deaths += 1
        if self._deaths < MOST_DEATHS:
            self.close()
            return None
        return self._lost("The file ended the program that read it.")

    def _lost(self, why: str) -> Message:
        """Name the entry that was being read when the process ended; without one, nothing could be opened."""
        self.close()
        if not self._total or self._next >= self._total:
            return Refusal(f"The archive could not be read. {why}")
        lost = Read(self._next, f"entry {self._next + 1}", damaged=why)
        self._next += 1
        self._deaths = 0
        self._heard = time.monotonic()
        return lost

    def _start(self) -> None:
        self._heard = time.monotonic()
        root = str(Path(secondwind.__file__).parents[1])
        self._process = subprocess.Popen(
            [sys.executable, "-c", BEGIN, root, str(self._path), str(self._next)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            start_new_session=True,  # a terminal's Ctrl-C is for the site
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
        )

    def _pipe(self) -> int:
        assert self._process is not None and self._process.stdout is not None  # noqa: S101, PT018  it was started
        return self._process.stdout.fileno()


def _received(pipe: int, patience_s: float) -> Message | None:
    """The next message; None when none begins in time. Raises EOFError when the process has ended."""
    if not select.select([pipe], [], [], patience_s)[0]:
        return None
    (size,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size))
    message: Message = pickle.loads(_exactly(pipe, size))  # noqa: S301  our own process wrote it
    return message


def _exactly(pipe: int, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        ready = select.select([pipe], [], [], SILENCE_S)[0]
        piece = os.read(pipe, min(size - len(parts), 2**20)) if ready else b""
        if not piece:
            raise EOFError
        parts += piece
    return bytes(parts)


# --- The process that reads --------------------------------------------------------------------------------


def main(path: Path, start: int, out: IO[bytes]) -> None:
    """Send an archive's messages from an entry on."""

    def send(message: Message) -> None:
        body = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
        out.write(_LENGTH.pack(len(body)))
        out.write(body)
        out.flush()

    try:
        archive = open_archive(path)
    except Unreadable as error:
        return send(Refusal(str(error)))
    except OSError:
        return send(Refusal("The file cannot be opened. Send it again."))
    with archive:
        bikes = frozenset(one.label for one in archive.gear if one.kind == "bike")
        send(Opened(archive.kind, len(archive), archive.warnings, bikes))
        for entry in archive.entries(start):
            send(_read(entry))
    return send(Ended())


def _read(entry: Entry) -> Read:
    if not entry.activities:
        return Read(entry.index, entry.name, skipped=entry.skipped, damaged=entry.damaged)
    try:
        measured = tuple(measure(activity) for activity in entry.activities)
    except Exception as error:  # noqa: BLE001  one odd file must not end the rest
        why = f"Its figures could not be worked out ({type(error).__name__})."
        return Read(entry.index, entry.name, damaged=why)
    key = sha256(entry.data).hexdigest() if entry.data else ""
    return Read(entry.index, entry.name, measured, entry.facts, data=entry.data, sha256=key)


def _step_back() -> None:
    os.nice(KINDER)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


def begin() -> None:
    """What the process does: read the archive that its arguments name, from the entry that they name."""
    # What a library might print must not stand between the messages.
    with os.fdopen(os.dup(1), "wb") as pipe:
        os.dup2(2, 1)
        _step_back()
        try:
            main(Path(sys.argv[2]), int(sys.argv[3]), pipe)
        except BrokenPipeError:
            os._exit(0)  # nobody reads any more
