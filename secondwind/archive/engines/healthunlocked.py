"""HealthUnlocked: communities such as Couch to 5K. Its older pages show replies without names."""

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
)
from secondwind.archive.model import Unreadable
from secondwind.archive.page import Line, Page
from secondwind.archive.texts import number

SHAPE = Shape(
    post="article.post, .post-view, .main-post, .response, li.reply, .reply",
    author=(
        ".author-name",
        ".post-author a",
        ".response-author a",
        "a.user",
        ".username",
        ".author a",
        ".author",
    ),
    date=("time", ".date"),
    rank=(".author-role", ".user-role", ".badge"),
    body=(".post-body", ".response-body", ".reply-body", ".content", ".body"),
    without=".actions, .like-button",
)

_IMAGE = re.compile(r"^(\S.{0,60}?) profile image$")
_REPLIES = re.compile(r"^([\d,]+) (?:Repl(?:y|ies)|Responses?)$", re.I)
_MEMBERS = re.compile(r"^[\d,]+ members?\s*[•·]?\s*[\d,]+ posts?$", re.I)
_HEADING = re.compile(r"^(.+?)(?:\s*:\s.*)? - ([A-Z][\w '’&-]{2,60})$")
_TO = re.compile(r"^(?:in reply to|Reply to)\s+(\S.{0,60})$", re.I)
_CHROME = re.compile(
    r"^(?:Written by|To view profiles and participate in discussions please.*|Read more about\.\.\."
    r"|Like(?: \(\d+\))?|Reply"
    r"|Report|Share|Save post|Follow post|•|Oldest first|Newest first|Hidden|Reply \(\d+\)|Like Reply.*"
    r"|See more)$",
    re.I,
)
_TAIL = re.compile(
    r"^(?:You may also like\b.*|Not what you're looking for\??"
    r"|Content on HealthUnlocked does not replace.*|Moderation team.*"
    r"|Similar to.*|See all.*posts.*|Related Posts.*)$",
    re.I,
)
_COMMUNITIES = re.compile(r"^(?:Couch to 5K|Bridge to 10K|Strength and Flex|NHS .+|C25K.*)$", re.I)


class HealthUnlocked(Engine):
    """As HTML and as text."""

    name = "healthunlocked"
    clues = ("healthunlocked", "profile image", " members", "may also like", "5k", "10k", "flex", "nhs", "[")

    def html_signs(self, page: Page) -> Iterable[Sign]:
        if "healthunlocked" in (page.attribute('meta[property="og:site_name"]', "content") or "").lower():
            yield Sign(0.9, "og:site_name HealthUnlocked")
        yield from self.text_signs(page)

    def text_signs(self, page: Page) -> Iterable[Sign]:
        lines = page.lines
        if "healthunlocked.com/" in (page.address or ""):
            yield Sign(0.9, "an address of HealthUnlocked")
        if any("HealthUnlocked" in line.head for line in lines[:8] + lines[-20:]):
            yield Sign(0.7, "its name")
        if sum(1 for line in page.heads if _IMAGE.match(line.head)) > 0:
            yield Sign(0.6, "profile image")
        if any(_MEMBERS.match(line.head) for line in page.heads):
            yield Sign(0.5, "members and posts of a community")
        if any(line.head.startswith("You may also like") for line in page.heads):
            yield Sign(0.5, "You may also like…")
        full = filled(lines[:10])
        if full and _COMMUNITIES.match(full[0].head.strip("[]")):
            yield Sign(0.5, "a community's name on top")
        elif full and re.match(r"^\[[^\[\]]{3,60}\]$", full[0].head):
            yield Sign(0.3, "a name in brackets on top")

    def read_html(self, page: Page) -> Draft:
        draft = Draft(posts=read_shape(page, SHAPE), title=page.words("h1"))
        draft.forum = page.words(".community-name", ".breadcrumb a:last-child")
        _facts(page.lines, draft)
        return draft

    def read_text(self, page: Page) -> Draft:
        lines = cut_at(page.lines, _TAIL, 2)
        draft = Draft()
        _facts(lines, draft)
        full = filled(lines)
        if not full:
            raise Unreadable("It looks like a page of HealthUnlocked, but it holds no text.", 1)
        if any(_IMAGE.match(line.head) for line in full):
            return _with_names(lines, full, draft)
        return _without_names(lines, full, draft)


def _facts(lines: Sequence[Line], draft: Draft) -> None:
    for line in lines:
        if draft.replies is None and (found := _REPLIES.match(line.head)):
            draft.replies = number(found[1])


def _without_names(lines: Sequence[Line], full: Sequence[Line], draft: Draft) -> Draft:
    """[Community], title, body; replies below, two blank lines between them."""
    at = 0
    if len(full) > 1 and (found := _HEADING.match(full[0].head)) and full[1].head == found[2]:
        at = 1  # the title of the window
    named = full[at].head.strip("[]")
    if named and len(full) > at + 2 and (full[at].head.startswith("[") or _COMMUNITIES.match(named)):
        draft.forum, at = named, at + 1
    while at < len(full) and _MEMBERS.match(full[at].head):
        at += 1
    if at + 1 < len(full) and len(full[at].head) <= 120 and full[at].head:
        draft.title, at = full[at].head, at + 1
    if at >= len(full):
        raise Unreadable(
            "It looks like a page of HealthUnlocked, but no post stands below its title.", full[-1].number
        )
    split = next((one for one in range(at, len(full)) if _REPLIES.match(full[one].head)), None)
    if split is None:
        draft.posts = bare(_kept(between(lines, full[at], None)), 2)
    else:
        opening = DraftPost(
            body=body_from(_kept(between(lines, full[at], full[split]))), line=full[at].number
        )
        draft.posts = [opening]
        if split + 1 < len(full):
            draft.posts += _replies(_kept(between(lines, full[split + 1], None)), draft.replies)
    draft.warnings.append(NO_NAMES if len(draft.posts) > 1 else NO_EDGES)
    return draft


def _replies(lines: Sequence[Line], count: int | None) -> list[DraftPost]:
    """Replies at two blank lines; at one, where that gives exactly as many as the page counts."""
    wide, narrow = bare(lines, 2), bare(lines, 1)
    return narrow if count is not None and len(wide) != count == len(narrow) else wide


def _kept(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if not _CHROME.match(line.head)]


def _with_names(lines: Sequence[Line], full: Sequence[Line], draft: Draft) -> Draft:
    """The later skin: "NAME profile image" above each name; the writer of the opening post stands below
    it."""
    images = [at for at, line in enumerate(full) if _IMAGE.match(line.head)]
    head = [line.head for line in full[: images[0]] if line.head and not _MEMBERS.match(line.head)]
    if head and (found := _HEADING.match(head[0])):
        draft.forum = found[2]
        head = [one for one in head[1:] if one != draft.forum]
    draft.title = head[-1] if head else None
    written = next((at for at, line in enumerate(full) if line.head == "Written by"), None)
    start = images[0] + 1
    counted = next((at for at in range(start, len(full)) if _REPLIES.match(full[at].head)), None)
    if counted is not None and counted == start:
        start += 1
    stop = written if written is not None else next((at for at in images[1:]), len(full))
    opening = DraftPost(author=_name(full, images[0]), line=full[start].number if start < len(full) else None)
    if start < stop:
        opening.body = body_from(_kept(between(lines, full[start], full[stop] if stop < len(full) else None)))
    draft.posts.append(opening)
    heads = [at for at in images if at > max(stop, images[0]) and not _is_writer(full, at, written)]
    for one, at in enumerate(heads):
        end = full[heads[one + 1]] if one + 1 < len(heads) else None
        draft.posts.append(_reply(lines, full, at, end))
    return draft


def _is_writer(full: Sequence[Line], at: int, written: int | None) -> bool:
    return written is not None and at == written + 1


def _name(full: Sequence[Line], at: int) -> str | None:
    found = _IMAGE.match(full[at].head)
    return found[1] if found else None


def _reply(lines: Sequence[Line], full: Sequence[Line], at: int, end: Line | None) -> DraftPost:
    post = DraftPost(author=_name(full, at), line=full[at].number)
    at += 1
    while at < len(full) and (end is None or full[at].number < end.number):
        text = full[at].head
        if post.author and text.startswith(post.author) and len(text) <= len(post.author) + 30:
            post.rank = text[len(post.author) :].strip() or post.rank
        elif found := _TO.match(text):
            post.in_response_to = found[1]
        elif dates.is_date(text):
            post.date = text
        elif not _CHROME.match(text):
            break
        at += 1
    if at < len(full) and (end is None or full[at].number < end.number):
        kept = [line for line in between(lines, full[at], end) if not _REPLIES.match(line.head)]
        post.body = body_from(_kept(kept))
    return post
