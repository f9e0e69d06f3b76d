"""For tests of any room: members with a past."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from secondwind.accounts.models import User
from secondwind.forums.models import Member
from secondwind.forums.trust import STEPS, Trust


def member(name: str, trust: Trust = Trust.MEMBER, **fields: Any) -> User:
    """Somebody new of this name who has earned so much trust."""
    user = User.objects.create_user(name, f"{name}@example.org", "correct horse battery", **fields)
    earn(user, trust)
    return user


def earn(user: User, trust: Trust) -> None:
    """Give somebody the days and the reading that a level of trust asks for."""
    Member.objects.get_or_create(user=user)
    if step := STEPS.get(trust):
        User.objects.filter(pk=user.pk).update(date_joined=timezone.now() - timedelta(days=step.days + 1))
        user.refresh_from_db()
        Member.objects.filter(user=user).update(
            trust=trust, days_visited=step.visits, threads_read=step.threads, posts_read=step.posts
        )
