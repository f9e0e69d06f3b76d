"""`secondwind jobs`, and that a served site runs its jobs without any other process."""

import time
from pathlib import Path
from subprocess import Popen

import pytest

from secondwind.cli.tests.sites import Site, answer_of, ctrl_c, wait_until


def seconds_to_end(process: "Popen[str]") -> float:
    """How long it takes after Ctrl-C."""
    begin = time.monotonic()
    ctrl_c(process)
    return time.monotonic() - begin


# --- The command ------------------------------------------------------------------------------------------


def test_once_runs_what_is_due_tells_cron_of_failures_and_the_list_shows_them(
    site: Site, tmp_path: Path
) -> None:
    site.enqueue(("note", str(tmp_path / "notes"), "done"), ("fail",))
    run = site.command("jobs", "--once")
    assert run.returncode == 1
    assert (tmp_path / "notes").read_text() == "done\n"
    assert "sample_tasks.fail failed in run 1: ValueError at secondwind/jobs/tests" in run.stderr
    assert "jobs run, 1 failed" in run.stdout
    again = site.command("jobs", "--once")
    assert again.returncode == 0, again.stderr
    assert "run, 0 failed" in again.stdout

    site.enqueue(("fail",))
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
    alive = "SELECT 1 FROM jobs_heartbeat"
    wait_until(lambda: len(site.rows(alive)) == 2, workers[0])
    site.enqueue(*(("note", str(tmp_path / "notes"), str(number)) for number in range(5)))
    done = "SELECT 1 FROM django_tasks_database_dbtaskresult WHERE status = 'SUCCESSFUL'"
    wait_until(lambda: len(site.rows(done)) == 5, workers[0])
    for worker in workers:
        assert seconds_to_end(worker) < 30
        assert worker.returncode == 0
    assert sorted((tmp_path / "notes").read_text().split()) == list("01234")
    assert site.rows(alive) == []


# --- A served site ----------------------------------------------------------------------------------------


def test_a_served_site_runs_what_is_due_and_ctrl_c_cuts_a_long_job(
    site: Site, tmp_path: Path, free_port: str
) -> None:
    site.enqueue(("note", str(tmp_path / "notes"), "done"))
    served = site.start("serve", PORT=free_port)
    wait_until((tmp_path / "notes").exists, served)
    finished = "SELECT name FROM jobs_schedule WHERE last_finished IS NOT NULL AND last_error = ''"
    wait_until(lambda: ("jobs.reclaim",) in site.rows(finished), served)

    site.enqueue(("sleep_a_minute",))
    state = "SELECT status FROM django_tasks_database_dbtaskresult WHERE task_path LIKE '%sleep_a_minute'"
    wait_until(lambda: site.rows(state) == [("RUNNING",)], served)
    assert seconds_to_end(served) < 30  # the job would take a minute
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
    answer_of(
        f"http://127.0.0.1:{free_port}/health/", served
    )  # before it, Ctrl-C meets a program that begins
    ctrl_c(served)
    assert site.rows("SELECT * FROM jobs_heartbeat") == []


def test_the_site_for_developers_runs_jobs_too(site: Site, tmp_path: Path, free_port: str) -> None:
    site.enqueue(("note", str(tmp_path / "notes"), "done"))
    developed = site.start("dev", PORT=free_port)
    wait_until((tmp_path / "notes").exists, developed)
    answer_of(f"http://127.0.0.1:{free_port}/health/", developed)
    assert seconds_to_end(developed) < 30
