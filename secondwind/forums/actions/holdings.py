"""What the forums have of somebody: given out on request, and taken away when they leave."""

from collections.abc import Iterable, Iterator
from typing import Any

from secondwind.accounts.models import User
from secondwind.forums import events
from secondwind.forums.actions import pictures
from secondwind.forums.actions.counts import locked, recount
from secondwind.forums.actions.post import erase_words
from secondwind.forums.models import (
    Action,
    DangerSign,
    Draft,
    Flag,
    Forum,
    Member,
    Notice,
    Picture,
    PointEntry,
    Post,
    PostState,
    QueueItem,
    Reading,
    Revision,
    Thread,
    View,
)

ABOUT = (
    "Your posts with their earlier versions, commentary and diaries, drafts, pictures, points, flags, what "
    "you have read, danger signs found in what you wrote, notices, and what moderators did about you."
)
TAKEN_AWAY = "(a question that its asker has taken away)"


def collect(user: User) -> Iterator[tuple[str, bytes | object]]:
    """Everything the forums have of somebody, as files for the export."""
    yield "posts.json", [_post(post) for post in _posts(user)]
    yield (
        "drafts.json",
        list(
            Draft.objects.filter(author=user).values("title", "body", "thread_id", "forum__slug", "saved_at")
        ),
    )
    yield "points.json", list(PointEntry.objects.filter(user=user).values("post_id", "mark", "points", "at"))
    yield (
        "member.json",
        list(
            Member.objects.filter(user=user).values(
                "post_count", "points", "trust", "days_visited", "threads_read", "posts_read", "last_visit"
            )
        ),
    )
    yield "read.json", list(Reading.objects.filter(user=user).values("thread_id", "thread__title", "number"))
    yield (
        "flags.json",
        list(Flag.objects.filter(by=user).values("post_id", "reason", "words", "at", "upheld")),
    )
    yield (
        "danger_signs.json",
        list(
            DangerSign.objects.filter(post__author=user).values(
                "post_id", "rule", "because", "action", "urgency", "found_at", "read_at"
            )
        ),
    )
    yield "notices.json", list(Notice.objects.filter(user=user).values("text", "address", "at"))
    yield "moderation.json", list(Action.objects.filter(member=user).values("verb", "why", "at", "post_id"))
    yield (
        "commentary.json",
        list(
            Forum.every.filter(owner=user).values("kind", "name", "about", "slug", "starts_on", "is_private")
        ),
    )
    yield from _pictures(user)


def erase(user: User, keep_posts: bool) -> None:
    """Take away what the forums have of somebody, before their account goes.

    Posts that are kept stand under "former member", without their earlier versions. Of others the number
    stays; a thread in which others answered loses its title and keeps the answers.
    """
    _erase_journals(user)
    View.objects.filter(visitor=f"member-{user.pk}").delete()
    Revision.objects.filter(post__author=user).delete()
    if not keep_posts:
        for id in (
            Post.objects.filter(author=user)
            .order_by("thread_id")
            .values_list("thread_id", flat=True)
            .distinct()
        ):
            _erase_in(locked(id), user)
        # Threads that were merged into others hold no post any more, only their titles.
        Thread.objects.filter(author=user, merged_into__isnull=False).update(title=TAKEN_AWAY)
    for picture in Picture.objects.filter(owner=user, post=None):
        pictures.delete(picture)


def _erase_journals(user: User) -> None:
    """Private diaries go whole, whatever becomes of the posts: nobody else has ever read them."""
    for thread in Thread.objects.filter(forum__owner=user, forum__is_private=True):
        for post in Post.objects.filter(thread=thread):
            pictures.forget(post)
        thread.delete()
    own = Forum.every.filter(owner=user)
    own.filter(threads=None).delete()
    own.update(name="Commentary of a former member", about="", starts_on=None)


def _erase_in(thread: Thread, user: User) -> None:
    posts = Post.objects.filter(thread=thread, author=user)
    QueueItem.objects.filter(post__in=posts).delete()
    DangerSign.objects.filter(post__in=posts).delete()
    erased = list(posts)
    for post in erased:
        erase_words(post)
        if post.is_opening:
            thread.title = TAKEN_AWAY
            thread.save(update_fields=["title"])
    recount(thread)
    events.different(erased, [thread])


def _posts(user: User) -> Iterable[Post]:
    found = Post.objects.filter(author=user).select_related("thread__forum").prefetch_related("revisions")
    return found.order_by("created_at")


def _post(post: Post) -> dict[str, Any]:
    return {
        "id": post.pk,
        "forum": post.thread.forum.slug,
        "thread": post.thread.title,
        "thread_id": post.thread_id,
        "number": post.number,
        "in_response_to": post.in_response_to_id,
        "written": post.created_at,
        "edited": post.edited_at,
        "state": PostState(post.state).value,
        "mark": post.mark,
        "text": post.body,
        "earlier_versions": [
            {"until": revision.replaced_at, "title": revision.title, "text": revision.body}
            for revision in post.revisions.all()
        ],
    }


def _pictures(user: User) -> Iterator[tuple[str, bytes | object]]:
    for picture in Picture.objects.filter(owner=user):
        try:
            picture.file.open("rb")
        except FileNotFoundError:  # lost from the disk: no reason to withhold all the rest
            continue
        with picture.file as file:
            yield f"pictures/{picture.key}.{picture.kind.rpartition('/')[2]}", file
