"""Vanilla: the forums of Runner's World UK and of Runblogger.

Crawls often left the opening post and a list of bullets without names and dates; later pages begin with a
bullet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from secondwind.archive.engine import (
    Draft,
    DraftPost,
    Engine,
    Shape,
    Sign,
    body_from,
    cut_at,
    filled,
    read_shape,
)
from secondwind.archive.model import Unreadable
from secondwind.archive.page import Line, Page
from secondwind.archive.texts import number

SHAPE = Shape(
    post=".ItemDiscussion, .ItemComment, li.Comment, div.Discussion > .Item",
    author=(".Author a.Username", ".Author .Username", "a.Username", ".Username"),
    date=(".DateCreated time", ".DateCreated a", "time"),
    rank=(".MItem.Rank", ".Rank", ".RoleTitle"),
    profile=(".AuthorInfo", ".AuthorWrap"),
    title=(".DiscussionName",),
    body=(".Message", ".userContent", ".Item-Body"),
    signature=(".Signature", ".UserSignature"),
    without=".Signature, .UserSignature, .DiscussionEdited",
)

_BULLET = re.compile(r"^[•·*‣◦]\s+(.*)$")
_STARS = r"[✭★☆✩⭐✰]"
_RATED = re.compile(rf"\s*({_STARS}{{1,10}})?")
_NAME = re.compile(rf"^(?P<name>\S.{{0,40}}?)(?:\s+|)(?P=name)?\s*(?P<rank>{_STARS}{{1,10}})?$")
_TWICE = re.compile(
    rf"^(?P<name>\S(?:.{{0,38}}\S)?)\s*(?P=name)\s*(?P<rank>{_STARS}{{1,10}})?(?:\s+(?P<rest>.*))?$"
)
_RANKED = re.compile(rf"^(?P<name>\S.{{0,40}}?)\s*(?P<rank>{_STARS}{{1,10}})(?:\s+(?P<rest>.*))?$")
_DATED = re.compile(r"^(?P<date>(?:January|February|March|April|May|June|July|August|September|October"
                    r"|November|"
                    r"December) (?:\d{1,2}, )?\d{4}|\d{1,2} \w+ \d{4})(?:\s+(?:edited .*"
                    r"|in .*))?$")  # fmt: skip
_COUNT = re.compile(r"^Posts:\s*([\d,]+)(?:\s+(.*))?$", re.I)
_COMMENTS = re.compile(r"^(?:Comments|Best Answers?|Answers)$", re.I)
_PAGER = re.compile(
    r"^(?:[«‹<]?\s*(?:Previous\s*)?)?(?:\d+\s*|[…·|]\s*){1,12}(?:of \d+)?\s*(?:Next)?\s*[»›>]?$|^[«»]$"
)
_TAIL = re.compile(
    r"^(?:Sign In or Register to comment\.?|Howdy, Stranger!|It looks like you're new here\..*"
    r"|Leave a Comment"
    r"|Add a Comment|Powered by Vanilla.*|Categories|Quick Links|Sign In(?: Register)?|Recent Discussions)$",
    re.I,
)
_CHROME = re.compile(
    r"^(?:image|Flag|Quote|Like|Permalink|·|Thankful|Share on Facebook|Mark as Answer)$", re.I
)
_VIEWS = re.compile(r"\b([\d,]+)\s+views?\b", re.I)
_ADDRESS = re.compile(r"/discussion/(?:comment/)?\d+")
_PAGE = re.compile(r"/discussion/\d+/[^/]*/p(\d+)")


class Vanilla(Engine):
    """As HTML and as text."""

    name = "vanilla"

    def html_signs(self, page: Page) -> Iterable[Sign]:
        if page.first(".ItemDiscussion, .ItemComment"):
            yield Sign(0.8, "items of Vanilla")
        if page.first('link[href*="/applications/vanilla"], script[src*="/applications/vanilla"]'):
            yield Sign(0.7, "files of Vanilla")
        if "vanilla" in (page.attribute('meta[name="generator"]', "content") or "").lower():
            yield Sign(0.6, "generator Vanilla")

    def text_signs(self, page: Page) -> Iterable[Sign]:
        lines = page.lines
        heads = _bullets(lines)
        if heads and any(_COMMENTS.match(line.head) for line in page.heads):
            yield Sign(0.5, "Comments, then bullets")
        named = sum(1 for at in heads if _name(lines, at) is not None)
        if named:
            yield Sign(0.6, "bullets with a name twice or stars")
        elif heads and _only_bullets_after_text(lines, heads):
            yield Sign(0.55, "a text, then bullets of whole posts")
        if _ADDRESS.search(page.address or ""):
            yield Sign(0.5, "an address of Vanilla")
        if any(re.search(r"Powered by Vanilla|Howdy, Stranger!", line.head) for line in page.heads):
            yield Sign(0.6, "Powered by Vanilla")
        if "vanilla" in page.name.lower() and heads:
            yield Sign(0.3, "the file's name")

    def read_html(self, page: Page) -> Draft:
        draft = Draft(posts=read_shape(page, SHAPE))
        draft.title = page.words(".PageTitle h1", ".Discussion h1", "h1")
        draft.forum = page.words(".DiscussionMeta .Category a", ".Breadcrumbs .CrumbLabel:last-child")
        return _placed(draft, page, bool(page.first(".ItemDiscussion")))

    def read_text(self, page: Page) -> Draft:
        lines = cut_at(page.lines, _TAIL, 1)
        heads = _bullets(lines)
        if not heads:
            raise Unreadable("It looks like a page of Vanilla, but no bullet begins a comment.", 1)
        draft = Draft()
        opening = _opening(lines[: heads[0]], draft)
        for at, begin in enumerate(heads):
            until = heads[at + 1] if at + 1 < len(heads) else len(lines)
            draft.posts.append(_comment(lines, begin, until))
        if opening is not None:
            draft.posts.insert(0, opening)
        if not any(post.author for post in draft.posts):
            draft.warnings.append("The page shows no names and dates.")
        return _placed(draft, page, opening is not None)


def _placed(draft: Draft, page: Page, starts: bool) -> Draft:
    found = _PAGE.search(page.address or "") or re.search(r"[-_]p(?:age)?-?(\d+)\.\w+$", page.name)
    draft.page_number = int(found[1]) if found else None
    draft.starts = starts and (draft.page_number or 1) == 1
    for line in page.lines:
        if draft.views is None and (views := _VIEWS.fullmatch(line.head)):
            draft.views = number(views[1])
    return draft


def _bullets(lines: Sequence[Line]) -> list[int]:
    """Where comments begin: the bullets of the least indentation. Lists within posts stand deeper."""
    found = [at for at, line in enumerate(lines) if _BULLET.match(line.text)]
    if not found:
        return []
    least = min(lines[at].indent for at in found)
    return [at for at in found if lines[at].indent == least]


def _only_bullets_after_text(lines: Sequence[Line], heads: Sequence[int]) -> bool:
    """Whether the page is an opening text (or nothing) and then whole posts as bullets."""
    long = sum(1 for at in heads if len(lines[at].text) > 60)
    before = sum(len(line.text) for line in lines[: heads[0]])
    after = [
        line for line in lines[heads[0] :] if line.text and line.indent == 0 and not _BULLET.match(line.text)
    ]
    return long * 2 >= len(heads) and not after and (before > 80 or heads[0] == 0 or before == 0)


def _name(lines: Sequence[Line], at: int) -> tuple[str, str | None, str] | None:
    """(name, rank, rest of the line) when a bullet begins with a name twice, or with stars."""
    found = _BULLET.match(lines[at].text)
    text = found[1] if found else ""
    if len(text) > 240:
        return None
    for pattern in (_TWICE, _RANKED):
        match = pattern.match(text)
        if match and (match["rank"] or len(match["name"]) > 2):
            if pattern is _TWICE and not match["rank"] and match["rest"]:
                continue  # "had had it for years" is no name
            return match["name"].strip(), match["rank"], match["rest"] or ""
    after = at + 1
    if not text or len(text) > 40 or after >= len(lines):
        return None
    stars = _again(text, lines[after].head)
    return (text, stars or None, "") if stars is not None else None


def _again(name: str, text: str) -> str | None:
    """The stars below a name where a line says it once more, perhaps none; None for any other line."""
    found = _RATED.fullmatch(text.removeprefix(name)) if text.startswith(name) else None
    return (found[1] or "") if found else None


def _opening(lines: Sequence[Line], draft: Draft) -> DraftPost | None:
    kept = [
        line
        for line in lines
        if not _COMMENTS.match(line.head) and not (line.text and _PAGER.match(line.head))
    ]
    kept = [line for line in kept if not _CHROME.match(line.head)]
    full = filled(kept)
    if not full:
        return None
    if len(full) > 1 and len(full[0].text) <= 140 and _is_title(kept, full):
        draft.title = full[0].text
        kept = kept[kept.index(full[0]) + 1 :]
    post = DraftPost(line=full[0].number, title=draft.title)
    rest = filled(kept)
    while rest and len(rest[0].text) < 80 and _about(rest[0].head, post):
        kept = kept[kept.index(rest[0]) + 1 :]
        rest = filled(kept)
    post.body = body_from(kept)
    return post


def _is_title(kept: Sequence[Line], full: Sequence[Line]) -> bool:
    """A line of its own above the text; the first sentence of a post ends with a full stop and goes on."""
    after = kept.index(full[0]) + 1
    alone = after >= len(kept) or not kept[after].text
    return (alone and not full[0].text.endswith((".", ","))) or bool(_DATED.match(full[1].head))


def _about(text: str, post: DraftPost) -> bool:
    """Take a line that tells of the writer instead of being theirs."""
    if found := _DATED.match(text):
        post.date = found["date"]
    elif found := _COUNT.match(text):
        post.post_count, post.rank = number(found[1]), found[2] or post.rank
    elif (found := _TWICE.match(text)) and (found["rank"] or not found["rest"]):
        post.author, post.rank = found["name"], found["rank"] or post.rank
    elif (found := _RANKED.match(text)) and not found["rest"]:
        post.author, post.rank = found["name"], found["rank"]
    else:
        return False
    return True


def _comment(lines: Sequence[Line], begin: int, until: int) -> DraftPost:
    post = DraftPost(line=lines[begin].number)
    named = _name(lines, begin)
    at = begin + 1
    own: list[Line] = []
    if named:
        post.author, post.rank, rest = named
        if rest and not _about(rest, post):
            own.append(Line.of(lines[begin].number, rest))
        if at < until and post.author and _again(post.author, lines[at].head) is not None:
            at += 1
        while at < until and (not lines[at].text or _about(lines[at].head, post)):
            at += 1
    else:
        found = _BULLET.match(lines[begin].text)
        own.append(Line.of(lines[begin].number, found[1] if found else ""))
    for line in lines[at:until]:
        if not _CHROME.match(line.head) and not (line.text and _PAGER.match(line.head)):
            own.append(line)
    post.body = body_from(own)
    return post
