"""Pain and the way back as a runner uses them: by thumb, by keyboard, without scripts, on a narrow phone."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from secondwind.accounts.models import User
from secondwind.forums.actions import places, post
from secondwind.forums.models import Forum
from secondwind.recovery import asking
from secondwind.recovery.actions import morning, returns
from secondwind.recovery.models import Excerpt, MorningQuestion, Pain, Return
from secondwind.recovery.queries import Site
from secondwind.runlog.models import Run
from tests.journeys.looking import axe

Visit = Callable[..., Page]
As = Callable[..., Page]

LEG = Site("leg_outer_lower", "left")


@pytest.fixture
def alice(site: str) -> User:
    return User.objects.create_user("alice", "alice@example.org", "correct horse battery")


@pytest.fixture
def as_(visit: Visit, site: str) -> As:
    """A page of a new browser in which somebody is signed in; options as for `visit`."""

    def come(user: User, **options: bool) -> Page:
        client = Client()
        client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
        page = visit(**options)
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        return page

    return come


def a_run(owner: User, ago: int, **fields: Any) -> Run:
    """A run so many days ago, at seven in the morning."""
    day = timezone.localdate() - timedelta(days=ago)
    start = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=7)
    given = {"distance_m": 8000.0, "elapsed_s": 2700.0, "surface": "road"} | fields
    return Run.objects.create(owner=owner, day=day, start=start, offset_s=0, **given)


def weeks_of_trail_and_road(owner: User) -> None:
    """Two months in which it hurts the morning after trail."""
    for ago in range(1, 57, 2):
        is_trail = ago % 8 == 1
        run = a_run(owner, ago, surface="trail" if is_trail else "road")
        Pain.objects.create(
            owner=owner, day=run.day, run=run, region=LEG.region, side=LEG.side,
            after=0, morning=5 if is_trail else 0,
        )  # fmt: skip


class Taps:
    """Taps on a page, counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def on(self, target: Any) -> None:
        self.count += 1
        target.tap() if self.page.evaluate("'ontouchstart' in window") else target.click()


def press(page: Page, name: str | re.Pattern[str]) -> None:
    """Press the button of this name by keyboard and wait until the page that it leads to is there."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).first.press("Enter")


def look(page: Page, dark: bool = False) -> None:
    """Everybody can read it, and it is no wider than what it is shown on."""
    page.evaluate("document.querySelectorAll('main details').forEach(fold => { fold.open = true })")
    found = axe(page, colours_alone=dark)
    assert found.violations_count == 0, f"{page.url}: {found.generate_report()}"
    wide, shown = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide <= shown, f"{page.url} is {wide} pixels wide"


# --- Pain ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_a_first_entry_takes_six_taps_at_most_and_the_next_one_two(
    as_: As, alice: User, javascript: bool
) -> None:
    a_run(alice, 0)
    page = as_(alice, javascript=javascript, phone=True)
    page.goto("/log/pain/new/")
    first = Taps(page)
    first.on(page.locator(".bm-tab").nth(2))
    shape = page.locator(".bm-view:visible .bm-region", has=page.locator("[value=leg_outer_lower]"))
    first.on(shape.locator(".bm-shape").first)
    first.on(page.get_by_role("group", name="Which side?").get_by_text("Left", exact=True))
    first.on(page.locator(".pain-level:has([name=level][value='4'])"))
    with page.expect_navigation():
        first.on(page.get_by_role("button", name="Keep it"))
    assert first.count <= 6
    expect(page.get_by_role("status").first).to_contain_text("4 of 10")
    pain = Pain.objects.get()
    assert (pain.region, pain.side, pain.after, pain.run) == (LEG.region, LEG.side, 4, Run.objects.get())

    page.goto("/log/")
    again = Taps(page)
    with page.expect_navigation():
        again.on(page.get_by_role("navigation", name="Log").get_by_role("link", name="Pain"))
    with page.expect_navigation():
        again.on(page.locator(f"button[value='{LEG.key}:2']"))
    assert again.count == 2
    pain.refresh_from_db()
    assert pain.after == 2


def test_an_entry_with_a_danger_sign_by_keyboard_shows_the_notice_first(as_: As, alice: User) -> None:
    page = as_(alice, phone=True)
    page.goto("/log/pain/new/")
    page.get_by_text("Choose from a list instead").press("Enter")
    page.locator(".bm-choice [value=heel_bottom_inner]").press("Space")
    page.locator("[name=side][value=right]").press("Space")
    page.locator("[name=level][value='3']").press("Space")
    page.locator("[name=signs][value=rf_no_weight]").press("Space")
    with page.expect_navigation():
        page.get_by_role("button", name="Keep it").press("Enter")
    expect(page.locator(".card-danger h2")).to_contain_text("Be seen today")
    page.goto("/log/pain/")
    notice, quick = page.locator(".card-danger").bounding_box(), page.locator(".pain-quick").bounding_box()
    assert notice is not None
    assert quick is not None
    assert notice["y"] < quick["y"]


def test_the_next_morning_is_answered_from_the_mail_without_signing_in(
    visit: Visit, alice: User, site: str
) -> None:
    a_run(alice, 1)
    day = timezone.localdate() - timedelta(days=3)
    Pain.objects.create(owner=alice, day=day, region=LEG.region, side=LEG.side, after=2)
    at_seven = datetime.combine(timezone.localdate(), datetime.min.time(), UTC) + timedelta(hours=7)
    assert morning.mail_all(at_seven) == 1
    addresses = re.findall(r"^ ?\d+  \S*?(/log/\S+)$", str(mail.outbox[0].body), re.M)
    page = visit(javascript=False, phone=True)
    page.goto(addresses[3])
    expect(page.get_by_role("heading", level=1)).to_have_text("3 of 10 this morning?")
    assert not Pain.objects.exclude(morning=None).exists()
    press(page, re.compile("Outside of the lower leg"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Kept")
    assert Pain.objects.exclude(morning=None).get().morning == 3
    press(page, "No more of these mails")
    expect(page.get_by_role("heading", level=1)).to_have_text("No more morning mails")


# --- To the case --------------------------------------------------------------------------------------------


def test_twelve_weeks_are_shared_with_a_thread_and_withdrawn(as_: As, visit: Visit, alice: User) -> None:
    weeks_of_trail_and_road(alice)
    places.make_first()
    forum = Forum.objects.get(slug="injuries")
    thread = post.ask(alice, forum, "Outer lower leg", "It hurts the day after trail runs.").thread
    page = as_(alice, javascript=False, phone=True)
    page.goto("/log/pain/")
    page.get_by_role("link", name="Share twelve weeks").press("Enter")
    expect(page.locator(".twelve svg")).to_be_visible()
    page.get_by_label("Attach it to").select_option("Outer lower leg")
    press(page, "Share this picture")
    reader = visit(phone=True)
    reader.goto(f"/threads/{thread.pk}/{thread.slug}/")
    picture = reader.locator(".attached img")
    assert picture.evaluate("async image => { await image.decode(); return image.naturalWidth }") > 0
    reader.locator(".attached a").press("Enter")
    expect(reader.locator("figcaption")).to_contain_text("28 runs")
    look(reader)

    press(page, re.compile("Withdraw"))
    assert not Excerpt.objects.exists()
    assert reader.reload() is not None
    expect(reader.get_by_role("heading", level=1)).to_have_text("This trail ends here")


def test_the_log_fills_the_check_and_the_check_leads_to_a_plan(as_: As, alice: User) -> None:
    weeks_of_trail_and_road(alice)
    page = as_(alice, javascript=False)
    page.goto("/log/pain/case/")
    expect(page.get_by_text("7 of 7 trail runs, 0 of 21 road runs").first).to_be_visible()
    press(page, "Take this to the check")
    chip = page.locator("#chip-finding-act_trail_only")
    expect(chip).to_contain_text("your log")
    press(page, "That is right, go on")
    press(page, re.compile("None of these"))
    press(page, "Follow this plan with my log")
    expect(page.get_by_role("heading", name="Before the first step")).to_be_visible()


def test_one_page_for_a_physiotherapist_prints_on_one_page(as_: As, alice: User) -> None:
    weeks_of_trail_and_road(alice)
    page = as_(alice)
    page.goto("/log/pain/twelve-weeks/")
    expect(page.get_by_role("button", name="Print this page")).to_be_visible()
    assert page.pdf(format="A4").count(b"/Type /Page\n") == 1


# --- Come back ----------------------------------------------------------------------------------------------


def test_a_plan_is_begun_by_keyboard_told_and_goes_on(as_: As, alice: User) -> None:
    page = as_(alice, javascript=False, phone=True)
    page.goto("/log/back/")
    page.locator("button[value=tendon]").press("Enter")
    page.get_by_label("For which place?").select_option("leg_outer_lower")
    page.get_by_label("Its side").select_option("left")
    page.locator("[name=ready]").press("Space")
    with page.expect_navigation():
        page.get_by_role("button", name="Begin").press("Enter")
    expect(page.get_by_role("heading", name="Stage 2 of 9")).to_be_visible()

    Return.objects.update(started_on=timezone.localdate() - timedelta(days=9))
    a_run(alice, 5)
    for ago, during in ((5, 1), (3, 2)):
        page.get_by_label("Day", exact=True).fill(str(timezone.localdate() - timedelta(days=ago)))
        page.locator(f"[name=during][value='{during}']").press("Space")
        page.locator("[name=morning][value='0']").press("Space")
        with page.expect_navigation():
            page.get_by_role("button", name="Keep it").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Two clean sessions")
    expect(page.get_by_role("heading", name="Stage 3 of 9")).to_be_visible()
    expect(page.locator(".way-steps li").first).to_contain_text("two clean sessions")


# --- How it looks -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_is_accessible_and_no_wider_than_a_phone(as_: As, alice: User, dark: bool) -> None:
    weeks_of_trail_and_road(alice)
    row = returns.begin(alice, "tendon", LEG)
    Return.objects.update(started_on=timezone.localdate() - timedelta(days=20))
    returns.feed(row, on=True)
    first = Pain.objects.order_by("-day").first()
    assert first is not None
    page = as_(alice, phone=True, dark=dark)
    question = MorningQuestion.objects.create(
        owner=alice, day=first.day, asked_at=timezone.now(), expires_at=timezone.now() + timedelta(hours=9)
    )
    for address in (
        f"/log/pain/morning/{asking.answer_token(question, 3)}/",
        "/log/pain/",
        "/log/pain/new/",
        f"/log/pain/{first.pk}/?signs",
        "/log/pain/case/",
        "/log/pain/twelve-weeks/",
        "/log/pain/calendar/",
        "/log/pain/week/",
        "/log/excerpts/",
        "/log/back/",
        f"/log/back/{row.pk}/",
    ):
        page.goto(address)
        look(page, dark)
    page.goto("/log/back/")
    page.locator("button[value=muscle]").press("Enter")
    expect(page.get_by_role("button", name="Begin")).to_be_visible()
    look(page, dark)
