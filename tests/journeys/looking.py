"""What axe says of a page, by the rules that hold for all of ours."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # has no py.typed
from playwright.sync_api import Page

RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
CONTRAST = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": ["color-contrast"]}}


def axe(page: Page, *, colours_alone: bool = False) -> Any:
    """What axe finds wrong. `colours_alone` is enough for a page in the dark that was looked at by day at the
    same width, since nothing else differs."""
    return Axe().run(page, options=CONTRAST if colours_alone else RULES)
