"""vBulletin 3 to 5: live pages, single posts, and the bare archive view ("View Full Version")."""

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

LIVE = Shape(
    post="li.postbit, li.postbitlegacy, li.postbitim, li.b-post, table[id^=post]:not([id^=post_]), "
    "div[id^=edit] > table.tborder",
    author=("a.bigusername", ".bigusername", ".username strong", "a.username", ".username", ".author"),
    date=(".postdate .date", ".postdate", ".b-post__timestamp time", "td.thead .date", "td.thead"),
    number=(".postcounter", "a[id^=postcount]", ".b-post__count", "td.thead a[name]"),
    title=("h2.title", ".posttitle", "div.smallfont strong", ".b-post__title"),
    rank=(".usertitle", ".b-userinfo__rank", "a.bigusername ~ .smallfont", ".smallfont"),
    profile=(".userinfo_extra", ".userstats", ".userinfo", ".b-userinfo", "td.alt2", ".alt2"),
    body=(".postcontent", "[id^=post_message_]", ".js-post__content-text", ".content"),
    signature=(".signaturecontainer", ".signature", ".b-post__signature"),
    without=".signature, .lastedited, .postbit_reputation",
    since_label="join date",
)
ARCHIVE = Shape(
    post="div.post", author=(".username",), date=(".date",), body=(".posttext",), without=".signature"
)

_FULL_VERSION = re.compile(r"^View Full Version\s*:\s*(.+)$", re.I)
_WHEN = re.compile(
    rf"^(?:Old\s+)?(?P<date>{dates.ANY})(?:\s*[-–]?\s*#\s*(?P<number>\d{{1,6}})(?: of "
    rf"\d+)?)?(?:\s*\(permalink\))?$",
    re.I,
)
_NUMBERED = re.compile(
    rf"^#\s*(?P<number>\d{{1,6}})(?: of \d+)?(?:\s*\(permalink\))?\s*(?:Old\s+)?(?P<date>{dates.ANY})?"
    r"(?:\s*-\s*Th?rea?d?\s*Starter.*)?$",
    re.I,
)
_STARTER = re.compile(r"Th(?:r)?ead Starter", re.I)
_AVATAR = re.compile(r"^(.+?)(?:'s|’s|') Avatar$")
_FIELD = re.compile(
    r"^(Join Date|Location|Posts|Age|Bikes?|Gender|Blog Entries|Mentioned|Tagged|Quoted|Likes?(?: Earned"
    r"| Given)?|Liked|"
    r"Thanks?|Thanked|Rep Power|Real Name|Casino cash|My Mood|Trader Rating|iTrader|Mileage|Interests"
    r"|Feedback Score|"
    r"View Profile|View Forum Posts|Private Message|View Blog Entries|Visit Homepage!?|Send PM|Member #"
    r"|User ?ID)\b"
    r"\s*:?\s*(.*)$",
    re.I,
)
_END = re.compile(
    r"^(?:Reply With Quote|.+ is (?:offline|online)(?:\s+Reply With Quote)?|Quote|Reply|Top|Share|Like)$",
    re.I,
)
_DEFAULT = re.compile(r"^(?:Default|Icon\d+|Thumbs (?:up|down)|Question|Exclamation|Smile|Post)?\s*$", re.I)
_TAIL = re.compile(
    r"^(?:Powered by vBulletin.*|vBulletin®.*|« Previous Thread.*|Quick Navigation.*|Posting Permissions"
    r"|Thread Information"
    r"|Similar Threads|Bookmarks|Thread Tools|Quick Reply|Contact Us\b.*|All times are .*)$",
    re.I,
)
_CHROME = re.compile(
    r"^(?:View Single Post|To view the full version.*|Printable View|Thread:\s.*|Show \d+ post.*"
    r"|Results \d+ to .*)$",
    re.I,
)
_VIEWS = re.compile(r"^Views:\s*([\d,]+)$", re.I)
_PAGE = re.compile(r"[?&]page=(\d+)|/page(\d+)(?:[/.]|$)|-(\d+)\.html$|t-\d+-p-(\d+)\.html")


class VBulletin(Engine):
    """Live and archive, HTML and text."""

    name = "vbulletin"
    clues = (
        *(
            "vbulletin",
            "view full version",
            "view single post",
            "join date",
            "reply with quote",
            "avatar",
            "#",
        ),
        *("showthread", "bigusername", "postbit", "post_message_", "posttext", "/archive/", "-post"),
    )

    def html_signs(self, page: Page) -> Iterable[Sign]:
        if "vbulletin" in (page.attribute('meta[name="generator"]', "content") or "").lower():
            yield Sign(0.9, "generator vBulletin")
        if page.first("[id^=post_message_], li.postbitlegacy, li.postbit, li.b-post, a.bigusername"):
            yield Sign(0.8, "posts of vBulletin")
        if page.first("div.post .posttop, div.post .posttext"):
            yield Sign(0.8, "the archive view of vBulletin")
        if "powered by vbulletin" in page.raw[-20_000:].lower():
            yield Sign(0.5, "Powered by vBulletin")

    def text_signs(self, page: Page) -> Iterable[Sign]:
        lines = page.lines
        if any(_FULL_VERSION.match(line.head) for line in page.heads):
            yield Sign(0.9, "View Full Version")
        if any(line.head == "View Single Post" for line in page.heads):
            yield Sign(0.7, "View Single Post")
        if any(line.head.startswith("Join Date:") or line.head == "Join Date" for line in page.heads):
            yield Sign(0.45, "Join Date")
        if any(_END.match(line.head) and len(line.head) > 5 for line in page.heads):
            yield Sign(0.3, "Reply With Quote")
        if any(_AVATAR.match(line.head) for line in page.heads):
            yield Sign(0.3, "'s Avatar")
        if any("vBulletin" in line.head for line in page.heads):
            yield Sign(0.7, "vBulletin in the foot")
        if re.search(r"showthread\.php|/archive/index\.php/t-\d+|-post\d+\.html", page.address or ""):
            yield Sign(0.6, "an address of vBulletin")
        if len(_live(filled(lines))) > 0:
            yield Sign(0.4, "date and number above a name")

    def read_html(self, page: Page) -> Draft:
        if page.first("div.post .posttext"):
            draft = Draft(posts=read_shape(page, ARCHIVE))
            draft.title = page.words("#navbar + p a", "p.largefont a", ".largefont a", "title")
            if draft.title:
                draft.title = re.sub(r"\s*\[Archive\].*$", "", draft.title)
        else:
            draft = Draft(posts=[_tidied(post) for post in read_shape(page, LIVE)])
            draft.title = page.words(".threadtitle", "h1", "td.navbar strong", "title")
        return _placed(draft, page)

    def read_text(self, page: Page) -> Draft:
        lines = cut_at(page.lines, _TAIL, 3)
        full = filled(lines)
        if any(_FULL_VERSION.match(line.head) for line in full):
            return _placed(_archive(lines, full), page)
        anchors = _live(full)
        if anchors:
            return _placed(_with_heads(lines, full, anchors), page)
        kept = [line for line in lines if not _CHROME.match(line.head)]
        if not filled(kept):
            raise Unreadable("It looks like a page of vBulletin, but it holds no text.", 1)
        posts = bare(kept, 3)
        return _placed(Draft(posts=posts, warnings=[NO_NAMES if len(posts) > 1 else NO_EDGES]), page)


def _placed(draft: Draft, page: Page) -> Draft:
    found = _PAGE.search(page.address or "")
    draft.page_number = (
        int(next(filter(None, found.groups()))) if found and "archive" not in found[0] else None
    )
    if draft.page_number and draft.page_number > 10_000:
        draft.page_number = None  # the number of a thread, not of a page
    draft.starts = starts_here(draft.posts, draft.page_number)
    for line in page.lines:
        if draft.views is None and (views := _VIEWS.match(line.head)):
            draft.views = number(views[1])
    return draft


def _tidied(post: DraftPost) -> DraftPost:
    """Cut what the oldest skin has in one cell: date and number, rank and place."""
    if isinstance(post.date, str) and (found := re.search(dates.ANY, post.date)):
        post.date = found[0]
    if post.rank and dates.is_date(post.rank):
        post.rank = None
    return post


# --- The archive view --------------------------------------------------------------------------------------


def _archive(lines: Sequence[Line], full: Sequence[Line]) -> Draft:
    draft = Draft()
    at = next(at for at, line in enumerate(full) if _FULL_VERSION.match(line.head))
    found = _FULL_VERSION.match(full[at].head)
    draft.title = found[1] if found else None
    rest = [line for line in full[at + 1 :] if not _CHROME.match(line.head) and line.text != draft.title]
    heads = [
        one for one in range(len(rest) - 1) if _is_name(rest[one].head) and dates.is_date(rest[one + 1].head)
    ]
    for one, begin in enumerate(heads):
        post = DraftPost(author=rest[begin].head, date=rest[begin + 1].head, line=rest[begin].number)
        end = rest[heads[one + 1]] if one + 1 < len(heads) else None
        if begin + 2 < len(rest) and (end is None or rest[begin + 2].number < end.number):
            post.body = body_from(between(lines, rest[begin + 2], end))
        draft.posts.append(post)
    if not heads and rest:
        draft.posts = bare(between(lines, rest[0], None), 2)
        draft.warnings.append(NO_NAMES if len(draft.posts) > 1 else NO_EDGES)
    return draft


def _is_name(text: str) -> bool:
    return 0 < len(text) <= 50 and not dates.is_date(text) and not text.endswith((".", "?", "!", ":"))


# --- Live pages --------------------------------------------------------------------------------------------


def _live(full: Sequence[Line]) -> list[int]:
    """Where the head of a post begins: its date and number, on one line or on two, then a name."""
    found = []
    for at, line in enumerate(full):
        when, numbered = _WHEN.match(line.head), _NUMBERED.match(line.head)
        if (when and (when["number"] or (at + 1 < len(full) and _NUMBERED.match(full[at + 1].head)))) or (
            numbered and numbered["date"]
        ):
            found.append(at)
    return found


def _with_heads(lines: Sequence[Line], full: Sequence[Line], anchors: Sequence[int]) -> Draft:
    draft = Draft(title=_title(full[: anchors[0]]))
    for one, begin in enumerate(anchors):
        until = anchors[one + 1] if one + 1 < len(anchors) else len(full)
        post, at = _head(full, begin, until)
        end = full[until] if until < len(full) else None
        if at < until:
            body = between(lines, full[at], end)
            post.body = body_from([line for line in body if not _END.match(line.head)])
        draft.posts.append(post)
    return draft


def _title(head: Sequence[Line]) -> str | None:
    for line in head:
        if found := re.match(r"^Thread:\s*(.+)$", line.head):
            return found[1]
    kept = [line.head for line in head if line.head and not _CHROME.match(line.head)]
    return kept[-1] if kept else None


def _head(full: Sequence[Line], begin: int, until: int) -> tuple[DraftPost, int]:
    """The post whose head begins at a line, and where its body begins."""
    post = DraftPost(line=full[begin].number)
    at = begin
    while (
        at < until
        and at < begin + 2
        and ((found := _WHEN.match(full[at].head)) or (found := _NUMBERED.match(full[at].head)))
    ):
        post.number = number(found["number"]) or post.number
        post.date = found["date"] or post.date
        post.by_opener = True if _STARTER.search(full[at].head) else post.by_opener
        at += 1
    plain: list[str] = []
    fields = 0
    start = at
    while at < until and at < start + 25:
        text = full[at].head
        if found := _AVATAR.match(text):
            post.author = post.author or found[1]
        elif found := _FIELD.match(text):
            fields += not text.startswith(("View ", "Private Message", "Send PM", "Visit Homepage"))
            at = _field(full, at, until, found, post)
        elif fields == 0 and _is_name(text) and len(plain) < 3:
            plain.append(text)
        elif not _DEFAULT.match(text):
            break
        at += 1
    _names(plain, post)
    if fields == 0:  # no field tells the head from the body: one line is the name, the rest is the post
        at = start + (1 if plain else 0)
        post.author, post.rank = (plain[0] if plain else None), None
    elif at < until and re.match(r"^(?:Default|Re:)\s+\S", full[at].head):
        post.title, at = re.sub(r"^Default\s+", "", full[at].head), at + 1
    return post, at


def _field(full: Sequence[Line], at: int, until: int, found: re.Match[str], post: DraftPost) -> int:
    name, value = found[1].lower(), found[2].strip()
    if name in {"join date", "location", "posts"} and not value and at + 1 < until:
        at += 1
        value = full[at].head
    if name == "join date":
        post.since = value or None
    elif name == "location":
        post.location = value or None
    elif name == "posts":
        post.post_count = number(value)
    return at


def _names(plain: Sequence[str], post: DraftPost) -> None:
    names = list(plain)
    if post.author and post.author in names:
        names.remove(post.author)
    elif names and not post.author:
        post.author = names.pop(0)
    names = [one for one in names if one != post.author]
    post.rank = names[0] if names else None
