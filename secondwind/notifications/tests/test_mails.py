"""Mails: what stands in them, to whom they go, and that a tap ends them."""

import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from secondwind.accounts import erasure, links, standing
from secondwind.forums.actions import moderate
from secondwind.forums.actions.post import reply
from secondwind.notifications import digests, mails, outbox
from secondwind.notifications.actions import following
from secondwind.notifications.models import MailState, Notification, Rhythm
from secondwind.notifications.registry import Key


def headers(message):
    """The mail as it goes over the wire."""
    return message_from_bytes(message.message().as_bytes(), policy=policy.default)


def to(user):
    return [one for one in mail.outbox if one.to == [user.email]]


def waits(user, rhythm):
    """What happens from now on waits for a mail of this rhythm."""
    preference = following.preference_of(user)
    preference.mail = rhythm
    preference.save()


def test_a_reply_is_mailed_at_once_with_its_headers(alice, bob, thread):
    first = reply(bob, thread, "Mine **did** the same. <b>Bold</b>\n\n[see](/community/)")
    reply(bob, thread, "And one more thing.", first)
    one, two = (headers(message) for message in to(alice))
    assert one["Subject"] == f"Re: {thread.title}"
    assert one["From"].addresses[0].display_name == "bob (Second Wind)"
    assert one["From"].addresses[0].addr_spec == "noreply@run.example.org"
    assert one["Auto-Submitted"] == "auto-generated"
    assert one["List-Id"] == f"<thread-{thread.pk}.run.example.org>"
    assert one["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<https://run\.example\.org/stop/[\w:.-]+/>", one["List-Unsubscribe"].strip())
    assert one["Message-ID"] == f"<post.{first.pk}.u{alice.pk}@run.example.org>"
    assert f"<thread.{thread.pk}@run.example.org>" in one["References"]
    assert two["In-Reply-To"] == one["Message-ID"]
    assert one["Message-ID"] in two["References"]
    text, html = (one.get_body([kind]).get_content() for kind in ("plain", "html"))
    assert f"https://run.example.org/posts/{first.pk}/" in text
    assert "Mine **did** the same." in text
    assert "<strong>did</strong>" in html
    assert "&lt;b&gt;Bold" in html
    assert 'href="https://run.example.org/community/"' in html
    assert f"you follow the thread “{thread.title}”" in text


def test_nobody_is_mailed_twice(alice, bob, thread):
    reply(bob, thread, "Mine did the same.")
    for _ in range(3):
        outbox.send_due()
    assert len(to(alice)) == 1


@pytest.mark.parametrize("why", ["hidden", "banned", "unconfirmed", "erased", "read", "stopped"])
def test_what_changed_before_it_was_sent_counts(why, alice, bob, mia, thread, as_):
    waits(alice, Rhythm.DAILY)
    post = reply(bob, thread, "Mine did the same.")
    Notification.objects.update(mail=Rhythm.ONCE)  # as if the mail server had not answered so far
    if why == "hidden":
        moderate.hide(mia, post, "An insult.")
    elif why == "banned":
        standing.ban(alice)
    elif why == "unconfirmed":
        EmailAddress.objects.filter(user=alice).update(verified=False)
    elif why == "erased":
        erasure.erase(alice, keep_posts=True)
    elif why == "read":
        as_(alice).get(f"/threads/{thread.pk}/{thread.slug}/")
    else:
        following.stop(alice, Key("thread", str(thread.pk)))
    outbox.send_due()
    assert to(alice) == []


def test_a_moderators_message_says_nothing_in_the_mail(alice, mia, thread):
    moderate.hide(mia, thread.posts.get(number=1), "Names a doctor.")
    message = to(alice)[0]
    assert "Names a doctor" not in str(message.message())
    assert "aches" not in str(message.message())
    assert message.subject == "Something new for you on Second Wind"


# --- Once a day, once a week -------------------------------------------------------------------------------


def test_a_digest_comes_once_at_seven_where_one_lives(alice, bob, thread, time_machine):
    alice.time_zone = "America/New_York"
    alice.save()
    time_machine.move_to(datetime(2026, 3, 3, 15, tzinfo=UTC))
    waits(alice, Rhythm.DAILY)
    for number in range(3):
        reply(bob, thread, f"Thought number {number}.")
    digests.send_due()
    time_machine.move_to(datetime(2026, 3, 4, 11, 59, tzinfo=UTC))  # 6:59 in New York
    digests.send_due()
    assert to(alice) == []
    time_machine.move_to(datetime(2026, 3, 4, 12, 1, tzinfo=UTC))
    digests.send_due()
    digests.send_due()
    message = to(alice)[0]
    assert len(to(alice)) == 1
    assert message.subject == "3 new things on Second Wind"
    assert message.body.count("bob replied in") == 3
    assert headers(message)["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_digests_that_were_due_while_the_site_was_down_are_one(alice, bob, thread, time_machine):
    time_machine.move_to(datetime(2026, 3, 3, 15, tzinfo=UTC))
    waits(alice, Rhythm.DAILY)
    reply(bob, thread, "One thought.")
    time_machine.move_to(datetime(2026, 3, 9, 3, tzinfo=UTC))
    for _ in range(3):
        digests.send_due()
    assert len(to(alice)) == 1
    reply(bob, thread, "Another thought.")
    digests.send_due()
    assert len(to(alice)) == 1  # its time is the next morning
    time_machine.move_to(datetime(2026, 3, 9, 7, 30, tzinfo=UTC))
    digests.send_due()
    assert len(to(alice)) == 2


def test_the_weekly_one_comes_on_monday(alice, bob, thread, time_machine):
    time_machine.move_to(datetime(2026, 3, 3, 15, tzinfo=UTC))  # a Tuesday
    waits(alice, Rhythm.WEEKLY)
    reply(bob, thread, "One thought.")
    for day in range(4, 9):
        time_machine.move_to(datetime(2026, 3, day, 15, tzinfo=UTC))
        digests.send_due()
    assert to(alice) == []
    time_machine.move_to(datetime(2026, 3, 9, 7, 5, tzinfo=UTC))
    digests.send_due()
    assert len(to(alice)) == 1


@pytest.mark.parametrize("rhythm", [Rhythm.DAILY, Rhythm.WEEKLY])
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Pacific/Apia", "not a zone"])
def test_the_last_time_is_never_ahead_and_never_far_back(rhythm, zone):
    now = datetime(2026, 3, 28, 0, 0, tzinfo=UTC)
    for hours in range(0, 24 * 9, 5):  # over the change to summer time
        then = now + timedelta(hours=hours)
        last = digests.last_time(rhythm, zone, then)
        assert timedelta(0) <= then - last <= timedelta(days=7 if rhythm == Rhythm.WEEKLY else 1, hours=1)
        assert last.hour == digests.HOUR


# --- The link that ends them -------------------------------------------------------------------------------


def stop_path(message):
    return headers(message)["List-Unsubscribe"].strip(" <>").removeprefix("https://run.example.org")


def test_one_click_of_a_mail_program_ends_them_without_signing_in(alice, bob, thread):
    reply(bob, thread, "Mine did the same.")
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(stop_path(to(alice)[0]), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    reply(bob, thread, "And one more thing.")
    assert len(to(alice)) == 1
    assert not following.follows(alice, Key("thread", str(thread.pk)))


def test_looking_at_the_link_ends_nothing_and_a_mistake_is_taken_back(alice, bob, thread):
    reply(bob, thread, "Mine did the same.")
    path, browser = stop_path(to(alice)[0]), Client()
    assert "Stop these mails?" in browser.get(path).content.decode()
    assert following.follows(alice, Key("thread", str(thread.pk)))
    assert "no longer follows" in browser.post(path, {"do": "stop"}).content.decode()
    browser.post(path, {"do": "again"})
    assert following.follows(alice, Key("thread", str(thread.pk)))


def test_the_link_of_a_digest_ends_that_rhythm_alone(alice, bob, thread):
    waits(alice, Rhythm.DAILY)
    following.follow(alice, Key("forum", str(thread.forum_id)), Rhythm.WEEKLY)
    path = f"/stop/{links.seal(mails.STOP, alice.pk, mails.MAILS, 'daily')}/"
    assert Client().post(path).status_code == 200
    assert following.preference_of(alice).mail == Rhythm.NEVER
    assert [one.mail for one in following.follows_of(alice) if one.kind == "forum"] == [Rhythm.WEEKLY]


@pytest.mark.parametrize("make", [
    lambda user: "nonsense",
    lambda user: links.seal("another.purpose", user.pk, "thread", "1"),
    lambda user: links.seal(mails.STOP, 10**9, "thread", "1"),
    lambda user: links.seal(mails.STOP, user.pk, "thread", "1")[:-2],
    lambda user: links.seal(mails.STOP, user.pk),
    lambda user: links.seal(mails.STOP, user.pk, mails.MAILS, "hourly"),
])  # fmt: skip
def test_no_other_link_does_anything(make, alice):
    answer = Client().post(f"/stop/{make(alice)}/")
    assert answer.status_code == 404
    assert following.preference_of(alice).mail == Rhythm.ONCE


def test_what_waits_because_of_a_follow_goes_with_it(alice, bob, thread):
    waits(alice, Rhythm.DAILY)
    reply(bob, thread, "Mine did the same.")
    following.stop(alice, Key("thread", str(thread.pk)))
    assert set(Notification.objects.filter(user=alice).values_list("state", flat=True)) == {MailState.NONE}
