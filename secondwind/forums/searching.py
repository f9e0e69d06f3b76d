"""What the search knows of the forums: each published post of a listed thread, with what its thread is."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, QuerySet
from selectolax.lexbor import LexborHTMLParser

from secondwind import clinic
from secondwind.cases import access as access_to_cases
from secondwind.cases.models import Case
from secondwind.forums import access
from secondwind.forums.models import Forum, Post, PostState, Thread, ThreadCase
from secondwind.forums.models.threads import byline_of, slug_of
from secondwind.look.addresses import address
from secondwind.look.prepared import padded, prepared
from secondwind.search import document, index
from secondwind.search.models import Document
from secondwind.search.sources import Card, Source, Viewer
from secondwind.search.tasks import compare, follow

KIND = "post"
NOBODY = AnonymousUser()
READ = 20_000  # characters of an opening post that the clinic reads for places
MOST_AT_ONCE = 200  # posts of a thread that are read again with it; the hourly job finds the rest


def listen(posts: Sequence[Post], threads: Sequence[Thread]) -> None:
    """Bring the index up to date with posts and threads that are different now, in their transaction."""
    shown = {thread.pk: thread for thread in threads if _is_found(thread)}
    for thread in threads:
        if thread.pk not in shown:
            index.remove_group(KIND, thread.pk)
    index.remove(KIND, [post.pk for post in posts if not (post.is_published and post.thread_id in shown)])
    refs = {post.pk for post in posts if post.is_published and post.thread_id in shown}
    openings = {post.thread_id for post in posts if post.is_opening}
    for thread in shown.values():
        refs |= _missing(thread, refs)
        if _has_changed(thread) and (opening := _opening(thread)):
            openings.add(thread.pk)
            refs.add(opening)
    index.put(texts(refs))
    for id in sorted(openings & shown.keys()):
        if index.follow_leader(KIND, id):
            follow.enqueue(KIND, id)
        compare.enqueue(KIND, id)


def hear_outcome(case: Case) -> None:
    """It is told, or not any more, how a case went, or others see it now: its thread is found by that."""
    for thread_id in ThreadCase.objects.filter(case=case).values_list("thread", flat=True):
        outcome_differs(thread_id)


def outcome_differs(thread_id: int) -> None:
    """Bring the index up to date with whether a thread tells how it went. 2 queries when it is."""
    head = index.leader(KIND, thread_id)
    if head is None or head.has_outcome == bool(_with_outcome([thread_id])):
        return
    index.put(texts([head.ref]))
    if index.follow_leader(KIND, thread_id):
        follow.enqueue(KIND, thread_id)


def forget_case(sender: type[ThreadCase], instance: ThreadCase, **kwargs: object) -> None:
    """A case is gone from its thread, whoever took it away."""
    outcome_differs(instance.thread_id)


def refs(after: int, most: int) -> list[int]:
    """The ids of posts that can be found, in order, after one."""
    return list(_found().filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:most])


def texts(refs: Collection[int]) -> list[document.Text]:
    """The posts of these ids that can be found, as the search reads them."""
    posts = list(_found().filter(pk__in=refs).select_related("thread").defer("body").order_by("pk"))
    bodies, told = _bodies(posts), _with_outcome({post.thread_id for post in posts})
    return [
        _text(post, *bodies.get(post.thread_id, ((), "")), has_outcome=post.thread_id in told)
        for post in posts
    ]


CARD_SHOWN = (
    "pk", "title", "latest_at", "reply_count", "is_answered", "forum__name", "forum__slug",
    "author__username", "archived__author",
)  # fmt: skip


def cards(viewer: Viewer, groups: Collection[int]) -> dict[int, Card]:
    """The threads of these ids that the viewer may find. 1 query."""
    if not groups:
        return {}
    found = _shown(viewer, groups) if access.known(viewer) else _shown_to_all(*padded(groups))
    return {row[0]: _card(*row) for row in found}


def _shown(viewer: Viewer, groups: Collection[int]) -> QuerySet[Thread, tuple[Any, ...]]:
    return access.listed_threads(viewer).filter(pk__in=groups).values_list(*CARD_SHOWN)


@prepared
def _shown_to_all(*groups: int) -> QuerySet[Thread, tuple[Any, ...]]:
    return _shown(NOBODY, groups)


def readable(viewer: Viewer, refs: Collection[int]) -> set[int]:
    """Those of these posts that the viewer may read. 1 query."""
    if not refs:
        return set()
    found = _read_by(viewer, refs) if access.known(viewer) else _read_by_all(*padded(refs))
    return {id for (id,) in found}


def _read_by(viewer: Viewer, refs: Collection[int]) -> QuerySet[Post, tuple[int]]:
    # Asked of each post: as a list of threads, SQLite makes that of all threads first.
    listed = access.listed_threads(viewer).filter(pk=OuterRef("thread"))
    return Post.objects.filter(Exists(listed), pk__in=refs, state=PostState.PUBLISHED).values_list("pk")


@prepared
def _read_by_all(*refs: int) -> QuerySet[Post, tuple[int]]:
    return _read_by(NOBODY, refs)


def address_of(ref: int) -> str:
    """Where a post is read."""
    return address("forums:post", ref)


def places() -> Mapping[int, str]:
    """The forums, in their order."""
    return dict(_forums())


@prepared
def _forums() -> QuerySet[Forum, tuple[int, str]]:
    return Forum.objects.values_list("pk", "name")


SOURCE = Source(
    KIND, refs=refs, texts=texts, cards=cards, readable=readable, address=address_of, places=places
)


def bodies_in(title: str, text: str) -> tuple[tuple[str, ...], str]:
    """The places of the body that a question is about, and the side; nothing for what is about no injury."""
    reading = clinic.read(text[:READ], title=title)
    if not reading.is_injury:
        return (), ""
    side = reading.case.side
    return tuple(item.id for item in reading.case.places), "" if side == clinic.Side.UNKNOWN else str(side)


def plain(html: str) -> str:
    """The words of a rendered post on one line, without what it quotes of others."""
    tree = LexborHTMLParser(html)
    for quote in tree.css("blockquote"):
        quote.decompose()
    return " ".join((tree.body.text(separator=" ") if tree.body else "").split())


def _found() -> QuerySet[Post]:
    return Post.objects.filter(
        state=PostState.PUBLISHED, thread__is_listed=True, thread__merged_into__isnull=True
    )


def _with_outcome(threads: Collection[int]) -> set[int]:
    """Those of some threads that show everybody how a case went."""
    found = ThreadCase.objects.filter(thread__in=threads, case__in=access_to_cases.visible_cases(NOBODY))
    return set(found.filter(case__outcome__isnull=False).values_list("thread", flat=True))


def _is_found(thread: Thread) -> bool:
    return thread.is_listed and thread.merged_into_id is None


def _missing(thread: Thread, besides: Collection[int]) -> set[int]:
    """Posts of a thread that are not in the index though they belong there: it was hidden, or imported."""
    there = Document.objects.filter(kind=KIND, group=thread.pk)
    here = _found().filter(thread=thread)
    if there.count() + len(besides) >= here.count():
        return set()
    known = there.values_list("ref", flat=True)
    return set(here.exclude(pk__in=list(known)).order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE])


def _has_changed(thread: Thread) -> bool:
    head = index.leader(KIND, thread.pk)
    if head is None:
        return True
    now = (thread.title[: document.LONGEST_TITLE], thread.forum_id, thread.is_answered)
    return (head.title, head.place, head.is_answered) != now


def _opening(thread: Thread) -> int | None:
    return _found().filter(thread=thread, number=1).values_list("pk", flat=True).first()


def _bodies(posts: Iterable[Post]) -> dict[int, tuple[tuple[str, ...], str]]:
    """Places and side for each thread of these posts: read from its opening post, or kept from before."""
    posts = list(posts)
    wanted = {post.thread_id for post in posts}
    found = {
        post.thread_id: bodies_in(post.thread.title, plain(post.html)) for post in posts if post.is_opening
    }
    leaders = Document.objects.filter(
        kind=KIND, leads=True, version=document.version(), group__in=wanted - found.keys()
    )
    for group, regions, side in leaders.values_list("group", "regions", "side"):
        found[group] = tuple(regions.split()), side
    missing = _found().filter(thread__in=wanted - found.keys(), number=1).select_related("thread")
    for post in missing:
        found[post.thread_id] = bodies_in(post.thread.title, plain(post.html))
    return found


def _text(post: Post, regions: tuple[str, ...], side: str, *, has_outcome: bool) -> document.Text:
    thread = post.thread
    return document.Text(
        kind=KIND,
        ref=post.pk,
        group=thread.pk,
        text=plain(post.html),
        written_at=post.created_at,
        title=thread.title if post.is_opening else "",
        leads=post.is_opening,
        author_id=post.author_id,
        place=thread.forum_id,
        is_answered=thread.is_answered,
        has_outcome=has_outcome,
        regions=regions,
        side=side,
    )


def _card(
    id: int,
    title: str,
    latest_at: datetime,
    replies: int,
    is_answered: bool,
    forum: str,
    forum_slug: str,
    author: str | None,
    archived: str | None,
) -> Card:
    return Card(
        group=id,
        title=title,
        address=address("forums:thread", id, slug_of(title)),
        author=byline_of(author, archived),
        place=forum,
        place_address=address("forums:forum", forum_slug),
        at=latest_at,
        replies=replies,
        is_answered=is_answered,
    )
