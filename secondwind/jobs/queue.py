"""The queue of tasks: claim one, run it, note how it ended; bring back those whose worker died."""

import logging
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeAlias

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone
from django_tasks_db.compat import TaskContext, TaskResultStatus, normalize_json
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction, retry

from secondwind.jobs import registry
from secondwind.jobs.errors import place_of, trace_of
from secondwind.jobs.models import Heartbeat

logger = logging.getLogger(__name__)

Result: TypeAlias = "DBTaskResult[..., Any]"

# How many workers may die in a job before it is taken for what kills them.
MOST_DEATHS = 3

# A job whose function is not there was enqueued by a newer version than this worker's, or an older one.
UNKNOWN_FUNCTION = registry.Retry(times=5, delay=timedelta(minutes=1))


class State(NamedTuple):
    """How many tasks of one function wait, run and failed, and what the last failure was."""

    name: str
    waiting: int
    running: int
    failed: int
    last_failure: str


def is_waiting() -> bool:
    """Whether a task could be claimed now; a cheap question, which takes no lock."""
    return DBTaskResult.objects.ready().exists()


def run_next(worker_id: str) -> bool | None:
    """Claim the next task and run it; whether it went well, None when there was none."""
    if not is_waiting():
        return None
    with exclusive_transaction():
        result = DBTaskResult.objects.ready().get_locked()
        if result is None:
            return None
        result.claim(worker_id)
    return _run(result)


def reclaim() -> int:
    """Put back the running tasks of workers that have fallen silent; how many there were.

    One that has lost `MOST_DEATHS` workers, or as many as its retry rule has runs, has failed.
    """
    alive = set(Heartbeat.objects.alive().values_list("worker_id", flat=True))
    lost = [r for r in DBTaskResult.objects.running() if not alive.intersection(r.worker_ids[-1:])]
    return sum(_put_back(result) for result in lost)


def states() -> list[State]:
    """Every function with a task that has not ended well, by name; what succeeded is nobody's worry."""
    unended = DBTaskResult.objects.exclude(status=TaskResultStatus.SUCCESSFUL).order_by("task_path")
    counts = unended.values("task_path").annotate(
        waiting=Count("pk", filter=Q(status=TaskResultStatus.READY)),
        running=Count("pk", filter=Q(status=TaskResultStatus.RUNNING)),
        failed=Count("pk", filter=Q(status=TaskResultStatus.FAILED)),
    )
    rows = counts.values_list("task_path", "waiting", "running", "failed")
    return [
        State(name, waiting, running, failed, _last_failure(name)) for name, waiting, running, failed in rows
    ]


def _last_failure(task_path: str) -> str:
    failed = DBTaskResult.objects.filter(task_path=task_path).exclude(traceback="")
    trace = failed.order_by("-started_at").values_list("traceback", flat=True).first()
    return trace.rpartition("\n")[2] if trace else ""


def _run(result: Result) -> bool:
    try:
        value = _value_of(result)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever one task does, the others must run
        _note_failure(result, error)
        return False
    result.set_successful(value)
    return True


def _value_of(result: Result) -> Any:
    task = result.task
    context: list[Any] = [TaskContext(task_result=result.task_result)] if task.takes_context else []
    given = result.args_kwargs
    return normalize_json(task.call(*context, *given["args"], **given["kwargs"]))


def _note_failure(result: Result, error: BaseException) -> None:
    rule, attempts = _rule_of(result), len(result.worker_ids)
    again = timezone.now() + rule.delay_after(attempts) if rule and attempts < rule.times else None
    logger.log(
        logging.WARNING if again else logging.ERROR,
        "%s failed in run %d: %s%s",
        result.task_path,
        attempts,
        place_of(error),
        f"; again at {again:%H:%M:%S}" if again else "",
        exc_info=settings.DEBUG,
    )
    _end_run(
        result,
        again,
        exception_class_path=f"{type(error).__module__}.{type(error).__qualname__}",
        traceback=trace_of(error),
    )


def _rule_of(result: Result) -> registry.Retry | None:
    try:
        return registry.retry_of(result.task.func)
    except Exception:  # noqa: BLE001 - a module that is not there, or one that cannot be imported for any reason
        return UNKNOWN_FUNCTION


def _put_back(result: Result) -> bool:
    rule, deaths = _rule_of(result), len(result.worker_ids)
    again = timezone.now() if deaths < max(MOST_DEATHS, rule.times if rule else 0) else None
    logger.warning("%s lost its worker%s", result.task_path, "; run again" if again else " too often")
    ended: bool = _end_run(result, again, traceback=f"Its worker ended in run {deaths}")
    return ended


@retry()
def _end_run(result: Result, again: datetime | None, **noted: str) -> bool:
    """Make the task ready for `again`, or failed; False when it is no longer in the run that was read."""
    ended = (
        {"status": TaskResultStatus.READY, "run_after": again}
        if again
        else {"status": TaskResultStatus.FAILED, "finished_at": timezone.now()}
    )
    this_run = DBTaskResult.objects.running().filter(pk=result.pk, started_at=result.started_at)
    return this_run.update(**ended, **noted) == 1
