"""`secondwind jobs`: run the work beside the pages in a process of its own, and see how it is going."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Iterable, Sequence
from datetime import datetime
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from secondwind.jobs.worker import Worker


def main(argv: Sequence[str]) -> int:
    """Run jobs until Ctrl-C, or what `argv` says.

    0 is success, 1 that a job of `--once` failed or that the database cannot be used, 2 a wrong use.
    """
    options = _parser().parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secondwind.config.settings")
    import django
    from django.db import DatabaseError

    django.setup()
    try:
        if options.command == "list":
            return _list()
        return _run_once() if options.once else _run()
    except DatabaseError as error:
        print(f"The database cannot be used: {str(error).strip()}", file=sys.stderr)
        print("`secondwind migrate` makes the tables that are missing.", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="secondwind jobs",
        description="Run the work beside the pages in this process, until Ctrl-C. Needed where JOBS is not "
        "“thread”; as many as you like may run at once.",
    )
    parser.add_argument("command", nargs="?", choices=["list"], help="show when each job runs, and the queue")
    parser.add_argument("--once", action="store_true", help="run what is due now, then end (for cron)")
    return parser


# --- Run --------------------------------------------------------------------------------------------------


def _run() -> int:
    worker = _stoppable_worker()
    print("Running jobs (Ctrl-C stops, once more cuts the one that runs)", flush=True)
    worker.run()
    return 0


def _run_once() -> int:
    tally = _stoppable_worker().run_once()
    print(f"{_count(tally.run, 'job')} run, {tally.failed} failed")
    return 1 if tally.failed else 0


def _stoppable_worker() -> Worker:
    from secondwind.jobs.worker import Worker

    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()
        # The job that runs may end; a second signal cuts it, and it is run again elsewhere.
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    return Worker(stop)


# --- List -------------------------------------------------------------------------------------------------


def _list() -> int:
    from secondwind.jobs.models import Heartbeat

    alive = Heartbeat.objects.alive().count()
    print(f"{_count(alive, 'worker')} running" if alive else "No worker is running.")
    print("\nSchedule (UTC)")
    _print_table([("name", "last run", "next run", "last error"), *_schedule()])
    print("\nTasks")
    _print_table([("name", "waiting", "running", "failed", "last failure"), *_tasks()])
    return 0


def _schedule() -> Iterable[tuple[str, ...]]:
    from secondwind.jobs import registry
    from secondwind.jobs.models import Schedule

    rows = Schedule.objects.in_bulk()
    for entry in registry.entries():
        row = rows.get(entry.name)
        if row is None:
            yield entry.name, "never", "with the first worker", ""
        else:
            yield entry.name, _time(row.last_started), _time(row.next_run), row.last_error


def _tasks() -> Iterable[tuple[str, ...]]:
    from secondwind.jobs import queue

    for state in queue.states():
        counts = str(state.waiting), str(state.running), str(state.failed)
        yield state.name, *counts, state.last_failure


def _time(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment else "never"


def _print_table(rows: Sequence[tuple[str, ...]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  " + "  ".join(map(str.ljust, row, widths)).rstrip())


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
