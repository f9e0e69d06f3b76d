"""What this room has of somebody: given out when they ask, taken away when they leave."""

from collections.abc import Iterator
from typing import Any

from django.db import models, transaction

from secondwind.accounts.models import User
from secondwind.recovery.models import (
    Asking,
    Excerpt,
    Experiment,
    MorningQuestion,
    Pain,
    Return,
    ReturnEvent,
    WeekReport,
)

ABOUT = (
    "pain.json has one entry for each place and day (0 to 10: during, after, the next morning, 48 hours "
    "later), weeks.json the four questions of each week, returns.json your plans with return_events.json, "
    "excerpts.json the pictures that you share, experiments.json your experiments, questions.json when "
    "you were asked by mail and asking.json "
    "whether you are. A site of this kind reads all of it again with your runs, but for the pictures: what "
    "you shared is not shared again."
)
# Keys open something for whoever holds them, so an archive does without.
WITHHELD = frozenset({"owner", "key", "calendar_key"})


def collect(user: User) -> Iterator[tuple[str, object]]:
    """Everything of somebody, as files for the export."""
    yield "pain.json", _rows(Pain.objects.filter(owner=user))
    yield "weeks.json", _rows(WeekReport.objects.filter(owner=user))
    yield "returns.json", _rows(Return.objects.filter(owner=user))
    yield "return_events.json", _rows(ReturnEvent.objects.filter(plan__owner=user))
    yield "excerpts.json", _rows(Excerpt.objects.filter(owner=user))
    yield "experiments.json", _rows(Experiment.objects.filter(owner=user))
    yield "questions.json", _rows(MorningQuestion.objects.filter(owner=user))
    yield "asking.json", _rows(Asking.objects.filter(owner=user))


@transaction.atomic
def erase(user: User, keep_posts: bool) -> None:
    """Take all of it away; what was shared goes too, whatever becomes of the posts."""
    for model in (Pain, WeekReport, Return, Excerpt, Experiment, MorningQuestion, Asking):
        model._default_manager.filter(owner=user).delete()


def _rows(found: models.QuerySet[Any]) -> list[dict[str, Any]]:
    names = [field.attname for field in found.model._meta.concrete_fields if field.name not in WITHHELD]
    return list(found.order_by("pk").values(*names))
