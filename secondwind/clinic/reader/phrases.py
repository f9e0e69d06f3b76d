"""The small language in which cue phrases are written, and a lexicon that finds them in a sentence.

    down [the] stairs            words; what stands in [ ] may be missing
    (inside|inner side) of       one of several
    {hurts} ~3 knee              a macro (list of words kept once), then up to three words in between
    outside ~+7 ankle            the same, and a comma may stand in between
    swell*                       any word that begins so
    {wee} <> (brown|rusty)       both, in either order, up to nine words and commas apart
    <n> weeks                    a number, in digits or words

The phrases themselves are data (`knowledge/language/`). A phrase is compiled when a sentence first holds
one of its words, so
that start-up costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from secondwind.clinic.reader.text import Sentence, contracted

NUMBER_WORDS = {
    w: n
    for n, w in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen "
        "eighteen nineteen twenty".split()
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90, "hundred": 100, "a": 1, "an": 1}

_NUMBER = r"(?:\d[\d.,:]*|" + "|".join(w for w in NUMBER_WORDS if len(w) > 2) + r") "
_WORD = r"[^ ,;:.!?()]+ "
_WORD_OR_COMMA = r"[^ ;:.!?()]+ "
_PIECE = re.compile(r"~[+]?\d|<n>|[()\[\]|]|[^\s()\[\]|]+")
_DULL = frozenset(
    "a an the my your his her its it i is are was were be been to of in on at and or with for from when "
    "after "
    "that this not no have has had get gets got go going do does did any so as up down out off by".split()
)


class PhraseError(ValueError):
    """A phrase that cannot be compiled; the message names the phrase."""


@dataclass(slots=True)
class Phrase:
    """A compiled-on-demand phrase. `entry` is whatever the lexicon was given for it."""

    source: str
    entry: Any
    regex_source: str
    anchors: frozenset[str]
    also: tuple[frozenset[str], ...]  # of each of these, too, one word must be there
    has_gap: bool
    negative: bool  # says no by itself ("can't lift"), so that a denial inside it does not turn it
    opens_no: frozenset[str]  # words that say no, where one opens it ("(no|lost) spring"): the same
    inner_no: tuple[
        str, ...
    ]  # and of its alternatives those that do ("foot (drops|won't come up)"): the same
    _regex: re.Pattern[str] | None = field(default=None, repr=False)

    def says_no(self, tokens: Sequence[str]) -> bool:
        """Whether the tokens it was found over say no by a word of the phrase itself."""
        if self.negative or tokens[0] in self.opens_no:
            return True
        words = " " + " ".join(tokens) + " "
        return any(no in words for no in self.inner_no)

    def spans(self, sentence: Sentence) -> Iterator[tuple[int, int]]:
        """(first, last) token indexes of each place where the phrase stands; `last` is not included."""
        if self._regex is None:
            self._regex = re.compile(" " + self.regex_source)  # a literal start, which re looks for fast
        search, norm = self._regex.search, sentence.norm
        m = search(norm)
        while m:
            yield sentence.token_at(m.start() + 1), sentence.token_at(m.end() - 2) + 1
            m = search(norm, m.end() - 1)  # two phrases side by side share a space


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found in a sentence, over the tokens [first, last)."""

    first: int
    last: int
    phrase: Phrase
    entry: Any


class Lexicon:
    """Phrases with their entries; finds all that stand in a sentence."""

    def __init__(self, entries: Iterable[tuple[str, Any]], macros: Mapping[str, str]) -> None:
        self._by_word: dict[str, list[Phrase]] = {}
        for source, entry in entries:
            for ordered in orders(source):
                phrase = compile_phrase(ordered, entry, macros)
                for anchor in phrase.anchors:
                    self._by_word.setdefault(anchor, []).append(phrase)

    def find(self, sentence: Sentence) -> list[Match]:
        """Every phrase that stands in the sentence, by first token, longest first."""
        keys = set(sentence.tokens)
        keys |= {token[:n] + "*" for token in keys for n in (3, 4)}
        seen: dict[int, Phrase] = {}
        for key in keys & self._by_word.keys():
            for phrase in self._by_word[key]:
                if not any(keys.isdisjoint(words) for words in phrase.also):
                    seen[id(phrase)] = phrase
        found = [Match(first, last, p, p.entry) for p in seen.values() for first, last in p.spans(sentence)]
        found.sort(key=lambda m: (m.first, -m.last, m.phrase.source))
        return found


def orders(source: str) -> tuple[str, ...]:
    """A phrase with `<>` as the two phrases it stands for, any other as it is."""
    one, apart, other = source.partition(" <> ")
    return (f"{one} ~+9 {other}", f"{other} ~+9 {one}") if apart else (source,)


def compile_phrase(source: str, entry: Any, macros: Mapping[str, str]) -> Phrase:
    """A phrase from its source. Raises PhraseError when brackets do not match, a macro is unknown or no
    word is certain."""
    expanded = contracted(_expand(source, macros))
    pieces = _PIECE.findall(expanded)
    regex, anchors, rest = _sequence(pieces, source)
    if rest:
        raise PhraseError(f"unmatched bracket in phrase {source!r}")
    best = max(anchors, key=_dullness, default=None)
    if best is None:
        raise PhraseError(f"phrase {source!r} has no word that must be there")
    also = tuple(frozenset(words) for words in anchors if words is not best)
    opens_no = _opening(expanded) & _NO_WORDS
    return Phrase(
        source,
        entry,
        regex,
        frozenset(best),
        also,
        "~" in expanded,
        _says_no(expanded),
        opens_no,
        _inner_no(expanded),
    )


def _expand(source: str, macros: Mapping[str, str]) -> str:
    def one(m: re.Match[str]) -> str:
        if m[1] not in macros:
            raise PhraseError(f"unknown macro {{{m[1]}}} in phrase {source!r}")
        return "(" + macros[m[1]] + ")"

    for _ in range(4):  # macros may name macros
        source, n = re.subn(r"\{(\w+)\}", one, source)
        if not n:
            return source
    raise PhraseError(f"macros nested too deep in phrase {source!r}")


_NO_WORDS = frozenset(
    "no not never can't couldn't don't doesn't didn't isn't wasn't won't without nothing nor haven't hasn't "
    "hadn't aren't weren't wouldn't hardly barely scarcely unable impossible struggle struggled "
    "struggling".split()
)


def _says_no(expanded: str) -> bool:
    """Whether a word that must be there says no: one outside brackets, or every alternative of a bracket."""
    groups = re.findall(r"\(([^()\[\]]*)\)", expanded)
    plain = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", " ", expanded).split()
    options = [[option.split() for option in g.split("|")] for g in groups]
    return not _NO_WORDS.isdisjoint(plain) or any(
        all(not _NO_WORDS.isdisjoint(words) for words in group) for group in options
    )


def _inner_no(expanded: str) -> tuple[str, ...]:
    """The plain alternatives of brackets that say no, with a space around each."""
    if _NO_WORDS.isdisjoint(re.split(r"[^a-z']+", expanded)):
        return ()
    groups = re.findall(r"\(([^()\[\]]*)\)", expanded)
    options = {option for group in groups for option in group.split("|")}
    plain = (o for o in options if not re.search(r"[*~<]", o) and not _NO_WORDS.isdisjoint(o.split()))
    return tuple(sorted(f" {o} " for o in plain))


def _opening(expanded: str) -> frozenset[str]:
    """The words that a phrase may open with."""
    bracket = re.match(r"\(([^()\[\]]*)\)", expanded)
    options = bracket[1].split("|") if bracket else [expanded]
    return frozenset(words[0] for option in options if (words := option.split()))


def _dullness(anchor: AbstractSet[str]) -> tuple[float, float]:
    """Anchors of rare, few words first."""
    return -sum(w in _DULL for w in anchor) / len(anchor), min(len(w) for w in anchor) - 0.2 * len(anchor)


def _sequence(pieces: list[str], source: str) -> tuple[str, list[set[str]], list[str]]:
    """Regex and anchors (sets of words of which one must be there) of pieces up to a closing bracket or a
    bar, and the pieces that are left.
    """
    regex, anchors = "", list[set[str]]()
    while pieces and pieces[0] not in (")", "]", "|"):
        piece, pieces = pieces[0], pieces[1:]
        if piece in ("(", "["):
            part, firsts, pieces = _bracket(piece, pieces, source)
            anchors += firsts
        else:
            part, word = _single(piece)
            anchors += [{word}] if word else []
        regex += part
    return regex, anchors, pieces


def _single(piece: str) -> tuple[str, str]:
    """Regex of a piece without brackets, and the word (or prefix) that must be there, if one must."""
    if piece.startswith("~"):
        filler = _WORD_OR_COMMA if piece[1] == "+" else _WORD
        return "(?:" + filler + "){0," + piece[-1] + "}?", ""
    if piece == "<n>":
        return _NUMBER, ""
    if piece.endswith("*"):
        stem = piece[:-1]
        return re.escape(stem) + r"[a-z0-9']* ", (stem[:4] if len(stem) >= 4 else stem[:3]) + "*"
    return re.escape(piece) + " ", piece


def _bracket(opening: str, pieces: list[str], source: str) -> tuple[str, list[set[str]], list[str]]:
    """Regex, anchors and the pieces left after a bracket; `pieces` begin behind the opening one."""
    closing = ")" if opening == "(" else "]"
    options, firsts, certain = list[str](), set[str](), closing == ")"
    while True:
        regex, anchors, pieces = _sequence(pieces, source)
        options.append(regex)
        certain = certain and bool(anchors)
        if certain:
            firsts |= max(anchors, key=_dullness)
        if not pieces or pieces[0] not in (closing, "|"):
            raise PhraseError(f"unmatched bracket in phrase {source!r}")
        end, pieces = pieces[0], pieces[1:]
        if end == closing:
            break
    optional = "?" if closing == "]" else ""
    return "(?:" + "|".join(options) + ")" + optional, [firsts] if certain else [], pieces
