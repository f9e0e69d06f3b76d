"""Danger signs among what was told of pain. The clinic's rules say what they mean; nothing lowers them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from secondwind.accounts.models import User
from secondwind.clinic import triage
from secondwind.clinic.knowledge import SourceEntry, load
from secondwind.clinic.model import Case, Item, Kind, Side, Urgency
from secondwind.clinic.urgency import TIMING, Timing
from secondwind.recovery.models import Pain
from secondwind.recovery.queries import Site, pains_of

SIGNS: Final = (
    "rf_no_weight",
    "time_night",
    "tend_bone_spot",
    "sign_swell_joint",
    "sign_swell_calf",
    "sign_hot_red",
    "rf_fever",
    "qual_tingle",
    "sign_weak_footlift",
    "rf_pain_extreme",
    "rf_breath_chest",
)
"""The signs that every entry can tell, findings of the knowledge; the check asks the whole screen."""

ASK_FROM: Final = 6
"""Pain from which an entry asks for danger signs of itself: above the highest ceiling of any return plan."""

LASTING: Final = timedelta(days=14)
"""How long after its day a sign stands above the pages, unless its entry is changed."""

NO_RULE: Final = "No fixed rule goes off by this alone, but it should be looked at before you run on."


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that stands in the notice: what to do, because of what, at which place, and the source."""

    say: str
    because: tuple[str, ...]
    place: str
    day: date
    source: SourceEntry | None


@dataclass(frozen=True, slots=True)
class Notice:
    """What stands before everything else: the most urgent level in words, and what led to it."""

    timing: Timing
    told: tuple[Told, ...]


def case_of(site: Site, signs: Iterable[str]) -> Case:
    """A case of one place with these findings."""
    place = Item(Kind.PLACE, site.region, detail=site.side or Side.UNKNOWN)
    return Case((place, *(Item(Kind.FINDING, sign) for sign in signs)))


def notice_of(pains: Iterable[Pain]) -> Notice | None:
    """The notice for entries with danger signs; None when none of them holds one.

    A sign that fires no rule alone is still named, at the level of being seen within a week.
    """
    told: list[Told] = []
    levels: list[Urgency] = []
    for pain in pains:
        for urgency, one in _of(pain):
            levels.append(urgency)
            told.append(one)
    if not told:
        return None
    order = sorted(range(len(told)), key=lambda i: -levels[i].level)
    worst = levels[order[0]]
    return Notice(TIMING[worst], tuple(told[i] for i in order))


def lately(owner: User, today: date) -> Notice | None:
    """The notice for what somebody told within the last two weeks. One query."""
    return notice_of(pains_of(owner).filter(day__gte=today - LASTING).exclude(signs=[]))


def _of(pain: Pain) -> list[tuple[Urgency, Told]]:
    knowledge = load()
    signs = [sign for sign in pain.signs if sign in knowledge.findings]
    if not signs:
        return []
    site = Site(pain.region, pain.side)
    case = case_of(site, signs)
    alarms = triage.alarms(case, knowledge)
    found = [
        (
            triage.raised(alarm.action, case),
            Told(alarm.say, _labels(alarm.because), site.label, pain.day, knowledge.sources[alarm.source]),
        )
        for alarm in alarms
    ]
    spoken = {finding for alarm in alarms for finding in alarm.because}
    silent = [sign for sign in signs if sign not in spoken]
    if silent:
        found.append((Urgency.WITHIN_WEEK, Told(NO_RULE, _labels(silent), site.label, pain.day, None)))
    return found


def _labels(ids: Iterable[str]) -> tuple[str, ...]:
    knowledge = load()
    return tuple(knowledge.label(Kind.FINDING if id in knowledge.findings else Kind.PLACE, id) for id in ids)
