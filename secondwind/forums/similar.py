"""More like this: threads that begin like another one, or like what somebody is writing."""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import OuterRef, QuerySet, Subquery

from secondwind.forums import access, searching
from secondwind.forums.access import Viewer
from secondwind.forums.models import Thread
from secondwind.look.prepared import prepared
from secondwind.search import likeness
from secondwind.search.likeness import Like
from secondwind.search.models import Likeness

SHOWN = likeness.MOST


def of_thread(viewer: Viewer, thread: Thread) -> list[Thread] | None:
    """The threads most like one that the viewer may find; None when it has not been compared yet. 1 query."""
    if access.known(viewer):
        found = list(_alike(_threads(viewer), thread.pk))
    else:
        found = _alike_for_visitors(thread.pk)
    scored = [(Like(one.pk, one.likeness), one) for one in found]  # type: ignore[attr-defined]  # annotated
    if all(one.pk != thread.pk for _, one in scored):
        return None
    return _best((like, one) for like, one in scored if one.pk != thread.pk)


@prepared
def _alike_for_visitors(thread: int) -> QuerySet[Thread]:
    return _alike(_threads(AnonymousUser()), thread)


def _alike(found: QuerySet[Thread], thread: int) -> QuerySet[Thread]:
    own = Likeness.objects.filter(kind=searching.KIND, group=thread)
    score = own.filter(other=OuterRef("pk")).values("score")
    return found.filter(pk__in=own.values("other")).annotate(likeness=Subquery(score))


def of_words(viewer: Viewer, title: str, body: str) -> list[Thread]:
    """The threads most like a question that is being written."""
    regions, side = searching.bodies_in(title, body)
    likes = likeness.similar(
        searching.KIND, title, body, regions=regions, side=side, signed_in=access.known(viewer)
    )
    threads = _threads(viewer).in_bulk([like.group for like in likes])
    return _best((like, threads[like.group]) for like in likes if like.group in threads)


def _threads(viewer: Viewer) -> QuerySet[Thread]:
    return access.listed_threads(viewer).only("title", "is_answered", "reply_count", "latest_at")


def _best(scored: Iterable[tuple[Like, Thread]]) -> list[Thread]:
    """The first few by how alike they are; among equals those that were answered come first."""
    ordered = sorted(scored, key=lambda one: (-one[0].score, one[1].pk))
    best: list[Thread] = []
    while ordered:
        least = ordered[0][0].score - likeness.EQUALS
        equals = [thread for like, thread in ordered if like.score >= least]
        best += sorted(equals, key=lambda thread: not thread.is_answered)
        ordered = ordered[len(equals) :]
    return best[:SHOWN]
