"""Tasks: saved or lost with their data, tried again, brought back, and never told with a member's words."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from secondwind.jobs import queue
from secondwind.jobs import tasks as own_tasks
from secondwind.jobs.models import SILENCE, Heartbeat, Schedule
from secondwind.jobs.tests import sample_tasks as samples
from secondwind.jobs.worker import Tally

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

Work = Callable[[], Tally]


def test_a_task_whose_transaction_is_undone_never_runs(work: Work, tmp_path: Path) -> None:
    file = tmp_path / "notes"
    with transaction.atomic():
        samples.note.enqueue(str(file), "undone")
        transaction.set_rollback(True)
    with transaction.atomic():
        samples.note.enqueue(str(file), "done")
    assert work() == Tally(run=1, failed=0)
    assert file.read_text() == "done\n"


def test_a_task_waits_for_its_time(work: Work, tmp_path: Path) -> None:
    file = tmp_path / "notes"
    with time_machine.travel(NOON, tick=False) as clock:
        samples.note.using(run_after=NOON + MINUTE).enqueue(str(file), "late")
        assert work() == Tally(0, 0)
        clock.shift(MINUTE)
        assert work() == Tally(1, 0)


def test_a_failure_is_tried_again_ever_later_then_final_and_listed(
    work: Work, caplog: pytest.LogCaptureFixture
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        samples.fail_thrice.enqueue()
        for wait in (MINUTE, 4 * MINUTE):
            assert work() == Tally(run=1, failed=1)
            (state,) = queue.states()
            assert (state.waiting, state.failed) == (1, 0)
            clock.shift(wait - timedelta(seconds=1))
            assert work() == Tally(0, 0)
            clock.shift(timedelta(seconds=1))
        assert work() == Tally(run=1, failed=1)
        clock.shift(timedelta(days=1))
        assert work() == Tally(0, 0)
    (state,) = queue.states()
    assert (state.name, state.waiting, state.failed) == (samples.fail_thrice.module_path, 0, 1)
    assert state.last_failure.startswith("ValueError at secondwind/jobs/tests/sample_tasks.py:")
    assert "again at 12:01:00" in caplog.text
    assert "failed in run 3" in caplog.text


def test_a_task_without_a_rule_fails_once(work: Work) -> None:
    samples.fail.enqueue()
    assert work() == Tally(1, 1)
    assert [state.failed for state in queue.states()] == [1]


def test_no_message_of_an_error_is_kept_or_logged(work: Work, caplog: pytest.LogCaptureFixture) -> None:
    samples.fail.enqueue()
    work()
    (row,) = DBTaskResult.objects.failed()
    assert row.exception_class_path == "builtins.ValueError"
    assert "in fail" in row.traceback
    assert samples.SECRET not in row.traceback + caplog.text


def test_a_task_that_succeeds_at_last_is_no_failure(work: Work, tmp_path: Path) -> None:
    file = tmp_path / "notes"
    with time_machine.travel(NOON, tick=False) as clock:
        samples.succeed_at_last.enqueue(str(file))
        work()
        clock.shift(MINUTE)
        assert work() == Tally(run=1, failed=0)
    assert file.read_text() == "tried\ndone\n"
    assert queue.states() == []


def test_a_task_cannot_end_its_worker(work: Work, tmp_path: Path) -> None:
    file = tmp_path / "notes"
    samples.leave.enqueue()
    samples.note.enqueue(str(file), "after")
    assert work() == Tally(run=2, failed=1)
    assert file.exists()


def test_a_function_that_is_not_there_yet_is_asked_for_again(work: Work) -> None:
    samples.fail.enqueue()
    DBTaskResult.objects.update(task_path="secondwind.jobs.tests.sample_tasks.of_a_newer_version")
    assert work() == Tally(run=1, failed=1)
    (state,) = queue.states()
    assert state.waiting == 1
    assert state.last_failure.startswith("ImportError at ")


# --- Workers that die -------------------------------------------------------------------------------------


def die_in_the_middle(worker_id: str) -> None:
    """What is left of a worker that was killed in a task."""
    Heartbeat.objects.beat(worker_id)
    (task,) = DBTaskResult.objects.all()
    task.claim(worker_id)


def test_the_task_of_a_dead_worker_runs_again(work: Work, tmp_path: Path) -> None:
    file = tmp_path / "notes"
    with time_machine.travel(NOON, tick=False) as clock:
        samples.note_attempt.enqueue(str(file))
        die_in_the_middle("a worker")
        clock.shift(SILENCE - timedelta(seconds=1))
        own_tasks.reclaim()
        assert work() == Tally(0, 0), "a worker that was heard of just now may still be at it"
        clock.shift(timedelta(seconds=1))
        own_tasks.reclaim()
        assert work() == Tally(1, 0)
    assert file.read_text() == "2\n"


@pytest.mark.django_db
def test_a_task_that_outlives_no_worker_has_failed() -> None:
    samples.sleep_a_minute.enqueue()
    for number in range(1, queue.MOST_DEATHS + 1):
        die_in_the_middle(f"worker {number}")
        Heartbeat.objects.all().delete()
        assert queue.reclaim() == 1
    (state,) = queue.states()
    assert (state.waiting, state.running, state.failed) == (0, 0, 1)
    assert "worker" in state.last_failure


@pytest.mark.django_db(transaction=True)
def test_what_has_long_ended_is_forgotten(work: Work, tmp_path: Path) -> None:
    with time_machine.travel(NOON) as clock:
        samples.note.enqueue(str(tmp_path / "notes"), "done")
        samples.fail.enqueue()
        work()
        Heartbeat.objects.beat("long gone")
        Schedule.objects.create(name="test.no_longer_registered", next_run=NOON)
        clock.shift(timedelta(days=4))
        own_tasks.prune()
        assert [row.status for row in DBTaskResult.objects.all()] == ["FAILED"]
        assert not Heartbeat.objects.exists()
        assert Schedule.objects.count() == 1
        clock.shift(timedelta(days=27))
        own_tasks.prune()
    assert not DBTaskResult.objects.exists()
    assert not Schedule.objects.exists()
