"""Words of an account marked where they stand in the HTML that was made of it.

    html, (places,) = marked("<p>It <em>hurts</em> here.</p>", [("It hurts here.", [(3, 8)])])
    html             # <p>It <em><mark id="w1">hurts</mark></em> here.</p>
    places[3, 8]     # "w1"

Words are found by their sequence, so what Markdown, a reply program or an old forum did between them does not
matter. Of words that stand several times in both the same one is meant, counted from the end. What is quoted
of others (blockquote) is not looked at. The HTML must be well formed, as `markdown.render` makes it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from html import unescape
from itertools import islice
from operator import itemgetter
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]
Account: TypeAlias = tuple[str, Sequence[Span]]

MOST = 60  # spans of one account that are marked

_PIECE = re.compile(r"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>|&[#\w]{1,32};|[^<&]+|[<&]")
_QUOTE = re.compile(r"<(/?)blockquote\b", re.I)
_WORD = re.compile(r"\w+(?:['’]\w+)*")


def marked(html: str, accounts: Iterable[Account]) -> tuple[str, list[dict[Span, str]]]:
    """The HTML with `<mark id>` around the words of the spans of each account, and the id at which each span
    begins. A span whose words do not stand there has none, nor has one after the first `MOST` of an account;
    spans that overlap share a mark."""
    words = _Words.of_html(html)
    found = [words.find_all(_Words.of_text(text), spans) for text, spans in accounts]
    segments = _united(at for one in found for at in one.values())
    ids = {number: f"w{first}" for first, last in segments for number in range(first, last)}
    places = [{span: ids[first] for span, (first, _) in one.items()} for one in found]
    return "".join(_written(html, words, segments)), places


class _Words:
    """The words of a text in order, each with where it begins and ends; `breaks` are words before which a tag
    stands."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.spans: list[Span] = []
        self.breaks: set[int] = set()
        self.places: defaultdict[str, list[int]] = defaultdict(list)

    @classmethod
    def of_text(cls, text: str) -> _Words:
        words = cls()
        words._take(text, range(len(text) + 1))
        return words

    @classmethod
    def of_html(cls, html: str) -> _Words:
        words, depth = cls(), 0
        text: list[str] = []
        at: list[int] = []
        for piece in _PIECE.finditer(html):
            shown = piece[0]
            if shown.startswith("<") and len(shown) > 1:
                words._take("".join(text), [*at, piece.start()])
                words.breaks.add(len(words.words))
                text, at = [], []
                if quote := _QUOTE.match(shown):
                    depth += -1 if quote[1] else 1
            elif depth <= 0:
                plain = unescape(shown) if shown.startswith("&") else shown
                text.append(plain)
                at += range(piece.start(), piece.end()) if plain == shown else [piece.start()] * len(plain)
        words._take("".join(text), [*at, len(html)])
        return words

    def _take(self, text: str, at: Sequence[int]) -> None:
        for word in _WORD.finditer(text):
            plain = word[0].casefold().replace("’", "'")
            self.places[plain].append(len(self.words))
            self.words.append(plain)
            self.spans.append((at[word.start()], at[word.end()]))

    def find_all(self, account: _Words, spans: Iterable[Span]) -> dict[Span, Span]:
        """The words here [first, last) that are those of the first spans of an account, by span."""
        equal: dict[
            tuple[str, ...], tuple[list[int], list[int]]
        ] = {}  # words: where they stand here, and there
        first = islice(dict.fromkeys(spans), MOST)
        return {span: here for span in first if (here := self._find(account, span, equal))}

    def _find(
        self, account: _Words, span: Span, equal: dict[tuple[str, ...], tuple[list[int], list[int]]]
    ) -> Span | None:
        first = bisect_right(account.spans, span[0], key=itemgetter(1))
        last = bisect_left(account.spans, span[1], key=itemgetter(0))
        words = account.words[first:last]
        if not words:
            return None
        key = tuple(words)
        if key not in equal:
            equal[key] = self._all(words), account._all(words)
        here, there = equal[key]
        after = len(there) - bisect_left(there, first)  # the title above an account says it before
        return (here[-after], here[-after] + len(words)) if after <= len(here) else None

    def _all(self, words: list[str]) -> list[int]:
        size = len(words)
        return [n for n in self.places.get(words[0], ()) if self.words[n : n + size] == words]


def _united(found: Iterable[Span]) -> list[Span]:
    """Spans of words, those that overlap as one."""
    segments: list[Span] = []
    for first, last in sorted(found):
        if segments and first < segments[-1][1]:
            segments[-1] = segments[-1][0], max(last, segments[-1][1])
        else:
            segments.append((first, last))
    return segments


def _written(html: str, words: _Words, segments: list[Span]) -> Iterator[str]:
    done = 0
    for first, last in segments:
        for run in _runs(first, last, words.breaks):
            start, end = words.spans[run[0]][0], words.spans[run[1] - 1][1]
            id = f' id="w{first}"' if run[0] == first else ""
            yield f"{html[done:start]}<mark{id}>{html[start:end]}</mark>"
            done = end
    yield html[done:]


def _runs(first: int, last: int, breaks: set[int]) -> Iterator[Span]:
    """The stretches of a segment between tags: a mark must not reach over one."""
    start = first
    for number in range(first + 1, last + 1):
        if number == last or number in breaks:
            yield start, number
            start = number
