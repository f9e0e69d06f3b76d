"""What an empty environment gives, what each group of variables changes, and that all are documented."""

import ast
import json
import logging
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.test import Client, RequestFactory

from secondwind.config.logs import WithoutQuery

ROOT = Path(__file__).resolve().parents[3]

FORM = "application/x-www-form-urlencoded"

SHOW = """
import json, sys
from secondwind.config import settings
shown = {name: getattr(settings, name) for name in dir(settings) if name.isupper()}
json.dump(shown, sys.stdout, default=str)
"""


def python(code: str, var: Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run code in a fresh interpreter whose environment holds the given variables and no other setting."""
    bare = {
        "PATH": os.environ["PATH"],
        "VAR_DIR": str(var),
        "DJANGO_SETTINGS_MODULE": "secondwind.config.settings",
    }
    return subprocess.run(
        [sys.executable, "-c", code],
        env=bare | variables,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )


def settings_with(var: Path, **variables: str) -> dict[str, Any]:
    """The settings of a site with these variables."""
    run = python(SHOW, var, **variables)
    assert run.returncode == 0, run.stderr
    return cast(dict[str, Any], json.loads(run.stdout))


def test_an_empty_environment_is_a_safe_site_on_this_machine(tmp_path: Path) -> None:
    site = settings_with(tmp_path)
    assert site["DEBUG"] is False
    assert site["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert site["DATABASES"]["default"]["NAME"] == str(tmp_path / "secondwind.sqlite3")
    assert site["SECURE_HSTS_SECONDS"] == 0


def test_the_secret_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    first, second = settings_with(tmp_path / "new"), settings_with(tmp_path / "new")
    file = tmp_path / "new" / "secret-key"
    assert len(first["SECRET_KEY"]) >= 50
    assert first["SECRET_KEY"] == second["SECRET_KEY"] == file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert settings_with(tmp_path / "other")["SECRET_KEY"] != first["SECRET_KEY"]


def test_an_https_address_turns_the_protections_on(tmp_path: Path) -> None:
    site = settings_with(tmp_path, SITE_URL="https://run.example.org")
    assert site["ALLOWED_HOSTS"][0] == "run.example.org"
    assert site["CSRF_TRUSTED_ORIGINS"] == ["https://run.example.org"]
    assert site["CSRF_COOKIE_SECURE"]
    assert site["SESSION_COOKIE_SECURE"]
    assert site["SECURE_SSL_REDIRECT"]
    assert site["SECURE_HSTS_SECONDS"] > 0


def test_mail_goes_to_the_terminal_until_a_server_is_named(tmp_path: Path) -> None:
    bare = settings_with(tmp_path)
    assert bare["MAIL_IN_TERMINAL"]
    assert bare["EMAIL_BACKEND"].endswith("console.EmailBackend")
    assert bare["DEFAULT_FROM_EMAIL"] == "Second Wind <noreply@localhost>"

    site = settings_with(tmp_path, MAIL_URL="smtps://me:hush@mail", MAIL_FROM="Runs <runs@example.org>")
    assert not site["MAIL_IN_TERMINAL"]
    assert (site["EMAIL_HOST"], site["EMAIL_PORT"], site["EMAIL_USE_SSL"]) == ("mail", 465, True)
    assert (site["DEFAULT_FROM_EMAIL"], site["CONTACT_EMAIL"]) == (
        "Runs <runs@example.org>",
        "runs@example.org",
    )


def test_no_proxy_is_believed_until_it_is_named(tmp_path: Path) -> None:
    assert settings_with(tmp_path)["ALLAUTH_TRUSTED_PROXY_COUNT"] == 0
    assert settings_with(tmp_path, TRUSTED_PROXIES="1")["ALLAUTH_TRUSTED_PROXY_COUNT"] == 1


def test_a_wrong_setting_stops_the_start_with_one_sentence(tmp_path: Path) -> None:
    run = python(
        "from secondwind.cli import main; raise SystemExit(main(['serve']))", tmp_path, DEBUG="perhaps"
    )
    assert run.returncode == 2
    assert run.stderr == "DEBUG='perhaps' cannot be used: expected yes or no. See docs/configure.md.\n"


def test_sqlite_is_opened_for_one_writer_and_many_readers(tmp_path: Path) -> None:
    code = """
import django; django.setup()
from django.db import connection
def ask(pragma):
    with connection.cursor() as cursor:
        return cursor.execute(f"PRAGMA {pragma}").fetchone()[0]
print(ask("journal_mode"), ask("synchronous"), ask("foreign_keys"))
"""
    run = python(code, tmp_path)
    assert run.stdout.split() == ["wal", "1", "1"], run.stderr


def test_nothing_is_missing_for_a_site_that_people_reach(tmp_path: Path) -> None:
    code = """
from secondwind.cli import main
from secondwind.config import settings
settings.SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
raise SystemExit(main(["django", "check", "--deploy", "--fail-level", "WARNING"]))
"""
    # W005 and W021 want subdomains in the promise of HTTPS, which is not ours to give.
    run = python(code, tmp_path, SITE_URL="https://run.example.org")
    assert run.returncode == 0, run.stderr


@pytest.mark.django_db
def test_no_change_of_a_model_is_without_its_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_the_sign_of_life_says_ok_while_the_database_answers(client: Client) -> None:
    response = client.get("/health/")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_the_sign_of_life_says_no_when_the_database_is_silent(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*args: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(connection, "cursor", silent)
    assert client.get("/health/").status_code == 503


@pytest.mark.django_db
def test_every_answer_carries_the_strict_policy(client: Client) -> None:
    response = client.get("/health/")
    policy = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("sign", ["a", "%", "é", "🦵"])
def test_an_account_of_100_kb_is_taken_twice_in_one_form_and_much_more_is_not(sign: str) -> None:
    account = sign * (100_000 // len(sign.encode()))
    form = RequestFactory().post("/", urlencode({"text": account, "before": account}), FORM)
    assert form.POST["before"] == account

    flood = RequestFactory().post("/", urlencode({"text": account * 20}), FORM)
    with pytest.raises(RequestDataTooBig):
        _ = flood.POST


def test_no_query_string_reaches_a_log() -> None:
    record = logging.LogRecord(
        "django.server", logging.INFO, "", 0, '"%s" %s', ("GET /?hurts=my+left+knee HTTP/1.1", 200), None
    )
    WithoutQuery().filter(record)
    assert record.getMessage() == '"GET /?… HTTP/1.1" 200'


def test_the_page_not_found_is_logged_without_its_query(tmp_path: Path) -> None:
    code = """
import django; django.setup()
from django.test import Client, RequestFactory
Client().get("/nowhere/?hurts=knee", headers={"host": "localhost"})
"""
    run = python(code, tmp_path)
    assert "/nowhere/" in run.stderr
    assert "knee" not in run.stderr


def test_static_files_are_collected_with_a_digest_in_their_names(tmp_path: Path) -> None:
    run = python(
        "from secondwind.cli import main; raise SystemExit(main(['django', 'collectstatic', '--noinput']))",
        tmp_path,
    )
    assert run.returncode == 0, run.stderr
    manifest = json.loads((tmp_path / "static" / "staticfiles.json").read_text())["paths"]
    styles = [tmp_path / "static" / kept for name, kept in manifest.items() if name.endswith(".css")]
    assert styles
    for style in styles:
        assert re.search(r"\.[0-9a-f]{12}\.css$", style.name)
        assert style.exists()
    assert list((tmp_path / "static").rglob("*.css.br"))


# --- docs/configure.md ------------------------------------------------------------------------------------

READERS = {
    "text",
    "flag",
    "whole_number",
    "words",
    "path",
    "secret",
    "site_url",
    "mail",
    "mailbox",
    "sender",
    "database",
}


def variables_read(source: str) -> Iterator[str]:
    """The names of the variables that a module reads, by our readers or from os.environ."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        first, owner = node.args[0], ast.unparse(node.func.value)
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            if owner == "env" and node.func.attr in READERS:
                yield first.value
                if node.func.attr in {"secret", "mail", "mailbox", "database"}:
                    yield f"{first.value}_FILE"
            elif owner == "os.environ" and node.func.attr == "get":
                yield first.value


def test_every_variable_has_its_row_in_the_documentation_and_no_other_has() -> None:
    files = [f for f in ROOT.glob("secondwind/**/*.py") if "tests" not in f.parts] + [ROOT / "conftest.py"]
    read = {name for file in files for name in variables_read(file.read_text(encoding="utf-8"))}
    read -= {"RUN_MAIN"}  # Django's own word between its reloader and the child
    documented = set(
        re.findall(r"^\| `([A-Z_]+)` ", (ROOT / "docs/configure.md").read_text(encoding="utf-8"), re.M)
    )
    assert documented == read
