"""`secondwind case`: accounts and forum pages as cases."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from secondwind.cli.lines import BadFile, each_line, id_of, text_of
from secondwind.clinic import extract, load
from secondwind.clinic.knowledge import KnowledgeError


def main(argv: Sequence[str]) -> int:
    """Run the command; 0, or 1 when a line was bad, or 2 when it could not start."""
    options = _parser().parse_args(argv)
    try:
        load()
        return each_line(options.file, _extract)
    except (BadFile, KnowledgeError) as error:
        print(f"secondwind case: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="secondwind case", description="Read accounts and forum pages into cases."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    one = commands.add_parser(
        "extract",
        help="a coarse view of the case of each thread page",
        description='JSON lines {"id", "title", "text"} of whole pages in; one object a line out.',
    )
    one.add_argument(
        "file", nargs="?", metavar="FILE", help="the lines; - or nothing reads the standard input"
    )
    return parser


def _extract(given: dict[str, Any]) -> dict[str, Any]:
    key = str(id_of(given, ""))
    return extract(text_of(given, "title", required=False), text_of(given), key)
