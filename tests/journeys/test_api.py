"""A token is made, used by a program, and revoked; the page about the API."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import Page, expect

from secondwind.accounts.models import User
from tests.journeys.looking import axe

Visit = Callable[..., Page]
PASSWORD = "a few words in a row"


def is_well_made(page: Page, name: str, javascript: bool = True) -> None:
    """No fault that axe finds, nothing wider than the window; a picture of it where SHOTS says so."""
    if javascript:  # axe waits for ever where scripts are off
        found = axe(page)
        assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_a_token_is_made_used_and_revoked_by_keyboard(visit: Visit, site: str, javascript: bool) -> None:
    user = User.objects.create_user("hilltop", "hilltop@example.org", PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    page = visit(javascript=javascript, phone=not javascript)
    page.goto("/account/login/?next=/account/tokens/")
    page.get_by_label("Pseudonym or e-mail address").fill("hilltop")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it you?")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Access tokens")
    is_well_made(page, f"tokens-empty-{javascript}", javascript)

    page.get_by_label("What is the token for?").focus()
    page.keyboard.type("laptop")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Choose at least one thing")).to_be_visible()
    is_well_made(page, f"tokens-problem-{javascript}", javascript)
    page.get_by_label("read what I can read").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your new token")).to_be_visible()
    is_well_made(page, f"tokens-new-{javascript}", javascript)

    token = page.locator("code").first.inner_text()
    headers = {"Authorization": f"Bearer {token}"}
    told = page.request.get(f"{site}/api/v1/token", headers=headers)
    assert told.json()["member"] == "hilltop"
    page.get_by_role("button", name="Revoke the token laptop").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("The token is revoked.")).to_be_visible()
    assert page.request.get(f"{site}/api/v1/token", headers=headers).status == 401


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desktop"])
@pytest.mark.parametrize("dark", [True, False], ids=["dark", "light"])
def test_the_page_about_the_api_is_readable(visit: Visit, phone: bool, dark: bool) -> None:
    page = visit(phone=phone, dark=dark)
    page.goto("/")
    page.get_by_role("link", name="API").click()
    expect(page.get_by_role("heading", name="The posts of a thread")).to_be_visible()
    page.get_by_role("link", name="WholeThread").first.click()
    expect(page.get_by_role("heading", name="WholeThread")).to_be_in_viewport()
    is_well_made(page, f"api-{phone}-{dark}")
