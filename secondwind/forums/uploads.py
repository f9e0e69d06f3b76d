"""How much of a file that somebody sends is kept, decided while it comes in."""

from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.core.files.uploadhandler import FileUploadHandler

MOST_FILES = 10  # in one request
LARGEST = 12_000_000  # bytes of one file, as `writing.pictures` has it
OVERHEAD = 1_000_000  # bytes of what stands around the files of a request


class Measured(FileUploadHandler):
    """Stands before the handlers that keep a file, and lets a little more than `LARGEST` bytes of it through.

    So a page can say which of several files was too large, and neither memory nor disk fills up.
    """

    _files = 0

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *args: Any) -> None:  # noqa: N803 - Django's name
        """Refuse a whole request that could hold nothing but too much."""
        if content_length > LARGEST * MOST_FILES + OVERHEAD:
            raise RequestDataTooBig("the files are larger than all that may be sent at a time")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Refuse more files than a page sends."""
        super().new_file(*args, **kwargs)
        self._files += 1
        if self._files > MOST_FILES:
            raise TooManyFilesSent("there are more files than may be sent at a time")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Let a piece of the file through unless there is too much already."""
        return raw_data if start <= LARGEST else None

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers after this one."""
