"""Where a list goes on: a few values as one word that a program hands back as it got it."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime
from typing import Any

from secondwind.api.problems import Problem

LARGEST = 2**63 - 1  # a number of the database
LONGEST = 200


def write(*values: object) -> str:
    """The word for some values."""
    text = json.dumps([one.isoformat() if isinstance(one, datetime) else one for one in values])
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def number(cursor: str | None) -> int:
    """The number in a cursor; 0 without one. Raises Problem."""
    if not cursor:
        return 0
    match _read(cursor):
        case [int(value)] if 0 <= value <= LARGEST:
            return value
    raise _bad()


def time_and_id(cursor: str | None) -> tuple[datetime, int] | None:
    """The time and the id in a cursor; None without one. Raises Problem."""
    if not cursor:
        return None
    match _read(cursor):
        case [str(at), int(id)] if 0 <= id <= LARGEST:
            try:
                time = datetime.fromisoformat(at)
            except ValueError:
                raise _bad() from None
            if time.tzinfo is not None and 1900 < time.year < 3000:
                return time, id
    raise _bad()


def _read(cursor: str) -> Any:
    if len(cursor) > LONGEST:
        raise _bad()
    try:
        return json.loads(base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        raise _bad() from None


def _bad() -> Problem:
    return Problem(404, "There is no such part of the list. Send the value of `next` as it was, or none.")
