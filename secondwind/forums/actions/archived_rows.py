"""The rows of an archived thread: its numbers, times and title here, and what is kept beside each post."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import urljoin, urlsplit

from django.utils import timezone
from django.utils.text import Truncator

from secondwind import archive, writing
from secondwind.archive.joining import page_address, thread_address
from secondwind.forums.archived_text import html_of, markdown_of
from secondwind.forums.models import ArchivedPost, ArchivedThread, ArchiveImport, Mark, Post
from secondwind.forums.models.threads import LONGEST_TITLE

UNDATED = datetime(1990, 1, 1, tzinfo=UTC)  # where a post without a date stands in lists; it is never shown
OLDEST = datetime(1980, 1, 1, tzinfo=UTC)
MOST_NUMBERS = 100_000  # a written number above this is kept beside the post, and is not its number here


def rows_of(
    kept: ArchivedThread,
    posts: Sequence[archive.Post],
    moments: Sequence[datetime],
    used: set[int],
    first: int,
) -> list[Post]:
    """Posts with their numbers as written (one more below a first message that has none), or the next free
    one from `first` on; `used` are those that the thread has already."""
    rows: list[Post] = []
    used = set(used)
    last = max(used, default=0) if first in used else first - 1
    for post, at in zip(posts, moments, strict=True):
        wanted = post.number + kept.numbered_from if post.number is not None else last + 1
        if wanted in used or not 0 < wanted <= MOST_NUMBERS:
            wanted = max(used, default=0) + 1
        used.add(wanted)
        last = wanted
        body = writing.tidy(post.body)
        rows.append(
            Post(thread=kept.thread, number=wanted, body=markdown_of(body), html=html_of(body), created_at=at)
        )
    return rows


def mark_rows(rows: Sequence[Post], posts: Sequence[archive.Post], *, has_correct: bool) -> None:
    """Put the marks of the page on replies; a thread has one Correct answer."""
    for row, post in zip(rows, posts, strict=True):
        mark = Mark(post.mark or "")
        if row.number == 1 or (mark == Mark.CORRECT and has_correct):
            continue
        row.mark = mark
        has_correct = has_correct or mark == Mark.CORRECT


def beside(post: archive.Post, row: Post, thread: archive.Thread) -> ArchivedPost:
    """What stood beside a post, for the row that it is here."""
    address = author_address(post, thread)
    return ArchivedPost(
        post=row,
        number=post.number,
        author=post.author or "",
        author_address="" if address.startswith("mail:") else address[:1_000],
        author_key=author_key(post, thread),
        by_opener=post.by_opener,
        rank=(post.rank or "")[:60],
        points=_small(post.points),
        post_count=_small(post.post_count),
        since=post.since.text[:80] if post.since else "",
        location=(post.location or "")[:100],
        date=post.date.text[:80] if post.date else "",
        date_iso=(post.date.iso or "")[:25] if post.date else "",
        zone=(post.date.zone or "")[:6] if post.date else "",
        title=post.title or "",
        in_response_to=post.in_response_to or "",
        signature=writing.tidy(post.signature or ""),
        digest=digest_of(post.body),
    )


def _small(count: int | None) -> int | None:
    return count if count is None or count < 2**31 else None


def title_of(thread: archive.Thread) -> str:
    """A title for our lists: the one that the page shows, or the first words of its first post."""
    title = writing.tidy_line(thread.title or "")
    if not title:
        title = f"“{Truncator(writing.tidy_line(thread.posts[0].body)).chars(90)}”"
    return Truncator(title).chars(LONGEST_TITLE)


def site_of(thread: archive.Thread, row: ArchiveImport) -> str:
    """The name of the site that a thread comes from; empty where nobody says it."""
    host = urlsplit(thread.address).hostname if thread.address else None
    return (host or row.site or "").removeprefix("www.")[:200]


def moments_of(posts: Sequence[archive.Post], before: datetime | None) -> list[datetime]:
    """When each post stands in our order: its date as if it were UTC, or that of the post before it. Pages
    show the date as it was written instead."""
    read = [_moment(post) for post in posts]
    last = before or next((one for one in read if one), UNDATED)
    found = []
    for one in read:
        last = one or last
        found.append(last)
    return found


def _moment(post: archive.Post) -> datetime | None:
    iso = post.date.iso if post.date else None
    if not iso:
        return None
    try:
        at = datetime.fromisoformat(f"{iso}-01" if len(iso) == 7 else iso)
        zone = post.date.zone if post.date else None
        aware = datetime.fromisoformat(f"{at.isoformat()}{zone or '+00:00'}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return aware if OLDEST <= aware <= timezone.now() else None


def author_address(post: archive.Post, thread: archive.Thread) -> str:
    """Where an author was described, as a whole address; empty when the page does not say."""
    given = post.author_address or ""
    if given.startswith("mail:") or not given:
        return given
    try:
        whole = urljoin(thread.address or "", given)
        return whole if urlsplit(whole).hostname else ""
    except ValueError:
        return ""


def author_key(post: archive.Post, thread: archive.Thread) -> str:
    """What stands for an author's address in the database; empty where the page does not say it."""
    address = author_address(post, thread)
    if not address:
        return ""
    return digest_of(address if address.startswith("mail:") else page_address(address))


def digest_of(words: str) -> str:
    """What stands for words in the database where the words themselves are not needed."""
    return sha256(words.encode("utf-8", "replace")).hexdigest()


def keys_of_address(address: str) -> dict[str, str]:
    """The digests under which an address may be known: as a thread, as a page, as an author."""
    if "@" in address and "/" not in address:
        return {"author": digest_of(archive.mail_identity(address))}
    return {
        "thread": digest_of(f"address:{thread_address(address)}"),
        "page": digest_of(page_address(address)),
        "author": digest_of(page_address(address)),
    }
