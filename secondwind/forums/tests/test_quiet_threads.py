"""A week after a thread went quiet its asker is asked, once, whether it was answered."""

from datetime import timedelta

import pytest
from django.core import mail

from secondwind.accounts.models import User
from secondwind.forums.actions.mark import mark
from secondwind.forums.actions.post import reply
from secondwind.forums.models import Mark
from secondwind.forums.tasks import ask_whether_answered
from secondwind.notifications.tests import mailserver

WEEK = timedelta(days=7, minutes=1)


def test_the_asker_is_asked_once(thread, answer, wait):
    ask_whether_answered()
    assert not mail.outbox
    wait(WEEK)
    ask_whether_answered()
    ask_whether_answered()

    (message,) = mail.outbox
    assert message.to == ["alice@example.org"]
    assert thread.title in message.subject
    assert f"/threads/{thread.pk}/" in message.body


def test_a_new_reply_starts_the_week_again(thread, answer, bob, wait):
    wait(timedelta(days=6))
    reply(bob, thread, "How is it now?")
    wait(timedelta(days=2))
    ask_whether_answered()
    assert not mail.outbox


@pytest.mark.parametrize(
    "case", ["answered", "nobody replied", "only the asker replied", "no mail wanted", "banned"]
)
def test_nobody_is_asked_without_need(case, alice, bob, thread, wait):
    if case == "only the asker replied":
        reply(alice, thread, "Nobody?")
    elif case != "nobody replied":
        answer = reply(bob, thread, "Build it up slowly.")
        if case == "answered":
            mark(alice, answer, Mark.CORRECT)
    if case == "no mail wanted":
        User.objects.filter(pk=alice.pk).update(mail_questions=False)
    wait(WEEK)
    if case == "banned":
        User.objects.filter(pk=alice.pk).update(banned_at=thread.created_at)
    ask_whether_answered()
    assert not mail.outbox


def test_a_mail_server_that_is_down_or_busy_loses_no_question(thread, answer, wait, settings):
    wait(WEEK)
    with mailserver.running(settings) as server:
        settings.EMAIL_PORT = 1  # nobody listens there
        with pytest.raises(OSError, match="refused"):
            ask_whether_answered()
        settings.EMAIL_PORT = server.port
        server.at["RCPT"] = "451 later"
        ask_whether_answered()
        server.at.clear()
        ask_whether_answered()
        ask_whether_answered()
        assert [str(one["To"]) for one in server.mails] == ["alice@example.org"]
