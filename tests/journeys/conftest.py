"""What the browser journeys share: the site they run against, and the ways a person may come to it."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}


class UnderWay:
    """How many requests the site is at work on."""

    PATIENCE_S = 20
    QUIET_S = 0.05  # what a browser sent when it was closed arrives in less

    def __init__(self) -> None:
        self._count = 0
        self._lock = threading.Lock()

    def begin(self, **_: Any) -> None:
        with self._lock:
            self._count += 1

    def end(self, **_: Any) -> None:
        with self._lock:
            self._count -= 1

    def wait(self) -> None:
        """Until there has been none for a moment."""
        until = time.monotonic() + self.PATIENCE_S
        quiet_since = time.monotonic()
        while time.monotonic() < until and time.monotonic() - quiet_since < self.QUIET_S:
            time.sleep(0.01)
            if self._count > 0:
                quiet_since = time.monotonic()


@pytest.fixture(autouse=True)
def site(transactional_db: None, live_server: LiveServer) -> Iterator[str]:
    """The address of a running site, without a slash at its end; `page.goto("/")` starts there too.

    A draft that is saved while its page is closed must not meet the emptying of the database: PostgreSQL ends
    one of the two, and it may be the emptying.
    """
    under_way = UnderWay()
    request_started.connect(under_way.begin)
    request_finished.connect(under_way.end)
    yield str(live_server.url)
    under_way.wait()
    request_started.disconnect(under_way.begin)
    request_finished.disconnect(under_way.end)


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any], site: str) -> dict[str, Any]:
    """What every context starts from: the site's address, and no animation."""
    return browser_context_args | {"base_url": site, "reduced_motion": "reduce"}


@pytest.fixture
def visit(new_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """A new visitor's page: `visit()`, `visit(javascript=False)`, `visit(phone=True)`, `visit(dark=True)`."""

    def come(*, javascript: bool = True, phone: bool = False, dark: bool = False) -> Page:
        context = new_context(
            java_script_enabled=javascript,
            viewport=PHONE if phone else DESKTOP,
            color_scheme="dark" if dark else "light",
        )
        return context.new_page()

    return come
