"""Asking by mail how it goes: at 2, 6, 12, 26 and 52 weeks after the date of a case, each once.

A round is answered by an outcome that was told after the middle between it and the round before. Nobody is
asked once they are back to full, or who does not want it. The row of a reminder is written before its mail is
handed over, and never taken back once the mail server may have it: of two evils a lost mail is the smaller.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.core.mail import EmailMessage
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse

from secondwind.accounts import links
from secondwind.accounts.mail import site_address
from secondwind.accounts.models import User
from secondwind.cases.models import Beginning, Case, NoMail, Reminder, State, today
from secondwind.clinic.outcomes import FOLLOW_UP_WEEKS, GRACE_WEEKS, Back
from secondwind.notifications import outbox

TELL, STOP = "cases.outcome", "cases.stop"  # the purposes of the signed links
HOLDS = timedelta(weeks=8)  # how long a link holds
AT_ONCE = 500


def send_due(on: date | None = None) -> int:
    """Send what is due on a day; how many mails the server took. Raises OSError when it does not answer."""
    return sum(_send(case, week) for case, week in list(due_on(on or today()))[:AT_ONCE])


def due_on(on: date) -> Iterator[tuple[Case, int]]:
    """The cases to ask about on a day, each with its week. After a pause only the last round is asked: a
    round ends before the next begins. 2 queries."""
    rounds = [
        (week, middle, on - timedelta(weeks=week + GRACE_WEEKS), on - timedelta(weeks=week))
        for week, middle in _rounds()
    ]
    due = Q()
    for week, _, first, last in rounds:
        sent = Reminder.objects.filter(case=OuterRef("pk"), week=week)
        due |= Q(~Exists(sent), date__gt=first, date__lte=last)
    for case in _may_be_asked().filter(due).prefetch_related("outcomes").order_by("pk"):
        week, middle = next((w, middle) for w, middle, first, last in rounds if first < case.date <= last)
        if _is_open(case, week, middle):
            yield case, week


def unsealed(token: str) -> tuple[Case, int]:
    """The case and week of a link in a mail. Raises links.BadLink."""
    id, week = links.unseal(TELL, token, within=HOLDS)
    case = Case.objects.select_related("owner").filter(pk=int(id)).first()
    if case is None:
        raise links.BadLink("This case was deleted. There is nothing more to tell.")
    return case, int(week)


def stop(user: User) -> None:
    """Never ask this person by mail again."""
    NoMail.objects.get_or_create(user=user)


def go_on(user: User) -> None:
    """Ask this person by mail again."""
    NoMail.objects.filter(user=user).delete()


def _rounds() -> Iterator[tuple[int, float]]:
    """Each week with the middle between it and the one before."""
    before = 0
    for week in FOLLOW_UP_WEEKS:
        yield week, (before + week) / 2
        before = week


def _may_be_asked() -> QuerySet[Case]:
    """Cases with an owner who can be reached. What a machine read in a thread is asked about there too."""
    is_known = Q(state=State.CONFIRMED) | Q(beginning=Beginning.THREAD)
    address = EmailAddress.objects.filter(user=OuterRef("owner"), primary=True)
    silent = NoMail.objects.filter(user=OuterRef("owner"))
    back = Case.objects.filter(outcome__state=Back.FULL.value, outcome__by_machine=False)
    return (
        Case.objects.filter(is_known, wants_mail=True, told_with=None, owner__is_active=True)
        .exclude(Exists(address.filter(verified=False)))
        .exclude(Exists(silent))
        .exclude(pk__in=back.values("pk"))
        .select_related("owner")
    )


def _is_open(case: Case, week: int, middle: float) -> bool:
    told = [outcome for outcome in case.outcomes.all() if not outcome.by_machine]
    last = max(told, key=lambda outcome: (outcome.on, outcome.pk), default=None)
    if last is not None and last.state == Back.FULL:
        return False
    since = case.date + timedelta(weeks=middle)
    return not any(outcome.week == week or outcome.on > since for outcome in told)


def _send(case: Case, week: int) -> bool:
    def note() -> Reminder | None:
        reminder, is_new = Reminder.objects.get_or_create(case=case, week=week)
        return reminder if is_new else None  # another worker has it

    def mail(reminder: Reminder) -> EmailMessage:
        return message(case, week)

    is_sent = outbox.send_noted(note, mail, forget=Reminder.delete)
    if is_sent:
        Reminder.objects.filter(case=case, week=week).update(is_sent=True)
    return is_sent


def message(case: Case, week: int) -> EmailMessage:
    """The mail of a round. No health word stands in it: mails are read on other people's machines."""
    assert case.owner is not None  # noqa: S101  # only such are asked
    token, stop_token = links.seal(TELL, case.pk, week), links.seal(STOP, case.owner.pk)
    stop_address = site_address(reverse("cases:stop", args=[stop_token]))
    context = {
        "name": case.owner.username,
        "weeks": week,
        "on": case.date,
        "title": case.title if case.is_listed else "",
        "address": site_address(reverse("cases:tell", args=[token])),
        "stop": stop_address,
        "holds": HOLDS.days // 7,
    }
    return EmailMessage(
        f"How is it, {week} weeks on?",
        render_to_string("cases/mail/how_is_it.txt", context),
        to=[case.owner.email],
        headers={
            "List-Unsubscribe": f"<{stop_address}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
