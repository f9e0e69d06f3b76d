"""Mails a day and a week: all that waits, in one, at seven in the morning where somebody lives."""

import zoneinfo
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from secondwind.accounts.models import User
from secondwind.notifications import mails, outbox
from secondwind.notifications.actions.following import preference_of
from secondwind.notifications.models import MailState, Notification, Preference, Rhythm

HOUR = 7
_LAST = {Rhythm.DAILY: "daily_at", Rhythm.WEEKLY: "weekly_at"}


def send_due() -> int:
    """Send every digest whose time has come; how many the mail server took.

    Times that passed while nothing ran are one digest, not many. Raises OSError without a mail server.
    """
    return sum(_send(user, rhythm) for rhythm in _LAST for user in _who_wait(rhythm))


def last_time(rhythm: Rhythm, zone: str, now: datetime) -> datetime:
    """The latest time up to `now` when a digest was due: each day, or each Monday, at 7 in that zone."""
    local = now.astimezone(_zone(zone))
    due = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if due > local:
        due -= timedelta(days=1)
    if rhythm == Rhythm.WEEKLY:
        due -= timedelta(days=due.weekday())
    return due


def _who_wait(rhythm: Rhythm) -> list[User]:
    waiting = Notification.objects.filter(user=OuterRef("pk"), state=MailState.WAITING, mail=rhythm)
    return list(User.objects.filter(Exists(waiting)).order_by("pk"))


def _send(user: User, rhythm: Rhythm) -> bool:
    preference, field = preference_of(user), _LAST[rhythm]
    before, due = getattr(preference, field), last_time(rhythm, user.time_zone, timezone.now())
    if due <= before:
        return False
    waiting = Notification.objects.filter(
        user=user, state=MailState.WAITING, mail=rhythm, due_at__lte=timezone.now()
    )
    notes = list(waiting.order_by("pk"))
    pairs = outbox.pairs_of(user, notes)
    if not pairs:
        return False
    message = mails.digest(user, rhythm, [happening for _, happening in pairs], f"{rhythm}.{due:%Y%m%d}")

    def stamp() -> bool:
        unchanged = Preference.objects.filter(pk=preference.pk, **{field: before})
        return unchanged.update(**{field: due}) == 1

    with outbox.connected() as server:
        return outbox.hand_over(server, message, [note for note, _ in pairs], together_with=stamp)


def _zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")
