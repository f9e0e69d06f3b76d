"""Telling people: a happening goes to all who follow one of its subjects, once to each of them."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import groupby

from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from secondwind.accounts.models import User
from secondwind.notifications.models import Follow, MailState, Notification, Preference, Rhythm, Told
from secondwind.notifications.registry import Key

REMEMBERED = timedelta(days=60)  # whoever tells must not tell of anything older than that
BATCH = 500


def tell(happening: Key, subjects: Sequence[Key], *, without: Iterable[int] = (), group: str = "") -> None:
    """Have a job tell all who follow one of the subjects, but the people in `without`.

    Once for a happening and `group`: said again, it does nothing. People are told under the first of the
    subjects that they follow; who does not want to hear of one of them any more is not told through another.
    The job is saved or lost with the transaction.
    """
    from secondwind.notifications import tasks

    name = " ".join(filter(None, (str(happening), group)))
    _, is_new = Told.objects.get_or_create(name=name, defaults={"at": timezone.now()})
    if is_new and subjects:
        tasks.tell_followers.enqueue(str(happening), [str(key) for key in subjects], sorted(without))


def tell_followers(happening: Key, subjects: Sequence[Key], without: Iterable[int]) -> None:
    """Write a notification for each follower. Said twice, it tells nobody twice."""
    wanted = Q()
    for key in subjects:
        wanted |= Q(kind=key.kind, subject=key.id)
    found = Follow.objects.filter(wanted, user__is_active=True).exclude(user__in=list(without))
    rank = {key: at for at, key in enumerate(subjects)}
    chosen: dict[int, Follow] = {}
    silent = set()
    for follow in sorted(found, key=lambda follow: rank[follow.key]):
        if not follow.is_on:
            silent.add(follow.user_id)
        else:
            chosen.setdefault(follow.user_id, follow)
    _write(happening, {id: follow for id, follow in chosen.items() if id not in silent})


def tell_person(user: User, happening: Key) -> None:
    """Tell one person something that is for them alone."""
    from secondwind.notifications import tasks

    mail = Preference.objects.filter(user=user).values_list("mail", flat=True).first() or Rhythm.ONCE
    made = [_notification(user.pk, happening, None, mail)]
    Notification.objects.bulk_create(made, ignore_conflicts=True)
    tasks.mail_now.enqueue()


def seen(user: User, happenings: Iterable[Key]) -> None:
    """Somebody has these before their eyes: they are read, and mailed no more. `user.unread_count` follows.

    1 query, and none for who has nothing unread."""
    wanted = Q()
    for kind, keys in groupby(sorted(set(happenings)), key=lambda key: key.kind):
        wanted |= Q(kind=kind, happening__in=[key.id for key in keys])
    if wanted and user.unread_count:
        unread = Notification.objects.filter(wanted, user=user, read_at=None)
        user.unread_count = max(0, user.unread_count - unread.update(read_at=timezone.now()))


def all_seen(user: User) -> None:
    """Take everything as read."""
    Notification.objects.filter(user=user, read_at=None).update(read_at=timezone.now())


def unread_count() -> Coalesce:
    """How much somebody has not read, as a value beside each row of accounts."""
    unread = Notification.objects.filter(user=OuterRef("pk"), read_at=None).order_by().values("user")
    count = unread.annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(count, output_field=IntegerField()), 0)


def _write(happening: Key, follows: dict[int, Follow]) -> None:
    usual = dict(Preference.objects.filter(user__in=follows).values_list("user_id", "mail"))
    made = [
        _notification(id, happening, follow.key, follow.mail or usual.get(id, Rhythm.ONCE))
        for id, follow in follows.items()
    ]
    Notification.objects.bulk_create(made, ignore_conflicts=True, batch_size=BATCH)


def _notification(user_id: int, happening: Key, why: Key | None, mail: str) -> Notification:
    now = timezone.now()
    return Notification(
        user_id=user_id, kind=happening.kind, happening=happening.id,
        because_kind=why.kind if why else "", because=why.id if why else "", at=now, due_at=now,
        mail=mail, state=MailState.NONE if mail == Rhythm.NEVER else MailState.WAITING,
    )  # fmt: skip
