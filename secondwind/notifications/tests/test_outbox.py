"""Nothing is lost and nothing sent twice, with a real mail server. Killed workers: see the tests of `cli`."""

from datetime import timedelta

import pytest
from django.utils import timezone

from secondwind.forums.actions.post import reply
from secondwind.notifications import outbox
from secondwind.notifications.models import MailState, Notification
from secondwind.notifications.tests import mailserver

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(settings):
    with mailserver.running(settings) as post:
        yield post


@pytest.fixture
def note(alice, bob, thread, settings) -> Notification:
    """One mail to alice that waits."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    reply(bob, thread, "Mine did the same.")
    Notification.objects.update(state=MailState.WAITING)
    return Notification.objects.get()


def test_a_server_that_is_busy_gets_it_later(note, server):
    server.at["RCPT"] = "451 later"
    outbox.send_due()
    note.refresh_from_db()
    assert (note.state, note.tries) == (MailState.WAITING, 1)
    server.at.clear()
    outbox.send_due()
    assert server.mails == []  # its time has not come
    Notification.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    outbox.send_due()
    outbox.send_due()
    assert [one["To"] for one in server.mails] == ["alice@example.org"]
    note.refresh_from_db()
    assert note.state == MailState.SENT


def test_a_server_that_stays_busy_is_asked_five_times(note, server):
    server.at["RCPT"] = "451 later"
    for _ in range(7):
        Notification.objects.update(due_at=timezone.now() - timedelta(seconds=1))
        outbox.send_due()
    note.refresh_from_db()
    assert (note.state, note.tries) == (MailState.REFUSED, 5)


def test_an_address_that_is_refused_is_not_tried_again(note, server):
    server.at["RCPT"] = "550 nobody here"
    outbox.send_due()
    note.refresh_from_db()
    assert note.state == MailState.REFUSED


def test_without_a_mail_server_it_waits(note, server, settings):
    settings.EMAIL_PORT = 1  # nobody listens there
    with pytest.raises(OSError, match="refused"):
        outbox.send_due()
    note.refresh_from_db()
    assert note.state == MailState.WAITING
    settings.EMAIL_PORT = server.port
    outbox.send_due()
    assert len(server.mails) == 1


def test_two_workers_send_it_once(note, server):
    copy = Notification.objects.select_related("user").get()
    outbox.send_due()
    assert not outbox._send_one(copy)
    assert len(server.mails) == 1
