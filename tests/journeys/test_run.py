"""The page of a run: read, pointed at, shared after a look, withdrawn; by keyboard, without JavaScript, on a
narrow phone, in light and dark, on paper."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from secondwind.accounts.models import User
from secondwind.runlog.actions import sharing, zones
from secondwind.runlog.actions.sharing import Choice
from secondwind.runlog.models import Run
from secondwind.runlog.tests.recorded import HOME, kept, loop
from tests.journeys.looking import axe

NARROW = {"width": 320, "height": 700}

Visit = Callable[..., Page]
Contexts = Callable[..., BrowserContext]


@pytest.fixture
def robin(transactional_db: None) -> User:
    return User.objects.create_user("robin", "robin@example.org", "seven hills before noon")


@pytest.fixture
def run(robin: User) -> Run:
    return kept(robin, loop(), notes="Fog, then sun.")


def sign_in(page: Page, user: User, site: str) -> Page:
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
    return page


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def press_by_key(page: Page, name: str, role: Any = "button") -> None:
    page.get_by_role(role, name=name, exact=True).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_pointing_at_a_picture_reads_it_out_in_all_of_them(
    visit: Visit, robin: User, run: Run, site: str
) -> None:
    page = sign_in(visit(), robin, site)
    page.goto(f"/log/runs/{run.pk}/")

    page.locator("#picture-pace svg.pic").hover()
    expect(page.locator("#picture-pace .picture-reading")).to_have_text(
        re.compile(r"^[34]\.\d km: 5:4\d /km$")
    )
    expect(page.locator("#picture-heart-rate .picture-reading")).to_contain_text("beats a minute")
    expect(page.locator("#picture-route .picture-reading")).to_have_text(re.compile(r"^[34]\.\d km$"))
    expect(page.locator("#picture-route .pic-cursor-dot")).to_be_visible()
    expect(page.get_by_role("img", name="Pace over the run")).to_be_visible()

    page.mouse.move(0, 0)
    expect(page.locator("#picture-pace .picture-reading")).to_be_empty()


def test_every_figure_of_a_picture_is_in_its_table_by_keyboard(
    visit: Visit, robin: User, run: Run, site: str
) -> None:
    page = sign_in(visit(javascript=False), robin, site)
    page.goto(f"/log/runs/{run.pk}/")
    for name in ("Route", "Pace over the run", "Heart rate over the run", "Height over the run"):
        page.get_by_text(f"{name} as a table", exact=True).focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("region", name=f"{name} as a table").get_by_role("table")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_run_is_seen_before_it_is_shared_and_gone_once_withdrawn(
    visit: Visit, robin: User, run: Run, site: str, javascript: bool
) -> None:
    zones.add(robin, "Home", *HOME, 400)
    page, stranger = sign_in(visit(javascript=javascript), robin, site), visit()
    page.goto(f"/log/runs/{run.pk}/")
    press_by_key(page, "Share", "link")

    for name in ("The route", "My notes"):
        page.get_by_label(name, exact=True).focus()
        page.keyboard.press("Space")
    press_by_key(page, "Show me")
    preview = page.locator(".share-preview")
    expect(preview.get_by_role("img", name="Route")).to_be_visible()
    expect(preview).to_contain_text("A part of the run is left out")
    expect(preview).to_contain_text("Fog, then sun.")
    seen = preview.locator("#route-desc").text_content() if not javascript else None

    press_by_key(page, "Share exactly this")
    address = page.locator(".share-address").inner_text()
    assert address.startswith(f"{site}/log/shared/")
    stranger.goto(address)
    expect(stranger.get_by_role("img", name="Route")).to_be_visible()
    expect(stranger.get_by_text("Fog, then sun.")).to_be_visible()
    expect(stranger.get_by_text("Home loop")).to_have_count(0)
    if seen:
        expect(stranger.get_by_text(seen).first).to_be_attached()

    press(page, "Withdraw it")
    answer = stranger.goto(address)
    assert answer is not None
    assert answer.status == 404


def test_home_is_protected_in_two_steps_from_the_share_page(
    visit: Visit, robin: User, run: Run, site: str
) -> None:
    page = sign_in(visit(phone=True), robin, site)
    page.goto(f"/log/runs/{run.pk}/share/")
    expect(page.get_by_text("No zone covers where this run begins")).to_be_visible()
    page.get_by_role("link", name="make a zone there").click()
    press(page, "From the start of my latest run")
    expect(page.get_by_role("status").first).to_contain_text("Home is cut out")

    page.goto(f"/log/runs/{run.pk}/share/")
    expect(page.get_by_text("No zone covers")).to_have_count(0)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_pages_hold_at_320_pixels_and_for_everybody(
    new_context: Contexts, robin: User, run: Run, site: str, dark: bool
) -> None:
    context = new_context(viewport=NARROW, color_scheme="dark" if dark else "light")
    page = sign_in(context.new_page(), robin, site)
    share = sharing.share(run, Choice(shows_route=True, shows_elevation=True, shows_splits=True))
    for address in (
        f"/log/runs/{run.pk}/", f"/log/runs/{run.pk}/share/", f"/log/shared/{share.key}/", "/log/zones/",
    ):  # fmt: skip
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], address
        found = axe(page)
        assert found.violations_count == 0, f"{address}\n{found.generate_report()}"


def test_letters_of_a_picture_keep_their_size_on_a_phone(
    visit: Visit, robin: User, run: Run, site: str
) -> None:
    page = sign_in(visit(phone=True), robin, site)
    page.goto(f"/log/runs/{run.pk}/")
    sizes = page.locator("svg.pic text").evaluate_all(
        "all => all.map(e => parseFloat(getComputedStyle(e).fontSize) * e.getScreenCTM().a)"
    )

    assert len(sizes) > 30
    assert min(sizes) >= 9


def test_on_paper_the_pictures_are_there_and_the_buttons_are_not(
    visit: Visit, robin: User, run: Run, site: str
) -> None:
    page = sign_in(visit(), robin, site)
    page.goto(f"/log/runs/{run.pk}/")
    page.emulate_media(media="print")

    expect(page.locator("#picture-heights svg.pic")).to_be_visible()
    expect(page.get_by_text("Route as a table")).to_be_hidden()
    expect(page.get_by_role("link", name="Edit", exact=True)).to_be_hidden()
