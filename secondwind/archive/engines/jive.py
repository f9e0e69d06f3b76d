"""Jive (Clearspace, SBS): Cool Running and Active's community in its last decade.

Replies are numbered from 1 below a first message without a number. Its pages hold traps: "Currently Being
Moderated" is a label of public pages and no state; "Legend" is a rank, and the heading of the key to the
points; the list "More Like This" was loaded by a script and says "Retrieving data ..." for ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from selectolax.lexbor import LexborNode

from secondwind.archive import dates
from secondwind.archive.engine import (
    Draft,
    DraftPost,
    Engine,
    Sign,
    attribute,
    body_from,
    body_of,
    outermost,
    skip_blank,
    words,
)
from secondwind.archive.model import Mark, State, Unreadable
from secondwind.archive.page import Line, Page
from secondwind.archive.texts import number, text_of

RANKS = ("Rookie", "Amateur", "Pro", "Legend")

_BULLET = re.compile(r"^[•·*‣◦-]\s+")
_SINCE = re.compile(rf"^(?P<who>.*?)\s*\b(?P<count>[\d,]+)\s+posts?\s+since\s*(?P<date>{dates.ANY})?$", re.I)
_MESSAGE = re.compile(
    rf"^(?:(?P<number>\d{{1,6}})\.\s*)?(?P<date>{dates.ANY})"
    r"(?:\s*[(,-]?\s*in response to:?\s+(?P<to>.+?)\)?)?$",
    re.I,
)
_MODERATED = re.compile(r"^Currently Being Moderated$", re.I)
_VIEWS = re.compile(r"\b([\d,]+)\s+Views?\b")
_REPLIES = re.compile(r"\b([\d,]+)\s+Repl(?:y|ies)\b")
_LATEST = re.compile(
    rf"\b(?:Latest reply|Last post)(?: on)?:?\s*(?P<date>{dates.ANY})\s+by:?\s+(?P<who>\S.*?)\s*$", re.I
)
_STATE = re.compile(r"^(?:This Question is )?(Assumed Answered|Not Answered|Unanswered|Answered)\.?$", re.I)
_MARK = re.compile(
    r"^(?:Marked as:?\s+)?(Helpful|Correct) Answer(?: by .*)?$|^Marked as:?\s+(helpful|correct)\b.*$", re.I
)
_TAGS = re.compile(r"^Tags:\s*(.*)$")
_SPACE = re.compile(
    r"^Up to (?:Discussions in )?(.+?)(?:\s*\|.*)?$|^(?:Home > .* > )?Discussions? > (.+)$", re.I
)
_TAIL = re.compile(
    r"^(?:More Like This|Bookmarked By(?: \(\d+\))?|Incoming Links|Retrieving data ?\.\.\.|Legend"
    r"|(?:•\s*)?(?:Correct|Helpful) Answers - \d+ points.*|Go to original post|Actions)$",
    re.I,
)
_CHROME = re.compile(
    r"^(?:Reply|Report Abuse|Like(?: \(\d+\))?|Like • Show \d+ Likes?(?: ?\(?\d+\)?)?|Actions|Show \d+ Likes?"
    r"(?: ?\(?\d+\)?)?|Comments? \d+|Edit|Mark (?:as )?(?:correct|helpful)|\d+ people found this helpful|"
    r"Currently Being Moderated|Alert Moderator|Permalink|Level \d+)$",
    re.I,
)
# The skin of versions 7 to 9.
_ASKED = re.compile(
    rf"^(?:Question|Discussion) (?:asked|created|started) by (?P<who>.+?) on (?P<date>{dates.ANY})$", re.I
)
_LATEST_NEW = re.compile(rf"^Latest reply on (?P<date>{dates.ANY})(?: by (?P<who>.+))?$", re.I)
_REPLY_NEW = re.compile(
    rf"^(?:(?P<number>\d{{1,6}})\.\s*)?(?P<who>\S.{{0,60}}?)\s+(?P<date>{dates.ANY})"
    r"(?:\s*\(in response to:?\s+(?P<to>.+?)\))?$",
    re.I,
)
_STATES_RUN_TOGETHER = re.compile(
    r"^(?:Answered|Not Answered)?(Assumed Answered|Not Answered|Answered)$", re.I
)


class Jive(Engine):
    """Both skins, as HTML and as text."""

    name = "jive"
    clues = (
        "posts since",
        "being moderated",
        "asked by",
        "created by",
        "started by",
        "jive",
        "in response to",
    )

    def html_signs(self, page: Page) -> Iterable[Sign]:
        if "jive" in (page.attribute('meta[name="generator"]', "content") or "").lower():
            yield Sign(0.9, "generator Jive")
        if page.first(".jive-thread-message, .jive-thread-post, .jive-thread-reply, .jive-thread-messages"):
            yield Sign(0.9, "class jive-thread-message")
        elif page.first('[class*="jive-"]'):
            yield Sign(0.5, "classes jive-…")
        if not page.first("[class*=message]"):
            yield from self.text_signs(page)

    def text_signs(self, page: Page) -> Iterable[Sign]:
        since = sum(1 for line in page.heads if _SINCE.match(line.head))
        if since:
            yield Sign(0.6, "posts since")
        if any(_MODERATED.match(line.head) for line in page.heads):
            yield Sign(0.6, "Currently Being Moderated")
        if any(_LATEST.search(line.head) and _REPLIES.search(line.head) for line in page.heads):
            yield Sign(0.5, "Latest reply")
        if any(_ASKED.match(line.head) for line in page.heads):
            yield Sign(0.7, "Question asked by")
        if any("(in response to " in line.text and _MESSAGE.match(line.head) for line in page.heads):
            yield Sign(0.4, "in response to")
        if any(re.match(r"^(?:•\s*)?Correct Answers - \d+ points", line.head) for line in page.heads):
            yield Sign(0.4, "Correct Answers - 10 points")

    # --- HTML ----------------------------------------------------------------------------------------------

    def read_html(self, page: Page) -> Draft:
        draft = Draft(first_unnumbered=True)
        nodes = page.tree.css(".jive-thread-message, .jive-thread-post, .jive-thread-reply")
        for node in outermost(nodes):
            post = _html_post(node)
            if post.body or post.author:
                draft.posts.append(post)
        draft.title = page.words(
            ".jive-thread-subject", ".jive-content-header h1", ".jive-thread-post-subject h2", "h1"
        ) or (draft.posts[0].title if draft.posts else None)
        _facts(page.lines, draft)
        draft.forum = (
            page.words(".jive-breadcrumb a:last-of-type", "#jive-breadcrumb a:last-of-type") or draft.forum
        )
        if draft.posts and draft.posts[0].number is not None:
            draft.starts = False
        return draft

    # --- Text ----------------------------------------------------------------------------------------------

    def read_text(self, page: Page) -> Draft:
        lines = page.lines
        if any(_ASKED.match(line.head) for line in lines) and not any(
            _SINCE.match(line.head) for line in lines
        ):
            return _newer(lines)
        return _older(lines)


# --- HTML --------------------------------------------------------------------------------------------------


def _html_post(node: LexborNode) -> DraftPost:
    post = DraftPost()
    post.author = words(
        node, ".jive-username-link", ".jiveTT-hover-user", ".jive-author a", ".jive-author strong", ".author"
    )
    post.author_address = attribute(node, ".jive-username-link, .jiveTT-hover-user, .jive-author a", "href")
    beside = words(node, ".jive-author", ".jive-author-avatar-container", ".author-info") or ""
    _byline(beside, post, set())
    post.rank = (
        words(node, ".jive-status-level", ".jive-user-status-level", ".jive-author-status") or post.rank
    )
    head = words(node, ".jive-thread-post-details", ".jive-thread-reply-details", ".jive-thread-post-date",
                 ".jive-thread-reply-date", ".jive-message-date", ".date")  # fmt: skip
    if head and (found := _MESSAGE.match(head)):
        post.number = number(found["number"])
        post.date, post.in_response_to = found["date"], found["to"]
    post.title = words(
        node, ".jive-thread-post-subject", ".jive-thread-reply-subject", ".jive-subject", "h2", "h3"
    )
    own = node.css_first(".jive-rendered-content, .jive-thread-post-message, .jive-thread-reply-message")
    post.body = (
        text_of(own) if own is not None else body_of(node, ".jive-thread-post-body, .jive-thread-reply-body")
    )
    post.signature = words(node, ".jive-signature", ".jive-thread-post-signature")
    if node.css_first(".jive-correct-answer, .jive-answer-correct, .jive-icon-correct-answer") is not None:
        post.mark = "correct"
    elif node.css_first(".jive-helpful-answer, .jive-answer-helpful, .jive-icon-helpful-answer") is not None:
        post.mark = "helpful"
    return post


# --- The skin of versions 2 to 5 ---------------------------------------------------------------------------


def _older(lines: Sequence[Line]) -> Draft:
    draft = Draft(first_unnumbered=True)
    names = _named(lines)
    starts = _bylines(lines)
    if not starts:
        raise Unreadable("It looks like a Jive page, but no line says “… posts since …” beside a name.", 1)
    _facts(lines[: starts[0][0]], draft)
    last = starts[-1][1]
    end = _tail(lines, last)
    for at, (begin, since) in enumerate(starts):
        until = starts[at + 1][0] if at + 1 < len(starts) else end
        draft.posts.append(_text_post(lines, begin, since, until, names, draft))
    _facts(lines[end:], draft, only_tail=True)
    draft.starts = draft.posts[0].number is None
    draft.title = draft.posts[0].title
    return draft


def _bylines(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """Where the name above a post begins, and where its line "N posts since" stands."""
    found = []
    for at, line in enumerate(lines):
        match = _SINCE.match(line.head)
        if not match or not (match["date"] or _date_follows(lines, at)):
            continue
        if not (_has_rank(match["who"]) or _message_follows(lines, at)):
            continue  # "I made 3 posts since May 1, 2010" is something that people write
        begin = at
        who = _BULLET.sub("", match["who"])
        if not who or who in RANKS:  # name, rank and count on lines of their own
            wanted = 1 if who else 2
            while (
                wanted and begin > 0 and lines[begin - 1].text and not _MODERATED.match(lines[begin - 1].text)
            ):
                begin -= 1
                wanted -= 1
                if _BULLET.match(lines[begin].head):
                    break
        found.append((begin, at))
    return found


def _has_rank(who: str) -> bool:
    return who.rpartition(" ")[2] in RANKS


def _message_follows(lines: Sequence[Line], at: int) -> bool:
    after = [line for line in lines[at + 1 : at + 12] if line.text][:4]
    return any(_MESSAGE.match(line.head) or _MODERATED.match(line.head) for line in after)


def _date_follows(lines: Sequence[Line], at: int) -> bool:
    after = skip_blank(lines, at + 1)
    return after < len(lines) and dates.is_date(lines[after].text)


def _named(lines: Sequence[Line]) -> set[str]:
    """Names that the page writes where nothing else can stand: they tell a name from a rank beside it."""
    found = {match["to"] for line in lines if (match := _MESSAGE.match(line.head)) and match["to"]}
    return found | {match["who"] for line in lines if (match := _LATEST.search(line.head))}


def _text_post(
    lines: Sequence[Line], begin: int, since: int, until: int, names: set[str], draft: Draft
) -> DraftPost:
    post = DraftPost(line=lines[begin].number)
    _byline(" ".join(line.text for line in lines[begin : since + 1]), post, names)
    at = since + 1
    if post.since is None:
        at = skip_blank(lines, at)
        post.since, at = lines[at].text, at + 1
    at = skip_blank(lines, at)
    while at < until and (_MODERATED.match(lines[at].head) or _mark(lines[at].text)):
        post.mark = _mark(lines[at].text) or post.mark
        at = skip_blank(lines, at + 1)
    found = _MESSAGE.match(lines[at].head) if at < until else None
    if found is None:
        shown = lines[at].text[:60] if at < until else ""
        raise Unreadable(
            f"After the name “{post.author or '?'}” the date of the message should follow"
            + (f", not “{shown}”." if shown else ", but the page ends."),
            lines[min(at, len(lines) - 1)].number,
        )
    post.number, post.date, post.in_response_to = number(found["number"]), found["date"], found["to"]
    at = skip_blank(lines, at + 1)
    if at < until:
        post.title, at = lines[at].text, at + 1
    body = []
    for line in lines[at:until]:
        if tags := _TAGS.match(line.head):
            draft.tags += [tag.strip() for tag in tags[1].split(",") if tag.strip()]
        elif mark := _mark(line.text):
            post.mark = mark
        elif not _CHROME.match(line.head):
            body.append(line)
    post.body = body_from(body)
    return post


def _byline(text: str, post: DraftPost, names: set[str]) -> None:
    """Name, rank, count and date out of "delli25 Rookie 3 posts since Dec 16, 2010"."""
    found = _SINCE.match(_BULLET.sub("", " ".join(text.split())))
    if not found:
        return
    post.post_count = number(found["count"])
    post.since = found["date"]
    who = found["who"].strip()
    name, _, rank = who.rpartition(" ")
    known = max((one for one in names if who.startswith(f"{one} ")), key=len, default="")
    if rank in RANKS and name:
        post.author, post.rank = post.author or name, rank
    elif known:
        post.author, post.rank = post.author or known, who[len(known) :].strip()
    elif who:
        post.author = post.author or who


def _mark(text: str) -> Mark | None:
    found = _MARK.match(text)
    if not found:
        return None
    return "correct" if (found[1] or found[2]).lower() == "correct" else "helpful"


def _tail(lines: Sequence[Line], start: int) -> int:
    """Where the last post ends: the furniture below it, from the first of it on."""
    for at in range(start + 1, len(lines)):
        if not _TAIL.match(lines[at].head) or _CHROME.match(lines[at].head):
            continue
        if lines[at].text == "Legend":  # a word of somebody's, unless the key to the points follows
            after = skip_blank(lines, at + 1)
            if after >= len(lines) or "points" not in lines[after].text:
                continue
        return at
    return len(lines)


def _facts(lines: Sequence[Line], draft: Draft, *, only_tail: bool = False) -> None:
    for line in lines:
        if tags := _TAGS.match(line.head):
            draft.tags += [tag.strip() for tag in tags[1].split(",") if tag.strip()]
        if only_tail:
            continue
        if draft.views is None and (found := _VIEWS.search(line.head)):
            draft.views = number(found[1])
        if draft.replies is None and (found := _REPLIES.search(line.head)):
            draft.replies = number(found[1])
        if draft.latest_date is None and (found := _LATEST.search(line.head)):
            draft.latest_date, draft.latest_author = found["date"], found["who"]
        if found := _STATE.match(line.head) or _STATES_RUN_TOGETHER.match(line.head):
            draft.state = _state(found[1])
        if draft.forum is None and (found := _SPACE.match(line.head)):
            draft.forum = found[1] or found[2]


def _state(word: str) -> State:
    word = word.lower()
    return "not answered" if word in {"not answered", "unanswered"} else (
        "assumed answered" if word == "assumed answered" else "answered"
    )  # fmt: skip


# --- The skin of versions 7 to 9 ---------------------------------------------------------------------------


def _newer(lines: Sequence[Line]) -> Draft:
    draft = Draft(first_unnumbered=True)
    asked = next(at for at, line in enumerate(lines) if _ASKED.match(line.head))
    found = _ASKED.match(lines[asked].head)
    assert found is not None  # noqa: S101  it was just found
    _facts(lines[:asked], draft)
    draft.title = next(
        (line.text for line in reversed(lines[:asked]) if line.text and not _STATE.match(line.head)), None
    )
    names = {m["to"] for line in lines if (m := _REPLY_NEW.match(line.head)) and m["to"]}
    names |= {m["who"] for line in lines if (m := _LATEST_NEW.match(line.head)) and m["who"]}
    first = DraftPost(title=draft.title, date=found["date"], line=lines[asked].number)
    _with_role(found["who"], first, names)
    draft.posts.append(first)
    body: list[Line] = []
    for line in lines[asked + 1 : _tail(lines, asked)]:
        latest, reply = _LATEST_NEW.match(line.head), _REPLY_NEW.match(_BULLET.sub("", line.text))
        if latest and draft.latest_date is None:
            draft.latest_date, draft.latest_author = latest["date"], latest["who"]
        elif reply and not line.text.endswith("."):
            _close(draft.posts[-1], body)
            post = DraftPost(
                number=number(reply["number"]),
                date=reply["date"],
                in_response_to=reply["to"],
                line=line.number,
            )
            _with_role(reply["who"], post, names)
            draft.posts.append(post)
        else:
            body.append(line)
    _close(draft.posts[-1], body)
    return draft


def _with_role(who: str, post: DraftPost, names: set[str]) -> None:
    known = max((one for one in names if who == one or who.startswith(f"{one} ")), key=len, default=who)
    post.author, post.rank = known, who[len(known) :].strip() or None


def _close(post: DraftPost, body: list[Line]) -> None:
    kept = []
    for line in body:
        if mark := _mark(line.text):
            post.mark = mark
        elif not _CHROME.match(line.head) and not _VIEWS.fullmatch(line.head):
            kept.append(line)
    post.body = body_from(kept)
    body.clear()
