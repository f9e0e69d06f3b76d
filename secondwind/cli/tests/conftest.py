"""A site that was started once, from nothing, and copies of it."""

import fcntl
import json
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from secondwind.cli.tests.sites import Site, answer_of, ctrl_c

# A site that nobody has used yet: what the jobs of its first start did is no part of it.
UNUSED = ("jobs_heartbeat", "jobs_schedule", "django_tasks_database_dbtaskresult")


class FirstStart(NamedTuple):
    """What a site did in an empty folder, which it fills; `health` and `front` are status and text."""

    folder: str
    health: tuple[int, str]
    front: tuple[int, str]
    printed: str
    status: int


@pytest.fixture
def free_port() -> str:
    """A port that nobody listened on a moment ago."""
    return _free_port()


@pytest.fixture(scope="session")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> FirstStart:
    """The first start of a site, once for all processes of a test run, since its tables take long to make."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    told = shared / "first-start.json"
    with (shared / "first-start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            told.write_text(json.dumps(_start(shared / "site")))
    folder, health, front, printed, status = json.loads(told.read_text())
    return FirstStart(folder, tuple(health), tuple(front), printed, status)


@pytest.fixture
def site(tmp_path: Path, first_start: FirstStart) -> Iterator[Site]:
    """A site that nobody has used yet."""
    shutil.copytree(first_start.folder, tmp_path, dirs_exist_ok=True)
    site = Site(tmp_path)
    yield site
    site.end()


def _free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def _start(folder: Path) -> FirstStart:
    folder.mkdir()
    site, port = Site(folder), _free_port()
    try:
        served = site.start("serve", PORT=port)
        health = answer_of(f"http://127.0.0.1:{port}/health/", served)
        front = answer_of(f"http://127.0.0.1:{port}/", served)
        printed = ctrl_c(served).replace(port, "PORT")
    finally:
        site.end()
    for table in UNUSED:
        site.rows(f"DELETE FROM {table}")
    return FirstStart(str(folder), health, front, printed, served.returncode)
