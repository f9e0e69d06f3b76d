"""Why two cases are alike, and in what they contradict each other, in plain words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from secondwind.clinic.model import Kind
from secondwind.clinic.similarity.columns import Columns
from secondwind.clinic.similarity.pattern import Pattern, Vocabulary
from secondwind.clinic.similarity.postings import Rows

_RESULTS = {"helped": "tried", "abnormal": "done"}  # what makes the plainer fact go without saying


@dataclass(frozen=True, slots=True)
class Reason:
    """`weighty`: one of the contradictions is."""

    matching: tuple[str, ...]
    contradicting: tuple[str, ...]
    weighty: bool


class Reasons:
    """The reasons of one query."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        columns: Columns,
        pattern: Pattern,
        terms: Mapping[str, tuple[int, str]],
        frequency: Mapping[str, int],
    ) -> None:
        self.vocabulary, self.columns = vocabulary, columns
        self.pattern, self.terms, self.frequency = pattern, terms, frequency
        self.numbers = vocabulary.numbers

    def of(self, row: int) -> Reason:
        """The reasons for one row: places, what was said with the weightiest first, what fits, and words."""
        told = self.columns.told_of(row)
        where = self._where(self.columns.named_of(row))
        against = sorted(self._against(told), key=lambda pair: -pair[0])
        matching = [text for agrees, text in where if agrees]
        matching += [text for _, text in sorted(self._same(told), key=lambda pair: -pair[0])]
        matching += [text for _, text in sorted(self._near(told), key=lambda pair: -pair[0])]
        matching += [text for _, text in sorted(self._fitting(row), key=lambda pair: -pair[0])]
        matching += self._words(row, self.numbers.reasons_least - len(matching))
        contradicting = [text for agrees, text in where if not agrees]
        contradicting += [text for _, text in against]
        weighty = any(bits >= self.numbers.weighty for bits, _ in against)
        return Reason(tuple(dict.fromkeys(matching)), tuple(dict.fromkeys(contradicting)), weighty)

    # Places.

    def _where(self, there: tuple[int, ...]) -> list[tuple[bool, str]]:
        """(whether it agrees, words) for the places."""
        here = self.pattern.named
        if not here or not there:
            return []
        found = [self._meeting(a, b) for a in here for b in there]
        told = [(rank, text) for rank, text in found if rank < 3]
        if told:
            nearest = min(rank for rank, _ in told)
            return [(True, text) for rank, text in told if rank == nearest]
        return [(False, f"{self._place(here[0])} here, {self._place(there[0])} there")]

    def _meeting(self, a: int, b: int) -> tuple[int, str]:
        """0 and words for the same place, 1 for one within the other, 2 for neighbours, 3 for neither."""
        regions = self.vocabulary.known.regions
        one, other = (regions[self.vocabulary.regions[r]] for r in (a, b))
        if a == b:
            return 0, one.label
        if set(one.fine) & set(other.fine):
            return 1, f"{one.label} and {_lower(other.label)}"
        if any(n in other.fine for m in one.fine for n in regions[m].neighbours):
            return 2, f"{one.label}, next to {_lower(other.label)}"
        return 3, ""

    def _place(self, region: int) -> str:
        return self.vocabulary.known.regions[self.vocabulary.regions[region]].label

    # What was said.

    def _same(self, there: Mapping[int, bool]) -> Iterator[tuple[float, str]]:
        """(bits, words) of what both say."""
        here = self.pattern.told
        common = {f for f, yes in here.items() if there.get(f) is yes}
        for f in here:
            bits = self.vocabulary.bits(f, here[f])
            if f in common and bits and not self._goes_without_saying(f, common):
                yield bits, self._agreed(f, here[f])

    def _near(self, there: Mapping[int, bool]) -> Iterator[tuple[float, str]]:
        """(bits, words) of findings that stand next to each other, where neither runner speaks of both."""
        here = self.pattern.told
        for f, yes in here.items():
            for other in self.vocabulary.near.get(f, ()) if yes and f not in there else ():
                if there.get(other) and other not in here:
                    bits = min(self.vocabulary.bits(f, True), self.vocabulary.bits(other, True))
                    yield bits, f"{self._label(f)}, near to {self._label(other)}"

    def _fitting(self, row: int) -> Iterator[tuple[float, str]]:
        """(affinity, words) of the conditions that fit both."""
        for condition, weight in self.pattern.fits.items():
            if self.columns.fits.count(condition):
                rows, values = self.columns.fits.read(condition)
                at = _position(rows, row)
                affinity = weight * float(values[at]) if at is not None else 0.0
                if affinity >= self.numbers.fits_shown:
                    entry = self.vocabulary.known.conditions[self.vocabulary.conditions[condition]]
                    yield affinity, f"fits both: {entry.lay_name or entry.name}"

    def _goes_without_saying(self, feature: int, common: set[int]) -> bool:
        kind, id = self.vocabulary.keys[feature]
        return any(
            plain == kind and self.vocabulary.number[more, id] in common for more, plain in _RESULTS.items()
        )

    def _against(self, there: Mapping[int, bool]) -> Iterator[tuple[float, str]]:
        """(bits, words) of every contradiction: a yes against a no, and two yeses that hardly go together."""
        here = self.pattern.told
        for f, yes in here.items():
            if f in there and there[f] is not yes:
                bits = math.sqrt(self.vocabulary.bits(f, yes) * self.vocabulary.bits(f, not yes))
                if bits:
                    yield bits, self._disputed(f, yes)
            for other in self.vocabulary.opposites.get(f, ()) if yes else ():
                if there.get(other) and f not in there and other not in here:
                    bits = math.sqrt(self.vocabulary.bits(f, True) * self.vocabulary.bits(other, True))
                    yield bits, f"{self._label(f)} here, {self._label(other)} there"

    def _label(self, feature: int) -> str:
        kind, id = self.vocabulary.keys[feature]
        return self.vocabulary.known.label(_KINDS[kind], id)

    def _agreed(self, feature: int, yes: bool) -> str:
        kind, _ = self.vocabulary.keys[feature]
        return (_BOTH_YES if yes else _BOTH_NO)[kind].format(self._label(feature))

    def _disputed(self, feature: int, yes: bool) -> str:
        kind, _ = self.vocabulary.keys[feature]
        here, there = _DISPUTED[kind] if yes else reversed(_DISPUTED[kind])
        return f"{self._label(feature)}: {here} here, {there} there"

    # Words.

    def _words(self, row: int, needed: int) -> list[str]:
        """The rarest words that both write; those that many write only as far as they are needed."""
        most = max(2.0, self.numbers.word_share * len(self.columns.row))
        found = []
        for term, (_, words) in self.terms.items():
            if self.frequency[term]:
                rows, _ = self.columns.terms.read(term)
                if _position(rows, row) is not None:
                    found.append((self.frequency[term], words))
        shown = [
            f"both write “{words}”"
            for place, (count, words) in enumerate(sorted(found))
            if count <= most or place < needed
        ]
        return shown[: self.numbers.words_shown]


def _position(rows: Rows, row: int) -> int | None:
    """Where a row stands in a list."""
    at = int(rows.searchsorted(np.int32(row)))  # a number of the same size: or NumPy copies the list
    return at if at < len(rows) and rows[at] == row else None


_KINDS = {
    "finding": Kind.FINDING,
    "tried": Kind.TREATMENT,
    "helped": Kind.TREATMENT,
    "done": Kind.TEST,
    "abnormal": Kind.TEST,
    "suspected": Kind.SUSPICION,
}
_BOTH_YES = {
    "finding": "{}",
    "tried": "tried {}",
    "helped": "{} helped",
    "done": "had: {}",
    "abnormal": "{}: abnormal",
    "suspected": "{} suspected",
}
_BOTH_NO = {
    "finding": "not: {}",
    "helped": "{} did not help",
    "abnormal": "{}: clear",
    "suspected": "not: {}",
    "tried": "not tried: {}",
    "done": "not had: {}",
}
_DISPUTED = {
    "finding": ("yes", "no"),
    "tried": ("tried", "not"),
    "helped": ("helped", "did not help"),
    "done": ("done", "not"),
    "abnormal": ("abnormal", "clear"),
    "suspected": ("suspected", "ruled out"),
}


def _lower(label: str) -> str:
    return (
        label[:1].lower() + label[1:]
        if not label[:2].isupper() and not label.startswith("Achilles")
        else label
    )
