"""The log as a runner uses it: written in seconds, found again, by keyboard, without scripts, on a phone."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from secondwind.accounts.models import User
from secondwind.runlog.actions import surfaces
from secondwind.runlog.models import Run, Shoe, ShoeUse, Surface
from tests.journeys.looking import axe

Visit = Callable[..., Page]

NARROWEST = {"width": 320, "height": 640}
PHOTO = BytesIO()
Image.new("RGB", (300, 200), "darkgreen").save(PHOTO, "JPEG")
FILE: FilePayload = {"name": "shoe.jpg", "mimeType": "image/jpeg", "buffer": PHOTO.getvalue()}


@pytest.fixture
def alice(site: str) -> User:
    return User.objects.create_user("alice", "alice@example.org", "correct horse battery")


@pytest.fixture
def as_(visit: Visit, site: str) -> Callable[..., Page]:
    """A page of a new browser in which somebody is signed in; options as for `visit`."""

    def come(user: User, **options: bool) -> Page:
        client = Client()
        client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
        page = visit(**options)
        session = client.cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        return page

    return come


@pytest.fixture
def full_log(alice: User) -> Run:
    """Some months of running: shoes, surfaces, other sports, a gap, long names."""
    now = datetime.combine(timezone.localdate(), datetime.min.time(), UTC) + timedelta(hours=7)
    shoes = [
        Shoe.objects.create(owner=alice, name="Peregrine", default_for="trail", look_again_at_m=50_000),
        Shoe.objects.create(owner=alice, name="A pair with quite a long name, the blue one"),
        Shoe.objects.create(owner=alice, name="Old", retired_on=now.date(), why_retired="The foam was flat."),
    ]
    runs = []
    for i in range(70):
        start = now - timedelta(days=2 * i + (30 if i > 40 else 0))
        run = Run.objects.create(
            owner=alice, start=start, day=start.date(), offset_s=0 if i % 5 else None,
            distance_m=4000 + 500 * i, elapsed_s=1500 + 200 * i, climb_m=40.0 * i if i % 3 else None,
            sport="cycling" if i % 9 == 8 else "running",
            name="Andonandonandonandonandonandonandonandon" if i == 3 else "", rpe=i % 11,
            notes="The calf was tight from kilometre six." if i % 4 == 0 else "", feeling=4, weather="rain",
            surface=["", "trail", "gravel", "road"][i % 4], surface_source="owner" if i % 4 else "",
        )  # fmt: skip
        ShoeUse.objects.create(run=run, shoe=shoes[i % 2], share=0.5)
        runs.append(run)
    surfaces.split(runs[1], Surface.TRAIL, {"trail": 0.75, "road": 0.25})
    return runs[0]


def press(page: Page, name: str) -> None:
    """Press the button of this name and wait until the page that it leads to is there."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.click()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control of this name has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        said = page.evaluate(
            "(document.activeElement.labels?.[0] ?? document.activeElement).innerText?.trim() ?? ''"
        )
        if said == name:
            return
    raise AssertionError(f"80 presses of Tab do not lead to {name!r}")


# --- Writing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_the_first_run_is_written_by_keyboard_alone(
    as_: Callable[..., Page], alice: User, javascript: bool
) -> None:
    page = as_(alice, javascript=javascript)
    page.goto("/account/")
    tab_to(page, "Log")
    page.keyboard.press("Enter")
    expect(page.get_by_text("An empty notebook.")).to_be_visible()
    tab_to(page, "Write a run")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Write a run")
    tab_to(page, "Distance")
    page.keyboard.type("10")
    tab_to(page, "Time")
    page.keyboard.type("45:10")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Kept: 10.0 km in 45:10, 4:31 /km.")
    run = Run.objects.get()
    expect(page.locator(f"#run-{run.pk}")).to_contain_text("10.0 km")


def test_a_mistake_is_said_beside_its_field_and_nothing_is_lost(
    as_: Callable[..., Page], alice: User
) -> None:
    page = as_(alice, javascript=False)
    page.goto("/log/new/")
    page.get_by_label("Time", exact=True).fill("soon")
    page.get_by_label("Distance", exact=True).fill("10")
    page.get_by_text("How it was, on what, in what").click()
    page.get_by_label("Notes").fill("Left calf.")
    press(page, "Keep it")
    expect(page.locator("#id_time_error")).to_contain_text("45:10")
    expect(page.get_by_label("Time", exact=True)).to_have_value("soon")
    expect(page.get_by_label("Time", exact=True)).to_be_focused()
    expect(page.get_by_label("Notes")).to_have_value("Left calf.")
    page.get_by_label("Time", exact=True).fill("5k in 25")
    press(page, "Keep it")
    assert (Run.objects.get().distance_m, Run.objects.get().elapsed_s) == (5000, 1500)


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_a_surface_is_said_by_one_tap_and_changed_in_the_fold(
    as_: Callable[..., Page], alice: User, full_log: Run, javascript: bool
) -> None:
    page = as_(alice, javascript=javascript, phone=True)
    page.goto("/log/")
    row = page.locator(f"#run-{full_log.pk}")
    with page.expect_navigation():
        row.get_by_role("button", name="trail", exact=True).click()
    expect(row.locator("summary")).to_have_text("trail")
    row.locator("summary").click()
    with page.expect_navigation():
        row.get_by_role("button", name="sand", exact=True).click()
    expect(row.locator("summary")).to_have_text("sand")


def test_from_the_month_to_the_day_to_the_run_to_its_edit_and_its_end(
    as_: Callable[..., Page], alice: User, full_log: Run
) -> None:
    page = as_(alice)
    page.goto("/log/")
    page.get_by_role("navigation", name="Log").get_by_role("link", name="Calendar").click()
    page.locator(".is-today a").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{timezone.localdate():%B %Y}")
    page.locator(f"#run-{full_log.pk} .log-name").click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Name", exact=True).fill("Round the lake")
    press(page, "Keep the changes")
    expect(page.get_by_role("heading", level=1)).to_have_text("Round the lake")
    page.get_by_role("link", name="Edit").click()
    page.get_by_role("link", name="Delete this entry").click()
    press(page, "Delete the entry")
    expect(page.get_by_role("status").first).to_contain_text("Deleted")
    assert not Run.objects.filter(pk=full_log.pk).exists()


def test_a_run_is_found_again_and_older_pages_lead_on(
    as_: Callable[..., Page], alice: User, full_log: Run
) -> None:
    page = as_(alice, javascript=False)
    page.goto("/log/")
    page.get_by_role("link", name="Older").click()
    expect(page.locator(".log-gap").first).to_contain_text("without an entry")
    page.get_by_role("link", name="Newer").click()
    page.get_by_text("Find", exact=True).click()
    page.get_by_label("Words in name or notes").fill("andonandon")
    press(page, "Show")
    expect(page.locator(".log-run")).to_have_count(1)


def test_a_pair_of_shoes_comes_is_worn_and_is_put_away(as_: Callable[..., Page], alice: User) -> None:
    page = as_(alice)
    page.goto("/log/shoes/")
    page.get_by_role("link", name="Add your first pair").click()
    page.get_by_label("Name").fill("Peregrine")
    page.get_by_label("The usual one on").select_option("trail")
    page.get_by_label("Distance before this log, km").fill("120")
    page.get_by_label("Photo").set_input_files(FILE)
    press(page, "Add this pair")
    shown = page.locator(".shoe-photo")
    assert shown.evaluate("async image => { await image.decode(); return image.naturalWidth }") == 300
    page.goto("/log/new/")
    page.get_by_label("Distance", exact=True).fill("10")
    page.get_by_text("How it was, on what, in what").click()
    page.get_by_role("radio", name="trail").check()
    press(page, "Keep it")
    page.get_by_role("link", name="Peregrine").first.click()
    expect(page.locator(".figures")).to_contain_text("130 km")
    page.get_by_label("Why").fill("The sole is through.")
    press(page, "Put it away")
    expect(page.get_by_text("The sole is through.")).to_be_visible()
    press(page, "Take it up again")
    expect(page.get_by_role("heading", name="Put it away")).to_be_visible()


# --- How it looks ------------------------------------------------------------------------------------------


def everything(page: Page, run: Run) -> Iterator[str]:
    """Each page of the log, with its folds open."""
    shoe = Shoe.objects.get(name="Peregrine")
    for address in (
        "/log/",
        "/log/?q=nothing+fits",
        "/log/calendar/",
        f"/log/day/{run.day}/",
        "/log/day/2001-01-01/",
        "/log/new/",
        f"/log/runs/{run.pk}/edit/",
        f"/log/runs/{run.pk}/delete/",
        "/log/shoes/",
        "/log/shoes/new/",
        f"/log/shoes/{shoe.pk}/",
        f"/log/shoes/{shoe.pk}/edit/",
        f"/log/shoes/{shoe.pk}/delete/",
    ):
        page.goto(address)
        page.evaluate("document.querySelectorAll('main details').forEach(fold => { fold.open = true })")
        yield address
    page.goto("/log/new/")
    press(page, "Keep it")
    yield "refused"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_is_accessible(as_: Callable[..., Page], alice: User, full_log: Run, dark: bool) -> None:
    page = as_(alice, phone=True, dark=dark)
    for place in everything(page, full_log):
        found = axe(page, colours_alone=dark)
        assert found.violations_count == 0, f"{place}: {found.generate_report()}"


def test_an_empty_log_is_accessible(as_: Callable[..., Page], alice: User) -> None:
    page = as_(alice)
    for address in ("/log/", "/log/shoes/", "/log/calendar/"):
        page.goto(address)
        found = axe(page)
        assert found.violations_count == 0, f"{address}: {found.generate_report()}"


def test_nothing_is_wider_than_the_narrowest_phone(
    as_: Callable[..., Page], alice: User, full_log: Run
) -> None:
    page = as_(alice, phone=True)
    page.set_viewport_size({"width": NARROWEST["width"], "height": NARROWEST["height"]})
    for place in everything(page, full_log):
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= NARROWEST["width"], f"{place} is {width} pixels wide"
