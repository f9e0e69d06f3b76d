"""An index of cases that grows by one case at a time, and the search in it.

For a query and each case:

    fit      place_least + (1 - place_least) * cosine of the places ^ place_power;
             place_unknown when one of the two tells no place
    said     (1 + F) / 2, F the cosine of what was said with `prior_bits` on each side and every
             contradiction counted `contradiction` times; max(F, 0) when one tells no place
    likeness (1 - fits_weight) * said + fits_weight * affinity of what fits both
    words    BM25 as a share of `text_full` of what the query scores against itself, at most 1
    meaning  the cosine of the vectors of the two texts, where both have one (`meaning`), from 0 at
             `meaning_none` to 1 at `meaning_full`
    text     1 - (1 - words) * (1 - meaning_weight * meaning): either can tell that two texts are alike
    score    (1 - text_weight) * fit * likeness + text_weight * sqrt(fit) * text; a place may have been
             misread, so words count for more than it alone would allow, when the query tells one

Meaning is worked out for the cases whose vectors are nearest and for those that score best without it; of
more than a few thousand it would be 0 for the others, which are in neither list.

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
from secondwind.clinic.similarity.meaning import Vector
from secondwind.clinic.similarity.pattern import Pattern, Vocabulary
from secondwind.clinic.similarity.postings import Postings
from secondwind.clinic.similarity.reasons import Reasons
from secondwind.clinic.similarity.words import Analyser

Floats = NDArray[np.float32]
Terms = Mapping[str, tuple[int, str]]

_DIGITS = 10_000  # scores are compared to four decimals
_DEAD = 256  # removed rows that are always put up with
_NEAR = 500  # cases of the nearest vectors, and of the best without them, whose meaning is compared
_READ = 500_000  # entries of word lists that one search reads; the rarest words come first
_MEANT = "the two accounts mean much the same"


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

    def add(
        self,
        id: str,
        case: Case,
        text: str = "",
        has_outcome: bool = False,
        vector: Vector | None = None,
    ) -> None:
        """Put a case in, in the place of an earlier one of the same id; `vector` is that of its text, float16
        (384,), where there is a model.
        """
        pattern = self.vocabulary.pattern(case)
        terms = [(term, count) for term, (count, _) in self.analyser.terms(text).items()]
        with self._lock:
            self.remove(id)
            self.columns.append(id, pattern, terms, has_outcome, vector)
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

    @property
    def has_vectors(self) -> bool:
        """Whether any case has one."""
        return bool(len(self.columns.vectors))

    def vector_of(self, id: str) -> Vector | None:
        """The vector that a case was put in with."""
        with self._lock:
            row = self.columns.row.get(id)
            return None if row is None else self.columns.vectors.of(row)

    def search(
        self,
        case: Case,
        text: str = "",
        limit: int = 20,
        exclude: Collection[str] = (),
        *,
        vector: Vector | None = None,
        mode: Mode = Mode.BOTH,
    ) -> list[Match]:
        """The cases most like this one, best first; none when nothing is above the floor.

        `exclude` are ids to leave out, `vector` is that of the text, where there is a model. Every match has
        at least `reasons_least` things in common; by text alone it is enough that it means the same.
        """
        if limit < 1:
            return []
        pattern = self.vocabulary.pattern(case if mode is not Mode.TEXT else Case())
        terms = self.analyser.terms(text if mode is not Mode.PATTERN else "")
        with self._lock:
            scores = _Scores(self, pattern, terms, None if mode is Mode.PATTERN else vector, mode)
            reasons = Reasons(self.vocabulary, self.columns, pattern, terms, scores.frequency)
            found: list[Match] = []
            for row, score in scores.ordered(exclude, limit):
                reason = reasons.of(row)
                meant = scores.meaning.get(row, 0.0) >= self.known.likeness.meaning_shown
                enough = len(reason.matching) >= self.known.likeness.reasons_least
                if not enough and not (meant and mode is Mode.TEXT):
                    continue
                matching = (*reason.matching, *((_MEANT,) if meant else ()))
                same = bool(scores.pattern[row] >= self.known.likeness.same_pattern) and not reason.weighty
                found.append(Match(str(self.columns.ids[row]), score, matching, reason.contradicting, same))
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
    """The scores of all rows for one query. `meaning` holds what was worked out of it, by row."""

    def __init__(
        self, index: Index, pattern: Pattern, terms: Terms, vector: Vector | None, mode: Mode
    ) -> None:
        self.columns, self.numbers = index.columns, index.known.likeness
        self.frequency = {term: index.columns.frequency(term) for term in terms}
        self.meaning: dict[int, float] = {}
        n = self.numbers
        size = len(self.columns)
        if not size:
            self.pattern = self.score = np.zeros(0, np.float32)
            return
        self.floor = n.text_floor if mode is Mode.TEXT else n.floor
        words = self._words(terms, index._length) if terms else np.zeros(size, np.float32)
        where: Floats = np.ones(size, np.float32)
        self.pattern = np.zeros(size, np.float32)
        share = {Mode.TEXT: 1.0, Mode.PATTERN: 0.0, Mode.BOTH: n.text_weight}[mode]
        if mode is not Mode.TEXT:
            fit, likeness = self._fit(pattern), self._likeness(pattern)
            self.pattern = fit * likeness
            where = fit ** np.float32(0.5) if pattern.places else fit
        self.score = (1 - share) * self.pattern + share * where * words
        if vector is not None and len(self.columns.vectors):
            rows, meaning = self._meaning(vector)
            text = 1 - (1 - words[rows]) * (1 - np.float32(n.meaning_weight) * meaning)
            self.score[rows] = (1 - share) * self.pattern[rows] + share * where[rows] * text
            self.meaning = dict(zip(rows.tolist(), meaning.tolist(), strict=True))

    def _fit(self, pattern: Pattern) -> Floats:
        """How well the places go together."""
        n = self.numbers
        places: Floats = np.minimum(self.columns.places.product(pattern.places), np.float32(1))
        fit: Floats = n.place_least + (1 - n.place_least) * places**n.place_power
        fit[~self._placed(pattern)] = n.place_unknown
        return fit

    def _likeness(self, pattern: Pattern) -> Floats:
        """How alike the two are in what was said and in what fits."""
        n = self.numbers
        agreed = self._said(pattern)
        said = np.where(self._placed(pattern), (1 + agreed) / 2, np.maximum(agreed, 0))
        affinity = self._cosine(pattern.fits, self.columns.fits)
        likeness: Floats = (1 - n.fits_weight) * said + n.fits_weight * affinity
        return likeness

    def _placed(self, pattern: Pattern) -> NDArray[np.bool_]:
        return np.frombuffer(self.columns.placed, np.bool_) & bool(pattern.places)

    def _meaning(self, vector: Vector) -> tuple[NDArray[np.int32], Floats]:
        """Rows, and how much they mean the same, 0 to 1: of those that are near, and of those that are best
        without it.
        """
        n, vectors, living = self.numbers, self.columns.vectors, self.columns.living()
        near = vectors.near(vector, living, _NEAR)
        best = np.flatnonzero(living).astype(np.int32)
        if len(best) > _NEAR:
            rank = np.rint(self.score[best] * _DIGITS)
            best = best[rank >= np.partition(rank, len(rank) - _NEAR)[len(rank) - _NEAR]]
        rows, at = vectors.having(np.union1d(near, best[self.score[best] > 0]))
        cosines = vectors.cosines(vector, at)
        meaning: Floats = (cosines - n.meaning_none) / (n.meaning_full - n.meaning_none)
        return rows, np.clip(meaning, 0.0, 1.0)

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
