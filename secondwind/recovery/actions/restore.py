"""Reading this room's part of an export again: pain, weeks, plans, experiments, and what was asked.

What is there already stays as it is. Pictures that were shared are not shared again. Every value is checked
as if it were typed: the archive comes from anybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from django.db import models
from django.utils import timezone

from secondwind.accounts.models import User
from secondwind.clinic.knowledge import load
from secondwind.recovery.actions.pain import TAGS
from secondwind.recovery.danger import SIGNS
from secondwind.recovery.models import (
    Asking,
    Experiment,
    MorningQuestion,
    Pain,
    Return,
    ReturnEvent,
    ReturnState,
    WeekReport,
)
from secondwind.runlog.actions.restore import BETWEEN, Archive, Damaged, Row, checked, columns

ROOT: Final = "recovery/"
MOST_BLOCKS: Final = 20
M = TypeVar("M", bound=models.Model)


def restore(owner: User, archive: Archive) -> Iterator[None]:
    """Put back what the owner lacks, some rows at a time. Doing it again adds only what was cut off."""
    yield from _Restoring(owner, archive).all()


class _Restoring:
    def __init__(self, owner: User, archive: Archive) -> None:
        self.owner, self.archive = owner, archive
        self._plans: dict[object, Return] = {}  # by the number in the archive

    def all(self) -> Iterator[None]:
        """Plans before what was told of them."""
        for name, what, take in (
            ("pain.json", "an entry of pain", self._pain),
            ("weeks.json", "the answers of a week", self._week),
            ("returns.json", "a plan", self._plan),
            ("return_events.json", "a day of a plan", self._event),
            ("experiments.json", "an experiment", self._experiment),
            ("questions.json", "a morning question", self._question),
            ("asking.json", "when you are asked", self._asking),
        ):
            for number, row in enumerate(self.archive.values(ROOT + name), 1):
                self.archive.attempt(what, take, row)
                if number % BETWEEN == 0:
                    yield

    def _pain(self, row: Row) -> None:
        pain = self._made(Pain, row, run_id=self.archive.run_of(row.get("run_id")))
        _check_place(pain.region)
        pain.tags = [tag for tag in TAGS if tag in _words(row.get("tags"))]
        pain.signs = [sign for sign in SIGNS if sign in _words(row.get("signs"))]
        if not Pain.objects.filter(
            owner=self.owner, day=pain.day, region=pain.region, side=pain.side
        ).exists():
            self._keep(pain, row)

    def _week(self, row: Row) -> None:
        week = self._made(WeekReport, row)
        if week.monday.weekday():
            raise Damaged("its week does not begin on a Monday")
        if not WeekReport.objects.filter(owner=self.owner, monday=week.monday).exists():
            self._keep(week, row)

    def _plan(self, row: Row) -> None:
        plan = self._made(Return, row)
        rules = load().plans.get(plan.plan)
        if rules is None or not 1 <= plan.first_stage <= len(rules.stages):
            raise Damaged("this site does not know such a plan")
        _check_place(plan.region)
        plan.condition = plan.condition if plan.condition in load().conditions else ""
        of_place = Return.objects.filter(owner=self.owner, region=plan.region, side=plan.side)
        here = of_place.filter(plan=plan.plan, started_on=plan.started_on).first()
        if here is not None:
            self._plans[row["id"]] = here  # what was told of it may have been cut off last time
            return
        if plan.state == ReturnState.ACTIVE and of_place.filter(state=ReturnState.ACTIVE).exists():
            plan.state, plan.ended_on = ReturnState.ENDED, timezone.localdate()
        self._keep(plan, row)
        self._plans[row["id"]] = plan

    def _event(self, row: Row) -> None:
        plan = self._plans.get(row["plan_id"])
        if plan is None:
            return
        rules = load().plans[plan.plan].rules
        event = checked(ReturnEvent(plan=plan, **columns(ReturnEvent, row, without=("plan", "run"))))
        event.run_id = self.archive.run_of(row.get("run_id"))
        event.flags = [flag.id for flag in rules.flags if flag.id in _words(row.get("flags"))]
        event.signs = [sign for sign in rules.stop_signs if sign in _words(row.get("signs"))]
        if not ReturnEvent.objects.filter(plan=plan, day=event.day, kind=event.kind).exists():
            event.save()

    def _experiment(self, row: Row) -> None:
        one = self._made(Experiment, row)
        _check_place(one.region)
        if not (1 <= one.blocks <= MOST_BLOCKS and one.sore <= 10):
            raise Damaged("its plan is none")
        same = {name: getattr(one, name) for name in ("started_on", "exposure", "region", "side", "seed")}
        if not Experiment.objects.filter(owner=self.owner, **same).exists():
            self._keep(one, row)

    def _question(self, row: Row) -> None:
        """So that nobody is asked again of a day; its key was not in the archive, and a new one is mailed to
        nobody."""
        question = self._made(MorningQuestion, row, run_id=self.archive.run_of(row.get("run_id")))
        if not MorningQuestion.objects.filter(owner=self.owner, day=question.day).exists():
            question.save()

    def _asking(self, row: Row) -> None:
        if not Asking.objects.filter(owner=self.owner).exists():
            self._made(Asking, row).save()

    def _made(self, model: type[M], row: Row, **more: Any) -> M:
        """A row of a table from the archive's columns, checked and not yet kept."""
        values = columns(model, row, without=("run", "key", "calendar_key"))
        made = checked(model(owner=self.owner, **values))
        for name, value in more.items():
            setattr(made, name, value)
        return made

    def _keep(self, made: models.Model, row: Row) -> None:
        """Save it, with the times it had: Django would write those of today."""
        times = {name: getattr(made, name) for name in ("made_at", "changed_at") if row.get(name)}
        made.save()
        if times:
            type(made)._default_manager.filter(pk=made.pk).update(**times)
        self.archive.came_back()


def _check_place(region: str) -> None:
    if region not in load().regions:
        raise Damaged("this site does not know its place of the body")


def _words(value: object) -> Sequence[str]:
    if not isinstance(value, list) or isinstance(value, Mapping):
        return []
    return [one for one in value if isinstance(one, str)]
