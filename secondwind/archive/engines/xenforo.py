"""XenForo 1 and 2."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from secondwind.archive import dates
from secondwind.archive.engine import (
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
    post="article.message--post, article.message, li.message[data-author], li.message[id^=post-]",
    author=(".message-name", "a.username", ".username"),
    date=(
        ".message-attribution time",
        ".message-date time",
        ".messageMeta abbr.DateTime",
        ".messageMeta .DateTime",
        "abbr.DateTime",
        "span.DateTime",
        "time",
    ),
    number=(
        ".message-attribution-opposite li:last-child a",
        ".message-attribution-opposite a",
        "a.postNumber",
        ".hashPermalink",
    ),
    rank=(".userTitle", ".message-userTitle"),
    profile=(".message-userExtras", ".extraUserInfo"),
    body=(".message-body .bbWrapper", "article.message-body", ".messageText", ".message-content .bbWrapper"),
    signature=(".message-signature", ".signature"),
    without=".bbCodeBlock-expandLink, .js-expandLink, .attribution.type-x, .message-lastEdit, .quoteExpand",
    count_label="messages",
    place_label="(?:location|from)",
)

_COUNTER = re.compile(r"^[\d,]+$")
_LABEL = re.compile(
    r"^(Joined|Messages|Reaction score|Likes Received|Trophy Points|Points|Location|Website|Age"
    r"|City):?(?:\s+(.+))?$",
    re.I,
)
_NUMBER = re.compile(r"^#\s*(\d{1,6})$")
_REACTIONS = re.compile(r"^(?:Reactions:\s*.+|.+ likes? this\.)$", re.I)
_STARTER = re.compile(r"^(?:Thread starter|Start date|Tags)\b.*$", re.I)
_CHROME = re.compile(r"^(?:Like|Reply|Quote|Share|Add bookmark|Report|Click to expand\.\.\.|New|OP|•"
                     r"|Guest|Staff member|"
                     r"Thread starter|Show Ignored Content|Log in or Sign up.*"
                     r"|You must log in.*)$", re.I)  # fmt: skip
_TAIL = re.compile(r"^(?:You must log in or register to reply here\.?|Similar threads|Share this page|Share:|"
                   r"\(You must log in.*|Forum software by XenForo.*"
                   r"|Community platform by XenForo.*)", re.I)  # fmt: skip
_PAGE = re.compile(r"(?:/page-|[?&]page=)(\d+)")


class XenForo(Engine):
    """As HTML; as text with a block of counters beside each name; and as bare bodies."""

    name = "xenforo"

    def html_signs(self, page: Page) -> Iterable[Sign]:
        root = page.first("html")
        if root is not None and ((root.attributes.get("id") or "").lower() in {"xenforo", "xf"}):
            yield Sign(0.8, "html id XenForo")
        if page.first("article.message--post[data-author], li.message[data-author]"):
            yield Sign(0.7, "messages with data-author")
        if page.first(".bbWrapper, .messageText, .bbCodeBlock"):
            yield Sign(0.3, "class bbWrapper")
        yield from self.text_signs(page)

    def text_signs(self, page: Page) -> Iterable[Sign]:
        lines = page.lines
        if any("XenForo" in line.head for line in lines[-40:]):
            yield Sign(0.6, "XenForo in the foot")
        if _anchors(filled(lines)):
            yield Sign(0.6, "counters beside a name")
        if any(line.head.startswith("Reactions: ") for line in page.heads):
            yield Sign(0.4, "Reactions:")
        if any(re.match(r"^Thread starter\b", line.head) for line in page.heads) and any(
            line.head.startswith("Start date") for line in page.heads
        ):
            yield Sign(0.6, "Thread starter, Start date")
        if re.search(r"/threads/[^/]+\.\d+(?:/|$)|/posts/\d+/?$", page.address or ""):
            yield Sign(0.5, "an address of XenForo")

    def read_html(self, page: Page) -> Draft:
        draft = Draft(posts=read_shape(page, SHAPE))
        draft.title = page.words("h1.p-title-value", ".titleBar h1", "h1")
        draft.forum = page.words(".p-breadcrumbs li:last-child", ".breadcrumb .crust:last-child")
        return _placed(draft, page)

    def read_text(self, page: Page) -> Draft:
        lines = cut_at(page.lines, _TAIL, 2)
        full = filled(lines)
        anchors = _anchors(full)
        draft = _with_names(lines, full, anchors) if anchors else _bare(lines)
        return _placed(draft, page)


def _placed(draft: Draft, page: Page) -> Draft:
    found = _PAGE.search(page.address or "")
    draft.page_number = int(found[1]) if found else None
    draft.starts = starts_here(draft.posts, draft.page_number)
    return draft


def _anchors(lines: Sequence[Line]) -> list[tuple[int, int, DraftPost]]:
    """(first line, line after, post) for each block of a name, a group, a date and three counters."""
    found: list[tuple[int, int, DraftPost]] = []
    if not any(_COUNTER.match(line.head) for line in lines):
        return found
    at = 0
    while at + 2 < len(lines):
        if (block := _block(lines, at)) is not None:
            found.append((at, *block))
            at = block[0]
        else:
            at += 1
    return found


def _block(lines: Sequence[Line], at: int) -> tuple[int, DraftPost] | None:
    """The line after, and the post that begins at a line: its name, its group, then date and counters.

    The date above the counters is the day on which the member joined, as the skin has it; that of the post
    stands beside its number.
    """
    post = DraftPost(author=lines[at].head, line=lines[at].number)
    if not _is_name(lines[at].head):
        return None
    at += 1
    if at < len(lines) and _is_name(lines[at].head) and not _LABEL.match(lines[at].head):
        post.rank, at = lines[at].head, at + 1
    while at < len(lines) and lines[at].head in {"Staff member", "Thread starter", "•"}:
        at += 1
    beside = _counters(lines, at, post)
    if beside is None:
        return None
    at, labelled = beside
    if at < len(lines) and not labelled and _is_place(lines, at):
        post.location, at = lines[at].head, at + 1
    return _message_head(lines, at, post), post


def _counters(lines: Sequence[Line], at: int, post: DraftPost) -> tuple[int, bool] | None:
    """Take date and counters from a line on: the line after them, and whether they have labels."""
    counters: list[int | None] = []
    label, labelled = "", False
    while at < len(lines):
        text = lines[at].head
        if label:
            _set(post, label, text)
            label = ""
        elif said := _LABEL.match(text):
            label, labelled = said[1].lower(), True
            if said[2]:
                _set(post, label, said[2])
                label = ""
        elif _COUNTER.match(text) and (post.since or labelled) and len(counters) < 4:
            counters.append(number(text))
        elif dates.is_date(text) and post.since is None and not counters:
            post.since = str(text)
        else:
            break
        at += 1
    if not labelled and (len(counters) < 3 or post.since is None):
        return None
    _count(post, counters)
    return at, labelled


def _set(post: DraftPost, label: str, value: str) -> None:
    if label == "joined":
        post.since = value
    elif label == "messages":
        post.post_count = number(value)
    elif label in {"points", "trophy points"}:
        post.points = number(value)
    elif label in {"location", "city"}:
        post.location = value


def _count(post: DraftPost, counters: Sequence[int | None]) -> None:
    if len(counters) >= 3:  # messages, reactions or likes, points
        post.post_count = post.post_count if post.post_count is not None else counters[0]
        post.points = post.points if post.points is not None else counters[2]


def _is_name(text: str) -> bool:
    return (
        0 < len(text) <= 40 and len(text.split()) <= 4 and not dates.is_date(text)
        and not _COUNTER.match(text) and not _NUMBER.match(text) and text[-1] not in ".?!:;,"
    )  # fmt: skip


def _is_place(lines: Sequence[Line], at: int) -> bool:
    """Whether a line is a place: short, no sentence, and something stands below it."""
    text = lines[at].head
    return (
        0 < len(text) <= 40 and len(text.split()) <= 5 and text[-1] not in ".?!:;" and text[0].isupper()
        and at + 1 < len(lines) and not dates.is_date(text) and _block(lines, at) is None
    )  # fmt: skip


def _message_head(lines: Sequence[Line], at: int, post: DraftPost) -> int:
    while at < len(lines):
        text = lines[at].head
        if dates.is_date(text) and post.date is None:
            post.date = text
        elif (found := _NUMBER.match(text)) and post.number is None:
            post.number = int(found[1])
        elif not _CHROME.match(text):
            break
        at += 1
    return at


def _with_names(
    lines: Sequence[Line], full: Sequence[Line], anchors: Sequence[tuple[int, int, DraftPost]]
) -> Draft:
    draft = Draft()
    head = [line.text for line in full[: anchors[0][0]] if not _STARTER.match(line.head)]
    draft.title = head[0] if head else None
    for at, (_, begin, post) in enumerate(anchors):
        end = full[anchors[at + 1][0]] if at + 1 < len(anchors) else None
        if begin < len(full) and (end is None or full[begin].number < end.number):
            post.body = _body(between(lines, full[begin], end))
        draft.posts.append(post)
    return draft


def _bare(lines: Sequence[Line]) -> Draft:
    """Bodies below a title, with a line of nothing but a hard space between them."""
    full = filled(lines)
    if len(full) < 2:
        raise Unreadable("It looks like a XenForo page, but it holds no text.", 1)
    draft = Draft(title=full[0].text, warnings=[NO_NAMES])
    draft.posts = bare([line for line in between(lines, full[1], None) if not _is_chrome(line)], 2)
    return draft


def _body(lines: Sequence[Line]) -> str:
    return body_from([line for line in lines if not _is_chrome(line)])


def _is_chrome(line: Line) -> bool:
    return bool(_CHROME.match(line.head) or _REACTIONS.match(line.head))
