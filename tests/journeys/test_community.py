"""The community from the first visit to the last: join, ask, be answered, say what helped, moderate, take
everything along, leave. Once with a passkey and JavaScript, once with a password and without."""

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from secondwind.accounts.models import User
from secondwind.forums.actions import places
from secondwind.forums.actions.mark import mark
from secondwind.forums.actions.post import ask, reply
from secondwind.forums.models import Forum, Mark, Post, Thread
from secondwind.forums.testing import member
from tests.journeys.looking import axe

TITLE = "Outer lower legs ache after trail runs"
QUESTION = "Both outer lower legs ache the day after a trail run, never after road runs. What helped you?"
PASSWORD = "seven hills before noon"

Visit = Callable[..., Page]
Contexts = Callable[..., BrowserContext]


@pytest.fixture(autouse=True)
def forums(site: str) -> None:
    places.make_first()


def sign_in(page: Page, user: User, site: str) -> Page:
    """Give a browser the session of somebody who signed in elsewhere."""
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
    return page


def press(page: Page, name: str, role: Any = "button") -> None:
    with page.expect_navigation():
        page.get_by_role(role, name=name, exact=True).first.click()


def code_from_mail() -> str:
    found = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found[1]


def join_by_password(page: Page, name: str) -> None:
    page.goto("/account/signup/")
    page.get_by_label("Pseudonym").fill(name)
    page.get_by_label("E-mail address").fill(f"{name}@example.org")
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    press(page, "Join")
    page.get_by_label("Code").fill(code_from_mail())
    press(page, "Go on")


class Authenticator:
    """A device of Chromium's own making that holds passkeys, plugged into one page."""

    def __init__(self, page: Page) -> None:
        self.devtools = page.context.new_cdp_session(page)
        self.devtools.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
            "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
        }  # fmt: skip
        made = self.devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self.name = {"authenticatorId": made["authenticatorId"]}

    def keys(self) -> list[Any]:
        """What the device holds."""
        return list(self.devtools.send("WebAuthn.getCredentials", self.name)["credentials"])

    def take(self, keys: list[Any]) -> None:
        """Put the passkeys of another device on this one."""
        for key in keys:
            self.devtools.send("WebAuthn.addCredential", self.name | {"credential": key})


def join_by_passkey(page: Page, name: str) -> Authenticator:
    device = Authenticator(page)
    page.goto("/account/signup/")
    press(page, "Join with a passkey", "link")
    page.get_by_label("Pseudonym").fill(name)
    page.get_by_label("E-mail address").fill(f"{name}@example.org")
    press(page, "Go on")
    page.get_by_label("Code").fill(code_from_mail())
    press(page, "Go on")
    press(page, "Make the passkey")
    return device


def post(page: Page, number: int) -> Any:
    return page.locator(f"#post-{number}")


@pytest.mark.parametrize("javascript", [True, False], ids=["passkey and script", "password, no script"])
def test_from_joining_to_leaving(
    visit: Visit, new_context: Contexts, site: str, tmp_path: Path, javascript: bool
) -> None:
    bob, sam, mia = member("bob"), member("sam"), member("mia", is_moderator=True)
    _four_correct_answers(bob, mia)
    alice = visit(javascript=javascript)
    keys = []
    if javascript:
        keys = join_by_passkey(alice, "alice").keys()
    else:
        join_by_password(alice, "alice")
    expect(alice.get_by_role("navigation", name="Account")).to_contain_text("alice")

    alice = _ask_with_a_killed_browser(alice, new_context, javascript)
    thread = Thread.objects.get(title=TITLE)
    page_of_thread = f"/threads/{thread.pk}/{thread.slug}/"

    helpers = {user: sign_in(visit(javascript=javascript), user, site) for user in (bob, sam, mia)}
    _reply(helpers[bob], page_of_thread, "Mine calmed down when I halved the trail part for three weeks.")
    _reply(helpers[sam], page_of_thread, "Buy my magic socks, they cure everything.")
    expect(post(helpers[bob], 2)).to_contain_text("Rookie · 5 posts")

    _quote(alice, page_of_thread)
    _mark(alice, page_of_thread)
    expect(post(alice, 2)).to_contain_text("Amateur · 5 posts")
    alice.goto("/people/bob/")
    expect(alice.locator(".figures")).to_contain_text("50")

    _flag(alice, page_of_thread)
    _hide(helpers[mia])
    alice.goto(page_of_thread)
    expect(post(alice, 3)).to_contain_text("hidden by a moderator: An advertisement")
    expect(alice.get_by_text("magic socks")).to_have_count(0)
    _take_back(helpers[mia])
    alice.goto(page_of_thread)
    expect(post(alice, 3)).to_contain_text("magic socks")

    if javascript:
        Authenticator(alice).take(keys)
    _export(alice, tmp_path)
    _erase(alice)
    reader = visit(javascript=javascript)
    reader.goto(page_of_thread)
    expect(post(reader, 1)).to_contain_text("former member")
    expect(post(reader, 1)).to_contain_text("Both outer lower legs ache")
    assert not User.objects.filter(username="alice").exists()


def _four_correct_answers(bob: User, asker: User) -> None:
    """Bob has forty points, ten short of the next rank."""
    for number in range(4):
        thread = ask(
            asker, Forum.objects.get(slug="training"), f"Question {number}", "How do you pace hills?"
        ).thread
        Post.objects.update(created_at=thread.created_at.replace(year=2020))  # bob was in no hurry
        mark(asker, reply(bob, thread, f"By effort, not by pace. Part {number}."), Mark.CORRECT)
    Post.objects.update(created_at=thread.created_at.replace(year=2020))


def _ask_with_a_killed_browser(page: Page, new_context: Contexts, javascript: bool) -> Page:
    page.goto("/community/injuries/")
    press(page, "Start a thread", "link")
    address = page.url
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Your text").fill(QUESTION)
    if javascript:
        expect(page.locator("[data-status]")).to_contain_text("Draft saved")
    else:
        press(page, "Save draft")
    kept = page.context.storage_state()
    page.context.close()  # no unload handler runs: what is not on the server is lost

    page = new_context(java_script_enabled=javascript, storage_state=kept).new_page()
    page.goto(address)
    expect(page.get_by_label("Title")).to_have_value(TITLE)
    expect(page.get_by_label("Your text")).to_have_value(QUESTION)
    press(page, "Ask")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    return page


def _reply(page: Page, thread: str, text: str) -> None:
    page.goto(thread)
    page.get_by_label("Your reply").fill(text)
    press(page, "Post reply")
    expect(page.get_by_text(text)).to_be_visible()


def _quote(page: Page, thread: str) -> None:
    page.goto(thread)
    with page.expect_navigation():
        post(page, 2).get_by_role("link", name="Quote").click()
    text = page.get_by_label("Your reply")
    expect(text).to_have_value(re.compile("> Mine calmed down"))
    text.fill(f"{text.input_value()}\n\nThank you, I will try that.")
    press(page, "Post reply")
    expect(post(page, 4).locator("blockquote")).to_contain_text("Mine calmed down")
    expect(post(page, 4)).to_contain_text("in response to #2 bob")


def _mark(page: Page, thread: str) -> None:
    page.goto(thread)
    for number, button in ((3, "Helpful"), (2, "Correct answer")):
        with page.expect_navigation():
            post(page, number).get_by_role("button", name=button).click()
    expect(page.locator(".answers")).to_contain_text("Correct")
    expect(page.locator(".answers")).to_contain_text("Mine calmed down")


def _flag(page: Page, thread: str) -> None:
    page.goto(thread)
    with page.expect_navigation():
        post(page, 3).get_by_role("link", name="Flag").click()
    page.get_by_label("Spam or an advertisement").check()
    press(page, "Send to the moderators")


def _hide(page: Page) -> None:
    page.goto("/community/")
    press(page, "Moderation", "link")
    expect(page.get_by_text("magic socks")).to_be_visible()
    page.get_by_label("Reason in your own words").first.fill("An advertisement")
    press(page, "Hide it")
    expect(page.get_by_text("Nothing waits")).to_be_visible()


def _take_back(page: Page) -> None:
    page.goto("/moderation/log/")
    page.get_by_text("Take this back").first.click()
    page.get_by_label("Reason in your own words").first.fill("It was meant as a joke.")
    press(page, "Take it back")


def _export(page: Page, folder: Path) -> None:
    page.goto("/account/data/")
    _say_who_it_is(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Make the archive and save it").click()
    file = folder / "alice.zip"
    download.value.save_as(file)
    with zipfile.ZipFile(file) as archive:
        texts = [one["text"] for one in json.loads(archive.read("forums/posts.json"))]
    assert texts[0] == QUESTION
    assert texts[1].endswith("Thank you, I will try that.")


def _say_who_it_is(page: Page) -> None:
    """What comes next matters, so the site asks once more."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it you?")
    if page.get_by_role("button", name="Use a passkey").count():
        press(page, "Use a passkey")
    else:
        page.get_by_role("textbox", name="Password").fill(PASSWORD)
        press(page, "Go on")


def _erase(page: Page) -> None:
    page.goto("/account/erase/")
    page.get_by_label("Leave them.").check()
    page.get_by_label("Your pseudonym").fill("alice")
    press(page, "Erase my account for good")
    page.goto("/account/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


@pytest.mark.parametrize(
    ("phone", "dark"), [(False, False), (True, True), (False, True), (True, False)],
    ids=["light desktop", "dark phone", "dark desktop", "light phone"],
)  # fmt: skip
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    visit: Visit, site: str, phone: bool, dark: bool
) -> None:
    alice, mia = member("alice"), member("mia", is_moderator=True)
    forum = Forum.objects.get(slug="injuries")
    worrying = ask(
        alice, forum, "Sore calf " + "x" * 90, "My left calf is clearly swollen and warm. " + "y" * 400
    )
    answer = reply(
        mia, worrying.thread, "See a doctor today.\n\n| a | b |\n|---|---|\n| " + "z" * 99 + " | c |"
    )
    mark(alice, answer, Mark.HELPFUL)
    faults = []
    for user in (None, alice, mia):
        page = visit(phone=phone, dark=dark)
        if phone:
            page.set_viewport_size({"width": 320, "height": 640})
        if user:
            sign_in(page, user, site)
        for address in (
            "/community/", "/community/injuries/", "/community/latest/?show=unanswered",
            f"/threads/{worrying.thread_id}/", "/people/mia/",
        ):  # fmt: skip
            page.goto(address)
            found = axe(page, colours_alone=dark)
            if found.violations_count:
                faults.append(f"{address} for {user}: {found.generate_report()}")
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                faults.append(f"{address} for {user}: scrolls sideways")

    assert not faults, "\n".join(faults)
