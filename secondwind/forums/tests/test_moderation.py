"""What moderators do, verb by verb: done, logged with who and why, and told to the author."""

from datetime import timedelta

import pytest
from django.utils import timezone

from secondwind.accounts.models import User
from secondwind.forums.access import member_of
from secondwind.forums.actions import danger, discipline, moderate, rearrange
from secondwind.forums.actions.flag import flag
from secondwind.forums.actions.mark import mark
from secondwind.forums.actions.post import ask, reply
from secondwind.forums.actions.queue import into_queue
from secondwind.forums.errors import Refused
from secondwind.forums.models import (
    Action,
    DangerSign,
    Draft,
    Forum,
    Mark,
    Member,
    Notice,
    Post,
    PostState,
    QueueItem,
    QueueKind,
    Reading,
    Thread,
)
from secondwind.forums.trust import Trust

BREATHLESS = "My left calf is swollen after the long run, and I have chest pain and am short of breath."
WHY = "A reason that helps."


def again(row):
    return type(row).objects.get(pk=row.pk)


def logged(verb):
    return Action.objects.get(verb=verb)


def told(user):
    return list(Notice.objects.filter(user=user).values_list("text", flat=True))


# --- Posts -------------------------------------------------------------------------------------------------


def test_a_hidden_post_keeps_its_number_and_says_why(mia, bob, answer):
    moderate.hide(mia, answer, "An insult")

    post = again(answer)
    assert (post.number, post.state, post.why_hidden) == (2, PostState.HIDDEN, "An insult")
    assert (logged("hide").by, logged("hide").why, logged("hide").post) == (mia, "An insult", post)
    assert told(bob)[0].startswith("A moderator hid your post #2 in “Outer lower leg aches")
    assert "Reason: An insult. " in told(bob)[0]


def test_hiding_takes_points_counts_and_the_answer_back_and_restoring_gives_them_again(
    mia, alice, bob, answer, thread
):
    mark(alice, answer, Mark.CORRECT)
    moderate.hide(mia, answer, WHY)
    member, now = Member.objects.get(user=bob), again(thread)
    assert (member.points, member.post_count, now.reply_count, now.is_answered) == (0, 0, 0, False)

    moderate.restore(mia, answer, WHY)
    member, now = Member.objects.get(user=bob), again(thread)
    assert (member.points, member.post_count, now.reply_count, now.is_answered) == (10, 1, 1, True)


def test_a_held_post_is_let_through(mia, make_user, thread):
    nina = make_user("nina", Trust.NEW)
    post = reply(nina, thread, "Look at https://example.org/shoes")
    assert post.state == PostState.HELD
    moderate.approve(mia, post, "A useful link.")

    assert again(post).state == PostState.PUBLISHED
    assert QueueItem.objects.get().outcome == "let through"
    assert "Everybody can read it now." in told(nina)[0]


def test_hiding_a_held_post_closes_its_matters(mia, make_user, thread):
    post = reply(make_user("nina", Trust.NEW), thread, "Look at https://example.org/shoes")
    moderate.hide(mia, post, "An advertisement.")
    assert again(post).state == PostState.HIDDEN
    assert not QueueItem.objects.filter(closed_at=None).exists()


def test_dismissing_leaves_the_post_and_empties_the_queue(mia, make_user, answer):
    flag(make_user("carl"), answer, "rude")
    moderate.dismiss(mia, answer, "Blunt, and right.")

    assert again(answer).state == PostState.PUBLISHED
    item = QueueItem.objects.get()
    assert (item.closed_by, item.outcome) == (mia, "nothing wrong")


def test_a_danger_sign_is_looked_at_and_stays(mia, alice, forum):
    post = ask(alice, forum, "Swollen calf", BREATHLESS)
    signs = DangerSign.objects.count()
    moderate.noted(mia, post, "Wrote to the asker.")

    assert DangerSign.objects.count() == signs > 0
    assert not QueueItem.objects.filter(closed_at=None).exists()
    assert danger.unread(post.thread)


def test_hiding_a_post_keeps_its_danger_sign_in_the_thread_and_in_the_queue(mia, alice, forum):
    post = ask(alice, forum, "Swollen calf", BREATHLESS)
    moderate.hide(mia, post, WHY)
    assert post.thread.danger_signs.exists()
    assert QueueItem.objects.get(closed_at=None).kind == QueueKind.DANGER


def test_an_asker_whose_thread_is_hidden_is_still_told_of_the_danger_sign(mia, alice, forum):
    post = ask(alice, forum, "Swollen calf", BREATHLESS)
    moderate.hide(mia, post, WHY)
    assert "What you wrote holds a danger sign." in told(alice)[0]
    assert "emergency" in told(alice)[0]


def test_what_has_been_done_is_not_done_twice(mia, answer):
    moderate.hide(mia, answer, WHY)
    with pytest.raises(Refused, match="hidden by a moderator"):
        moderate.hide(mia, answer, WHY)
    moderate.restore(mia, answer, WHY)
    for verb in (moderate.restore, moderate.approve, moderate.dismiss, moderate.noted):
        with pytest.raises(Refused):
            verb(mia, answer, WHY)
    assert Action.objects.count() == 2


def test_a_post_that_flags_hid_can_be_kept_hidden_by_a_moderator(mia, make_user, answer, settings):
    settings.FLAGS_TO_HIDE = 1
    flag(make_user("carl"), answer, "rude")
    moderate.hide(mia, answer, "An insult.")
    assert again(answer).why_hidden == "An insult."
    assert not QueueItem.objects.filter(closed_at=None).exists()


def test_a_matter_that_was_decided_is_not_decided_again(mia, make_user, answer):
    otto = make_user("otto", is_moderator=True)
    flag(make_user("carl"), answer, "rude")
    item = QueueItem.objects.get()
    moderate.dismiss(mia, answer, WHY, item=item)
    with pytest.raises(Refused, match="mia has decided this already: nothing wrong"):
        moderate.hide(otto, answer, WHY, item=item)
    assert again(answer).state == PostState.PUBLISHED


@pytest.mark.parametrize("why", ["", "  ", "x", "x" * 501])
def test_nothing_is_done_without_a_reason(mia, answer, thread, bob, why):
    for act in (
        lambda: moderate.hide(mia, answer, why),
        lambda: moderate.lock(mia, thread, why),
        lambda: discipline.warn(mia, bob, why),
    ):
        with pytest.raises(Refused, match="Say why"):
            act()
    assert not Action.objects.exists()


def test_only_moderators_moderate(alice, bob, answer, thread, forum):
    for act in (
        lambda: moderate.hide(alice, answer, WHY),
        lambda: moderate.move(alice, thread, forum, WHY),
        lambda: rearrange.split(alice, thread, [2], "Something", forum, WHY),
        lambda: discipline.ban(alice, bob, WHY),
    ):
        with pytest.raises(Refused, match="Only a moderator"):
            act()


def test_an_edit_by_a_moderator_is_logged_and_what_it_said_is_kept(mia, bob, answer):
    before = answer.body
    moderate.edit(mia, answer, "Build up slowly.", "Took a name out.")
    post = again(answer)
    assert (post.body, post.revisions.get().body) == ("Build up slowly.", before)
    assert logged("edit").by == mia
    assert "edited your post #2" in told(bob)[0]


# --- Threads -----------------------------------------------------------------------------------------------


def test_a_locked_thread_is_open_to_its_asker_alone(mia, alice, bob, thread):
    moderate.lock(mia, thread, WHY)
    with pytest.raises(Refused, match="locked"):
        reply(bob, thread, "One more thing.")
    reply(alice, thread, "It is better now.")
    moderate.unlock(mia, thread, WHY)
    reply(bob, thread, "Good to hear.")
    assert [one.split(". Reason")[0] for one in told(alice)] == [
        f"A moderator unlocked “{thread.title}”",
        f"A moderator locked “{thread.title}”",
    ]


def test_pinning_moving_and_renaming(mia, alice, thread):
    training = Forum.objects.get(slug="training")
    moderate.pin(mia, thread, WHY)
    moderate.move(mia, thread, training, WHY)
    moderate.rename(mia, thread, "  Lower leg   and trails ", WHY)

    now = again(thread)
    assert (now.is_pinned, now.forum, now.title) == (True, training, "Lower leg and trails")
    assert len(told(alice)) == 3
    moderate.unpin(mia, thread, WHY)
    assert not again(thread).is_pinned
    for act in (
        lambda: moderate.unpin(mia, thread, WHY),
        lambda: moderate.move(mia, thread, training, WHY),
        lambda: moderate.rename(mia, thread, "Lower leg and trails", WHY),
        lambda: moderate.rename(mia, thread, "ab", WHY),
    ):
        with pytest.raises(Refused):
            act()


# --- Merging and splitting ---------------------------------------------------------------------------------


@pytest.fixture
def other(bob, forum):
    """A second thread on the same matter, by bob, with a reply of alice's."""
    return ask(bob, forum, "Same here, the other leg", "Mine hurts as well.").thread


def numbers(thread):
    return list(thread.posts.order_by("number").values_list("number", "state", "author__username"))


def test_merging_appends_posts_and_the_old_address_leads_on(mia, alice, bob, thread, answer, other):
    last = reply(alice, other, "Tell me more.")
    mark(bob, last, Mark.HELPFUL)
    Thread.objects.filter(pk=other.pk).update(view_count=5)
    Thread.objects.filter(pk=thread.pk).update(view_count=2)
    rearrange.merge(mia, other, thread, "The same question twice.")

    old, target = again(other), again(thread)
    assert [one[0] for one in numbers(target)] == [1, 2, 3, 4]
    assert (old.merged_into, old.is_listed, old.posts.count()) == (target, False, 0)
    assert (target.reply_count, target.view_count, target.next_number) == (3, 7, 5)
    assert again(last).in_response_to.number == 3
    assert Member.objects.get(user=alice).points == 0  # an asker's own replies bring no points
    assert len(told(bob)) == 1


def test_merging_leaves_one_correct_answer(mia, alice, bob, thread, answer, other):
    mark(alice, answer, Mark.CORRECT)
    own = reply(mia, other, "Heel drops.")
    mark(bob, own, Mark.CORRECT)
    rearrange.merge(mia, other, thread, WHY)

    assert again(own).mark == Mark.HELPFUL
    assert Member.objects.get(user=mia).points == 7


def test_merging_takes_drafts_and_readings_along(mia, alice, bob, thread, answer, other):
    Draft.objects.create(author=alice, thread=other, body="Half a thought", saved_at=timezone.now())
    for one, number in ((thread, 2), (other, 1)):
        Reading.objects.create(user=alice, thread=one, number=number)
    Reading.objects.create(user=mia, thread=thread, number=2)
    rearrange.merge(mia, other, thread, WHY)

    assert Draft.objects.get().thread == thread
    read = dict(Reading.objects.filter(thread=thread).values_list("user__username", "number"))
    assert read == {"alice": 3, "mia": 2}


def test_a_thread_is_not_merged_into_itself_or_twice(mia, thread, other):
    with pytest.raises(Refused, match="another thread"):
        rearrange.merge(mia, thread, thread, WHY)
    rearrange.merge(mia, other, thread, WHY)
    for one, into in ((other, thread), (thread, other)):
        with pytest.raises(Refused, match="merged"):
            rearrange.merge(mia, one, into, WHY)
    with pytest.raises(Refused, match="merged"):
        moderate.lock(mia, other, WHY)


def test_split_posts_count_from_one_and_leave_their_numbers(mia, alice, bob, thread, answer):
    more = reply(bob, thread, "Which watch do you wear, by the way?")
    reply(alice, thread, "An old one.", more)
    gear = Forum.objects.get(slug="shoes-and-gear")
    rearrange.split(mia, thread, [3, 4], "Which watch?", gear, "Another matter.")

    new = again(more).thread
    assert (new.title, new.forum, new.author, new.reply_count) == ("Which watch?", gear, bob, 1)
    assert [one[0] for one in numbers(new)] == [1, 2]
    assert numbers(thread) == [
        (1, "published", "alice"),
        (2, "published", "bob"),
        (3, "moved", None),
        (4, "moved", None),
    ]
    left = thread.posts.get(number=3)
    assert (left.body, left.html, left.moved_to) == ("", "", more)
    assert again(thread).reply_count == 1
    assert reply(alice, thread, "Back to my leg.").number == 5


@pytest.mark.parametrize("chosen", [[], [1, 2], [99]])
def test_the_opening_post_and_nothing_at_all_are_not_split_off(mia, thread, answer, forum, chosen):
    with pytest.raises(Refused):
        rearrange.split(mia, thread, chosen, "A title", forum, WHY)


def test_a_danger_sign_follows_its_post(mia, alice, bob, thread, answer):
    sick = reply(alice, thread, BREATHLESS)
    rules = set(thread.danger_signs.values_list("rule", flat=True))
    assert rules
    rearrange.split(mia, thread, [sick.number], "Chest pain", thread.forum, WHY)
    assert set(again(sick).thread.danger_signs.values_list("rule", flat=True)) >= rules


def test_splitting_other_posts_off_leaves_the_danger_notice(mia, alice, bob, forum):
    post = ask(alice, forum, "Swollen calf", BREATHLESS)
    reply(bob, post.thread, "See somebody today.")
    reply(alice, post.thread, BREATHLESS)
    rules = set(post.thread.danger_signs.values_list("rule", flat=True))
    rearrange.split(mia, post.thread, [2, 3], "Another matter", forum, WHY)
    assert set(post.thread.danger_signs.values_list("rule", flat=True)) == rules
    moved = Post.objects.get(thread__title="Another matter", number=2)
    assert moved.author == alice


def test_a_sign_told_twice_stays_with_both_threads_when_its_post_leaves(mia, alice, thread):
    first, second = reply(alice, thread, BREATHLESS), reply(alice, thread, "Again: " + BREATHLESS)
    rules = set(thread.danger_signs.values_list("rule", flat=True))
    rearrange.split(mia, thread, [first.number], "Chest pain", thread.forum, WHY)
    assert set(again(second).thread.danger_signs.values_list("rule", flat=True)) == rules
    assert set(again(first).thread.danger_signs.values_list("rule", flat=True)) == rules


def test_merging_two_threads_with_the_same_sign_keeps_the_notice(mia, alice, bob, forum, thread):
    sick = ask(bob, forum, "Swollen calf", BREATHLESS)
    reply(alice, thread, BREATHLESS)
    rules = set(sick.thread.danger_signs.values_list("rule", flat=True))
    rearrange.merge(mia, sick.thread, thread, WHY)
    assert set(thread.danger_signs.values_list("rule", flat=True)) >= rules


# --- Members -----------------------------------------------------------------------------------------------


def test_a_warning_is_told_and_lowers_trust(mia, bob):
    discipline.warn(mia, bob, "Please be kinder.")
    assert told(bob)[0].startswith("A moderator warns you. Reason: Please be kinder.")
    assert member_of(bob).trust == Trust.BASIC


def test_silence_and_its_end(mia, bob, thread):
    discipline.silence(mia, bob, "Please pause.", 3)
    with pytest.raises(Refused, match="pause"):
        reply(again(bob), thread, "But!")
    assert again(bob).silenced_until - timezone.now() > timedelta(days=2)
    discipline.unsilence(mia, bob, "Long enough.")
    reply(again(bob), thread, "Thank you.")


def test_a_ban_closes_the_account_and_posts_stay(mia, bob, answer):
    discipline.ban(mia, bob, "Advertised again.")
    assert (again(bob).is_banned, again(bob).is_active) == (True, False)
    assert again(answer).state == PostState.PUBLISHED
    discipline.unban(mia, bob, "A mistake.")
    assert (again(bob).is_banned, again(bob).is_active) == (False, True)


def test_moderators_do_not_discipline_themselves_or_one_another(mia, make_user):
    otto = make_user("otto", is_moderator=True)
    for act in (
        lambda: discipline.warn(mia, mia, WHY),
        lambda: discipline.silence(mia, otto, WHY, 3),
        lambda: discipline.ban(mia, otto, WHY),
        lambda: discipline.ban(mia, mia, WHY),
    ):
        with pytest.raises(Refused):
            act()
    assert not Action.objects.exists()


@pytest.mark.parametrize("days", [0, -1, 366])
def test_a_silence_has_an_end_in_sight(mia, bob, days):
    with pytest.raises(Refused, match="days"):
        discipline.silence(mia, bob, WHY, days)


def test_what_a_member_has_not_cannot_be_taken_back(mia, bob):
    for act in (discipline.unsilence, discipline.unban):
        with pytest.raises(Refused):
            act(mia, bob, WHY)


def test_a_moderator_is_not_told_of_their_own_acts(mia, forum):
    post = ask(mia, forum, "House rules", "Be kind.")
    moderate.lock(mia, post.thread, WHY)
    assert not told(mia)


def test_a_matter_put_before_the_moderators_twice_is_one(answer):
    into_queue(answer, QueueKind.IMPORT, ["from an archive"])
    into_queue(answer, QueueKind.IMPORT, ["from an archive", "without a date"])
    assert QueueItem.objects.get().details == ["from an archive", "without a date"]
    assert User.objects.count() == 2
