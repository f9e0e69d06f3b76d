"""Twelve weeks to share: made, attached, withdrawn."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _

from secondwind.accounts import attachments
from secondwind.accounts.attachments import Target
from secondwind.accounts.models import User
from secondwind.recovery import history
from secondwind.recovery.errors import Refused
from secondwind.recovery.history import Week
from secondwind.recovery.models import Excerpt
from secondwind.recovery.pictures.twelve import Twelve, twelve
from secondwind.recovery.queries import Site

MOST: Final = 20  # shared at once
# What a name of a shoe could tell of a day or a place.
_TELLING = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}|-?\d{1,3}[.,]\d{3,}|https?://\S+|\S+@\S+")


def weeks_of(owner: User, today: date) -> list[Week]:
    """The last twelve weeks, counted backwards. 5 queries."""
    first = today - timedelta(days=history.DAYS - 1)
    return history.weeks(history.of(owner, first, today), today)


def preview(
    weeks: Sequence[Week], unit: str, *, sites: Collection[Site] | None = None, with_shoes: bool = True
) -> Twelve:
    """The picture as others would see it: these places (None: all), shoes by name or not at all.

    Whatever in the name of a shoe could be a date, a place on a map or an address is left out.
    """
    plain = [
        replace(
            week,
            shoes=plain_names(week.shoes) if with_shoes else {},
            pain={site: worst for site, worst in week.pain.items() if sites is None or site in sites},
        )
        for week in weeks
    ]
    return twelve(plain, unit)


def share(owner: User, picture: Twelve, target: Target | None = None) -> Excerpt:
    """Keep a picture that others may see: attached to something of the owner's, or by its address alone.

    Raises Refused.
    """
    if Excerpt.objects.filter(owner=owner).count() >= MOST:
        raise Refused(_("You share %(most)s pictures already. Withdraw one first.") % {"most": MOST})
    return Excerpt.objects.create(
        owner=owner,
        svg=picture.svg,
        description=picture.description,
        table={"columns": picture.columns, "rows": picture.rows},
        target_kind=target.kind if target else "",
        target_id=target.id if target else None,
    )


def target_of(owner: User, key: str) -> Target | None:
    """What "thread:12" names among what the owner can attach to; None for nothing. Raises Refused."""
    if not key:
        return None
    found = next((one for one in attachments.offered(owner) if f"{one.kind}:{one.id}" == key), None)
    if found is None:
        raise Refused(_("That is not yours to attach to, or it is gone."))
    return found


def withdraw(excerpt: Excerpt) -> None:
    """Delete it: every page that shows it shows it by reference, so from now on none does."""
    excerpt.delete()


def plain_names(shoes: dict[str, float]) -> dict[str, float]:
    """Metres by the names of shoes, without what in a name could be a date, a place or an address."""
    found: dict[str, float] = {}
    for name, metres in shoes.items():
        plain = " ".join(_TELLING.sub("", name).split()) or "a pair"
        found[plain] = found.get(plain, 0.0) + metres
    return found
