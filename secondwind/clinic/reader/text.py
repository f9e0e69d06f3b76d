"""Text to sentences of plain tokens, each of which knows the characters of the account it came from.

Nothing here knows medicine. The rule to keep: every normalisation keeps offsets, so that whatever is
understood can be shown
in the runner's own words.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_SAME_LENGTH = str.maketrans("’‘ʼ´`“”„«»–—−‐‑…\u00a0\u200b\t", "'''''\"\"\"\"\"-----. \u0020 ")
_BLANKED = re.compile(r"<[^<>]{0,200}>|https?://\S+|www\.\S+|[\w.+-]{1,64}@[\w.-]{1,255}")
_TOKEN = re.compile(r"\d+(?:[.:]\d+)*(?:(?=k\b)|(?=[a-z]))?|[a-z]+(?:'[a-z]+)*|[.,;:!?()/\"&+=%£$-]")
_SENTENCE_END = re.compile(
    r"[.!?]+(?=[\s\"')*]|$)|\.\.+|\n\s*\n|\n\s*(?=[-*•>])|\n(?=\s{2,})|(?<=[a-z])\.(?=[A-Z])"
)
_ABBREVIATION = re.compile(
    r"\b(?:dr|mr|mrs|ms|st|vs|approx|etc|e\.g|i\.e|no|mt|prof|min|mins|hrs|km|mi)\.$", re.I
)
_LONGEST_SENTENCE = (
    50  # tokens; a longer run of words without a full stop is cut, so that no account is slow to read
)


@dataclass(slots=True)
class Sentence:
    """A sentence as tokens. `norm` is the tokens with one space around each, which phrases are matched
    against."""

    tokens: list[str]
    spans: list[tuple[int, int]]
    paragraph: int = 0
    norm: str = field(init=False)
    _offsets: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.norm = " " + " ".join(self.tokens) + " "
        offset, self._offsets = 1, []
        for token in self.tokens:
            self._offsets.append(offset)
            offset += len(token) + 1

    def token_at(self, offset: int) -> int:
        """The index of the token that holds the character `offset` of `norm`."""
        return bisect_right(self._offsets, offset) - 1

    def chars(self, first: int, last: int) -> tuple[int, int]:
        """The characters of the account from token `first` up to, not including, token `last`."""
        return self.spans[first][0], self.spans[last - 1][1]


CONTRACTED = {
    "will": "won't",
    "can": "cannot",
    **{
        verb: f"{verb}n't"
        for verb in "did do does is was are were has have had would could should need".split()
    },
}
"""What a verb with "not" behind it is read as: phrases are written in the words of speech."""


def contracted(phrase: str) -> str:
    """The same for the source of a phrase."""
    return _WITH_NOT.sub(lambda m: CONTRACTED[m[1]], phrase)


_WITH_NOT = re.compile(r"\b(" + "|".join(CONTRACTED) + r") not\b")


def fold(text: str) -> str:
    """The text in lower case with plain quotes and dashes, mark-up and addresses blanked; the same length
    as `text`."""
    plain = text.translate(_SAME_LENGTH)
    low = plain.lower()
    if len(low) != len(plain):
        low = "".join(c if len(c.lower()) != 1 else c.lower() for c in plain)
    return _BLANKED.sub(lambda m: " " * len(m[0]), low)


def sentences(text: str, spelling: Mapping[str, str] | None = None) -> list[Sentence]:
    """The sentences of an account, in order. `spelling` maps a token as written to the token meant (one or
    more words)."""
    folded = fold(text)
    fixes = spelling or {}
    out: list[Sentence] = []
    for paragraph, start, end in _pieces(text, folded):
        tokens: list[str] = []
        spans: list[tuple[int, int]] = []
        for m in _TOKEN.finditer(folded, start, end):
            word = m[0]
            if word == "-" and not folded[max(0, m.start() - 1) : m.start()].isspace():
                continue  # half-marathon reads as two words
            if word == "not" and tokens and tokens[-1] in CONTRACTED:
                tokens[-1] = CONTRACTED[tokens[-1]]
                spans[-1] = (spans[-1][0], m.end())
                continue
            for part in _meant(word, fixes).split():
                tokens.append(part)
                spans.append(m.span())
            if len(tokens) >= _LONGEST_SENTENCE:
                out.append(Sentence(tokens, spans, paragraph))
                tokens, spans = [], []
        if tokens:
            out.append(Sentence(tokens, spans, paragraph))
    return out


def _meant(word: str, fixes: Mapping[str, str]) -> str:
    """The word meant: mended spelling, and a part of the body without the 's of "my knee's sore"."""
    if word in fixes:
        return fixes[word]
    if word.endswith("'s") and word not in _KEEPS_S:
        return word[:-2]
    return word


_KEEPS_S = frozenset(
    "it's he's she's that's what's there's here's who's let's where's how's runner's jogger's jumper's "
    "morton's baker's baxter's "
    "crohn's haglund's policeman's athlete's hand's donkey's gp's doctor's".split()
)


def _pieces(text: str, folded: str) -> Iterator[tuple[int, int, int]]:
    """(paragraph number, start, end) of each sentence."""
    paragraph = start = 0
    for m in _SENTENCE_END.finditer(text):
        if m[0] == "." and (
            _ABBREVIATION.search(folded, max(start, m.start() - 8), m.end()) or _inside_number(text, m)
        ):
            continue
        if m.end() > start and folded[start : m.end()].strip():
            yield paragraph, start, m.end()
        paragraph += m[0].count("\n") > 1
        start = m.end()
    if folded[start:].strip():
        yield paragraph, start, len(text)


def _inside_number(text: str, m: re.Match[str]) -> bool:
    after = text[m.end() : m.end() + 1]
    return after.isdigit()
