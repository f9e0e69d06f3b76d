"""Where an experiment stands: its blocks, the runs that count, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import Http404

from secondwind.accounts.models import User
from secondwind.recovery import why
from secondwind.recovery.models import Experiment, Pain, Slot
from secondwind.recovery.queries import Site
from secondwind.runlog import queries as runlog
from secondwind.runlog.statistics import RUNNING
from secondwind.running.exposure import Answer, Effect, Lag
from secondwind.running.exposure.trial import Block, Comparison, compare, schedule

SLOTS = {Lag.SAME_DAY: Slot.AFTER, Lag.NEXT_DAY: Slot.MORNING, Lag.TWO_DAYS: Slot.LATER}

SETTLED = timedelta(days=2)


@dataclass(frozen=True)
class Offer:
    """What somebody can experiment with; `key` is its word in a form."""

    key: str
    site: Site
    slot: Slot
    exposure: str
    label: str
    words: str


@dataclass(frozen=True)
class Told:
    """A run of an experiment: its day, id and block, the level that was told, and whether it counts."""

    day: date
    run: int
    block: Block
    level: int | None
    counts: bool


@dataclass(frozen=True)
class Standing:
    """An experiment today. `result` is there when it is over and both arms have enough runs."""

    row: Experiment
    blocks: tuple[Block, ...]
    told: tuple[Told, ...]
    now: Block | None
    is_over: bool
    result: Comparison | None

    @property
    def site(self) -> Site:
        """The place that is looked at."""
        return Site(self.row.region, self.row.side)

    @property
    def last(self) -> date:
        """Its last day as planned."""
        return self.blocks[-1].last


def experiment_for(owner: User, id: int) -> Experiment:
    """One of the owner's; Http404 for everybody else's."""
    row = Experiment.objects.filter(owner=owner, pk=id).first()
    if row is None:
        raise Http404("no such experiment")
    return row


def offers(owner: User, today: date) -> list[Offer]:
    """What the log has both ways: surfaces, shoes and hours, for each place. A spike is nothing to try."""
    found = why.of(owner, today)
    return [
        _offer(found, answer, effect)
        for answer in found.result.answers
        for effect in answer.effects
        if effect.of
    ]


def _offer(found: why.Why, answer: Answer, effect: Effect) -> Offer:
    label = why.runs_with(effect, effect.label)
    words = f"{label} ({effect.step}); {found.site(answer)}, {why.LAGS[answer.lag]}"
    key = f"{answer.site}|{answer.lag}|{effect.name}"
    return Offer(key, found.sites[answer.site], SLOTS[answer.lag], effect.name, label, words)


def blocks_of(row: Experiment) -> tuple[Block, ...]:
    """The blocks of an experiment, as its lot drew them."""
    return schedule(row.seed, row.started_on, row.blocks)


def is_under_way(row: Experiment, today: date) -> bool:
    """Whether it is followed today."""
    return row.stopped_on is None and today <= blocks_of(row)[-1].last


def standing(row: Experiment, today: date) -> Standing:
    """Where it stands. The comparison is not shown before it is over. 2 queries."""
    blocks = blocks_of(row)
    until = min(row.stopped_on or blocks[-1].last, today)
    pains = Pain.objects.filter(
        owner=row.owner_id, region=row.region, side=row.side, day__range=(row.started_on, until)
    )
    levels = {pain.day: getattr(pain, row.slot) for pain in pains}
    runs = runlog.runs_of(row.owner).filter(sport=RUNNING, day__range=(row.started_on, until))
    last = dict(sorted(runs.values_list("day", "pk")))  # the pain belongs to the last run of its day
    told = [
        Told(day, run, block, levels.get(day), block.counts(day) and levels.get(day) is not None)
        for day, run in sorted(last.items())
        for block in blocks
        if block.first <= day <= block.last
    ]
    under_way = is_under_way(row, today)
    is_over = row.stopped_on is not None or today > blocks[-1].last + SETTLED
    sore = [(one.day, (one.level or 0) >= row.sore) for one in told if one.counts]
    now = next((b for b in blocks if under_way and b.first <= today <= b.last), None)
    return Standing(row, blocks, tuple(told), now, is_over, compare(blocks, sore) if is_over else None)
