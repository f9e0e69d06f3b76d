"""Handing mails to the mail server, each at most once.

A notification waits; just before its mail is handed over it is noted as handed, and nothing puts it back once
the mail server may have it. A worker that is killed before leaves it waiting, so nothing is lost; one that
is killed between the note and the answer of the server, a fraction of a second, may have lost that mail:
the other choice would be to send it twice. The notification stays on the site in both cases.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from smtplib import SMTP, SMTPRecipientsRefused, SMTPResponseException
from typing import TypeVar

from allauth.account.models import EmailAddress
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from secondwind.accounts.models import User
from secondwind.notifications import mails
from secondwind.notifications.models import MailState, Notification, Rhythm
from secondwind.notifications.registry import Happening, happenings_for

logger = logging.getLogger(__name__)

AT_ONCE = 500  # mails of one run; the rest goes with the next
MOST_TRIES = 5  # of a mail that the server puts off; the waits grow fourfold from a minute
Pair = tuple[Notification, Happening]
Noted = TypeVar("Noted")


def send_due() -> int:
    """Send every mail that goes out at once and is due; how many the mail server took.

    Raises OSError when the server does not answer: what waits goes on waiting.
    """
    due = Notification.objects.filter(
        state=MailState.WAITING, mail=Rhythm.ONCE, due_at__lte=timezone.now()
    ).order_by("pk")
    return sum(_send_one(note) for note in due.select_related("user")[:AT_ONCE])


def _send_one(note: Notification) -> bool:
    for _, happening in pairs_of(note.user, [note]):
        message = mails.single(note.user, note, happening)
        # A connection each: one that the server closed between two mails would make the next one uncertain.
        with connected() as server:
            return hand_over(server, message, [note])
    return False


def pairs_of(user: User, notes: Sequence[Notification]) -> list[Pair]:
    """What can be mailed of these, looked at now: the others wait no more. Nothing goes to somebody who was
    banned, whose address is not confirmed, or who has read it meanwhile."""
    told = happenings_for(user, [note.key for note in notes]) if may_be_mailed(user) else {}
    pairs = [(note, told[note.key]) for note in notes if note.key in told and note.read_at is None]
    kept = {note.pk for note, _ in pairs}
    gone = [note.pk for note in notes if note.pk not in kept]
    if gone:
        _waiting(gone).update(state=MailState.NONE)
    return pairs


def may_be_mailed(user: User) -> bool:
    """Whether somebody has an account that is open and an address that they have confirmed."""
    if not user.is_active or user.is_banned:
        return False
    return bool(EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists())


def hand_over(
    server: BaseEmailBackend,
    message: EmailMultiAlternatives,
    notes: Sequence[Notification],
    *,
    together_with: Callable[[], bool] = lambda: True,
) -> bool:
    """Note that these are handed over, with what belongs to it, then hand the mail over; whether it is sent.

    Another worker may have them already, or `together_with` says no: then nothing happens.
    """
    ids = [note.pk for note in notes]
    with transaction.atomic():
        claimed = _waiting(ids).update(state=MailState.HANDED)
        if claimed != len(ids) or not together_with():
            transaction.set_rollback(True)
            return False
    state = _handed(server, message)
    if state == MailState.WAITING and not _put_off(notes):
        state = MailState.REFUSED
    Notification.objects.filter(pk__in=ids, state=MailState.HANDED).update(state=state)
    return state == MailState.SENT


def send_noted(
    note: Callable[[], Noted | None],
    message: Callable[[Noted], EmailMessage],
    forget: Callable[[Noted], object],
) -> bool:
    """Send a mail that belongs to no notification, at most once; whether the mail server took it.

    `note` writes down that it is handed over and gives what it wrote, or None when another worker has done
    so; `message` makes the mail of that. `forget` takes the note back where the server says "later", so that
    the next run tries again. Raises OSError when there is no server, before anything is noted.
    """
    with connected() as server:
        noted = note()
        if noted is None:
            return False
        state = _handed(server, message(noted))
    if state == MailState.WAITING:
        forget(noted)
    return state == MailState.SENT


@contextmanager
def connected() -> Iterator[BaseEmailBackend]:
    """A connection to the mail server. Raises OSError when there is none."""
    server = get_connection()
    server.open()
    try:
        greeted = getattr(server, "connection", None)
        if isinstance(greeted, SMTP):
            greeted.ehlo_or_helo_if_needed()  # so that nothing but the mail itself comes after the note
        yield server
    finally:
        server.close()


def _handed(server: BaseEmailBackend, message: EmailMessage) -> MailState:
    try:
        server.send_messages([message])
    except SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0]
        return _refused(code)
    except SMTPResponseException as error:
        return _refused(error.smtp_code)
    except OSError as error:  # broken off: it may have been taken
        logger.error("The mail server broke off, so a mail may be lost: %s", type(error).__name__)
        return MailState.UNKNOWN
    return MailState.SENT


def _refused(code: int) -> MailState:
    """What an answer of the server means: 4xx "later", 5xx "never" (RFC 5321 §4.2.1)."""
    logger.warning("The mail server refused a mail with %d", code)
    return MailState.WAITING if 400 <= code < 500 else MailState.REFUSED


def _put_off(notes: Sequence[Notification]) -> bool:
    """Let mails wait for their next try; False when they had all of theirs."""
    tries = max(note.tries for note in notes) + 1
    due_at = timezone.now() + timedelta(minutes=4 ** (tries - 1))
    Notification.objects.filter(pk__in=[note.pk for note in notes]).update(tries=tries, due_at=due_at)
    return tries < MOST_TRIES


def _waiting(ids: Sequence[int]) -> QuerySet[Notification]:
    return Notification.objects.filter(pk__in=ids, state=MailState.WAITING)
