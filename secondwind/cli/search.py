"""`secondwind search`: bring the index of what members wrote up to date."""

import argparse
import os
import sys
from collections.abc import Sequence


def main(argv: Sequence[str]) -> int:
    """Put in what is missing and take out what does not belong. Always ends with 0."""
    parser = argparse.ArgumentParser(
        prog="secondwind search", description="The index that the search page asks."
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="rebuild")
    rebuild = verbs.add_parser(
        "rebuild",
        help="put in what is missing, take out what does not belong",
        description="Put in what is missing or was read by an older version, and take out what does not "
        "belong. It may run while the site is in use, and goes on where it was when it was stopped.",
    )
    rebuild.add_argument("--all", action="store_true", help="read every text again; each is found meanwhile")
    asked = parser.parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secondwind.config.settings")
    import django

    django.setup()
    from secondwind.search import rebuild as rebuilding
    from secondwind.search import words

    if asked.all:
        rebuilding.stale()
    changed = rebuilding.catch_up(_tell)
    words.count()
    if sys.stderr.isatty():
        print(file=sys.stderr)
    print(
        f"{changed} document{'' if changed == 1 else 's'} changed" if changed else "The index is up to date"
    )
    return 0


def _tell(kind: str, done: int, changed: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{kind}: {done:,} looked at, {changed:,} changed", end="", file=sys.stderr, flush=True)
