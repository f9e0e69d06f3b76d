"""The question of the next morning: mailed, answered, switched off."""

from __future__ import annotations

from datetime import datetime

from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from secondwind.accounts.mail import site_address
from secondwind.accounts.models import User
from secondwind.notifications import outbox
from secondwind.recovery import asking
from secondwind.recovery.actions import pain
from secondwind.recovery.errors import Refused
from secondwind.recovery.models import Asking, MorningQuestion, Slot
from secondwind.recovery.queries import Site

SUBJECT = "How is it this morning?"


def mail_all(now: datetime) -> int:
    """Ask everybody who is due; how many mails went out. Each is noted before it goes, so that no crash asks
    twice. Raises OSError when the mail server does not answer: then nobody else was asked."""
    return sum(_ask(one, now) for one in asking.due(now))


@transaction.atomic
def answer(question: MorningQuestion, sites: list[Site], level: int) -> None:
    """Keep the answer beside the run's day. A second answer replaces the first. Raises Refused."""
    pain.record(question.owner, question.day, sites, Slot.MORNING, level, run=question.run)
    question.answered_at = timezone.now()
    question.save(update_fields=["answered_at"])


def set_asking(owner: User, *, mail: bool, hour: int | None = None) -> None:
    """Whether somebody is asked, and from which hour of their clock on. Raises Refused."""
    fields: dict[str, object] = {"morning_mail": mail}
    if hour is not None:
        if not 5 <= hour <= 11:
            raise Refused(_("Choose an hour from 5 to 11."))
        fields["morning_hour"] = hour
    Asking.objects.update_or_create(owner=owner, defaults=fields)


def _ask(one: asking.Due, now: datetime) -> bool:
    def note() -> MorningQuestion | None:
        return asking.ask(one.owner, one.run, now)

    return outbox.send_noted(note, _mail, forget=MorningQuestion.delete)


def _mail(question: MorningQuestion) -> EmailMessage:
    owner = question.owner
    off = site_address(reverse("recovery:morning_off", args=[asking.off_token(owner)]))
    answers = [
        (level, site_address(reverse("recovery:morning", args=[asking.answer_token(question, level)])))
        for level in range(11)
    ]
    context = {"name": owner.username, "question": question, "answers": answers, "off": off}
    # Neither the subject nor the text names a place of the body: mails lie in many hands.
    return EmailMessage(
        SUBJECT,
        render_to_string("recovery/mail/morning.txt", context),
        to=[owner.email],
        headers={
            "List-Unsubscribe": f"<{off}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
