"""Discourse, as it shows itself to crawlers. Its dates carry their zone in HTML."""

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
    inside,
    read_shape,
    starts_here,
)
from secondwind.archive.model import Unreadable
from secondwind.archive.page import Line, Page
from secondwind.archive.texts import number

SHAPE = Shape(
    post=".crawler-post, .topic-post article, .post-wrapper",
    author=(".creator [itemprop=name]", ".creator a", ".names .username a", ".username"),
    date=(
        "time[itemprop=datePublished]",
        "time.post-time",
        "time[datetime]",
        ".post-date .relative-date",
        ".post-date",
    ),
    number=("[itemprop=position]",),
    rank=(".names .user-title", ".user-title"),
    body=(".post[itemprop=text]", ".cooked", "[itemprop=text]", ".post"),
    without=".meta, aside.onebox img, .quote-controls, .lightbox-wrapper .meta",
)

_LIKES = re.compile(r"^(\d+) Likes?$", re.I)
_NUMBER = re.compile(r"^#?(\d{1,6})$")
_SOLVED = re.compile(
    r"^(?:Solution|✓ Solution|Solved by .+|✅ Solved.*|This is the accepted answer.*)$", re.I
)
_VIEWS = re.compile(r"^([\d,]+) views?$", re.I)
_REPLIES = re.compile(r"^([\d,]+) repl(?:y|ies)$", re.I)
_TAIL = re.compile(
    r"^(?:Related [Tt]opics|Suggested [Tt]opics|Topic\s+Replies\s+Views\s+Activity|Home"
    r"|Powered by Discourse.*|Categories|New .* Topics|Want to read more\? .*|next page →|← previous page)$"
)
_CHROME = re.compile(r"^(?:Reply|Share|Copy link|❤|Last edited .*|\(.+\))$")
_ADDRESS = re.compile(r"/t/[^/?#]+/\d+(?:/\d+)?(?:[?#]|$)")
_PAGE = re.compile(r"[?&]page=(\d+)")


class Discourse(Engine):
    """As HTML and as text."""

    name = "discourse"

    def html_signs(self, page: Page) -> Iterable[Sign]:
        if "discourse" in (page.attribute('meta[name="generator"]', "content") or "").lower():
            yield Sign(0.95, "generator Discourse")
        if page.first(".crawler-post, .topic-post, #topic-title, .cooked"):
            yield Sign(0.7, "posts of Discourse")
        if page.first("body.crawler, noscript[data-path], #data-discourse-setup"):
            yield Sign(0.4, "the crawlers' page of Discourse")

    def text_signs(self, page: Page) -> Iterable[Sign]:
        lines = page.lines
        if any(line.head.startswith("Powered by Discourse") for line in page.heads):
            yield Sign(0.8, "Powered by Discourse")
        if _ADDRESS.search(page.address or ""):
            yield Sign(0.6, "an address of Discourse")
        if _heads(filled(lines)):
            yield Sign(0.45, "name, date, number")
            if any(_LIKES.match(line.head) for line in page.heads):
                yield Sign(0.3, "likes")
        if any(re.match(r"^(?:Related|Suggested) [Tt]opics$", line.head) for line in page.heads):
            yield Sign(0.4, "Related topics")

    def read_html(self, page: Page) -> Draft:
        draft = Draft(posts=read_shape(page, SHAPE))
        draft.title = page.words("#topic-title h1 a", "#topic-title h1", ".crawler-topic-title", "h1")
        draft.forum = page.words(
            ".category-title [itemprop=name]", ".topic-category .category-title", ".badge-category-name"
        )
        draft.tags = [tag.text().strip() for tag in page.tree.css("a.discourse-tag") if tag.text().strip()]
        for post, node in zip(draft.posts, page.tree.css(".crawler-post, .topic-post article"), strict=False):
            if inside(node, ".accepted-answer, [itemprop=acceptedAnswer], .accepted-text") is not None:
                post.mark = "correct"
        return _placed(draft, page)

    def read_text(self, page: Page) -> Draft:
        lines = cut_at(page.lines, _TAIL, 3)
        full = filled(lines)
        heads = _heads(full)
        if heads:
            return _placed(_with_names(lines, full, heads), page)
        if len(full) < 2:
            raise Unreadable("It looks like a page of Discourse, but it holds no post.", 1)
        draft = Draft(title=full[0].head or None)
        draft.posts = bare(between(lines, full[1] if draft.title else full[0], None), 2)
        draft.warnings.append(NO_NAMES if len(draft.posts) > 1 else NO_EDGES)
        return _placed(draft, page)


def _placed(draft: Draft, page: Page) -> Draft:
    found = _PAGE.search(page.address or "")
    draft.page_number = int(found[1]) if found else None
    draft.starts = starts_here(draft.posts, draft.page_number)
    if any(post.mark == "correct" for post in draft.posts):
        draft.state = "answered"
    for line in page.lines:
        if draft.views is None and (views := _VIEWS.match(line.head)):
            draft.views = number(views[1])
        if draft.replies is None and (replies := _REPLIES.match(line.head)):
            draft.replies = number(replies[1])
    return draft


def _heads(full: Sequence[Line]) -> list[int]:
    """Where posts begin: a name, below it a date, below that the number of the post; numbers count up."""
    found: list[int] = []
    last = 0
    for at in range(len(full) - 2):
        place = _NUMBER.match(full[at + 2].head)
        if not place:
            continue
        name, date = full[at].head, full[at + 1].head
        is_head = name and len(name) <= 60 and dates.is_date(date) and not dates.is_date(name)
        if is_head and int(place[1]) > last:
            found.append(at)
            last = int(place[1])
    return found


def _with_names(lines: Sequence[Line], full: Sequence[Line], heads: Sequence[int]) -> Draft:
    draft = Draft()
    before = [line.head for line in full[: heads[0]] if line.head]
    draft.title = before[0] if before else None
    draft.forum = before[1] if len(before) > 1 and len(before[1]) <= 40 else None
    for one, at in enumerate(heads):
        post = DraftPost(
            author=full[at].head,
            date=full[at + 1].head,
            number=int(full[at + 2].head.lstrip("#")),
            line=full[at].number,
        )
        end = full[heads[one + 1]] if one + 1 < len(heads) else None
        if at + 3 < len(full) and (end is None or full[at + 3].number < end.number):
            kept = []
            for line in between(lines, full[at + 3], end):
                if _SOLVED.match(line.head):
                    post.mark = "correct"
                elif not _LIKES.match(line.head) and not _CHROME.match(line.head):
                    kept.append(line)
            post.body = body_from(kept)
        draft.posts.append(post)
    return draft
