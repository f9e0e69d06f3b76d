"""Following and no longer following."""

from collections.abc import Iterable
from typing import Any

from django.db.models import CharField, Exists, OuterRef
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.utils import timezone

from secondwind.accounts.models import User
from secondwind.notifications.models import Follow, MailState, Notification, Preference, Rhythm
from secondwind.notifications.registry import Key


def follow(user: User, key: Key, mail: Rhythm | str = "") -> None:
    """Have somebody told of what happens there; `mail` is empty for their usual way."""
    Follow.objects.update_or_create(
        user=user, kind=key.kind, subject=key.id,
        defaults={"is_on": True, "mail": mail}, create_defaults={"mail": mail, "since": timezone.now()},
    )  # fmt: skip


def follow_by_itself(user: User, key: Key) -> None:
    """Follow what somebody has a part in, unless they do not want that or have said so of this one."""
    wants = Preference.objects.filter(user=user).values_list("follow_own", flat=True).first()
    if wants is not False:
        Follow.objects.get_or_create(
            user=user, kind=key.kind, subject=key.id, defaults={"since": timezone.now()}
        )


def stop(user: User, key: Key) -> None:
    """Tell somebody no more of what happens there, also not of what waits to be mailed."""
    Follow.objects.update_or_create(
        user=user, kind=key.kind, subject=key.id,
        defaults={"is_on": False}, create_defaults={"is_on": False, "since": timezone.now()},
    )  # fmt: skip
    _waiting(user).filter(because_kind=key.kind, because=key.id).update(state=MailState.NONE)


def stop_mails(user: User, rhythm: Rhythm) -> None:
    """Send somebody no more mails of a rhythm; what they follow they go on seeing on the site."""
    Follow.objects.filter(user=user, mail=rhythm).update(mail=Rhythm.NEVER)
    preference = preference_of(user)
    if preference.mail == rhythm:
        preference.mail = Rhythm.NEVER
        preference.save(update_fields=["mail"])
    _waiting(user).filter(mail=rhythm).update(state=MailState.NONE)


def start_mails(user: User, rhythm: Rhythm) -> None:
    """Take `stop_mails` back."""
    preference = preference_of(user)
    preference.mail = rhythm
    preference.save(update_fields=["mail"])


def preference_of(user: User) -> Preference:
    """How somebody wants to be told; a row is made when there is none."""
    now = timezone.now()
    found, _ = Preference.objects.get_or_create(user=user, defaults={"daily_at": now, "weekly_at": now})
    return found


def is_following(user: User, kind: str, id: str | Combinable = "pk") -> Exists:
    """An annotation: whether somebody follows each row of a query, so that a page asks no second time."""
    outer: Any = Cast(OuterRef(id) if isinstance(id, str) else id, CharField())
    return Exists(Follow.objects.filter(user=user, kind=kind, is_on=True, subject=outer))


def follows(user: User, key: Key) -> bool:
    """Whether somebody follows a subject. One query."""
    return Follow.objects.filter(user=user, kind=key.kind, subject=key.id, is_on=True).exists()


def follows_of(user: User) -> Iterable[Follow]:
    """All that somebody follows, the latest first."""
    return Follow.objects.filter(user=user, is_on=True).order_by("-since", "-pk")


def _waiting(user: User) -> Any:
    return Notification.objects.filter(user=user, state=MailState.WAITING)
