"""A member's standing: what a moderator may take from somebody and give back.

These functions change the state and nothing else. Who did it, and why, is written down by the room that
calls.
"""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils import timezone

from secondwind.accounts.models import User


def silence(user: User, until: datetime) -> None:
    """They may read but not write until `until`, an aware time; a time in the past silences nobody."""
    user.silenced_until = until
    user.save(update_fields=["silenced_until"])


def lift_silence(user: User) -> None:
    """They may write again."""
    user.silenced_until = None
    user.save(update_fields=["silenced_until"])


@transaction.atomic
def ban(user: User) -> None:
    """Shut the account: nobody can sign in to it, and who is signed in is out with their next request."""
    user.banned_at = user.banned_at or timezone.now()
    # This alone shuts every door at once: allauth and Django ask for it at each way in and at each request.
    user.is_active = False
    user.save(update_fields=["banned_at", "is_active"])
    end_sessions(user)


def lift_ban(user: User) -> None:
    """Open the account again; they sign in as before."""
    user.banned_at = None
    user.is_active = True
    user.save(update_fields=["banned_at", "is_active"])


def end_sessions(user: User) -> int:
    """End every sign-in of somebody, on all their devices; how many there were."""
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    return len(sessions)
