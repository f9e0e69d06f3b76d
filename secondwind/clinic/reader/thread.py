"""The opening post of a forum page told from its replies, by a plain splitter.

It works on paragraphs. Furniture of the page is dropped. Where names stand above posts, they say whose turn
it is; where none do, a mark ("in response to", "Replies") or a paragraph that reads like another's begins the
replies, and one that reads like the opener's ("Thanks", "Response by poster") goes back.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

_ENOUGH = 12  # words the opening post has at least
_YOU = re.compile(r"\b(?:you|your|you're|you'll|you've|yours|yourself)\b", re.I)
_ME = re.compile(r"\b(?:i|i'm|i've|i'd|i'll|my|me|mine)\b", re.I)


@dataclass(frozen=True, slots=True)
class Page:
    """A page told apart: what the opener wrote, first post and later ones, and what others wrote.

    `later` is the part of the opener's that came after the first reply.
    """

    opener: str
    replies: str
    later: str = ""

    @property
    def first(self) -> str:
        """The opening post alone."""
        return self.opener[: len(self.opener) - len(self.later)]


@dataclass(frozen=True, slots=True)
class _Rules:
    furniture: re.Pattern[str]
    marks: re.Pattern[str]
    opener: re.Pattern[str]
    reply: re.Pattern[str]
    surely: re.Pattern[str]
    author: re.Pattern[str]
    not_author: re.Pattern[str]
    signed: re.Pattern[str]


def split(title: str, text: str, rules: Mapping[str, Sequence[str]]) -> Page:
    """The page told apart. `rules` are those of `knowledge/language/thread.yaml`."""
    splitter = _Splitter(title, _compile(tuple((k, tuple(v)) for k, v in rules.items())))
    names = _names(text, splitter.rules)
    for lines in _paragraphs(text, splitter.rules):
        for piece in _pieces(lines, splitter.rules, names):
            splitter.take(piece)
    parts = (splitter.opener, splitter.replies, splitter.later)
    return Page(*("\n\n".join(part) for part in parts))


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of text: the author named above it, whether a reply mark stood there, and who signed it."""

    author: str
    mark: bool
    body: str
    signed: str = ""


class _Splitter:
    """Reads a page from top to bottom and knows whose turn it is."""

    def __init__(self, title: str, rules: _Rules) -> None:
        self.title = title
        self.rules = rules
        self.opener: list[str] = []
        self.replies: list[str] = []
        self.later: list[str] = []
        self.name = ""  # of the opener, where the page shows names
        self.author = ""  # of what is being read, where a name stood above it
        self.fresh = False  # the name was given, and nothing was read since
        self.opener_writes = True
        self.marked = False  # a mark said that others write

    @property
    def begun(self) -> bool:
        """Whether the opening post is long enough to be one."""
        return _words(self.opener) >= _ENOUGH

    def take(self, piece: _Piece) -> None:
        """The next stretch of the page."""
        self.turn(piece)
        if piece.body and _same(piece.body, self.title):
            if not self.replies and not _ME.search(" ".join(self.opener)):
                self.opener.clear()  # what stood above the heading was the head of the page
            # a page says its title again before the replies
            self.opener_writes = not self.begun
        elif piece.body:
            self.keep(piece)
        if piece.signed:  # the name stands below what was written: the next is somebody else's
            self.name = self.name or (piece.signed if not self.replies else "")
            self.opener_writes, self.author = False, ""

    def turn(self, piece: _Piece) -> None:
        """Whose turn a mark or a name says it is."""
        if piece.mark and self.begun:
            self.marked = True
            if not self.fresh:
                self.opener_writes, self.author = False, ""
        if piece.author:
            self.author, self.fresh = piece.author, True
            if not self.name and not self.replies and not _ME.search(" ".join(self.opener)):
                self.opener.clear()  # what stood above the first name and tells of nobody is the site's own
            if not self.begun:
                self.name = piece.author
            else:
                self.opener_writes = bool(self.name) and self.author == self.name

    def keep(self, piece: _Piece) -> None:
        """Put the text where it belongs."""
        self.opener_writes = self.by_opener(piece)
        (self.opener if self.opener_writes else self.replies).append(piece.body)
        if self.opener_writes and self.replies:
            self.later.append(piece.body)
        self.fresh = False
        if self.marked and self.opener_writes and not self.author:
            self.opener_writes = False

    def by_opener(self, piece: _Piece) -> bool:
        """Whether the opener wrote the text, by the name above it, or by how it begins and reads."""
        body = piece.body
        if piece.signed and self.name and self.begun:
            return piece.signed == self.name
        if self.author and self.begun and self.author != self.name:
            if self.name or not self.rules.opener.search(body):
                return False
            self.name = self.author  # a page that names only those who come after; this one comes back
            return True
        if self.fresh or not self.begun:
            return True
        if not self.opener_writes:
            return bool(self.rules.opener.search(body))
        if _reads_like_reply(body, self.rules, self.opener, self.title):
            self.author = ""
            return False
        return True


def _names(text: str, rules: _Rules) -> frozenset[str]:
    """Words that stand alone on a line as names do: with a capital, a date below, or where others do."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    alone = Counter(line for line in lines if _NAME.fullmatch(line) and not rules.not_author.search(line))
    dated = {a for a, b in pairwise(lines) if a in alone and rules.furniture.search(b) and not b.isdigit()}
    shown = any(count > 1 for count in alone.values())  # a page that shows names shows them all
    return frozenset(n for n in alone if shown or n in dated or n[0].isupper())


_NAME = re.compile(r"[A-Za-z][\w.'-]{2,24}")


def _compile_all(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in patterns), re.I)


@lru_cache(maxsize=4)
def _compile(rules: tuple[tuple[str, tuple[str, ...]], ...]) -> _Rules:
    return _Rules(**{name: _compile_all(patterns) for name, patterns in rules})


def _paragraphs(text: str, rules: _Rules) -> list[list[str]]:
    """Runs of lines; a blank line or a change of indentation of more than a space ends a run.

    A line that says who wrote what stands above it belongs to that.
    """
    out: list[list[str]] = []
    run: list[str] = []
    indent = 0
    for line in text.replace("\r", "").expandtabs(4).split("\n"):
        width = len(line) - len(line.lstrip())
        moved = bool(run) and ((abs(width - indent) > 1 and width > 3) or _closed(run[-1]))
        if not line.strip() or (moved and not rules.signed.match(line)):
            if run:
                out.append(run)
            run = []
        if line.strip():
            run.append(line)
            indent = width
    if run:
        out.append(run)
    return out


def _closed(line: str) -> bool:
    """Whether a line ends a paragraph although no blank line follows: it is too long to be a wrapped one, or
    it ends a sentence.
    """
    return len(line) > 130 or line.rstrip().endswith((".", "!", "?", ")", ":"))


def _pieces(lines: list[str], rules: _Rules, names: frozenset[str]) -> list[_Piece]:
    """The stretches of a paragraph between names, marks and furniture."""
    out: list[_Piece] = []
    author, mark = "", False
    body: list[str] = []
    for line in lines:
        signed = _named(rules.signed.match(line))
        named = "" if signed else _author(line, rules, names)
        marked = bool(rules.marks.search(line))
        if not (marked or named or signed or rules.furniture.search(line)):
            body.append(line)
            continue
        if body or signed:
            out.append(_Piece(author, mark, "\n".join(body), signed))
            author, mark, body = "", False, []
        if signed:
            continue
        mark = mark or marked
        author = named or author
        rest = line.lstrip()[1:].strip() if line.lstrip().startswith("•") else ""
        if line.lstrip().lower().startswith("response") and len(line) > 40:
            rest = line.lstrip()[len("response") :]
        if rest and not named and not rules.furniture.search(rest) and len(rest.split()) > 3:
            body.append(rest)
    out.append(_Piece(author, mark, "\n".join(body)))
    return out


def _author(line: str, rules: _Rules, names: frozenset[str]) -> str:
    """The name that a line gives, if that is what it does."""
    plain = line.strip().removeprefix("•").strip()
    if plain in names and not rules.furniture.search(plain):
        return plain
    return _named(rules.author.match(plain))


def _named(m: re.Match[str] | None) -> str:
    return next((g for g in m.groups() if g), "") if m else ""


def _words(parts: list[str]) -> int:
    return sum(len(p.split()) for p in parts)


def _same(body: str, title: str) -> bool:
    """Whether the text is only the title again."""
    plain = re.sub(r"\W+", " ", body).strip().lower()
    heading = re.sub(r"\W+", " ", title).strip().lower()
    return bool(heading) and (
        plain == heading or (len(plain) < 90 and (plain.startswith(heading) or heading.startswith(plain)))
    )


def _reads_like_reply(body: str, rules: _Rules, opener: list[str], title: str) -> bool:
    if rules.surely.search(body):
        return True
    you, me = len(_YOU.findall(body)), len(_ME.findall(body))
    if rules.reply.search(body) and (you >= me or not me):
        return True
    if rules.reply.search(body) and opener and opener[-1].rstrip().endswith(("?", "!", "x")) and you:
        return True
    if opener and "?" in opener[-1][-40:] and len(body) < 1200 and (0 < you >= me or not me):
        return True  # it was asked, and this speaks to the asker
    if title.rstrip().endswith("?") and you and not me and not body.rstrip().endswith("?"):
        return True  # the same, asked in the heading
    return you >= 3 and you > 1.5 * me and not body.rstrip().endswith("?")
