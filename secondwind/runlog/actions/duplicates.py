"""Whether a run is in the log already, whichever watch, phone or service it came from before.

Nobody is in two places at once: recordings of one sport that run side by side are one run. What must agree,
and by how much, is ours; that legs, laps and strides that follow each other stay apart is tested.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import QuerySet

from secondwind.accounts.models import User
from secondwind.runlog.models import Run
from secondwind.running.activity import ON_FOOT

SAME_START_S = 60.0
SIDE_BY_SIDE = 0.75  # of the longer one's time
DISTANCE_RATIO = 0.85  # two receivers, or a footpod and a receiver
CLOSE_RATIO = 0.95
PAUSED_RATIO = 0.5  # one was paused, the other went on
VAGUE = frozenset({"", "generic", "training", "fitness_equipment"})


class Span(NamedTuple):
    """What two recordings are compared by; None is not known."""

    start: datetime
    elapsed_s: float | None
    distance_m: float | None
    sport: str


def twin_of(owner: User, span: Span, *, sha256: str = "", part: int = 1, external_id: str = "") -> Run | None:
    """The run of the owner's that this one is already, or None.

    It is the same when it came from the same bytes, under the same number of the same service, or when it
    was run at the same time.
    """
    runs = Run.objects.filter(owner=owner).select_related("original")
    if sha256 and (found := runs.filter(original__sha256=sha256, part=part).first()):
        return found
    if external_id and (found := runs.filter(external_id=external_id).first()):
        return found
    others = _around(runs, span)
    # Activities of one file are told apart by it.
    rest = (run for run in others if not (sha256 and run.original and run.original.sha256 == sha256))
    return _nearest(span, (run for run in rest if is_same(span, span_of(run))))


def span_of(run: Run) -> Span:
    """What a run is compared by."""
    return Span(run.start, run.elapsed_s, run.distance_m, run.sport)


def is_same(one: Span, other: Span) -> bool:
    """Whether two recordings are of one run."""
    if not _one_sport(one.sport, other.sport):
        return False
    apart_s = abs((one.start - other.start).total_seconds())
    way = _ratio(one.distance_m, other.distance_m)
    time = _ratio(one.elapsed_s, other.elapsed_s)
    if time is None:
        return _same_by_start(one, other, apart_s, way)
    if way is not None and way < DISTANCE_RATIO:
        return False
    if apart_s <= SAME_START_S and way is not None and way >= CLOSE_RATIO and time >= PAUSED_RATIO:
        return _overlap_s(one, other) > 0
    return _overlap_s(one, other) >= SIDE_BY_SIDE * max(one.elapsed_s or 0, other.elapsed_s or 0)


def _same_by_start(one: Span, other: Span, apart_s: float, way: float | None) -> bool:
    """Where a time is not known, start and distance must say it; the start alone only to the second."""
    if way is None:
        return apart_s < 1 and not (one.elapsed_s and other.elapsed_s)
    return apart_s <= SAME_START_S and way >= CLOSE_RATIO


def _around(runs: QuerySet[Run], span: Span) -> Iterable[Run]:
    """Those that may run beside it: the longer one is at most so much longer."""
    elapsed = span.elapsed_s or 0
    before = max(SAME_START_S, elapsed * (1 - SIDE_BY_SIDE) / SIDE_BY_SIDE)
    after = max(SAME_START_S, elapsed * (1 - SIDE_BY_SIDE))
    begin, end = span.start - timedelta(seconds=before), span.start + timedelta(seconds=after)
    return runs.filter(start__range=(begin, end)).order_by("start", "pk")[:50]


def _nearest(span: Span, runs: Iterable[Run]) -> Run | None:
    return min(runs, key=lambda run: abs((run.start - span.start).total_seconds()), default=None)


def _overlap_s(one: Span, other: Span) -> float:
    apart_s = (other.start - one.start).total_seconds()
    return min(one.elapsed_s or 0, apart_s + (other.elapsed_s or 0)) - max(0.0, apart_s)


def _ratio(one: float | None, other: float | None) -> float | None:
    """The smaller by the larger; None where one is not known."""
    return min(one, other) / max(one, other) if one and other else None


def _one_sport(one: str, other: str) -> bool:
    return one == other or one in VAGUE or other in VAGUE or {one, other} <= ON_FOOT
