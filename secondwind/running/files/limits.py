"""What a file may cost, and the one error for files that cannot be read."""

from __future__ import annotations

import time
from dataclasses import dataclass


class Unreadable(ValueError):
    """Nothing of this file can be kept; the message is a sentence with the place. Nothing half-read is
    left."""


class NotAnActivity(Unreadable):
    """The file is sound but holds no activity; `kind` says what it is: settings, course, route, ..."""

    def __init__(self, kind: str, sentence: str) -> None:
        super().__init__(sentence)
        self.kind = kind


@dataclass(frozen=True)
class Limits:
    """Bounds for one file. A file that would exceed them is refused or cut with a warning, never half-read.

    `file_bytes` bounds the file as it comes and as unpacked; `records` its points; `messages` those of a FIT
    file; `activities` the activities, or tracks, of one file; `cells` all columns
    together, from where on columns without a place of their own are left out; `cpu_s` is this thread's time.
    """

    file_bytes: int = 48 * 2**20
    records: int = 400_000
    cells: int = 5_000_000
    messages: int = 4_000_000
    activities: int = 5_000
    cpu_s: float = 20.0


LIMITS = Limits()


class Deadline:
    """The end of the time that one file may take."""

    def __init__(self, limits: Limits) -> None:
        self.seconds = limits.cpu_s
        self._end = time.thread_time() + limits.cpu_s

    def check(self) -> None:
        """Raise Unreadable when the time is over."""
        if time.thread_time() > self._end:
            raise Unreadable(
                f"Reading took longer than {self.seconds:g} s of computing time, and was stopped."
            )
