"""Telling of pain: a new value, a change, an entry taken away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from secondwind.accounts.models import User
from secondwind.clinic.knowledge import load
from secondwind.recovery.danger import SIGNS
from secondwind.recovery.errors import Refused
from secondwind.recovery.models import Pain, Slot
from secondwind.recovery.models.pain import MOST
from secondwind.recovery.queries import Site
from secondwind.runlog.models import Run

TAGS: Final = (
    "act_downhill",
    "act_uphill",
    "act_uneven",
    "act_fast",
    "act_long_run",
    "act_pushoff",
    "act_landing",
    "act_stairs_down",
    "act_walk",
    "act_stand_long",
    "time_first_steps",
    "ctx_new_shoes",
)
"""What may have provoked it, findings of the knowledge: what is told here can go into a check as it is."""

MOST_SITES: Final = 6  # of one entry
EARLIEST: Final = date(1950, 1, 1)


@dataclass(frozen=True, kw_only=True)
class Words:
    """What goes with a value. None leaves what an earlier entry of the day said."""

    tags: Sequence[str] | None = None
    signs: Sequence[str] | None = None
    note: str | None = None


@transaction.atomic
def record(
    owner: User,
    day: date,
    sites: Iterable[Site],
    slot: Slot,
    level: int,
    *,
    run: Run | None = None,
    words: Words = Words(),
) -> list[Pain]:
    """Tell how much some places hurt in one slot of a day, 0 to 10; what was told of it before is replaced.

    `run` must be of that day. Raises Refused.
    """
    places = list(dict.fromkeys(sites))
    _check(owner, day, places, level, run)
    User.objects.select_for_update().get(pk=owner.pk)  # a form sent twice at once makes one entry
    kept = []
    for site in places:
        pain = Pain.objects.filter(owner=owner, day=day, region=site.region, side=site.side).first()
        pain = pain or Pain(owner=owner, day=day, region=site.region, side=site.side)
        setattr(pain, slot, level)
        if run is not None:
            pain.run = run
        _say(pain, words)
        pain.save()
        kept.append(pain)
    return kept


@transaction.atomic
def change(pain: Pain, levels: Mapping[Slot, int | None], words: Words) -> Pain:
    """Put other values in an entry; at least one must be left. Raises Refused."""
    if all(level is None for level in levels.values()):
        raise Refused(_("Nothing is left of this entry. Give at least one number, or delete it."))
    for slot, level in levels.items():
        if level is not None and not 0 <= level <= MOST:
            raise Refused(_("Pain is a whole number from 0 to 10."))
        setattr(pain, slot, level)
    pain.tags, pain.signs = [], []
    _say(pain, words)
    pain.save()
    return pain


def delete(pain: Pain) -> None:
    """Take an entry away for good."""
    pain.delete()


def _check(owner: User, day: date, sites: Sequence[Site], level: int, run: Run | None) -> None:
    if not sites:
        raise Refused(_("Touch the place that hurts, or choose it from the list."))
    if len(sites) > MOST_SITES:
        raise Refused(_("At most %(most)s places go into one entry.") % {"most": MOST_SITES})
    known = load().regions
    if any(site.region not in known for site in sites):
        raise Refused(_("This site knows no such place."))
    if not 0 <= level <= MOST:
        raise Refused(_("Pain is a whole number from 0 to 10."))
    # Somewhere it is tomorrow already: a runner who has moved on must not be told that a day is to come.
    if not EARLIEST <= day <= timezone.localdate() + timedelta(days=1):
        raise Refused(_("The day is not in the past."))
    if run is not None and (run.owner_id != owner.pk or run.day != day):
        raise Refused(_("That run is of another day."))


def _say(pain: Pain, words: Words) -> None:
    """Put tags and signs of the lists, and a note, beside what the entry has."""
    if words.tags is not None:
        pain.tags = [tag for tag in TAGS if tag in {*pain.tags, *words.tags}]
    if words.signs is not None:
        pain.signs = [sign for sign in SIGNS if sign in {*pain.signs, *words.signs}]
    if words.note is not None:
        pain.note = words.note.strip()[:300]
