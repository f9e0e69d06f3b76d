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

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)  # clocks change in Europe
# Cases begin in two weeks of the year, so that the clocks change on days on which some are asked.
BEGINS = (SPRING - timedelta(weeks=12), AUTUMN - timedelta(weeks=26))
DAYS = 7


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
    """500 cases: silent, recovered at once, answering each time, opting out after one or two."""
    users = User.objects.bulk_create(
        User(username=f"person{n}", username_key=f"person{n}", email=f"person{n}@example.org")
        for n in range(500)
    )
    return Case.objects.bulk_create(
        Case(
            owner=user, state=State.CONFIRMED, beginning=Beginning.CHECK,
            date=BEGINS[n % 2] + timedelta(days=n // 2 % DAYS),
        )
        for n, user in enumerate(users)
    )  # fmt: skip


def days_looked_at():
    """Every day from before a round begins until after its last case is due, and one a week of the others."""
    first, last = BEGINS[0], BEGINS[1] + timedelta(weeks=54)
    near = {
        begin + timedelta(weeks=week, days=day)
        for begin in BEGINS
        for week in FOLLOW_UP_WEEKS
        for day in range(-2, DAYS + 3)
    }
    every = [first + timedelta(days=n) for n in range((last - first).days)]
    return [day for day in every if day in near or day.weekday() == 0]


def test_reminders_of_a_year(people, time_machine, settings):
    settings.EMAIL_BACKEND = f"{__name__}.DiesOnce"
    owners = {case.owner.email: (n, case) for n, case in enumerate(people)}
    asked, days = defaultdict(list), set()
    for day in days_looked_at():
        time_machine.move_to(datetime(day.year, day.month, day.day, 3, tzinfo=UTC))
        reminders.send_due()
        if day in (SPRING, AUTUMN):  # the clock is put back, and the same hour comes again
            time_machine.move_to(timezone.now() - timedelta(hours=1))
        if mail.outbox:
            days.add(day)
            reminders.send_due()  # another worker, or the same after a crash
        for message in mail.outbox:
            n, case = owners[message.to[0]]
            week = int(message.subject.split()[3])
            asked[n].append((week, (day - case.date).days))
            _react(n, case, week)
        mail.outbox.clear()

    assert {SPRING, AUTUMN} <= days
    everything = [(week, 7 * week) for week in FOLLOW_UP_WEEKS]
    for n in range(500):
        assert asked[n] == everything[: {0: 5, 1: 1, 2: 5, 3: 2}.get(n // 2 % 10, 1)], n
    assert DiesOnce.died
    assert Reminder.objects.filter(is_sent=False).count() == 1


def _react(n, case, week):
    match n // 2 % 10:
        case kind if kind > 3:
            NoMail.objects.create(user=case.owner)
        case 1:
            outcomes.tell(case, Back.FULL, week=week)
        case 2 if n < 60:
            outcomes.tell(case, Back.PARTLY, week=week)
        case 3 if week == FOLLOW_UP_WEEKS[1]:
            NoMail.objects.create(user=case.owner)
