"""An index of cases that grows by one case at a time, and the search in it.

For a query and each case:

    fit      place_least + (1 - place_least) * cosine of the places ^ place_power;
             place_unknown when one of the two tells no place
    said     (1 + F) / 2, F the cosine of what was said with `prior_bits` on each side and every
             contradiction counted `contradiction` times; max(F, 0) when one tells no place
    likeness (1 - fits_weight) * said + fits_weight * affinity of what fits both
    words    BM25 as a share of `text_full` of what the query scores against itself, at most 1
    score    (1 - text_weight) * fit * likeness + text_weight * sqrt(fit) * words; a place may have been
             misread, so words count for more than it alone would allow, when the query tells one

Every step adds number by number, in the order of the query, so a score does not depend on where a case lies
in memory. Scores are compared to four decimals; a case with a recorded outcome comes before an equal one
without, then the smaller id.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from threading import RLock

import numpy as np
from numpy.typing import NDArray

from secondwind.clinic.knowledge import Knowledge, load
from secondwind.clinic.model import Case
from secondwind.clinic.similarity import snapshot
from secondwind.clinic.similarity.columns import Columns
from secondwind.clinic.similarity.pattern import Pattern, Vocabulary
from secondwind.clinic.similarity.postings import Postings
from secondwind.clinic.similarity.reasons import Reasons
from secondwind.clinic.similarity.words import Analyser

Floats = NDArray[np.float32]
Terms = Mapping[str, tuple[int, str]]

_DIGITS = 10_000  # scores are compared to four decimals
_DEAD = 256  # removed rows that are always put up with
_READ = 500_000  # entries of word lists that one search reads; the rarest words come first


class Mode(StrEnum):
    """What a search goes by."""

    BOTH = "both"
    PATTERN = "pattern"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Match:
    """A similar case. `score` is 0 to 1.

    `matching` and `contradicting` say in plain words what the two have in common and every item in which they
    contradict each other, the weightiest first; "here" is the query, "there" the match. `same_pattern`: the
    pattern is close and nothing weighty contradicts.
    """

    id: str
    score: float
    matching: tuple[str, ...]
    contradicting: tuple[str, ...]
    same_pattern: bool = False


class Index:
    """Cases by id. It may be used from several threads; a search waits for an addition and the other way
    round.
    """

    def __init__(self, knowledge: Knowledge | None = None) -> None:
        self.known = knowledge or load()
        self.vocabulary = Vocabulary.of(self.known)
        self.analyser = Analyser.of(self.known)
        self.columns = Columns()
        self._length = 0.0
        self._lock = RLock()

    def __len__(self) -> int:
        return len(self.columns.row)

    def __contains__(self, id: str) -> bool:
        return id in self.columns.row

    def add(self, id: str, case: Case, text: str = "", has_outcome: bool = False) -> None:
        """Put a case in, in the place of an earlier one of the same id."""
        pattern = self.vocabulary.pattern(case)
        terms = [(term, count) for term, (count, _) in self.analyser.terms(text).items()]
        with self._lock:
            self.remove(id)
            self.columns.append(id, pattern, terms, has_outcome)
            self._length += self.columns.length[-1]

    def remove(self, id: str) -> bool:
        """Take a case out; whether it was there."""
        with self._lock:
            if id not in self.columns.row:
                return False
            self._length -= self.columns.length[self.columns.row[id]]
            self.columns.remove(id)
            if self.columns.dead > max(_DEAD, len(self) // 2):
                self.columns.compact()
            return True

    def search(
        self,
        case: Case,
        text: str = "",
        limit: int = 20,
        exclude: Collection[str] = (),
        *,
        mode: Mode = Mode.BOTH,
    ) -> list[Match]:
        """The cases most like this one, best first; none when nothing is above the floor.

        `exclude` are ids to leave out. Every match has at least `reasons_least` things in common.
        """
        if limit < 1:
            return []
        pattern = self.vocabulary.pattern(case if mode is not Mode.TEXT else Case())
        terms = self.analyser.terms(text if mode is not Mode.PATTERN else "")
        with self._lock:
            scores = _Scores(self, pattern, terms, mode)
            reasons = Reasons(self.vocabulary, self.columns, pattern, terms, scores.frequency)
            found: list[Match] = []
            for row, score in scores.ordered(exclude, limit):
                reason = reasons.of(row)
                if len(reason.matching) < self.known.likeness.reasons_least:
                    continue
                same = bool(scores.pattern[row] >= self.known.likeness.same_pattern) and not reason.weighty
                found.append(
                    Match(str(self.columns.ids[row]), score, reason.matching, reason.contradicting, same)
                )
                if len(found) == limit:
                    break
            return found

    def to_bytes(self) -> bytes:
        """The whole index, to be kept outside; it holds no words in their order, and no names but the ids."""
        with self._lock:
            if self.columns.dead:
                self.columns.compact()
            return snapshot.pack(self.columns, self.known.version)

    @classmethod
    def from_bytes(cls, data: bytes, knowledge: Knowledge | None = None) -> Index:
        """The index that `to_bytes` gave. Raises SnapshotError when it is damaged or was made by other
        knowledge: then fill a new one.
        """
        index = cls(knowledge)
        index.columns = snapshot.unpack(data, index.known.version)
        index._length = math.fsum(index.columns.length)
        return index


class _Scores:
    """The scores of all rows for one query."""

    def __init__(self, index: Index, pattern: Pattern, terms: Terms, mode: Mode) -> None:
        self.columns, self.numbers = index.columns, index.known.likeness
        self.frequency = {term: index.columns.frequency(term) for term in terms}
        n = self.numbers
        size = len(self.columns)
        if not size:
            self.pattern = self.score = np.zeros(0, np.float32)
            return
        words = self._words(terms, index._length) if terms else np.zeros(size, np.float32)
        self.pattern = np.zeros(size, np.float32)
        self.floor = n.text_floor if mode is Mode.TEXT else n.floor
        if mode is Mode.TEXT:
            self.score = words
            return
        both = np.frombuffer(self.columns.placed, np.bool_) & bool(pattern.places)
        places = self._cosine(pattern.places, self.columns.places) ** n.place_power
        fit = np.where(both, n.place_least + (1 - n.place_least) * places, np.float32(n.place_unknown))
        agreed = self._said(pattern)
        said = np.where(both, (1 + agreed) / 2, np.maximum(agreed, 0))
        affinity = self._cosine(pattern.fits, self.columns.fits)
        likeness = (1 - n.fits_weight) * said + n.fits_weight * affinity
        self.pattern = fit * likeness
        share = n.text_weight if mode is Mode.BOTH else 0.0
        where: Floats = np.sqrt(fit) if pattern.places else fit
        self.score = (1 - share) * self.pattern + share * where * words

    def _cosine(self, weights: Mapping[int, float], postings: Postings[int]) -> Floats:
        """The product of a vector with that of each row; both have length one, or less."""
        cosine = np.zeros(len(self.columns), np.float32)
        for key, weight in weights.items():
            if postings.count(key):
                rows, values = postings.read(key)
                cosine[rows] += values * np.float32(weight)
        return np.minimum(cosine, 1.0)

    def _said(self, pattern: Pattern) -> Floats:
        """The cosine of what was said, -1 to 1."""
        total = np.zeros(len(self.columns), np.float32)
        further = np.float32(self.numbers.contradiction - 1)
        for feature, weight in pattern.features.items():
            if self.columns.features.count(feature):
                rows, values = self.columns.features.read(feature)
                product = values * np.float32(weight)
                product += further * np.minimum(product, 0)
                total[rows] += product
        prior = self.numbers.prior_bits
        total /= np.sqrt((np.frombuffer(self.columns.bits, np.float32) + prior) * (pattern.bits + prior))
        return np.clip(total, -1.0, 1.0, out=total)

    def _words(self, terms: Terms, length: float) -> Floats:
        """BM25 of every row as a share of what the query scores against itself."""
        n, columns = self.numbers, self.columns
        cases = len(columns.row)
        mean = max(1.0, length / cases) if cases else 1.0
        k, b = n.bm25_k1, n.bm25_b
        norm = k * (1 - b + b * np.frombuffer(columns.length, np.float32) / mean)
        own = k * (1 - b + b * sum(count for count, _ in terms.values()) / mean)
        total, against_itself = np.zeros(len(columns), np.float32), 0.0
        for term, idf, affordable in self._by_rarity(cases):
            count = terms[term][0]
            against_itself += idf * (k + 1) * count / (count + own)
            if affordable:
                rows, counts = columns.terms.read(term)
                tf = counts.astype(np.float32)
                total[rows] += np.float32(idf * (k + 1)) * tf / (tf + norm[rows])
        if not against_itself:
            return total
        total /= np.float32(against_itself * n.text_full)
        return np.minimum(total, 1.0, out=total)

    def _by_rarity(self, cases: int) -> Iterator[tuple[str, float, bool]]:
        """(term, idf, whether its list is read), the rarest first: what is in nearly every case says nearly
        nothing and costs most.
        """
        read = 0
        for count, term in sorted((count, term) for term, count in self.frequency.items()):
            read += count
            idf = math.log(1 + (cases - count + 0.5) / (count + 0.5))
            yield term, idf, count > 0 and read <= _READ

    def ordered(self, exclude: Collection[str], at_once: int) -> Iterator[tuple[int, float]]:
        """(row, score) of everything above the floor, best first."""
        columns = self.columns
        if not len(columns):
            return
        rank = np.rint(self.score * _DIGITS).astype(np.int64)
        allowed = columns.living() & (rank >= round(self.floor * _DIGITS))
        for id in exclude:
            if id in columns.row:
                allowed[columns.row[id]] = False
        rank = 2 * rank + np.frombuffer(columns.outcome, np.uint8)
        rows = np.flatnonzero(allowed)
        size = max(1, 2 * at_once)
        while len(rows):
            keys = rank[rows]
            least = np.partition(keys, len(keys) - size)[len(keys) - size] if size < len(keys) else keys.min()
            first = rows[keys >= least]
            for row in sorted(first.tolist(), key=lambda r: (-int(rank[r]), str(columns.ids[r]))):
                yield row, int(rank[row] // 2) / _DIGITS
            rows = rows[keys < least]
