"""Marks, the points they bring, and a ledger that always agrees with both."""

import random

import pytest
from django.db.models import Sum
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from secondwind.forums import access
from secondwind.forums.actions import places, points, rearrange
from secondwind.forums.actions.counts import locked, recount
from secondwind.forums.actions.mark import mark
from secondwind.forums.actions.post import ask, erase_words, remove, reply
from secondwind.forums.errors import Refused
from secondwind.forums.models import Forum, Mark, Member, PointEntry, Post, PostState, Thread
from secondwind.forums.ranks import rank_of
from secondwind.forums.testing import earn, member
from secondwind.forums.trust import Trust


def points_of(user):
    return Member.objects.get(user=user).points


def test_a_correct_answer_brings_ten_points_and_a_helpful_one_seven(alice, bob, mia, thread, answer):
    other = reply(mia, thread, "Heel drops helped me.")
    mark(alice, answer, Mark.CORRECT)
    mark(alice, other, Mark.HELPFUL)

    assert (points_of(bob), points_of(mia)) == (10, 7)
    assert Thread.objects.get(pk=thread.pk).is_answered


def test_there_is_one_correct_answer_and_a_new_one_takes_its_place(alice, bob, mia, thread, answer):
    other = reply(mia, thread, "Heel drops helped me.")
    mark(alice, answer, Mark.CORRECT)
    mark(alice, other, Mark.CORRECT)

    assert list(thread.posts.filter(mark=Mark.CORRECT)) == [other]
    assert (points_of(bob), points_of(mia)) == (0, 10)


def test_a_mark_that_is_taken_away_takes_its_points_along(alice, bob, answer, thread):
    mark(alice, answer, Mark.HELPFUL)
    mark(alice, answer, Mark.CORRECT)
    mark(alice, answer, Mark.NONE)

    assert points_of(bob) == 0
    assert [line.points for line in PointEntry.objects.all()] == [7, 3, -10]
    assert not Thread.objects.get(pk=thread.pk).is_answered


def test_the_askers_own_reply_may_be_the_answer_and_brings_nothing(alice, thread):
    own = reply(alice, thread, "It was the shoes after all.")
    mark(alice, own, Mark.CORRECT)
    assert points_of(alice) == 0


def test_only_the_asker_marks(bob, mia, answer, question, alice):
    for user in (bob, mia):
        with pytest.raises(Refused, match="Only the asker"):
            mark(user, answer, Mark.CORRECT)
    with pytest.raises(Refused, match="Only a reply"):
        mark(alice, question, Mark.HELPFUL)


def test_trusted_members_mark_for_an_asker_who_is_gone(alice, bob, answer, make_user):
    old = make_user("olga", Trust.TRUSTED)
    new = make_user("nina", Trust.MEMBER)
    Member.objects.filter(user=alice).update(last_visit=timezone.now() - access.GONE_AFTER * 2)
    earn(bob, Trust.TRUSTED)

    with pytest.raises(Refused, match="Trusted members"):
        mark(new, answer, Mark.CORRECT)
    with pytest.raises(Refused, match="your own reply"):
        mark(bob, answer, Mark.CORRECT)
    assert mark(old, answer, Mark.CORRECT).mark == Mark.CORRECT


@pytest.mark.parametrize("act", ["merge", "split"])
def test_an_own_reply_marked_by_its_asker_brings_nothing_in_another_thread(
    act, alice, bob, mia, thread, forum
):
    answer = reply(bob, thread, "Is it better?")
    own = reply(alice, thread, "It was the shoes after all.")
    mark(alice, own, Mark.CORRECT)
    if act == "merge":
        other = ask(bob, forum, "The same question", "Who had this too?").thread
        rearrange.merge(mia, thread, other, "The same matter.")
    else:
        rearrange.split(mia, thread, [answer.number, own.number], "Another one", forum, "Another matter.")

    assert points_of(alice) == 0
    assert points.rebuild() == []


def test_a_post_that_is_gone_has_no_points(alice, bob, answer):
    mark(alice, answer, Mark.CORRECT)
    remove(bob, answer)
    assert points_of(bob) == 0


@pytest.mark.parametrize(
    ("points", "rank"),
    [
        (-3, "Rookie"),
        (0, "Rookie"),
        (49, "Rookie"),
        (50, "Amateur"),
        (250, "Pro"),
        (999, "Pro"),
        (1000, "Legend"),
    ],
)
def test_ranks_follow_points(points, rank):
    assert rank_of(points) == rank


def test_a_rebuild_mends_a_total_that_was_wrong(alice, bob, answer):
    mark(alice, answer, Mark.CORRECT)
    Member.objects.filter(user=bob).update(points=99)

    assert points.rebuild() == [(bob.pk, 99, 10)]
    assert points.rebuild() == []


class AnySequence(TestCase):
    """Whatever people do in whatever order, the ledger built anew from the marks gives the same totals."""

    @settings(max_examples=15, deadline=None)
    @given(seed=st.integers(0, 2**32), steps=st.integers(1, 40))
    def test_the_ledger_built_from_scratch_equals_the_totals(self, seed, steps):
        chance = random.Random(seed)
        places.make_first()
        people = [member(name, Trust.TRUSTED) for name in ("ada", "ben", "cleo")]
        threads = [ask(people[at], forum, f"Question {at}", "What do you do on hills?").thread
                   for at, forum in enumerate(Forum.objects.all()[:2])]  # fmt: skip
        mia = member("mia", is_moderator=True)
        for step in range(steps):
            _act(chance, people, threads, step, mia)

        before = dict(Member.objects.values_list("user_id", "points"))
        sums = dict(PointEntry.objects.values("user").annotate(sum=Sum("points")).values_list("user", "sum"))
        assert {user: sums.get(user, 0) for user in before} == before
        assert points.rebuild() == []
        assert dict(Member.objects.values_list("user_id", "points")) == before


def _act(chance, people, threads, step, mia):
    thread = chance.choice(threads)
    posts = list(Post.objects.filter(thread=thread, number__gt=1).select_related("thread", "author"))
    act = chance.choice(
        ["reply", "reply", "mark", "mark", "mark", "hide", "restore", "remove", "split", "merge"]
    )
    if act == "reply" and step < 9:  # more a minute would be too many
        reply(chance.choice(people), thread, f"Reply {step}")
    elif not posts:
        return
    elif act == "mark":
        _mark(chance, thread, [post for post in posts if post.is_published])
    elif act in {"hide", "restore"}:
        _show(chance.choice(posts), PostState.HIDDEN if act == "hide" else PostState.PUBLISHED)
    elif act == "remove":
        _remove(chance.choice(posts))
    else:
        _rearrange(act, chance, thread, threads, mia)


def _rearrange(act, chance, thread, threads, mia):
    numbers = [post.number for post in thread.posts.filter(number__gt=1) if post.is_published]
    if act == "split" and numbers:
        chosen = chance.sample(numbers, chance.randint(1, len(numbers)))
        done = rearrange.split(mia, thread, chosen, "Split off", thread.forum, "Another matter.")
        threads.append(done.thread)
    elif act == "merge" and len(threads) > 1:
        threads.remove(thread)
        rearrange.merge(mia, thread, chance.choice(threads), "The same matter.")


def _mark(chance, thread, posts):
    if posts and thread.author:  # a split whose first post is erased begins a thread that is nobody's
        mark(thread.author, chance.choice(posts), chance.choice(list(Mark)))


def _show(post, state):
    if post.state == PostState.REMOVED:
        return
    post.state = state
    post.save(update_fields=["state"])
    points.settle(post)
    recount(locked(post.thread_id))


def _remove(post):
    if post.state != PostState.REMOVED:
        erase_words(post)
        points.settle(post)
        recount(locked(post.thread_id))
