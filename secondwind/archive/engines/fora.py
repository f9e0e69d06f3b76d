"""Fora, VerticalScope's software: XenForo below, a face of its own above.

Some of its forums came from other software and hold bodies with escaped HTML tags as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from secondwind.archive import dates
from secondwind.archive.engine import (
    Draft,
    DraftPost,
    Engine,
    Sign,
    body_from,
    cut_at,
    read_shape,
)
from secondwind.archive.engines import xenforo
from secondwind.archive.model import Unreadable
from secondwind.archive.page import Line, Page
from secondwind.archive.texts import number

SHAPE = replace(
    xenforo.SHAPE,
    post="article.message, .MessageCard, [data-message-card]",
    author=(".MessageCard__user-info__name", ".message-name", "a.username", ".username"),
    rank=(".MessageCard__user-title", ".userTitle", ".user-title"),
    profile=(".MessageCard__user-info", ".message-user-info", ".message-userExtras"),
    date=(".MessageCard__date-created time", ".message-attribution time", "time"),
    number=(".MessageCard__post-position", ".post-number", *xenforo.SHAPE.number),
    count_label="posts",
    since_label="joined",
)

_SPAN = re.compile(r"^([\d,]+)\s*[-–]\s*([\d,]+) of ([\d,]+) Posts$", re.I)
_POSTS = re.compile(r"^([\d,]+) Posts?$", re.I)
_JOINED = re.compile(r"^Joined\b:?\s*(.*)$", re.I)
_HEAD = re.compile(
    rf"^(?P<starter>Discussion "
    rf"Starter)?\s*[·•]?\s*(?:#\s*(?P<number>\d{{1,6}}))?\s*[·•]?\s*(?P<date>{dates.ANY})?"
    r"\s*(?:\(Edited(?: by .*)?\))?$",
    re.I,
)
_CHROME = re.compile(
    r"^(?:[·•]|Reply|Quote|Save|Like|Share|Show more|Reactions:.*|\d+ Reply|\d+ Replies|Sort by.*)$", re.I
)
_TAIL = re.compile(
    r"^(?:Join the discussion|This is an older thread, you may not receive a response.*|Insert Quotes.*"
    r"|Post Reply"
    r"|Recommended Reading|Top Contributors.*|About this Discussion|You may also like.*|\d+ Replies"
    r"|Continue with .*)$",
    re.I,
)
_BANNER = re.compile(r"^(.+?) banner$", re.I)


class Fora(Engine):
    """As HTML and as text."""

    name = "fora"
    clues = (" posts", "discussion starter", "banner", "verticalscope", "california-", "messagecard")

    def html_signs(self, page: Page) -> Iterable[Sign]:
        if page.first('[class*="california-"], .MessageCard, [data-message-card]'):
            yield Sign(0.99, "cards of Fora")
        if "verticalscope" in page.raw[:200_000].lower():
            yield Sign(0.6, "VerticalScope")
        yield from self.text_signs(page)

    def text_signs(self, page: Page) -> Iterable[Sign]:
        lines = page.lines
        if any(_SPAN.match(line.head) for line in page.heads):
            yield Sign(0.6, "1 - 12 of 12 Posts")
        if any(line.head.startswith("Discussion Starter") for line in page.heads):
            yield Sign(0.6, "Discussion Starter")
        if len(_anchors(lines)) > 0:
            yield Sign(0.5, "Joined, posts, between dots")
        if any(_BANNER.match(line.head) for line in lines[:5]):
            yield Sign(0.3, "a banner")

    def read_html(self, page: Page) -> Draft:
        draft = Draft(posts=read_shape(page, SHAPE), title=page.words("h1"))
        for post in draft.posts:
            if (
                post.post_count is None
                and post.rank
                and (found := re.search(r"([\d,]+) posts", post.rank, re.I))
            ):
                post.post_count = number(found[1])
        return _placed(draft, page)

    def read_text(self, page: Page) -> Draft:
        lines = cut_at(page.lines, _TAIL, 3)
        anchors = _anchors(lines)
        if not anchors:
            raise Unreadable(
                "It looks like a page of Fora, but no post with “Joined” and “… Posts” stands on it.", 1
            )
        draft = Draft(title=_title(lines[: anchors[0]]))
        for at, begin in enumerate(anchors):
            until = anchors[at + 1] if at + 1 < len(anchors) else len(lines)
            draft.posts.append(_post(lines, begin, until))
        return _placed(draft, page)


def _placed(draft: Draft, page: Page) -> Draft:
    span = next((found for line in page.lines if (found := _SPAN.match(line.head))), None)
    if span:
        first, last, whole = (number(one) or 0 for one in span.groups())
        draft.starts = first == 1
        draft.replies = whole - 1 if whole else None
        if not (first == 1 and last == whole):
            draft.page_number = (first - 1) // max(last - first + 1, 1) + 1
    elif draft.posts and draft.posts[0].number is not None:
        draft.starts = draft.posts[0].number == 1
    return draft


def _anchors(lines: Sequence[Line]) -> list[int]:
    """Where the head of each post begins: its name where one is shown, or the dot above its rank."""
    found = []
    for at, line in enumerate(lines):
        if not _POSTS.match(line.head):
            continue
        above = [one for one in range(max(0, at - 6), at) if lines[one].text]
        joined = [one for one in above if _JOINED.match(lines[one].head)]
        if not joined:
            continue
        begin = joined[-1]
        while (
            begin > 0 and lines[begin - 1].text and at - begin < 6 and not _ends_post(lines[begin - 1].head)
        ):
            begin -= 1
        found.append(begin)
    return found


def _ends_post(text: str) -> bool:
    return bool(_SPAN.match(text) or re.match(r"^(?:Reply|Quote|Save|Like|Share)$", text, re.I))


def _title(lines: Sequence[Line]) -> str | None:
    named = [
        line.head
        for line in lines
        if line.head and not _SPAN.match(line.head) and not _BANNER.match(line.head)
    ]
    kept = [
        one
        for one in named
        if not _CHROME.match(one) and "banner" not in one.lower() and "views" not in one.lower()
    ]
    return kept[-1] if kept else None


def _post(lines: Sequence[Line], begin: int, until: int) -> DraftPost:
    post = DraftPost(line=lines[begin].number)
    at = begin
    plain: list[str] = []
    while at < until and not (found := _POSTS.match(lines[at].head)):
        text = lines[at].head
        if joined := _JOINED.match(text):
            post.since = joined[1] or None
        elif dates.is_date(text) and post.since is None:
            post.since = text
        elif text and text not in "·•":
            plain.append(text)
        at += 1
    post.post_count = number(found[1]) if found else None
    if plain:
        post.rank = plain[-1]
        post.author = plain[-2] if len(plain) > 1 else None
    at += 1
    while at < until and ((head := _HEAD.match(lines[at].head)) or not lines[at].text):
        if head and lines[at].text:
            post.by_opener = True if head["starter"] else post.by_opener
            post.number = number(head["number"]) or post.number
            post.date = head["date"] or post.date
        elif post.number is not None or post.date is not None:
            break
        at += 1
    post.body = body_from([line for line in lines[at:until] if not _CHROME.match(line.head)])
    return post
