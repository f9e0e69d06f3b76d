"""Danger signs in a thread: seen in the words, kept whatever happens, read before anything is Correct."""

import pytest
from django.utils import timezone

from secondwind.forums import access
from secondwind.forums.actions import danger, rearrange
from secondwind.forums.actions.mark import mark
from secondwind.forums.actions.post import ask, edit, reply
from secondwind.forums.errors import Refused
from secondwind.forums.models import DangerSign, Mark, Member, Post, QueueItem, QueueKind, Thread
from secondwind.forums.pages.thread import address
from secondwind.forums.trust import Trust

SWOLLEN = "My left calf is clearly swollen, warm and aching since the long run."
BREATHLESS = "Since this morning I also have chest pain and am short of breath."


@pytest.fixture
def worrying(alice, forum):
    return ask(alice, forum, "Sore calf", SWOLLEN).thread


def test_the_opening_post_is_read_for_danger_signs(worrying):
    signs = list(DangerSign.objects.filter(thread=worrying))
    assert signs
    assert all(sign.because and sign.action and sign.source for sign in signs)


def test_a_harmless_question_has_no_notice(client, thread):
    assert not DangerSign.objects.exists()
    assert "danger-notice" not in client.get(address(thread)).content.decode()


def test_a_reply_of_the_asker_is_read_together_with_what_came_before(alice, bob, worrying):
    before = DangerSign.objects.count()
    reply(bob, worrying, "How are you otherwise?")
    reply(alice, worrying, BREATHLESS)

    assert DangerSign.objects.count() > before
    assert DangerSign.objects.filter(urgency="emergency").exists()


def test_what_a_helper_writes_or_the_asker_quotes_raises_nothing(alice, bob, thread):
    reply(bob, thread, SWOLLEN)
    reply(alice, thread, f"> {SWOLLEN}\n\nNot at all, thank you.")
    assert not DangerSign.objects.exists()


def test_everybody_sees_the_notice_and_only_the_asker_the_button(as_, client, alice, bob, worrying):
    page = address(worrying)
    shown = [browser.get(page).content.decode() for browser in (client, as_(bob), as_(alice))]

    assert all("danger-notice" in html for html in shown)
    assert ["I have read this" in html for html in shown] == [False, False, True]
    assert "you have a" not in shown[0].lower()


def test_nothing_is_correct_until_the_asker_has_read_the_notice(as_, alice, bob, worrying):
    answer = reply(bob, worrying, "See a doctor today.")
    with pytest.raises(Refused, match="danger sign"):
        mark(alice, answer, Mark.CORRECT)
    assert mark(alice, answer, Mark.HELPFUL).mark == Mark.HELPFUL

    as_(alice).post(f"/danger-read/{worrying.pk}/")

    assert mark(alice, answer, Mark.CORRECT).mark == Mark.CORRECT


def test_a_new_sign_has_to_be_read_again(alice, bob, worrying):
    answer = reply(bob, worrying, "See a doctor today.")
    danger.read(alice, worrying)
    reply(alice, worrying, BREATHLESS)

    with pytest.raises(Refused, match="danger sign"):
        mark(alice, answer, Mark.CORRECT)


def test_only_the_asker_can_say_that_it_was_read(as_, bob, mia, worrying):
    for user in (bob, mia):
        as_(user).post(f"/danger-read/{worrying.pk}/")
    assert danger.unread(worrying)


def test_an_edit_adds_signs_and_takes_none_away(client, alice, worrying):
    opening = worrying.posts.get(number=1)
    before = set(DangerSign.objects.values_list("rule", flat=True))
    edit(alice, opening, f"{SWOLLEN} {BREATHLESS}")
    more = set(DangerSign.objects.values_list("rule", flat=True))
    edit(alice, opening, "All is well.")

    assert before < more
    assert set(DangerSign.objects.values_list("rule", flat=True)) == more
    assert "danger-notice" in client.get(address(worrying)).content.decode()


def test_the_moderators_hear_of_it(worrying):
    item = QueueItem.objects.get(kind=QueueKind.DANGER)
    assert item.post.thread == worrying
    assert item.details


def test_a_sign_that_was_split_off_is_still_for_who_wrote_it(as_, alice, bob, mia, forum, thread, answer):
    reply(alice, thread, SWOLLEN)
    rearrange.split(mia, thread, [2, 3], "Another matter", forum, "It is another matter.")
    new = Post.objects.get(pk=answer.pk).thread
    assert new.author == bob
    with pytest.raises(Refused, match="Only the asker"):
        danger.read(bob, new)
    assert "I have read this" not in as_(bob).get(address(new)).content.decode()
    assert "I have read this" in as_(alice).get(address(new)).content.decode()
    danger.read(alice, new)
    assert not danger.unread(new)


def test_after_a_merging_each_reads_what_they_wrote(as_, alice, bob, mia, forum, worrying):
    other = ask(bob, forum, "My chest on hills", BREATHLESS).thread
    rearrange.merge(mia, worrying, other, "They belong together.")
    danger.read(bob, other)
    assert danger.unread(other)
    assert "I have read this" not in as_(bob).get(address(other)).content.decode()
    danger.read(alice, other)
    assert not danger.unread(other)


def test_for_an_asker_who_is_gone_a_trusted_member_reads_it_and_the_notice_stays(
    as_, client, alice, bob, make_user, worrying
):
    answer = reply(bob, worrying, "See a doctor today.")
    olga = make_user("olga", Trust.TRUSTED)
    page = address(worrying)
    assert "for the asker</button>" not in as_(olga).get(page).content.decode()
    with pytest.raises(Refused, match="Only the asker"):
        danger.read(olga, worrying)

    Member.objects.filter(user=alice).update(last_visit=timezone.now() - access.GONE_AFTER * 2)
    assert "or, once the asker has not come for 30 days" in client.get(page).content.decode()
    with pytest.raises(Refused, match="Only the asker"):
        danger.read(bob, Thread.objects.get(pk=worrying.pk))
    with pytest.raises(Refused, match="danger sign"):
        mark(olga, answer, Mark.CORRECT)
    assert "for the asker</button>" in as_(olga).get(page).content.decode()
    as_(olga).post(f"/danger-read/{worrying.pk}/")

    html = client.get(page).content.decode()
    assert "danger-notice" in html
    assert "<bdi>olga</bdi> has read this in their place" in html
    assert mark(olga, answer, Mark.CORRECT).mark == Mark.CORRECT
