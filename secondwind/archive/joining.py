"""Pages of one thread become one: which pages are of the same thread, and how their posts go together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode, urlsplit

from secondwind.archive.finish import LEAST_REPEATED, plain_title, resolved
from secondwind.archive.model import Post, Thread

_PAGE_IN_PATH = re.compile(
    r"(?:/page-?\d+|/p\d+|/post-\d+|/latest|/unread|/index\.html?|(?<=\d)-p-\d+(?=\.html))/?$|-p-\d+(?=\.html$)",
    re.I,
)
_DISCOURSE = re.compile(r"/t/[^/]+/(\d+)(?:/\d+)?/?$")
_NOT_THE_THREAD = frozenset(
    "page start st sid s phpsessid highlight view mode pp sort order goto post utm_source utm_medium "
    "utm_campaign".split()
)
_PAGE_IN_NAME = re.compile(r"[-_. ](?:p|page|pg)[-_]?\d{1,4}$", re.I)


def thread_address(address: str) -> str:
    """An address without what differs between the pages of a thread: host and path, and what names the
    thread."""
    return _plain(address, of_thread=True)


def page_address(address: str) -> str:
    """An address without what differs between ways to write it: scheme, www, port, fragment, a slash at
    the end."""
    return _plain(address, of_thread=False)


def key_of(thread: Thread) -> str:
    """What tells a thread from others: where it stood; else its file's name, when that names a page; else
    its title and first words."""
    if thread.address:
        return f"address:{thread_address(thread.address)}"
    if thread.pages and (stem := _stem(thread.pages[0])):
        return f"file:{thread.engine}:{stem}"
    words = " ".join(thread.posts[0].body.lower().split())[:2_000]
    said = "\n".join((plain_title(thread.title or "").lower(), words)).encode("utf-8", "replace")
    return f"words:{thread.engine}:{sha256(said).hexdigest()[:32]}"


def join(threads: Iterable[Thread]) -> Iterator[Thread]:
    """Threads with pages that follow each other put together. Holds one thread at a time."""
    held: Thread | None = None
    for thread in threads:
        if held is not None and key_of(held) == key_of(thread):
            held = joined(held, thread)
            continue
        if held is not None:
            yield held
        held = thread
    if held is not None:
        yield held


def joined(one: Thread, other: Thread) -> Thread:
    """Two parts of a thread as one: in the order of their pages, what both hold once."""
    first, second = (other, one) if _comes_before(other, one) else (one, other)
    warnings = [*first.warnings, *second.warnings]
    posts = list(first.posts)
    for post in second.posts:
        if any(same_post(post, kept) for kept in posts):
            continue
        if post.number is not None and any(kept.number == post.number for kept in posts):
            warnings.append(
                f"Two pages hold different posts with the number {post.number}; the first is kept."
            )
            continue
        posts.append(post)
    starts = first.starts or second.starts
    whole = [replace(post, index=at, responds_to=None) for at, post in enumerate(posts)]
    return replace(
        first,
        posts=tuple(resolved(whole, starts)),
        title=first.title or second.title,
        address=first.address or second.address,
        pages=(*first.pages, *(page for page in second.pages if page not in first.pages)),
        page_number=None,
        starts=starts,
        confidence=min(first.confidence, second.confidence),
        forum=first.forum or second.forum,
        views=first.views if first.views is not None else second.views,
        replies=first.replies if first.replies is not None else second.replies,
        latest_date=second.latest_date or first.latest_date,
        latest_author=second.latest_author or first.latest_author,
        state=first.state or second.state,
        tags=tuple(dict.fromkeys((*first.tags, *second.tags))),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def same_post(one: Post, other: Post) -> bool:
    """Whether two are the same message: the same words, and nothing beside them that differs."""
    if " ".join(one.body.split()) != " ".join(other.body.split()):
        return False
    for name in ("number", "author", "date"):
        a, b = getattr(one, name), getattr(other, name)
        if a is not None and b is not None and a != b:
            return False
    known = (one.number is not None and other.number is not None) or (one.date and other.date)
    return bool(known) or len(one.body) >= LEAST_REPEATED


def _comes_before(one: Thread, other: Thread) -> bool:
    def place(thread: Thread) -> tuple[bool, int]:
        number = thread.page_number or next((post.number for post in thread.posts if post.number), 1) or 1
        return (not thread.starts, number)

    return place(one) < place(other)


def _stem(name: str) -> str:
    """The name of a file without its number of a page; empty when it has none."""
    stem = re.sub(r"\.\w{2,5}$", "", name)
    bare = _PAGE_IN_NAME.sub("", stem)
    return bare if bare != stem else ""


def _plain(address: str, *, of_thread: bool) -> str:
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return address.strip().lower()
    path = parts.path.rstrip("/")
    query = sorted(parse_qsl(parts.query, keep_blank_values=False)[:20])
    if of_thread:
        path = _PAGE_IN_PATH.sub("", path)
        if found := _DISCOURSE.search(path):
            path = f"/t/{found[1]}"
        query = [(name, value) for name, value in query if name.lower() not in _NOT_THE_THREAD]
        if any(name in {"t", "tid"} for name, _ in query):
            query = [(name, value) for name, value in query if name in {"t", "tid"}]
    return f"{host}{path}" + (f"?{urlencode(query)}" if query else "")
