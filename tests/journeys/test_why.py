"""Why? as a runner uses it: on a narrow phone, by keyboard, without scripts."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # has no py.typed
from django.test import Client
from playwright.sync_api import Page, expect

from secondwind.accounts.models import User
from secondwind.recovery.tests.test_why import a_year

AXE_RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}


@pytest.fixture
def alice(site: str) -> User:
    return User.objects.create_user("alice", "alice@example.org", "correct horse battery")


OFFER = "Trail runs (rather than road)"


def signed_in(page: Page, user: User, site: str) -> Page:
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
    return page


def test_from_the_sentence_to_its_runs(visit: Callable[..., Page], site: str, alice: User) -> None:
    a_year(alice)
    page = signed_in(visit(javascript=False), alice, site)
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{site}/log/pain/")
    page.get_by_role("link", name="Why?").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Why?")
    expect(page.get_by_text("After trail runs it was worse the next morning").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    link = page.get_by_role("link", name="The runs behind it").first
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2).first).to_contain_text("Trail: worse after")
    page.locator(".is-worse a").first.click()
    expect(page).to_have_url(f"{site}/log/runs/{page.url.rsplit('/', 2)[1]}/")


def look(page: Page) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach(fold => { fold.open = true })")
    found = Axe().run(page, options=AXE_RULES)
    assert found.violations_count == 0, f"{page.url}: {found.generate_report()}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_it(visit: Callable[..., Page], site: str, alice: User, scheme: str) -> None:
    a_year(alice)
    page = signed_in(visit(phone=scheme == "light"), alice, site)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{site}/log/experiments/")
    page.get_by_label(OFFER).check()
    look(page)
    page.get_by_role("button", name="Draw the order").click()
    expect(page.get_by_text("The blocks, as the lot drew them")).to_be_visible()
    look(page)
    claim = "/log/why/leg_outer_lower.left/next-morning/?of=surface%3A+trail"
    for address in ("/log/why/", claim, "/log/why/0/0/"):
        page.goto(f"{site}{address}")
        look(page)
