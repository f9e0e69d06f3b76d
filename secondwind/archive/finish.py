"""What is done to every draft: dates read, signatures told from bodies, responses resolved, what stands
twice left out once, e-mail addresses stripped."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from secondwind.archive import dates
from secondwind.archive.engine import Draft, DraftPost, Engine
from secondwind.archive.model import Post, Thread, Unreadable, Written
from secondwind.archive.page import Page
from secondwind.archive.texts import (
    MAIL_REMOVED,
    mail_identity,
    one_line,
    paragraphs,
    tidy,
    without_literal_html,
    without_mail,
)

LONGEST_SIGNATURE = 600  # characters
LONGEST_NAME = 80
LEAST_REPEATED = 40  # characters from which the same words again are the same post printed twice
LARGEST_NUMBER = 1_000_000

_RULE = re.compile(r"^(?:--|—|_{4,}|-{10,}|\*{10,})$")
_SIGNS_OFF = re.compile(
    r"\W*(?:thanks?|thank you|thx|cheers|ta|good luck|best|all the best|regards|hth|hope this|take care"
    r"|happy running"
    r"|any (?:help|advice|ideas?)|love|ciao|bye|x+)\b",
    re.I,
)
_QUOTATION = re.compile(r"^[\"“'‘].{5,300}[\"”'’.!?]\s*[-–—―~]\s?[A-Z][\w.'’ -]{1,40}$", re.S)
_SUBJECT = re.compile(r"^(?:(?:re|aw|fwd?)\s*(?:\[\d+\])?\s*:\s*)+", re.I)


def finish(draft: Draft, page: Page, engine: Engine, confidence: float) -> Thread:
    """The thread that a draft is. Raises Unreadable when nothing is left of it or its numbers collide."""
    warnings = list(draft.warnings)
    _clean(draft, warnings)
    _once(draft, warnings)
    if not draft.posts:
        raise Unreadable(f"It looks like a page of {engine.name}, but no post could be told from it.", 1)
    _require_different_numbers(draft.posts)
    _signatures(draft.posts)
    order = dates.order_of(d for p in draft.posts for d in (p.date, p.since) if isinstance(d, str))
    _openers(draft)
    _count(draft, warnings)
    posts = [_post(at, post, order) for at, post in enumerate(draft.posts)]
    return Thread(
        engine=engine.name,
        confidence=round(confidence, 2),
        parser=f"{engine.name}/{engine.version}",
        posts=tuple(resolved(posts, draft.starts)),
        title=_title(draft.title),
        address=page.address,
        pages=(page.name,) if page.name else (),
        page_number=draft.page_number,
        starts=draft.starts,
        first_unnumbered=draft.first_unnumbered,
        forum=one_line(draft.forum or ""),
        views=draft.views,
        replies=draft.replies,
        latest_date=_date(draft.latest_date, order),
        latest_author=_name(draft.latest_author),
        state=draft.state,
        tags=tuple(dict.fromkeys(draft.tags)),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _post(at: int, post: DraftPost, order: dates.Order | None) -> Post:
    return Post(
        index=at,
        body=post.body,
        number=post.number,
        author=_name(post.author),
        author_address=post.author_address or mail_identity(post.author or "") or None,
        by_opener=post.by_opener,
        rank=one_line(post.rank or ""),
        points=post.points,
        post_count=post.post_count,
        since=_date(post.since, order),
        location=one_line(without_mail(post.location or "")),
        date=_date(post.date, order),
        title=_title(post.title),
        in_response_to=_name(post.in_response_to),
        signature=post.signature,
        mark=post.mark,
        line=post.line,
    )


def _openers(draft: Draft) -> None:
    """Say of each post whether the opener wrote it, where names are known on both sides."""
    if not draft.starts:
        return
    opener = draft.posts[0].author
    draft.posts[0].by_opener = True
    for post in draft.posts[1:]:
        if post.by_opener is None and opener and post.author:
            post.by_opener = post.author.lower() == opener.lower()


def _count(draft: Draft, warnings: list[str]) -> None:
    """Say what the page counts and does not hold."""
    held = len(draft.posts) - (1 if draft.starts else 0)
    if draft.replies is not None and draft.starts and held != draft.replies and not draft.page_number:
        warnings.append(f"The page counts {draft.replies} replies and holds {held}.")


def _date(text: str | Written | None, order: dates.Order | None) -> Written | None:
    if isinstance(text, Written):
        return text
    return dates.read(text, order) if text and text.strip() else None


def _name(text: str | None) -> str | None:
    name = one_line(without_mail(text or "").replace(MAIL_REMOVED, " ").replace("()", " "))
    return name[:LONGEST_NAME] if name else None


def _title(text: str | None) -> str | None:
    title = one_line(without_mail(text or ""))
    return title[:300] if title else None


def plain_title(title: str) -> str:
    """A title without the "Re: Re:" that replies put before it."""
    return _SUBJECT.sub("", title).strip() or title


# --- Bodies ------------------------------------------------------------------------------------------------


def _clean(draft: Draft, warnings: list[str]) -> None:
    for post in draft.posts:
        body, was_escaped = without_literal_html(post.body)
        if was_escaped:
            warnings.append(
                "Bodies held HTML tags as text, left by an earlier move of the forum; they were read as HTML."
            )
        post.body = without_mail(tidy(body))
        post.signature = without_mail(tidy(post.signature or "")) or None
        if post.number is not None and not 0 <= post.number <= LARGEST_NUMBER:
            post.number = None
    draft.posts = [post for post in draft.posts if post.body or post.author or post.date]


def _once(draft: Draft, warnings: list[str]) -> None:
    """Leave out what the page prints a second time."""
    seen: dict[str, DraftPost] = {}
    kept: list[DraftPost] = []
    for post in draft.posts:
        words = " ".join(post.body.split()).lower()
        first = seen.get(words)
        if first is not None and _is_same(first, post, words):
            warnings.append("A post that the page prints twice is kept once.")
            continue
        seen.setdefault(words, post)
        kept.append(post)
    draft.posts = kept


def _is_same(first: DraftPost, again: DraftPost, words: str) -> bool:
    for name in ("number", "author", "date"):
        a, b = getattr(first, name), getattr(again, name)
        if a is not None and b is not None and a != b:
            return False
    known = any(getattr(again, name) is not None for name in ("number", "date"))
    return len(words) >= LEAST_REPEATED or (known and bool(words))


def _require_different_numbers(posts: Sequence[DraftPost]) -> None:
    seen: dict[int, DraftPost] = {}
    for post in posts:
        if post.number is None:
            continue
        if post.number in seen:
            first = seen[post.number].line
            where = f", first in line {first}" if first else ""
            raise Unreadable(
                f"Two different posts have the number {post.number}{where}; the page is mangled.", post.line
            )
        seen[post.number] = post


# --- Signatures --------------------------------------------------------------------------------------------


def _signatures(posts: Sequence[DraftPost]) -> None:
    """Tell signatures from bodies: below a rule, or the same last words in several posts of one person."""
    for post in posts:
        if post.signature is None:
            _below_rule(post)
    by_author: dict[str, list[DraftPost]] = defaultdict(list)
    for post in posts:
        if post.author and post.signature is None:
            by_author[post.author.lower()].append(post)
    for own in by_author.values():
        _repeated(own)
    for post in posts:
        if post.signature is None and post.author:
            _quotation(post)


def _below_rule(post: DraftPost) -> None:
    lines = post.body.split("\n")
    for at in range(len(lines) - 1, 0, -1):
        if _RULE.match(lines[at]):
            _cut(post, "\n".join(lines[:at]), "\n".join(lines[at + 1 :]))
            return


def _repeated(posts: Sequence[DraftPost]) -> None:
    endings: dict[str, list[DraftPost]] = defaultdict(list)
    for post in posts:
        parts = paragraphs(post.body)
        if len(parts) > 1 and not _SIGNS_OFF.match(parts[-1]) and not parts[-1].startswith(">"):
            endings[parts[-1]].append(post)
    for ending, own in endings.items():
        if len(own) < 2:
            continue
        common = _common_ending([paragraphs(post.body) for post in own]) or [ending]
        for post in own:
            parts = paragraphs(post.body)
            _cut(post, "\n\n".join(parts[: -len(common)]), "\n\n".join(common))


def _common_ending(bodies: Sequence[list[str]]) -> list[str]:
    common: list[str] = []
    for parts in zip(*(reversed(body) for body in bodies), strict=False):
        if len(set(parts)) > 1 or len(common) + 1 >= min(map(len, bodies)) or _SIGNS_OFF.match(parts[0]):
            break
        common.insert(0, parts[0])
    return common


def _quotation(post: DraftPost) -> None:
    """A last paragraph that is somebody's saying with their name is a signature, where one would quote."""
    parts = paragraphs(post.body)
    if len(parts) > 1 and _QUOTATION.match(parts[-1]):
        _cut(post, "\n\n".join(parts[:-1]), parts[-1])


def _cut(post: DraftPost, body: str, signature: str) -> None:
    if body.strip() and len(signature) <= LONGEST_SIGNATURE:
        post.body, post.signature = tidy(body), tidy(signature) or None


# --- Who responds to whom ----------------------------------------------------------------------------------


def resolved(posts: Sequence[Post], starts: bool) -> list[Post]:
    """Each post with the message that it responds to: the nearest earlier one of the person it names, by
    number where there are numbers, since a tree is not printed in the order of its numbers; otherwise the
    first."""
    latest: dict[str, list[int]] = defaultdict(list)
    for post in posts:
        if post.author:
            latest[post.author.lower()].append(post.index)
    return [_responding(post, posts, latest, starts) for post in posts]


def _responding(post: Post, posts: Sequence[Post], by: dict[str, list[int]], starts: bool) -> Post:
    if not post.in_response_to:
        return post
    candidates = [at for at in by.get(post.in_response_to.lower(), ()) if _is_earlier(posts[at], post)]
    if candidates:
        return replace(post, responds_to=max(candidates, key=lambda at: (posts[at].number or 0, at)))
    return replace(post, responds_to=0) if starts and post.index > 0 else post


def _is_earlier(one: Post, than: Post) -> bool:
    if one.index == than.index:
        return False
    if one.number is not None and than.number is not None:
        return one.number < than.number
    return one.index < than.index
