"""Functions run by the clock: each due time once, whoever asks, and whatever one of them does."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import OperationalError, connections

from secondwind import jobs
from secondwind.jobs import registry, schedule
from secondwind.jobs.models import Schedule
from secondwind.jobs.tests.sample_tasks import SECRET
from secondwind.jobs.worker import Tally, Worker

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
THREADS = 4

Work = Callable[[], Tally]


def test_a_new_function_runs_at_once_and_then_each_interval(work: Work) -> None:
    runs = []
    jobs.every(hours=1, name="test.hourly")(lambda: runs.append(1))
    with time_machine.travel(NOON, tick=False) as clock:
        work()
        assert len(runs) == 1
        clock.shift(timedelta(minutes=59))
        assert work() == Tally(0, 0)
        clock.shift(timedelta(minutes=1))
        assert work() == Tally(1, 0)
    assert len(runs) == 2


def test_missed_times_are_one_run_and_the_rhythm_stays(work: Work) -> None:
    runs = []
    jobs.every(hours=1, name="test.hourly")(lambda: runs.append(1))
    with time_machine.travel(NOON, tick=False) as clock:
        work()
        clock.shift(timedelta(hours=5, minutes=20))
        work()
        work()
    assert len(runs) == 2
    assert Schedule.objects.get().next_run == NOON + timedelta(hours=6)


def test_a_shorter_interval_holds_from_the_next_start(work: Work) -> None:
    def run() -> None: ...

    with time_machine.travel(NOON, tick=False):
        jobs.every(days=7, name="test.seldom")(run)
        work()
        jobs.every(minutes=5, name="test.seldom")(run)
        work()
    assert Schedule.objects.get().next_run == NOON + timedelta(minutes=5)


def test_an_error_is_kept_without_its_message_and_the_schedule_goes_on(
    work: Work, caplog: pytest.LogCaptureFixture
) -> None:
    fails, runs = [True], []

    def fail() -> None:
        if fails:
            raise LookupError(f"nobody is called {SECRET}")

    jobs.every(minutes=1, name="test.a_failing")(fail)
    jobs.every(minutes=1, name="test.b_running")(lambda: runs.append(1))
    with time_machine.travel(NOON) as clock:
        assert work() == Tally(run=2, failed=1)
        row = Schedule.objects.get(name="test.a_failing")
        assert row.last_error.startswith("LookupError at secondwind/jobs/tests/test_schedule.py:")
        assert row.last_finished is not None
        assert "test.a_failing failed: LookupError at" in caplog.text
        assert SECRET not in caplog.text + row.last_error

        fails.clear()
        clock.shift(timedelta(minutes=1))
        assert work() == Tally(run=2, failed=0)
    assert Schedule.objects.get(name="test.a_failing").last_error == ""
    assert len(runs) == 2


def race(function: Callable[[], Any]) -> None:
    """Call a function from several threads at the same moment, each with a connection of its own."""
    start = threading.Barrier(THREADS)

    def run() -> None:
        start.wait()
        try:
            function()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_workers_that_race_for_one_due_time_run_it_once() -> None:
    runs: list[int] = []
    jobs.every(hours=1, name="test.raced")(lambda: runs.append(1))
    (entry,) = registry.entries()

    def claim() -> None:
        while True:
            try:
                schedule.run_if_due(entry)
                return
            except OperationalError:  # SQLite's databases in memory do not wait for one another
                continue

    with time_machine.travel(NOON, tick=False) as clock:
        schedule.enter_all()
        for rounds in range(1, 11):
            race(claim)
            assert len(runs) == rounds
            clock.shift(timedelta(hours=1))


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_told_to_stop_starts_nothing_more() -> None:
    stop = threading.Event()
    jobs.every(hours=1, name="test.first")(stop.set)
    jobs.every(hours=1, name="test.second")(stop.set)
    assert Worker(stop).run_once().run == 1


def test_a_name_is_one_functions() -> None:
    def other() -> None: ...

    jobs.every(hours=1, name="test.name")(lambda: None)
    with pytest.raises(ValueError, match=r"test\.name is .*lambda.*, so .*other needs another"):
        jobs.every(hours=1, name="test.name")(other)


@pytest.mark.parametrize("words", [{"name": "x"}, {"name": "x", "hours": -1}, {"name": "", "hours": 1}])
def test_a_schedule_that_cannot_be_is_refused(words: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"say minutes, hours or days|characters"):
        jobs.every(**words)
