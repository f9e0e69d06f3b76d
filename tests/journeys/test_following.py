"""Following by mail from the first reply to the last mail, and a diary with a comment: without JavaScript."""

import re
from collections.abc import Callable
from email import policy
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from playwright.sync_api import Page, expect

from secondwind.accounts.models import User
from secondwind.forums.actions import places
from secondwind.forums.actions.post import ask, reply
from secondwind.forums.models import Forum, Post
from secondwind.forums.testing import member
from secondwind.notifications.incoming.receive import Outcome, receive
from secondwind.notifications.tests import corpus, mailserver
from tests.journeys.looking import axe

Visit = Callable[..., Page]


def joined(name: str) -> User:
    user = member(name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def sign_in(page: Page, user: User, site: str) -> Page:
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
    return page


def press(page: Page, name: str | re.Pattern[str]) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name).first.click()


@pytest.mark.django_db(transaction=True)
def test_a_thread_is_followed_mailed_answered_by_mail_and_left_in_one_click(
    visit: Visit, site: str, settings
) -> None:
    settings.SITE_URL = urlsplit(site)
    settings.REPLY_ADDRESS = "reply@run.example.org"
    places.make_first()
    alice, bob, carl = joined("alice"), joined("bob"), joined("carl")
    with mailserver.running(settings) as post:
        forum = Forum.objects.get(slug="injuries")
        thread = ask(alice, forum, "Outer lower legs ache", "Both ache the day after trails.").thread
        page = sign_in(visit(javascript=False, phone=True), carl, site)
        page.goto(f"/threads/{thread.pk}/")
        press(page, "Follow this thread")
        expect(page.get_by_role("button", name="Stop following this thread")).to_be_visible()
        reply(bob, thread, "Mine did the same.")
        (mail,) = post.to("carl@example.org")
        body = mail.get_body(["plain"])
        assert body is not None
        assert "Mine did the same." in body.get_content()

        answer = corpus.gmail("Since when?")
        answer["From"], answer["To"] = "Carl <carl@example.org>", str(mail["Reply-To"])
        answer["In-Reply-To"] = str(mail["Message-ID"])
        assert receive(answer.as_bytes(policy=policy.SMTP)).outcome is Outcome.POSTED
        page.goto(f"/threads/{thread.pk}/")
        expect(page.get_by_text("Since when?")).to_be_visible()
        expect(
            page.get_by_role("link", name="Notifications", exact=True)
        ).to_be_visible()  # nothing is unread

        stop = str(mail["List-Unsubscribe"]).strip(" <>")
        assert Client().post(stop.removeprefix(site), {"List-Unsubscribe": "One-Click"}).status_code == 200
        reply(bob, thread, "Since March.")
        assert len(post.to("carl@example.org")) == 1
        assert len(post.to("alice@example.org")) == 3
    stranger = visit(javascript=False)
    stranger.goto(stop)
    press(stranger, "Stop these mails")
    press(stranger, "It was a mistake: send them again")
    expect(stranger.get_by_role("heading", name="Done: the mails come again")).to_be_visible()


@pytest.mark.django_db(transaction=True)
def test_a_diary_is_begun_written_and_commented_on(visit: Visit, site: str) -> None:
    places.make_first()
    alice, bob = joined("alice"), joined("bob")
    page = sign_in(visit(javascript=False, phone=True), alice, site)
    page.goto("/commentary/")
    page.get_by_role("link", name="Your commentary").click()
    page.get_by_label("Name").fill("My left calf")
    page.get_by_label("First day").fill("2026-01-05")
    press(page, "Begin")
    page.get_by_label("Title").fill("First jog")
    page.get_by_label("Your text").fill("Ten minutes, no pain. #jogging")
    press(page, "Publish")
    expect(page.get_by_text(re.compile(r"week \d+, day \d"))).to_be_visible()

    other = sign_in(visit(), bob, site)
    other.goto("/commentary/")
    other.get_by_role("link", name="First jog").click()
    other.get_by_label("Your reply").fill("Well done.")
    press(other, "Post reply")
    assert Post.objects.get(number=2).author == bob

    for path in ("/commentary/", "/notifications/", "/following/", "/my-commentary/"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        for scheme in ("light", "dark"):
            other.emulate_media(color_scheme="light" if scheme == "light" else "dark")
            other.goto(path)
            found = axe(other, colours_alone=scheme == "dark").response["violations"]
            assert not found, f"{path}: {[one['id'] for one in found]}"
    page.goto("/notifications/")
    expect(page.get_by_text("bob replied in")).to_be_visible()
