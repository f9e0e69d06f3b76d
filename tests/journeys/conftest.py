"""What the browser journeys share: the site they run against, and the ways a person may come to it."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture(autouse=True)
def site(live_server: LiveServer) -> str:
    """The address of a running site, without a slash at its end; `page.goto("/")` starts there too."""
    return str(live_server.url)


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
