"""What is kept of an error in a job: its class and where it was raised, never its message.

A message may quote a member's words or address ("Key (email)=(…) already exists").
"""

import traceback
from pathlib import Path

import secondwind

PACKAGE = Path(secondwind.__file__).parent


def place_of(error: BaseException) -> str:
    """One line such as "ValueError at secondwind/forums/tasks.py:31": the innermost place in our own code."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if PACKAGE in Path(frame.filename).parents]
    if not frames:
        return name
    frame = (own or frames)[-1]
    return f"{name} at {_short(frame.filename)}:{frame.lineno}"


def trace_of(error: BaseException) -> str:
    """Every frame with its line of code, and `place_of` as the last line."""
    return "".join(traceback.format_tb(error.__traceback__)) + place_of(error)


def _short(filename: str) -> str:
    file = Path(filename)
    return file.relative_to(PACKAGE.parent).as_posix() if PACKAGE in file.parents else file.name
