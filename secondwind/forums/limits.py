"""How much somebody may write in how short a time, by trust.

What is counted are the posts themselves, under a lock of the writer's row: a burst over many connections and
processes meets the same count, and nothing is forgotten at a restart. The figures are ours.
"""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from secondwind.accounts.models import User
from secondwind.forums import trust
from secondwind.forums.errors import TooMany
from secondwind.forums.models import Flag, Member, Picture, Post, Thread
from secondwind.forums.trust import Trust

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

# (within, most) for each level of trust
POSTS = {
    Trust.NEW: ((MINUTE, 3), (DAY, 20)),
    Trust.BASIC: ((MINUTE, 4), (DAY, 60)),
    Trust.MEMBER: ((MINUTE, 6), (DAY, 200)),
    Trust.TRUSTED: ((MINUTE, 10), (DAY, 400)),
}
THREADS = {
    Trust.NEW: ((HOUR, 2), (DAY, 5)),
    Trust.BASIC: ((HOUR, 4), (DAY, 10)),
    Trust.MEMBER: ((HOUR, 8), (DAY, 20)),
    Trust.TRUSTED: ((HOUR, 15), (DAY, 40)),
}
FLAGS = ((HOUR, 10), (DAY, 30))
PICTURES = ((HOUR, 20), (DAY, 60))


def locked_member(user: User) -> Member:
    """The forums' record of somebody, its row locked until the transaction ends, with the trust of today."""
    Member.objects.get_or_create(user=user)
    member = Member.objects.select_for_update(of=("self",)).select_related("user").get(user=user)
    trust.update(member)
    return member


def check_posts(member: Member) -> None:
    """Raise TooMany when a member has posted too often."""
    _check(
        member,
        "posts",
        Post.objects.filter(author_id=member.user_id),
        "created_at",
        POSTS[Trust(member.trust)],
    )


def check_threads(member: Member) -> None:
    """Raise TooMany when a member has started too many threads, or posted too often."""
    check_posts(member)
    threads = Thread.objects.filter(author_id=member.user_id)
    _check(member, "new threads", threads, "created_at", THREADS[Trust(member.trust)])


def check_flags(member: Member) -> None:
    """Raise TooMany when a member has flagged too often."""
    _check(member, "flags", Flag.objects.filter(by_id=member.user_id), "at", FLAGS)


def check_pictures(member: Member) -> None:
    """Raise TooMany when a member has sent too many pictures."""
    _check(member, "pictures", Picture.objects.filter(owner_id=member.user_id), "sent_at", PICTURES)


def _check(
    member: Member, what: str, made: QuerySet[Any], time: str, limits: tuple[tuple[timedelta, int], ...]
) -> None:
    if member.user.may_moderate:
        return
    now = timezone.now()
    for within, most in limits:
        times = made.filter(**{f"{time}__gt": now - within}).order_by(f"-{time}").values_list(time, flat=True)
        recent = list(times[:most])
        if len(recent) == most:
            raise TooMany(
                f"That is {most} {what} in {_span(within)}. Try again in {_wait(recent[-1] + within - now)}."
            )


def _span(within: timedelta) -> str:
    return {MINUTE: "a minute", HOUR: "an hour", DAY: "a day"}[within]


def _wait(left: timedelta) -> str:
    seconds = max(1, int(left.total_seconds()) + 1)
    for unit, size in (("hour", 3600), ("minute", 60)):
        if seconds > size:
            count = -(-seconds // size)
            return f"{count} {unit}s"
    return f"{seconds} seconds" if seconds > 1 else "a second"
