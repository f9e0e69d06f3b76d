"""`secondwind runs`: watch files in, what they hold out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from secondwind.cli.lines import write
from secondwind.running.activity import Activity
from secondwind.running.files import LIMITS, NotAnActivity, Unreadable, read
from secondwind.running.formulas import clock
from secondwind.running.terrain import moving_s, survey


def main(argv: Sequence[str]) -> int:
    """Run the command; 0, or 1 when a file could not be read."""
    options = _parser().parse_args(argv)
    status = 0
    for name in options.file:
        told = _told(name)
        status = status or int("error" in told)
        if options.json:
            write(told)
        else:
            print("\n".join(_plain(told)), flush=True)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="secondwind runs", description="Look into watch files: FIT, GPX, TCX, gzipped or not."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    one = commands.add_parser(
        "read",
        help="what files hold, with terrain measured from their tracks",
        description="One object a file: file, sport, start (UTC), offset (of local time), distance_m,"
        " elapsed_s, moving_s, records, climb_m, descent_m, switchbacks, warnings; or error. A file with"
        " several activities also has them in activities. The status is 1 when a file could not be read.",
    )
    one.add_argument("file", nargs="+", metavar="FILE", help="a file; - reads the standard input")
    one.add_argument("--json", action="store_true", help="a JSON object a line")
    return parser


def _told(name: str) -> dict[str, Any]:
    """What is to be said of one file; never raises for what a file may be."""
    try:
        found = read(name, _bytes(name))
    except NotAnActivity as error:
        return {"file": name, "error": str(error), "kind": error.kind}
    except Unreadable as error:
        return {"file": name, "error": str(error)}
    except OSError as error:
        return {"file": name, "error": f"The file cannot be opened: {error.strerror or error}."}
    except Exception as error:  # noqa: BLE001  a fault of ours with one file must not stop the others
        return {"file": name, "error": f"Reading failed in a way that was not foreseen ({error!r})."}
    parts = [_one(activity) for activity in found]
    if len(parts) == 1:
        return {"file": name, **parts[0]}
    return {"file": name, **_sum(parts), "activities": parts}


def _bytes(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read(LIMITS.file_bytes + 1)
    with Path(name).open("rb") as file:
        return file.read(LIMITS.file_bytes + 1)  # one more than is read, so that a larger file is told so


def _one(activity: Activity) -> dict[str, Any]:
    terrain = survey(activity)
    return {
        "sport": activity.sport or None,
        "sub_sport": activity.sub_sport or None,
        "start": _iso(activity),
        "offset": _offset(activity.utc_offset_s),
        "distance_m": _rounded(activity.distance_m),
        "elapsed_s": _rounded(activity.elapsed_s),
        "moving_s": _rounded(moving_s(activity)),
        "records": len(activity.samples),
        "climb_m": _rounded(terrain.climb_m if terrain else None),
        "descent_m": _rounded(terrain.descent_m if terrain else None),
        "switchbacks": terrain.switchbacks if terrain else None,
        "warnings": list(activity.warnings),
    }


def _sum(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """The whole of several activities; a value that none of them has stays unknown."""
    whole: dict[str, Any] = {"sport": "|".join(p["sport"] or "unknown" for p in parts)}
    whole["start"] = min((p["start"] for p in parts if p["start"]), default=None)
    whole["offset"] = parts[0]["offset"]
    for name in ("distance_m", "elapsed_s", "moving_s", "records", "climb_m", "descent_m", "switchbacks"):
        known = [p[name] for p in parts if p[name] is not None]
        whole[name] = _rounded(sum(known)) if known else None
    whole["warnings"] = list(dict.fromkeys(w for p in parts for w in p["warnings"]))
    return whole


def _iso(activity: Activity) -> str | None:
    if activity.start is None:
        return None
    spec = "milliseconds" if activity.start.microsecond else "seconds"
    return activity.start.isoformat(timespec=spec).replace("+00:00", "Z")


def _offset(seconds: int | None) -> str | None:
    if seconds is None:
        return None
    hours, rest = divmod(abs(seconds), 3600)
    return f"{'-' if seconds < 0 else '+'}{hours:02}:{rest // 60:02}"


def _rounded(value: float | None) -> float | int | None:
    return value if value is None or isinstance(value, int) else round(value, 2)


def _plain(told: dict[str, Any]) -> list[str]:
    if "error" in told:
        return [told["file"], f"  {told['error']}"]
    lines = [told["file"]]
    for part in told.get("activities", [told]):
        lines.append("  " + ", ".join(_facts(part)))
        lines += [f"    {warning}" for warning in part["warnings"]]
    return lines


def _facts(part: dict[str, Any]) -> list[str]:
    facts = [part["start"] or "no date", part["sport"] or "sport unknown"]
    if part["distance_m"] is not None:
        facts.append(f"{part['distance_m'] / 1000:.2f} km")
    if part["elapsed_s"] is not None:
        facts.append(clock(part["elapsed_s"]))
    if part["climb_m"] is not None:
        facts.append(f"{part['climb_m']:.0f} m up, {part['descent_m']:.0f} m down")
    if part["switchbacks"]:
        facts.append(f"{part['switchbacks']} switchbacks")
    return [*facts, f"{part['records']} samples"]
