"""The one door: its help, its way to Django, that it opens fast, and that what it serves answers."""

import socket
from importlib import import_module
from pathlib import Path

import pytest

from secondwind import __version__
from secondwind.cli import COMMANDS, GROUPS, main
from secondwind.cli.tests.conftest import FirstStart
from secondwind.cli.tests.sites import Site, answer_of, ctrl_c
from secondwind.clinic import knowledge


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
    run = Site(tmp_path).run("-c", code)
    assert run.returncode == 0, run.stderr


def test_a_name_of_djangos_goes_to_django(tmp_path: Path) -> None:
    assert Site(tmp_path).command("diffsettings", "--default", "secondwind.config.settings").returncode == 0
    own_check = Site(tmp_path).command("django", "check")
    assert own_check.returncode == 0, own_check.stderr
    assert "no issues" in own_check.stdout


def test_a_name_that_nobody_knows_is_refused_with_a_way_on(tmp_path: Path) -> None:
    run = Site(tmp_path).command("migrat")
    assert run.returncode != 0
    assert "Unknown command: 'migrat'. Did you mean migrate?" in run.stderr


def test_a_site_without_its_database_is_told_what_to_do(tmp_path: Path) -> None:
    run = Site(tmp_path).command("points")
    assert run.returncode == 2
    assert "Run `secondwind migrate` first." in run.stderr
    assert "Traceback" not in run.stderr


def test_migrate_leaves_a_site_that_is_up_to_date_alone(site: Site) -> None:
    assert "No migrations to apply." in site.command("migrate").stdout


# --- serve ------------------------------------------------------------------------------------------------


def test_an_empty_folder_becomes_a_site_that_answers_and_ctrl_c_ends_it(first_start: FirstStart) -> None:
    assert first_start.health == (200, "ok\n")
    status, page = first_start.front
    assert status == 200
    assert "What hurts?" in page
    assert "Second Wind is at http://127.0.0.1:PORT/" in first_start.printed
    assert first_start.status == 0


def test_a_second_start_collects_nothing_again_and_says_whom_it_would_refuse(
    site: Site, free_port: str, first_start: FirstStart
) -> None:
    served = site.start("serve", PORT=free_port, HOST="0.0.0.0")
    answer_of(f"http://127.0.0.1:{free_port}/health/", served)
    printed = ctrl_c(served)
    assert ["Collecting" in lines for lines in (first_start.printed, printed)] == [True, False]
    assert "until SITE_URL says which address" in printed


def test_a_port_in_use_is_told_with_a_way_on(tmp_path: Path, free_port: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(free_port)))
        taken.listen()
        run = Site(tmp_path).command("serve", PORT=free_port)
    assert run.returncode == 1
    assert f"Cannot listen on 127.0.0.1 port {free_port}: Address already in use" in run.stderr
    assert "Set HOST or PORT" in run.stderr


def test_knowledge_with_an_error_is_told_and_nothing_is_served(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], free_port: str
) -> None:
    def broken() -> None:
        raise knowledge.KnowledgeError((knowledge.Problem("regions.yaml", 7, "knee: no name"),))

    monkeypatch.setattr(knowledge, "load", broken)
    monkeypatch.setenv("PORT", free_port)
    assert main(["serve"]) == 1
    printed = capsys.readouterr()
    assert "regions.yaml" in printed.err
    assert "Second Wind is at" not in printed.out
