"""What trust grows from, and how much somebody may write in how short a time."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from secondwind.forums import access, trust
from secondwind.forums.actions.post import ask, reply
from secondwind.forums.actions.visit import note_visit
from secondwind.forums.errors import TooMany
from secondwind.forums.models import Action, Flag, Member, Post, Verb
from secondwind.forums.trust import STEPS, Trust


def grown(user, days, visits, threads, posts):
    user.date_joined = timezone.now() - timedelta(days=days)
    user.save()
    Member.objects.filter(user=user).update(days_visited=visits, threads_read=threads, posts_read=posts)
    return trust.earned(Member.objects.select_related("user").get(user=user))


def test_trust_grows_with_time_and_reading(bob):
    assert grown(bob, 0, 1, 0, 0) == Trust.NEW
    assert grown(bob, 0, 1, 5, 30) == Trust.BASIC
    assert grown(bob, 14, 12, 50, 300) == Trust.BASIC
    assert grown(bob, 15, 10, 20, 100) == Trust.MEMBER
    assert grown(bob, 60, 40, 100, 500) == Trust.TRUSTED


def test_five_hundred_posts_raise_no_trust(bob, thread):
    now = timezone.now()
    Post.objects.bulk_create(
        Post(thread=thread, number=number, author=bob, body="x", html="x", created_at=now)
        for number in range(2, 502)
    )
    Member.objects.filter(user=bob).update(days_visited=1, posts_read=0, threads_read=0, post_count=500)
    trust.update(access.member_of(bob))
    assert Member.objects.get(user=bob).trust == Trust.NEW


def test_an_upheld_flag_costs_trust(bob, alice, answer):
    assert grown(bob, 60, 40, 100, 500) == Trust.TRUSTED
    Flag.objects.create(post=answer, by=alice, reason="rude", at=timezone.now(), upheld=True)
    assert grown(bob, 60, 40, 100, 500) == Trust.BASIC


def test_a_warning_costs_trust_until_it_is_taken_back(bob, mia):
    warned = Action.objects.create(verb=Verb.WARN, by=mia, member=bob, why="Be kind.", at=timezone.now())
    assert grown(bob, 60, 40, 100, 500) == Trust.BASIC
    warned.undone_by = Action.objects.create(verb=Verb.WARN, by=mia, why="My mistake.", at=timezone.now())
    warned.save()
    assert grown(bob, 60, 40, 100, 500) == Trust.TRUSTED


def test_a_day_is_counted_once(bob):
    before = Member.objects.get(user=bob).days_visited
    for _ in range(3):
        note_visit(access.member_of(bob))
    assert Member.objects.get(user=bob).days_visited == before + 1


def test_each_step_asks_for_more_than_the_one_before():
    steps = list(STEPS.values())
    for lower, higher in pairwise(steps):
        assert lower.days <= higher.days
        assert lower.visits <= higher.visits
        assert lower.threads < higher.threads
        assert lower.posts < higher.posts


def test_a_burst_of_replies_is_stopped_with_a_sentence(make_user, thread):
    nina = make_user("nina", Trust.NEW)
    for number in range(3):
        reply(nina, thread, f"Reply {number}")
    with pytest.raises(TooMany, match=r"That is 3 posts in a minute\. Try again in \d+ seconds\."):
        reply(nina, thread, "One more")
    assert thread.posts.filter(author=nina).count() == 3


def test_time_opens_it_again(make_user, thread, wait):
    nina = make_user("nina", Trust.NEW)
    for number in range(3):
        reply(nina, thread, f"Reply {number}")
    wait(timedelta(seconds=61))
    assert reply(nina, thread, "One more").number == 5


def test_new_members_start_few_threads(make_user, forum, wait):
    nina = make_user("nina", Trust.NEW)
    for number in range(2):
        ask(nina, forum, f"Question {number}", f"What about {number}?")
        wait(timedelta(minutes=2))
    with pytest.raises(TooMany, match="2 new threads in an hour"):
        ask(nina, forum, "Question 3", "What about 3?")


def test_moderators_are_not_counted(mia, thread):
    for number in range(20):
        reply(mia, thread, f"Reply {number}")
