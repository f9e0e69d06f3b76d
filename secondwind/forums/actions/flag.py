"""Flags: a member says that something is wrong with a post."""

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from secondwind import writing
from secondwind.accounts.models import User
from secondwind.forums import access, limits, trust
from secondwind.forums.actions import acts
from secondwind.forums.actions.moderate import hide_until_looked_at
from secondwind.forums.actions.queue import into_queue
from secondwind.forums.errors import Refused
from secondwind.forums.models import Action, Flag, FlagReason, Member, Post, QueueKind
from secondwind.forums.trust import Trust

LONGEST_WORDS = 500


@transaction.atomic
def flag(user: User, post: Post, reason: str, words: str = "") -> Flag:
    """Report a post to the moderators; a second time changes the reason. Enough flags hide it at once.

    Raises Refused for one's own post, one that nobody can read, no reason or too many words, and a flag that
    a moderator has decided while the post was not edited since.
    """
    reason, words = _reason(reason), _words(words)
    post = acts.locked_post(post)
    _may_flag(user, post)
    flag = _written(user, post, reason, words)
    into_queue(post, QueueKind.FLAG, [str(FlagReason(reason).label).capitalize()])
    _hide_when_enough(post)
    return flag


def flag_of(user: User, post: Post) -> Flag | None:
    """The flag that somebody has put on a post."""
    return Flag.objects.filter(by=user, post=post).first()


def _written(user: User, post: Post, reason: str, words: str) -> Flag:
    member = _locked_members(user, post)
    now, flag = timezone.now(), flag_of(user, post)
    if flag is None:
        limits.check_flags(member)
        return Flag.objects.create(post=post, by=user, reason=reason, words=words, at=now)
    if flag.upheld is not None:
        if post.edited_at is None or post.edited_at < flag.at:
            raise Refused("A moderator has already looked at your flag of this post. Thank you.")
        flag.at, flag.upheld = now, None
    flag.reason, flag.words = reason, words
    flag.save(update_fields=["reason", "words", "at", "upheld"])
    return flag


def _locked_members(user: User, post: Post) -> Member:
    """The record of who flags. Both rows that may change are locked in the order of their ids: two who flag
    each other at once must not wait for one another."""
    ids = sorted({user.pk, post.author_id or user.pk})
    for id in ids:
        Member.objects.get_or_create(user_id=id)
    rows = Member.objects.select_for_update(of=("self",)).select_related("user").filter(user_id__in=ids)
    member = {row.user_id: row for row in rows.order_by("user_id")}[user.pk]
    trust.update(member)
    return member


def _hide_when_enough(post: Post) -> None:
    """Hide a post that enough members flagged since a moderator last decided about it.

    Newcomers' flags bring it before the moderators and no further: otherwise five fresh accounts could
    silence anybody.
    """
    decided = Action.objects.filter(post=post).exclude(by=None).aggregate(at=Max("at"))["at"]
    counted = Flag.objects.filter(post=post, upheld=None, by__is_active=True).filter(
        Q(by__member__trust__gte=Trust.BASIC) | Q(by__is_moderator=True) | Q(by__is_superuser=True)
    )
    count = (counted.filter(at__gt=decided) if decided else counted).count()
    if post.is_published and count >= settings.FLAGS_TO_HIDE:
        people = "a member" if count == 1 else f"{count} members"
        hide_until_looked_at(post, f"flagged by {people}; a moderator will look at it")


def _may_flag(user: User, post: Post) -> None:
    access.may_write(user)
    if post.author_id == user.pk:
        raise Refused("This is your own post. You can edit it or take it back.")
    if not post.is_published:
        raise Refused("This post is not shown any more, so there is nothing to flag.")


def _reason(reason: str) -> str:
    if reason not in FlagReason.values:
        raise Refused("Choose what is wrong with the post.")
    return reason


def _words(words: str) -> str:
    words = writing.tidy_line(words)
    if len(words) > LONGEST_WORDS:
        raise Refused(f"Say it in at most {LONGEST_WORDS} characters.")
    return words
