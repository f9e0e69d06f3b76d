"""The one door: its help, its way to Django, that it opens fast, and that what it serves answers."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest

from secondwind import __version__
from secondwind.cli import COMMANDS, GROUPS, main
from secondwind.clinic import knowledge

ROOT = Path(__file__).resolve().parents[3]
Start = Callable[..., "subprocess.Popen[str]"]


def environment(var: Path, **variables: str) -> dict[str, str]:
    """No setting but the given ones."""
    return {"PATH": os.environ["PATH"], "VAR_DIR": str(var)} | variables


def secondwind(var: Path, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """What a terminal gets from `secondwind` and these words."""
    return subprocess.run(
        [sys.executable, "-m", "secondwind", *words],
        env=environment(var, **variables), cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_help_lists_every_command_under_its_heading(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    order = [shown.index(f"\n{group}: ") for group in GROUPS]
    assert order == sorted(order)
    for name, command in COMMANDS.items():
        assert f"  {name} " in shown
        assert command.summary in shown
        assert command.group in GROUPS


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_in_the_table_exists(name: str) -> None:
    module, _, function = COMMANDS[name].target.partition(":")
    assert callable(getattr(import_module(module), function))


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"secondwind {__version__}\n"


def test_the_health_commands_start_without_django(tmp_path: Path) -> None:
    code = """
import sys
from secondwind.cli import main
try:
    main(["check", "--help"])
except SystemExit:
    pass
sys.exit("django" in sys.modules)
"""
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment(tmp_path), cwd=ROOT, capture_output=True
    )
    assert run.returncode == 0, run.stderr


def test_a_name_of_djangos_goes_to_django(tmp_path: Path) -> None:
    assert secondwind(tmp_path, "diffsettings", "--default", "secondwind.config.settings").returncode == 0
    own_check = secondwind(tmp_path, "django", "check")
    assert own_check.returncode == 0, own_check.stderr
    assert "no issues" in own_check.stdout


def test_a_name_that_nobody_knows_is_refused_with_a_way_on(tmp_path: Path) -> None:
    run = secondwind(tmp_path, "migrat")
    assert run.returncode != 0
    assert "Unknown command: 'migrat'. Did you mean migrate?" in run.stderr


def test_a_site_without_its_database_is_told_what_to_do(tmp_path: Path) -> None:
    run = secondwind(tmp_path, "points")
    assert run.returncode == 2
    assert "Run `secondwind migrate` first." in run.stderr
    assert "Traceback" not in run.stderr


def test_migrate_makes_the_embedded_database(tmp_path: Path) -> None:
    run = secondwind(tmp_path, "migrate", "--verbosity", "0")
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "secondwind.sqlite3").exists()


# --- serve ------------------------------------------------------------------------------------------------


@pytest.fixture
def free_port() -> int:
    """A port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def serve(tmp_path: Path, free_port: int) -> Iterator[Start]:
    """Start `secondwind serve` in a process group of its own, as a terminal does; it ends with the test."""
    started: list[subprocess.Popen[str]] = []

    def start(**variables: str) -> "subprocess.Popen[str]":
        started.append(subprocess.Popen(
            [sys.executable, "-m", "secondwind", "serve"],
            env=environment(tmp_path, PORT=str(free_port), **variables), cwd=ROOT, start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        ))  # fmt: skip
        return started[-1]

    yield start
    for process in started:
        kill(process)
        process.wait()
        if process.stdout:
            process.stdout.close()


def kill(process: "subprocess.Popen[str]") -> None:
    """End the server and its workers at once, if any is left."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def answer_of(url: str, process: "subprocess.Popen[str]", patience_s: float = 40) -> tuple[int, str]:
    """Status and text of the first answer, asked for until it comes or the server has ended."""
    until = time.monotonic() + patience_s
    while process.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=10) as response:
                return response.status, response.read().decode()
        except (ConnectionError, urllib.error.URLError):
            time.sleep(0.1)
    kill(process)
    pytest.fail(f"no answer from {url}: {process.communicate()[0]}")


def ctrl_c(process: "subprocess.Popen[str]") -> str:
    """Press Ctrl-C, which a terminal sends to the whole group; what the server and its workers had printed.

    Most end at once; granian ends a worker that has not after 10 seconds.
    """
    os.killpg(process.pid, signal.SIGINT)
    return process.communicate(timeout=120)[0]


def test_an_empty_folder_becomes_a_site_that_answers_and_ctrl_c_ends_it(serve: Start, free_port: int) -> None:
    site = serve()
    assert answer_of(f"http://127.0.0.1:{free_port}/health/", site) == (200, "ok\n")
    status, page = answer_of(f"http://127.0.0.1:{free_port}/", site)
    assert status == 200
    assert "What hurts?" in page

    printed = ctrl_c(site)
    assert site.returncode == 0
    assert f"Second Wind is at http://127.0.0.1:{free_port}/" in printed


def test_a_second_start_collects_nothing_again(serve: Start, free_port: int) -> None:
    printed = []
    for _ in range(2):
        site = serve()
        answer_of(f"http://127.0.0.1:{free_port}/health/", site)
        printed.append(ctrl_c(site))
    assert ["Collecting" in lines for lines in printed] == [True, False]


def test_a_port_in_use_is_told_with_a_way_on(tmp_path: Path, free_port: int) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", free_port))
        taken.listen()
        run = secondwind(tmp_path, "serve", PORT=str(free_port))
    assert run.returncode == 1
    assert f"Cannot listen on 127.0.0.1 port {free_port}: Address already in use" in run.stderr
    assert "Set HOST or PORT" in run.stderr


def test_knowledge_with_an_error_is_told_and_nothing_is_served(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], free_port: int
) -> None:
    def broken() -> None:
        raise knowledge.KnowledgeError((knowledge.Problem("regions.yaml", 7, "knee: no name"),))

    monkeypatch.setattr(knowledge, "load", broken)
    monkeypatch.setenv("PORT", str(free_port))
    assert main(["serve"]) == 1
    printed = capsys.readouterr()
    assert "regions.yaml" in printed.err
    assert "Second Wind is at" not in printed.out


def test_a_site_that_would_refuse_its_visitors_says_so(serve: Start, free_port: int) -> None:
    site = serve(HOST="0.0.0.0")
    answer_of(f"http://127.0.0.1:{free_port}/health/", site)
    assert "until SITE_URL says which address" in ctrl_c(site)
