"""Bringing runs along: in a browser with progress and taking back, by keyboard, without JavaScript."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from playwright.sync_api import Page, expect

from secondwind.accounts.models import User
from secondwind.runlog.actions import imports
from secondwind.runlog.models import Batch, BatchState, Run, Shoe
from secondwind.runlog.tests import strava_export
from tests.journeys.looking import axe

Visit = Callable[..., Page]
SOON_MS = 30_000  # for an import of a few activities on a busy machine


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


@pytest.fixture
def alice(site: str) -> User:
    return User.objects.create_user("alice", "alice@example.org", "correct horse battery")


@pytest.fixture
def as_(visit: Visit, site: str) -> Callable[..., Page]:
    """A page of a new browser in which somebody is signed in; options as for `visit`."""

    def come(user: User, **options: bool) -> Page:
        client = Client()
        client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
        page = visit(**options)
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        return page

    return come


@pytest.fixture
def export(tmp_path: Path) -> tuple[Path, strava_export.Expected]:
    path = tmp_path / "export_1.zip"
    return path, strava_export.make(path, fit=12, gpx=6, tcx=2, manual=2, twins=2, minutes=(5, 9))


@pytest.fixture
def by_hand(settings: Any) -> None:
    """Imports wait until the test works on them."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], threading.Event]]:
    """Work on the only import beside the pages; it stops in the middle until the event it gives is set."""
    threads = []

    def start() -> threading.Event:
        go_on = threading.Event()
        save, seen = imports._save, []

        def slow(*args: Any) -> None:
            save(*args)
            seen.append(args)
            if len(seen) == 1:
                go_on.wait(60)

        monkeypatch.setattr(imports, "_save", slow)
        monkeypatch.setattr(imports, "SAVE_EVERY", 5)
        monkeypatch.setattr(imports, "SAVE_AFTER_S", 60.0)
        batch = Batch.objects.get()
        thread = threading.Thread(target=_work, args=[batch.pk])
        thread.start()
        threads.append((thread, go_on))
        return go_on

    yield start
    for thread, go_on in threads:
        go_on.set()
        thread.join(60)


def _work(batch: int) -> None:
    try:
        imports.work(batch)
    finally:
        connections.close_all()


def send(page: Page, path: Path) -> None:
    page.goto("/log/import/")
    page.get_by_label("Files to import").set_input_files(path)
    with page.expect_navigation(timeout=SOON_MS):
        page.get_by_role("button", name="Import", exact=True).click()


def check_axe(page: Page) -> None:
    found = axe(page)
    assert not found.response["violations"], found.generate_report()


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def look_at(page: Page, name: str) -> None:
    """Keep a picture of the page where SHOTS says so, for people to look at."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_an_export_comes_in_with_progress_and_is_taken_back(
    as_: Callable[..., Page], alice: User, export: tuple[Path, strava_export.Expected], by_hand: None,
    worker: Callable[[], threading.Event],
) -> None:  # fmt: skip
    path, expected = export
    page = as_(alice)
    send(page, path)
    expect(page.get_by_role("heading", level=1)).to_contain_text("export_1.zip")
    expect(page.get_by_text("It begins in a moment")).to_be_visible()
    go_on = worker()
    expect(page.get_by_text("5 of 22 things read")).to_be_visible(timeout=SOON_MS)
    check_axe(page)
    look_at(page, "import-running")
    go_on.set()
    expect(page.get_by_role("heading", name="What became of each")).to_be_visible(timeout=SOON_MS)
    expect(page.get_by_role("link", name=f"Imported ({expected.imported})")).to_be_visible()
    check_axe(page)
    look_at(page, "import-done")
    page.get_by_role("link", name=f"Here already ({expected.duplicates})").click()
    expect(page.locator(".import-lines li")).to_have_count(expected.duplicates)
    expect(page.locator(".import-lines a").first).to_have_attribute("href", f"/log/runs/{_first_twin()}/")
    assert Run.objects.count() == expected.imported

    page.get_by_text("Take this import back").click()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("activities were removed")).to_be_visible()
    assert (Run.objects.count(), Shoe.objects.count()) == (0, 0)
    check_axe(page)


def _first_twin() -> int:
    twin = Batch.objects.get().lines.filter(outcome="duplicate").values_list("twin", flat=True).first()
    assert twin is not None
    return int(twin)


def test_it_is_paused_and_goes_on(
    as_: Callable[..., Page], alice: User, export: tuple[Path, strava_export.Expected], by_hand: None,
    worker: Callable[[], threading.Event],
) -> None:  # fmt: skip
    path, expected = export
    page = as_(alice)
    send(page, path)
    go_on = worker()
    expect(page.get_by_text("5 of 22 things read")).to_be_visible(timeout=SOON_MS)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    go_on.set()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    assert Batch.objects.get().state == BatchState.WAITING
    worker().set()
    expect(page.get_by_role("link", name=f"Imported ({expected.imported})")).to_be_visible(timeout=SOON_MS)


@pytest.mark.parametrize("dark", [False, True])
def test_without_javascript_on_a_phone(
    as_: Callable[..., Page],
    alice: User,
    export: tuple[Path, strava_export.Expected],
    by_hand: None,
    dark: bool,
) -> None:
    path, expected = export
    page = as_(alice, javascript=False, phone=True, dark=dark)
    page.goto("/log/import/")
    assert fits(page)
    look_at(page, f"import-phone-{dark}")
    send(page, path)
    assert fits(page)
    _work(Batch.objects.get().pk)
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("link", name=f"Imported ({expected.imported})")).to_be_visible()
    assert fits(page)
    look_at(page, f"import-phone-done-{dark}")
    page.get_by_text("Take this import back").click()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("activities were removed")).to_be_visible()
    assert fits(page)


def test_the_pages_of_an_empty_log_are_for_everybody(as_: Callable[..., Page], alice: User) -> None:
    page = as_(alice)
    page.goto("/log/import/")
    check_axe(page)
    look_at(page, "import-form")
    page.goto("/log/import/files/")
    check_axe(page)
