"""The way back to running, session by session: where somebody stands in a plan, and which rule said so.

Plain values in and out. `follow` goes through everything that happened since the start, each time anew, so a
number that is corrected later corrects every step after it. The rules are those of `return_plans.yaml`, whose
figures have their sources there: pain limits and "settled by the next morning" from Silbernagel et al. 2007
for tendons, no pain for bone (George et al. 2024), the rest is marked as expert judgement.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from secondwind.clinic.knowledge import Plan, PlanFlag

CLEAN_SESSIONS: Final = 2
"""Clean sessions at a stage before the next one (the plans' notes; consensus, no trial)."""

REST: Final = timedelta(days=2)
"""From one session to the next: a day without running lies between them (as above)."""

WEEK: Final = timedelta(days=7)
RISE: Final = 1.0
"""A rise of the mean pain from one week to the next that holds a plan back, of 10. Silbernagel et al. 2007
ask that it does not rise; that one point is a rise is expert judgement."""


class Rule(StrEnum):
    """The rules by their names, as pages show them."""

    FIRST_CLEAN = "first clean session"
    TWO_CLEAN = "two clean sessions"
    FINISHED = "last stage done"
    NOT_YET = "this stage takes its time"
    RISING = "rising from week to week"
    OVER_LIMIT = "over the limit"
    OVER_CEILING = "over the ceiling"
    ANY_PAIN = "bone allows no pain"
    NOT_SETTLED = "not settled by the next morning"
    TWICE = "twice in a row"
    SECOND_TIME = "a second time"
    FLAG = "the plan's own warning"
    FLAG_TWICE = "the same warning twice"
    DANGER = "danger sign"
    TOO_EARLY = "trail before its stage"
    NO_REST_DAY = "no rest day between"
    PAIN_UNTOLD = "pain not told"
    MORNING_AHEAD = "the next morning is to come"
    MORNING_UNTOLD = "next morning not told"
    PAUSED = "paused"
    RESUMED = "gone on"
    STOPPED = "stopped until looked at"
    CLEARED = "cleared to go on"


class Verdict(StrEnum):
    """What a step leads to."""

    ADVANCE = "advance"
    ONE_MORE = "one more"
    REPEAT = "repeat"
    BACK = "step back"
    STOP = "stop"
    WAIT = "wait"
    NOT_COUNTED = "not counted"
    DONE = "done"


class Status(StrEnum):
    """Where somebody stands now."""

    READY = "ready"
    RESTING = "resting"
    WAITING = "waiting"
    PAUSED = "paused"
    STOPPED = "stopped"
    DONE = "done"


class MarkKind(StrEnum):
    """What is told beside sessions."""

    PAUSE = "pause"
    RESUME = "resume"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True)
class Session:
    """One session: pain 0 to 10 (None: not told), what else the plan asks about, and danger signs."""

    day: date
    during: int | None = None
    after: int | None = None
    morning: int | None = None
    later: int | None = None
    flags: frozenset[str] = frozenset()
    signs: frozenset[str] = frozenset()
    uneven: bool = False  # on trail

    @property
    def worst(self) -> int | None:
        """The highest of during and after; None when neither was told."""
        return max((level for level in (self.during, self.after) if level is not None), default=None)

    @property
    def afterwards(self) -> int | None:
        """The highest from the next morning on."""
        return max((level for level in (self.morning, self.later) if level is not None), default=None)


@dataclass(frozen=True, slots=True)
class Mark:
    """A pause, its end, or that a clinician let somebody go on."""

    day: date
    kind: MarkKind


@dataclass(frozen=True, slots=True)
class Step:
    """What one event led to: at which stage it was (from 1), the rule, and the stage from then on."""

    day: date
    stage: int
    verdict: Verdict
    rule: Rule
    say: str
    to_stage: int


@dataclass(frozen=True, slots=True)
class Course:
    """All steps so far and where they lead. `next_on` is the first day for the next session, if one is open.

    `clean` counts the clean sessions at the present stage.
    """

    steps: tuple[Step, ...]
    stage: int
    clean: int
    status: Status
    next_on: date | None


def follow(
    plan: Plan,
    sessions: Iterable[Session],
    marks: Iterable[Mark] = (),
    *,
    today: date,
    first_stage: int = 1,
    usual: int = 0,
) -> Course:
    """Where somebody stands who began at `first_stage`. `usual` is the pain of a usual morning, 0 to 10.

    Raises ValueError for a plan that nobody follows on their own, and for a stage that it does not have.
    """
    if not plan.rules.on_your_own:
        raise ValueError(f"the plan {plan.id!r} is not followed on one's own")
    if not 1 <= first_stage <= len(plan.stages):
        raise ValueError(f"the plan {plan.id!r} has the stages 1 to {len(plan.stages)}")
    walk = _Walk(plan, today, first_stage, usual)
    order = {MarkKind.RESUME: 0, MarkKind.CLEARED: 0, MarkKind.PAUSE: 2}
    events: list[tuple[date, int, Session | Mark]] = [(one.day, 1, one) for one in sessions]
    events += [(mark.day, order[mark.kind], mark) for mark in marks]
    for _day, _order, event in sorted(events, key=lambda event: event[:2]):
        walk.take(event)
    return walk.course()


def planned(plan: Plan, course: Course, most: int = 6) -> list[tuple[date, int]]:
    """The next sessions if all goes well: day and stage, a day without running between them."""
    if course.next_on is None:
        return []
    found: list[tuple[date, int]] = []
    day, stage, clean = course.next_on, course.stage, course.clean
    while len(found) < most and stage <= len(plan.stages):
        found.append((day, stage))
        day, clean = day + REST, clean + 1
        if clean >= CLEAN_SESSIONS:
            stage, clean = stage + 1, 0
    return found


@dataclass(slots=True)
class _Walk:
    """One way through the events."""

    plan: Plan
    today: date
    stage: int
    usual: int
    clean: int = 0
    in_row: int = 0  # breaches, one after the other
    breaches: int = 0  # breaches since the start or since a clinician looked at it
    flagged: str = ""  # the flag of the session before
    since: date | None = None  # the first session of the present stage
    last: date | None = None
    rest_until: date | None = None
    waits: bool = False
    is_paused: bool = False
    is_stopped: bool = False
    is_done: bool = False
    steps: list[Step] = field(default_factory=list)
    history: list[tuple[date, int]] = field(default_factory=list)

    @property
    def limit(self) -> float:
        return self.plan.pain_limit

    @property
    def floor(self) -> int:
        """The first stage that is one: where a plan forks, its first sentence is a question."""
        return 2 if self.plan.rules.fork else 1

    def course(self) -> Course:
        status, next_on = self._now()
        return Course(tuple(self.steps), self.stage, self.clean, status, next_on)

    def _now(self) -> tuple[Status, date | None]:
        if self.is_done:
            return Status.DONE, None
        if self.is_stopped:
            return Status.STOPPED, None
        if self.is_paused:
            return Status.PAUSED, None
        next_on = max(
            self.today, self.last + REST if self.last else self.today, self.rest_until or self.today
        )
        if self.waits:
            return Status.WAITING, next_on
        return (Status.RESTING if next_on > self.today else Status.READY), next_on

    def take(self, event: Session | Mark) -> None:
        if isinstance(event, Mark):
            self._mark(event)
        else:
            self._session(event)

    # --- Marks ------------------------------------------------------------------------------------------

    def _mark(self, mark: Mark) -> None:
        if mark.kind is MarkKind.PAUSE:
            self.is_paused = True
            self._add(mark.day, Verdict.WAIT, Rule.PAUSED, "Paused: runs do not count until you go on.")
        elif mark.kind is MarkKind.RESUME:
            self.is_paused, self.clean, self.in_row = False, 0, 0
            self._add(
                mark.day, Verdict.REPEAT, Rule.RESUMED, f"Gone on at stage {self.stage}, with new sessions."
            )
        else:
            self.is_stopped, self.breaches, self.in_row, self.clean = False, 0, 0, 0
            say = f"Somebody has looked at it and let you run: go on at stage {self.stage}."
            self._add(mark.day, Verdict.REPEAT, Rule.CLEARED, say)

    # --- Sessions ---------------------------------------------------------------------------------------

    def _session(self, session: Session) -> None:
        if self.is_done:
            return
        if session.signs:
            self._danger(session)
        elif self.is_stopped:
            self._add(
                session.day, Verdict.NOT_COUNTED, Rule.STOPPED, "It does not count: the plan is stopped."
            )
        elif self.is_paused:
            self._add(session.day, Verdict.NOT_COUNTED, Rule.PAUSED, "It does not count: the plan is paused.")
        else:
            self._judge(session)
            self.last = session.day

    def _judge(self, session: Session) -> None:
        self.waits = False
        self.since = self.since or session.day
        if session.worst is not None:
            self.history.append((session.day, session.worst))
        if flag := next((flag for flag in self.plan.rules.flags if flag.id in session.flags), None):
            self._flag(session, flag)
            return
        self.flagged = ""
        if breach := self._breach_of(session):
            self._breach(session, *breach)
        elif missing := self._missing(session):
            rule, verdict, say = missing
            self.waits = verdict is Verdict.WAIT
            self._add(session.day, verdict, rule, say)
        else:
            self._clean(session)

    def _breach_of(self, session: Session) -> tuple[Rule, str] | None:
        worst, afterwards = session.worst or 0, session.afterwards or 0
        if self.plan.pain_max == 0 and max(worst, afterwards) > 0:
            return Rule.ANY_PAIN, f"Pain {max(worst, afterwards)}, and bone gives no safe amount"
        if worst > self.plan.pain_max:
            return Rule.OVER_CEILING, f"Pain {worst} is over the ceiling of {self.plan.pain_max:g}"
        if worst > self.limit:
            return Rule.OVER_LIMIT, f"Pain {worst} is over the limit of {self.limit:g}"
        if afterwards > self.usual:
            return Rule.NOT_SETTLED, f"Still {afterwards} afterwards, where {self.usual} is usual"
        return None

    def _missing(self, session: Session) -> tuple[Rule, Verdict, str] | None:
        """Why a session within the limits does not count, or not yet."""
        if session.worst is None:
            return Rule.PAIN_UNTOLD, Verdict.WAIT, "Tell how much it hurt, then it counts."
        if session.uneven and self.stage < self.plan.rules.uneven_stage:
            say = f"It does not count: it was on trail, which comes at stage {self.plan.rules.uneven_stage}."
            return Rule.TOO_EARLY, Verdict.NOT_COUNTED, say
        if self.last is not None and session.day - self.last < REST:
            say = "It does not count: no day without running lay before it."
            return Rule.NO_REST_DAY, Verdict.NOT_COUNTED, say
        if session.morning is None and self.today - session.day < REST:
            say = "Within the limit. Whether it counts, the next morning tells."
            return Rule.MORNING_AHEAD, Verdict.WAIT, say
        if session.morning is None:
            say = "It does not count: nobody told how the next morning was."
            return Rule.MORNING_UNTOLD, Verdict.NOT_COUNTED, say
        return None

    def _clean(self, session: Session) -> None:
        self.in_row = 0
        self.clean += 1
        clean = f"Pain {session.worst} is within {self.limit:g} and was back to usual the next morning"
        if self.clean < CLEAN_SESSIONS:
            say = f"{clean}. One more like it at stage {self.stage}."
            self._add(session.day, Verdict.ONE_MORE, Rule.FIRST_CLEAN, say)
        elif self.limit and (rise := self._rise(session.day)):
            self.clean = CLEAN_SESSIONS - 1
            say = f"{clean}, but the week's mean rose by {rise:.1f}. Stage {self.stage} once more."
            self._add(session.day, Verdict.REPEAT, Rule.RISING, say)
        elif left := self._days_left(session.day):
            say = f"{clean}. This stage takes {left} more days before the next change."
            self._add(session.day, Verdict.ONE_MORE, Rule.NOT_YET, say)
        elif self.stage == len(self.plan.stages):
            self.is_done = True
            self._add(
                session.day,
                Verdict.DONE,
                Rule.FINISHED,
                "Two clean sessions at the last stage: you are back.",
            )
        else:
            stage = self.stage
            self._to(stage + 1)
            say = f"Two clean sessions at stage {stage}: go on to stage {self.stage}."
            self._add(session.day, Verdict.ADVANCE, Rule.TWO_CLEAN, say, stage)

    def _rise(self, day: date) -> float:
        """By how much the mean pain of this week is over that of the week before; 0 when it is not a rise."""
        now = [pain for when, pain in self.history if day - WEEK < when <= day]
        before = [pain for when, pain in self.history if day - 2 * WEEK < when <= day - WEEK]
        if len(now) < 2 or len(before) < 2:
            return 0.0
        rise = sum(now) / len(now) - sum(before) / len(before)
        return rise if rise >= RISE else 0.0

    def _days_left(self, day: date) -> int:
        least = self.plan.rules.least_days.get(self.stage, 0)
        return max(0, least - (day - (self.since or day)).days)

    # --- Breaches ---------------------------------------------------------------------------------------

    def _breach(self, session: Session, rule: Rule, what: str) -> None:
        rules = self.plan.rules
        self.breaches += 1
        self.in_row += 1
        if rules.rest_after:
            self.rest_until = session.day + timedelta(days=rules.rest_after + 1)
        if rules.twice == "be_seen" and self.breaches > 1:
            self._stop(
                session, Rule.SECOND_TIME, f"{what}, a second time: no more running until it is looked at."
            )
        elif self.in_row > 1:
            self._back(session, Rule.TWICE, f"{what}, twice in a row")
        elif rules.over_limit == "back":
            self._back(session, rule, what)
        else:
            self.clean = 0
            say = f"{what}: do stage {self.stage} again."
            self._add(session.day, Verdict.REPEAT, rule, say)

    def _flag(self, session: Session, flag: PlanFlag) -> None:
        twice = flag.twice and self.flagged == flag.id
        self.flagged, self.in_row = flag.id, self.in_row + 1
        what = flag.label[:1].upper() + flag.label[1:]
        then = flag.twice if twice else flag.then
        if then == "be_seen":
            self._stop(
                session, Rule.FLAG_TWICE, f"{what}, twice in a row: have it looked at before you run on."
            )
        elif then == "back":
            self._back(session, Rule.FLAG, what)
        elif self.in_row > 1:
            self._back(session, Rule.TWICE, f"{what}, and the session before was not clean")
        else:
            self.clean = 0
            self._add(session.day, Verdict.REPEAT, Rule.FLAG, f"{what}: do stage {self.stage} again.")

    def _danger(self, session: Session) -> None:
        self.last = session.day
        self._stop(
            session,
            Rule.DANGER,
            "A danger sign: stop, and have it looked at. Nothing in this plan goes before it.",
        )

    def _back(self, session: Session, rule: Rule, what: str) -> None:
        stage = self.stage
        self._to(max(self.floor, stage - 1))
        where = f"back to stage {self.stage}" if self.stage < stage else f"stay at stage {self.stage}"
        self._add(session.day, Verdict.BACK, rule, f"{what}: {where}.", stage)

    def _stop(self, session: Session, rule: Rule, say: str) -> None:
        stage = self.stage
        self._to(max(self.floor, stage - 1))
        self.is_stopped = True
        self._add(session.day, Verdict.STOP, rule, say, stage)

    # --- Steps ------------------------------------------------------------------------------------------

    def _to(self, stage: int) -> None:
        self.stage, self.clean, self.in_row, self.since = stage, 0, 0, None

    def _add(self, day: date, verdict: Verdict, rule: Rule, say: str, stage: int = 0) -> None:
        self.steps.append(Step(day, stage or self.stage, verdict, rule, say, self.stage))


def stages_done(course: Course, stages: Sequence[str]) -> int:
    """How many stages are behind somebody."""
    return len(stages) if course.status is Status.DONE else course.stage - 1
