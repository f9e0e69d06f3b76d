"""What is asked of an index, in tokens."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple

MOST_RANKED = 600  # documents, the newest that fit: to rank more costs more than it tells (our judgement)
MOST_RANKED_OF_ANY = 2_000  # where any of the words will do, and most of the documents have a common one


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is looked for: all of `words` (side by side when `adjacent`), or one of `concepts`.

    `is_start`: the last of the words is the beginning of one.
    """

    words: tuple[str, ...]
    concepts: tuple[str, ...] = ()
    adjacent: bool = False
    is_start: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """Parts to be found, all of them or any, among the documents that have one token of each filter and none
    of `without`: to say what few documents have costs less than to say what nearly all have.
    """

    parts: tuple[Part, ...] = ()
    filters: tuple[tuple[str, ...], ...] = ()
    without: tuple[str, ...] = ()
    any: bool = False
    weights: Mapping[str, float] = field(default_factory=dict)  # token -> how rare it is
    expected: int = sys.maxsize  # documents at most, by what was counted some time ago

    @property
    def most_ranked(self) -> int:
        """How many documents are ranked at most: the newest."""
        return MOST_RANKED_OF_ANY if self.any else MOST_RANKED


class Found(NamedTuple):
    """The row of a document and how well it fits; a higher score is better."""

    id: int
    score: float


def best_of(ranked: Iterable[tuple[int, float]], titled: Sequence[int], limit: int) -> list[Found]:
    """The best of documents with their scores, newest first, with those `titled` that were too old to be
    ranked: they count like the one of their kind that fits least, or more than any where there is none."""
    scores = dict(ranked)
    there = [scores[id] for id in titled if id in scores]
    score = min(there) if there else max(scores.values(), default=0.0) * 1.1 + 0.1
    scores |= {id: score for id in titled if id not in scores}
    best = sorted(scores.items(), key=itemgetter(1), reverse=True)[:limit]  # of equals the newer stays first
    return [Found(id, score) for id, score in best]
