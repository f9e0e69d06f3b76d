"""What commands share that read a file or the standard input, and write JSON lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

LONGEST_TEXT = 100_000
"""Characters of one account; more is not an account."""


class BadLine(ValueError):
    """A line that cannot be worked on; the message says why."""


class BadFile(Exception):
    """The input cannot be read; the message says which and why."""


def read_bytes(name: str | None) -> bytes:
    """All of a file, or of the standard input for `-` and None. Raises BadFile."""
    if name in {None, "-"}:
        if sys.stdin.isatty():
            print("Write the account, then press Ctrl-D.", file=sys.stderr)
        return sys.stdin.buffer.read()
    try:
        return Path(str(name)).read_bytes()
    except OSError as error:
        raise BadFile(f"cannot read {name}: {error.strerror or error}") from None


def lines_of(name: str | None) -> Iterator[bytes]:
    """The same line by line, as they come."""
    if name in {None, "-"}:
        yield from sys.stdin.buffer
        return
    try:
        with Path(str(name)).open("rb") as file:
            yield from file
    except OSError as error:
        raise BadFile(f"cannot read {name}: {error.strerror or error}") from None


def each_line(name: str | None, work: Callable[[dict[str, Any]], dict[str, Any]]) -> int:
    """Write `work` of every JSON object of the input as one line; a bad line gives {"error", "line"} and the
    run goes on.

    The exit status: 1 when a line was bad, else 0. Blank lines are passed over. Raises BadFile.
    """
    status = 0
    for number, given in objects_of(name):
        try:
            if isinstance(given, BadLine):
                raise given
            result = work(given)
        except BadLine as error:
            status = 1
            result = {"error": str(error), "line": number}
            if isinstance(given, dict) and isinstance(given.get("id"), str | int):
                result["id"] = given["id"]
        write(result)
    return status


def objects_of(name: str | None) -> Iterator[tuple[int, dict[str, Any] | BadLine]]:
    """The number of each line that is not blank, and its object, or what is wrong with it. Raises BadFile."""
    for number, line in enumerate(lines_of(name), 1):
        if line.strip():
            try:
                yield number, _object(line)
            except BadLine as error:
                yield number, error


def id_of(given: dict[str, Any], default: str | None = None) -> str | int:
    """The id of a line, as it was given. Raises BadLine when it is no text or number, or missing without a
    default.
    """
    key = given.get("id", default)
    if key is None:
        raise BadLine("the key 'id' is missing")
    if isinstance(key, bool) or not isinstance(key, str | int):
        raise BadLine("'id' must be text or a number")
    return key


def write(value: dict[str, Any]) -> None:
    """One JSON object on one line of the standard output, at once."""
    try:
        sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    except UnicodeEncodeError:  # half a character in what was given, or an output that knows ASCII only
        sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def text_of(given: dict[str, Any], key: str = "text", *, required: bool = True) -> str:
    """The text that stands under a key. Raises BadLine when it is missing, no text or too long."""
    if key not in given and not required:
        return ""
    if key not in given:
        raise BadLine(f"the key {key!r} is missing")
    return checked_text(given[key], key)


def checked_text(text: object, what: str) -> str:
    """The text, when it is one and not too long. Raises BadLine."""
    if not isinstance(text, str):
        raise BadLine(f"{what!r} must be text, not {_kind(text)}")
    if len(text) > LONGEST_TEXT:
        raise BadLine(f"{what!r} has {len(text)} characters; at most {LONGEST_TEXT} are read")
    return text


def _object(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except UnicodeDecodeError:
        raise BadLine("not UTF-8 text") from None
    except (ValueError, RecursionError) as error:
        raise BadLine(f"not JSON: {error}") from None
    if not isinstance(value, dict):
        raise BadLine(f'a line must be an object such as {{"id": "1", "text": "..."}}, not {_kind(value)}')
    return value


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
