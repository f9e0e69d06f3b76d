"""What the pages of cases read. The viewer comes first."""

from __future__ import annotations

from django.db.models import Q

from secondwind.accounts.models import User
from secondwind.cases.models import Case, Change, NoMail


def own(user: User) -> list[Case]:
    """Somebody's own cases, the latest first. 1 query."""
    return list(Case.objects.filter(owner=user).select_related("owner"))


def history(case: Case) -> list[Change]:
    """What was changed in a case, the latest first. 1 query."""
    return list(case.changes.select_related("by"))


def told_together(case: Case) -> list[Case]:
    """The other complaints of the same account. 1 query."""
    main = case.told_with_id or case.pk
    found = Case.objects.filter(Q(told_with=main) | Q(pk=main)).exclude(pk=case.pk)
    return list(found.select_related("owner").order_by("pk"))


def wants_no_mail(user: User) -> bool:
    """Whether somebody is not asked by mail how it goes. 1 query."""
    return NoMail.objects.filter(user=user).exists()
