"""Merging threads and splitting posts off: posts go to another thread, and all that hangs on them follows.

A post keeps its id, so every link to it goes on working, and a number is never given to another post: where
one left a thread that lives on, a row in the state MOVED keeps its place.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Q

from secondwind import writing
from secondwind.accounts.models import User
from secondwind.forums.actions import acts, danger
from secondwind.forums.actions.changes import Changes
from secondwind.forums.actions.counts import locked
from secondwind.forums.errors import Refused
from secondwind.forums.models import (
    Action,
    DangerSign,
    Draft,
    Forum,
    Mark,
    Post,
    PostState,
    Reading,
    Thread,
    Verb,
)
from secondwind.forums.models.threads import LONGEST_TITLE

Move = list[int]  # post id, from thread id, from number, to thread id, to number
BATCH = 200


@transaction.atomic
def merge(by: User, thread: Thread, into: Thread, why: str) -> Action:
    """Append the posts of a thread to another one, in order of time. The old address leads to the new one."""
    why = acts.reason(by, why)
    if thread.pk == into.pk:
        raise Refused("Name another thread than this one.")
    both = acts.locked_threads(thread.pk, into.pk)
    old, target = both[thread.pk], both[into.pk]
    if old.merged_into_id or target.merged_into_id:
        raise Refused("One of the two was merged into another thread already. Act on that one.")
    posts = _posts(old.posts.order_by("created_at", "number"))
    moves = [
        [post.pk, old.pk, post.number, target.pk, number]
        for number, post in enumerate(posts, target.next_number)
    ]
    changes = Changes()
    _no_own_marks(posts, old, changes)
    _one_correct(posts, target, changes)
    changes.set(old, merged_into=target)
    people = [old.author, *(post.author for post in posts)]
    read_whole = _readers_of_both(old, target)
    shift(moves, keeps_places=False)
    Reading.objects.filter(thread=target, user__in=read_whole).update(number=moves[-1][4] if moves else 0)
    _take_drafts_along(old, target)
    add_views(target.pk, old.view_count)
    _look_again(target)
    return acts.finish(
        Verb.MERGE, by, why, changes, thread=locked(target.pk), member=old.author, people=people, moves=moves,
        keeps_places=[False, False], views=[target.pk, old.view_count],
    )  # fmt: skip


@transaction.atomic
def split(by: User, thread: Thread, numbers: Iterable[int], title: str, forum: Forum, why: str) -> Action:
    """Give posts of a thread, by their numbers, a thread of their own, where they count from 1."""
    why, title = acts.reason(by, why), writing.tidy_line(title)
    if not 4 <= len(title) <= LONGEST_TITLE:
        raise Refused(f"Give the new thread a title of a few words, at most {LONGEST_TITLE} characters.")
    old = acts.locked_threads(thread.pk)[thread.pk]
    posts = _chosen(old, set(numbers))
    first = posts[0]
    new = Thread.objects.create(
        forum=forum, title=title, author=first.author, created_at=first.created_at, latest_at=first.created_at
    )
    moves = [[post.pk, old.pk, post.number, new.pk, number] for number, post in enumerate(posts, 1)]
    changes = Changes()
    changes.set(first, mark=Mark.NONE)
    _no_own_marks(posts, old, changes)
    changes.entries.append(_came_to_life(new, old))
    shift(moves, keeps_places=True)
    _take_readings_along(old, new, posts)
    for one in (old, new):
        _look_again(one)
    people = [old.author, *(post.author for post in posts)]
    return acts.finish(
        Verb.SPLIT, by, why, changes, thread=locked(new.pk), member=first.author, people=people, moves=moves,
        keeps_places=[True, False],
    )  # fmt: skip


def shift(moves: Sequence[Move], *, keeps_places: bool) -> list[Post]:
    """Bring posts from their places to others, with their danger signs, points and counts; the rows of both
    threads must be locked. With `keeps_places` each leaves a row that says where it went.

    Raises Refused when a post is not where it was, or its new place is taken.
    """
    posts = {post.pk: post for post in _posts(Post.objects.filter(pk__in=[move[0] for move in moves]))}
    threads = {id: locked(id) for id in sorted({id for move in moves for id in (move[1], move[3])})}
    _free_places(moves, posts)
    for id, _, _, thread_id, number in moves:
        posts[id].thread, posts[id].number = threads[thread_id], number
    Post.objects.bulk_update(posts.values(), ["thread", "number"], batch_size=BATCH)
    _leave(moves, posts, keeps_places)
    for id, thread in threads.items():
        arrived = [move[4] for move in moves if move[3] == id]
        thread.next_number = max([thread.next_number, *(number + 1 for number in arrived)])
        if not arrived and not keeps_places:
            thread.next_number = _next_number(thread)
            Reading.objects.filter(thread=thread, number__gte=thread.next_number).update(
                number=thread.next_number - 1
            )
        thread.save(update_fields=["next_number"])
    _danger_signs_follow(threads.values())
    acts.settle(posts.values(), threads.values())
    return list(posts.values())


def add_views(thread_id: int, count: int) -> None:
    """Add to the views of a thread, or take away with a minus."""
    Thread.objects.filter(pk=thread_id).update(view_count=F("view_count") + count)


def _posts(found: Any) -> list[Post]:
    return list(found.select_related("thread", "author"))


def _chosen(thread: Thread, numbers: set[int]) -> list[Post]:
    if thread.merged_into_id:
        raise Refused("This thread was merged into another one. Act there.")
    posts = _posts(thread.posts.filter(number__in=numbers).exclude(state=PostState.MOVED).order_by("number"))
    if not posts:
        raise Refused("Choose the posts that get a thread of their own.")
    if posts[0].number == 1:
        raise Refused("The opening post stays where it is: leave #1 out, and choose the posts that leave.")
    return posts


def _no_own_marks(posts: Iterable[Post], old: Thread, changes: Changes) -> None:
    """Take the marks off what the asker wrote: under another asker their own mark would bring points."""
    for post in posts:
        if post.mark and post.author_id == old.author_id:
            changes.set(post, mark=Mark.NONE)


def _one_correct(posts: Sequence[Post], target: Thread, changes: Changes) -> None:
    """A thread has one Correct answer: where both had one, that of the thread which ends becomes Helpful."""
    if target.posts.filter(mark=Mark.CORRECT).exists():
        for post in posts:
            if post.mark == Mark.CORRECT:
                changes.set(post, mark=Mark.HELPFUL)


def _came_to_life(new: Thread, old: Thread) -> dict[str, Any]:
    """What taking a split back does to the new thread: it ends, and its address leads to the old one."""
    return {"row": "thread", "id": new.pk, "fields": {"merged_into_id": [old.pk, None]}, "firm": True}


# --- Places ------------------------------------------------------------------------------------------------


def _free_places(moves: Sequence[Move], posts: dict[int, Post]) -> None:
    """See that every post is where it was, and take the rows away that kept its new place."""
    for id, thread_id, number, _, _ in moves:
        post = posts.get(id)
        if post is None or (post.thread_id, post.number) != (thread_id, number):
            raise Refused(
                "One of these posts was moved or taken away since. Take the later action back first."
            )
    wanted = {(move[3], move[4]): move[0] for move in moves}
    there = Post.objects.filter(
        thread__in={move[3] for move in moves}, number__in=[move[4] for move in moves]
    ).exclude(pk__in=posts)
    for post in there:
        keeps_for = wanted.get((post.thread_id, post.number))
        if keeps_for is None:
            continue
        if post.state != PostState.MOVED or post.moved_to_id != keeps_for:
            raise Refused(f"#{post.number} was given to a new post since, so nothing can come back there.")
        post.delete()


def _leave(moves: Sequence[Move], posts: dict[int, Post], keeps_places: bool) -> None:
    """Keep the number of each post that left, unless nothing comes after it."""
    left = {move[1] for move in moves}
    last = dict(Post.objects.filter(thread__in=left).values_list("thread").annotate(last=Max("number")))
    Post.objects.bulk_create(
        [
            Post(
                thread_id=thread_id, number=number, author=None, body="", html="", state=PostState.MOVED,
                created_at=posts[id].created_at, moved_to=posts[id],
            )
            for id, thread_id, number, _, _ in moves
            if keeps_places or last.get(thread_id, 0) > number
        ],
        batch_size=BATCH,
    )  # fmt: skip


def _next_number(thread: Thread) -> int:
    return (Post.objects.filter(thread=thread).aggregate(last=Max("number"))["last"] or 0) + 1


# --- What hangs on posts and threads -----------------------------------------------------------------------


def _danger_signs_follow(threads: Iterable[Thread]) -> None:
    """Bring each danger sign to the thread of its post. Where that has the sign already both stay, so that no
    thread is left without a notice that it had."""
    strays = DangerSign.objects.filter(post__thread__in=threads).exclude(thread=F("post__thread"))
    for sign in strays.select_related("post").order_by("pk"):
        if not DangerSign.objects.filter(thread=sign.post.thread_id, rule=sign.rule).exists():
            sign.thread_id = sign.post.thread_id
            sign.save(update_fields=["thread"])


def _look_again(thread: Thread) -> None:
    """Read what the asker of a thread wrote in it as it now stands: signs are added, never taken away."""
    own = Post.objects.filter(thread=thread, author_id=thread.author_id).exclude(state=PostState.MOVED)
    latest = own.select_related("thread").order_by("number").last()
    if thread.author_id is not None and latest is not None:
        danger.look_for(latest)


def _readers_of_both(old: Thread, target: Thread) -> list[int]:
    """Who has read both threads to their ends: for them nothing of the merged one is new."""
    done = Reading.objects.filter(
        Q(thread=old, number__gte=old.latest_number) | Q(thread=target, number__gte=target.latest_number)
    ).values_list("user_id", flat=True)
    users = list(done)
    return [user for user in set(users) if users.count(user) == 2]


def _take_readings_along(old: Thread, new: Thread, posts: Sequence[Post]) -> None:
    """Who had read the posts in the old thread has read them in the new one."""
    readers = Reading.objects.filter(thread=old, number__gte=posts[-1].number).values_list(
        "user_id", flat=True
    )
    Reading.objects.bulk_create(
        [Reading(user_id=user, thread=new, number=len(posts)) for user in readers], ignore_conflicts=True
    )


def _take_drafts_along(old: Thread, target: Thread) -> None:
    have = Draft.objects.filter(thread=target).values("author")
    Draft.objects.filter(thread=old).exclude(author__in=have).update(thread=target)
