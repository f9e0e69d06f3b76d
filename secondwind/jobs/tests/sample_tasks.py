"""Tasks that the tests enqueue. A task must stand in a module, because a worker finds it by its name."""

import time
from datetime import timedelta
from pathlib import Path

from django_tasks import TaskContext

from secondwind import jobs

SECRET = "runner@example.org"


@jobs.task()
def note(file: str, line: str) -> None:
    """Write a line at the end of a file."""
    with Path(file).open("a", encoding="utf-8") as out:
        out.write(f"{line}\n")


@jobs.task(takes_context=True)
def note_attempt(context: TaskContext, file: str) -> None:
    """Write the number of this run at the end of a file."""
    note.func(file, str(context.attempt))


@jobs.task()
def fail() -> None:
    """Fail for good."""
    raise ValueError(f"no such member: {SECRET}")


@jobs.task()
@jobs.retrying(times=3, delay=timedelta(minutes=1))
def fail_thrice() -> None:
    """Fail in each of three runs."""
    raise ValueError(f"no such member: {SECRET}")


@jobs.retrying(times=2)
@jobs.task()
def succeed_at_last(file: str) -> None:
    """Fail once, then write to the file."""
    if not Path(file).exists():
        note.func(file, "tried")
        raise ConnectionError
    note.func(file, "done")


@jobs.task()
def leave() -> None:
    """End the process, were it not for the worker."""
    raise SystemExit(1)


@jobs.task()
def sleep_a_minute() -> None:
    """Take long."""
    time.sleep(60)
