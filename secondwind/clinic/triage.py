"""Danger signs: a fixed screen for each part of the body, and fixed rules over the replies.

Deterministic, and before everything else. A rule fires on yeses and places alone; a no or an unsure never
does. So one more yes never lowers the urgency, and taking something back never raises an alarm (hypothesis
tests hold both). Being unsure about a screen question lowers nothing either: the answer lists it as
something to have looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from secondwind.clinic.implied import implied_signs
from secondwind.clinic.knowledge import Knowledge, Region, Rule, load
from secondwind.clinic.model import Alarm, Case, Kind, Reply, Urgency

VULNERABLE = "hx_vulnerable"
"""The finding that raises the final urgency by one level (clinical convention; asked on every screen)."""


def alarms(case: Case, knowledge: Knowledge | None = None) -> tuple[Alarm, ...]:
    """The danger-sign rules that fire, the most urgent first, then in the order of the file."""
    known = knowledge or load()
    signs = _Signs(case, known)
    fired = [alarm for rule in known.rules if (alarm := signs.alarm(rule))]
    return tuple(sorted(fired, key=lambda a: -a.action.level))


def alarms_in(cases: Iterable[Case], knowledge: Knowledge | None = None) -> tuple[Alarm, ...]:
    """The rules that fire in any complaint of an account, each once, the most urgent first."""
    known = knowledge or load()
    fired: dict[str, Alarm] = {}
    for case in cases:
        for alarm in alarms(case, known):
            fired.setdefault(alarm.rule, alarm)
    return tuple(sorted(fired.values(), key=lambda a: -a.action.level))


def screen_for(case: Case, knowledge: Knowledge | None = None) -> tuple[str, ...]:
    """The findings to ask about before anything else: those of the body areas of its places, in the order
    of the
    file, then those of every case.

    A case without a place gets the general screen.
    """
    known = knowledge or load()
    areas = {a for place in case.places for a in _areas(place.id, known)} or {"general"}
    asked = [f for area, findings in known.screens.items() if area in areas for f in findings]
    return tuple(dict.fromkeys([*asked, *known.screens["every_case"]]))


def unasked(case: Case, knowledge: Knowledge | None = None) -> tuple[str, ...]:
    """The findings of its screen that have no reply yet; unsure is a reply."""
    replied = case.replies
    return tuple(f for f in screen_for(case, knowledge) if f not in replied)


def unsure(case: Case, knowledge: Knowledge | None = None) -> tuple[str, ...]:
    """The findings of its screen that the runner could not say: somebody should look."""
    replied = case.replies
    return tuple(f for f in screen_for(case, knowledge) if replied.get(f) is Reply.UNSURE)


def raised(urgency: Urgency, case: Case) -> Urgency:
    """One level more urgent for a runner who is pregnant, over 70, on blood thinners or the like, as the
    screen asks.

    At most same-day: an emergency is a matter of signs.
    """
    if case.replies.get(VULNERABLE) is not Reply.YES or urgency.level >= Urgency.SAME_DAY.level:
        return urgency
    return list(Urgency)[urgency.level + 1]


def _areas(place: str, known: Knowledge) -> Iterator[str]:
    """The area of a place, and for a wider one every area that holds two or more of its members."""
    region = known.regions.get(place)
    if region is None:
        return
    yield region.area
    counts = Counter(known.regions[member].area for member in region.members)
    yield from (area for area, count in counts.items() if count > 1 and area != region.area)


class _Signs:
    """What a case holds, as the rules see it."""

    def __init__(self, case: Case, known: Knowledge) -> None:
        self.said = {i.id for i in case.of(Kind.FINDING, Reply.YES)}
        self.implied = implied_signs(case, known)
        self.yes = self.said | set(self.implied)
        self.places = [region for p in case.places if (region := known.regions.get(p.id))]

    def alarm(self, rule: Rule) -> Alarm | None:
        hits = [f for f in rule.any if f in self.yes]
        if not hits or not self.yes.issuperset(rule.all):
            return None
        places = [r.id for r in self.places if _touches(r, rule)]
        if rule.regions_any and not places:
            return None
        because = [part for f in (*rule.all, *hits) for part in self.parts(f)]
        return Alarm(
            rule=rule.id,
            action=rule.action,
            say=rule.say,
            because=tuple(dict.fromkeys([*because, *(places if rule.regions_any else [])])),
            conditions=rule.conditions,
            source=rule.source,
        )

    def parts(self, finding: str) -> tuple[str, ...]:
        """What the runner said for it: the finding itself, or what it follows from."""
        return (finding,) if finding in self.said else self.implied[finding]


def _touches(region: Region, rule: Rule) -> bool:
    """Whether a place is one of the rule, or a wider one of which the rule names at least half.

    A rule for the sit bone must not fire for "my leg"; where it should, it names the wider place itself.
    """
    named = sum(member in rule.regions_any for member in region.fine)
    return region.id in rule.regions_any or 2 * named >= len(region.fine)
