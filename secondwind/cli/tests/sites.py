"""Sites as an operator has them: a folder of their own, and commands in processes of their own."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_S = 120  # for a machine that is busy with other tests
ENQUEUE = """
import json, sys, django
django.setup()
from secondwind.jobs.tests import sample_tasks
for task, *arguments in json.loads(sys.argv[1]):
    getattr(sample_tasks, task).enqueue(*arguments)
"""


def hears_ctrl_c() -> None:
    """For a child: Ctrl-C ends it, although it was begun by tests in the background, which ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Site:
    """A site in a folder of its own, with nothing else in its environment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.started: list[subprocess.Popen[str]] = []

    def environment(self, variables: dict[str, str]) -> dict[str, str]:
        """No setting but the given ones."""
        return {
            "PATH": os.environ["PATH"],
            "VAR_DIR": str(self.folder),
            "DJANGO_SETTINGS_MODULE": "secondwind.config.settings",
        } | variables

    def run(self, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        """What a terminal gets from Python and these words."""
        return subprocess.run(
            [sys.executable, *words],
            env=self.environment(variables), cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S,
        )  # fmt: skip

    def command(self, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        """What it gets from `secondwind` and these words."""
        return self.run("-m", "secondwind", *words, **variables)

    def start(self, *words: str, **variables: str) -> "subprocess.Popen[str]":
        """Start `secondwind` in a process group of its own, as a terminal does."""
        self.started.append(subprocess.Popen(
            [sys.executable, "-m", "secondwind", *words],
            env=self.environment(variables), cwd=ROOT, start_new_session=True, preexec_fn=hears_ctrl_c,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        ))  # fmt: skip
        return self.started[-1]

    def enqueue(self, *calls: tuple[str, ...]) -> None:
        """Enqueue some of the sample tasks, each with its arguments."""
        run = self.run("-c", ENQUEUE, json.dumps(calls))
        assert run.returncode == 0, run.stderr

    def rows(self, query: str) -> list[Any]:
        """What stands in the database."""
        with closing(sqlite3.connect(self.folder / "secondwind.sqlite3")) as database, database:
            return database.execute(query).fetchall()

    def end(self) -> None:
        """End what was started and has not ended."""
        for process in self.started:
            kill(process)
            process.communicate()


def kill(process: "subprocess.Popen[str]") -> None:
    """End a process and its children at once, if any is left."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def ctrl_c(process: "subprocess.Popen[str]") -> str:
    """Press Ctrl-C, which a terminal sends to the whole group; what it and its children had printed.

    Most end at once; granian ends a worker that has not after 10 seconds.
    """
    os.killpg(process.pid, signal.SIGINT)
    return process.communicate(timeout=PATIENCE_S)[0]


def wait_until(is_so: Callable[[], Any], process: "subprocess.Popen[str]") -> None:
    """Wait for something while a process runs."""
    until = time.monotonic() + PATIENCE_S
    while not is_so():
        if process.poll() is not None or time.monotonic() > until:
            kill(process)
            pytest.fail(f"it did not happen: {process.communicate()[0]}")
        time.sleep(0.05)


def answer_of(url: str, process: "subprocess.Popen[str]") -> tuple[int, str]:
    """Status and text of the first answer, asked for until it comes or the server has ended."""
    until = time.monotonic() + PATIENCE_S
    while process.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=10) as response:
                return response.status, response.read().decode()
        except (ConnectionError, urllib.error.URLError):
            time.sleep(0.1)
    kill(process)
    pytest.fail(f"no answer from {url}: {process.communicate()[0]}")
