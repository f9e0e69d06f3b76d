"""Bringing threads of old forums in: as ordinary threads whose authors are names and not accounts.

They earn no points, hold no trust and notify nobody. Everything is done some threads at a time, each lot in a
transaction of its own, and by what a page and a thread are known by; so an import can be cut anywhere and
begun again, and a second one changes nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from django.db import connection, transaction
from django.utils import timezone

from secondwind import archive, jobs
from secondwind.forums import events
from secondwind.forums.actions import archived_rows as rows
from secondwind.forums.actions import danger
from secondwind.forums.actions.counts import locked, recount
from secondwind.forums.actions.queue import into_queue
from secondwind.forums.models import (
    ArchivedPage,
    ArchivedPost,
    ArchivedThread,
    ArchiveImport,
    Forum,
    Mark,
    Post,
    PostState,
    QueueKind,
    Space,
    Takedown,
    Thread,
)

PLACE = ("Archives", "archives", "Threads kept from forums that are gone, as they stood there.")
TAKEN_DOWN = "taken down on request"
AT_ONCE = 50  # threads in one transaction: one for each took twice as long
MOST_POSTS = 1_000  # in one transaction, if not of one thread, so that nobody who writes waits long for it


class Outcome(Enum):
    """What became of a thread."""

    NEW = "new"
    GREW = "grew"
    SAME = "same"
    DOWN = "taken down"


@dataclass(frozen=True, slots=True)
class Seen:
    """A page as it was read: the name of its file, the digest of its bytes, which parser read it."""

    name: str
    digest: str
    parser: str


@dataclass(slots=True)
class Batch:
    """An import that is under way, and what it has done so far."""

    row: ArchiveImport
    forum: Forum
    threads: set[str] = field(default_factory=set)  # digests of what may not come back
    authors: set[str] = field(default_factory=set)
    posts: int = 0


# --- The frame ---------------------------------------------------------------------------------------------


@transaction.atomic
def place() -> Forum:
    """The forum for archives, made when it is first needed. New threads cannot be started there."""
    name, slug, about = PLACE
    if forum := Forum.objects.filter(slug=slug).first():
        return forum
    space = Space.objects.create(name=name, position=Space.objects.count())
    return Forum.objects.create(space=space, name=name, slug=slug, about=about, is_open=False)


def begin(forum: Forum, sources: Sequence[str], site: str = "", taken_on: date | None = None) -> Batch:
    """Begin an import, or go on with one of the same sources that did not come to its end."""
    row = ArchiveImport.objects.filter(forum=forum, sources=list(sources), finished_at=None).last()
    if row is None:
        row = ArchiveImport.objects.create(
            forum=forum, sources=list(sources), site=site, taken_on=taken_on, started_at=timezone.now()
        )
    about = Takedown.About
    taken = Takedown.objects.values_list("about", "key")
    return Batch(
        row,
        forum,
        threads={key for kind, key in taken if kind == about.THREAD},
        authors={key for kind, key in taken if kind == about.AUTHOR},
    )


@transaction.atomic
def end(batch: Batch) -> None:
    """Close an import: one matter in the moderators' queue for all of it, or no trace when nothing was
    new."""
    row = batch.row
    threads = ArchivedThread.objects.filter(batch=row)
    count = threads.count()
    if not count and not row.pages.exists():
        row.delete()
        return
    row.finished_at = timezone.now()
    row.save(update_fields=["finished_at"])
    first = threads.order_by("thread_id").values_list("thread_id", flat=True).first()
    post = Post.objects.filter(thread=first).order_by("number").first() if first else None
    if post is not None:
        posts = ArchivedPost.objects.filter(post__thread__archived__batch=row).count()
        where = row.forum.name if row.forum else "the forums"
        into_queue(post, QueueKind.IMPORT, [
            f"import {row.pk} brought {count:,} threads with {posts:,} posts into {where}; "
            "this is the first of them",
            f"whoever runs the site takes all of it away with: secondwind archive takedown --import {row.pk}",
        ])  # fmt: skip


def is_read(digest: str, parsers: Iterable[str]) -> bool:
    """Whether a page with these bytes was brought in already by one of these parsers."""
    with connection.cursor() as cursor:  # asked for each page: as a query set it took as long as reading one
        cursor.execute("SELECT parser FROM forums_archivedpage WHERE digest = %s", [digest])
        return not {parser for (parser,) in cursor.fetchall()}.isdisjoint(parsers)


# --- Threads -----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _New:
    """A thread that is not here yet, with the rows that it will be."""

    read: archive.Thread
    pages: Sequence[Seen]
    row: Thread
    kept: ArchivedThread
    posts: list[Post]
    besides: list[ArchivedPost]


def bring_in(batch: Batch, thread: archive.Thread, pages: Sequence[Seen]) -> Outcome:
    """Make a thread of an archive one of ours, or add what is new in it to the one that it is already."""
    return bring_all_in(batch, [(thread, pages)])[0]


def bring_all_in(batch: Batch, found: Sequence[tuple[archive.Thread, Sequence[Seen]]]) -> list[Outcome]:
    """The same for several threads: all of them, or none when it is cut."""
    keys = [rows.digest_of(archive.key_of(thread)) for thread, _ in found]
    new = _drafts(batch, found, keys)  # before others wait for the transaction
    added = 0
    with transaction.atomic():
        known = set(ArchivedThread.objects.filter(key__in=keys).values_list("key", flat=True))
        made = {key: one for key, one in new.items() if key not in known}
        _create(batch, list(made.values()))
        outcomes = []
        for key, (thread, pages) in zip(keys, found, strict=True):
            if key in batch.threads:
                outcomes.append(Outcome.DOWN)
            elif (one := made.get(key)) is not None and one.read is thread:
                outcomes.append(Outcome.NEW)
                added += len(one.posts)
            else:
                count = _extend(batch, ArchivedThread.objects.get(key=key), thread, pages)
                outcomes.append(Outcome.GREW if count else Outcome.SAME)
                added += count
    batch.posts += added
    return outcomes


def _drafts(
    batch: Batch, found: Sequence[tuple[archive.Thread, Sequence[Seen]]], keys: Sequence[str]
) -> dict[str, _New]:
    """The rows of those threads that are not here, by the threads' keys. Another part of a thread may come
    later among them: the first makes it."""
    here = set(ArchivedThread.objects.filter(key__in=keys).values_list("key", flat=True))
    new: dict[str, _New] = {}
    for key, (thread, pages) in zip(keys, found, strict=True):
        if key not in here and key not in batch.threads and key not in new:
            new[key] = _draft(batch, thread, pages, key)
    return new


def _draft(batch: Batch, thread: archive.Thread, pages: Sequence[Seen], key: str) -> _New:
    moments = rows.moments_of(thread.posts, None)
    row = Thread(
        forum=batch.forum,
        title=rows.title_of(thread),
        created_at=moments[0],
        latest_at=max(moments),
        view_count=min(thread.views or 0, 2**31 - 1),
    )
    kept = ArchivedThread(
        thread=row,
        batch=batch.row,
        key=key,
        address=(thread.address or "")[:1_000],
        site=rows.site_of(thread, batch.row),
        engine=thread.engine,
        parser=thread.parser,
        confidence=thread.confidence,
        title=thread.title or "",
        author=(thread.posts[0].author or "") if thread.starts else "",
        forum_name=(thread.forum or "")[:200],
        views=thread.views if thread.views is None else min(thread.views, 2**31 - 1),
        replies=thread.replies if thread.replies is None else min(thread.replies, 2**31 - 1),
        latest_date=thread.latest_date.text[:80] if thread.latest_date else "",
        latest_author=thread.latest_author or "",
        state=thread.state or "",
        tags=list(thread.tags),
        warnings=list(thread.warnings),
        numbered_from=1 if thread.first_unnumbered else 0,
        imported_at=timezone.now(),
    )
    posts = rows.rows_of(kept, thread.posts, moments, set(), first=1 if thread.starts else 2)
    rows.mark_rows(posts, thread.posts, has_correct=False)
    besides = _besides(batch, thread, thread.posts, posts)
    _count(row, posts)
    _note_last(kept, posts, besides)
    return _New(thread, pages, row, kept, posts, besides)


def _create(batch: Batch, new: Sequence[_New]) -> None:
    """Write threads that are not here, all that they hold and the pages that they were read from."""
    Thread.objects.bulk_create(one.row for one in new)
    for one in new:
        one.kept.thread = one.row  # which has an id now
        for post in one.posts:
            post.thread = one.row
    Post.objects.bulk_create(post for one in new for post in one.posts)
    _respond(answer for one in new for answer in _answers(one.read, one.read.posts, one.posts, {}))
    ArchivedThread.objects.bulk_create(one.kept for one in new)
    _write_besides([beside for one in new for beside in one.besides])
    ArchivedPage.objects.bulk_create(
        page for one in new for page in _pages(batch, one.kept, one.read, one.pages)
    )


def _extend(batch: Batch, kept: ArchivedThread, thread: archive.Thread, pages: Sequence[Seen]) -> int:
    """Add the posts that a later page, or a later copy, holds and the thread does not; how many."""
    kept.thread = locked(kept.thread_id)
    posts = _add(batch, kept, thread)
    here = set(kept.pages.values_list("digest", flat=True))
    for page in pages:
        if page.digest in here:  # the same bytes, read by a later parser
            kept.pages.filter(digest=page.digest).update(parser=page.parser)
    added = [page for page in _pages(batch, kept, thread, pages) if page.digest not in here]
    ArchivedPage.objects.bulk_create(added)
    return len(posts)


def _add(batch: Batch, kept: ArchivedThread, thread: archive.Thread) -> list[Post]:
    have = list(ArchivedPost.objects.filter(post__thread=kept.thread_id).select_related("post"))
    used = set(Post.objects.filter(thread=kept.thread_id).values_list("number", flat=True))
    known = _Have.of(kept, have)
    new = [
        post for post in thread.posts
        if not known.knows(post, thread, kept) and rows.author_key(post, thread) not in batch.authors
    ]  # fmt: skip
    if not new:
        return []
    latest = max((one.post.created_at for one in have), default=None)
    posts = rows.rows_of(kept, new, rows.moments_of(new, latest), used, first=1)
    answered = Post.objects.filter(thread=kept.thread_id, mark=Mark.CORRECT)
    rows.mark_rows(posts, new, has_correct=answered.exists())
    besides = _besides(batch, thread, new, posts)
    by_number = {one.number: one.post for one in have if one.number is not None}
    Post.objects.bulk_create(posts)
    _respond(_answers(thread, new, posts, by_number))
    _write_besides(besides)
    if thread.starts and not known.begins:
        kept.title, kept.author = thread.title or kept.title, thread.posts[0].author or ""
        kept.thread.title = rows.title_of(thread)
    kept.thread.next_number = max(kept.thread.next_number, max(post.number for post in posts) + 1)
    kept.thread.save(update_fields=["title", "next_number"])
    recount(kept.thread)
    _note_last(kept, [*[one.post for one in have], *posts], [*have, *besides])
    kept.looked_at = None  # there is more to look at
    kept.save()
    return posts


@dataclass(frozen=True, slots=True)
class _Have:
    """What came into a thread already: numbers as written, digests of words, whether it begins."""

    numbers: set[int]
    digests: set[str]
    begins: bool

    @classmethod
    def of(cls, kept: ArchivedThread, have: Sequence[ArchivedPost]) -> "_Have":
        """The same of its rows, and of those whose words were taken down."""
        down = Post.objects.filter(thread=kept.thread_id, state=PostState.REMOVED, why_hidden=TAKEN_DOWN)
        gone = set(down.values_list("number", flat=True))
        return cls(
            {one.number for one in have if one.number is not None} | {n - kept.numbered_from for n in gone},
            {one.digest for one in have},
            1 in gone or any(one.post.number == 1 for one in have),
        )

    def knows(self, post: archive.Post, thread: archive.Thread, kept: ArchivedThread) -> bool:
        """Whether a post is here, by its number, or by its words where it has none."""
        if post.number is not None:
            return post.number in self.numbers
        if kept.numbered_from and post.index == 0 and thread.starts:
            return self.begins
        return rows.digest_of(post.body) in self.digests


def _besides(
    batch: Batch, thread: archive.Thread, posts: Sequence[archive.Post], made: Sequence[Post]
) -> list[ArchivedPost]:
    """What stood beside posts. Those of whoever wanted theirs taken down lose their words, and have nothing
    beside them."""
    besides = [rows.beside(post, row, thread) for post, row in zip(posts, made, strict=True)]
    for one, row in zip(besides, made, strict=True):
        if one.author_key and one.author_key in batch.authors:
            row.state, row.body, row.html, row.why_hidden = PostState.REMOVED, "", "", TAKEN_DOWN
    return [one for one in besides if one.post.state != PostState.REMOVED]


def _answers(
    thread: archive.Thread, posts: Sequence[archive.Post], made: Sequence[Post], have: dict[int, Post]
) -> Iterator[tuple[Post, Post]]:
    """Which post responds to which. `have` are those that are here already, by their number as written."""
    by_index = {post.index: row for post, row in zip(posts, made, strict=True)}
    for post, row in zip(posts, made, strict=True):
        if post.responds_to is None:
            continue
        to = by_index.get(post.responds_to) or have.get(thread.posts[post.responds_to].number or 0)
        if to is not None:
            yield row, to


def _respond(answers: Iterable[tuple[Post, Post]]) -> None:
    """Note it. `bulk_update` makes a case of each row in one statement, at ten times the cost."""
    ids = []
    for row, to in answers:
        row.in_response_to = to
        ids.append((to.pk, row.pk))
    if ids:
        with connection.cursor() as cursor:
            cursor.executemany("UPDATE forums_post SET in_response_to_id = %s WHERE id = %s", ids)


def _write_besides(besides: Sequence[ArchivedPost]) -> None:
    """Write what stood beside posts. `bulk_create` works its SQL out anew for every few rows, which was a
    third of an import."""
    names = [field.attname for field in ArchivedPost._meta.concrete_fields]
    for one in besides:
        one.post = one.post  # which has an id now
    values = [[getattr(one, name) for name in names] for one in besides]
    columns, marks = ", ".join(names), ", ".join(["%s"] * len(names))
    if values:
        with connection.cursor() as cursor:
            sql = f"INSERT INTO forums_archivedpost ({columns}) VALUES ({marks})"  # noqa: S608 - of our names
            cursor.executemany(sql, values)


def _count(row: Thread, posts: Sequence[Post]) -> None:
    """What `counts.recount` would find, without asking again what was just written."""
    published = [post for post in posts if post.state == PostState.PUBLISHED]
    row.next_number = max(post.number for post in posts) + 1
    row.reply_count = sum(1 for post in published if post.number > 1)
    row.latest_number = max((post.number for post in published), default=1)
    row.latest_at = max((post.created_at for post in published), default=row.created_at)
    row.is_answered = any(post.mark == Mark.CORRECT for post in published)
    row.is_listed = bool(published)


def _note_last(kept: ArchivedThread, posts: Sequence[Post], besides: Sequence[ArchivedPost]) -> None:
    last = max(posts, key=lambda post: (post.created_at, post.number))
    beside = next((one for one in besides if one.post is last), None)
    kept.last_number = max(post.number for post in posts)
    kept.last_date = beside.date if beside else ""
    kept.last_author = beside.author if beside else ""


def _pages(
    batch: Batch, kept: ArchivedThread, thread: archive.Thread, pages: Sequence[Seen]
) -> list[ArchivedPage]:
    key = rows.digest_of(archive.page_address(thread.address)) if thread.address else ""
    return [
        ArchivedPage(
            thread=kept, batch=batch.row, name=page.name[-300:], key=key, digest=digest, parser=page.parser
        )
        for digest, page in {page.digest: page for page in pages}.items()
    ]


# --- What follows ------------------------------------------------------------------------------------------


def follow_up(most: int) -> int:
    """Do for imported threads what takes longer than bringing them in: look for danger signs in what the
    opener wrote, and tell whoever listens (the search, the cases). Gives how many threads were done."""
    waiting = ArchivedThread.objects.filter(looked_at=None).order_by("pk")
    ids = list(waiting.values_list("pk", flat=True)[:most])
    jobs.for_each(_look_into, ids)
    return len(ids)


@transaction.atomic
def _look_into(thread_id: int) -> None:
    thread = locked(thread_id)
    posts = list(Post.objects.filter(thread=thread).select_related("author", "archived").order_by("number"))
    for post in posts:
        post.thread = thread
    if posts and posts[0].is_opening and posts[0].is_published:
        danger.look_for(posts[0])
    events.different(posts, [thread])
    ArchivedThread.objects.filter(pk=thread_id).update(looked_at=timezone.now())
