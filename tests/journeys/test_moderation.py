"""A flag, from the member who sends it to the moderator who decides, and back, as people come to it.

By mouse and by keyboard alone, with and without JavaScript, on a phone and a desktop, in light and in dark.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from secondwind.accounts.models import User
from secondwind.forums.access import member_of
from secondwind.forums.actions import places
from secondwind.forums.actions.flag import flag
from secondwind.forums.actions.post import ask, reply
from secondwind.forums.models import CannedReply, Forum, Member, Post, QueueItem
from tests.journeys.looking import axe

Visit = Callable[..., Page]

BREATHLESS = "My left calf is swollen after the long run, and I have chest pain and am short of breath."
TONE = "Answer the question and leave the person alone."
HARSH = "Only a fool runs in shoes like that."
MOST_TABS = 300


@pytest.fixture
def people(transactional_db: None) -> dict[str, User]:
    """Alice asks, bob answers harshly, carl is there to flag, mia moderates."""
    places.make_first()
    people = {
        name: User.objects.create_user(name, f"{name}@example.org", "correct horse battery")
        for name in ("alice", "bob", "carl", "mia")
    }
    User.objects.filter(username="mia").update(is_moderator=True)
    for person in people.values():
        Member.objects.filter(pk=member_of(person).pk).update(trust=2)
    forum = Forum.objects.get(slug="injuries")
    reply(people["bob"], ask(people["alice"], forum, "Outer leg aches", "After trail runs.").thread, HARSH)
    return people


@pytest.fixture
def as_(visit: Visit, people: dict[str, User], site: str) -> Visit:
    """A page of somebody who is signed in: `as_("mia", javascript=False)`."""

    def come(name: str, **options: Any) -> Page:
        client = Client()
        client.force_login(people[name], "allauth.account.auth_backends.AuthenticationBackend")
        page = visit(**options)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}])
        return page

    return come


def harsh() -> Post:
    return Post.objects.get(body=HARSH)


def press(page: Page, name: str) -> None:
    """Press the button of this name and wait for the page that it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.click()


def tab_to(page: Page, label: str) -> None:
    """Press Tab until the control with this label or id has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        said = page.evaluate("[document.activeElement.id, document.activeElement.innerText || '']")
        if any(words.strip().startswith(label) for words in said):
            return
    raise AssertionError(f"{MOST_TABS} presses of Tab do not lead to {label!r}")


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_a_flag_is_sent_decided_told_and_taken_back(as_: Visit, javascript: bool) -> None:
    carl = as_("carl", javascript=javascript, phone=True)
    carl.goto(f"/posts/{harsh().pk}/")
    carl.get_by_role("link", name="Flag").last.click()
    carl.get_by_label("Rude or hurtful").check()
    carl.get_by_label("In your words").fill("He calls her a fool.")
    press(carl, "Send to the moderators")
    expect(carl.get_by_text("A moderator will look at it")).to_be_visible()

    mia = as_("mia", javascript=javascript)
    mia.goto("/community/")
    mia.get_by_role("link", name="Moderation").click()
    matter = mia.get_by_role("article").filter(has_text=HARSH)
    expect(matter).to_contain_text("He calls her a fool.")
    matter.get_by_label("Ready-made reason").select_option(label=f"Tone: {TONE}")
    press(mia, "Hide it")
    expect(mia.get_by_text("Nothing waits.")).to_be_visible()

    carl.goto(f"/threads/{harsh().thread_id}/")
    expect(carl.get_by_text("#2: hidden by a moderator: Answer the question")).to_be_visible()
    expect(carl.get_by_text(HARSH)).to_have_count(0)

    bob = as_("bob", javascript=javascript)
    bob.goto("/community/")
    bob.get_by_role("link", name="Notifications").click()
    expect(bob.get_by_text("A moderator hid your post #2 in “Outer leg aches”")).to_be_visible()
    expect(bob.get_by_text(TONE)).to_be_visible()

    mia.get_by_role("navigation", name="Moderation").get_by_role("link", name="Log").click()
    line = mia.get_by_role("listitem").filter(has_text="mia hid a post")
    line.get_by_text("Take this back").click()
    line.get_by_label("Reason in your own words").fill("It was said in jest, alice tells me.")
    press(mia, "Take it back")
    expect(mia.get_by_text("Taken back by mia")).to_be_visible()

    carl.reload()
    expect(carl.get_by_text(HARSH)).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_the_queue_by_keyboard_alone(as_: Visit, people: dict[str, User], javascript: bool) -> None:
    flag(people["carl"], harsh(), "rude")
    item = QueueItem.objects.get()
    page = as_("mia", javascript=javascript)
    page.goto("/moderation/")
    tab_to(page, f"canned-{item.pk}")
    page.keyboard.press("T")  # chooses "Tone: …"
    tab_to(page, f"why-{item.pk}")
    page.keyboard.type("The second word.")
    tab_to(page, "Hide it")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_text("Done: hid a post (#2).")).to_be_visible()
    assert harsh().why_hidden.endswith("leave the person alone. The second word.")


def test_enter_in_the_reason_does_the_mildest_thing(as_: Visit, people: dict[str, User]) -> None:
    flag(people["carl"], harsh(), "rude")
    page = as_("mia")
    page.goto("/moderation/")
    page.get_by_label("Reason in your own words").fill("Harsh, and no more.")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert harsh().is_published


def everything(page: Page, people: dict[str, User]) -> list[str]:
    """Every page of the moderators, of flagging and of notices, each with something on it."""
    forum = Forum.objects.get(slug="injuries")
    flag(people["carl"], harsh(), "rude", "He calls her a fool.")
    ask(people["alice"], forum, "Swollen calf", BREATHLESS)
    Member.objects.filter(user=people["carl"]).update(trust=0)
    reply(people["carl"], harsh().thread, "The best shoes are at https://example.org/shoes today.")
    page.goto(f"/moderation/threads/{harsh().thread_id}/")
    page.get_by_text("Lock the thread").click()
    page.locator("form").filter(has_text="Lock it").get_by_label("Reason in your own words").fill("Heated.")
    press(page, "Lock it")
    return [
        "/moderation/",
        "/moderation/?kind=spam",
        "/moderation/log/",
        "/moderation/load/",
        "/moderation/replies/",
        f"/moderation/replies/{CannedReply.objects.earliest('pk').pk}/",
        "/moderation/forums/",
        f"/moderation/posts/{harsh().pk}/",
        f"/moderation/threads/{harsh().thread_id}/",
        "/moderation/people/bob/",
        f"/posts/{harsh().pk}/flag/",
        "/notifications/",
    ]


@pytest.mark.parametrize(
    ("phone", "dark"), [(False, False), (True, True)], ids=["light on a desktop", "dark on a phone"]
)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    as_: Visit, people: dict[str, User], phone: bool, dark: bool
) -> None:
    page = as_("mia", phone=phone, dark=dark)
    faults = []
    for address in everything(page, people):
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        found = axe(page)
        if found.violations_count:
            faults.append(f"{address}: {found.generate_report()}")
        for width in (320, 360) if phone else (1280,):
            page.set_viewport_size({"width": width, "height": 740})
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                faults.append(f"{address}: scrolls sideways at {width}")

    assert not faults, "\n".join(faults)


def test_a_refusal_stands_at_its_matter_and_keeps_the_words(as_: Visit, people: dict[str, User]) -> None:
    flag(people["carl"], harsh(), "rude")
    page = as_("mia")
    page.goto("/moderation/")
    page.get_by_label("Reason in your own words").fill("?")
    press(page, "Hide it")
    expect(page.get_by_role("article").get_by_role("alert")).to_have_text(re.compile("Say why"))
    expect(page.get_by_label("Reason in your own words")).to_have_value("?")
