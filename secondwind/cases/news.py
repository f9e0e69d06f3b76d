"""What people are told about cases: that a helper asks, and that the owner has answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import QuerySet
from django.urls import reverse

from secondwind.accounts.models import User
from secondwind.cases import access
from secondwind.cases.models import Ask
from secondwind.notifications.actions import telling
from secondwind.notifications.registry import Happening, Key

ASKED, ANSWERED = "case_asked", "case_answered"


def tell_owner(ask: Ask) -> None:
    """The owner hears that a helper asks."""
    if ask.case.owner is not None:
        telling.tell_person(ask.case.owner, Key(ASKED, str(ask.pk)))


def tell_helper(ask: Ask) -> None:
    """The helper hears that the owner has answered; the owner's own notification is read."""
    if ask.case.owner is not None:
        telling.seen(ask.case.owner, [Key(ASKED, str(ask.pk))])
    if ask.by is not None:
        telling.tell_person(ask.by, Key(ANSWERED, str(ask.pk)))


def asked(ids: Sequence[str], user: User) -> Mapping[str, Happening]:
    """What helpers asked somebody."""
    found = _asks(ids).filter(case__owner=user, reply="")
    return {str(ask.pk): _happening(ask, f"{_name(ask.by)} asks you something about") for ask in found}


def answered(ids: Sequence[str], user: User) -> Mapping[str, Happening]:
    """What somebody asked and has an answer to, as far as they may still see the case."""
    found = [ask for ask in _asks(ids).filter(by=user).exclude(reply="") if access.sees(user, ask.case)]
    return {str(ask.pk): _happening(ask, f"{_name(ask.case.owner)} answered you in") for ask in found}


def _asks(ids: Sequence[str]) -> QuerySet[Ask]:
    numbers = [int(id) for id in ids if id.isascii() and id.isdigit() and len(id) < 19]
    return Ask.objects.filter(pk__in=numbers).select_related("case__owner", "by")


def _happening(ask: Ask, what: str) -> Happening:
    """Without the question: mails are read on other people's machines."""
    case = ask.case
    path = case.address or reverse("cases:case", args=[case.pk])
    title = case.title or "a case"
    address = f"{path}#case-{case.pk}"
    return Happening(what=what, title=title, address=address, at=ask.answered_at or ask.at, is_public=False)


def _name(user: User | None) -> str:
    return user.username if user else "A former member"
