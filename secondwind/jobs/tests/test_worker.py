"""The loop: it outlives errors without haste, tells that it lives, and ends when told."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.db import connection
from django_tasks_db.models import DBTaskResult
from pytest_django.fixtures import Settings

from secondwind import jobs
from secondwind.jobs.models import Heartbeat, Schedule
from secondwind.jobs.tests import sample_tasks
from secondwind.jobs.worker import Worker, start_thread


@contextmanager
def running() -> Iterator[Worker]:
    """A worker in a thread, which must end within two seconds."""
    worker = Worker(threading.Event())
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield worker
    finally:
        worker.stop.set()
        thread.join(2)
        assert not thread.is_alive()


def wait_for(event: threading.Event) -> None:
    assert event.wait(10)


@pytest.mark.django_db(transaction=True)
def test_a_worker_runs_what_is_due_and_signs_off() -> None:
    ran, may_go_on = threading.Event(), threading.Event()

    def run() -> None:
        ran.set()
        may_go_on.wait(10)

    jobs.every(hours=1, name="test.run")(run)
    with running():
        wait_for(ran)
        assert Heartbeat.objects.alive().count() == 1
        may_go_on.set()
    assert not Heartbeat.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_schedule_that_is_long_overdue_keeps_no_task_waiting(tmp_path: Path) -> None:
    order: list[str] = []
    may_end = threading.Event()

    def note(name: str) -> None:
        order.append(name)
        if len(order) == 3:
            may_end.set()

    file = tmp_path / "notes"
    for name in ("test.a", "test.b", "test.c"):
        jobs.every(hours=1, name=name)(lambda: note("task" if file.exists() else "function"))
    sample_tasks.note.enqueue(str(file), "done")
    with running():
        wait_for(may_end)
    assert order == ["function", "task", "task"], "the task ran after the first function"


@pytest.mark.django_db(transaction=True)
def test_a_function_of_the_schedule_cannot_end_the_worker() -> None:
    ran = threading.Event()
    jobs.every(hours=1, name="test.a_leaving")(lambda: sys.exit(1))
    jobs.every(hours=1, name="test.b_running")(ran.set)
    with running():
        wait_for(ran)
    assert Schedule.objects.get(name="test.a_leaving").last_error.startswith("SystemExit at ")


def pauses(caplog: pytest.LogCaptureFixture) -> list[object]:
    """For how many seconds the worker said that it rests, each time that it did."""
    return [
        record.args[0]
        for record in caplog.records
        if record.name == "secondwind.jobs.worker" and isinstance(record.args, tuple) and record.args
    ]


@pytest.mark.django_db(transaction=True)
def test_a_database_that_fails_is_asked_again_ever_more_rarely(caplog: pytest.LogCaptureFixture) -> None:
    ran = threading.Event()
    jobs.every(hours=1, name="test.run")(ran.set)
    table = DBTaskResult._meta.db_table
    with connection.schema_editor() as editor:
        editor.alter_db_table(DBTaskResult, table, f"{table}_away")
    try:
        with running() as worker:
            until = time.monotonic() + 10
            while len(pauses(caplog)) < 2 and time.monotonic() < until:
                time.sleep(0.05)
            assert pauses(caplog) == [2.0, 4.0]
            assert worker.errors == 2
    finally:
        with connection.schema_editor() as editor:
            editor.alter_db_table(DBTaskResult, f"{table}_away", table)
    assert ran.is_set(), "the schedule does not need the queue"
    with running() as worker:
        while Schedule.objects.filter(last_finished=None).exists() or not worker.id:
            time.sleep(0.05)
        assert worker.errors == 0


@pytest.mark.parametrize("jobs_setting", ["process", "none"])
def test_pages_alone_start_no_worker(settings: Settings, jobs_setting: str) -> None:
    settings.JOBS = jobs_setting
    assert start_thread() is None


def test_a_word_for_jobs_that_nobody_knows_is_an_error(settings: Settings) -> None:
    assert run_checks(tags=["jobs"]) == []
    settings.JOBS = "threads"
    (message,) = run_checks(tags=["jobs"])
    assert "thread, process, none" in (message.hint or "")
