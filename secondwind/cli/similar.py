"""`secondwind similar`: the accounts of one file that are most like those of another, and why."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from secondwind.cli.lines import BadFile, BadLine, id_of, objects_of, text_of, write
from secondwind.clinic import load
from secondwind.clinic.knowledge import KnowledgeError
from secondwind.clinic.similarity import Account, Index, Match, Mode, account_of, meaning

LIMIT = 20
_TELL_EVERY = 500  # lines after which a terminal is told how far it is


def main(argv: Sequence[str]) -> int:
    """Run the command; 0, or 1 when a line was bad, or 2 when it could not start."""
    options = _parser().parse_args(argv)
    if options.corpus == options.queries == "-":
        print("secondwind similar: only one of the two can be the standard input", file=sys.stderr)
        return 2
    try:
        load()
        wanted = options.meaning and options.mode is not Mode.PATTERN
        return _Run(options.mode, meaning.model() if wanted else None).run(options.corpus, options.queries)
    except (BadFile, KnowledgeError, meaning.MeaningError) as error:
        print(f"secondwind similar: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="secondwind similar",
        description="Find the accounts of a corpus that are most like each query, by what was said and where"
        " it hurts, by words and, where the sentence model is installed (`make meaning`), by what they mean;"
        " and say why.",
        epilog='Lines are {"id", "title", "text"}: whole thread pages or bare accounts; the title may go. Out'
        f' comes {{"query_id", "ranked_ids", "reasons"}} a line: at most {LIMIT} ids, best first, none when'
        " nothing is similar. A query that is in the corpus under the same id is not its own answer. A bad"
        ' line gives {"error", "file", "line"}, and the run goes on.',
    )
    parser.add_argument(
        "--corpus", required=True, metavar="FILE", help="the accounts to search in; - for stdin"
    )
    parser.add_argument("--queries", required=True, metavar="FILE", help="the accounts to search for")
    half = parser.add_mutually_exclusive_group()
    half.add_argument(
        "--text-only",
        dest="mode",
        action="store_const",
        const=Mode.TEXT,
        help="by the text alone: words, and meaning",
    )
    half.add_argument(
        "--pattern-only", dest="mode", action="store_const", const=Mode.PATTERN, help="by the pattern alone"
    )
    parser.add_argument(
        "--no-meaning", dest="meaning", action="store_false", help="leave the sentence model out"
    )
    parser.set_defaults(mode=Mode.BOTH)
    return parser


class _Run:
    """One run: the corpus goes into an index, then each query is answered. `status` is 1 after a bad line."""

    def __init__(self, mode: Mode, model: meaning.Model | None) -> None:
        self.mode, self.model = mode, model
        self.index = Index()
        self.given_as: dict[str, str | int] = {}
        self.status = 0

    def run(self, corpus: str, queries: str) -> int:
        for id, account in self.accounts(corpus, "corpus"):
            self.given_as[_key(id)] = id
            self.index.add(_key(id), account.case, account.text, account.has_outcome, self.vector(account))
        for id, account in self.accounts(queries, "queries"):
            found = self.index.search(
                account.case, account.text, LIMIT, (_key(id),), vector=self.vector(account), mode=self.mode
            )
            write(self.answer(id, found))
        return self.status

    def vector(self, account: Account) -> meaning.Vector | None:
        return self.model.embed(account.text) if self.model else None

    def answer(self, id: str | int, found: list[Match]) -> dict[str, Any]:
        ids = [self.given_as[m.id] for m in found]
        reasons = [
            {
                "id": given,
                "score": m.score,
                "same_pattern": m.same_pattern,
                "matching": list(m.matching),
                "contradicting": list(m.contradicting),
            }
            for given, m in zip(ids, found, strict=True)
        ]
        return {"query_id": id, "ranked_ids": ids, "reasons": reasons}

    def accounts(self, name: str, file: str) -> Iterator[tuple[str | int, Account]]:
        """The readable lines of a file; of the others the error is written. An id counts once in the
        corpus.
        """
        for count, (number, given) in enumerate(objects_of(name), 1):
            try:
                if isinstance(given, BadLine):
                    raise given
                id, account = _account(given)
                if file == "corpus" and _key(id) in self.given_as:
                    raise BadLine(f"the id {id!r} stands on an earlier line too")
            except BadLine as error:
                self.status = 1
                write({"error": str(error), "file": file, "line": number})
                continue
            yield id, account
            if sys.stderr.isatty() and count % _TELL_EVERY == 0:
                print(f"{count} lines of the {file} read", file=sys.stderr)


def _account(given: dict[str, Any]) -> tuple[str | int, Account]:
    title = text_of(given, "title", required=False)
    return id_of(given), account_of(title, text_of(given))


def _key(id: str | int) -> str:
    """An id as the index wants it: the number 7 and the text "7" are two."""
    return json.dumps(id, ensure_ascii=False)
