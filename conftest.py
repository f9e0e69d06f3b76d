"""What holds for every test: no network but this machine, no silent skip, and a browser that is watched.

A browser test fails when a page it opened broke its Content Security Policy, raised a script error, or asked
any other host for anything; it need not say so itself.
"""

import os
import shutil
import sys
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import hypothesis
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext
    from pytest_django.plugin import DjangoDbBlocker

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE_MS = 30_000  # for anything a page is waited for; most of it takes a fraction of a second
OWN_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
INNER_SCHEMES = frozenset({"about", "blob", "chrome-error", "data"})


# A run of the suite is the same each time, so that what fails in CI fails on a desk too. `make fuzz` and
# HYPOTHESIS_PROFILE=search look for what nobody has met yet.
hypothesis.settings.register_profile("suite", derandomize=True, deadline=None)
hypothesis.settings.register_profile("search", max_examples=1000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))


# --- No silent skip: SECONDWIND_NO_SKIPS=1 makes a failure of each ----------------------------------------


def _skips_fail() -> bool:
    return os.environ.get("SECONDWIND_NO_SKIPS", "") not in {"", "0"}


def _fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail") and _skips_fail():
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"SECONDWIND_NO_SKIPS is set, and this was to be left out. {why}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _fail_if_skipped(report)
    return report


# --- The database -------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[None]:
    """The databases of pytest-django. PostgreSQL drops none in which a session is left, and the thread of a
    request whose browser was closed may leave one."""
    yield
    from django.db import connection

    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


# --- The browser ------------------------------------------------------------------------------------------


def find_chromium() -> str | None:
    """The program that CHROMIUM names, or the first known browser on the path; None when there is none."""
    named = os.environ.get("CHROMIUM", "")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """How Playwright starts the machine's own Chromium, kept from calling home."""
    program = find_chromium()
    if program is None:
        # A laptop may have no browser; where SECONDWIND_NO_SKIPS is set, as in CI, this skip is a failure.
        pytest.skip("no Chromium: install it (Debian: chromium), or set CHROMIUM to where it is")
    quiet = (
        "--no-first-run --disable-gpu --disable-quic --disable-sync --disable-background-networking"
        " --disable-component-update --disable-dev-shm-usage"
    ).split()
    # No name but this machine's has an address, so that nothing can leave even by mistake.
    quiet.append("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1")
    if os.geteuid() == 0:
        quiet.append("--no-sandbox")  # Chromium's sandbox refuses to run as root
    return browser_type_launch_args | {"executable_path": program, "args": quiet}


class Watch:
    """What went wrong in the pages of a test, one sentence each in `faults`."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def follow(self, context: "BrowserContext") -> None:
        """Note what goes wrong in any page of this context from now on."""
        context.on("console", lambda message: self._hear(message.text))
        context.on("weberror", lambda error: self.faults.append(f"script error: {error.error}"))
        context.on("request", lambda request: self._see(request.url))

    def _hear(self, message: str) -> None:
        if "Content Security Policy" in message or "Content-Security-Policy" in message:
            self.faults.append(f"policy broken: {message}")

    def _see(self, address: str) -> None:
        url = urlsplit(address)
        if url.scheme not in INNER_SCHEMES and url.hostname not in OWN_HOSTS:
            self.faults.append(f"foreign host: {address}")


@pytest.fixture
def watch() -> Iterator[Watch]:
    """The faults of every page this test opens; it fails at its end when there is one."""
    watch = Watch()
    yield watch
    assert not watch.faults, "\n".join(watch.faults)


@pytest.fixture
def new_context(
    new_context: Callable[..., "BrowserContext"], watch: Watch
) -> Callable[..., "BrowserContext"]:
    """Playwright's maker of contexts (`context` and `page` come from it too), with each one watched."""

    from playwright.sync_api import expect

    expect.set_options(timeout=PATIENCE_MS)

    def make(**options: Any) -> "BrowserContext":
        context = new_context(**options)
        context.set_default_timeout(PATIENCE_MS)
        watch.follow(context)
        return context

    return make


@pytest.fixture(autouse=True)
def no_similar_cases_of_other_tests() -> None:
    """Each test has a database of its own, so an index of an earlier one would be of another."""
    if similar := sys.modules.get("secondwind.cases.similar"):
        similar.forget()
