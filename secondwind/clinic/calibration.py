"""How the ranking does on cases whose diagnosis was confirmed, and what weights they would suggest.

    report = calibrate([Labelled(case, "itbs"), ...])
    report.top1, report.top3, report.log_loss, report.bins, report.proposals

Nothing here changes anything. A proposal moves the likelihood ratios of one line of evidence towards what the
cases say, each weighed by its variance (normal approximation of the log ratio, Katz et al. 1978):

    data    ln of: share of those with the condition who say yes / the same share of the others (no: likewise)
    expert  ln of the ratio in use, taken to be right within a factor of `EXPERT_FACTOR`

Who says nothing counts in the shares: runners leave out what they do not have, and what matters is that those
with the condition and the others leave out alike. Published figures stay, and so do priors: who confirms a
diagnosis here is no sample of injured runners. A danger sign is never proposed to weigh less.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from secondwind.clinic.implied import derived
from secondwind.clinic.knowledge import Evidence, Knowledge, load
from secondwind.clinic.model import Case, Reply
from secondwind.clinic.ranking import Weighing

EXPERT_FACTOR = 1.5
"""By which factor an expert estimate is off, as one standard deviation (expert judgement)."""

LEAST_CASES = 5
"""Fewer cases of a condition, or fewer who give an answer at all, propose nothing."""

LEAST_CHANGE = math.log(1.15)
"""A smaller change of a log likelihood ratio is not proposed."""

FOLDS = 5
BINS = 5


@dataclass(frozen=True, slots=True)
class Labelled:
    """A case and the id of the condition that it turned out to be."""

    case: Case
    diagnosis: str


@dataclass(frozen=True, slots=True)
class Bin:
    """Conditions that were given a share from `low` up to `high`: how many there were, their mean share, and
    how many of them were right.
    """

    low: float
    high: float
    n: int
    mean: float
    right: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """New likelihood ratios for one line of evidence. `yes`, `no` are the answers of those who have the
    condition, `yes_others`, `no_others` those of the others.
    """

    condition: str
    old: Evidence
    new: Evidence
    yes: int
    no: int
    yes_others: int
    no_others: int


@dataclass(frozen=True, slots=True)
class Fit:
    """How a ranking does: `top1` and `top3` are how many of `n` cases have their diagnosis there.

    `brier` is the mean over the cases of the summed squares of share minus outcome (0 to 2; Brier 1950);
    `log_loss` the mean of -ln of the share of the diagnosis, in nats.
    """

    n: int
    top1: int
    top3: int
    brier: float
    log_loss: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """`fit` of the weights in use; `bins` of its shares; the proposals; and `proposed`, the fit of weights
    proposed in the same way, each case ranked with weights that the other folds alone proposed. None when
    there are too few cases for folds.
    """

    fit: Fit
    bins: tuple[Bin, ...]
    proposals: tuple[Proposal, ...]
    proposed: Fit | None


def calibrate(labelled: Sequence[Labelled], knowledge: Knowledge | None = None) -> Calibration:
    """The report on labelled cases. Raises ValueError when there are none, or for an unknown condition."""
    known = knowledge or load()
    if not labelled:
        raise ValueError("there is no labelled case")
    for one in labelled:
        if one.diagnosis not in known.conditions:
            raise ValueError(f"there is no condition {one.diagnosis!r}")
    ready = [Labelled(derived(one.case, known), one.diagnosis) for one in labelled]
    ranked = [_ranked(one, known) for one in ready]
    return Calibration(
        _fit(ranked), _bins(ranked), tuple(_proposals(ready, known)), _cross_validated(ready, known)
    )


@dataclass(frozen=True, slots=True)
class _Ranked:
    """The shares of all conditions for a case, and the place and share of its diagnosis."""

    shares: Mapping[str, float]
    diagnosis: str

    @property
    def share(self) -> float:
        return self.shares[self.diagnosis]

    @property
    def place(self) -> int:
        """1 for the first. Of equal shares the worst place counts."""
        return sum(share >= self.share for share in self.shares.values())


def _ranked(one: Labelled, known: Knowledge) -> _Ranked:
    shares, _ = Weighing(one.case, known).shares()
    return _Ranked(dict(zip(known.conditions, shares, strict=True)), one.diagnosis)


def _fit(ranked: Sequence[_Ranked]) -> Fit:
    n = len(ranked)
    return Fit(
        n,
        sum(r.place <= 1 for r in ranked),
        sum(r.place <= 3 for r in ranked),
        math.fsum(_squares(r) for r in ranked) / n,
        math.fsum(-math.log(max(r.share, 1e-12)) for r in ranked) / n,
    )


def _squares(ranked: _Ranked) -> float:
    """The squares of share minus outcome over the conditions; "something else" is left out."""
    return math.fsum((share - (c == ranked.diagnosis)) ** 2 for c, share in ranked.shares.items())


def _bins(ranked: Sequence[_Ranked]) -> tuple[Bin, ...]:
    """The reliability table: in equal steps of the share; a step that no condition got is left out."""
    found: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for r in ranked:
        for condition, share in r.shares.items():
            if share >= 0.01:  # a hundred conditions at nearly nothing would say nothing
                found[min(BINS - 1, int(share * BINS))].append((share, condition == r.diagnosis))
    return tuple(
        Bin(
            i / BINS,
            (i + 1) / BINS,
            len(one),
            math.fsum(s for s, _ in one) / len(one),
            sum(r for _, r in one),
        )
        for i, one in enumerate(found)
        if one
    )


# Proposals.


def _proposals(labelled: Sequence[Labelled], known: Knowledge) -> Iterator[Proposal]:
    """In the order of the knowledge."""
    answers = _Answers(labelled)
    for condition in known.conditions.values():
        having = answers.cases[condition.id]
        others = len(labelled) - having
        if min(having, others) < LEAST_CASES:
            continue
        for old in condition.evidence:
            if old.basis != "expert":
                continue
            yes, no, yes_others, no_others = answers.of(condition.id, old.id)
            pos = _moved(old.lr_pos, (yes, having), (yes_others, others))
            neg = _moved(old.lr_neg, (no, having), (no_others, others))
            if known.findings[old.id].screen:
                pos, neg = max(pos, old.lr_pos), min(neg, old.lr_neg)
            new = replace(old, lr_pos=pos, lr_neg=neg)
            if new != old and (pos - 1) * (neg - 1) <= 0:
                yield Proposal(condition.id, old, new, yes, no, yes_others, no_others)


class _Answers:
    """How many cases there are of each condition, and how often each finding was answered in them."""

    def __init__(self, labelled: Iterable[Labelled]) -> None:
        self.cases: Counter[str] = Counter()
        self.counts: Counter[tuple[str, str, Reply]] = Counter()
        self.totals: Counter[tuple[str, Reply]] = Counter()
        for one in labelled:
            self.cases[one.diagnosis] += 1
            for finding, reply in one.case.replies.items():
                self.counts[one.diagnosis, finding, reply] += 1
                self.totals[finding, reply] += 1

    def of(self, condition: str, finding: str) -> tuple[int, int, int, int]:
        """Yes and no of those who have the condition, yes and no of the others."""
        yes, no = (self.counts[condition, finding, r] for r in (Reply.YES, Reply.NO))
        return yes, no, self.totals[finding, Reply.YES] - yes, self.totals[finding, Reply.NO] - no


def _moved(old: float, having: tuple[int, int], others: tuple[int, int]) -> float:
    """A ratio moved towards the answers, each (how many said it, of how many); as it was when few said it, it
    changes little, or it would speak the other way round.
    """
    (said, n), (said_others, n_others) = having, others
    if said + said_others < LEAST_CASES:
        return old
    data = math.log((said + 0.5) / (n + 1)) - math.log((said_others + 0.5) / (n_others + 1))
    variance = 1 / (said + 0.5) - 1 / (n + 1) + 1 / (said_others + 0.5) - 1 / (n_others + 1)
    expert = math.log(EXPERT_FACTOR) ** 2
    moved = math.log(old) + expert / (expert + variance) * (data - math.log(old))
    new = _rounded(math.exp(moved))
    if abs(math.log(new / old)) < LEAST_CHANGE or (new - 1) * (old - 1) < 0:
        return old
    return new


def _rounded(ratio: float) -> float:
    """As many digits as the files have, and never nothing."""
    return max(0.01, round(ratio, 2 if ratio < 2 else 1))


def _cross_validated(labelled: Sequence[Labelled], known: Knowledge) -> Fit | None:
    if len(labelled) < 2 * FOLDS:
        return None
    ranked: list[_Ranked] = []
    for fold in range(FOLDS):
        rest = [one for i, one in enumerate(labelled) if i % FOLDS != fold]
        moved = with_proposals(_proposals(rest, known), known)
        ranked += [_ranked(one, moved) for one in labelled[fold::FOLDS]]
    return _fit(ranked)


def with_proposals(proposals: Iterable[Proposal], known: Knowledge) -> Knowledge:
    """The knowledge as it would be with the proposals accepted."""
    moved = {(p.condition, p.old.id): p.new for p in proposals}
    conditions = {
        key: replace(c, evidence=tuple(moved.get((key, e.id), e) for e in c.evidence))
        for key, c in known.conditions.items()
    }
    return replace(known, conditions=conditions, memo={})
