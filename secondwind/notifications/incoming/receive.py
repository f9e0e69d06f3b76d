"""What is done with a mail that came in: posted, ignored, or refused with a reason."""

import logging
from enum import Enum
from typing import NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.http import Http404
from django.template.loader import render_to_string
from django.utils import timezone

from secondwind.accounts.mail import site_address
from secondwind.accounts.models import User
from secondwind.notifications import outbox
from secondwind.notifications.incoming import message as messages
from secondwind.notifications.incoming import senders, text
from secondwind.notifications.models import ReceivedMail, ReplyAddress
from secondwind.notifications.registry import Key, answer_to

logger = logging.getLogger(__name__)


class Outcome(Enum):
    """What became of a mail."""

    POSTED = "posted"
    IGNORED = "ignored"
    AGAIN = "came before"
    REFUSED = "refused"


class Result(NamedTuple):
    """What became of a mail, and why as a sentence. `is_forged`: it may not be from whom it says."""

    outcome: Outcome
    why: str = ""
    is_forged: bool = False


class _Refused(ValueError):
    """Its owner is told by mail."""


def receive(raw: bytes) -> Result:
    """Take a mail in. The same mail twice makes one post; who is refused is told so at most once."""
    try:
        incoming = messages.read(raw, settings.REPLY_ADDRESS)
    except messages.Unreadable as error:
        return _noted(Result(Outcome.REFUSED, str(error)))
    if incoming.is_automatic:
        return _noted(Result(Outcome.IGNORED, "A program wrote it."))
    address = ReplyAddress.objects.select_related("user").filter(token=incoming.token or "-").first()
    if address is None:
        return _noted(
            Result(Outcome.REFUSED, "It was sent to no address that stands in one of our mails.", True)
        )
    if (problem := _forged(incoming, address.user)) is not None:
        return _noted(Result(Outcome.REFUSED, problem, True))
    return _noted(_taken(incoming, address))


def _forged(incoming: messages.Incoming, user: User) -> str | None:
    """Why it may not be from the member whose address it answers from; None when all is well."""
    if incoming.sender != user.email.lower():
        return "It is not from the confirmed address of the member to whom that reply address was given."
    host = settings.REPLY_AUTH_HOST
    if host and not senders.is_vouched_for(incoming.message, incoming.sender, host):
        return f"{host} does not say that it comes from that address (no SPF, DKIM or DMARC that passed)."
    return None


def _taken(incoming: messages.Incoming, address: ReplyAddress) -> Result:
    try:
        with transaction.atomic():
            _once(incoming)
            _post(incoming, address)
    except _Again:
        return Result(Outcome.AGAIN, "It came before.")
    except _Refused as refusal:
        if _first_refusal(incoming):
            _tell(address.user, incoming, str(refusal))
        return Result(Outcome.REFUSED, str(refusal))
    return Result(Outcome.POSTED)


class _Again(Exception):  # not an error: it is there already
    pass


def _once(incoming: messages.Incoming) -> None:
    """Note that this mail came, together with what it does. Raises _Again when it was noted before."""
    try:
        with transaction.atomic():
            ReceivedMail.objects.create(key=incoming.key, at=timezone.now())
    except IntegrityError as error:
        raise _Again from error


def _first_refusal(incoming: messages.Incoming) -> bool:
    try:
        _once(incoming)
    except _Again:
        return False
    return True


def _post(incoming: messages.Incoming, address: ReplyAddress) -> None:
    if not outbox.may_be_mailed(address.user):
        raise _Refused("This account cannot post.")
    if address.expires_at < timezone.now():
        raise _Refused("The mail that you answered is too old. Reply on the site instead.")
    words, pictures = text.written(incoming.message), incoming.pictures
    if not words and not pictures:
        raise _Refused("There is no text in it besides what you answered.")
    answer = answer_to(address.kind)
    try:
        answer(address.user, address.subject, words, pictures, _answered(incoming))
    except Http404 as error:
        raise _Refused("What you answered is not there any more.") from error
    except ValueError as error:  # what a room refuses, as a sentence
        raise _Refused(str(error)) from error


def _answered(incoming: messages.Incoming) -> Key | None:
    """The happening whose mail was answered, as its Message-ID tells."""
    name = incoming.answers.removeprefix("<").partition("@")[0].split(".")
    return Key(name[0], name[1]) if len(name) == 3 and name[1].isascii() and name[1].isdigit() else None


def _tell(user: User, incoming: messages.Incoming, why: str) -> None:
    """Answer a refused mail. Its sender is known to be the member, so nobody else is written to."""
    if not outbox.may_be_mailed(user):
        return
    context = {"name": user.username, "why": why, "site": site_address("/")}
    headers = {"Auto-Submitted": "auto-replied"}
    if name := str(incoming.message.get("Message-ID", "")).strip():
        headers |= {"In-Reply-To": name, "References": name}
    body = render_to_string("notifications/mail/not_posted.txt", context)
    try:
        EmailMessage("Your reply was not posted", body, to=[user.email], headers=headers).send()
    except OSError as error:
        logger.error("An answer to a mail could not be sent: %s", type(error).__name__)


def _noted(result: Result) -> Result:
    """Put it into the log, without a word of the mail or an address."""
    logger.info("A mail came in: %s. %s", result.outcome.value, result.why)
    return result
