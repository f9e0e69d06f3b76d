"""Fetching replies from a mailbox by IMAP."""

import imaplib
import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.conf import settings

from secondwind.notifications.incoming.message import MOST_BYTES
from secondwind.notifications.incoming.receive import receive

logger = logging.getLogger(__name__)

TIMEOUT_S = 30
AT_ONCE = 100  # mails of one run


def fetch() -> int:
    """Take in every mail of the configured mailbox that was not read yet; how many there were.

    A mail is marked as read after it was taken in: a process that dies between the two finds it again, and
    knows that it came before. Raises OSError when the mailbox cannot be reached, or refuses.
    """
    if settings.REPLY_MAILBOX is None:
        return 0
    try:
        with _opened(settings.REPLY_MAILBOX) as box:
            numbers = _unread(box)
            for number in numbers[:AT_ONCE]:
                if raw := _whole(box, number):
                    receive(raw)
                box.uid("STORE", number, "+FLAGS", r"(\Seen)")
            return len(numbers[:AT_ONCE])
    except imaplib.IMAP4.error as error:
        raise OSError(f"the mailbox refuses: {type(error).__name__}") from error


@contextmanager
def _opened(where: Any) -> Iterator[imaplib.IMAP4]:
    if where.tls == "implicit":
        context = ssl.create_default_context()
        box: imaplib.IMAP4 = imaplib.IMAP4_SSL(where.host, where.port, ssl_context=context, timeout=TIMEOUT_S)
    else:
        box = imaplib.IMAP4(where.host, where.port, timeout=TIMEOUT_S)
        if where.tls == "starttls":
            box.starttls(ssl.create_default_context())
    try:
        box.login(where.user, where.password)
        box.select(where.folder)
        yield box
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            box.logout()


def _unread(box: imaplib.IMAP4) -> list[str]:
    _, found = box.uid("SEARCH", "UNSEEN")
    return found[0].decode("ascii").split() if found and found[0] else []


def _whole(box: imaplib.IMAP4, number: str) -> bytes | None:
    """A mail's bytes, one more than are read at most; None when it is gone."""
    _, found = box.uid("FETCH", number, f"(BODY.PEEK[]<0.{MOST_BYTES + 1}>)")
    return next((part[1] for part in found if isinstance(part, tuple)), None)
