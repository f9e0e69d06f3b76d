"""The runner's text, cut into pieces so that a page can mark what was understood."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from secondwind.clinic.model import Item, Source


@dataclass(frozen=True, slots=True)
class Understood:
    """One thing understood somewhere in the text: its meaning, its `state`, and the chip it belongs to.

    `state` is yes, no, unsure, aside (mentioned, not counted), other (another complaint) or drop.
    """

    item: Item
    meaning: str
    state: str
    chip: str = ""

    @property
    def spans(self) -> Iterator[tuple[int, int]]:
        """First and one past the last character of each of its places in the text."""
        return ((o.start, o.end) for o in self.item.origins if o.source is Source.WORDS and o.end > o.start)


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters and what was understood of it; `marks` is empty for plain text."""

    text: str
    marks: tuple[Understood, ...] = ()

    @property
    def state(self) -> str:
        return self.marks[0].state

    @property
    def chip(self) -> str:
        """The first chip that belongs to these words, if any."""
        return next((mark.chip for mark in self.marks if mark.chip), "")

    @property
    def meaning(self) -> str:
        return "; ".join(dict.fromkeys(mark.meaning for mark in self.marks))


def pieces(text: str, understood: Iterable[Understood]) -> list[Piece]:
    """The text in order, cut where something understood begins or ends; joined, it is the text again."""
    begin: defaultdict[int, list[Understood]] = defaultdict(list)
    end: defaultdict[int, list[Understood]] = defaultdict(list)
    for mark in understood:
        for first, past in mark.spans:
            begin[min(first, len(text))].append(mark)
            end[min(past, len(text))].append(mark)
    cut: list[Piece] = []
    active: list[Understood] = []
    for here, there in pairwise(sorted({0, len(text), *begin, *end})):
        active = [mark for mark in active if mark not in end[here]] + begin[here]
        cut.append(Piece(text[here:there], tuple(active)))
    return cut
