"""A case as a pattern: where it hurts, spread to the places around, and what was said, in bits.

    places    each place is spread over its members and then to its neighbours (`neighbour`), further places
              count less (`next_place`); to places that were read from words is added where that hurts which
              what was said would fit without them (`place_guess`), since words for places are misread most.
              The vector has length one, so that the product of two is a cosine
    features  + sqrt(-log2 p) for a yes, - sqrt(-log2(1 - p)) for a no, p the share of injured runners who say
              yes (`base` of findings.yaml); so two yeses agree by the bits of the rarer thing said, and a yes
              against a no disagrees

The side is left out on purpose: a left knee and a right knee are the same pattern. What follows from a case
(ages, durations: `implied.derived`) is in the pattern. The numbers stand in `knowledge/similarity.yaml`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from secondwind.clinic.implied import derived
from secondwind.clinic.knowledge import Knowledge
from secondwind.clinic.model import Case, Effect, Item, Kind, Reply, Result
from secondwind.clinic.ranking import Weighing, is_marked, narrowed


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a case is compared by.

    `places` maps fine places (by number) to weights of length one together, and is empty when no place was
    told, nothing suspected, and too little said to guess one. `features` maps features (by number) to signed
    square roots of bits. `told` holds the features that were said, as opposed to those that stand next to
    them, and `named` the places as they were named, both in the order of the case. `fits` maps conditions (by
    number) to square roots of their shares.
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
        self.before = Weighing(Case(), known).shares_without_places()
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
        whole = derived(case, self.known)
        told = self._told(case, whole)
        weighing = Weighing(whole, self.known)
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
        features = {f: v for f, v in features.items() if v}
        return Pattern(
            self._places(case, weighing, math.fsum(v * v for v in features.values())),
            features,
            told,
            tuple(self.region[p.id] for p in narrowed(case, self.known)),
            self._fits(weighing),
        )

    def _fits(self, weighing: Weighing) -> dict[int, float]:
        if not weighing.places and not weighing.replies:
            return {}
        shares, _ = weighing.shares()
        least = self.numbers.fits_least
        return {i: math.sqrt(share) for i, share in enumerate(shares) if share >= least}

    def _value(self, feature: int, yes: bool) -> float:
        return self.weights[feature][0] if yes else -self.weights[feature][1]

    def _told(self, case: Case, whole: Case) -> dict[int, bool]:
        """What was said, and what follows from it as a yes: an implied no says nothing of its own."""
        told: dict[int, bool] = {}
        implied = whole.items[len(case.items) :]
        for item in (*case.items, *(i for i in implied if i.reply is Reply.YES)):
            if item.id in self.numbers.left_out:
                continue
            for key, yes in _said(item):
                if key in self.number:
                    told.setdefault(self.number[key], yes)
        return told

    def _places(self, case: Case, weighing: Weighing, bits: float) -> dict[int, float]:
        told = self._spread(self._told_places(case) or self._suspected_places(case))
        if any(is_marked(place) for place in weighing.places):
            return _of_length_one(told)
        shares = weighing.shares_without_places() if weighing.replies else []
        guess = self._spread(self._places_of(shares))
        if not told:
            least = self.numbers.place_guess_least
            sure = bits >= self.numbers.place_guess_bits and self._moved(shares) >= least
            return _of_length_one(guess) if sure else {}
        spread = _of_length_one(told)
        for region, weight in guess.items():
            _add(spread, region, weight * self.numbers.place_guess)
        return _of_length_one(spread)

    def _spread(self, places: Iterable[tuple[str, float]]) -> dict[int, float]:
        """Fine places, and of each a share for its neighbours."""
        spread: dict[int, float] = {}
        for fine, part in places:
            _add(spread, self.region[fine], part)
            for neighbour in self.known.regions[fine].neighbours:
                _add(spread, self.region[neighbour], part * self.numbers.neighbour)
        return spread

    def _places_of(self, shares: Sequence[float]) -> Iterator[tuple[str, float]]:
        """Where the conditions hurt, each with its share; nothing for no shares."""
        for condition, share in zip(self.known.conditions.values(), shares, strict=False):
            for place, weight in condition.regions.items():
                fine = self.known.regions[place].fine
                yield from ((member, share * weight / math.sqrt(len(fine))) for member in fine)

    def _moved(self, shares: Sequence[float]) -> float:
        """How much of the shares went elsewhere than before anything was said."""
        return math.fsum(max(0.0, share - before) for share, before in zip(shares, self.before, strict=False))

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


def _length(weights: Mapping[int, float]) -> float:
    return math.sqrt(math.fsum(w * w for w in weights.values()))


def _of_length_one(weights: Mapping[int, float]) -> dict[int, float]:
    length = _length(weights)
    return {key: weight / length for key, weight in weights.items()}


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
