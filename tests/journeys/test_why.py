"""Why? as a runner uses it: on a narrow phone, by keyboard, without scripts."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from secondwind.accounts.models import User
from secondwind.recovery.tests.test_why import a_year
from tests.journeys.looking import axe


@pytest.fixture
def alice(site: str) -> User:
    return User.objects.create_user("alice", "alice@example.org", "correct horse battery")


OFFER = "Trail runs (rather than road)"


def signed_in(page: Page, user: User, site: str) -> Page:
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
    return page


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control whose words begin so has the focus."""
    for _ in range(150):
        page.keyboard.press("Tab")
        said = page.evaluate(
            "(document.activeElement.labels?.[0] ?? document.activeElement).innerText?.trim() ?? ''"
        )
        if said.startswith(name):
            return
    raise AssertionError(f"150 presses of Tab do not lead to {name!r}")


def fits(page: Page) -> None:
    """It is no wider than what it is shown on."""
    wide, shown = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide <= shown, f"{page.url} is {wide} pixels wide"


def look(page: Page, dark: bool) -> None:
    """Everybody can read it. It asks by a script, so not where there is none."""
    page.evaluate("document.querySelectorAll('main details').forEach(fold => { fold.open = true })")
    found = axe(page, colours_alone=dark)
    assert found.violations_count == 0, f"{page.url}: {found.generate_report()}"
    fits(page)


def test_from_the_sentence_to_its_runs_and_to_an_experiment_by_keyboard(
    visit: Callable[..., Page], site: str, alice: User
) -> None:
    """Without scripts, on a phone, without a pointer."""
    a_year(alice)
    page = signed_in(visit(javascript=False, phone=True), alice, site)
    page.goto(f"{site}/log/pain/")
    tab_to(page, "Why?")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Why?")
    expect(page.get_by_text("After trail runs it was worse the next morning").first).to_be_visible()
    fits(page)
    page.keyboard.press("Home")
    tab_to(page, "The runs behind it")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2).first).to_contain_text("Trail: worse after")
    fits(page)
    page.locator(".is-worse a").first.press("Enter")
    expect(page).to_have_url(re.compile(r"/log/runs/\d+/$"))

    page.goto(f"{site}/log/experiments/")
    fits(page)
    tab_to(page, OFFER)
    page.keyboard.press("Space")
    tab_to(page, "Draw the order")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The blocks, as the lot drew them")).to_be_visible()
    fits(page)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_everybody_can_read_it(visit: Callable[..., Page], site: str, alice: User, dark: bool) -> None:
    a_year(alice)
    page = signed_in(visit(phone=not dark, dark=dark), alice, site)
    page.goto(f"{site}/log/experiments/")
    page.get_by_label(OFFER).check()
    look(page, dark)
    page.get_by_role("button", name="Draw the order").click()
    expect(page.get_by_text("The blocks, as the lot drew them")).to_be_visible()
    look(page, dark)
    claim = "/log/why/leg_outer_lower.left/next-morning/?of=surface%3A+trail"
    for address in ("/log/why/", claim, "/log/why/0/0/"):
        page.goto(f"{site}{address}")
        look(page, dark)
