"""`secondwind cases`: draft the cases of threads from what their askers wrote."""

import argparse
import os
import sys
from collections.abc import Sequence


def main(argv: Sequence[str]) -> int:
    """Read the threads that nobody read for cases yet. 0 is success."""
    parser = argparse.ArgumentParser(
        prog="secondwind cases",
        description="Read the opening posts of threads that were not read yet and draft a case for each "
        "complaint. The site does it by itself, a hundred threads every five minutes. It can be stopped "
        "and goes on where it was.",
    )
    parser.add_argument("command", choices=["draft"], help="draft the cases that are missing")
    parser.add_argument("--most", type=int, metavar="N", help="stop after so many threads")
    options = parser.parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secondwind.config.settings")
    import django

    django.setup()
    from secondwind.forums.actions.cases import draft_waiting, waiting

    read, drafted = draft_waiting(options.most, _show if sys.stderr.isatty() else None)
    print(f"{read} threads read, {drafted} cases drafted, {waiting().count()} threads wait")
    return 0


def _show(done: int, total: int, drafted: int) -> None:
    end = "\n" if done == total else ""
    print(f"\r{done:,} of {total:,} threads read, {drafted:,} cases", end=end, file=sys.stderr, flush=True)
