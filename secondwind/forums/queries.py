"""What the pages of the forums read. The viewer comes first: nobody is given what they may not see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from secondwind.accounts.models import User
from secondwind.forums import access
from secondwind.forums.actions import regions
from secondwind.forums.actions.commentary import day_of
from secondwind.forums.models import (
    ArchivedPost,
    DangerSign,
    Forum,
    ForumKind,
    Mark,
    Member,
    Post,
    PostState,
    Reading,
    Space,
    Thread,
    ThreadRegion,
)
from secondwind.look.prepared import prepared
from secondwind.writing import excerpt

Viewer = User | AnonymousUser
T = TypeVar("T")

POSTS_A_PAGE = 20
THREADS_A_PAGE = 30
MARKS_SHOWN = 10  # above the posts; a thread may have any number


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page of a list. `last` is 0 where counting all would cost more than it tells."""

    items: Sequence[T]
    number: int
    has_next: bool
    last: int = 0

    @property
    def previous(self) -> int:
        return self.number - 1

    @property
    def next(self) -> int:
        return self.number + 1 if self.has_next else 0


@dataclass(frozen=True, slots=True)
class Row:
    """A thread in a list; `unread_from` is the number of the first post the viewer has not read, or 0."""

    thread: Thread
    unread_from: int


# --- Places ------------------------------------------------------------------------------------------------


def spaces() -> list[tuple[Space, list[Forum]]]:
    """Every space with its forums, each with `thread_count` and `latest` (thread or None). 2 queries.

    Both are read from the index `forums_thread_listed` alone, without a look at any thread.
    """
    forums = _shared_forums()
    latest = [one.latest_id for one in forums if one.latest_id]  # type: ignore[attr-defined]  # annotated
    threads = {thread.pk: thread for thread in _latest_of(*latest)} if latest else {}
    grouped: dict[Space, list[Forum]] = {}
    for one in forums:
        if one.space is None:
            continue
        one.latest = threads.get(one.latest_id)  # type: ignore[attr-defined]  # for the template
        grouped.setdefault(one.space, []).append(one)
    return list(grouped.items())


@prepared
def _shared_forums() -> QuerySet[Forum]:
    listed = Thread.objects.filter(forum=OuterRef("pk"), is_listed=True, merged_into=None)
    counted = listed.order_by().values("forum").annotate(count=Count("*")).values("count")
    return Forum.objects.select_related("space").annotate(
        thread_count=Coalesce(Subquery(counted), 0),
        latest_id=Subquery(listed.order_by("-latest_at").values("pk")[:1]),
    )


@prepared
def _latest_of(*ids: int) -> QuerySet[Thread]:
    found = Thread.objects.filter(pk__in=ids).select_related("archived")
    return found.only("title", "latest_at", "latest_number", "archived__last_number", "archived__last_date")


# What a list shows of a thread; no more columns, for the reason told at `POST_SHOWN`.
THREAD_SHOWN = (
    "title", "reply_count", "view_count", "latest_at", "latest_number", "is_pinned", "is_locked", "is_listed",
    "is_answered", "forum__name", "forum__slug", "author__username", "latest_author__username",
    "archived__author", "archived__last_number", "archived__last_date", "archived__last_author",
)  # fmt: skip


def latest_threads(viewer: Viewer, most: int) -> list[Row]:
    """The threads of all forums with the latest posts. 2 queries at most."""
    if access.known(viewer):
        found = list(_listed(access.listed_threads(viewer), None)[:most])
    else:
        found = _latest_public(most)
    return _with_unread(viewer, found)


@prepared
def _latest_public(most: int) -> QuerySet[Thread]:
    return _listed(access.listed_threads(AnonymousUser()), None)[:most]


def threads(
    viewer: Viewer, *, forum: Forum | None = None, region: str = "", show: str = "all", page: int = 1
) -> Page[Row]:
    """A page of threads, pinned ones first within a forum, then by the latest post; of one place of the body
    and what lies inside it when `region` is given. 2 queries at most."""
    start = (page - 1) * THREADS_A_PAGE
    if access.known(viewer) or region:
        found = _listed(access.listed_threads(viewer), forum.pk if forum else None)
        rows = list(_about(_shown(found, viewer, show), region)[start : start + THREADS_A_PAGE + 1])
    elif forum is not None:
        rows = _public_of(forum.pk, start, show=show)
    else:
        rows = _public(start, show=show)
    here = rows[:THREADS_A_PAGE]
    return Page(_with_unread(viewer, here), page, len(rows) > THREADS_A_PAGE)


@prepared
def _public(start: int, *, show: str) -> QuerySet[Thread]:
    nobody = AnonymousUser()
    return _shown(_listed(access.listed_threads(nobody), None), nobody, show)[
        start : start + THREADS_A_PAGE + 1
    ]


@prepared
def _public_of(forum: int, start: int, *, show: str) -> QuerySet[Thread]:
    nobody = AnonymousUser()
    return _shown(_listed(access.listed_threads(nobody), forum), nobody, show)[
        start : start + THREADS_A_PAGE + 1
    ]


def _listed(found: QuerySet[Thread], forum: int | None) -> QuerySet[Thread]:
    found = found.select_related("forum", "author", "latest_author", "archived").only(*THREAD_SHOWN)
    if forum is not None:
        return found.filter(forum=forum).order_by("-is_pinned", "-latest_at")
    return _in_shared(found).order_by("-latest_at")


def _in_shared(found: QuerySet[Thread]) -> QuerySet[Thread]:
    # Said as what is left out, so that the database goes through the threads by date and stops when it has
    # enough; asked for the kind of forum, it would read and sort all threads.
    return found.exclude(forum__in=Forum.every.exclude(kind=ForumKind.SHARED).values("pk"))


ORDERS = ("latest_at", "created_at")


def threads_from(
    viewer: Viewer,
    *,
    forum: Forum | None = None,
    commentary: bool = False,
    region: str = "",
    show: str = "all",
    since: datetime | None = None,
    order: str = "latest_at",
    after: tuple[datetime, int] | None = None,
    most: int = THREADS_A_PAGE,
) -> tuple[list[Thread], bool]:
    """The newest threads by one of `ORDERS`, not older than `since`, after the time and id of the last one
    that was seen; and whether there are more. Of one forum, or else of all shared ones, or of everybody's
    public commentary. 1 query, at the same cost however far down."""
    found = access.listed_threads(viewer).select_related("forum", "author", "archived")
    if forum is not None:
        found = found.filter(forum=forum)
    elif commentary:
        found = found.exclude(forum__kind=ForumKind.SHARED).filter(is_listed=True)
    else:
        found = _in_shared(found)
    found = _about(_shown(found, viewer, show), region)
    if since is not None:
        found = found.filter(**{f"{order}__gte": since})
    if after is not None:
        at, id = after
        # The first part alone lets the database begin at the right place of its index.
        found = found.filter(**{f"{order}__lte": at}).exclude(**{order: at, "pk__gte": id})
    rows = list(found.order_by(f"-{order}", "-pk")[: most + 1])
    return rows[:most], len(rows) > most


def _about(found: QuerySet[Thread], region: str) -> QuerySet[Thread]:
    if not region:
        return found
    about = ThreadRegion.objects.filter(thread=OuterRef("pk"), region__in=regions.within(region))
    return found.filter(Exists(about))


def _shown(found: QuerySet[Thread], viewer: Viewer, show: str) -> QuerySet[Thread]:
    if show == "unanswered":
        return found.filter(is_answered=False)
    if show == "answered":
        return found.filter(is_answered=True)
    if show == "unread" and access.known(viewer):
        read_to = Reading.objects.filter(user=viewer, thread=OuterRef("pk")).values("number")[:1]
        found = found.annotate(read_to=Subquery(read_to))
        fresh = Q(read_to=None, latest_at__gt=_read_all_at(viewer))
        return found.filter(fresh | Q(read_to__lt=F("latest_number")))
    return found


def _with_unread(viewer: Viewer, threads: Sequence[Thread]) -> list[Row]:
    if not access.known(viewer) or not threads:
        return [Row(thread, 0) for thread in threads]
    read = dict(Reading.objects.filter(user=viewer, thread__in=threads).values_list("thread_id", "number"))
    since = _read_all_at(viewer)
    return [Row(thread, _unread_from(thread, read.get(thread.pk), since)) for thread in threads]


def _unread_from(thread: Thread, read_to: int | None, since: datetime) -> int:
    if read_to is None:
        return 1 if thread.latest_at > since else 0
    return read_to + 1 if thread.latest_number > read_to else 0


def _read_all_at(viewer: User) -> datetime:
    member = access.member_of(viewer)
    return max(filter(None, (viewer.date_joined, member.read_all_at)))


# --- A thread ----------------------------------------------------------------------------------------------


def page_of(number: int) -> int:
    """On which page of its thread a post stands. Numbers do not change, so neither does this."""
    return (number - 1) // POSTS_A_PAGE + 1


# What a page shows of a post and its author. Django works out the SQL of each query anew, column by column,
# which costs more than the database's own work: so no more columns and tables than are shown.
POST_SHOWN = (
    "thread", "number", "author", "in_response_to", "html", "created_at", "edited_at", "state", "why_hidden",
    "mark", "moved_to",
)  # fmt: skip
AUTHOR_SHOWN = (
    "username",
    "signature",
    "is_active",
    "profile_audience",
    "member__post_count",
    "member__points",
)


def posts(thread: Thread, page: int) -> Page[Post]:
    """The posts of a page, each with its author, the author's rank, and what it responds to. 1 query, and one
    each where a post responds to one of another page or was moved."""
    last = page_of(max(1, thread.next_number - 1))
    first = (page - 1) * POSTS_A_PAGE
    return Page(_told(thread, _posts(thread.pk, first, first + POSTS_A_PAGE)), page, page < last, last)


def posts_after(thread: Thread, number: int, most: int) -> tuple[list[Post], bool]:
    """The posts after a number, as `posts` gives them, and whether there are more."""
    found = _narrow(Post.objects.filter(thread=thread, number__gt=number)).order_by("number")
    shown = _told(thread, list(found[: most + 1]))
    return shown[:most], len(shown) > most


def _told(thread: Thread, shown: list[Post]) -> list[Post]:
    _tell_responses(shown)
    _tell_moved(shown)
    _tell_archived(thread, shown)
    return shown


def _narrow(found: QuerySet[Post]) -> QuerySet[Post]:
    shown = (*POST_SHOWN, *(f"author__{name}" for name in AUTHOR_SHOWN))
    return found.select_related("author__member").only(*shown)


@prepared
def _posts(thread: int, after: int, upto: int) -> QuerySet[Post]:
    found = Post.objects.filter(thread=thread, number__gt=after, number__lte=upto)
    return _narrow(found).order_by("number")


def _tell_responses(shown: Sequence[Post]) -> None:
    by_id = {post.pk: post for post in shown}
    missing = {post.in_response_to_id for post in shown} - by_id.keys() - {None}
    if missing:
        others = Post.objects.select_related("author").only("number", "author__username")
        by_id |= others.in_bulk(missing)
    for post in shown:
        if post.in_response_to_id:
            post.in_response_to = by_id.get(post.in_response_to_id)


def _tell_moved(shown: Sequence[Post]) -> None:
    moved = [post for post in shown if post.moved_to_id]
    if moved:
        others = Post.objects.select_related("thread").only("thread__title", "thread__is_listed")
        by_id = others.in_bulk([post.moved_to_id for post in moved])
        for post in moved:
            post.moved_to = by_id.get(post.moved_to_id)


def _tell_archived(thread: Thread, shown: Sequence[Post]) -> None:
    """Put beside posts what stood beside them where they came from, or that there is nothing. 1 query, and
    only for a thread of an archive."""
    told = [*shown, *(post.in_response_to for post in shown if post.in_response_to is not None)]
    is_archived = getattr(thread, "archived", None) is not None
    kept = ArchivedPost.objects.in_bulk({post.pk for post in told}) if is_archived else {}
    for post in told:
        post._state.fields_cache["archived"] = kept.get(post.pk)


def marked(thread: Thread, page: Page[Post]) -> Page[Post]:
    """The answers that helped: the Correct one first, then the first Helpful ones in order.

    Of a thread of one page they are among its posts; otherwise 1 query.
    """
    if page.last == 1:
        rows = sorted((post for post in page.items if post.mark and post.is_published), key=_by_mark)
    else:
        found = Post.objects.filter(thread=thread, state=PostState.PUBLISHED).exclude(mark=Mark.NONE)
        narrow = found.select_related("author").only(
            "number", "html", "mark", "created_at", "author__username"
        )
        rows = list(narrow.order_by("mark", "number")[: MARKS_SHOWN + 1])  # "correct" comes before "helpful"
        _tell_archived(thread, rows)
    return Page(rows[:MARKS_SHOWN], 1, len(rows) > MARKS_SHOWN)


def _by_mark(post: Post) -> tuple[str, int]:
    return post.mark, post.number


def danger_signs(thread: Thread) -> list[DangerSign]:
    """Every danger sign found in what the asker wrote. 1 query."""
    found = DangerSign.objects.filter(thread=thread).select_related("post", "read_by")
    signs = list(found.defer("post__body", "post__html"))
    for sign in signs:
        sign.thread = thread
    return signs


# --- People ------------------------------------------------------------------------------------------------


def posts_by(author: User, viewer: Viewer, page: int = 1) -> Page[Post]:
    """Somebody's posts, latest first, as far as the viewer may read them. 1 query."""
    found = Post.objects.filter(author=author, thread__merged_into=None).select_related("thread__forum")
    if access.moderates(viewer):
        found = found.exclude(thread__forum__is_private=True)
    else:
        found = found.filter(state=PostState.PUBLISHED, thread__is_listed=True)
    start = (page - 1) * POSTS_A_PAGE
    rows = list(found.order_by("-created_at")[start : start + POSTS_A_PAGE + 1])
    return Page(rows[:POSTS_A_PAGE], page, len(rows) > POSTS_A_PAGE)


def marks_of(author: User) -> dict[str, int]:
    """How many of somebody's replies are marked Correct and Helpful, own threads left out. 1 query."""
    found = Post.objects.filter(author=author, state=PostState.PUBLISHED).exclude(thread__author=author)
    return found.aggregate(
        correct=Count("id", filter=Q(mark=Mark.CORRECT)), helpful=Count("id", filter=Q(mark=Mark.HELPFUL))
    )


def member_of(user: User) -> Member:
    """The forums' record of somebody, not saved when there is none yet."""
    return Member.objects.filter(user=user).first() or Member(user=user)


# --- Commentary --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry of commentary in a list: its beginning as text, and how far its diary is on that day."""

    thread: Thread
    excerpt: str
    day: str


def entries(
    viewer: Viewer, *, owner: User | None = None, journal: Forum | None = None, tag: str = "", page: int = 1
) -> Page[EntryRow]:
    """A page of entries, the latest first: of everybody's, of one member's, or of one journal. 2 queries.

    In everybody's only what is public stands, for owners too.
    """
    found = access.listed_threads(viewer).exclude(forum__kind=ForumKind.SHARED)
    if journal is not None:
        found = found.filter(forum=journal)
    elif owner is not None:
        found = found.filter(forum__owner=owner)
    else:
        found = found.filter(is_listed=True)
    if tag:
        found = found.filter(tags__contains=f",{tag},")
    start = (page - 1) * POSTS_A_PAGE
    ordered = found.select_related("forum", "author").order_by("-created_at", "-pk")
    rows = list(ordered[start : start + POSTS_A_PAGE + 1])
    here = rows[:POSTS_A_PAGE]
    bodies = dict(Post.objects.filter(thread__in=here, number=1).values_list("thread_id", "body"))
    shown = [EntryRow(t, excerpt(bodies.get(t.pk, ""), 300), day_of(t.forum, t.created_at)) for t in here]
    return Page(shown, page, len(rows) > POSTS_A_PAGE)
