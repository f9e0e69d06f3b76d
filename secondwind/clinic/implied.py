"""What follows from a case: ages, durations, sides and tests as replies, and danger signs told in parts.

The rules are data (`knowledge/implied.yaml`, and `clear_sets` and `abnormal_sets` of
`knowledge/tests.yaml`). An implied reply has the origins of what it follows from and no words of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from secondwind.clinic.knowledge import Implication, Knowledge, load
from secondwind.clinic.model import Case, Effect, Item, Kind, Origin, Reply, Result


def derived(case: Case, knowledge: Knowledge | None = None) -> Case:
    """The case with every reply added that follows from it. What the runner replied stays as it is."""
    known = knowledge or load()
    state = _State(case, known)
    added: dict[str, Item] = {}
    for _test, item in _from_tests(case, known):
        if item.id not in state.replies:
            added.setdefault(item.id, item)
            state.put(item)
    for item in _closure(state, known.implications):
        added[item.id] = item
    return replace(case, items=case.items + tuple(added.values())) if added else case


def implied_signs(case: Case, knowledge: Knowledge) -> dict[str, tuple[str, ...]]:
    """The findings that follow as a yes from the yeses and places of a case, each with the ids it rests on.

    Unlike `derived` it also gives those that the runner answered with no: parts that add up to a danger sign
    stay one. It rests on nothing that could be taken back with the opposite effect, so fewer items never
    give more signs.
    """
    state = _State(case, knowledge, yeses_only=True)
    found: dict[str, tuple[str, ...]] = {}
    for test, item in _from_tests(case, knowledge):
        if item.reply is Reply.YES and item.id not in state.replies:
            found[item.id] = (test,)
            state.put(item)
    for rule, item, parts in state.follow(r for r in knowledge.implications if monotone(r)):
        found[item.id] = tuple(dict.fromkeys(p for part in parts for p in found.get(part, (part,)))) or (
            rule.why,
        )
    return found


def monotone(rule: Implication) -> bool:
    """Whether it answers yes, and only from what is there (a yes, a place, both sides), never from what is
    not.
    """
    one_side = any(side != "both" for side in rule.side)
    return rule.reply is Reply.YES and not rule.no_any and not one_side


def _closure(state: _State, rules: Iterable[Implication]) -> Iterator[Item]:
    for _rule, item, _parts in state.follow(rules):
        yield item


def _from_tests(case: Case, known: Knowledge) -> Iterator[tuple[str, Item]]:
    """What the results of tests answer, with the test that does."""
    for item in case.of(Kind.TEST, Reply.YES):
        test = known.tests.get(item.id)
        if test is None:
            continue
        sets = {Result.CLEAR: test.clear_sets, Result.ABNORMAL: test.abnormal_sets}
        for finding, reply in sets.get(_result(item), {}).items():
            yield test.id, Item(Kind.FINDING, finding, reply, origins=_silent(item.origins))


def _result(item: Item) -> Result:
    return Result(item.detail) if item.detail in set(Result) else Result.UNKNOWN


def _silent(origins: Iterable[Origin]) -> tuple[Origin, ...]:
    """The same places in the account, without the words."""
    return tuple(dict.fromkeys(replace(o, words="") for o in origins))


class _State:
    """The replies and places of a case while implications are followed to the end."""

    def __init__(self, case: Case, known: Knowledge, *, yeses_only: bool = False) -> None:
        self.case = case
        self.known = known
        self.items = {i.id: i for i in case.of(Kind.FINDING) if not yeses_only or i.reply is Reply.YES}
        self.replies = {key: item.reply for key, item in self.items.items()}
        self.places = {p.id: p for p in case.places}
        self.effects = {(i.id, i.detail): i for i in case.of(Kind.TREATMENT, Reply.YES)}
        self.side = case.side
        self._fine: dict[tuple[str, ...], frozenset[str]] = {}

    def put(self, item: Item) -> None:
        self.items[item.id] = item
        self.replies[item.id] = item.reply

    def follow(self, rules: Iterable[Implication]) -> Iterator[tuple[Implication, Item, tuple[str, ...]]]:
        """Each rule that holds, the item it gives and the ids it rests on, until nothing more follows."""
        waiting = list(rules)
        while True:
            still: list[Implication] = []
            found = False
            for rule in waiting:
                if rule.then in self.replies:
                    continue
                parts = self.holds(rule)
                if parts is None:
                    still.append(rule)
                    continue
                found = True
                origins = _silent(o for part in parts for o in part.origins)
                item = Item(Kind.FINDING, rule.then, rule.reply, origins=origins)
                self.put(item)
                yield rule, item, tuple(part.id for part in parts)
            if not found:
                return
            waiting = still

    def holds(self, rule: Implication) -> list[Item] | None:
        """The items that make the rule hold, or None when it does not."""
        if not self._facts(rule):
            return None
        parts: list[Item] = []
        for keys, reply in ((rule.any, Reply.YES), (rule.no_any, Reply.NO)):
            hits = [self.items[k] for k in keys if self.replies.get(k) is reply]
            if keys and not hits:
                return None
            parts += hits
        if any(self.replies.get(k) is not Reply.YES for k in rule.all):
            return None
        parts += [self.items[k] for k in rule.all]
        if rule.places_any:
            hits = [p for key, p in self.places.items() if self._within(key, rule.places_any)]
            if not hits:
                return None
            parts += hits
        if rule.treatments_any:
            tried = [self.effects.get((t, rule.effect or Effect.UNKNOWN)) for t in rule.treatments_any]
            hits = [t for t in tried if t]
            if not hits:
                return None
            parts += hits
        return parts

    def _facts(self, rule: Implication) -> bool:
        """Side, age and duration."""
        return (
            (not rule.side or self.side in rule.side)
            and _between(self.case.age, rule.age_from, rule.age_under)
            and _between(self.case.duration_days, rule.days_from, rule.days_under)
        )

    def _within(self, place: str, listed: tuple[str, ...]) -> bool:
        """Whether the place is listed, or is a wider one whose members all are."""
        if place in listed:
            return True
        region = self.known.regions.get(place)
        return bool(region and region.members) and set(region.members) <= set(listed)  # type: ignore[union-attr]


def _between(value: float | None, at_least: float | None, below: float | None) -> bool:
    if at_least is None and below is None:
        return True
    if value is None:
        return False
    return (at_least is None or value >= at_least) and (below is None or value < below)
