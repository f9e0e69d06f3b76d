"""A Garmin account export: zips of all files that were ever uploaded, and a list of activities in JSON.

Nine in ten of the files are no activities (monitoring, settings): they are sorted out by their first message.
The list holds the names; distances are centimetres there and times milliseconds. `startTimeLocal` is the wall
clock written as if it were UTC. Members' names hold the owner's mail address, so no name is passed on.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO, Any

from secondwind.running.archives.facts import Facts
from secondwind.running.archives.members import Member
from secondwind.running.sports import kind_of

LIST = "summarizedactivities.json"
UPLOADS = "di-connect-uploaded-files"
LIST_KEY = "summarizedActivitiesExport"
PIECE = 2**20
LONGEST_ITEM = 8 * 2**20
MOST_ITEMS = 200_000
MOST_LIST_BYTES = 2**30
_MAIL = re.compile(r"[^\s/@]+@[^\s/@_]+(?:\.[^\s/@_]+)+")


def is_list(name: str) -> bool:
    """Whether a member is a list of activities."""
    return name.lower().endswith(LIST)


def without_mail(name: str) -> str:
    """A member's name without the owner's mail address."""
    return _MAIL.sub("owner", name)


def summaries(member: Member) -> Iterator[Facts]:
    """The activities of a list, one after the other; the list is never held as a whole."""
    with member.opener() as file:
        for item in _items(file):
            if (facts := _facts(item)) is not None:
                yield facts


def _items(file: IO[bytes]) -> Iterator[dict[str, Any]]:
    """The objects of the list. What is no JSON ends it."""
    decoder = json.JSONDecoder()
    text = codecs.getincrementaldecoder("utf-8")("replace")
    buffer, at, inside, total = "", 0, False, 0
    for _ in range(MOST_ITEMS):
        while True:
            if not inside and (found := buffer.find("[", buffer.find(f'"{LIST_KEY}"') + 1)) >= 0:
                inside = f'"{LIST_KEY}"' in buffer
                at = found + 1 if inside else 0
            item, end = _decoded(decoder, buffer, at) if inside else (None, at)
            if item is not None:
                break
            piece = file.read(PIECE)
            total += len(piece)
            if not piece or len(buffer) - at > LONGEST_ITEM or total > MOST_LIST_BYTES:
                return
            buffer, at = buffer[at:] + text.decode(piece), 0
        at = end
        yield item


def _decoded(decoder: json.JSONDecoder, buffer: str, at: int) -> tuple[dict[str, Any] | None, int]:
    """The next object of a list and where it ends; None when it is not there as a whole."""
    begin = re.compile(r"[\s,]*").match(buffer, at)
    start = begin.end() if begin else at
    if buffer[start : start + 1] != "{":
        return None, at
    try:
        item, end = decoder.raw_decode(buffer, start)
    except (ValueError, RecursionError):
        return None, at
    return item, end


def _facts(item: dict[str, Any]) -> Facts | None:
    begin = _number(item.get("beginTimestamp")) or _number(item.get("startTimeGmt"))
    if begin is None:
        return None
    local, gmt = _number(item.get("startTimeLocal")), _number(item.get("startTimeGmt")) or begin
    sport, sub_sport = kind_of(_text(item.get("activityType")) or _text(item.get("sportType")))
    try:
        start = datetime.fromtimestamp(begin / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return Facts(
        "garmin",
        id=str(item.get("activityId", ""))[:40],
        start=start,
        utc_offset_s=None if local is None else _offset(local - gmt),
        name=_text(item.get("name"))[:500],
        notes=_text(item.get("description")),
        sport=sport or "generic",
        sub_sport=sub_sport,
        distance_m=_scaled(item.get("distance"), 100),
        elapsed_s=_scaled(item.get("elapsedDuration"), 1000) or _scaled(item.get("duration"), 1000),
        moving_s=_scaled(item.get("movingDuration"), 1000),
        climb_m=_scaled(item.get("elevationGain"), 100),
        rpe=_scaled(item.get("workoutRpe"), 10),
    )


def _offset(milliseconds: float) -> int | None:
    quarters = round(milliseconds / 900_000)
    return quarters * 900 if abs(quarters) <= 60 else None


def _number(value: object) -> float | None:
    fine = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15
    return float(value) if fine else None  # type: ignore[arg-type] # a number, as was just asked


def _scaled(value: object, by: float) -> float | None:
    told = _number(value)
    return None if told is None else told / by


def _text(value: object) -> str:
    return value.strip()[:20_000] if isinstance(value, str) else ""
