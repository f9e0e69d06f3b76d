"""How many documents have a word, and what that says of the word."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log

from django.db.models import QuerySet

from secondwind.look.prepared import padded, prepared
from secondwind.search.models import Document, Word

ALL = ""  # the token of the row that counts all documents
SMALL = 2_000  # documents; so many are counted anew each time


@dataclass(frozen=True, slots=True)
class Counts:
    """In how many of `total` documents each token stands; one in none has no count."""

    by_token: Mapping[str, int]
    total: int

    def __getitem__(self, token: str) -> int:
        return self.by_token.get(token, 0)

    def rareness(self, token: str) -> float:
        """How much it tells that a text has the token: the inverse document frequency of BM25,
        log(1 + (N - n + ½) / (n + ½)) (S. Robertson and H. Zaragoza, "The probabilistic relevance framework",
        2009)."""
        count = self[token]
        return log(1 + (max(self.total, count) - count + 0.5) / (count + 0.5))

    def weights(self) -> dict[str, float]:
        """The rareness of every token that stands somewhere."""
        return {token: self.rareness(token) for token in self.by_token}

    def and_of(self, tokens: Iterable[str]) -> "Counts":
        """These and the counts of further tokens. 1 query."""
        return Counts({**self.by_token, **_rows(set(tokens) - self.by_token.keys())}, self.total)


def counts_of(tokens: Iterable[str]) -> Counts:
    """The counts of some tokens. 1 query, and 1 that counts the documents where there are not many."""
    rows = _rows({*tokens, ALL})
    total = rows.pop(ALL, 0)
    return Counts(rows, total if total > SMALL else Document.objects.count())


def _rows(tokens: set[str]) -> dict[str, int]:
    return dict(_counted(*padded(tokens))) if tokens else {}


@prepared
def _counted(*tokens: str) -> QuerySet[Word, tuple[str, int]]:
    return Word.objects.filter(token__in=tokens).values_list("token", "documents")
