"""What the posts of a thread say of treatments, for the card of its main case: what the asker told later, and
what others suggest."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import transaction
from django.urls import reverse

from secondwind.cases.actions import keep
from secondwind.cases.mentions import Mention
from secondwind.clinic import tried
from secondwind.clinic.knowledge import load
from secondwind.clinic.reader.thread import split
from secondwind.forums.actions.danger import without_quotes
from secondwind.forums.models import Post, PostState, Thread, ThreadCase

AT_MOST = 200  # posts of a thread that are read when its card is new


@transaction.atomic
def read_posts(thread_id: int, posts: Collection[int] | None = None) -> None:
    """Bring what stands beside the main case of a thread up to date with some posts, or with all of them."""
    thread = Thread.objects.select_for_update(of=("self",), no_key=True).filter(pk=thread_id).first()
    link = ThreadCase.objects.filter(thread_id=thread_id).select_related("case").first()
    if thread is None or link is None:
        return
    found = Post.objects.filter(thread=thread, number__gt=1, state=PostState.PUBLISHED)
    if posts is not None:
        found = found.filter(pk__in=posts)
    read = list(found.select_related("archived").order_by("number")[:AT_MOST])
    own = _own(thread, read)
    named = [one for post in read for one in _of(post, post.pk in own)]
    keep.mention(link.case, named, posts)


def _of(post: Post, is_own: bool) -> list[Mention]:
    text = without_quotes(post.body)
    address = reverse("forums:post", args=[post.pk])
    return [
        Mention(one.treatment, one.effect, post.pk, post.shown_number, address, is_own)
        for one in (tried.told(text) if is_own else tried.suggested(text))
    ]


def _own(thread: Thread, posts: Sequence[Post]) -> set[int]:
    """The posts that the asker wrote. Of an old page that does not tell, the clinic tells them apart."""
    unknown = [post for post in posts if _archived(post) and post.archived.by_opener is None]
    own = {post.pk for post in posts if _by_asker(thread, post)}
    if not unknown:
        return own
    first = Post.objects.filter(thread=thread, number=1).first()
    bodies = [without_quotes(post.body) for post in ([first] if first else []) + list(posts)]
    later = split(thread.title, "\n\n".join(bodies), load().language["thread"]).later
    return own | {post.pk for post in unknown if _beginning(post) and _beginning(post) in later}


def _by_asker(thread: Thread, post: Post) -> bool:
    if _archived(post):
        return bool(post.archived.by_opener)
    return post.author_id is not None and post.author_id == thread.author_id


def _archived(post: Post) -> bool:
    return getattr(post, "archived", None) is not None


def _beginning(post: Post) -> str:
    """The first line of a post, as a page told apart still holds it."""
    return next((line.strip() for line in without_quotes(post.body).splitlines() if line.strip()), "")
