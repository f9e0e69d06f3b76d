"""What somebody typed, as parts to look for. Everything that they type is text: there are no operators."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from secondwind.search import analysis, synonyms
from secondwind.search.backends.asked import Part
from secondwind.search.counts import Counts, counts_of
from secondwind.search.spelling import PLAINLY_MORE, nearest

LONGEST = 2_000  # characters that are read of what is typed
FEW = 3  # documents; a word that more have was meant
SMALL = 20  # documents; in a smaller index every word is rare
MOST_PARTS = 12  # that must all be found; of more, any of the rarest


@dataclass(frozen=True, slots=True)
class Query:
    """The parts, and what is told of them.

    `mended`: the text as it is searched, when words were mended. `offered`: another one that may be meant.
    `weights`: how rare each token is. `expected`: how many documents can have all parts, at most. `also`:
    names of the same things, for the page.
    """

    parts: tuple[Part, ...]
    any: bool = False
    mended: str = ""
    offered: str = ""
    weights: dict[str, float] = field(default_factory=dict)
    expected: int = sys.maxsize
    also: tuple[str, ...] = ()

    @property
    def tokens(self) -> frozenset[str]:
        """Every token that a found text may have."""
        return frozenset(t for part in self.parts for t in (*part.words, *part.concepts))

    @property
    def has_several(self) -> bool:
        """Whether there are several words, so that some of them may be found without the others."""
        return not self.any and sum(len(part.words) for part in self.parts if not part.adjacent) > 1

    @property
    def apart(self) -> tuple[Part, ...]:
        """Each word and concept as a part of its own."""
        parts: list[Part] = []
        for part in self.parts:
            if part.adjacent:
                parts.append(part)
            else:
                parts += [Part((word,)) for word in part.words]
                parts += [Part((), part.concepts)] if part.concepts else []
        return tuple(parts)


@dataclass(frozen=True, slots=True)
class _Piece:
    part: Part
    start: int
    end: int


def parse(text: str, *, mend: bool = True) -> Query:
    """The query that a text makes. 2 database queries at most, and 1 for each word that hardly a document
    has, in a text of `MOST_PARTS` parts at most."""
    text = text[:LONGEST]
    pieces = list(_pieces(text))
    counts = counts_of(token for piece in pieces for token in (*piece.part.words, *piece.part.concepts))
    mend = mend and len(pieces) <= MOST_PARTS  # of more, the rarest are found without each being right
    mended, offered = (text, text) if mend else ("", "")
    for piece in reversed(pieces):  # from the end, so that the places of the others hold
        better, is_sure = _better(text, piece, counts) if mend else (None, False)
        if better:
            offered = offered[: piece.start] + better + offered[piece.end :]
        if better and is_sure:
            mended = mended[: piece.start] + better + mended[piece.end :]
    query = _query(pieces, counts)
    if mended not in ("", text):
        return replace(parse(mended, mend=False), mended=mended, offered="")
    return replace(query, offered=offered if offered != text else "")


def _query(pieces: Sequence[_Piece], counts: Counts) -> Query:
    weights = counts.weights()
    parts = list(dict.fromkeys(piece.part for piece in pieces))
    any_of = len(parts) > MOST_PARTS
    if any_of:
        parts = sorted(parts, key=lambda part: -_rareness_of(part, weights))[: 2 * MOST_PARTS]
    names = synonyms.names().first_names
    also = dict.fromkeys(names[concept] for part in parts for concept in part.concepts)
    expected = min((_documents(part, counts) for part in parts), default=0)
    return Query(
        tuple(parts), any=any_of, weights=weights, expected=sys.maxsize if any_of else expected,
        also=tuple(also),
    )  # fmt: skip


def _documents(part: Part, counts: Counts) -> int:
    """How many documents can have a part; of what was not counted so far, any number."""
    if part.is_start:
        return sys.maxsize
    with_words = min((counts[word] or sys.maxsize for word in part.words), default=0)
    return with_words + sum(counts[one] for one in part.concepts)


def _rareness_of(part: Part, weights: dict[str, float]) -> float:
    return max((weights.get(token, 0.0) for token in (*part.words, *part.concepts)), default=0.0)


def _pieces(text: str) -> Iterable[_Piece]:
    tokens = list(analysis.tokens(text))
    for row in _rows(tokens):
        if analysis.is_unspaced(row[0].text):
            yield _run(row)
        else:
            yield from _named(row)


def _rows(tokens: Sequence[analysis.Token]) -> Iterable[list[analysis.Token]]:
    """Tokens in rows of one kind: a run of a script without spaces, or words."""
    row: list[analysis.Token] = []
    for token in tokens:
        if row and not _goes_on(row[-1], token):
            yield row
            row = []
        row.append(token)
    if row:
        yield row


def _goes_on(last: analysis.Token, token: analysis.Token) -> bool:
    unspaced = analysis.is_unspaced(token.text)
    if unspaced != analysis.is_unspaced(last.text):
        return False
    return not unspaced or token.start == last.start + 1


def _run(row: Sequence[analysis.Token]) -> _Piece:
    """The pairs of a run side by side; a single character is the beginning of a pair."""
    pairs = row[:-1] or row
    part = Part(tuple(token.text for token in pairs), adjacent=True, is_start=len(row) == 1)
    return _Piece(part, row[0].start, row[-1].end)


def _named(row: Sequence[analysis.Token]) -> Iterable[_Piece]:
    """Words, those that name a concept together in one part."""
    stems = [token.text for token in row]
    found = sorted(synonyms.concepts(stems), key=lambda one: one.start - one.end)
    taken: dict[int, tuple[int, int]] = {}
    for one in found:
        span = (one.start, one.end)
        if all(taken.get(at, span) == span for at in range(*span)):
            taken.update(dict.fromkeys(range(*span), span))
    at = 0
    while at < len(row):
        start, end = taken.get(at, (at, at + 1))
        concepts = tuple(dict.fromkeys(one.concept for one in found if (one.start, one.end) == (start, end)))
        yield _Piece(Part(tuple(stems[start:end]), concepts), row[start].start, row[end - 1].end)
        at = end


def _better(text: str, piece: _Piece, counts: Counts) -> tuple[str | None, bool]:
    """A word that may have been meant instead, and whether it must have been: nobody wrote the one here."""
    part = piece.part
    if part.adjacent or part.concepts or len(part.words) != 1:
        return None, False
    here = counts[part.words[0]]
    if here > FEW or (here and counts.total < SMALL):
        return None, False
    near = nearest(text[piece.start : piece.end], part.words[0])
    if near is None or (here and near.documents < PLAINLY_MORE * here):
        return None, False
    return near.shown, here == 0
