"""Searching as people do: with a typo, then with a filter; on a desktop, and on a phone without scripts."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from secondwind.forums.actions import places
from secondwind.forums.actions.mark import mark
from secondwind.forums.actions.post import ask, reply
from secondwind.forums.models import Forum, Mark
from secondwind.forums.testing import member
from tests.journeys.looking import axe

QUESTION = (
    "The underside of my left heel hurts with the first steps in the morning. Plantar fasciitis, said the "
    "physio, and the calf is tight too."
)

Visit = Callable[..., Page]


@pytest.fixture(autouse=True)
def threads(site: str) -> None:
    """Two questions about heels, one of them answered, and one about something else."""
    places.make_first()
    mia = member("mia", is_moderator=True)
    forum = Forum.objects.get(slug="injuries")
    post = ask(mia, forum, "Sore under the heel", QUESTION)
    answer = reply(member("bob"), post.thread, "Calf raises on a step, slowly, every other day.")
    mark(mia, answer, Mark.CORRECT)
    ask(mia, forum, "PF on the right", "My right heel has plantar fasciitis too, worst in the morning.")
    ask(mia, forum, "Wet shoes", "Which trail shoes drain well after a river?")


def test_search_with_a_typo_and_a_filter(visit: Visit) -> None:
    page = visit()
    page.goto("/community/")
    page.get_by_role("navigation", name="Site").get_by_role("link", name="Search").click()
    page.get_by_label("What are you looking for?").fill("plantar fascitiis mornning")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Shown for")).to_be_visible()
    expect(page.get_by_role("link", name="Sore under the heel")).to_be_visible()
    expect(page.get_by_role("link", name="PF on the right")).to_be_visible()
    expect(page.locator("mark").first).to_be_visible()

    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("Answer").select_option("yes")
    expect(page.get_by_role("link", name="PF on the right")).to_have_count(0)
    expect(page.get_by_role("link", name="Sore under the heel")).to_be_visible()
    page.wait_for_url("**answered=yes**")
    looks_right(page)
    page.get_by_role("link", name="Sore under the heel").click()
    similar = page.locator("section").filter(has_text=re.compile("similar case|More like this"))
    expect(similar.get_by_text("PF on the right").last).to_be_visible()


def test_search_on_a_phone_without_scripts(visit: Visit) -> None:
    phone = visit(javascript=False, phone=True, dark=True)
    phone.goto("/search/?q=heel+morning")
    phone.get_by_text("Filters", exact=True).click()
    phone.get_by_label("Side").select_option("right")
    phone.get_by_role("button", name="Use these filters").click()
    expect(phone.get_by_role("link", name="PF on the right")).to_be_visible()
    expect(phone.get_by_role("link", name="Sore under the heel")).to_have_count(0)


def looks_right(page: Page) -> None:
    """Axe finds nothing and nothing scrolls sideways, on a desktop by day and a phone by night."""
    for width, scheme in ((1280, "light"), (360, "dark")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of two words
        found = axe(page)
        assert not found.violations_count, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
