"""A year of 500 cases: every question on its day, never twice, through crashes and changed clocks."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from secondwind.accounts.models import User
from secondwind.cases import reminders
from secondwind.cases.actions import outcomes
from secondwind.cases.models import Beginning, Case, NoMail, Reminder, State
from secondwind.clinic.outcomes import FOLLOW_UP_WEEKS, Back

FIRST = date(2026, 1, 5)
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)  # clocks change in Europe


class DiesOnce(EmailBackend):
    """A mail server that takes a mail and is gone before it says so."""

    died = False

    def send_messages(self, messages):
        sent = super().send_messages(messages)
        if not DiesOnce.died and any("person0" in address for m in messages for address in m.to):
            DiesOnce.died = True
            raise SMTPServerDisconnected
        return sent


@pytest.fixture
def people(db):
    """500 cases over five weeks: silent, recovered at once, answering each time, opting out after two."""
    users = User.objects.bulk_create(
        User(username=f"person{n}", username_key=f"person{n}", email=f"person{n}@example.org")
        for n in range(500)
    )
    return Case.objects.bulk_create(
        Case(
            owner=user, state=State.CONFIRMED, beginning=Beginning.CHECK, date=FIRST + timedelta(days=n % 35)
        )
        for n, user in enumerate(users)
    )


def test_reminders_of_a_year(people, time_machine, settings):
    settings.EMAIL_BACKEND = f"{__name__}.DiesOnce"
    owners = {case.owner.email: (n, case) for n, case in enumerate(people)}
    asked = defaultdict(list)
    day = FIRST
    while day < FIRST + timedelta(days=35 + 53 * 7):
        time_machine.move_to(datetime(day.year, day.month, day.day, 3, tzinfo=UTC))
        reminders.send_due()
        if day in (SPRING, AUTUMN):  # the clock is put back, and the same hour comes again
            time_machine.move_to(timezone.now() - timedelta(hours=1))
        if mail.outbox:
            reminders.send_due()  # another worker, or the same after a crash
        for message in mail.outbox:
            n, case = owners[message.to[0]]
            week = int(message.subject.split()[3])
            asked[n].append((week, (day - case.date).days))
            _react(n, case, week)
        mail.outbox.clear()
        day += timedelta(days=1)

    everything = [(week, 7 * week) for week in FOLLOW_UP_WEEKS]
    for n in range(500):
        assert asked[n] == everything[: {0: 5, 1: 1, 2: 5, 3: 2}[n % 4]], n
    assert DiesOnce.died
    assert Reminder.objects.filter(is_sent=False).count() == 1


def _react(n, case, week):
    if n % 4 == 1:
        outcomes.tell(case, Back.FULL, week=week)
    elif n % 4 == 2 and n < 60:
        outcomes.tell(case, Back.PARTLY, week=week)
    elif n % 4 == 3 and week == FOLLOW_UP_WEEKS[1]:
        NoMail.objects.create(user=case.owner)
