"""Trust: what somebody may do without being looked at first.

It grows with time and reading and falls with upheld flags and warnings. Writing has no part in it, so that
nobody can post their way up. The steps follow the shape of Discourse's trust levels, the figures are ours.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from django.db.models import Max
from django.utils import timezone

from secondwind.forums.models import Action, Flag, Member, Verb


class Trust(IntEnum):
    """The levels, each holding what the one before it does."""

    NEW = 0  # first links wait for a moderator, few posts a day
    BASIC = 1  # links; their flags count towards hiding
    MEMBER = 2  # more posts an hour; not sifted for spam
    TRUSTED = 3  # may mark the answer of somebody who is gone


@dataclass(frozen=True, slots=True)
class Step:
    """What a level asks for: days since joining, days on which they came, threads and posts read."""

    days: int
    visits: int
    threads: int
    posts: int
    clean_days: int  # days without an upheld flag or a warning


STEPS = {
    Trust.BASIC: Step(days=0, visits=1, threads=5, posts=30, clean_days=0),
    Trust.MEMBER: Step(days=15, visits=10, threads=20, posts=100, clean_days=14),
    Trust.TRUSTED: Step(days=50, visits=30, threads=100, posts=500, clean_days=90),
}


def earned(member: Member, now: datetime | None = None) -> Trust:
    """The level that a member has earned by now. One or two queries."""
    now = now or timezone.now()
    joined, stain = member.user.date_joined, _latest_stain(member)
    level = Trust.NEW
    for candidate, step in STEPS.items():
        clean = stain is None or now - stain >= timedelta(days=step.clean_days)
        reached = (
            now - joined >= timedelta(days=step.days)
            and member.days_visited >= step.visits
            and member.threads_read >= step.threads
            and member.posts_read >= step.posts
        )
        if not (reached and clean):
            break
        level = candidate
    return level


def update(member: Member) -> None:
    """Write down the level that a member has earned."""
    level = earned(member)
    if level != member.trust:
        member.trust = level
        member.save(update_fields=["trust"])


def _latest_stain(member: Member) -> datetime | None:
    """When a flag on their posts was last upheld, or a moderator last warned or silenced them."""
    flags = Flag.objects.filter(post__author=member.user, upheld=True)
    verbs = (Verb.WARN, Verb.SILENCE, Verb.BAN)
    acts = Action.objects.filter(member=member.user, verb__in=verbs, undone_by=None)
    return max(filter(None, (one.aggregate(at=Max("at"))["at"] for one in (flags, acts))), default=None)
