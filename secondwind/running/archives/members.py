"""The files of a folder or a zip, with bounds: nothing is unpacked by name, nothing is trusted for its size.

Zips within a zip are opened too (Garmin's export has them), in a temporary file that has no name. A member
whose name points outside, that claims too much, or that is nested too deep is listed with what is wrong with
it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from lzma import LZMAError
from pathlib import Path, PurePosixPath
from typing import IO

from secondwind.running.files import LIMITS, Unreadable

MOST_MEMBERS = 100_000
MOST_DIRECTORY_BYTES = 16 * 2**20
MOST_NESTED_BYTES = 3 * 2**30
MOST_UNPACKED_BYTES = 12 * 2**30
SUSPECT_RATIO, SUSPECT_BYTES = 150, 32 * 2**20
"""A zip within a zip that grows by more than so much, and is larger than so much, is a bomb."""
DEEPEST = 2
DAMAGED = (
    OSError,
    EOFError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
    LZMAError,
)
"""What reading a packed file may raise: it is damaged, locked, or packed in an unknown way."""
END_RECORD = b"PK\x05\x06"
END64_RECORD = b"PK\x06\x06"


@dataclass(frozen=True)
class Member:
    """One file: its name with slashes, its claimed size, how to open it; or what is wrong with it."""

    name: str
    size: int
    opener: Callable[[], IO[bytes]]
    fault: str = ""

    def read(self, most: int) -> bytes:
        """All of it. Raises Unreadable when it is damaged, locked or larger than `most` bytes."""
        data = self.head(most + 1)
        if len(data) > most:
            raise Unreadable(f"The file has more than {most} bytes, which is the most that is read.")
        return data

    def head(self, count: int) -> bytes:
        """Its first bytes. Raises Unreadable."""
        if self.fault:
            raise Unreadable(self.fault)
        try:
            with self.opener() as file:
                return file.read(count)
        except DAMAGED as error:
            raise Unreadable(_why(error)) from None


def _why(error: Exception) -> str:
    if isinstance(error, RuntimeError) and "encrypted" in str(error):
        return "The packed file is locked with a password."
    if isinstance(error, NotImplementedError):
        return "The file is packed in a way that cannot be read here."
    return f"The file cannot be read ({error})."


def of_folder(root: Path) -> list[Member]:
    """The files below a folder, in order of their names; links are not followed."""
    found = []
    for folder, folders, files in os.walk(root):
        folders.sort()
        for name in sorted(files):
            path = Path(folder, name)
            if path.is_symlink() or not path.is_file():
                continue
            shown = path.relative_to(root).as_posix()
            found.append(Member(shown, path.stat().st_size, partial(_opened_file, path)))
            if len(found) >= MOST_MEMBERS:
                raise Unreadable(f"The folder has more than {MOST_MEMBERS} files.")
    return found


def _opened_file(path: Path) -> IO[bytes]:
    return path.open("rb")


def of_zip(file: IO[bytes], stack: ExitStack) -> list[Member]:
    """The files of a zip and of zips in it, in order of their names. `stack` closes what stays open.

    Raises Unreadable when it is no zip, or a damaged or monstrous one.
    """
    budget = _Budget()
    members = list(_members(file, "", 1, stack, budget))
    return sorted(members, key=lambda m: m.name)


@dataclass
class _Budget:
    members: int = 0
    unpacked: int = 0

    def take(self, size: int) -> None:
        self.members += 1
        if self.members > MOST_MEMBERS:
            raise Unreadable(f"The archive has more than {MOST_MEMBERS} files.")


def _members(file: IO[bytes], before: str, depth: int, stack: ExitStack, budget: _Budget) -> Iterator[Member]:
    archive = stack.enter_context(_opened(file))
    for info in archive.infolist():
        if info.filename.endswith("/"):
            continue
        budget.take(info.file_size)
        name, safe = _label(info.filename)
        fault = _fault(info, safe)
        opener = partial(archive.open, info)
        member = Member(before + name, info.file_size, opener, fault)
        if name.lower().endswith(".zip") and not member.fault:
            yield from _nested(member, info, depth, stack, budget)
        else:
            yield member


def _opened(file: IO[bytes]) -> zipfile.ZipFile:
    size = _directory_bytes(file)
    if size > MOST_DIRECTORY_BYTES:
        raise Unreadable(f"The zip's table of contents has {size} bytes, which no export needs.")
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Unreadable(f"The zip archive is damaged or breaks off ({error}).") from None


def _directory_bytes(file: IO[bytes]) -> int:
    """The size of a zip's table of contents by its end record; 0 when there is none."""
    file.seek(0, os.SEEK_END)
    file.seek(max(file.tell() - 66_000, 0))
    tail = file.read()
    at = tail.rfind(END_RECORD)
    if at < 0:
        return 0
    at64 = tail.rfind(END64_RECORD, 0, at)
    if at64 >= 0:
        return int.from_bytes(tail[at64 + 40 : at64 + 48], "little")
    return int.from_bytes(tail[at + 12 : at + 16], "little")


def _label(name: str) -> tuple[str, bool]:
    """A name without what would lead outside, and whether it was safe as it stood."""
    slashed = name.replace("\\", "/").replace("\0", "")
    path = PurePosixPath(slashed)
    parts = [p for p in path.parts if p not in {"", ".", "..", "/"} and not p.endswith(":")]
    safe = not slashed.startswith("/") and ".." not in path.parts and len(parts) == len(path.parts)
    return "/".join(parts)[:500] or "unnamed", safe


def _fault(info: zipfile.ZipInfo, safe: bool) -> str:
    if not safe:
        return "Its name points outside the archive; it was not opened."
    is_zip = info.filename.lower().endswith(".zip")
    most = MOST_NESTED_BYTES if is_zip else LIMITS.file_bytes
    if info.file_size > most and not _is_aside(info.filename):
        return f"It claims to unpack to {info.file_size} bytes; at most {most} are read."
    ratio = info.file_size // max(info.compress_size, 1)
    if info.file_size > SUSPECT_BYTES and ratio > SUSPECT_RATIO:
        return f"It unpacks to {ratio} times its size; it was not opened."
    return ""


def _is_aside(name: str) -> bool:
    """Whether a file is read piece by piece, and so may be long: Garmin's list of all activities."""
    return name.lower().endswith("_summarizedactivities.json")


def _nested(
    member: Member, info: zipfile.ZipInfo, depth: int, stack: ExitStack, budget: _Budget
) -> Iterator[Member]:
    """The files of a zip within a zip; the zip itself, with what is wrong, when it cannot be opened."""

    def broken(why: str) -> Member:
        return Member(member.name, member.size, member.opener, why)

    if depth >= DEEPEST:
        yield broken(f"Zips are nested deeper than {DEEPEST}; it was not opened.")
        return
    budget.unpacked += info.file_size
    if budget.unpacked > MOST_UNPACKED_BYTES:
        yield broken("The zips within the archive unpack to more than can be held.")
        return
    inner = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115  the stack closes it
    try:
        with member.opener() as packed:
            shutil.copyfileobj(_Bounded(packed, info.file_size), inner, 2**20)
        yield from _members(inner, member.name + "/", depth + 1, stack, budget)
    except Unreadable as error:
        if budget.members > MOST_MEMBERS:
            raise
        yield broken(str(error))
    except DAMAGED as error:
        yield broken(_why(error))


class _Bounded:
    """A file that ends with an error where it grows beyond what it claimed."""

    def __init__(self, file: IO[bytes], most: int) -> None:
        self.file = file
        self.left = most

    def read(self, count: int = -1) -> bytes:
        data = self.file.read(count)
        self.left -= len(data)
        if self.left < 0:
            raise zipfile.BadZipFile("it is larger than it claims")
        return data
