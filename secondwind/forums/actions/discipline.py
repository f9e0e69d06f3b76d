"""What moderators do about members: warn, silence, ban, and the way back from each."""

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from secondwind.accounts import standing
from secondwind.accounts.models import User
from secondwind.forums.actions import acts
from secondwind.forums.actions.changes import Changes
from secondwind.forums.errors import Refused
from secondwind.forums.models import Action, Verb

MOST_DAYS = 365

Standing = dict[
    str, list[str | bool | None]
]  # {"silenced_until": [before, after], "banned": [before, after]}


@transaction.atomic
def warn(by: User, member: User, why: str) -> Action:
    """Tell somebody that they went too far. Their trust grows no further for a while."""
    why, member = acts.reason(by, why), _locked(member)
    _not_oneself(by, member)
    return _finish(Verb.WARN, by, member, why, {})


@transaction.atomic
def silence(by: User, member: User, why: str, days: int) -> Action:
    """Let somebody read and not write, for 1 to 365 days from now."""
    why, member = acts.reason(by, why), _locked(member)
    _not_oneself(by, member)
    _no_moderator(member)
    if not 1 <= days <= MOST_DAYS:
        raise Refused(f"Say for how many days, from 1 to {MOST_DAYS}.")
    before, until = _iso(member), timezone.now() + timedelta(days=days)
    standing.silence(member, until)
    told = f"{until.astimezone(UTC):%-d %B %Y, %H:%M} UTC"
    return _finish(Verb.SILENCE, by, member, why, {"silenced_until": [before, until.isoformat()]}, until=told)


@transaction.atomic
def unsilence(by: User, member: User, why: str) -> Action:
    """Let somebody write again before their time is over."""
    why, member = acts.reason(by, why), _locked(member)
    if not member.is_silenced:
        raise Refused(f"{member.username} is not silenced.")
    before = _iso(member)
    standing.lift_silence(member)
    return _finish(Verb.UNSILENCE, by, member, why, {"silenced_until": [before, None]})


@transaction.atomic
def ban(by: User, member: User, why: str) -> Action:
    """Close somebody's account. Their posts stay."""
    why, member = acts.reason(by, why), _locked(member)
    _not_oneself(by, member)
    _no_moderator(member)
    if member.is_banned:
        raise Refused(f"{member.username} is banned already.")
    standing.ban(member)
    return _finish(Verb.BAN, by, member, why, {"banned": [False, True]})


@transaction.atomic
def unban(by: User, member: User, why: str) -> Action:
    """Open somebody's account again."""
    why, member = acts.reason(by, why), _locked(member)
    if not member.is_banned:
        raise Refused(f"{member.username} is not banned.")
    standing.lift_ban(member)
    return _finish(Verb.UNBAN, by, member, why, {"banned": [True, False]})


def take_back(member: User, kept: Standing) -> Standing:
    """Give a member the standing before an act; what would take that back again. Raises Refused when it is
    another by now."""
    member = _locked(member)
    now = {"silenced_until": _iso(member), "banned": member.is_banned}
    if any(now[name] != pair[1] for name, pair in kept.items()):
        raise Refused(
            f"The standing of {member.username} was changed since. Take the later action back first."
        )
    for name, (before, _) in kept.items():
        _put_back(member, name, before)
    return {name: [after, before] for name, (before, after) in kept.items()}


def _put_back(member: User, name: str, before: str | bool | None) -> None:
    if name == "banned":
        (standing.ban if before else standing.lift_ban)(member)
    elif isinstance(before, str):
        standing.silence(member, datetime.fromisoformat(before))
    else:
        standing.lift_silence(member)


def _locked(member: User) -> User:
    return User.objects.select_for_update().get(pk=member.pk)


def _finish(verb: Verb, by: User, member: User, why: str, standing: Standing, until: str = "") -> Action:
    changes = Changes()
    action = acts.finish(verb, by, why, changes, member=member, standing=standing, until=until)
    if verb in {Verb.WARN, Verb.SILENCE, Verb.BAN}:
        acts.lower_trust(member, changes)
        action.data["changes"] = changes.entries
        action.save(update_fields=["data"])
    return action


def _not_oneself(by: User, member: User) -> None:
    if by.pk == member.pk:
        raise Refused("You cannot do that to yourself.")


def _no_moderator(member: User) -> None:
    if member.may_moderate:
        raise Refused(f"{member.username} is a moderator. Somebody who runs the site can change that first.")


def _iso(member: User) -> str | None:
    return member.silenced_until.isoformat() if member.silenced_until else None
