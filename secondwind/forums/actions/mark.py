"""Saying which answers helped: one Correct and any number Helpful, by the asker."""

from django.db import transaction

from secondwind.accounts.models import User
from secondwind.forums import access, events
from secondwind.forums.actions import danger, points
from secondwind.forums.actions.counts import locked, recount
from secondwind.forums.errors import Refused
from secondwind.forums.models import Mark, Member, Post


@transaction.atomic
def mark(user: User, post: Post, value: Mark) -> Post:
    """Put a mark on a reply, or take it away with `Mark.NONE`. A new Correct takes the place of the old one.

    Raises Refused when somebody may not, when the post is no published reply, and for Correct while the
    asker has a danger sign to read.
    """
    thread = locked(post.thread_id)
    post = Post.objects.select_related("thread", "author").get(pk=post.pk)
    access.may_mark(user, thread)
    if post.is_opening or not post.is_published:
        raise Refused("Only a reply that everybody can read can be marked.")
    if access.own_answer(user, post):
        raise Refused("You cannot mark your own reply for somebody else.")
    given_up: list[Post] = []
    if value == Mark.CORRECT:
        if danger.unread(thread):
            raise Refused(
                "There is a danger sign in what the asker wrote. First the asker has to say that they have "
                "read the notice; then an answer can be marked Correct."
            )
        given_up = _give_up_correct(post)
    post.mark = value
    post.save(update_fields=["mark"])
    points.settle(post)
    recount(thread)
    events.different([post, *given_up], [thread])
    return post


def _give_up_correct(post: Post) -> list[Post]:
    """Take the mark off the answer that was Correct so far."""
    correct = Post.objects.filter(thread=post.thread, mark=Mark.CORRECT).exclude(pk=post.pk)
    given_up = list(correct.select_related("thread"))
    for old in given_up:
        _lock_authors(old, post)
        old.mark = Mark.NONE
        old.save(update_fields=["mark"])
        points.settle(old)
    return given_up


def _lock_authors(*posts: Post) -> None:
    """Lock the members whose points change, in the order of their ids: elsewhere the same two may change the
    other way round, and nobody must wait in a ring."""
    authors = [post.author_id for post in posts if post.author_id is not None]
    list(Member.objects.select_for_update().filter(user__in=authors).order_by("user_id"))
