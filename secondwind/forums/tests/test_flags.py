"""Flags: who may, what they lead to, and when enough of them hide a post."""

import pytest

from secondwind.forums.access import member_of
from secondwind.forums.actions import moderate
from secondwind.forums.actions.flag import flag
from secondwind.forums.actions.post import edit, reply
from secondwind.forums.errors import Refused, TooMany
from secondwind.forums.models import Action, Flag, Notice, Post, PostState, QueueItem, QueueKind, Thread
from secondwind.forums.trust import Trust


def state_of(post):
    return Post.objects.get(pk=post.pk).state


@pytest.fixture
def crowd(make_user):
    return [make_user(f"runner{n}", Trust.BASIC) for n in range(6)]


def test_a_flag_puts_the_post_before_the_moderators_once(crowd, answer):
    flag(crowd[0], answer, "harm", "It says to run through it.")
    flag(crowd[1], answer, "rude")

    item = QueueItem.objects.get()
    assert (item.kind, item.closed_at) == (QueueKind.FLAG, None)
    assert item.details == ["Dangerous advice", "Rude or hurtful"]


def test_a_second_flag_of_the_same_person_changes_the_reason(crowd, answer):
    flag(crowd[0], answer, "harm")
    flag(crowd[0], answer, "other", "I mean something else.")

    assert [(one.reason, one.words) for one in Flag.objects.all()] == [("other", "I mean something else.")]


def test_nobody_flags_their_own_post(bob, answer):
    with pytest.raises(Refused, match="your own post"):
        flag(bob, answer, "spam")


@pytest.mark.parametrize(("reason", "words"), [("nonsense", ""), ("", ""), ("rude", "x" * 501)])
def test_a_flag_without_a_reason_or_with_a_novel_is_refused(crowd, answer, reason, words):
    with pytest.raises(Refused):
        flag(crowd[0], answer, reason, words)
    assert not Flag.objects.exists()


def test_five_flags_hide_a_post_in_nobodys_name_and_its_author_is_told(crowd, bob, answer):
    for runner in crowd[:4]:
        flag(runner, answer, "rude")
    assert state_of(answer) == PostState.PUBLISHED
    flag(crowd[4], answer, "rude")

    action = Action.objects.get()
    assert (state_of(answer), action.verb, action.by) == (PostState.HIDDEN, "hide", None)
    assert "flagged by 5 members" in action.why
    assert "hidden until a moderator has looked" in Notice.objects.get(user=bob).text
    assert QueueItem.objects.get().closed_at is None
    assert Thread.objects.get(pk=answer.thread_id).reply_count == 0


def test_the_site_says_how_many_flags_hide_a_post(crowd, answer, settings):
    settings.FLAGS_TO_HIDE = 2
    flag(crowd[0], answer, "rude")
    flag(crowd[1], answer, "rude")
    assert state_of(answer) == PostState.HIDDEN


def test_flags_of_newcomers_are_seen_by_moderators_and_hide_nothing(make_user, answer):
    for n in range(8):
        flag(make_user(f"newcomer{n}", Trust.NEW), answer, "rude")
    assert state_of(answer) == PostState.PUBLISHED
    assert QueueItem.objects.get().post == answer


def test_a_flagged_question_is_gone_from_the_lists(crowd, question):
    for runner in crowd[:5]:
        flag(runner, question, "harm")
    assert not Thread.objects.get(pk=question.thread_id).is_listed


def test_a_post_that_a_moderator_let_stand_is_not_hidden_by_the_next_flag(crowd, mia, answer):
    for runner in crowd[:5]:
        flag(runner, answer, "rude")
    moderate.restore(mia, answer, "Blunt, and right.")
    flag(crowd[5], answer, "rude")
    assert state_of(answer) == PostState.PUBLISHED


def test_a_decided_flag_is_not_put_again_until_the_post_was_edited(crowd, mia, bob, answer, wait):
    from datetime import timedelta

    flag(crowd[0], answer, "rude")
    moderate.dismiss(mia, answer, "Blunt, and right.")
    with pytest.raises(Refused, match="already looked"):
        flag(crowd[0], answer, "rude")
    wait(timedelta(minutes=1))
    edit(bob, answer, "Now it is really rude.")
    flag(crowd[0], answer, "rude")
    assert QueueItem.objects.filter(closed_at=None).count() == 1


def test_a_hidden_post_cannot_be_flagged(crowd, mia, answer):
    moderate.hide(mia, answer, "An insult.")
    with pytest.raises(Refused, match="not shown"):
        flag(crowd[0], answer, "rude")


def test_nobody_flags_without_end(crowd, alice, forum, thread, make_user):
    talker = make_user("talker", Trust.TRUSTED, is_moderator=True)
    posts = [reply(talker, thread, f"Reply {n}") for n in range(11)]
    for post in posts[:10]:
        flag(crowd[0], post, "rude")
    with pytest.raises(TooMany, match="10 flags in an hour"):
        flag(crowd[0], posts[10], "rude")


def test_a_silenced_member_does_not_flag(make_user, answer):
    from datetime import timedelta

    from django.utils import timezone

    quiet = make_user("quiet", silenced_until=timezone.now() + timedelta(days=1))
    with pytest.raises(Refused, match="pause"):
        flag(quiet, answer, "rude")


def test_who_flagged_is_told_how_it_ended(crowd, mia, answer, question):
    flag(crowd[0], answer, "rude")
    flag(crowd[0], question, "spam")
    moderate.hide(mia, answer, "An insult.")
    moderate.dismiss(mia, question, "An honest question.")

    told = list(Notice.objects.filter(user=crowd[0]).values_list("text", flat=True))
    assert "lets it stand" in told[0]
    assert "hid it" in told[1]


def test_an_upheld_flag_lowers_trust(crowd, mia, bob, answer):
    flag(crowd[0], answer, "rude")
    moderate.hide(mia, answer, "An insult.")
    assert Flag.objects.get().upheld is True
    assert member_of(bob).trust == Trust.BASIC
