"""What this room keeps about somebody. All of it goes with the account, row by row."""

from collections.abc import Iterable

from secondwind.accounts.models import User
from secondwind.notifications.models import Follow, Notification, Preference

ABOUT = "What you follow, what you were told and when, and how you want to be told."


def collect(user: User) -> Iterable[tuple[str, object]]:
    """The files of the folder `notifications`."""
    yield (
        "following.json",
        list(Follow.objects.filter(user=user).values("kind", "subject", "is_on", "mail", "since")),
    )
    told = Notification.objects.filter(user=user).order_by("pk")
    yield (
        "notifications.json",
        list(told.values("kind", "happening", "because_kind", "because", "at", "read_at", "mail", "state")),
    )
    yield "settings.json", list(Preference.objects.filter(user=user).values("mail", "follow_own"))
