"""Files of a request, written to disk while they come in: neither memory nor open files grow with them."""

import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NamedTuple, Self

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

MOST_FILES = 1000  # in one request
DRAINED = 4  # a request up to so many times too large is read to its end, so that its sender hears why


class Incoming(NamedTuple):
    """A file that somebody sends: its name and where it lies. One that may be moved is not copied."""

    name: str
    path: Path
    may_be_moved: bool = False


def incoming_dir() -> Path:
    """Where files lie while they come in: on the disk on which they will stay."""
    folder = Path(settings.VAR_DIR) / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class ToDisk(FileUploadHandler):
    """Takes the files of one request into a folder of its own, which is gone after `with`.

    `files` are those that came whole; `problem` is a sentence when there was too much.
    """

    def __init__(self) -> None:
        super().__init__()
        self.files: list[Incoming] = []
        self.problem = ""
        self._folder: Path | None = None
        self._file: IO[bytes] | None = None
        self._size = 0
        self._length = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *args: Any) -> None:  # noqa: N803 - Django's name
        """Note how much is to come."""
        self._length = content_length

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        if len(self.files) >= MOST_FILES:
            self._stop(
                f"At most {MOST_FILES} files can be sent at a time. Put them into a zip, or send fewer."
            )
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(dir=incoming_dir()))
        self._file = (self._folder / str(len(self.files))).open("wb")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a piece, unless there is too much."""
        self._size += len(raw_data)
        if self._size > settings.IMPORT_MOST_MB * 1_000_000:
            self._stop(
                f"That is more than {settings.IMPORT_MOST_MB:,} MB, the most that can be sent at a time."
            )
        assert self._file is not None  # noqa: S101  # a piece follows the beginning of its file
        self._file.write(raw_data)

    def file_complete(self, file_size: int) -> None:
        """Note a file that came whole."""
        assert self._file is not None  # noqa: S101  # the same
        self._file.close()
        self.files.append(Incoming(self.file_name or "", Path(self._file.name), may_be_moved=True))

    def _stop(self, problem: str) -> None:
        self.problem = problem
        most = DRAINED * settings.IMPORT_MOST_MB * 1_000_000
        raise StopUpload(connection_reset=self._length > most)
