"""Two who act in the same moment: nothing is lost or counted twice. With real threads and commits."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from secondwind.accounts.models import User
from secondwind.forums.access import member_of
from secondwind.forums.actions import points
from secondwind.forums.actions.mark import mark
from secondwind.forums.actions.post import ask, reply
from secondwind.forums.actions.visit import count_view, note_visit
from secondwind.forums.errors import Refused
from secondwind.forums.models import Mark, Member, PointEntry, Post, Thread

pytestmark = pytest.mark.django_db(transaction=True)


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


def test_eight_replies_at_once_are_all_there_under_numbers_of_their_own(make_user, thread):
    people = [make_user(f"runner{n}") for n in range(8)]
    at_once(*(lambda user=user: reply(user, thread, f"Reply of {user.username}") for user in people))

    assert sorted(thread.posts.values_list("number", flat=True)) == list(range(1, 10))
    assert set(thread.posts.values_list("author__username", flat=True)) == {
        "alice",
        *(one.username for one in people),
    }
    assert Thread.objects.get(pk=thread.pk).reply_count == 8
    assert all(Member.objects.get(user=user).post_count == 1 for user in people)


def test_one_reply_sent_four_times_at_once_is_there_once(bob, thread):
    at_once(*[lambda: reply(bob, thread, "The button seemed not to work.")] * 4)
    assert thread.posts.filter(author=bob).count() == 1


def test_one_question_sent_four_times_at_once_is_there_once(alice, forum):
    at_once(*[lambda: ask(alice, forum, "Just once", "Is this here once?")] * 4)
    assert Thread.objects.filter(title="Just once").count() == 1


def test_correct_pressed_four_times_at_once_brings_its_points_once(alice, bob, answer):
    at_once(*[lambda: mark(alice, answer, Mark.CORRECT)] * 4)
    assert Member.objects.get(user=bob).points == 10
    assert PointEntry.objects.filter(user=bob).count() == 1


def test_two_answers_marked_correct_at_once_leave_one(alice, bob, mia, thread, answer):
    other = reply(mia, thread, "Heel drops.")
    at_once(lambda: mark(alice, answer, Mark.CORRECT), lambda: mark(alice, other, Mark.CORRECT))

    assert Post.objects.filter(thread=thread, mark=Mark.CORRECT).count() == 1
    assert sum(Member.objects.values_list("points", flat=True)) == 10
    assert points.rebuild() == []


def test_one_person_marked_in_two_threads_at_once_has_the_points_of_both(alice, bob, forum, answer):
    other = ask(alice, forum, "Another question", "And the other leg?").thread
    second = reply(bob, other, "The same.")
    at_once(lambda: mark(alice, answer, Mark.CORRECT), lambda: mark(alice, second, Mark.HELPFUL))
    assert Member.objects.get(user=bob).points == 17


def test_a_view_reported_eight_times_at_once_counts_once(thread):
    at_once(*[lambda: count_view(thread, "one-visitor")] * 8)
    assert Thread.objects.get(pk=thread.pk).view_count == 1


def test_eight_visitors_at_once_count_eight_times(thread):
    at_once(*(lambda n=n: count_view(thread, f"visitor-{n}") for n in range(8)))
    assert Thread.objects.get(pk=thread.pk).view_count == 8


def test_a_day_counted_four_times_at_once_is_one_day(bob):
    before = Member.objects.get(user=bob).days_visited
    at_once(*[lambda: note_visit(member_of(User.objects.get(pk=bob.pk)))] * 4)
    assert Member.objects.get(user=bob).days_visited == before + 1


def test_a_burst_from_many_connections_meets_the_same_limit(make_user, thread):
    nina = make_user("nina", 0)
    given = at_once(*(lambda n=n: reply(nina, thread, f"Reply {n}") for n in range(8)))

    assert thread.posts.filter(author=nina).count() == 3
    assert sum(isinstance(one, Refused) for one in given) == 5


def test_two_threads_in_which_correct_changes_hands_the_other_way_round_do_not_wait_in_a_ring(
    alice, bob, mia, forum
):
    first, second = (ask(alice, forum, f"Question {n}", f"What of {n}?").thread for n in range(2))
    ours = {(thread, user): reply(user, thread, "Rest.") for thread in (first, second) for user in (bob, mia)}
    for one, other in ((bob, mia), (mia, bob)) * 3:
        acts = [
            partial(mark, alice, ours[first, one], Mark.CORRECT),
            partial(mark, alice, ours[second, other], Mark.CORRECT),
        ]
        at_once(*acts)
    assert (member_of(bob).points, member_of(mia).points) == (10, 10)
