"""The small language in which cue phrases are written, and a lexicon that finds them in a sentence.

    down [the] stairs            words; what stands in [ ] may be missing
    (inside|inner side) of       one of several
    {hurts} ~3 knee              a macro (list of words kept once), then up to three words in between
    outside ~+7 ankle            the same, and a comma may stand in between
    swell*                       any word that begins so
    {wee} <> (brown|rusty)       both, in either order, up to nine words and commas apart
    <n> weeks                    a number, in digits or words

The phrases themselves are data (`knowledge/language/`). Each becomes a row of small steps. Where a step
leads from is a number with a
bit for each token, so that all places of a sentence are tried at once: most phrases of which a sentence
holds all words stand
nowhere in it, and that costs a few operations on numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from secondwind.clinic.reader.text import Sentence, contracted

NUMBER_WORDS = {
    w: n
    for n, w in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen "
        "eighteen nineteen twenty".split()
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90, "hundred": 100, "a": 1, "an": 1}

_NUMBER = re.compile(r"\d[\d.,:]*|" + "|".join(w for w in NUMBER_WORDS if len(w) > 2))
_NO_FILLER = re.compile(r"[,;:.!?()]")
_NO_FILLER_BUT_COMMA = re.compile(r"[;:.!?()]")
_ENDING = re.compile(r"[a-z0-9']*")
_PIECE = re.compile(r"~[+]?\d|<n>|\{\w+\}|[()\[\]|]|[^\s()\[\]|{}]+")
_KNOWN_BY = 3  # letters by which words that begin alike are found, one more where there is one
_DEEPEST = 4  # macros may name macros
_DULL = frozenset(
    "a an the my your his her its it i is are was were be been to of in on at and or with for from when "
    "after "
    "that this not no have has had get gets got go going do does did any so as up down out off by".split()
)


class PhraseError(ValueError):
    """A phrase that cannot be compiled; the message names the phrase."""


class _Positions:
    """Where the tokens of a sentence stand, as bits of a number: bit 3 is the fourth token."""

    __slots__ = ("_kept", "bits", "keys", "tokens")

    def __init__(self, tokens: Sequence[str]) -> None:
        self.tokens = tokens
        self.bits: dict[str, int] = {}
        bits = self.bits
        for i, token in enumerate(tokens):
            bit = 1 << i
            bits[token] = bits.get(token, 0) | bit
            for known_by in (_KNOWN_BY, _KNOWN_BY + 1):
                key = token[:known_by] + "*"
                bits[key] = bits.get(key, 0) | bit
        self.keys = set(bits)
        self._kept: dict[object, int] = {}

    def of(self, words: frozenset[str]) -> int:
        """Where any of the words stands."""
        bits = self._kept.get(words)
        if bits is None:
            bits = 0
            for word in self.keys & words:
                bits |= self.bits[word]
            self._kept[words] = bits
        return bits

    def beginning(self, stem: str) -> int:
        """Where a word stands that begins so."""
        bits = self._kept.get(stem)
        if bits is None:
            bits = 0
            if len(stem) < _KNOWN_BY or _prefix(stem) in self.bits:
                bits = self._where(
                    t.startswith(stem) and _ENDING.fullmatch(t, len(stem)) for t in self.tokens
                )
            self._kept[stem] = bits
        return bits

    def numbers(self) -> int:
        """Where a number stands."""
        if _NUMBER not in self._kept:
            self._kept[_NUMBER] = self._where(_NUMBER.fullmatch(t) for t in self.tokens)
        return self._kept[_NUMBER]

    def without(self, mark: re.Pattern[str]) -> int:
        """Where the token holds no such mark."""
        bits = self._kept.get(mark)
        if bits is None:
            bits = self._kept[mark] = self._where(t.isalpha() or not mark.search(t) for t in self.tokens)
        return bits

    def _where(self, holds: Iterable[object]) -> int:
        return sum(1 << i for i, yes in enumerate(holds) if yes)


def _prefix(stem: str) -> str:
    """The key under which the words that begin so are found."""
    return stem[: _KNOWN_BY + 1] + "*"


class _Step(Protocol):
    """A piece of a phrase."""

    def ends(self, starts: int, at: _Positions) -> int:
        """From all places at once: where the tokens behind the piece begin."""

    def walk(self, start: int, at: _Positions) -> Iterator[int]:
        """From one place: the same, what the phrase prefers first."""


@dataclass(frozen=True, slots=True)
class _Words:
    """One of some words."""

    words: frozenset[str]

    def ends(self, starts: int, at: _Positions) -> int:
        return (starts & at.of(self.words)) << 1

    def walk(self, start: int, at: _Positions) -> Iterator[int]:
        if start < len(at.tokens) and at.tokens[start] in self.words:
            yield start + 1


@dataclass(frozen=True, slots=True)
class _Word:
    """A word."""

    word: str

    @property
    def words(self) -> frozenset[str]:
        return frozenset({self.word})

    def ends(self, starts: int, at: _Positions) -> int:
        return (starts & at.bits.get(self.word, 0)) << 1

    def walk(self, start: int, at: _Positions) -> Iterator[int]:
        if start < len(at.tokens) and at.tokens[start] == self.word:
            yield start + 1


@dataclass(frozen=True, slots=True)
class _Beginning:
    """A word that begins so."""

    stem: str

    def ends(self, starts: int, at: _Positions) -> int:
        return (starts & at.beginning(self.stem)) << 1

    def walk(self, start: int, at: _Positions) -> Iterator[int]:
        if at.beginning(self.stem) >> start & 1:
            yield start + 1


@dataclass(frozen=True, slots=True)
class _Number:
    """A number."""

    def ends(self, starts: int, at: _Positions) -> int:
        return (starts & at.numbers()) << 1

    def walk(self, start: int, at: _Positions) -> Iterator[int]:
        if at.numbers() >> start & 1:
            yield start + 1


@dataclass(frozen=True, slots=True)
class _Gap:
    """Up to so many words, the fewer the better."""

    most: int
    barred: re.Pattern[str]

    def ends(self, starts: int, at: _Positions) -> int:
        free, here = at.without(self.barred), starts
        for _ in range(self.most):
            here = (here & free) << 1
            if not here:
                break
            starts |= here
        return starts

    def walk(self, start: int, at: _Positions) -> Iterator[int]:
        free = at.without(self.barred)
        yield start
        for i in range(start, start + self.most):
            if not free >> i & 1:
                break
            yield i + 1


class _Choice:
    """One of several rows of steps, the first that fits; or none where it may be missing."""

    __slots__ = ("every", "opening", "optional", "others", "rests", "words")

    def __init__(self, every: Iterable[tuple[_Step, ...]], *, optional: bool) -> None:
        self.every = tuple(every)
        self.optional = optional
        words = set[str]()  # the rows of one word
        self.rests: dict[str, list[tuple[_Step, ...]]] = {}  # those that open with one word: what follows it
        self.others: list[tuple[_Step, ...]] = []
        for row in self.every:
            if not row or not isinstance(row[0], _Word | _Words):
                self.others.append(row)
            elif len(row) == 1:
                words |= row[0].words
            else:
                for word in row[0].words:
                    self.rests.setdefault(word, []).append(row[1:])
        self.words = frozenset(words)
        self.opening = frozenset(self.rests)

    def ends(self, starts: int, at: _Positions) -> int:
        out = (starts & at.of(self.words)) << 1
        for word in at.keys & self.opening:
            here = (starts & at.bits[word]) << 1
            if here:
                for rest in self.rests[word]:
                    out |= _ends(rest, here, at)
        for row in self.others:
            out |= _ends(row, starts, at)
        return out | starts if self.optional else out

    def walk(self, start: int, at: _Positions) -> Iterator[int]:
        for row in self.every:
            yield from _walk(row, start, at)
        if self.optional:
            yield start


def _ends(steps: Sequence[_Step], starts: int, at: _Positions) -> int:
    for step in steps:
        starts = step.ends(starts, at)
        if not starts:
            return 0
    return starts


def _walk(steps: Sequence[_Step], start: int, at: _Positions) -> Iterator[int]:
    if not steps:
        yield start
        return
    for end in steps[0].walk(start, at):
        yield from _walk(steps[1:], end, at)


def _each(bits: int) -> Iterator[int]:
    """The places that bits stand for, in order."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _opens(steps: Sequence[_Step]) -> tuple[frozenset[str], bool]:
    """The words that steps may begin with, and whether they must begin with one of them."""
    words = set[str]()
    for step in steps:
        if isinstance(step, _Word | _Words):
            return step.words.union(words), True
        if not isinstance(step, _Choice):
            return frozenset(words), False
        others = [_opens(row) for row in step.others]
        words |= step.words.union(step.opening, *(w for w, _ in others))
        if not step.optional:
            return frozenset(words), all(certain for _, certain in others)
    return frozenset(words), False


@dataclass(slots=True)
class Phrase:
    """A compiled phrase. `entry` is whatever the lexicon was given for it."""

    source: str
    entry: Any
    steps: tuple[_Step, ...]
    anchors: frozenset[str]
    also: tuple[frozenset[str], ...]  # of each of these, too, one word must be there
    has_gap: bool
    macros: Mapping[str, str]
    number: int = 0  # its place in the lexicon
    _no: tuple[bool, frozenset[str], tuple[str, ...]] | None = field(default=None, repr=False)
    _opens: tuple[frozenset[str], bool] | None = field(default=None, repr=False)

    def says_no(self, tokens: Sequence[str]) -> bool:
        """Whether the tokens it was found over say no by a word of the phrase itself.

        It does by a word that must be there ("can't lift"), by one that opens it ("(no|lost) spring") and by
        an alternative that holds one ("foot (drops|won't come up)"): a denial inside it does not turn it.
        """
        if self._no is None:
            expanded = contracted(_expand(self.source, self.macros))
            self._no = _says_no(expanded), _opening(expanded) & _NO_WORDS, _inner_no(expanded)
        always, opening, inner = self._no
        if always or tokens[0] in opening:
            return True
        words = " " + " ".join(tokens) + " "
        return any(no in words for no in inner)

    def spans(self, at: _Positions) -> Iterator[tuple[int, int]]:
        """(first, last) token indexes of each place where the phrase stands; `last` is not included."""
        anywhere = (1 << len(at.tokens)) - 1
        behind = _ends(self.steps, anywhere, at)
        if not behind:
            return
        if len(self.steps) == 1 and isinstance(self.steps[0], _Word | _Words):
            yield from ((last - 1, last) for last in _each(behind))
            return
        if self._opens is None:
            self._opens = _opens(self.steps)
        words, certain = self._opens
        last = 0
        for first in _each(at.of(words) if certain else anywhere):
            if first < last:
                continue
            ends = _ends(self.steps, 1 << first, at)
            if ends:
                one = not ends & (ends - 1)
                last = ends.bit_length() - 1 if one else next(_walk(self.steps, first, at))
                yield first, last


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
        compiler = _Compiler(macros)
        number = 0
        for source, entry in entries:
            for ordered in orders(source):
                phrase = compiler.phrase(ordered, entry)
                phrase.number = number = number + 1
                for anchor in phrase.anchors:
                    self._by_word.setdefault(anchor, []).append(phrase)
        self._words = frozenset(self._by_word)

    def find(self, sentence: Sentence) -> list[Match]:
        """Every phrase that stands in the sentence, by first token, longest first."""
        at = _Positions(sentence.tokens)
        keys = at.keys
        seen: dict[int, Phrase] = {}
        for key in keys & self._words:
            for phrase in self._by_word[key]:
                for words in phrase.also:
                    if keys.isdisjoint(words):
                        break
                else:
                    seen[phrase.number] = phrase
        found = [Match(first, last, p, p.entry) for p in seen.values() for first, last in p.spans(at)]
        found.sort(key=lambda m: (m.first, -m.last, m.phrase.source, m.phrase.number))
        return found


def orders(source: str) -> tuple[str, ...]:
    """A phrase with `<>` as the two phrases it stands for, any other as it is."""
    one, apart, other = source.partition(" <> ")
    return (f"{one} ~+9 {other}", f"{other} ~+9 {one}") if apart else (source,)


def compile_phrase(source: str, entry: Any, macros: Mapping[str, str]) -> Phrase:
    """A phrase from its source. Raises PhraseError when brackets do not match, a macro is unknown or no
    word is certain."""
    return _Compiler(macros).phrase(source, entry)


def _expand(source: str, macros: Mapping[str, str]) -> str:
    """A phrase with the words of its macros; they are known and not too deep, or it would not be there."""
    for _ in range(_DEEPEST):
        source = re.sub(r"\{(\w+)\}", lambda m: "(" + macros[m[1]] + ")", source)
    return source


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


@dataclass(slots=True)
class _Row:
    """Steps one after another, and of each of which words one must be there."""

    steps: list[_Step] = field(default_factory=list)
    must: list[frozenset[str]] = field(default_factory=list)
    gap: bool = False


class _Compiler:
    """Makes phrases; each macro is worked out once."""

    def __init__(self, macros: Mapping[str, str]) -> None:
        self.macros = macros
        self.known: dict[str, _Row] = {}
        self.dull: dict[frozenset[str], tuple[float, float]] = {}

    def phrase(self, source: str, entry: Any) -> Phrase:
        row, rest = self._row(self._pieces(source), source, 0)
        if rest:
            raise PhraseError(f"unmatched bracket in phrase {source!r}")
        if not row.must:
            raise PhraseError(f"phrase {source!r} has no word that must be there")
        best = max(row.must, key=self._dullness)
        also = tuple(words for words in row.must if words is not best)
        return Phrase(source, entry, tuple(row.steps), best, also, row.gap, self.macros)

    def _pieces(self, source: str) -> list[str]:
        return _PIECE.findall(contracted(source))[::-1]

    def _row(self, pieces: list[str], source: str, depth: int) -> tuple[_Row, list[str]]:
        """Pieces (the next one last) up to a closing bracket or a bar, and those that are left."""
        row = _Row()
        while pieces and pieces[-1] not in (")", "]", "|"):
            piece = pieces.pop()
            if piece in ("(", "["):
                self._bracket(row, piece, pieces, source, depth)
            elif piece[0] == "{":
                self._macro(row, piece[1:-1], source, depth)
            else:
                _single(row, piece)
        return row, pieces

    def _bracket(self, row: _Row, opening: str, pieces: list[str], source: str, depth: int) -> None:
        """Put what stands in a bracket behind the others, and take it and the closing one from `pieces`."""
        closing = ")" if opening == "(" else "]"
        options = list[_Row]()
        while True:
            options.append(self._row(pieces, source, depth)[0])
            if not pieces or pieces[-1] not in (closing, "|"):
                raise PhraseError(f"unmatched bracket in phrase {source!r}")
            if pieces.pop() == closing:
                break
        row.gap = row.gap or any(o.gap for o in options)
        step = _Choice((tuple(o.steps) for o in options), optional=closing == "]")
        if step.optional or step.opening or step.others:
            row.steps.append(step)
            if not step.optional and all(o.must for o in options):
                row.must.append(frozenset[str]().union(*(max(o.must, key=self._dullness) for o in options)))
        else:
            row.steps.append(_Words(step.words))
            row.must.append(step.words)

    def _macro(self, row: _Row, name: str, source: str, depth: int) -> None:
        """Put what a macro stands for behind the others."""
        if name not in self.macros:
            raise PhraseError(f"unknown macro {{{name}}} in phrase {source!r}")
        if depth >= _DEEPEST:
            raise PhraseError(f"macros nested too deep in phrase {source!r}")
        if name not in self.known:
            self.known[name], rest = self._row(self._pieces(f"({self.macros[name]})"), source, depth + 1)
            if rest:
                raise PhraseError(f"unmatched bracket in macro {name!r}")
        known = self.known[name]
        row.steps += known.steps
        row.must += known.must
        row.gap = row.gap or known.gap

    def _dullness(self, anchor: frozenset[str]) -> tuple[float, float]:
        """Anchors of rare, few words first."""
        if anchor not in self.dull:
            self.dull[anchor] = (
                -sum(w in _DULL for w in anchor) / len(anchor),
                min(map(len, anchor)) - 0.2 * len(anchor),
            )
        return self.dull[anchor]


def _single(row: _Row, piece: str) -> None:
    """Put a piece without brackets behind the others."""
    if piece[0] == "~":
        row.steps.append(_Gap(int(piece[-1]), _NO_FILLER_BUT_COMMA if piece[1] == "+" else _NO_FILLER))
        row.gap = True
    elif piece == "<n>":
        row.steps.append(_Number())
    elif piece[-1] == "*":
        stem = piece[:-1]
        row.steps.append(_Beginning(stem))
        row.must.append(frozenset({_prefix(stem)}))
    else:
        row.steps.append(_Word(piece))
        row.must.append(frozenset({piece}))
