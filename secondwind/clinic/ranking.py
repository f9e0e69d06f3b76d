"""What fits a case: one share for each condition, and every line of its sum.

The model is naive Bayes in log-odds with four repairs (weights of evidence as in GLADYS, Spiegelhalter and
Knill-Jones 1984; the choice is argued on the method page): damped groups of answers, a share for "something
else", danger signs kept outside (triage.py), and all numbers in data files. For a condition c

    s(c) = ln prior(c) + lambda * ln(epsilon + place(c)) + sum over groups and signs of |W1| + rho |W2| +
    rho^2 |W3| ... + ln(alarm LR) when a danger-sign rule fired that names c

with W = ln LR+ for a yes, ln LR- for a no, 0 for unsure, unasked or unlisted, |W| at most ln 12, sorted by
size within one group and sign. place(c) is the weighted mean over the places r of max(weight of r, 0.35 * the
best weight among its neighbours): places marked on the map weigh the same, of those read from words each half
of the one before; a wider place counts as the best of its members times `wider_place`, and is left out when
one of its members is marked too. "Something else" has a fixed prior and place. Shares are the softmax of s /
T.

`low` and `high` of a share are its extremes when every expert weight is scaled by 0.6 or 1.4 (published ones
stay), and when the log prior is: a small fixed set, so the same case always gives the same span.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from secondwind.clinic.knowledge import Condition, Engine, Evidence, Knowledge, load
from secondwind.clinic.model import Alarm, Candidate, Case, Item, Kind, Reply, Source, Term, Urgency

FITS_WELL = "fits well"
POSSIBLE = "possible"
LESS_LIKELY = "less likely"
WHOLE_BODY = "whole_body"
"""The place of what is in no one place."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The conditions by share, the share of something else, and whether the answer is that we cannot tell."""

    candidates: tuple[Candidate, ...]
    other_share: float
    cannot_tell: bool


def rank(case: Case, knowledge: Knowledge | None = None) -> Ranking:
    """Every condition with its share of what was weighed, largest first; ties by prior, then by id.

    The case is taken as it is: call `derived` first to have ages, sides and tests weighed.
    """
    known = knowledge or load()
    return ranking_of(Weighing(case, known), case)


# What is worked out once for each version of the knowledge.


class Tables:
    """The numbers of all conditions by position, ready to be added up. `of` gives the one of a knowledge."""

    def __init__(self, known: Knowledge) -> None:
        self.known = known
        self.engine = known.engine
        self.conditions: tuple[Condition, ...] = tuple(known.conditions.values())
        self.log_prior = [math.log(c.prior) for c in self.conditions]
        self.levels = [c.urgency.level for c in self.conditions]
        groups = {name: i for i, name in enumerate(dict.fromkeys(f.group for f in known.findings.values()))}
        self.group = {f.id: groups[f.group] for f in known.findings.values()}
        self.listed: dict[str, list[Listed]] = {f: [] for f in known.findings}
        self.by_condition: list[dict[str, Listed]] = [{} for _ in self.conditions]
        for i, condition in enumerate(self.conditions):
            for evidence in condition.evidence:
                listed = Listed(i, evidence, self)
                self.listed[evidence.id].append(listed)
                self.by_condition[i][evidence.id] = listed
        self._places: dict[str, list[float]] = {}

    @classmethod
    def of(cls, known: Knowledge) -> Tables:
        if "tables" not in known.memo:
            known.memo["tables"] = cls(known)
        tables: Tables = known.memo["tables"]
        return tables

    def place(self, region: str) -> list[float]:
        """How well a place fits each condition, from 0 to 1."""
        if region not in self._places:
            self._places[region] = self._place(region)
        return self._places[region]

    def _place(self, region: str) -> list[float]:
        entry = self.known.regions[region]
        if entry.members:
            members = [self.place(m) for m in entry.members]
            return [self.engine.wider_place * max(column) for column in zip(*members, strict=True)]
        near = self.engine.neighbour_weight
        return [
            max(
                c.regions.get(region, 0.0),
                near * max((c.regions.get(n, 0.0) for n in entry.neighbours), default=0.0),
            )
            for c in self.conditions
        ]


class Listed:
    """One line of a condition's evidence, with its capped log-odds and the share of yeses among those who
    have it.

    A key is the damping group and sign of a weight as one number, odd for weights against.
    """

    __slots__ = (
        "basis",
        "condition",
        "expert",
        "finding",
        "key_no",
        "key_yes",
        "lr_neg",
        "lr_pos",
        "no",
        "source",
        "theta",
        "yes",
    )

    def __init__(self, condition: int, evidence: Evidence, tables: Tables) -> None:
        self.condition = condition
        self.finding = evidence.id
        self.lr_pos, self.lr_neg = evidence.lr_pos, evidence.lr_neg
        self.basis, self.source = evidence.basis, evidence.source
        self.expert = evidence.basis == "expert"
        cap = tables.engine.max_abs_log_lr
        self.yes = max(-cap, min(cap, math.log(evidence.lr_pos)))
        self.no = max(-cap, min(cap, math.log(evidence.lr_neg)))
        group = tables.group[evidence.id]
        self.key_yes = 2 * group + (self.yes < 0)
        self.key_no = 2 * group + (self.no < 0)
        self.theta = yes_share(evidence.lr_pos, evidence.lr_neg, tables.known.findings[evidence.id].base)

    def weight(self, reply: Reply) -> float:
        """The log-odds that a reply adds before damping; unsure adds nothing."""
        if reply is Reply.YES:
            return self.yes
        return self.no if reply is Reply.NO else 0.0

    def key(self, reply: Reply) -> int:
        return self.key_yes if reply is Reply.YES else self.key_no


def yes_share(lr_pos: float, lr_neg: float, base: float) -> float:
    """P(yes | condition) from its two likelihood ratios: LR+ (1 - LR-) / (LR+ - LR-).

    Where one ratio is 1 the pair does not determine it; then it is the base rate times LR+.
    """
    if lr_pos == 1 or lr_neg == 1:
        return min(0.99, base * lr_pos)
    return lr_pos * (1 - lr_neg) / (lr_pos - lr_neg)


# Weighing one case.


class Weighing:
    """The sums of all conditions for one case: `scores` by position, and `other`, the score of something
    else.

    `lines` holds, for each condition, its answered evidence with the reply and what it added after damping,
    in the order of the case; `expert` the part of each score that rests on expert weights.
    """

    def __init__(
        self,
        case: Case,
        known: Knowledge,
        without: frozenset[str] = frozenset(),
        alarms: Iterable[Alarm] = (),
    ) -> None:
        self.tables = tables = Tables.of(known)
        self.engine = engine = tables.engine
        self.replies = {f: r for f, r in case.replies.items() if f not in without}
        self.alarm = {c: alarm for alarm in reversed(tuple(alarms)) for c in alarm.conditions}
        self.places = narrowed(case, known) or self._nowhere()
        self.fit = _fit(self.places, tables)
        self.other = math.log(engine.other_prior)
        self.region = [0.0] * len(tables.conditions)
        if self.fit is not None:
            self.other += engine.region_lambda * math.log(engine.other_region)
            self.region = [engine.region_lambda * math.log(engine.region_epsilon + m) for m in self.fit]
        self.scores = [prior + place for prior, place in zip(tables.log_prior, self.region, strict=True)]
        self.expert = [0.0] * len(tables.conditions)
        self.lines: list[list[Line]] = [[] for _ in tables.conditions]
        self._stacks: dict[int, dict[int, list[float]]] = {}
        self._add_up()
        for i, condition in enumerate(tables.conditions):
            if condition.id in self.alarm:
                weight = math.log(self.alarm_lr(condition.id))
                self.scores[i] += weight
                self.expert[i] += weight

    def _nowhere(self) -> tuple[Item, ...]:
        """Where no place hurts and an emergency of the whole body is told ("she dropped in mid-stride"), that
        is the place: no knee explains it."""
        conditions = self.tables.known.conditions
        told = (conditions[c] for c, a in self.alarm.items() if a.action is Urgency.EMERGENCY)
        systemic = any(c.regions.get(WHOLE_BODY) == 1 for c in told)
        return (Item(Kind.PLACE, WHOLE_BODY),) if systemic else ()

    def alarm_lr(self, condition: str) -> float:
        """The likelihood ratio of the most urgent rule that fired and names the condition."""
        return self.engine.alarm_lr[self.alarm[condition].action.value]

    def _add_up(self) -> None:
        for finding, reply in self.replies.items():
            for listed in self.tables.listed.get(finding, ()):
                self.lines[listed.condition].append(Line(listed, reply))
        rho = self.engine.group_damping
        for i, lines in enumerate(self.lines):
            factors: dict[int, float] = {}
            for line in sorted(lines, key=_size, reverse=True):
                factor = factors.get(line.key, 1.0)
                factors[line.key] = factor * rho
                line.weight *= factor
                self.scores[i] += line.weight
                if line.listed.expert:
                    self.expert[i] += line.weight

    def shares(self) -> tuple[list[float], float]:
        """The share of each condition, and of something else."""
        return softmax(self.scores, self.other, self.engine.temperature)

    def shares_without_places(self) -> list[float]:
        """The same of each condition by what was replied alone, wherever it hurts."""
        scores = [score - place for score, place in zip(self.scores, self.region, strict=True)]
        return softmax(scores, math.log(self.engine.other_prior), self.engine.temperature)[0]

    def stacks(self, condition: int) -> dict[int, list[float]]:
        """The undamped sizes of a condition's weights in each damping group and sign, largest first."""
        found = self._stacks.get(condition)
        if found is None:
            found = self._stacks[condition] = _stacks(self.lines[condition])
        return found

    def change(self, condition: int, key: int, size: float) -> float:
        """How much a condition's score changes when one weight is added to a group and sign."""
        rho = self.engine.group_damping
        total, factor, placed = 0.0, 1.0, False
        for other in self.stacks(condition).get(key, ()):
            if not placed and size >= other:
                total += size * factor
                placed = True
            if placed:
                total -= other * factor * (1 - rho)  # it moves one place down
            factor *= rho
        if not placed:
            total += size * factor
        return -total if key & 1 else total

    def changes(self, condition: int, added: Iterable[tuple[int, float]]) -> float:
        """The same for several weights, each as (group and sign, size)."""
        grown: dict[int, list[float]] = {}
        for key, size in added:
            grown.setdefault(key, []).append(size)
        rho, stacks, total = self.engine.group_damping, self.stacks(condition), 0.0
        for key, sizes in grown.items():
            old = stacks.get(key, [])
            more = damped(sorted([*old, *sizes], reverse=True), rho) - damped(old, rho)
            total += -more if key & 1 else more
        return total


class Line:
    """A reply to a line of a condition's evidence, and its weight (after damping, once the weighing is
    done).
    """

    __slots__ = ("key", "listed", "reply", "weight")

    def __init__(self, listed: Listed, reply: Reply) -> None:
        self.listed = listed
        self.reply = reply
        self.weight = listed.weight(reply)
        self.key = listed.key(reply)


def _size(line: Line) -> float:
    return abs(line.weight)


def _stacks(lines: list[Line]) -> dict[int, list[float]]:
    stacks: dict[int, list[float]] = {}
    for line in lines:
        size = abs(line.listed.weight(line.reply))
        if size:
            stacks.setdefault(line.key, []).append(size)
    for stack in stacks.values():
        stack.sort(reverse=True)
    return stacks


def narrowed(case: Case, known: Knowledge) -> tuple[Item, ...]:
    """The places that are weighed: those the knowledge has, a wider one only when none of its members is
    marked.
    """
    places = [p for p in case.places if p.id in known.regions]
    marked = {p.id for p in places}
    return tuple(p for p in places if not marked.intersection(known.regions[p.id].members))


def is_marked(place: Item) -> bool:
    """Whether a place was marked on the map or answered, and not only read from words."""
    return not place.origins or any(o.source is not Source.WORDS for o in place.origins)


def _fit(places: tuple[Item, ...], tables: Tables) -> list[float] | None:
    """The weighted mean fit of the places for each condition, or None when there is no place."""
    if not places:
        return None
    columns = [tables.place(p.id) for p in places]
    weights: list[float] = []
    for place in places:
        weights.append(1.0 if is_marked(place) or not weights else weights[-1] * tables.engine.next_place)
    total = math.fsum(weights)
    return [
        sum(w * m for w, m in zip(weights, column, strict=True)) / total
        for column in zip(*columns, strict=True)
    ]


def damped(sizes: Iterable[float], rho: float) -> float:
    """The largest, plus rho times the next, plus rho squared times the one after; `sizes` are sorted,
    largest first.
    """
    total, factor = 0.0, 1.0
    for size in sizes:
        total += size * factor
        factor *= rho
    return total


def softmax(scores: list[float], other: float, temperature: float) -> tuple[list[float], float]:
    """The share of each score and of `other`; they sum to one."""
    top = max(max(scores, default=other), other)
    parts = [math.exp((s - top) / temperature) for s in scores]
    rest = math.exp((other - top) / temperature)
    total = math.fsum(parts) + rest
    return [p / total for p in parts], rest / total


# From sums to candidates.


def ranking_of(weighing: Weighing, case: Case) -> Ranking:
    """The ranking of a case that has been weighed."""
    conditions, engine = weighing.tables.conditions, weighing.engine
    shares, other = weighing.shares()
    spans = _spans(weighing, shares)
    order = sorted(range(len(shares)), key=lambda i: (-shares[i], -conditions[i].prior, conditions[i].id))
    cannot_tell = not order or other >= shares[order[0]] or shares[order[0]] < engine.cannot_tell
    terms = _Terms(weighing, case)
    candidates = []
    for i in order:
        lines = terms.of(i)
        candidates.append(
            Candidate(
                condition=conditions[i].id,
                name=conditions[i].name,
                share=shares[i],
                low=spans[i][0],
                high=spans[i][1],
                fit=fit_word(shares[i], cannot_tell=cannot_tell, engine=engine),
                pros=terms.sorted(t for t in lines if terms.speaks(t) > 0),
                cons=terms.sorted(t for t in lines if terms.speaks(t) < 0),
                terms=lines,
            )
        )
    return Ranking(tuple(candidates), other, cannot_tell)


def fit_word(share: float, *, cannot_tell: bool, engine: Engine) -> str:
    """The word for a share; nothing fits well when we cannot tell."""
    if share >= engine.fits_well and not cannot_tell:
        return FITS_WELL
    return POSSIBLE if share >= engine.possible else LESS_LIKELY


class _Terms:
    """The lines of the sums as terms, with labels and the runner's words."""

    def __init__(self, weighing: Weighing, case: Case) -> None:
        self.weighing = weighing
        engine, known = weighing.engine, weighing.tables.known
        self.labels = {f: known.findings[f].label for f in weighing.replies if f in known.findings}
        self.words = {item.id: item.words for item in case.of(Kind.FINDING)}
        self.neutral = engine.region_lambda * math.log(engine.other_region)
        self.place_label = ", ".join(known.regions[p.id].label for p in weighing.places)
        self.place_words = " … ".join(p.words for p in weighing.places if p.words)

    def of(self, i: int) -> tuple[Term, ...]:
        """Prior, place, then the replies in the order of the case."""
        weighing = self.weighing
        condition = weighing.tables.conditions[i]
        prior = weighing.tables.log_prior[i]
        terms = [
            Term("prior", "how common it is", "", prior, condition.prior, "expert", condition.prior_basis)
        ]
        if weighing.fit is not None:
            fit = weighing.engine.region_epsilon + weighing.fit[i]
            place = weighing.region[i]
            terms.append(
                Term("region", self.place_label, "yes", place, fit, "expert", "expert", self.place_words)
            )
        for line in weighing.lines[i]:
            listed = line.listed
            key = listed.finding
            lr = (
                listed.lr_pos if line.reply is Reply.YES else listed.lr_neg if line.reply is Reply.NO else 1.0
            )
            terms.append(
                Term(
                    key,
                    self.labels[key],
                    line.reply.value,
                    line.weight,
                    lr,
                    listed.basis,
                    listed.source,
                    self.words.get(key, ""),
                )
            )
        alarm = weighing.alarm.get(condition.id)
        if alarm:
            lr = weighing.alarm_lr(condition.id)
            label = f"danger sign ({alarm.rule})"
            terms.append(Term("alarm", label, "yes", math.log(lr), lr, "expert", alarm.source))
        return tuple(terms)

    def speaks(self, term: Term) -> float:
        """Above 0 for, below 0 against. A place speaks against when it fits less than "something else"
        does.
        """
        if term.finding == "prior":
            return 0.0
        return term.weight - self.neutral if term.finding == "region" else term.weight

    def sorted(self, terms: Iterable[Term]) -> tuple[Term, ...]:
        return tuple(sorted(terms, key=lambda t: (-abs(self.speaks(t)), t.finding)))


def _spans(weighing: Weighing, shares: list[float]) -> list[tuple[float, float]]:
    """The least and greatest share of each condition over the fixed set of perturbations, itself included."""
    engine = weighing.engine
    lows, highs = shares, shares
    for scale in engine.expert_scale:
        for part, other in (
            (weighing.expert, 0.0),
            (weighing.tables.log_prior, math.log(engine.other_prior)),
        ):
            moved = [s + (scale - 1) * p for s, p in zip(weighing.scores, part, strict=True)]
            there, _ = softmax(moved, weighing.other + (scale - 1) * other, engine.temperature)
            lows = list(map(min, lows, there))
            highs = list(map(max, highs, there))
    return list(zip(lows, highs, strict=True))
