"""Writing in the forums: on two devices, in a browser that dies, by keyboard, without JavaScript."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from PIL import Image
from playwright.sync_api import BrowserContext, FilePayload, Page, Route, expect

from secondwind.accounts.models import User
from secondwind.forums import access
from secondwind.forums.actions import drafts, places
from secondwind.forums.actions.post import ask, edit, reply
from secondwind.forums.models import Draft, Forum, Member, Picture, Post
from secondwind.forums.trust import Trust
from tests.journeys.looking import axe

Visit = Callable[..., Page]
Contexts = Callable[..., BrowserContext]

WORDS = "Mine came back when I ran downhill too soon."
SAVED_WITHIN_MS = 5_000  # from the last key to the server
LOOKS = 200  # for what comes by itself
PHOTO = BytesIO()
Image.new("RGB", (300, 200), "darkgreen").save(PHOTO, "JPEG")
NO_PICTURE: FilePayload = {"name": "shoe.jpg", "mimeType": "image/jpeg", "buffer": b"<svg/>"}
FILE: FilePayload = {"name": "shoe.jpg", "mimeType": "image/jpeg", "buffer": PHOTO.getvalue()}


def member(name: str) -> User:
    user = User.objects.create_user(name, f"{name}@example.org", "correct horse battery")
    Member.objects.filter(pk=access.member_of(user).pk).update(trust=Trust.MEMBER)
    return user


@pytest.fixture
def bob(site: str) -> User:
    return member("bob")


@pytest.fixture
def question(site: str) -> Post:
    places.make_first()
    forum = Forum.objects.get(slug="injuries")
    return ask(member("alice"), forum, "Outer shins ache", "Both outer shins ache after trail runs.")


@pytest.fixture
def at(question: Post) -> str:
    """The address of the page for a reply."""
    return f"/reply/{question.thread_id}/"


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


def text(page: Page) -> Any:
    return page.get_by_role("textbox", name=re.compile("Your (reply|text)"))


def status(page: Page) -> Any:
    return page.locator("[data-status]")


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


# --- Drafts ------------------------------------------------------------------------------------------------


def test_a_draft_survives_a_browser_that_dies(as_: Callable[..., Page], bob: User, at: str) -> None:
    page = as_(bob)
    page.goto(at)
    text(page).press_sequentially(WORDS)
    expect(status(page)).to_contain_text("Draft saved at", timeout=SAVED_WITHIN_MS)
    page.context.close()  # no page of it is told

    again = as_(bob)
    again.goto(at)
    expect(text(again)).to_have_value(WORDS)
    expect(status(again)).to_contain_text("Your draft from")


def test_it_is_saved_while_the_keys_go_on(as_: Callable[..., Page], bob: User, at: str) -> None:
    page = as_(bob)
    page.goto(at)
    with page.expect_response("**/drafts/save/", timeout=SAVED_WITHIN_MS) as saved:
        text(page).press_sequentially("a" * 60, delay=100)  # six seconds without a pause
    assert saved.value.ok
    assert Draft.objects.get().body.startswith("aaa")


def test_what_was_typed_last_is_sent_when_the_page_is_left(
    as_: Callable[..., Page], bob: User, at: str
) -> None:
    page = as_(bob)
    page.goto(at)
    text(page).press_sequentially(WORDS)
    page.goto("/community/")
    for _ in range(LOOKS):  # a browser sends it beside the page that it opens next, and tells nobody
        if Draft.objects.filter(body=WORDS).exists():
            break
        page.wait_for_timeout(50)
    page.goto(at)
    expect(text(page)).to_have_value(WORDS)


def test_without_a_connection_the_page_says_so_and_tries_again(
    as_: Callable[..., Page], bob: User, at: str
) -> None:
    page = as_(bob)
    page.goto(at)
    page.route("**/drafts/save/", lambda route: route.abort())
    text(page).press_sequentially(WORDS)
    expect(status(page)).to_contain_text("Not saved: no connection")
    expect(page.locator("#live")).to_contain_text("Not saved: no connection")
    expect(text(page)).to_have_value(WORDS)

    page.unroute("**/drafts/save/")
    expect(status(page)).to_contain_text("Draft saved at", timeout=2 * SAVED_WITHIN_MS)
    assert Draft.objects.get().body == WORDS


def test_an_answer_lost_on_the_way_makes_no_conflict(as_: Callable[..., Page], bob: User, at: str) -> None:
    page = as_(bob)
    page.goto(at)

    def lose(route: Route) -> None:
        route.fetch()  # the server has it
        route.abort()

    page.route("**/drafts/save/", lose, times=1)
    text(page).press_sequentially("One")
    expect(status(page)).to_contain_text("Not saved: no connection")
    text(page).press_sequentially(" two")
    expect(status(page)).to_contain_text("Draft saved at", timeout=2 * SAVED_WITHIN_MS)
    page.wait_for_timeout(2_500)
    assert Draft.objects.get().body == "One two"


def test_a_second_device_shows_the_conflict_and_one_text_is_chosen(
    as_: Callable[..., Page], bob: User, at: str
) -> None:
    laptop, phone = as_(bob), as_(bob, phone=True)
    laptop.goto(at)
    phone.goto(at)
    text(phone).press_sequentially("From the phone")
    expect(status(phone)).to_contain_text("Draft saved at")

    text(laptop).press_sequentially("From the laptop")
    expect(laptop.get_by_role("alert")).to_contain_text("Nothing was overwritten")
    expect(laptop.get_by_label("What was saved there")).to_have_value("From the phone")
    expect(text(laptop)).to_have_value("From the laptop")
    text(laptop).press_sequentially(", later")
    laptop.wait_for_timeout(2_500)
    assert Draft.objects.get().body == "From the phone"  # nothing is saved before the choice

    press(laptop, "Keep mine")
    assert Draft.objects.get().body == "From the laptop, later"
    text(phone).press_sequentially(", again")
    expect(phone.get_by_role("alert")).to_contain_text("Nothing was overwritten")
    with phone.expect_navigation():
        phone.get_by_role("link", name="Take the other").click()
    expect(text(phone)).to_have_value("From the laptop, later")


def test_posting_right_after_typing_leaves_no_draft(as_: Callable[..., Page], bob: User, at: str) -> None:
    page = as_(bob)
    page.goto(at)
    text(page).press_sequentially(WORDS)
    page.wait_for_timeout(1_400)  # a save is about to start
    press(page, "Post reply")
    assert Post.objects.get(author=bob).body == WORDS
    page.wait_for_timeout(1_000)
    assert not Draft.objects.exists()


def test_a_draft_is_thrown_away(as_: Callable[..., Page], bob: User, at: str) -> None:
    page = as_(bob)
    page.goto(at)
    expect(page.get_by_role("button", name="Throw away")).to_be_hidden()
    text(page).press_sequentially(WORDS)
    expect(status(page)).to_contain_text("Draft saved at")
    press(page, "Throw away")
    expect(text(page)).to_have_value("")
    assert not Draft.objects.exists()


def test_enter_in_the_title_posts_nothing_and_throws_nothing_away(
    as_: Callable[..., Page], bob: User, question: Post
) -> None:
    drafts.save(bob, question.thread.forum, title="Shins", body=WORDS)
    page = as_(bob)
    page.goto("/community/injuries/new/")
    page.get_by_label("Title").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Preview: not sent yet")).to_be_visible()
    assert Draft.objects.exists()
    assert not Post.objects.filter(author=bob).exists()


# --- Preview, pictures, quotes, edits ----------------------------------------------------------------------


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_a_preview_is_shown_and_nothing_typed_is_lost(
    as_: Callable[..., Page], bob: User, at: str, javascript: bool
) -> None:
    page = as_(bob, javascript=javascript)
    page.goto(at)
    text(page).fill("Take it *slowly*.")
    page.get_by_role("button", name="Preview").click()
    preview = page.get_by_role("region", name="Preview")
    expect(preview.locator("em")).to_have_text("slowly")
    expect(text(page)).to_have_value("Take it *slowly*.")
    if javascript:
        expect(page.locator("#preview")).to_be_focused()
    assert not Post.objects.filter(author=bob).exists()


def test_a_picture_goes_where_the_cursor_is(as_: Callable[..., Page], bob: User, at: str) -> None:
    page = as_(bob)
    page.goto(at)
    text(page).fill("Before. After.")
    text(page).evaluate("field => field.setSelectionRange(7, 8)")
    page.get_by_label("Add a picture").set_input_files(FILE)
    expect(page.locator("[data-picture-status]")).to_have_text("The picture is in your text.")
    line = f"![](picture:{Picture.objects.get().key})"
    expect(text(page)).to_have_value(f"Before.\n\n{line}\n\nAfter.")
    expect(page.locator("[data-thumbnails] img")).to_have_count(1)
    expect(page.get_by_role("button", name="Send pictures")).to_be_hidden()

    press(page, "Post reply")
    shown = page.locator("#post-2 .prose img")
    assert shown.evaluate("async image => { await image.decode(); return image.naturalWidth }") == 300


def test_a_picture_that_is_none_is_refused_in_words(as_: Callable[..., Page], bob: User, at: str) -> None:
    page = as_(bob)
    page.goto(at)
    text(page).fill(WORDS)
    page.get_by_label("Add a picture").set_input_files(NO_PICTURE)
    expect(page.locator("[data-picture-status]")).to_contain_text("shoe.jpg: This is not a picture")
    expect(text(page)).to_have_value(WORDS)


def test_quote_reply_edit_history_and_taking_back(
    as_: Callable[..., Page], bob: User, question: Post, at: str
) -> None:
    page = as_(bob)
    page.goto(f"/posts/{question.pk}/")
    page.locator("#post-1").get_by_role("link", name="Quote").click()
    expect(text(page)).to_have_value(re.compile(r"^> \[alice in #1\]"))
    text(page).press("Control+End")
    text(page).press_sequentially(WORDS)
    press(page, "Post reply")
    expect(page.locator("#post-2 blockquote")).to_contain_text("Both outer shins ache")

    page.locator("#post-2").get_by_role("link", name="Edit").click()
    text(page).fill(WORDS.replace("too soon", "much too soon"))
    press(page, "Save changes")
    page.locator("#post-2").get_by_role("link", name=re.compile("edited")).click()
    expect(page.locator("ins").filter(has_text="much")).to_be_visible()
    expect(page.get_by_role("heading", name="Version 1")).to_be_visible()

    page.goto(f"/posts/{Post.objects.get(author=bob).pk}/")
    page.locator("#post-2").get_by_role("link", name="Take back").click()
    press(page, "Take it back")
    expect(page.locator("#post-2")).not_to_contain_text(WORDS[:10])


def test_all_of_it_without_javascript(as_: Callable[..., Page], bob: User, at: str) -> None:
    page = as_(bob, javascript=False)
    page.goto(at)
    text(page).fill("My shoes:")
    page.get_by_label("Add a picture").set_input_files(FILE)
    press(page, "Send pictures")
    expect(text(page)).to_have_value(re.compile(r"^My shoes:\n\n!\[\]\(picture:"))
    expect(page.locator("[data-thumbnails] img")).to_have_count(1)
    press(page, "Save draft")
    page.goto("/drafts/")
    page.get_by_role("link", name=re.compile("Go on")).click()
    expect(text(page)).to_have_value(re.compile("^My shoes:"))
    press(page, "Post reply")
    expect(page.locator("#post-2 .prose img")).to_have_count(1)

    page.locator("#post-2").get_by_role("link", name="Edit").click()
    text(page).fill("No shoes.")
    press(page, "Preview")
    press(page, "Save changes")
    expect(page.locator("#post-2")).to_contain_text("No shoes.")


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without script"])
def test_a_question_is_asked_by_keyboard_alone(
    as_: Callable[..., Page], bob: User, question: Post, javascript: bool
) -> None:
    page = as_(bob, javascript=javascript)
    page.goto("/community/injuries/new/")
    tab_to(page, "Title")
    page.keyboard.type("Heel hurts in the morning")
    tab_to(page, "Your text")
    page.keyboard.type("The first steps are the worst.")
    tab_to(page, "Preview")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Preview")).to_contain_text("The first steps are the worst.")
    tab_to(page, "Ask")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Heel hurts in the morning")


# --- How it looks ------------------------------------------------------------------------------------------


def everything(page: Page, bob: User, question: Post) -> Iterator[str]:
    """Every kind of page for writing, by its name."""
    own = reply(bob, question.thread, WORDS)
    edit(bob, own, WORDS.replace("too soon", "much too soon " + "andonandon" * 30))
    drafts.save(bob, question.thread, body=WORDS * 9)
    at = f"/reply/{question.thread_id}/"
    for address in (
        at,
        "/community/injuries/new/",
        "/drafts/",
        f"/posts/{own.pk}/",
        f"/posts/{own.pk}/edit/",
        f"/posts/{own.pk}/history/",
        f"/posts/{own.pk}/remove/",
    ):
        page.goto(address)
        yield address
    page.goto(f"{at}?to={own.pk}&quote=1")
    page.get_by_label("Add a picture").set_input_files(FILE)
    expect(page.locator("[data-thumbnails] img")).to_have_count(1)
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("region", name="Preview")).to_be_visible()
    yield "preview with a picture"
    Draft.objects.update(version=99, body="From the phone")
    text(page).press_sequentially("More")
    expect(page.get_by_role("alert")).to_contain_text("Nothing was overwritten")
    yield "conflict"
    page.goto("/community/injuries/new/")
    press(page, "Ask")
    yield "refused"
    page.goto(at)
    page.context.clear_cookies(name="sessionid")
    press(page, "Post reply")
    yield "signed out"


@pytest.mark.parametrize(
    ("phone", "dark"), [(False, False), (True, True)], ids=["light on a desktop", "dark on a phone"]
)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    as_: Callable[..., Page], bob: User, question: Post, phone: bool, dark: bool
) -> None:
    page = as_(bob, phone=phone, dark=dark)
    faults = []
    for name in everything(page, bob, question):
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        found = axe(page)
        if found.violations_count:
            faults.append(f"{name}: {found.generate_report()}")
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            faults.append(f"{name}: scrolls sideways")
    assert not faults, "\n".join(faults)


def test_nothing_scrolls_sideways_at_the_narrowest_width_that_counts(
    as_: Callable[..., Page], bob: User, question: Post
) -> None:
    page = as_(bob, phone=True)
    page.set_viewport_size({"width": 320, "height": 640})  # 400 % zoom on a desktop (WCAG 2.2, 1.4.10)
    for name in everything(page, bob, question):
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), name
