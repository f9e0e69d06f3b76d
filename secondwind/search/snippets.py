"""The part of a text that says best why it was found, with the words that were looked for marked."""

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from secondwind.search import analysis, synonyms
from secondwind.search.analysis import Token

LENGTH = 240  # characters, about
BEFORE = 60  # of these before the first word that was found


class Run(NamedTuple):
    """Some of a text; `is_match` when it is what was looked for."""

    text: str
    is_match: bool


def snippet(text: str, tokens: Collection[str], length: int = LENGTH) -> list[Run]:
    """The stretch of `text` with the most different ones of `tokens`, as runs; its beginning without any."""
    matches = _matches(text, tokens)
    start = _best_start(matches, length)
    start = _word_start(text, max(0, start - BEFORE)) if start else 0
    end = _word_end(text, start + length)
    runs = [Run("… ", False)] if start else []
    runs += _runs(text, start, end, [(a, b) for _, a, b in matches if a >= start and b <= end])
    return [*runs, *([Run(" …", False)] if end < len(text) else [])]


def marked(text: str, tokens: Collection[str]) -> list[Run]:
    """A whole line, such as a title, as runs."""
    return _runs(text, 0, len(text), [(a, b) for _, a, b in _matches(text, tokens)])


def _matches(text: str, tokens: Collection[str]) -> Sequence[tuple[str, int, int]]:
    """(token, start, end) of everything in the text that was looked for, in order."""
    wanted, concepts = _wanted(frozenset(tokens))
    if not concepts:
        return list(analysis.tokens(text, wanted))
    here = list(analysis.tokens(text, wanted))
    found = [(one.text, one.start, one.end) for one in here if one.text in tokens]
    for row in _neighbours(text, here):
        for named in synonyms.concepts([one.text for one in row]):
            if named.concept in concepts:
                found.append((named.concept, row[named.start].start, row[named.end - 1].end))
    return sorted(found, key=lambda one: one[1:])


@lru_cache(maxsize=64)
def _wanted(tokens: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Tokens with those of the names of their concepts, and the concepts."""
    names = synonyms.names().tokens
    concepts = frozenset(names.keys() & tokens)
    return tokens.union(*(names[concept] for concept in concepts)), concepts


def _neighbours(text: str, here: Sequence[Token]) -> Iterator[list[Token]]:
    """Tokens in rows between which other tokens stand."""
    row: list[Token] = []
    for one in here:
        if row and any(analysis.tokens(text[row[-1].end : one.start])):
            yield row
            row = []
        row.append(one)
    if row:
        yield row


def _best_start(matches: Sequence[tuple[str, int, int]], length: int) -> int:
    best, most = 0, 0
    for at, (_, start, _) in enumerate(matches):
        within = {token for token, first, end in matches[at : at + 40] if end <= start + length - BEFORE}
        if len(within) > most:
            best, most = start, len(within)
    return best


def _runs(text: str, start: int, end: int, spans: Sequence[tuple[int, int]]) -> list[Run]:
    runs: list[Run] = []
    at = start
    for first, last in spans:
        if last <= at:
            continue
        first = max(first, at)
        runs += [Run(text[at:first], False), Run(text[first:last], True)]
        at = last
    runs.append(Run(text[at:end], False))
    return [run for run in runs if run.text]


def _word_start(text: str, at: int) -> int:
    if at == 0:
        return 0
    space = text.find(" ", at, at + BEFORE)
    return space + 1 if space >= 0 else at


def _word_end(text: str, at: int) -> int:
    if at >= len(text):
        return len(text)
    space = text.rfind(" ", max(0, at - BEFORE), at)
    return space if space > 0 else at
