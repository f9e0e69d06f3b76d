"""Everything that a site keeps about somebody, as one zip archive that they fetch themselves.

Each room says what it has:

    export.register("log", collect, "Your runs. activities.json has one entry for each …")

`collect(user)` yields pairs of a file name and its content. Bytes and open files go in as they are, anything
else as JSON. The file names are relative and stand in a folder of the room's name.
"""

import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath
from typing import IO, NamedTuple

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from secondwind.accounts.models import User

Collect = Callable[[User], Iterable[tuple[str, bytes | object]]]

# An archive larger than this waits on disk and not in memory while it is sent.
IN_MEMORY_BYTES = 1_000_000


class _Room(NamedTuple):
    collect: Collect
    about: str


_rooms: dict[str, _Room] = {}


def register(room: str, collect: Collect, about: str = "") -> None:
    """Put what `collect` yields into everybody's archive, in the folder `room`; `about` explains it."""
    _rooms[room] = _Room(collect, about)


def archive(user: User) -> IO[bytes]:
    """The zip archive of all that the rooms have about `user`, open at its beginning.

    Raises ValueError when a room names a file outside its folder, or one name twice.
    """
    out = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115  # the caller closes it
    try:
        _fill(out, user)
    except BaseException:
        out.close()
        raise
    out.seek(0)
    return out


def _fill(out: IO[bytes], user: User) -> None:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as into:
        for name, room in sorted(_rooms.items()):
            for file_name, content in room.collect(user):
                _write(into, _inside(name, file_name), content)
        into.writestr("README.txt", _readme(user, into.infolist()))


def _inside(room: str, file_name: str) -> str:
    path = PurePosixPath(file_name)
    if path.is_absolute() or ".." in path.parts or "\\" in file_name or not path.parts:
        raise ValueError(f"{file_name!r} is no file name within the folder of a room")
    return str(PurePosixPath(room) / path)


def _write(into: zipfile.ZipFile, path: str, content: object) -> None:
    if path in into.NameToInfo:
        raise ValueError(f"two files of the export are called {path!r}")
    if hasattr(content, "read"):
        with into.open(path, "w", force_zip64=True) as file:
            shutil.copyfileobj(content, file)
    elif isinstance(content, bytes):
        into.writestr(path, content)
    else:
        into.writestr(path, json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2) + "\n")


def _readme(user: User, files: list[zipfile.ZipInfo]) -> str:
    lines = [
        f"All that Second Wind keeps about {user.username}, {timezone.now():%d %B %Y, %H:%M} UTC.",
        "Files that end in .json are text in JSON, with times in UTC. Other files are as you sent them.",
    ]
    for name, room in sorted(_rooms.items()):
        lines += ["", f"{name}/", *([f"  {room.about}"] if room.about else [])]
        own = [file for file in files if file.filename.startswith(f"{name}/")]
        lines += [f"  {file.filename} ({file.file_size:,} bytes)" for file in own] or ["  (nothing)"]
    return "\n".join(lines) + "\n"
