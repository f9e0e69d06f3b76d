"""What every engine shares. An engine is one module of `engines/` with a class that extends `Engine`.

It says by which signs its pages are known, and reads a page into a `Draft`: the posts in the order of the
page, with what stands beside them. Everything else (signatures, who responds to whom, what is printed
twice, e-mail addresses) is done for all of them in `finish.py`.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from selectolax.lexbor import LexborNode

from secondwind.archive import dates
from secondwind.archive.model import Mark, State, Written
from secondwind.archive.page import Line, Page
from secondwind.archive.texts import line_of, number, text_of, tidy


@dataclass(frozen=True, slots=True)
class Sign:
    """Something by which an engine is known. `weight` is how sure it makes one, from 0 to 1."""

    weight: float
    what: str


@dataclass(slots=True)
class DraftPost:
    """A post as it was cut out of the page; dates are words still."""

    body: str = ""
    number: int | None = None
    author: str | None = None
    author_address: str | None = None
    by_opener: bool | None = None
    rank: str | None = None
    points: int | None = None
    post_count: int | None = None
    since: str | Written | None = None
    location: str | None = None
    date: str | Written | None = None
    title: str | None = None
    in_response_to: str | None = None
    signature: str | None = None
    mark: Mark | None = None
    line: int | None = None


@dataclass(slots=True)
class Draft:
    """A thread as it was cut out of the page."""

    posts: list[DraftPost] = field(default_factory=list)
    title: str | None = None
    page_number: int | None = None
    starts: bool = True
    first_unnumbered: bool = False
    forum: str | None = None
    views: int | None = None
    replies: int | None = None
    latest_date: str | None = None
    latest_author: str | None = None
    state: State | None = None
    tags: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class Engine(ABC):
    """One kind of forum software. `version` counts up whenever it reads pages differently."""

    name: ClassVar[str]
    version: ClassVar[int] = 1
    clues: ClassVar[tuple[str, ...]] = ()
    """Words in lower case of which a page of this engine has at least one; none means that no word tells."""

    def signs(self, page: Page) -> Iterable[Sign]:
        """What on the page speaks for this engine."""
        if self.clues and not any(clue in page.lowered for clue in self.clues):
            return ()
        return self.html_signs(page) if page.is_html else self.text_signs(page)

    @abstractmethod
    def html_signs(self, page: Page) -> Iterable[Sign]:
        """The same for HTML."""

    @abstractmethod
    def text_signs(self, page: Page) -> Iterable[Sign]:
        """The same for plain text."""

    def read(self, page: Page) -> Draft:
        """The thread of a page. Raises Unreadable with the line where it is mangled."""
        if page.is_html:
            draft = self.read_html(page)
            if draft.posts:
                return draft
        return self.read_text(page)

    @abstractmethod
    def read_html(self, page: Page) -> Draft:
        """The thread of an HTML page; without posts where the HTML is of a skin that is not known."""

    @abstractmethod
    def read_text(self, page: Page) -> Draft:
        """The thread of a text page, or of the text that HTML shows."""


# --- What parsers of HTML share ----------------------------------------------------------------------------

Selectors = tuple[str, ...]  # CSS selectors, the first that finds something counts


@dataclass(frozen=True, slots=True)
class Shape:
    """Where the HTML of an engine has what. `without` is taken out of bodies first; `labels` are the words
    before a count, a date and a place beside the name; `profile` is the element that holds them."""

    post: str
    author: Selectors
    body: Selectors
    date: Selectors = ()
    number: Selectors = ()
    title: Selectors = ()
    rank: Selectors = ()
    profile: Selectors = ()
    signature: Selectors = ()
    without: str = ""
    count_label: str = "(?:posts|messages)"
    since_label: str = "(?:join date|joined|registered|member since)"
    points_label: str = "points"
    place_label: str = "location"


def read_shape(page: Page, shape: Shape) -> list[DraftPost]:
    """The posts of an HTML page, in its order."""
    return [_shaped(node, shape) for node in outermost(page.tree.css(shape.post))]


def outermost(nodes: Iterable[LexborNode]) -> list[LexborNode]:
    """The elements that are not within another one of them, each once, in the order of the page."""
    listed = {node.mem_id: node for node in nodes}
    found = []
    for node in listed.values():
        above = node.parent
        while above is not None and above.mem_id not in listed:
            above = above.parent
        if above is None:
            found.append(node)
    return found


def inside(node: LexborNode, *selectors: str) -> LexborNode | None:
    """The first element within another that one of the selectors finds."""
    for selector in selectors:
        if (found := node.css_first(selector)) is not None:
            return found
    return None


def words(node: LexborNode, *selectors: str) -> str | None:
    """Its words as one line, or None."""
    for selector in selectors:
        for found in node.css(selector):
            if line := line_of(found):
                return line
    return None


def attribute(node: LexborNode, selector: str, name: str) -> str | None:
    """An attribute of the first element that a selector finds and that has it."""
    for found in node.css(selector):
        if value := (found.attributes.get(name) or "").strip():
            return value
    return None


def body_of(node: LexborNode, *selectors: str, without: str = "") -> str:
    """The text of the first of these elements, without what `without` selects in it."""
    found = inside(node, *selectors)
    if found is None:
        return ""
    if without:
        for one in found.css(without):
            one.decompose()
    return text_of(found)


def moment(node: LexborNode, *selectors: str) -> str | Written | None:
    """The date in an element: its words, made exact by what its attributes say."""
    found = inside(node, *selectors)
    if found is None:
        return None
    given = found.attributes
    shown = line_of(found) or (given.get("title") or "").strip()
    for name in ("datetime", "content"):
        exact = dates.read(given.get(name) or "")
        if exact.iso:
            return Written((given.get("title") or "").strip() or shown or exact.text, exact.iso, exact.zone)
    titled = (given.get("title") or "").strip()
    return titled if dates.read(titled).iso else shown or None


def _shaped(node: LexborNode, shape: Shape) -> DraftPost:
    post = DraftPost(
        author=words(node, *shape.author) or (node.attributes.get("data-author") or "").strip() or None,
        author_address=_profile_address(node, shape.author),
        date=moment(node, *shape.date),
        number=_numbered(words(node, *shape.number)),
        title=words(node, *shape.title),
        rank=words(node, *shape.rank),
        signature=body_of(node, *shape.signature) or None,
    )
    if (profile := inside(node, *shape.profile)) is not None:
        _beside(post, text_of(profile), shape)
    post.body = body_of(node, *shape.body, without=shape.without)
    return post


def _beside(post: DraftPost, text: str, shape: Shape) -> None:
    """Count, date, points and place out of what stands beside a name."""
    post.post_count = number(_labelled(text, shape.count_label))
    post.points = number(_labelled(text, shape.points_label))
    post.since = _labelled(text, shape.since_label)
    post.location = _labelled(text, shape.place_label)


def _labelled(text: str, label: str) -> str | None:
    """What stands after a label in a line ("Posts: 120"), in the next one, or before it ("120 posts")."""
    if found := re.search(rf"(?im)^\W*{label}\b\s*:?[ ]*\n?[ ]*([^\n]+)$", text):
        return found[1].strip()
    found = re.search(rf"(?im)^\W*([\d,]+)\s+{label}\W*$", text)
    return found[1] if found else None


def _numbered(text: str | None) -> int | None:
    found = re.search(r"#?\s*([\d,]{1,9})\s*\.?$", text or "")
    return number(found[1]) if found else None


def _profile_address(node: LexborNode, selectors: Selectors) -> str | None:
    for selector in selectors:
        if (found := node.css_first(selector)) is None:
            continue
        link = found if found.tag == "a" else found.css_first("a") or found.parent
        address = (link.attributes.get("href") or "").strip() if link is not None and link.tag == "a" else ""
        if address and not address.startswith(("#", "javascript:", "mailto:")):
            return address
    return None


# --- What parsers of text share ----------------------------------------------------------------------------


def body_from(lines: Sequence[Line]) -> str:
    """Lines of a page as the text of a post."""
    return tidy("\n".join(line.text for line in lines))


def blocks(lines: Sequence[Line], blanks: int) -> list[list[Line]]:
    """Runs of lines with at least so many blank lines between them."""
    found: list[list[Line]] = [[]]
    empty = 0
    for line in lines:
        if line.text:
            if empty >= blanks and found[-1]:
                found.append([])
            found[-1].append(line)
            empty = 0
        else:
            empty += 1
            if found[-1]:
                found[-1].append(line)
    return [run for run in found if run]


def filled(lines: Sequence[Line]) -> list[Line]:
    """The lines that hold something."""
    return [line for line in lines if line.text]


def skip_blank(lines: Sequence[Line], at: int) -> int:
    """The index of the next line that holds something, or the length."""
    while at < len(lines) and not lines[at].text:
        at += 1
    return at


def cut_at(lines: Sequence[Line], tail: re.Pattern[str], start: int = 0) -> list[Line]:
    """The lines before the first one, from `start` on, that belongs to the end of the page."""
    for at in range(start, len(lines)):
        if tail.match(lines[at].text):
            return list(lines[:at])
    return list(lines)


def starts_here(posts: Sequence[DraftPost], page_number: int | None) -> bool:
    """Whether the first of these posts is the first of its thread, by its number or by that of the page."""
    first = posts[0].number if posts else None
    return first == 1 if first is not None else (page_number or 1) == 1


def between(lines: Sequence[Line], first: Line, last: Line | None) -> list[Line]:
    """The lines of a page, blank ones too, from one line to before another (or to the end)."""
    until = last.number if last is not None else lines[-1].number + 1
    return [line for line in lines if first.number <= line.number < until]


def bare(lines: Sequence[Line], blanks: int) -> list[DraftPost]:
    """Posts of a page that shows neither names nor dates: what stands between so many blank lines."""
    found = []
    for run in blocks(lines, blanks):
        if body := body_from(run):
            found.append(DraftPost(body=body, line=filled(run)[0].number))
    return found


NO_NAMES = "The page shows no names and dates; posts are told apart by blank lines alone."
NO_EDGES = "The page does not show where a post ends, so its text is kept as one post."
