"""What hurts?, from the first word to the page for a clinician, as people come to it.

By keyboard alone, without JavaScript, on a phone, in light and in dark. A page that breaks its content
security policy or asks another host for anything fails the test that opened it (conftest.py at the root).
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.looking import axe

Visit = Callable[..., Page]

TRAIL = (
    "The outsides of both lower legs ache, from the ankle bone up about eight inches. It comes the day after "
    "a trail run and is worst when I push off with the forefoot. It never happens after road runs, and it is "
    "the same in three different pairs of shoes. I roll it with a foam roller."
)
HALF_MARATHON = (
    "No pain at all on my last long run before a half marathon. Later that night I had strong pain in the "
    "outer calf and then behind the knee on the outside, on the left. Straightening the knee hurts, stairs "
    "are impossible up and down, and so is crossing my left ankle over the other knee. X-ray and ultrasound "
    "were clear, and so were the ligament tests. Pushing the heel of the left shoe off with the other foot "
    "hurts behind the knee. I iced it, rested and took ibuprofen."
)
BREATHLESS = "My left calf is swollen after the long run, and I have chest pain and am short of breath."
QUESTION = "The outside of my left lower leg hurts when I run."

MOST_TABS = 400


def tab_to(page: Page, label: str) -> None:
    """Press Tab until the control with this label has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        said = page.evaluate("(document.activeElement.innerText || document.activeElement.id || '').trim()")
        if said.startswith(label):
            return
    raise AssertionError(f"{MOST_TABS} presses of Tab do not lead to {label!r}")


def press(page: Page, name: str) -> None:
    """Press the first button of this name and wait until the page that it leads to is there."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).first.click()


def walk(page: Page, account: str) -> Iterator[str]:
    """Every page of a check, one after another, by its name."""
    page.goto("/")
    yield "home"
    page.get_by_label("In your own words").fill(account)
    press(page, "See what I understand")
    yield "understood"
    press(page, "That is right, go on")
    yield "danger"
    press(page, "None of these")
    yield "answer"
    press(page, "One page for a clinician")
    yield "summary"


def walk_to(page: Page, account: str, name: str) -> None:
    """A check as far as the named page."""
    for here in walk(page, account):
        if here == name:
            return
    raise AssertionError(f"no page {name!r}")


def everything(page: Page) -> Iterator[str]:
    """Every kind of page there is, by its name."""
    yield from walk(page, TRAIL)
    page.goto("/")
    press(page, "See what I understand")
    yield "nothing told"
    page.get_by_label("In your own words").fill(BREATHLESS)
    press(page, "See what I understand")
    yield "danger sign in the words"
    press(page, "Yes, that is right")
    yield "stop"
    for address in (
        "/conditions/",
        "/conditions/?q=shin",
        "/conditions/achilles_rupture/",
        "/method/",
        "/sources/",
    ):
        page.goto(address)
        yield address
    page.goto("/no/such/page/")
    yield "not found"


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_the_whole_journey_by_keyboard_alone(visit: Visit, javascript: bool) -> None:
    page = visit(javascript=javascript)
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()

    tab_to(page, "text")
    page.keyboard.type(TRAIL)
    tab_to(page, "See what I understand")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("What I understood")
    tab_to(page, "push-off is the worst moment")
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="Correct: push-off is the worst moment")).to_be_visible()
    tab_to(page, "That is right, go on")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Danger signs first")
    tab_to(page, "None of these")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("What fits, and what to do")
    tab_to(page, "One page for a clinician")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Running injury: summary for a clinician")


def test_enter_in_a_field_goes_on_and_not_back(visit: Visit) -> None:
    page = visit()
    walk_to(page, TRAIL, "understood")
    page.get_by_text("Add something").click()
    page.get_by_label("Your age in years").fill("34")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Danger signs first")


def test_a_word_leads_to_its_chip_and_the_chip_corrects_it(visit: Visit) -> None:
    page = visit(javascript=False)
    walk_to(page, TRAIL, "understood")
    page.locator("mark a").filter(has_text="push off").first.click()
    chip = page.locator("li:target")
    expect(chip).to_contain_text("push-off is the worst moment")

    chip.locator("summary").click()
    chip.get_by_label("No", exact=True).check()
    page.get_by_role("button", name="Take my corrections").click()
    expect(page.get_by_text("not: push-off is the worst moment", exact=True)).to_be_visible()


def test_a_place_on_the_map_alone_leads_to_an_answer(visit: Visit) -> None:
    page = visit(javascript=False, phone=True)
    page.goto("/")
    page.get_by_text("Choose from a list instead").click()
    page.locator("#bodymap-list").get_by_label("Lower calf above the Achilles tendon").check()
    page.get_by_label("Left", exact=True).check()
    page.get_by_role("button", name="See what I understand").click()
    expect(page.locator("#chip-place-calf_lower")).to_contain_text("left")

    page.get_by_role("button", name="That is right, go on").click()
    page.get_by_role("button", name="None of these").click()
    expect(page.get_by_role("heading", name="What fits", exact=True)).to_be_visible()


def test_the_half_marathoner_is_asked_about_a_clot_before_anything_is_ranked(visit: Visit) -> None:
    page = visit(javascript=False)
    walk_to(page, HALF_MARATHON, "danger")
    expect(page.get_by_role("group", name=re.compile("whole calf or leg swollen"))).to_be_visible()
    expect(page.get_by_role("group", name=re.compile("an earlier clot"))).to_be_visible()
    expect(page.get_by_role("heading", name="What fits", exact=True)).to_have_count(0)

    page.get_by_role("button", name="None of these").click()
    expect(page.get_by_role("heading", name="What fits", exact=True)).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_an_answer_updates_the_list_and_the_focus_goes_on_with_it(visit: Visit, javascript: bool) -> None:
    page = visit(javascript=javascript)
    walk_to(page, QUESTION, "answer")
    asked = page.locator("#question").inner_text()
    page.locator(".question").get_by_role("button", name="No", exact=True).click()

    expect(page.get_by_text("Taken: “")).not_to_have_count(0)
    expect(page.locator("#question")).not_to_have_text(asked)
    expect(page.locator("#question")).to_be_focused()
    expect(page.get_by_role("status").filter(has_text="Taken: “")).to_have_count(1)


def test_with_script_an_answer_is_one_request_and_no_new_page(visit: Visit) -> None:
    page = visit()
    walk_to(page, QUESTION, "answer")
    page.wait_for_load_state()
    page.evaluate("window.stillHere = true")
    requests: list[str] = []
    pages = {"document", "xhr", "fetch"}
    page.on("request", lambda r: requests.append(r.method) if r.resource_type in pages else None)
    page.locator(".question").get_by_role("button", name="Yes").click()
    expect(page.get_by_text("Taken: “")).not_to_have_count(0)

    assert requests == ["POST"]
    assert page.evaluate("window.stillHere")


def test_a_site_that_does_not_answer_is_said_so(visit: Visit) -> None:
    page = visit()
    walk_to(page, QUESTION, "answer")
    page.wait_for_load_state()  # the script has to be there before the connection goes
    page.context.set_offline(True)
    page.locator(".question").get_by_role("button", name="Yes").click()

    expect(page.get_by_text("The site did not answer.")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_an_emergency_stops_by_keyboard_too(visit: Visit, javascript: bool) -> None:
    page = visit(javascript=javascript, phone=True)
    page.goto("/")
    tab_to(page, "text")
    page.keyboard.type(BREATHLESS)
    tab_to(page, "See what I understand")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("What I understood")
    tab_to(page, "Yes, that is right")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Get help now")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert "What fits" not in page.content()


def test_a_sign_that_appears_in_an_answer_stops_the_check_at_once(visit: Visit) -> None:
    page = visit()
    walk_to(page, QUESTION, "answer")
    page.get_by_text("Your answers (").click()
    page.get_by_role("group", name=re.compile("chest pain, breathlessness")).get_by_label("Yes").check()
    page.get_by_role("button", name="Take the changes").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Get help now")


@pytest.mark.parametrize(
    ("phone", "dark"), [(False, False), (True, True)], ids=["light on a desktop", "dark on a phone"]
)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(visit: Visit, phone: bool, dark: bool) -> None:
    page = visit(dark=dark, phone=phone)
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
    for name in everything(page):
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), name


def test_the_summary_is_one_page_of_paper(visit: Visit) -> None:
    page = visit()
    walk_to(page, TRAIL, "summary")
    page.wait_for_load_state()  # the style sheet for paper comes last
    printed: Any = page.pdf(format="A4")

    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


def test_the_print_button_is_there_only_when_it_works(visit: Visit) -> None:
    for javascript in (True, False):
        page = visit(javascript=javascript)
        walk_to(page, TRAIL, "summary")
        expect(page.get_by_role("button", name="Print this page")).to_be_visible(visible=javascript)
