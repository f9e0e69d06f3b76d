"""phpBB 2 and 3."""

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

THREE = Shape(
    post="div.post[id^=p]",
    author=(
        ".postprofile .username",
        ".postprofile .username-coloured",
        ".postprofile dt a",
        "p.author strong",
        "p.author .username",
        ".postauthor",
    ),
    date=("p.author time", "p.author", ".postdate"),
    title=(".postbody h3", ".postbody h2"),
    rank=(".postprofile .profile-rank", ".postprofile dd:not([class])"),
    profile=(".postprofile",),
    body=(".postbody .content", ".content"),
    signature=(".signature",),
    without=".signature, .notice",
    count_label="posts",
)
TWO = Shape(
    post="table.forumline tr:has(span.name), table.tablebg tr:has(b.postauthor)",
    author=("span.name b", "span.name", "b.postauthor"),
    date=("span.postdetails:not(:first-of-type)",),
    rank=("span.postdetails",),
    profile=("span.postdetails",),
    body=("span.postbody", "div.postbody"),
    count_label="posts",
)

BY = re.compile(
    rf"^(?:(?:Unread "
    rf")?Post)?\s*(?:#\s*(?P<number>\d{{1,6}})\s*)?by\s*(?P<who>\S.{{0,60}}?)\s*[»›]\s*(?P<date>{dates.ANY})$",
    re.I,
)
_POSTED = re.compile(
    rf"^(?:Post(?:ed)?:)\s*(?P<date>{dates.ANY})(?:\s+Post subject:\s*(?P<title>.*))?$", re.I
)
_SUBJECT = re.compile(r"^Post subject:\s*(.*)$", re.I)
_PROFILE = re.compile(
    r"^(Posts|Joined|Location|User avatar|Contact|Gender|Age|Has thanked|Been thanked|Likes):?\b\s*(.*)$",
    re.I,
)
_RULES = re.compile(r"^Forum rules$", re.I)
_END = re.compile(
    r"^(?:Top|Back to top|Quote|Reply with quote|Profile|PM|Website|Offline|Online|\[\s*\d+ posts?\s*\].*)$",
    re.I,
)
_TAIL = re.compile(
    r"^(?:Post a? ?reply|Post Reply|Display posts from previous.*|Return to\b.*|Who is online"
    r"|Powered by phpBB.*"
    r"|Jump to:?.*|Board index|Previous topic.*|Page \d+ of \d+|\d+ posts(?: • .*)?|All times are .*)$",
    re.I,
)
_TITLE_TAG = re.compile(r"^(?:.*?[-:•]\s*)?(?:View topic - )(.+)$")
_START = re.compile(r"[?&]start=(\d+)")
_VIEWS = re.compile(r"^Views:\s*([\d,]+)$", re.I)


class PhpBB(Engine):
    """As HTML and as text."""

    name = "phpbb"
    clues = (
        "phpbb",
        "»",
        "›",
        "posted:",
        "post subject",
        "viewtopic",
        "user avatar",
        "postprofile",
        "postbody",
    )

    def html_signs(self, page: Page) -> Iterable[Sign]:
        root = page.first("body")
        if root is not None and (root.attributes.get("id") or "") == "phpbb":
            yield Sign(0.9, "body id phpbb")
        if page.first(".postprofile, p.author, table.forumline span.postbody, b.postauthor"):
            yield Sign(0.7, "posts of phpBB")
        if "phpbb" in page.raw[-20_000:].lower():
            yield Sign(0.6, "phpBB in the foot")

    def text_signs(self, page: Page) -> Iterable[Sign]:
        by = [found for line in page.heads if (found := BY.match(line.head))]
        if by:
            yield Sign(0.6, "Post by … »")
            if not any(is_internet_date(found["date"]) for found in by):
                yield Sign(0.4, "dates as phpBB writes them")
        if any(_POSTED.match(line.head) for line in page.heads):
            yield Sign(0.5, "Posted: …")
        if any(_SUBJECT.match(line.head) or "Post subject:" in line.head for line in page.heads):
            yield Sign(0.5, "Post subject:")
        if any("phpBB" in line.head for line in page.heads):
            yield Sign(0.6, "phpBB in the foot")
        if any(line.head == "User avatar" for line in page.heads):
            yield Sign(0.3, "User avatar")
        if re.search(r"viewtopic\.php", page.address or ""):
            yield Sign(0.6, "an address of phpBB")

    def read_html(self, page: Page) -> Draft:
        shape = THREE if page.first("div.post[id^=p]") else TWO
        draft = Draft(posts=read_shape(page, shape))
        for post in draft.posts:
            _tidied(post)
        draft.title = page.words("h2.topic-title", "h2 a", "a.maintitle", "h1", "h2")
        if title := _TITLE_TAG.match(page.words("title") or ""):
            draft.title = title[1]
        return _placed(draft, page)

    def read_text(self, page: Page) -> Draft:
        lines = cut_at(page.lines, _TAIL, 3)
        full = filled(lines)
        if any(BY.match(line.head) for line in full):
            return _placed(by_lines(lines, full), page)
        if any(_POSTED.match(line.head) for line in full):
            return _placed(_older(lines, full), page)
        if not full:
            raise Unreadable("It looks like a page of phpBB, but it holds no text.", 1)
        posts = bare(lines, 3)
        return _placed(Draft(posts=posts, warnings=[NO_NAMES if len(posts) > 1 else NO_EDGES]), page)


def is_internet_date(text: str) -> bool:
    """Whether a date is in the order of mail and Usenet: "Sun, 24 May 1998 04:00:00"."""
    return bool(re.match(r"^[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4}\b", text))


def _placed(draft: Draft, page: Page) -> Draft:
    found = _START.search(page.address or "")
    if found and int(found[1]) > 0:
        draft.page_number = 2
    draft.starts = starts_here(draft.posts, draft.page_number)
    for line in page.lines:
        if draft.views is None and (views := _VIEWS.match(line.head)):
            draft.views = number(views[1])
    return draft


def _tidied(post: DraftPost) -> None:
    """Dates of phpBB stand in a sentence: "by NAME » Fri Mar 04, 2011 5:44 pm"."""
    if isinstance(post.date, str):
        found = re.search(rf"({dates.ANY})\s*(?:Post subject:\s*(.*))?$", post.date)
        post.date = found[1] if found else None
        post.title = post.title or (found[2] if found else None)
    if post.rank and _PROFILE.match(post.rank):
        post.rank = None


def by_lines(lines: Sequence[Line], full: Sequence[Line]) -> Draft:
    """Posts below lines such as "Post by NAME » date", with the profile above that line, below the body,
    or nowhere."""
    draft = Draft()
    anchors = [at for at, line in enumerate(full) if BY.match(line.head)]
    above = _profile_above(full, anchors[0])
    heads = [
        _head_start(full, at, above, below)
        for below, at in zip((0, *(one + 1 for one in anchors)), anchors, strict=False)
    ]
    draft.title = _title(full[: heads[0]], full[heads[0] : anchors[0]])
    for one, at in enumerate(anchors):
        found = BY.match(full[at].head)
        assert found is not None  # noqa: S101  it is an anchor
        post = DraftPost(
            author=found["who"],
            date=found["date"],
            number=number(found["number"]),
            line=full[heads[one]].number,
        )
        _profile(full[heads[one] : at], post)
        end = full[heads[one + 1]] if one + 1 < len(heads) else None
        if at + 1 < len(full) and (end is None or full[at + 1].number < end.number):
            _body(between(lines, full[at + 1], end), post, profile_below=not above)
        draft.posts.append(post)
    draft.title = draft.title or draft.posts[0].title
    return draft


def _profile_above(full: Sequence[Line], first: int) -> bool:
    return any(re.match(r"^(?:Posts|Joined):", line.head) for line in full[max(0, first - 8) : first])


def _head_start(full: Sequence[Line], at: int, above: bool, below: int) -> int:
    """Where what belongs to the line "Post by" begins: a title, and the profile where it stands above."""
    begin = at
    if begin > 0 and _is_subject(full, begin - 1, at):
        begin -= 1
    if not above:
        return begin
    low = max(below, at - 12)
    marks = [one for one in range(low, begin) if _PROFILE.match(full[one].head)]
    if not marks:
        return begin
    begin = min(marks)
    named = BY.match(full[at].head)
    who = named["who"] if named else ""
    while begin > low and (full[begin - 1].head in {who, "User avatar"}):
        begin -= 1
    return begin


def _is_subject(full: Sequence[Line], one: int, at: int) -> bool:
    """Whether a line above "Post by" is the title of the post: it is said elsewhere too, or begins with
    Re:."""
    text = full[one].head
    if not text or _PROFILE.match(text) or _END.match(text):
        return False
    plain = re.sub(r"^(?:Re:\s*)+", "", text, flags=re.I)
    others = (re.sub(r"^(?:Re:\s*)+", "", line.head, flags=re.I) for n, line in enumerate(full) if n != one)
    return text != plain or plain in others


def _title(before: Sequence[Line], head: Sequence[Line]) -> str | None:
    kept = [
        line.head
        for line in before
        if line.head and not _RULES.match(line.head) and not _PROFILE.match(line.head)
    ]
    subjects = [line.head for line in head if line.head and not _PROFILE.match(line.head)]
    said = [one for one in kept if one in subjects]
    return next(iter(said or kept or subjects), None)


def _profile(lines: Sequence[Line], post: DraftPost) -> None:
    for line in lines:
        found = _PROFILE.match(line.head)
        if not found:
            if line.head != post.author and line.head:
                post.title = line.head
            continue
        _keep(found, post)


def _keep(found: re.Match[str], post: DraftPost) -> None:
    name, value = found[1].lower(), found[2].lstrip(": ").strip()
    if name == "posts":
        post.post_count = number(value)
    elif name == "joined":
        post.since = value or None
    elif name == "location":
        post.location = value or None


def _body(lines: Sequence[Line], post: DraftPost, *, profile_below: bool) -> None:
    kept = list(lines)
    if profile_below:
        kept = _without_profile_below(kept, post)
    post.body = body_from([line for line in kept if not _END.match(line.head)])


def _without_profile_below(lines: list[Line], post: DraftPost) -> list[Line]:
    """Cut the profile that prosilver prints below a body: name, rank, Posts, Joined, Location, Top."""
    marks = [at for at, line in enumerate(lines) if re.match(r"^(?:Posts|Joined):\s*\S", line.head)]
    if not marks:
        return lines
    begin = marks[0]
    names = [at for at in range(max(0, begin - 5), begin) if lines[at].head == post.author]
    for line in lines[begin:]:
        if found := _PROFILE.match(line.head):
            _keep(found, post)
    if names:
        ranks = [line.head for line in lines[names[0] + 1 : begin] if line.head]
        post.rank = ranks[0] if ranks else None
        begin = names[0]
    return lines[:begin]


# --- phpBB 2 -----------------------------------------------------------------------------------------------


def _older(lines: Sequence[Line], full: Sequence[Line]) -> Draft:
    """Name, rank and profile, then "Posted: … Post subject: …", then the body."""
    draft = Draft()
    anchors = [at for at, line in enumerate(full) if _POSTED.match(line.head)]
    heads = [_older_start(full, at) for at in anchors]
    for one, at in enumerate(anchors):
        found = _POSTED.match(full[at].head)
        assert found is not None  # noqa: S101  it is an anchor
        post = DraftPost(date=found["date"], title=found["title"], line=full[heads[one]].number)
        head = full[heads[one] : at]
        plain = [line.head for line in head if line.head and not _PROFILE.match(line.head)]
        post.author = plain[0] if plain else None
        post.rank = plain[1] if len(plain) > 1 else None
        for line in head:
            if profile := _PROFILE.match(line.head):
                _keep(profile, post)
        after = at + 1
        if after < len(full) and (subject := _SUBJECT.match(full[after].head)):
            post.title, after = subject[1], after + 1
        end = full[heads[one + 1]] if one + 1 < len(heads) else None
        if after < len(full) and (end is None or full[after].number < end.number):
            post.body = body_from([x for x in between(lines, full[after], end) if not _END.match(x.head)])
        draft.posts.append(post)
    before = [
        line.head
        for line in full[: heads[0]]
        if line.head and line.head not in {"Author", "Message", "Author Message"}
    ]
    draft.title = draft.posts[0].title or (before[-1] if before else None)
    return draft


def _older_start(full: Sequence[Line], at: int) -> int:
    """Where the profile above a line "Posted:" begins: at the name, below the end of the post before."""
    begin = at
    while begin > 0 and at - begin < 8:
        text = full[begin - 1].head
        if _END.match(text) or text in {"Message", "Author", "Author Message"} or len(text) > 60 or not text:
            break
        begin -= 1
    return begin
