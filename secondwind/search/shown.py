"""What was found, as far as a viewer may see it: what the sources say of it now."""

from collections.abc import Collection, Sequence

from django.db import connection
from django.db.models import Q, QuerySet

from secondwind.accounts.models import Audience, User
from secondwind.accounts.pseudonyms import LONGEST, key_of
from secondwind.look.prepared import prepared
from secondwind.search.searching import Hit
from secondwind.search.sources import Card, Viewer, source

MOST_PEOPLE = 6
SPARE = 20  # hits that are asked for beyond those that are shown, where one of these is gone
LAST_SIGN = "\U0010ffff"

Key = tuple[str, int]  # a kind, and an id of it


def seen(viewer: Viewer, hits: Sequence[Hit], most: int) -> tuple[list[Hit], int]:
    """The first hits whose text the viewer may read, `most` of them, and how many there are with those that
    come later, of which nobody was asked. 1 query for each kind, and 1 more where one is gone."""
    asked = hits[: most + 1]  # and whether there is more
    found = _readable(viewer, asked)
    if len(found) < len(asked):
        asked = hits[: most + SPARE]
        found += _readable(viewer, asked[most + 1 :])
    return found[:most], len(found) + len(hits) - len(asked)


def _readable(viewer: Viewer, hits: Sequence[Hit]) -> list[Hit]:
    readable: dict[str, Collection[int]] = {}
    for kind in dict.fromkeys(hit.kind for hit in hits):
        if known := source(kind):
            readable[kind] = known.readable(viewer, [hit.ref for hit in hits if hit.kind == kind])
    return [hit for hit in hits if hit.ref in readable.get(hit.kind, ())]


def address(hit: Hit) -> str:
    """Where the best text of a hit is read; of a kind that no room has any more, nowhere."""
    known = source(hit.kind)
    return known.address(hit.ref) if known else ""


def cards(viewer: Viewer, hits: Sequence[Hit]) -> dict[Key, Card]:
    """The groups of hits that the viewer may find. 1 query for each kind."""
    found: dict[Key, Card] = {}
    for kind in dict.fromkeys(hit.kind for hit in hits):
        if known := source(kind):
            here = known.cards(viewer, [hit.group for hit in hits if hit.kind == kind])
            found |= {(kind, group): card for group, card in here.items()}
    return found


def people(viewer: Viewer, text: str) -> list[User]:
    """Members whose pseudonym begins like the text, as far as they show themselves. 1 query."""
    if not (2 <= len(text) <= LONGEST and text.isprintable()) or " " in text:
        return []
    key = key_of(text)
    audiences = (Audience.EVERYONE, *([Audience.MEMBERS] if viewer.is_authenticated else []))
    if connection.vendor == "sqlite":
        # It compares signs by their numbers, and takes no index for a pattern.
        return _named_between(key, f"{key}{LAST_SIGN}", audiences=audiences)
    return list(_named(Q(username_key__startswith=key), audiences))


def _named(which: Q, audiences: Sequence[str]) -> QuerySet[User]:
    found = User.objects.filter(which, is_active=True, banned_at=None, profile_audience__in=audiences)
    return found.only("username").order_by("username_key")[:MOST_PEOPLE]


@prepared
def _named_between(first: str, last: str, *, audiences: Sequence[str]) -> QuerySet[User]:
    return _named(Q(username_key__gte=first, username_key__lt=last), audiences)
