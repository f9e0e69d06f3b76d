"""Usenet groups mirrored as a board: the title twice, then "Post by NAME » Sun, 24 May 1998 04:00:00"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from secondwind.archive.engine import Draft, DraftPost, Engine, Shape, Sign, cut_at, filled, read_shape
from secondwind.archive.engines.phpbb import BY, by_lines, is_internet_date
from secondwind.archive.model import Unreadable
from secondwind.archive.page import Line, Page

SHAPE = Shape(
    post="div.post", author=("p.author strong", ".author strong", ".author b"), date=("p.author", ".author"),
    title=("h3", "h2"), body=(".content", ".postbody"), signature=(".signature",),
)  # fmt: skip

_TAIL = re.compile(
    r"^(?:Similar Threads|Powered by .*|Return to .*|Who is online|\d+\.\s+Re: .*|Board index)$", re.I
)
_GROUP = re.compile(r"\b(?:rec|alt|misc|uk|sci|aus|de|fr)\.[a-z0-9-]+(?:\.[a-z0-9-]+)+\b")
_HEADER = re.compile(
    r"^(?:From|Newsgroups|Subject|Date|Message-ID|References|Path|Organization|Lines):\s", re.I
)


class Usenet(Engine):
    """As HTML and as text."""

    name = "usenet"
    clues = ("»", "›", "newsgroups", "rec.", "alt.", "misc.", "uk.")

    def html_signs(self, page: Page) -> Iterable[Sign]:
        yield from self.text_signs(page)

    def text_signs(self, page: Page) -> Iterable[Sign]:
        lines = page.lines
        by = [found for line in page.heads if (found := BY.match(line.head))]
        if by and all(is_internet_date(found["date"]) for found in by):
            yield Sign(0.85, "Post by … » with a date of the net")
        if any(_GROUP.search(line.head) for line in lines[:30]):
            yield Sign(0.4, "the name of a group")
        if sum(1 for line in page.heads if _HEADER.match(line.head)) >= 3:
            yield Sign(0.5, "headers of an article")
        if by and _title_twice(lines):
            yield Sign(0.4, "the title twice")

    def read_html(self, page: Page) -> Draft:
        draft = Draft(posts=read_shape(page, SHAPE), title=page.words("h1", "h2"))
        for post in draft.posts:
            _by(post)
        return draft

    def read_text(self, page: Page) -> Draft:
        lines = cut_at(page.lines, _TAIL, 3)
        full = filled(lines)
        if not any(BY.match(line.head) for line in full):
            raise Unreadable(
                "It looks like an article of Usenet, but no line “Post by … »” stands above one.", 1
            )
        draft = by_lines(lines, full)
        for post in draft.posts:
            body = post.body.split("\n")
            while body and _HEADER.match(body[0]):
                body.pop(0)
            post.body = "\n".join(body).strip("\n")
        group = next((found for line in lines[:30] if (found := _GROUP.search(line.head))), None)
        draft.forum = group[0] if group else None
        return draft


def _by(post: DraftPost) -> None:
    if isinstance(post.date, str) and (found := BY.match(post.date)):
        post.author, post.date = found["who"], found["date"]


def _title_twice(lines: list[Line]) -> bool:
    full = filled(lines[:12])
    return len(full) > 1 and full[0].text == full[1].text
