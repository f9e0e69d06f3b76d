"""`secondwind cases`: draft the cases of threads from what their askers wrote, and embed their accounts."""

import argparse
import os
import sys
from collections.abc import Sequence


def main(argv: Sequence[str]) -> int:
    """Read the threads that nobody read for cases yet, or embed accounts that wait. 0 is success; 2 where the
    sentence model is not there or damaged."""
    parser = argparse.ArgumentParser(
        prog="secondwind cases",
        description="draft: read the opening posts of threads that were not read yet and draft a case for "
        "each complaint; the site does it by itself, a hundred threads every five minutes. embed: work out "
        "with the optional sentence model what the accounts of cases mean; the site does it by itself, two "
        "hundred a minute. Both can be stopped and go on where they were.",
    )
    parser.add_argument(
        "command", choices=["draft", "embed"], help="draft the cases that are missing, or embed accounts"
    )
    parser.add_argument("--most", type=int, metavar="N", help="stop after so many")
    options = parser.parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secondwind.config.settings")
    import django

    django.setup()
    return _embed(options.most) if options.command == "embed" else _draft(options.most)


def _draft(most: int | None) -> int:
    from secondwind.forums.actions.cases import draft_waiting, waiting

    read, drafted = draft_waiting(most, _show if sys.stderr.isatty() else None)
    print(f"{read} threads read, {drafted} cases drafted, {waiting().count()} threads wait")
    return 0


def _embed(most: int | None) -> int:
    from secondwind.cases import meanings
    from secondwind.clinic.similarity.meaning import MeaningError

    if not meanings.used():
        print(
            "secondwind cases: the sentence model is not installed (`make meaning`) or switched off "
            "(SENTENCE_MODEL)", file=sys.stderr,
        )  # fmt: skip
        return 2
    try:
        embedded = meanings.embed_waiting(most, _show_embedded if sys.stderr.isatty() else None)
    except MeaningError as error:
        print(f"secondwind cases: {error}", file=sys.stderr)
        return 2
    print(f"{embedded} accounts embedded, {meanings.waiting().count()} wait")
    return 0


def _show_embedded(done: int, total: int) -> None:
    end = "\n" if done == total else ""
    print(f"\r{done:,} of {total:,} accounts embedded", end=end, file=sys.stderr, flush=True)


def _show(done: int, total: int, drafted: int) -> None:
    end = "\n" if done == total else ""
    print(f"\r{done:,} of {total:,} threads read, {drafted:,} cases", end=end, file=sys.stderr, flush=True)
