"""Moderators and members who act in the same moment, with real threads and commits."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from secondwind.forums.actions import moderate, points, rearrange
from secondwind.forums.actions.flag import flag
from secondwind.forums.actions.mark import mark
from secondwind.forums.actions.post import ask, reply
from secondwind.forums.actions.undo import undo
from secondwind.forums.errors import Refused
from secondwind.forums.models import Action, Flag, Mark, Notice, Post, PostState, QueueItem, Thread

pytestmark = pytest.mark.django_db(transaction=True)

WHY = "A reason that helps."


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do all acts in threads of their own that start together; what each gave, or the Refused it raised."""
    gate = Barrier(len(acts))

    def one(act: Callable[[], Any]) -> Any:
        try:
            gate.wait()
            return act()
        except Refused as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def refused(given):
    return [one for one in given if isinstance(one, Refused)]


def test_five_members_who_flag_at_once_hide_a_post_once(make_user, bob, answer):
    people = [make_user(f"runner{n}") for n in range(5)]
    given = at_once(*(lambda user=user: flag(user, answer, "rude") for user in people))

    assert not refused(given)
    assert Post.objects.get(pk=answer.pk).state == PostState.HIDDEN
    assert Action.objects.filter(verb="hide").count() == 1
    assert Notice.objects.filter(user=bob).count() == 1
    assert (QueueItem.objects.count(), Flag.objects.count()) == (1, 5)


def test_one_member_who_presses_twice_flags_once(make_user, answer):
    carl = make_user("carl")
    at_once(*[lambda: flag(carl, answer, "rude")] * 4)
    assert Flag.objects.count() == 1


def test_two_members_who_flag_each_other_at_once_do_not_wait_for_ever(alice, bob, question, forum, settings):
    settings.FLAGS_TO_HIDE = 1
    other = ask(bob, forum, "Another question", "And the other leg?")
    given = at_once(lambda: flag(alice, other, "rude"), lambda: flag(bob, question, "rude"))
    assert not refused(given)
    assert Post.objects.filter(state=PostState.HIDDEN).count() == 2


def test_of_two_moderators_at_one_matter_one_decides_and_the_other_is_told(make_user, mia, answer):
    otto = make_user("otto", is_moderator=True)
    flag(make_user("carl"), answer, "rude")
    item = QueueItem.objects.get()
    given = at_once(
        lambda: moderate.hide(mia, answer, WHY, item=item),
        lambda: moderate.dismiss(otto, answer, WHY, item=item),
    )
    assert [str(one).split(":")[0].split(" ", 1)[1] for one in refused(given)] == ["has decided this already"]
    assert Action.objects.count() == 1


def test_an_action_is_taken_back_once(make_user, mia, answer):
    otto = make_user("otto", is_moderator=True)
    action = moderate.hide(mia, answer, WHY)
    given = at_once(lambda: undo(mia, action, WHY), lambda: undo(otto, action, WHY))
    assert len(refused(given)) == 1
    assert Action.objects.count() == 2


def test_two_threads_merged_into_each_other_at_once_leave_one(make_user, mia, bob, thread, answer, forum):
    other = ask(bob, forum, "Same here", "The other leg.").thread
    given = at_once(
        lambda: rearrange.merge(mia, thread, other, WHY), lambda: rearrange.merge(mia, other, thread, WHY)
    )
    assert len(refused(given)) == 1
    assert Thread.objects.filter(merged_into=None).count() == 1
    assert Post.objects.exclude(thread__merged_into=None).count() == 0


def test_replies_while_a_thread_is_split_are_all_there(make_user, mia, alice, bob, thread, answer, forum):
    people = [make_user(f"runner{n}") for n in range(4)]
    at_once(
        lambda: rearrange.split(mia, thread, [2], "An answer", forum, WHY),
        *(lambda user=user: reply(user, thread, f"Reply of {user.username}") for user in people),
    )
    assert Post.objects.filter(author__in=people, thread=thread).count() == 4
    assert sorted(thread.posts.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]


def test_hiding_while_the_asker_marks_leaves_points_that_add_up(mia, alice, bob, thread, answer):
    at_once(lambda: moderate.hide(mia, answer, WHY), lambda: mark(alice, answer, Mark.CORRECT))
    assert points.rebuild() == []
