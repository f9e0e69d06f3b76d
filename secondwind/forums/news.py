"""What is told of here: posts to those who follow, and the moderators' messages to whom they are for."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from secondwind.accounts.models import Audience, User
from secondwind.forums import following
from secondwind.forums.actions import regions
from secondwind.forums.following import key
from secondwind.forums.models import Notice, Post, PostState, Thread
from secondwind.notifications.actions import telling
from secondwind.notifications.actions.following import follow_by_itself
from secondwind.notifications.registry import Happening, Key
from secondwind.writing import markdown

POST = "post"
NEWS = timedelta(days=14)  # a post that comes to light later is told to nobody


def hear(posts: Sequence[Post], threads: Sequence[Thread]) -> None:
    """Tell followers of new posts, and have the writer follow the thread."""
    as_counted = {thread.pk: thread for thread in threads}
    for post in posts:
        if post.author is None or post.created_at < timezone.now() - NEWS:
            continue
        if post.state in (PostState.PUBLISHED, PostState.HELD):
            follow_by_itself(post.author, key(following.THREAD, post.thread_id))
        thread = as_counted.get(post.thread_id, post.thread)
        if post.is_published and thread.is_listed:
            telling.tell(key(POST, post.pk), _subjects(post, thread), without=[post.author.pk])


def tell_of_regions(thread: Thread, found: list[str]) -> None:
    """Tell who follows the places that a new thread is about."""
    opening = thread.posts.filter(number=1, state=PostState.PUBLISHED).first()
    if not found or opening is None or not thread.is_listed or opening.created_at < timezone.now() - NEWS:
        return
    keys = [key(following.REGION, id) for id in regions.wider(found)]
    without = [opening.author_id] if opening.author_id else []
    telling.tell(key(POST, opening.pk), keys, without=without, group="places")


def posts(ids: Sequence[str], user: User) -> Mapping[str, Happening]:
    """Posts that everybody can read now, by id. 2 queries."""
    found = Post.objects.filter(
        pk__in=following.numbers(ids), state=PostState.PUBLISHED, thread__is_listed=True
    ).select_related("thread__forum", "author")
    rows = list(found)
    openings = Post.objects.filter(thread__in={post.thread_id for post in rows}, number=1)
    first = dict(openings.values_list("thread_id", "pk"))
    return {str(post.pk): _of_post(post, first.get(post.thread_id)) for post in rows}


def notices(ids: Sequence[str], user: User) -> Mapping[str, Happening]:
    """The messages that are for somebody, by id. Their words stay on the site."""
    found = Notice.objects.filter(pk__in=following.numbers(ids), user=user)
    return {
        str(one.pk): Happening(
            what=one.text,
            title="",
            address=one.address or reverse("notifications:news"),
            at=one.at,
            is_public=False,
        )
        for one in found
    }


def _subjects(post: Post, thread: Thread) -> list[Key]:
    author = post.author
    found = [key(following.FORUM, thread.forum_id) if post.is_opening else key(following.THREAD, thread.pk)]
    if author is not None and Audience.NOBODY not in (author.posts_audience, author.profile_audience):
        found.append(key(following.PERSON, author.pk))
    return found


def _of_post(post: Post, opening: int | None) -> Happening:
    by = post.byline
    before = [id for id in (opening, post.in_response_to_id) if id and id != post.pk]
    return Happening(
        what=f"{by} replied in" if not post.is_opening else f"{by} wrote in {post.thread.forum.name}:",
        title=post.thread.title,
        address=reverse("forums:post", args=[post.pk]),
        at=post.created_at,
        by=post.author.username if post.author else "",
        text=markdown.without_pictures(post.body),
        html=post.html,
        topic=key(following.THREAD, post.thread_id),
        answers=tuple(key(POST, id) for id in dict.fromkeys(before)),
        reply_to=key(following.THREAD, post.thread_id),
    )
