"""From a hurting heel to a counted end: check, ask, a helper asks, a tap, an answer, a mail, one tap."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from playwright.sync_api import Page, expect

from secondwind.accounts.models import User
from secondwind.cases import reminders
from secondwind.cases.actions import keep, outcomes
from secondwind.cases.models import Beginning, Case, State, today
from secondwind.clinic import read
from secondwind.clinic.outcomes import Back
from secondwind.forums.actions import places
from secondwind.forums.actions.post import ask, reply
from secondwind.forums.models import Forum, Thread
from secondwind.forums.testing import member
from tests.journeys.looking import axe

HEEL = (
    "The inside of my left heel hurts underneath with the first steps in the morning, eases after a few "
    "minutes and comes back after sitting. Ice helps a little. No swelling."
)
OTHER = (
    "Right heel is sore underneath, the first steps out of bed are the worst, then it warms up. Ice helped."
)
PASSWORD = "seven hills before noon"

Visit = Callable[..., Page]


@pytest.fixture(autouse=True)
def forums(site: str) -> None:
    places.make_first()


def sign_in(page: Page, user: User, site: str) -> Page:
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
    return page


def press(page: Page, name: str, role: Any = "button") -> None:
    with page.expect_navigation():
        page.get_by_role(role, name=name, exact=True).first.click()


def no_violations(page: Page, javascript: bool) -> None:
    if not javascript:  # axe is a script itself; the pages are the same
        return
    found = axe(page)
    assert found.violations_count == 0, found.generate_report()


def check(page: Page) -> None:
    page.goto("/")
    page.get_by_role("textbox", name=re.compile("What hurts|words|account", re.IGNORECASE)).first.fill(HEEL)
    press(page, "See what I understand")
    press(page, "That is right, go on")
    press(page, "None of these")


def join(page: Page, name: str) -> None:
    page.get_by_label("Pseudonym").fill(name)
    page.get_by_label("E-mail address").fill(f"{name}@example.org")
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    press(page, "Join")
    found = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found
    page.get_by_label("Code").fill(found[1])
    press(page, "Go on")


def nine_before(bob: User) -> None:
    """Nine runners with the same pattern, who told how it ended; one of them in a thread."""
    told = read(HEEL).case
    for number in range(9):
        owner = User.objects.create_user(f"runner{number}", f"runner{number}@example.org")
        case = keep.begin(
            [told], text=HEEL, beginning=Beginning.CHECK, owner=owner, on=today() - timedelta(weeks=20),
            state=State.CONFIRMED,
        )[0]  # fmt: skip
        outcomes.tell(
            case, Back.FULL if number % 2 else Back.PARTLY, on=case.date + timedelta(weeks=6 + number)
        )
    ask(bob, Forum.objects.get(slug="injuries"), "Sore underneath in the morning", OTHER)


@pytest.mark.parametrize("javascript", [True, False])
def test_from_the_check_to_the_numbers(visit: Visit, site: str, javascript: bool) -> None:
    helper = member("helper")
    nine_before(member("bob"))
    runner = visit(javascript=javascript, phone=not javascript, dark=not javascript)

    # The check meets the community, and a visitor joins on the way.
    check(runner)
    expect(runner.get_by_role("heading", name="Runners with a similar case")).to_be_visible()
    expect(runner.get_by_role("link", name=re.compile("heel", re.IGNORECASE)).first).to_be_visible()
    no_violations(runner, javascript)
    press(runner, "Ask the community")
    expect(runner.get_by_text("keeps your words")).to_be_visible()
    press(runner, "Keep it and join")
    join(runner, "anna")
    expect(runner.get_by_text("This card will stand on your thread")).to_be_visible()
    press(runner, "Ask")
    thread = Thread.objects.latest("pk")
    case = Case.objects.latest("pk")
    card = runner.locator(f"#case-{case.pk}")
    expect(card).to_be_visible()

    # A helper asks, the runner taps, the card grows.
    other = sign_in(visit(javascript=javascript), helper, site)
    other.goto(f"/threads/{thread.pk}/")
    before = len(case.told.items)
    with other.expect_navigation():
        other.get_by_role("button", name=re.compile("^Ask: ")).first.click()
    expect(other.get_by_text("Asked, not answered yet")).to_be_visible()
    runner.goto(f"/threads/{thread.pk}/")
    expect(card.get_by_text("A helper asks")).to_be_visible()
    no_violations(runner, javascript)
    with runner.expect_navigation():
        card.get_by_role("button", name="No", exact=True).click()
    case.refresh_from_db()
    assert len(case.told.items) == before + 1
    expect(card.get_by_text("Asked and answered")).to_be_visible()

    # An answer is marked.
    other.goto(f"/reply/{thread.pk}/")
    other.get_by_label("Your reply").fill("Mine went with calf raises, slowly, over ten weeks.")
    press(other, "Post reply")
    runner.goto(f"/threads/{thread.pk}/")
    press(runner, "Correct answer")
    expect(runner.get_by_role("heading", name="What helped, by the asker")).to_be_visible()

    # Six weeks on: a mail, one tap by somebody who is signed in nowhere.
    mail.outbox.clear()
    Case.objects.filter(pk=case.pk).update(date=today() - timedelta(weeks=6))
    assert reminders.send_due() == 1
    found = re.search(r"/cases/how/\S+", str(mail.outbox[-1].body))
    assert found
    phone = visit(javascript=javascript, phone=True, dark=True)
    phone.goto(found[0])
    no_violations(phone, javascript)
    press(phone, "Running as before")
    expect(phone.get_by_role("heading", name="Noted, thank you")).to_be_visible()
    no_violations(phone, javascript)
    phone.get_by_label("Worst pain in the last week").fill("1")
    phone.get_by_role("group", name="Ice").get_by_text("It helped", exact=True).click()
    press(phone, "Save this too")
    expect(phone.get_by_role("heading", name="Thank you")).to_be_visible()

    # It stands on the thread, in the list of the next, and in the numbers.
    phone.goto(f"/threads/{thread.pk}/")
    expect(phone.get_by_text("6 weeks later: running as before")).to_be_visible()
    like_it = Thread.objects.get(title="Sore underneath in the morning")
    phone.goto(f"/threads/{like_it.pk}/")
    expect(phone.get_by_text("6 weeks later: running as before")).to_be_visible()
    phone.goto("/cases/totals/")
    expect(phone.get_by_text("Of 10 runners")).to_be_visible()
    no_violations(phone, javascript)
    if javascript:
        wider = phone.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0


@pytest.mark.parametrize("dark", [False, True])
def test_the_pages_around_a_case_can_be_read_by_everybody(visit: Visit, site: str, dark: bool) -> None:
    anna, helper = member("anna"), member("helper", is_moderator=True)
    thread = ask(anna, Forum.objects.get(slug="injuries"), "Sore underneath in the morning", HEEL).thread
    reply(helper, thread, "Calf raises helped me. Have you tried taping?")
    case = Case.objects.get()
    runner = sign_in(visit(phone=True, dark=dark), anna, site)
    moderator = sign_in(visit(phone=not dark, dark=dark), helper, site)
    for page, path in [
        (runner, f"/threads/{thread.pk}/"),
        (runner, "/cases/"),
        (runner, f"/cases/{case.pk}/"),
        (runner, f"/cases/{case.pk}/edit/"),
        (runner, f"/cases/{case.pk}/delete/"),
        (runner, f"/cases/{case.pk}/how/"),
        (moderator, f"/moderation/threads/{thread.pk}/"),
        (moderator, "/cases/totals/"),
    ]:
        page.goto(path)
        no_violations(page, True)
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, path

    # An item leads to its words, which then stand out.
    runner.goto(f"/threads/{thread.pk}/")
    runner.locator(".case-card").get_by_role("link", name="first steps are the worst").click()
    expect(runner.locator("mark:target")).to_contain_text("first steps in the morning")
    expect(runner.locator("mark:target")).to_be_in_viewport()
