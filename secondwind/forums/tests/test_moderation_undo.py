"""Taking actions back: the state is what it was, for each verb and for any sequence of them."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from secondwind.accounts.models import User
from secondwind.forums import access
from secondwind.forums.actions import discipline, moderate, places, points, rearrange
from secondwind.forums.actions.flag import flag
from secondwind.forums.actions.mark import mark
from secondwind.forums.actions.post import ask, reply
from secondwind.forums.actions.undo import undo
from secondwind.forums.errors import Refused
from secondwind.forums.models import (
    Action,
    DangerSign,
    Flag,
    Forum,
    Mark,
    Member,
    Notice,
    Post,
    PostState,
    QueueItem,
    Thread,
)
from secondwind.forums.trust import Trust

WHY = "A reason that helps."
BREATHLESS = "My left calf is swollen after the long run, and I have chest pain and am short of breath."


def again(row):
    return type(row).objects.get(pk=row.pk)


def state() -> dict[str, Any]:
    """Everything that people see of the forums and that an action may change."""
    threads = Thread.objects.filter(merged_into=None)
    return {
        "posts": list(
            Post.objects.order_by("thread", "number").values_list(
                "thread", "number", "pk", "state", "why_hidden", "mark", "body", "html", "edited_at",
                "moved_to",
            )
        ),
        "threads": list(
            threads.order_by("pk").values_list(
                "pk", "forum", "title", "is_locked", "is_pinned", "is_listed", "is_answered", "reply_count",
                "latest_number", "latest_at", "latest_author", "next_number", "view_count",
            )
        ),
        "members": list(Member.objects.order_by("pk").values_list("user", "points", "post_count", "trust")),
        "people": list(User.objects.order_by("pk").values_list("silenced_until", "banned_at", "is_active")),
        "flags": list(Flag.objects.order_by("pk").values_list("reason", "upheld")),
        "queue": list(QueueItem.objects.order_by("pk").values_list("kind", "post", "closed_at", "outcome")),
    }  # fmt: skip


@pytest.fixture
def other(bob, alice, forum):
    thread = ask(bob, forum, "Same here, the other leg", "Mine hurts as well.").thread
    mark(bob, reply(alice, thread, "Tell me more."), Mark.HELPFUL)
    return thread


def test_each_action_taken_back_leaves_what_was_before(mia, alice, bob, make_user, thread, answer, other):
    mark(alice, answer, Mark.CORRECT)
    more = reply(bob, thread, "And which watch do you wear?")
    flag(make_user("carl"), answer, "rude")
    held = reply(make_user("nina", Trust.NEW), thread, "Look at https://example.org/shoes")
    training = Forum.objects.get(slug="training")
    acts = {
        "hide": lambda: moderate.hide(mia, answer, WHY),
        "hide a held post": lambda: moderate.hide(mia, held, WHY),
        "approve": lambda: moderate.approve(mia, held, WHY),
        "dismiss": lambda: moderate.dismiss(mia, answer, WHY),
        "edit": lambda: moderate.edit(mia, answer, "Shorter.", WHY),
        "edit with title": lambda: moderate.edit(
            mia, thread.posts.get(number=1), "Short.", WHY, title="Leg pain"
        ),
        "lock": lambda: moderate.lock(mia, thread, WHY),
        "pin": lambda: moderate.pin(mia, thread, WHY),
        "move": lambda: moderate.move(mia, thread, training, WHY),
        "rename": lambda: moderate.rename(mia, thread, "Another title", WHY),
        "merge": lambda: rearrange.merge(mia, other, thread, WHY),
        "merge the other way": lambda: rearrange.merge(mia, thread, other, WHY),
        "split": lambda: rearrange.split(mia, thread, [2], "An answer", training, WHY),
        "split the end": lambda: rearrange.split(mia, thread, [more.number, 4], "Watches", training, WHY),
        "warn": lambda: discipline.warn(mia, bob, WHY),
        "silence": lambda: discipline.silence(mia, bob, WHY, 3),
        "ban": lambda: discipline.ban(mia, bob, WHY),
    }
    before = state()
    for name, act in acts.items():
        action = act()
        after = state()
        assert after != before or name == "warn", name
        back = undo(mia, action, "A mistake.")
        assert state() == before, name
        assert again(action).undone_by == back
        undo(mia, back, "No mistake after all.")
        assert _without_times(state()) == _without_times(after), name
        undo(mia, Action.objects.latest("pk"), "It was one.")
        assert state() == before, name
    assert points.rebuild() == []


def _without_times(now):
    return {
        **now,
        "posts": [post[:8] for post in now["posts"] if post[3] != PostState.MOVED],  # the rows are new ones
        "people": [person[2] for person in now["people"]],
    }


def test_taking_back_is_logged_told_and_linked(mia, bob, answer):
    action = moderate.hide(mia, answer, "An insult.")
    back = undo(mia, action, "I misread it.")

    assert (back.verb, back.by, back.why, back.post) == ("restore", mia, "I misread it.", answer)
    assert "restored your post #2" in Notice.objects.filter(user=bob).latest("pk").text


def test_a_held_post_that_was_hidden_comes_back_held_and_its_author_hears_so(mia, make_user, thread):
    nina = make_user("nina", Trust.NEW)
    held = reply(nina, thread, "Look at https://example.org/shoes")
    back = undo(mia, moderate.hide(mia, held, WHY), WHY)
    assert (again(held).state, back.verb) == (PostState.HELD, "hold")
    assert "holds your post" in Notice.objects.filter(user=nina).latest("pk").text


def test_nothing_is_taken_back_twice(mia, answer):
    action = moderate.hide(mia, answer, WHY)
    undo(mia, action, WHY)
    with pytest.raises(Refused, match="mia has taken this back already"):
        undo(mia, action, WHY)


def test_what_was_changed_since_is_not_overwritten(mia, thread, answer):
    first = moderate.rename(mia, thread, "One title", WHY)
    moderate.rename(mia, thread, "Another title", WHY)
    hidden = moderate.hide(mia, answer, WHY)
    moderate.restore(mia, answer, WHY)
    for action in (first, hidden):
        with pytest.raises(Refused, match="changed here since"):
            undo(mia, action, WHY)
    assert again(thread).title == "Another title"
    assert Action.objects.filter(undone_by__isnull=False).count() == 0


def test_a_merge_is_taken_back_around_what_was_written_since(mia, bob, thread, answer, other):
    action = rearrange.merge(mia, other, thread, WHY)
    late = reply(bob, thread, "I read both now.")
    assert late.number == 5
    undo(mia, action, WHY)

    assert list(thread.posts.order_by("number").values_list("number", "state")) == [
        (1, "published"), (2, "published"), (3, "moved"), (4, "moved"), (5, "published"),
    ]  # fmt: skip
    assert list(other.posts.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert again(other).merged_into is None


def test_a_split_is_not_taken_back_over_somebodys_words(mia, alice, bob, thread, answer, forum):
    action = rearrange.split(mia, thread, [2], "An answer", forum, WHY)
    reply(alice, again(answer).thread, "Thank you.")
    with pytest.raises(Refused, match="written in the new thread"):
        undo(mia, action, WHY)
    assert again(answer).thread == action.thread


def test_a_correct_answer_does_not_come_back_beside_another(mia, alice, bob, thread, answer, other):
    mark(alice, answer, Mark.CORRECT)
    action = rearrange.split(mia, thread, [2], "An answer", thread.forum, WHY)
    mark(alice, reply(bob, thread, "Rest."), Mark.CORRECT)
    with pytest.raises(Refused, match="marked Correct since"):
        undo(mia, action, WHY)
    assert again(answer).thread == action.thread


def test_a_move_is_not_taken_back_into_a_forum_that_is_gone(mia, thread, forum):
    old = Forum.objects.create(space=forum.space, name="Old", slug="old")
    moderate.move(mia, thread, old, WHY)
    action = moderate.move(mia, thread, forum, WHY)
    old.delete()
    with pytest.raises(Refused, match="forum that this was in is gone"):
        undo(mia, action, WHY)


def test_a_ban_taken_back_opens_the_account(mia, bob):
    undo(mia, discipline.ban(mia, bob, WHY), WHY)
    assert (again(bob).is_banned, again(bob).is_active) == (False, True)


def test_an_automatic_hiding_is_taken_back_and_the_next_flag_does_not_repeat_it(
    mia, make_user, answer, settings
):
    settings.FLAGS_TO_HIDE = 2
    for name in ("carl", "dora"):
        flag(make_user(name), answer, "rude")
    undo(mia, Action.objects.get(), "Five friends of one person.")
    flag(make_user("emil"), answer, "rude")
    assert again(answer).state == PostState.PUBLISHED


VERBS = st.lists(
    st.tuples(
        st.sampled_from(
            "hide restore approve dismiss lock unlock pin unpin move rename merge split edit warn silence "
            "unsilence ban unban".split()
        ),
        st.integers(0, 10_000),
    ),
    min_size=1,
    max_size=8,
)


class AnySequence(TestCase):
    """Random actions, taken back from the last to the first."""

    def setUp(self) -> None:
        places.make_first()
        self.forums = list(Forum.objects.all()[:3])
        self.mia = self._member("mia", is_moderator=True)
        self.people = [self._member(name) for name in ("alice", "bob", "carl")]
        alice, bob, carl = self.people
        first = ask(alice, self.forums[0], "Outer leg aches", "It hurts after trail runs.")
        second = ask(bob, self.forums[0], "The calf", BREATHLESS)
        mark(alice, reply(bob, first.thread, "Rest helped me."), Mark.CORRECT)
        mark(alice, reply(carl, first.thread, "So did strength."), Mark.HELPFUL)
        reply(alice, first.thread, "Thank you both.")
        reply(carl, second.thread, "See somebody today.")
        flag(carl, reply(alice, second.thread, "Run through it."), "harm")
        Member.objects.filter(user=bob).update(trust=0)
        reply(bob, second.thread, "Like https://example.org/ this?")

    def _member(self, name: str, **fields: Any) -> User:
        user = User.objects.create_user(name, f"{name}@example.org", "correct horse battery", **fields)
        Member.objects.filter(pk=access.member_of(user).pk).update(trust=Trust.MEMBER)
        return user

    def _act(self, verb: str, dice: random.Random) -> Action:
        thread = dice.choice(list(Thread.objects.order_by("pk")))
        post = dice.choice(list(Post.objects.order_by("pk")))
        person, forum = again(dice.choice(self.people)), dice.choice(self.forums)
        numbers = dice.sample(range(2, 7), 2)
        plain: dict[str, Any] = {
            **dict.fromkeys(("hide", "restore", "approve", "dismiss"), (moderate, post)),
            **dict.fromkeys(("lock", "unlock", "pin", "unpin"), (moderate, thread)),
            **dict.fromkeys(("warn", "unsilence", "ban", "unban"), (discipline, person)),
        }
        if verb in plain:
            module, target = plain[verb]
            action: Action = getattr(module, verb)(self.mia, target, WHY)
            return action
        return {
            "move": lambda: moderate.move(self.mia, thread, forum, WHY),
            "rename": lambda: moderate.rename(self.mia, thread, f"Title {dice.random()}", WHY),
            "merge": lambda: rearrange.merge(self.mia, thread, dice.choice(list(Thread.objects.all())), WHY),
            "split": lambda: rearrange.split(self.mia, thread, numbers, "Split off", forum, WHY),
            "edit": lambda: moderate.edit(self.mia, post, f"Edited {dice.random()}", WHY),
            "silence": lambda: discipline.silence(self.mia, person, WHY, dice.randint(1, 30)),
        }[verb]()

    @given(verbs=VERBS)
    @settings(max_examples=15, deadline=None)
    def test_taken_back_in_reverse_everything_is_as_it_was(self, verbs: list[tuple[str, int]]) -> None:
        before, signs = [state()], _signs()
        done = []
        for verb, seed in verbs:
            try:
                done.append(self._act(verb, random.Random(seed)))
            except Refused:
                assert state() == before[-1], f"{verb} was refused and changed something"
                continue
            assert _signs() >= signs, f"{verb} took a danger sign away"
            before.append(state())
        for action in reversed(done):
            before.pop()
            undo(self.mia, action, WHY)
            assert _comparable(state()) == _comparable(before[-1]), action.verb
            assert _signs() >= signs
        assert points.rebuild() == []


def _signs() -> set[tuple[int, str]]:
    """Each sign with its post, when the thread of the post shows a notice for it."""
    shown = set(DangerSign.objects.values_list("thread", "rule"))
    every = DangerSign.objects.values_list("post", "post__thread", "rule")
    return {(post, rule) for post, thread, rule in every if (thread, rule) in shown}


def _comparable(now: dict[str, Any]) -> dict[str, Any]:
    """Without the ids of rows that only keep a number: they are made anew when a split comes back."""
    posts = [post[:2] + post[3:] if post[3] == PostState.MOVED else post for post in now["posts"]]
    return {**now, "posts": posts}
