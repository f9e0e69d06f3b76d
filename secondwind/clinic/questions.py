"""The question that would tell most, among those the runner can answer.

For an unanswered finding f and the conditions c with a share p(c) worth counting,

    P(yes) = sum of p(c) * theta(c, f),   theta from the pair of likelihood ratios, or the base rate where c
    does not list f gain   = H(p) - P(yes) H(p | yes) - P(no) H(p | no)         (bits; shares after an answer
    as the ranking would give them) score  = gain * (1 - unsure) - cost + danger_value * expected shift of
    the dangerous share

(expected information gain; unsure, cost and values stand in `engine.yaml`). Curated first questions of the
three leading conditions get a bonus. Hopping is never asked for where it could harm, and no loading test
while something urgent stands.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from secondwind.clinic.knowledge import Condition, Finding, Knowledge
from secondwind.clinic.model import Alarm, Case, Kind, MustNotMiss, Question, Reply, Source, Urgency
from secondwind.clinic.ranking import Listed, Weighing


def screen_findings(known: Knowledge) -> frozenset[str]:
    """The findings of all danger screens: answers to them do not use up the questions of a visit."""
    return frozenset(f for ids in known.screens.values() for f in ids)


def next_questions(
    case: Case, gains: Gains, alarms: Sequence[Alarm] = (), *, screened: bool = False
) -> tuple[Question, ...]:
    """The best questions, the most telling first; none when enough has been asked or nothing would tell much.

    `screened` says that the danger screen has been answered: only then does a confident leader end the
    questions.
    """
    engine, known = gains.weighing.engine, gains.weighing.tables.known
    screen = screen_findings(known)
    answered = sum(
        any(o.source is Source.ANSWER for o in i.origins) for i in case.of(Kind.FINDING) if i.id not in screen
    )
    confident = screened and max(gains.shares, default=0.0) >= engine.top1_confident
    if confident or answered >= engine.max_questions:
        return ()
    favoured = {f for c in gains.leaders(3) for f in c.ask_first}
    scored = []
    for finding in askable(case, known, alarms):
        found = gains.of(finding)
        if found is None or found.bits < engine.min_gain_bits:
            continue
        score = found.score(finding, known)
        if finding.id in favoured:
            score *= engine.ask_first_bonus
        scored.append((-score, finding.id, found.bits, finding))
    scored.sort()
    return tuple(_question(finding, bits) for _, _, bits, finding in scored[: engine.questions_at_once])


def must_not_miss(case: Case, gains: Gains, alarms: Sequence[Alarm] = ()) -> tuple[MustNotMiss, ...]:
    """The red-flag conditions that are not far-fetched here, the most urgent first, each with its clearing
    question.

    The question is the first of its curated ones that has no answer, else the one whose no would lower it
    most.
    """
    tables, engine = gains.weighing.tables, gains.weighing.engine
    open_ = {f.id: f for f in askable(case, tables.known, alarms)}
    found = [
        (c, share)
        for c, share in zip(tables.conditions, gains.shares, strict=True)
        if c.red_flag and share > engine.must_not_miss
    ]
    found.sort(key=lambda pair: (-pair[0].urgency.level, -pair[1], pair[0].id))
    return tuple(MustNotMiss(c.id, c.name, share, _clearing(c, open_, gains)) for c, share in found)


def _clearing(condition: Condition, open_: dict[str, Finding], gains: Gains) -> Question | None:
    lowering = sorted((e.lr_neg, e.id) for e in condition.evidence if e.lr_neg < 1)
    for key in [*condition.ask_first, *(key for _, key in lowering)]:
        if key in open_ and open_[key].group != "person":
            found = gains.of(open_[key])
            return _question(open_[key], found.bits if found else 0.0)
    return None


def _question(finding: Finding, bits: float) -> Question:
    return Question(finding.id, finding.question, max(0.0, bits), finding.self_test)


def askable(case: Case, known: Knowledge, alarms: Sequence[Alarm] = ()) -> Iterator[Finding]:
    """The findings that have a question, no reply yet, and may be asked of this runner."""
    replied = case.replies
    tested = {i.id for i in case.of(Kind.TEST)}
    results = {f for t in tested if t in known.tests for f in known.tests[t].clear_sets}
    hop = may_hop(case, known)
    urgent = any(a.action.level >= Urgency.SAME_DAY.level for a in alarms)
    for finding in known.findings.values():
        if not finding.question or finding.id in replied:
            continue
        if finding.group == "investigation" and finding.id not in results:
            continue  # nobody is asked what a scan showed that they did not have
        if finding.id in known.engine.hop_tests and not (hop and not urgent):
            continue
        if urgent and finding.self_test and finding.group == "activity":
            continue
        yield finding


def may_hop(case: Case, known: Knowledge) -> bool:
    """Whether hopping on that leg can be asked for: not when walking hurts or a high-risk bone site is
    marked.
    """
    replied, engine = case.replies, known.engine
    if any(replied.get(f) is Reply.YES for f in engine.no_hop_findings):
        return False
    return not any(p.id in engine.no_hop_places for p in case.places)


@dataclass(frozen=True, slots=True)
class Gain:
    """What a question is worth: `bits` of information, and the expected shift of the dangerous share."""

    bits: float
    danger: float

    def score(self, finding: Finding, known: Knowledge) -> float:
        engine = known.engine
        unsure = engine.unsure_self_test if finding.self_test else engine.unsure
        cost = engine.cost_self_test if finding.self_test else 0.0
        if finding.id in engine.hop_tests:
            cost = engine.cost_hop
        return self.bits * (1 - unsure) - cost + engine.danger_value * self.danger


class Gains:
    """Expected information gain of any finding for one weighing.

    Conditions below `active_share` and "something else" are one lump that answers at the base rate.
    """

    def __init__(self, weighing: Weighing) -> None:
        self.weighing = weighing
        engine, tables = weighing.engine, weighing.tables
        self.shares, _ = weighing.shares()
        self.active = {i: p for i, p in enumerate(self.shares) if p >= engine.active_share}
        weights = {u.level: engine.danger_weight.get(u.value, 0.0) for u in Urgency}
        self.danger = {i: weights[tables.levels[i]] for i in self.active}
        self.lump = max(0.0, 1.0 - math.fsum(self.active.values()))
        self.mass = math.fsum(p * self.danger[i] for i, p in self.active.items())
        self.plogp = math.fsum(map(_plogp, self.active.values())) + _plogp(self.lump)
        self.by_finding: dict[str, list[Listed]] = {}
        for i in self.active:
            for finding, listed in tables.by_condition[i].items():
                if finding not in weighing.replies:
                    self.by_finding.setdefault(finding, []).append(listed)

    def leaders(self, n: int) -> list[Condition]:
        """The conditions with the largest shares."""
        order = sorted(self.active, key=lambda i: (-self.active[i], i))[:n]
        return [self.weighing.tables.conditions[i] for i in order]

    def of(self, finding: Finding) -> Gain | None:
        """The gain of asking for a finding, or None when no condition in play would answer differently."""
        lines = self.by_finding.get(finding.id)
        if not lines:
            return None
        p_yes = finding.base + sum(self.active[x.condition] * (x.theta - finding.base) for x in lines)
        p_yes = min(1.0, max(0.0, p_yes))
        bits, danger = -self.plogp, 0.0
        for p, reply in ((p_yes, Reply.YES), (1 - p_yes, Reply.NO)):
            entropy, mass = self.after(lines, reply)
            bits -= p * entropy
            danger += p * abs(mass - self.mass)
        return Gain(bits, danger)

    def after(self, lines: list[Listed], reply: Reply) -> tuple[float, float]:
        """Entropy in bits and dangerous mass of the shares as they would be after a reply."""
        total, plogp, mass = 1.0, self.plogp, self.mass
        temperature = self.weighing.engine.temperature
        for x in lines:
            weight = x.weight(reply)
            if not weight:
                continue
            p = self.active[x.condition]
            change = self.weighing.change(x.condition, x.key(reply), abs(weight))
            new = p * math.exp(change / temperature)
            total += new - p
            plogp += _plogp(new) - _plogp(p)
            mass += (new - p) * self.danger[x.condition]
        return math.log2(total) - plogp / total, mass / total


def _plogp(p: float) -> float:
    return p * math.log2(p) if p > 0 else 0.0
