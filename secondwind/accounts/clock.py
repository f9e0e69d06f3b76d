"""The clock of a member, wherever they are."""

import zoneinfo
from datetime import date, datetime

from django.utils import timezone

from secondwind.accounts.models import User


def zone_of(user: User) -> zoneinfo.ZoneInfo:
    """The time zone that somebody chose; UTC where the machine's list lost a zone that it once had."""
    try:
        return zoneinfo.ZoneInfo(user.time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")


def local(user: User, moment: datetime) -> datetime:
    """A moment on the clock of somebody."""
    return moment.astimezone(zone_of(user))


def today_of(user: User) -> date:
    """The day that it is where somebody is."""
    return local(user, timezone.now()).date()
