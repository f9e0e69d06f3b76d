"""The pages in files, folders and zips, one at a time, with bounds: nothing is unpacked to disk, nothing is
trusted for its size, links are not followed."""

from __future__ import annotations

import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from lzma import LZMAError
from pathlib import Path, PurePosixPath
from typing import IO

from secondwind.archive.model import Unreadable
from secondwind.archive.page import LARGEST

MOST_PAGES = 500_000
SUSPECT_RATIO = 200  # a packed page that grows by more is no page
_OTHER = frozenset(
    "css js mjs map png jpg jpeg gif webp ico svg bmp woff woff2 ttf eot otf pdf mp3 mp4 webm avi mov swf "
    "doc docx xls "
    "xlsx ppt json yaml yml xml rss atom gz tgz bz2 xz 7z rar tar exe csv fit gpx tcx py pyc db sqlite "
    "md".split()
)
_DIGITS = re.compile(r"(\d+)")
_DAMAGED = (
    OSError, EOFError, RuntimeError, NotImplementedError, ValueError, zipfile.BadZipFile, zlib.error,
    LZMAError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its name with slashes, and how to open it; or what is wrong with it."""

    name: str
    opened: Callable[[], IO[bytes]] | None = None
    fault: str = ""

    def read(self) -> bytes:
        """All of it. Raises Unreadable when it cannot be read or is larger than a page can be."""
        if self.opened is None:
            raise Unreadable(self.fault)
        try:
            with self.opened() as file:
                data = file.read(LARGEST + 1)
        except _DAMAGED as error:
            raise Unreadable(f"The file cannot be read: {error}.") from None
        if len(data) > LARGEST:
            raise Unreadable(f"The file has more than {LARGEST:,} bytes, which is the most that is read.")
        return data


class Sources:
    """The files below some paths, in the natural order of their names; `others` counts those that are no
    pages.

    Raises Unreadable for a path that is not there. Close it, or use it with `with`.
    """

    def __init__(self, paths: Iterable[Path]) -> None:
        self.others = 0
        self._stack = ExitStack()
        self._listed: list[Source] = []
        for path in paths:
            self._add(path)

    def __enter__(self) -> Sources:
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def __len__(self) -> int:
        return len(self._listed)

    def __iter__(self) -> Iterator[Source]:
        return iter(self._listed)

    def _add(self, path: Path) -> None:
        if path.is_dir():
            self._keep(sorted(_of_folder(path), key=_natural))
        elif not path.is_file():
            raise Unreadable(f"{path} is not there.")
        elif zipfile.is_zipfile(path):
            self._keep(self._of_zip(path))
        else:
            self._listed.append(Source(path.name, partial(_open, path)))

    def _keep(self, sources: Iterable[Source]) -> None:
        for source in sources:
            if source.fault or _may_be_page(source.name):
                self._listed.append(source)
            else:
                self.others += 1
            if len(self._listed) > MOST_PAGES:
                raise Unreadable(f"There are more than {MOST_PAGES:,} files; import them in parts.")

    def _of_zip(self, path: Path) -> list[Source]:
        try:
            packed = self._stack.enter_context(zipfile.ZipFile(path))
            members = [one for one in packed.infolist() if not one.is_dir()]
        except _DAMAGED as error:
            return [Source(path.name, fault=f"The zip cannot be opened: {error}.")]
        return sorted((_member(packed, one) for one in members), key=_natural)


def _open(path: Path) -> IO[bytes]:
    return path.open("rb")


def _of_folder(root: Path) -> Iterator[Source]:
    for folder, folders, files in os.walk(root):
        folders.sort()
        for name in files:
            path = Path(folder, name)
            shown = path.relative_to(root.parent if root.name else root).as_posix()
            if path.is_symlink() or not path.is_file():
                continue
            if name.lower().endswith(".zip"):
                yield Source(shown, fault="A zip within a folder is not opened; name it itself.")
            else:
                yield Source(shown, partial(_open, path))


def _member(packed: zipfile.ZipFile, info: zipfile.ZipInfo) -> Source:
    name = info.filename.replace("\\", "/")
    if fault := _fault(info, name):
        return Source(name[-200:], fault=fault)
    return Source(name, partial(packed.open, info))


def _fault(info: zipfile.ZipInfo, name: str) -> str:
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or (parts and parts[0].endswith(":")):
        return "Its name points outside the zip."
    if name.lower().endswith(".zip"):
        return "A zip within a zip is not opened."
    if not _may_be_page(name):
        return ""
    if info.flag_bits & 0x1:
        return "It is locked with a password."
    if info.file_size > LARGEST:
        return f"It unpacks to {info.file_size:,} bytes; a page has at most {LARGEST:,}."
    if info.file_size > 100_000 and info.file_size > SUSPECT_RATIO * max(info.compress_size, 1):
        return "It unpacks to more than 200 times its size; it was not opened."
    return ""


def _may_be_page(name: str) -> bool:
    base = name.rpartition("/")[2].lower()
    ending = base.rpartition(".")[2] if "." in base else ""
    return not base.startswith(".") and ending not in _OTHER and not name.startswith("__MACOSX/")


def _natural(source: Source) -> list[tuple[int, str]]:
    """So that page 2 comes before page 10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in _DIGITS.split(source.name)]
