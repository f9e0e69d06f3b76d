"""A case as a pattern: where it hurts, spread to the places around, and what was said, in bits.

    places    each place is spread over its members and then to its neighbours (`neighbour`), further places
              count less (`next_place`); the vector has length one, so that the product of two is a cosine
    features  + sqrt(-log2 p) for a yes, - sqrt(-log2(1 - p)) for a no, p the share of injured runners who say
              yes (`base` of findings.yaml); so two yeses agree by the bits of the rarer thing said, and a yes
              against a no disagrees

The side is left out on purpose: a left knee and a right knee are the same pattern. What follows from a case
(ages, durations: `implied.derived`) is in the pattern. The numbers stand in `knowledge/similarity.yaml`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from secondwind.clinic.implied import derived
from secondwind.clinic.knowledge import Knowledge
from secondwind.clinic.model import Case, Effect, Item, Kind, Reply, Result
from secondwind.clinic.ranking import Weighing, narrowed


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a case is compared by.

    `places` maps fine places (by number) to weights of length one together, and is empty when no place was
    told and nothing suspected. `features` maps features (by number) to signed square roots of bits. `told`
    holds the features that were said, as opposed to those that stand next to them, and `named` the places as
    they were named, both in the order of the case. `fits` maps conditions (by number) to square roots of
    their shares.
    """

    places: Mapping[int, float]
    features: Mapping[int, float]
    told: Mapping[int, bool]
    named: tuple[int, ...]
    fits: Mapping[int, float]

    @property
    def bits(self) -> float:
        """How much was said."""
        return math.fsum(v * v for v in self.features.values())


class Vocabulary:
    """The numbers of places and features, in the order of the knowledge, and what each of them weighs."""

    def __init__(self, known: Knowledge) -> None:
        self.known = known
        self.numbers = numbers = known.likeness
        self.regions = list(known.regions)
        self.region = {r: i for i, r in enumerate(self.regions)}
        self.keys: list[tuple[str, str]] = [("finding", f) for f in known.findings]
        for kind, ids in (
            ("tried", known.treatments),
            ("helped", known.treatments),
            ("done", known.tests),
            ("abnormal", known.tests),
            ("suspected", known.suspicions),
        ):
            self.keys += [(kind, id) for id in ids]
        self.number = {key: i for i, key in enumerate(self.keys)}
        self.weights = [self._weights(kind, id) for kind, id in self.keys]
        self.conditions = list(known.conditions)
        self.near = _pairs(numbers.near_findings, self.number)
        self.opposites = _pairs(numbers.opposites, self.number)

    @classmethod
    def of(cls, known: Knowledge) -> Vocabulary:
        """The vocabulary of a knowledge, made once."""
        if "similarity" not in known.memo:
            known.memo["similarity"] = cls(known)
        found: Vocabulary = known.memo["similarity"]
        return found

    def _weights(self, kind: str, id: str) -> tuple[float, float]:
        """(for a yes, for a no): square roots of bits."""
        n = self.numbers
        if kind == "finding":
            finding = self.known.findings[id]
            base, factor = finding.base or n.base, n.groups[finding.group]
            yes = min(n.bits_max, -math.log2(base)) * factor
            no = min(n.bits_max, max(n.bits_denied, -math.log2(1 - base))) * factor
        elif kind == "suspected":
            yes, no = n.suspicion_bits, min(n.suspicion_bits, n.bits_denied)
        else:
            yes = {"tried": n.tried_bits, "helped": n.helped_bits, "done": n.done_bits}.get(
                kind, n.result_bits
            )
            no = yes if kind in ("helped", "abnormal") else min(yes, n.bits_denied)
        return math.sqrt(yes), math.sqrt(no)

    def bits(self, feature: int, yes: bool) -> float:
        """What a yes or a no to a feature tells."""
        return self.weights[feature][0 if yes else 1] ** 2

    def pattern(self, case: Case) -> Pattern:
        """The pattern of a case. What the vocabulary does not have is passed over."""
        told = self._told(case)
        features = {f: self._value(f, yes) for f, yes in told.items()}
        for f, yes in told.items():
            for other in self.near.get(f, ()):
                if other not in told:
                    value = self._value(other, yes) * self.numbers.near
                    features[other] = max(features.get(other, value), value, key=abs)
        for f, yes in told.items():
            for other in self.opposites.get(f, ()) if yes else ():
                if other not in told:
                    features[other] = self._value(other, False) * self.numbers.opposed
        return Pattern(
            self._places(case),
            {f: v for f, v in features.items() if v},
            told,
            tuple(self.region[p.id] for p in narrowed(case, self.known)),
            self._fits(case),
        )

    def _fits(self, case: Case) -> dict[int, float]:
        weighing = Weighing(derived(case, self.known), self.known)
        if not weighing.places and not weighing.replies:
            return {}
        shares, _ = weighing.shares()
        least = self.numbers.fits_least
        return {i: math.sqrt(share) for i, share in enumerate(shares) if share >= least}

    def _value(self, feature: int, yes: bool) -> float:
        return self.weights[feature][0] if yes else -self.weights[feature][1]

    def _told(self, case: Case) -> dict[int, bool]:
        """What was said, and what follows from it as a yes: an implied no says nothing of its own."""
        told: dict[int, bool] = {}
        implied = derived(case, self.known).items[len(case.items) :]
        for item in (*case.items, *(i for i in implied if i.reply is Reply.YES)):
            if item.id in self.numbers.left_out:
                continue
            for key, yes in _said(item):
                if key in self.number:
                    told.setdefault(self.number[key], yes)
        return told

    def _places(self, case: Case) -> dict[int, float]:
        spread: dict[int, float] = {}
        for fine, part in self._told_places(case) or self._suspected_places(case):
            _add(spread, self.region[fine], part)
            for neighbour in self.known.regions[fine].neighbours:
                _add(spread, self.region[neighbour], part * self.numbers.neighbour)
        length = math.sqrt(math.fsum(w * w for w in spread.values()))
        return {r: w / length for r, w in spread.items()}

    def _told_places(self, case: Case) -> list[tuple[str, float]]:
        """Fine places with their weights; a wider place is shared out among its members."""
        told: list[tuple[str, float]] = []
        share = 1.0
        for place in narrowed(case, self.known):
            fine = self.known.regions[place.id].fine
            told += [(member, share / math.sqrt(len(fine))) for member in fine]
            share *= self.numbers.next_place
        return told

    def _suspected_places(self, case: Case) -> list[tuple[str, float]]:
        """Where that hurts what a runner suspects: who writes "plantar fasciitis" need not name the heel."""
        suspected = [s.id for s in case.of(Kind.SUSPICION, Reply.YES) if s.id in self.known.suspicions]
        conditions = [
            self.known.conditions[c] for s in suspected for c in self.known.suspicions[s].conditions
        ]
        return [place for condition in conditions for place in condition.regions.items()]


def _add(spread: dict[int, float], region: int, part: float) -> None:
    spread[region] = spread.get(region, 0.0) + part


def _said(item: Item) -> Iterator[tuple[tuple[str, str], bool]]:
    """The features that an item says yes or no to."""
    if item.reply is Reply.UNSURE:
        return
    yes = item.reply is Reply.YES
    if item.kind is Kind.FINDING:
        yield ("finding", item.id), yes
    elif item.kind is Kind.SUSPICION:
        yield ("suspected", item.id), yes
    elif item.kind is Kind.TREATMENT and yes:
        yield ("tried", item.id), True
        if item.detail in (Effect.BETTER, Effect.NO_CHANGE, Effect.WORSE):
            yield ("helped", item.id), item.detail == Effect.BETTER
    elif item.kind is Kind.TEST and yes:
        yield ("done", item.id), True
        if item.detail in (Result.CLEAR, Result.ABNORMAL):
            yield ("abnormal", item.id), item.detail == Result.ABNORMAL


def _pairs(
    pairs: tuple[tuple[str, str], ...], number: Mapping[tuple[str, str], int]
) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    for a, b in pairs:
        one, other = number["finding", a], number["finding", b]
        found[one] = (*found.get(one, ()), other)
        found[other] = (*found.get(other, ()), one)
    return found
