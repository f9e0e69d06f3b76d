"""RunningAHEAD: "Title (Read N times)", then bodies; names, where there are any, at the edge of the page
and bodies indented, with many blank lines everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from secondwind.archive import dates
from secondwind.archive.engine import (
    NO_EDGES,
    NO_NAMES,
    Draft,
    DraftPost,
    Engine,
    Shape,
    Sign,
    bare,
    between,
    body_from,
    cut_at,
    filled,
    read_shape,
    starts_here,
)
from secondwind.archive.model import Unreadable
from secondwind.archive.page import Line, Page
from secondwind.archive.texts import number

SHAPE = Shape(
    post=".forumPost, .post, table.forum tr.message, .message",
    author=(".userName", ".author a", ".author", ".username", ".name"),
    date=(".postDate", ".date", "time"),
    rank=(".tagLine", ".memberTag", ".title"),
    profile=(".userInfo", ".member"),
    body=(".postBody", ".messageBody", ".body", ".content"),
    signature=(".signature", ".sig"),
    without=".signature, .sig",
)

_TITLE = re.compile(r"^(?P<title>.+?)\s*\(Read ([\d,]+) times?\)$", re.I)
_POSTED = re.compile(rf"^(?:posted:?\s+|on\s+)?(?P<date>{dates.ANY})$", re.I)
_TAIL = re.compile(
    r"^(?:Previous|Next|« Previous|Next »|Forums? Home|© ?\d{4}.*RunningAHEAD.*|Login to reply.*"
    r"|\d+(?:\s+\d+)*)$",
    re.I,
)
_PAGER = re.compile(r"^(?:\d+|[«»<>]|\.\.\.|…)(?:\s+(?:\d+|[«»<>]|\.\.\.|…))*$")


class RunningAhead(Engine):
    """As HTML and as text."""

    name = "runningahead"
    clues = ("(read ", "runningahead")

    def html_signs(self, page: Page) -> Iterable[Sign]:
        yield from self.text_signs(page)
        if "runningahead" in page.raw[:5_000].lower():
            yield Sign(0.5, "its name")

    def text_signs(self, page: Page) -> Iterable[Sign]:
        if any(_TITLE.match(line.head) for line in filled(page.lines)[:12]):
            yield Sign(0.8, "(Read … times)")
        if "runningahead.com/" in (page.address or ""):
            yield Sign(0.8, "an address of RunningAHEAD")
        if any("RunningAHEAD" in line.head for line in page.lines[-15:]):
            yield Sign(0.4, "its name in the foot")

    def read_html(self, page: Page) -> Draft:
        draft = Draft(posts=read_shape(page, SHAPE))
        _titled(filled(page.lines), draft)
        draft.title = draft.title or page.words("h1", "h2", "title")
        draft.starts = starts_here(draft.posts, draft.page_number)
        return draft

    def read_text(self, page: Page) -> Draft:
        draft = Draft()
        full = filled(page.lines)
        begin = _titled(full, draft)
        if begin >= len(full):
            raise Unreadable(
                "It looks like a page of RunningAHEAD, but no post stands below its title.", full[-1].number
            )
        if begin and _PAGER.match(full[0].head):
            pages = [int(one) for one in re.findall(r"\d+", full[0].head)]
            draft.page_number = pages[0] if len(pages) == 1 and pages[0] > 1 else None
        lines = cut_at(between(page.lines, full[begin], None), _TAIL, 1)
        heads = _names(lines)
        if heads:
            _named(lines, heads, draft)
        else:
            draft.posts = bare(lines, 4)
            if draft.posts and len(draft.posts) > 1:
                _tag_line(draft)
            draft.warnings.append(NO_NAMES if len(draft.posts) > 1 else NO_EDGES)
        draft.starts = (draft.page_number or 1) == 1
        return draft


def _titled(full: Sequence[Line], draft: Draft) -> int:
    """Take title and views from the top; where the rest begins."""
    for at, line in enumerate(full[:12]):
        if found := _TITLE.match(line.head):
            draft.title, draft.views = found["title"], number(found[2])
            return at + 1
    return 0


def _names(lines: Sequence[Line]) -> list[int]:
    """Lines at the edge of the page that can be names, when what is between them is indented."""
    if not any(line.indent >= 2 and line.text for line in lines):
        return []
    edge = [at for at, line in enumerate(lines) if line.text and line.indent == 0]
    is_name = all(
        len(lines[at].text) <= 40 and not lines[at].text.endswith((".", "?", "!", ",")) for at in edge
    )
    return (
        [at for at in edge if not dates.is_date(lines[at].head) and _begins(lines, at)]
        if edge and is_name
        else []
    )


def _begins(lines: Sequence[Line], at: int) -> bool:
    """Whether a line at the edge is the first of its group: tag lines stand below names."""
    above = [line for line in lines[max(0, at - 2) : at] if line.text]
    return not (above and above[-1].indent == 0)


def _named(lines: Sequence[Line], heads: Sequence[int], draft: Draft) -> None:
    for one, at in enumerate(heads):
        until = heads[one + 1] if one + 1 < len(heads) else len(lines)
        post = DraftPost(author=lines[at].head, line=lines[at].number)
        own: list[Line] = []
        for line in lines[at + 1 : until]:
            if line.text and line.indent == 0 and not own:
                if found := _POSTED.match(line.head):
                    post.date = found["date"]
                else:
                    post.rank = line.head
            elif line.text or own:
                own.append(line)
        post.body = body_from(own)
        draft.posts.append(post)


def _tag_line(draft: Draft) -> None:
    """A few words of their own above the first body are the member's tag line."""
    first = draft.posts[0]
    if len(first.body) <= 60 and "\n" not in first.body and not first.body.endswith((".", "?", "!")):
        draft.posts.pop(0)
        draft.posts[0].rank = first.body
        draft.posts[0].line = first.line
