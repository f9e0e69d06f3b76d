"""Joining, signing in and keeping an account safe, as people do it in a browser.

The passkeys are those of Chromium's own virtual authenticator, so the whole ceremony runs, with keys and
signatures. Without JavaScript there is the password.
"""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from playwright.sync_api import CDPSession, Page, expect

from secondwind.accounts.models import User
from tests.journeys.looking import axe

Visit = Callable[..., Page]

PASSWORD = "a few words in a row"


def press(page: Page, name: str) -> None:
    """Press the first button of this name and wait until the page that it leads to is there."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.click()


def follow(page: Page, name: str) -> None:
    """Follow the link of this name and wait until the page that it leads to is there."""
    with page.expect_navigation():
        page.get_by_role("link", name=name).click()


def heading(page: Page, text: str) -> None:
    """Wait for the page of this heading."""
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def code_in_mail() -> str:
    """The code in the mail that came last."""
    found = re.search(r"^([A-Z0-9]{3,}-?[A-Z0-9]{3,})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found[1]


def code_of_app(secret: str, *, ahead: int = 0) -> str:
    """What an authenticator app shows now, or as many codes ahead: each is taken once."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead)))


def with_passkeys(page: Page) -> CDPSession:
    """Give this browser a device that keeps passkeys and whose owner always agrees."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return device


def join(page: Page, name: str = "hilltop") -> None:
    """Join with a password, as far as being signed in."""
    page.goto("/account/signup/")
    page.get_by_label("Pseudonym").fill(name)
    page.get_by_label("E-mail address").fill(f"{name}@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Join")
    heading(page, "Confirm your e-mail address")
    page.get_by_label("Code", exact=True).fill(code_in_mail())
    press(page, "Go on")


def join_by_passkey(page: Page, name: str = "hilltop") -> None:
    """Join with a passkey alone, as far as being signed in."""
    page.goto("/account/signup/passkey/")
    page.get_by_label("Pseudonym").fill(name)
    page.get_by_label("E-mail address").fill(f"{name}@example.org")
    press(page, "Go on")
    page.get_by_label("Code", exact=True).fill(code_in_mail())
    press(page, "Go on")
    heading(page, "Make your passkey")
    press(page, "Make the passkey")


def sign_out(page: Page) -> None:
    """Sign out by the head of the page."""
    page.get_by_role("link", name="Sign out").first.click()
    press(page, "Sign out")


def sign_in(page: Page, name: str = "hilltop") -> None:
    """Sign in with the password, as far as the password goes."""
    page.goto("/account/login/")
    page.get_by_label("Pseudonym or e-mail address").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Sign in")


def prove(page: Page) -> None:
    """Type the password once more where it is asked for."""
    heading(page, "Is it you?")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Go on")


def set_up_app(page: Page) -> str:
    """Set up codes from an app, as far as the recovery codes that come with them; the app's secret."""
    page.goto("/account/2fa/totp/activate/")
    prove(page)
    secret = page.locator("#secret").inner_text()
    page.get_by_label("Code", exact=True).fill(code_of_app(secret))
    press(page, "Turn it on")
    heading(page, "Recovery codes")
    return secret


def is_signed_in(page: Page, name: str = "hilltop") -> None:
    """Wait until the head of the page greets them."""
    expect(page.get_by_role("navigation", name="Account").get_by_role("link", name=name)).to_be_visible()


def test_a_passkey_alone_lets_one_join_and_come_back(visit: Visit) -> None:
    page = visit()
    with_passkeys(page)
    join_by_passkey(page)
    is_signed_in(page)
    assert not User.objects.get().has_usable_password()

    sign_out(page)
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    page.goto("/account/login/")
    press(page, "Sign in with a passkey")
    is_signed_in(page)


def test_passkeys_are_added_renamed_and_removed(visit: Visit) -> None:
    page = visit()
    with_passkeys(page)
    join(page)
    page.goto("/account/2fa/webauthn/add/")
    prove(page)
    page.get_by_label("Name, so that").fill("Telephone")
    press(page, "Add the passkey")
    heading(page, "Recovery codes")

    page.goto("/account/2fa/webauthn/")
    page.get_by_role("link", name="Rename Telephone").click()
    page.get_by_label("Name, so that").fill("Old telephone")
    press(page, "Save the name")
    expect(page.get_by_text("Old telephone").first).to_be_visible()
    sign_out(page)

    sign_in(page)  # the password alone is no longer enough
    heading(page, "One more step")
    press(page, "Use a passkey")
    is_signed_in(page)

    page.goto("/account/2fa/webauthn/")
    page.get_by_role("link", name="Remove Old telephone").click()
    prove(page)
    press(page, "Remove it")
    expect(page.get_by_text("You have no passkey yet.")).to_be_visible()


def test_a_passkey_proves_who_sits_there(visit: Visit) -> None:
    page = visit()
    with_passkeys(page)
    join_by_passkey(page)
    page.goto("/account/data/")
    heading(page, "Is it you?")
    press(page, "Use a passkey")

    heading(page, "Your data")


def test_a_passkey_that_fails_is_told_in_words(visit: Visit) -> None:
    page = visit()
    device = with_passkeys(page)
    join_by_passkey(page)
    sign_out(page)
    page.goto("/account/login/")
    device.send("WebAuthn.disable")
    with_passkeys(page)  # another device, which has none
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_role("alert").filter(has_text="No passkey was used")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_codes_from_an_app_and_recovery_codes(visit: Visit, javascript: bool) -> None:
    page = visit(javascript=javascript)
    join(page)
    secret = set_up_app(page)
    codes = page.get_by_role("list", name="Codes that are left").get_by_role("listitem").all_inner_texts()
    assert len(codes) == 10
    sign_out(page)

    sign_in(page)
    heading(page, "One more step")
    page.get_by_label("Code", exact=True).fill("000000")
    press(page, "Sign in")
    expect(page.get_by_text("That did not work.")).to_be_visible()
    page.get_by_label("Code", exact=True).fill(codes[0])
    press(page, "Sign in")
    is_signed_in(page)
    page.goto("/account/2fa/")
    expect(page.get_by_text("9 codes left.")).to_be_visible()
    sign_out(page)

    sign_in(page)
    page.get_by_label("Code", exact=True).fill(code_of_app(secret, ahead=1))
    press(page, "Sign in")
    is_signed_in(page)


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_a_password_lets_one_join_change_the_settings_and_leave(visit: Visit, javascript: bool) -> None:
    page = visit(javascript=javascript, phone=True)
    join(page)
    is_signed_in(page)

    page.goto("/account/settings/")
    page.get_by_label("miles").check()
    page.get_by_label("dark", exact=True).check()
    page.get_by_label("Time zone").select_option("Europe/Lisbon")
    press(page, "Save the settings")
    expect(page.get_by_role("status").filter(has_text="Your settings are saved.")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    member = User.objects.get()
    assert (member.units, member.time_zone) == ("mi", "Europe/Lisbon")

    page.goto("/account/data/")
    prove(page)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Make the archive").click()
    assert saved.value.suggested_filename.endswith(".zip")

    page.goto("/account/erase/")
    page.get_by_label("Take them away.").check()
    page.get_by_label("Your pseudonym").fill("hilltop")
    press(page, "Erase my account for good")
    heading(page, "Your account is gone")
    assert not User.objects.exists()


def test_without_script_the_pages_say_that_passkeys_need_it(visit: Visit) -> None:
    page = visit(javascript=False)
    page.goto("/account/login/")

    expect(page.get_by_text("A passkey needs JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_disabled()


def test_at_an_address_without_a_name_the_page_leads_to_one_that_has_it(visit: Visit, site: str) -> None:
    page = visit()
    page.goto(site.replace("localhost", "127.0.0.1") + "/account/signup/passkey/")
    page.get_by_role("link", name="the same page at localhost").click()

    expect(page.get_by_label("Pseudonym")).to_be_visible()
    assert page.url == f"{site}/account/signup/passkey/"


def test_the_chosen_colours_win_over_those_of_the_device(visit: Visit) -> None:
    page = visit(dark=True)
    join(page)
    paper = "getComputedStyle(document.body).backgroundColor"
    page.goto("/account/settings/")
    by_device = page.evaluate(paper)
    page.get_by_label("light", exact=True).check()
    press(page, "Save the settings")

    assert by_device == "rgb(21, 26, 23)"
    assert page.evaluate(paper) == "rgb(250, 247, 242)"


def everything(page: Page) -> Iterator[str]:
    """Every kind of page of an account, by its name."""
    for address in ("login/", "signup/", "signup/passkey/", "password/reset/", "inactive/", "erased/kept/"):
        page.goto(f"/account/{address}")
        yield address
    page.goto("/account/signup/")
    page.get_by_label("Pseudonym").fill("admin")
    page.get_by_label("E-mail address").fill("hilltop@example.org")
    page.get_by_label("Password", exact=True).fill("password123")
    press(page, "Join")
    yield "signup with mistakes"
    page.goto("/account/password/reset/")
    page.get_by_label("E-mail address").fill("nobody@example.org")
    press(page, "Send me a code")
    yield "code to reset"
    page.goto("/account/signup/passkey/")
    page.get_by_label("Pseudonym").fill("hilltop")
    page.get_by_label("E-mail address").fill("hilltop@example.org")
    press(page, "Go on")
    yield "code"
    page.get_by_label("Code", exact=True).fill(code_in_mail())
    press(page, "Go on")
    yield "make a passkey"
    press(page, "Make the passkey")
    page.goto("/account/password/set/")
    yield "is it you, by passkey"
    press(page, "Use a passkey")
    yield "set a password"
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password again").fill(PASSWORD)
    press(page, "Set the password")
    page.goto("/account/2fa/totp/activate/")
    yield "app"
    secret = page.locator("#secret").inner_text()
    page.get_by_label("Code", exact=True).fill(code_of_app(secret))
    press(page, "Turn it on")
    for address in OWN:
        page.goto(f"/account/{address}")
        yield address
    follow(page, "Rename")
    yield "rename a passkey"
    page.goto("/account/2fa/webauthn/")
    follow(page, "Remove")
    yield "remove a passkey"
    sign_out(page)
    sign_in(page)
    yield "one more step"


OWN = (
    "",
    "settings/",
    "data/",
    "erase/",
    "email/",
    "password/change/",
    "reauthenticate/",
    "sessions/",
    "logout/",
    "2fa/",
    "2fa/totp/deactivate/",
    "2fa/recovery-codes/",
    "2fa/recovery-codes/generate/",
    "2fa/reauthenticate/",
    "2fa/webauthn/add/",
    "2fa/webauthn/",
)


@pytest.mark.parametrize(
    ("phone", "dark"), [(False, False), (True, True)], ids=["light on a desktop", "dark on a phone"]
)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(visit: Visit, phone: bool, dark: bool) -> None:
    page = visit(dark=dark, phone=phone)
    with_passkeys(page)
    faults = []
    for name in everything(page):
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        found = axe(page)
        if found.violations_count:
            faults.append(f"{name}: {found.generate_report()}")
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            faults.append(f"{name}: scrolls sideways")

    assert not faults, "\n".join(faults)


def test_nothing_scrolls_sideways_at_the_narrowest_width_that_counts(visit: Visit) -> None:
    page = visit(phone=True)
    page.set_viewport_size({"width": 320, "height": 640})  # 400 % zoom on a desktop (WCAG 2.2, 1.4.10)
    with_passkeys(page)
    for name in everything(page):
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), name
