"""Who may see and do what with a case. What somebody may not see is as if it were not there (`Http404`)."""

from __future__ import annotations

from typing import TypeGuard

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import Http404

from secondwind.accounts.models import Audience, User
from secondwind.cases.chips import group_of
from secondwind.cases.errors import Refused
from secondwind.cases.models import Case
from secondwind.clinic import model
from secondwind.clinic.knowledge import Knowledge

Viewer = User | AnonymousUser


def known(viewer: Viewer) -> TypeGuard[User]:
    """Whether the viewer is signed in."""
    return viewer.is_authenticated


def owns(viewer: Viewer, case: Case) -> bool:
    """Whether it is the viewer's own."""
    return known(viewer) and case.owner_id == viewer.pk


def sees(viewer: Viewer, case: Case) -> bool:
    """Whether the viewer may see a case at all."""
    return owns(viewer, case) or (case.is_listed and among(case.audience, viewer))


def visible_cases(viewer: Viewer) -> QuerySet[Case]:
    """The cases that `sees` lets through."""
    audiences = [Audience.EVERYONE, *([Audience.MEMBERS] if known(viewer) else [])]
    shown = Q(is_listed=True, audience__in=audiences)
    return Case.objects.filter(shown | Q(owner=viewer) if known(viewer) else shown)


def case_for(viewer: Viewer, id: int) -> Case:
    """One case that the viewer may see; Http404 otherwise. 1 query."""
    case = Case.objects.select_related("owner").filter(pk=id).first()
    if case is None or not sees(viewer, case):
        raise Http404("no such case")
    return case


def own_case(viewer: Viewer, id: int) -> Case:
    """One of the viewer's own cases; Http404 otherwise, for moderators too."""
    case = case_for(viewer, id)
    if not owns(viewer, case):
        raise Http404("no such case")
    return case


def shown_to(viewer: Viewer, case: Case, knowledge: Knowledge) -> model.Case:
    """What of a case the viewer may see: without the fields that its owner shows to fewer."""
    told = case.told
    if owns(viewer, case) or not case.audiences:
        return told
    hidden = {group for group, audience in case.audiences.items() if not among(audience, viewer)}
    return _without(told, hidden, knowledge)


def shows(viewer: Viewer, case: Case, group: str) -> bool:
    """Whether a viewer who sees the case sees this group of it."""
    return owns(viewer, case) or among(case.audiences.get(group, Audience.EVERYONE), viewer)


def shown_among(audience: str, case: Case, knowledge: Knowledge) -> model.Case:
    """What of a case everybody of an audience may see."""
    alike = {audience, Audience.EVERYONE}
    return _without(case.told, {g for g, a in case.audiences.items() if a not in alike}, knowledge)


def _without(told: model.Case, hidden: set[str], knowledge: Knowledge) -> model.Case:
    return told.without((i.kind, i.id) for i in told.items if group_of(i, knowledge) in hidden)


def may_ask(user: User, case: Case) -> None:
    """Raise Refused unless somebody may ask the owner of a case for more."""
    may_write(user)
    if not sees(user, case) or case.audience == Audience.NOBODY:
        raise Refused("There is no such case.")
    if case.owner_id is None or case.owner_id == user.pk:
        raise Refused("Nobody can answer for this case any more." if not case.owner_id else "It is yours.")


def may_change(user: User, case: Case) -> None:
    """Raise Refused unless somebody may change a case."""
    if not owns(user, case):
        raise Refused("Only its owner can change a case.")


def may_write(user: User) -> None:
    """Raise Refused when a moderator has silenced or banned somebody."""
    if user.is_banned or user.is_silenced:
        raise Refused("A moderator has asked you to pause, so you cannot ask now.")


def among(audience: str, viewer: Viewer) -> bool:
    """Whether a viewer belongs to an audience."""
    return audience == Audience.EVERYONE or (audience == Audience.MEMBERS and known(viewer))
