"""`secondwind jobs`, and that a served site runs its jobs without any other process."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_S = 120  # for a machine that is busy with other tests
ENQUEUE = """
import sys, django
django.setup()
from secondwind.jobs.tests import sample_tasks
getattr(sample_tasks, sys.argv[1]).enqueue(*sys.argv[2:])
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

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """What a terminal gets from Python and these words."""
        return subprocess.run(
            [sys.executable, *words],
            env=self.environment({}), cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S,
        )  # fmt: skip

    def command(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """What it gets from `secondwind` and these words."""
        return self.run("-m", "secondwind", *words)

    def start(self, *words: str, **variables: str) -> "subprocess.Popen[str]":
        """Start `secondwind` in a process group of its own, as a terminal does."""
        self.started.append(subprocess.Popen(
            [sys.executable, "-m", "secondwind", *words],
            env=self.environment(variables), cwd=ROOT, start_new_session=True, preexec_fn=hears_ctrl_c,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        ))  # fmt: skip
        return self.started[-1]

    def enqueue(self, task: str, *arguments: str) -> None:
        """Enqueue one of the sample tasks."""
        run = self.run("-c", ENQUEUE, task, *arguments)
        assert run.returncode == 0, run.stderr

    def rows(self, query: str) -> list[Any]:
        """What stands in the database."""
        with closing(sqlite3.connect(self.folder / "secondwind.sqlite3")) as database:
            return database.execute(query).fetchall()


@pytest.fixture(scope="session")
def new_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a site that nobody has used yet, to be copied."""
    folder = tmp_path_factory.mktemp("site")
    assert Site(folder).command("migrate", "--verbosity", "0").returncode == 0
    return folder


@pytest.fixture
def site(tmp_path: Path, new_site: Path) -> Iterator[Site]:
    shutil.copytree(new_site, tmp_path, dirs_exist_ok=True)
    site = Site(tmp_path)
    yield site
    for process in site.started:
        kill(process)
        process.communicate()


@pytest.fixture
def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def kill(process: "subprocess.Popen[str]") -> None:
    """End a process and its children at once, if any is left."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def wait_until(is_so: Callable[[], Any], process: "subprocess.Popen[str]") -> None:
    until = time.monotonic() + PATIENCE_S
    while not is_so():
        if process.poll() is not None or time.monotonic() > until:
            kill(process)
            pytest.fail(f"it did not happen: {process.communicate()[0]}")
        time.sleep(0.05)


def answers(port: str) -> bool:
    """Whether a page comes from there; before it does, Ctrl-C meets a program that only begins."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=10) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def ctrl_c(process: "subprocess.Popen[str]") -> float:
    """Press Ctrl-C, which a terminal sends to the whole group; the seconds until it has ended."""
    begin = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    process.wait(timeout=PATIENCE_S)
    return time.monotonic() - begin


# --- The command ------------------------------------------------------------------------------------------


def test_once_runs_what_is_due_and_ends(site: Site, tmp_path: Path) -> None:
    site.enqueue("note", str(tmp_path / "notes"), "done")
    run = site.command("jobs", "--once")
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "notes").read_text() == "done\n"
    assert "jobs run, 0 failed" in run.stdout


def test_once_tells_cron_that_a_job_failed(site: Site) -> None:
    site.enqueue("fail")
    run = site.command("jobs", "--once")
    assert run.returncode == 1
    assert "sample_tasks.fail failed in run 1: ValueError at secondwind/jobs/tests" in run.stderr
    assert "1 failed" in run.stdout


def test_the_list_tells_times_errors_and_what_waits(site: Site) -> None:
    site.enqueue("fail")
    site.command("jobs", "--once")
    site.enqueue("fail")
    lines = site.command("jobs", "list").stdout.splitlines()
    assert lines[0] == "No worker is running."
    (prune,) = [line.split() for line in lines if "jobs.prune" in line]
    assert len(prune) == 5, "a name, two days with their times, and no error"
    (fail,) = [line.split() for line in lines if "sample_tasks.fail" in line]
    assert fail[1:5] == ["1", "0", "1", "ValueError"]


def test_without_tables_there_is_a_way_on(tmp_path: Path) -> None:
    run = Site(tmp_path).command("jobs", "list")
    assert run.returncode == 1
    assert "secondwind migrate" in run.stderr
    assert "Traceback" not in run.stderr


def test_workers_in_processes_share_the_queue_and_ctrl_c_ends_them(site: Site, tmp_path: Path) -> None:
    workers = [site.start("jobs"), site.start("jobs")]
    for number in range(5):
        site.enqueue("note", str(tmp_path / "notes"), str(number))
    done = "SELECT 1 FROM django_tasks_database_dbtaskresult WHERE status = 'SUCCESSFUL'"
    wait_until(lambda: len(site.rows(done)) == 5, workers[0])
    assert site.command("jobs", "list").stdout.startswith("2 workers running")
    for worker in workers:
        assert ctrl_c(worker) < 30
        assert worker.returncode == 0
    assert sorted((tmp_path / "notes").read_text().split()) == list("01234")
    assert site.command("jobs", "list").stdout.startswith("No worker")


# --- A served site ----------------------------------------------------------------------------------------


def test_a_served_site_runs_what_is_due_and_ctrl_c_cuts_a_long_job(
    site: Site, tmp_path: Path, free_port: str
) -> None:
    site.enqueue("note", str(tmp_path / "notes"), "done")
    served = site.start("serve", PORT=free_port)
    wait_until((tmp_path / "notes").exists, served)
    finished = "SELECT name FROM jobs_schedule WHERE last_finished IS NOT NULL AND last_error = ''"
    wait_until(lambda: ("jobs.reclaim",) in site.rows(finished), served)

    site.enqueue("sleep_a_minute")
    state = "SELECT status FROM django_tasks_database_dbtaskresult WHERE task_path LIKE '%sleep_a_minute'"
    wait_until(lambda: site.rows(state) == [("RUNNING",)], served)
    assert ctrl_c(served) < 30  # the job would take a minute
    assert served.returncode == 0
    assert site.rows(state) == [("RUNNING",)], "it is brought back when its worker has been silent"


def test_a_site_whose_jobs_run_elsewhere_says_what_is_missing(site: Site, free_port: str) -> None:
    served = site.start("serve", PORT=free_port, JOBS="process")
    assert served.stdout is not None
    for line in served.stdout:
        if "secondwind jobs" in line:
            break
    else:
        pytest.fail("nothing was said")
    wait_until(lambda: answers(free_port), served)
    ctrl_c(served)
    assert site.rows("SELECT * FROM jobs_heartbeat") == []


def test_the_site_for_developers_runs_jobs_too(site: Site, tmp_path: Path, free_port: str) -> None:
    site.enqueue("note", str(tmp_path / "notes"), "done")
    developed = site.start("dev", PORT=free_port)
    wait_until((tmp_path / "notes").exists, developed)
    wait_until(lambda: answers(free_port), developed)
    assert ctrl_c(developed) < 30
