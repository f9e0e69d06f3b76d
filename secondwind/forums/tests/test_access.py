"""Who gets which page. What somebody may not see is not there for them: 404, or the way to sign in."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from secondwind.accounts.models import User
from secondwind.forums.actions import moderate, rearrange
from secondwind.forums.actions.counts import locked, recount
from secondwind.forums.actions.drafts import save
from secondwind.forums.actions.pictures import send
from secondwind.forums.actions.post import ask, edit, reply
from secondwind.forums.models import Draft, Forum, Post, PostState, Thread
from secondwind.forums.pages.thread import address

SECRET = "a sentence that nobody else may read"
VIEWERS = ("visitor", "member", "author", "moderator")


@pytest.fixture
def browsers(as_: Callable[[User], Client], mia: User, bob: User, make_user: Any) -> dict[str, Client]:
    """A browser for each kind of viewer; bob is the author of what is looked at."""
    return {
        "visitor": Client(), "member": as_(make_user("other")), "author": as_(bob), "moderator": as_(mia),
    }  # fmt: skip


def statuses(browsers: dict[str, Client], path: str) -> dict[str, int]:
    return {who: browser.get(path).status_code for who, browser in browsers.items()}


def seen_by(browsers: dict[str, Client], path: str) -> set[str]:
    pages = {who: browser.get(path, follow=True).content.decode() for who, browser in browsers.items()}
    return {who for who, html in pages.items() if SECRET in html}


def state(post: Post, value: PostState) -> None:
    Post.objects.filter(pk=post.pk).update(state=value)
    recount(locked(post.thread_id))


@pytest.fixture
def secret(bob: User, thread: Thread) -> Post:
    return reply(bob, thread, f"My reply: {SECRET}.")


ONE_POST = ("/posts/{}/", "/posts/{}/flag/", "/reply/{thread}/?to={}", "/reply/{thread}/?to={}&quote=1")
LISTS = ("/community/", "/community/latest/", "/community/injuries/", "/people/bob/")


@pytest.mark.parametrize(
    ("value", "readers"),
    [
        (PostState.PUBLISHED, {"visitor", "member", "author", "moderator"}),
        (PostState.HELD, {"author", "moderator"}),
        (PostState.HIDDEN, {"moderator"}),
    ],
)
def test_the_words_of_a_post_reach_those_who_may_read_it_and_nobody_else(
    browsers, secret, thread, value, readers
):
    state(secret, value)

    assert seen_by(browsers, address(thread)) == readers
    for path in ONE_POST:
        assert seen_by(browsers, path.format(secret.pk, thread=thread.pk)) <= readers
    for path in LISTS:
        assert seen_by(browsers, path) <= readers


@pytest.mark.parametrize("value", [PostState.HELD, PostState.HIDDEN])
def test_a_thread_whose_question_is_not_shown_is_not_there(browsers, bob, forum, value):
    question = ask(bob, forum, f"Title: {SECRET}", "Some text.")
    state(question, value)
    readers = {"author", "moderator"} if value == PostState.HELD else {"moderator"}

    for path in (address(question.thread), f"/posts/{question.pk}/", *LISTS):
        assert seen_by(browsers, path) <= readers, path
    found = statuses(browsers, address(question.thread))
    assert {who for who, status in found.items() if status == 200} == readers
    assert {status for who, status in found.items() if who not in readers} == {404}


def test_what_replaces_a_hidden_reply_in_a_quote_of_its_number_says_nothing(browsers, alice, secret, thread):
    reply(alice, thread, "I answer that.", secret)
    state(secret, PostState.HIDDEN)
    assert seen_by(browsers, address(thread)) == {"moderator"}


def test_drafts_are_their_authors_alone(browsers, bob, thread):
    save(bob, thread, body=SECRET)
    draft = Draft.objects.get()

    assert seen_by(browsers, "/drafts/") == {"author"}
    assert seen_by(browsers, address(thread)) == {"author"}
    for who, browser in browsers.items():
        if who != "author":
            assert browser.post(f"/drafts/{draft.pk}/delete/").status_code in {302, 404}
    assert Draft.objects.filter(pk=draft.pk).exists()


def test_earlier_versions_are_for_the_author_and_moderators(browsers, bob, secret):
    edit(bob, secret, "Something else.")
    assert statuses(browsers, f"/posts/{secret.pk}/history/") == {
        "visitor": 302, "member": 404, "author": 200, "moderator": 200,
    }  # fmt: skip
    assert seen_by(browsers, f"/posts/{secret.pk}/history/") == {"author", "moderator"}


def test_others_posts_cannot_be_edited_or_taken_back(browsers, secret):
    for path in (f"/posts/{secret.pk}/edit/", f"/posts/{secret.pk}/remove/"):
        assert statuses(browsers, path)["visitor"] == 302
        assert statuses(browsers, path)["member"] == 404
        assert statuses(browsers, path)["author"] == 200
        assert browsers["member"].post(path, {"body": "Mine now."}).status_code == 404
    assert Post.objects.get(pk=secret.pk).body.endswith(f"{SECRET}.")


def test_a_picture_is_seen_by_those_who_may_read_its_post(browsers, bob, thread):
    file = BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG")
    picture = send(bob, file.getvalue())
    path = f"/pictures/{picture.key}/"
    assert statuses(browsers, path) == {"visitor": 404, "member": 404, "author": 200, "moderator": 404}

    post = reply(bob, thread, f"Look: ![my leg](picture:{picture.key})")
    assert set(statuses(browsers, path).values()) == {200}
    state(post, PostState.HIDDEN)
    found = statuses(browsers, path)
    assert (found["visitor"], found["member"], found["moderator"]) == (404, 404, 200)


@pytest.mark.parametrize(
    "path",
    [
        "/moderation/", "/moderation/log/", "/moderation/load/",
        "/moderation/replies/", "/moderation/forums/",
        "/moderation/people/bob/", "/moderation/posts/{post}/", "/moderation/threads/{thread}/",
    ],
)  # fmt: skip
def test_the_moderators_pages_are_for_moderators(browsers, secret, thread, path):
    found = statuses(browsers, path.format(post=secret.pk, thread=thread.pk))
    assert found["moderator"] == 200
    assert found["member"] == found["author"] == 404
    assert found["visitor"] in {302, 404}


def test_what_is_somebodys_own_asks_a_visitor_to_sign_in(browsers, forum):
    for path in (
        "/account/", "/account/settings/", "/account/data/", "/account/erase/", "/drafts/", "/notifications/",
        f"/community/{forum.slug}/new/",
    ):  # fmt: skip
        response = browsers["visitor"].get(path)
        assert response.status_code == 302
        assert response["Location"].startswith("/account/login/")


def test_acting_needs_a_session_and_a_post(browsers, secret, thread):
    for path in (f"/posts/{secret.pk}/mark/", f"/danger-read/{thread.pk}/", "/community/read/"):
        assert browsers["visitor"].post(path).status_code == 302
        assert browsers["member"].get(path).status_code == 405


def test_a_form_from_elsewhere_is_refused(bob, thread):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(bob, "allauth.account.auth_backends.AuthenticationBackend")
    assert strict.post(f"/reply/{thread.pk}/", {"body": "Forged.", "do": "post"}).status_code == 403
    assert not thread.posts.filter(body="Forged.").exists()


def test_an_anonymous_page_sets_no_cookie_and_is_the_same_for_all(client, thread, forum):
    for path in (address(thread), "/community/", f"/community/{forum.slug}/"):
        first, second = (Client(HTTP_USER_AGENT="Mozilla/5.0").get(path) for _ in range(2))
        assert not first.cookies
        assert first["Cache-Control"] == "public, max-age=1"
        assert "Cookie" in first["Vary"]
        third = Client(HTTP_USER_AGENT="Mozilla/5.0").get(path)
        assert second.content.replace(b"0</strong> views", b"") == third.content.replace(
            b"0</strong> views", b""
        )


def test_a_members_page_is_kept_by_nobody(browsers, thread):
    response = browsers["member"].get(address(thread))
    assert "no-store" in response["Cache-Control"]
    assert "public" not in response["Cache-Control"]


def test_a_forum_that_is_closed_takes_no_new_thread(browsers, forum):
    Forum.objects.filter(pk=forum.pk).update(is_open=False)
    response = browsers["member"].post(
        f"/community/{forum.slug}/new/", {"title": "A title", "body": "A text.", "do": "post"}
    )
    assert response.status_code == 422
    assert not Thread.objects.filter(title="A title").exists()


PAGES = [
    "000000019999999999999999999999",
    "00000001" + "9" * 5000,
    "1" + "0" * 5000,
    "100001",
    "0",
    "-1",
    "",
    "٣",
]


@pytest.mark.parametrize("number", PAGES, ids=lambda number: number[:12])
def test_a_page_that_cannot_be_is_not_found_on_any_list(client, as_, mia, thread, number):
    for path in ("/community/latest/", address(thread)):
        assert client.get(path, {"page": number}).status_code == 404
    for path in ("/community/latest/", address(thread), "/people/alice/", "/notifications/"):
        assert as_(mia).get(path, {"page": number}).status_code == 404


@pytest.mark.parametrize("id", ["0", "99999999999999999999", "9" * 400])
def test_a_number_that_is_no_post_or_thread_is_not_found(client, as_, alice, id):
    alice_at = as_(alice)
    for path in ("threads/%s/", "posts/%s/", "threads/%s/feed.atom"):
        assert client.get("/" + path % id).status_code == 404
    for path in ("threads/%s/", "unread/%s/", "posts/%s/", "posts/%s/edit/", "posts/%s/flag/", "reply/%s/"):
        assert alice_at.get("/" + path % id).status_code == 404
    assert alice_at.post("/drafts/save/", {"thread": id, "body": "x"}).status_code == 404
    assert alice_at.post("/preview/", {"post": id, "body": "x"}).status_code == 404


def test_an_address_that_leads_to_a_hidden_thread_does_not_name_it(
    client, as_, alice, bob, mia, forum, thread
):
    other = ask(bob, forum, "Slander about a coach", "He is a cheat.")
    rearrange.merge(mia, thread, other.thread, "The same matter.")
    moderate.hide(mia, other, "Slander.")
    for browser in (client, as_(alice)):
        for path in (f"/threads/{thread.pk}/", f"/unread/{thread.pk}/"):
            answer = browser.get(path, follow=True)
            assert answer.status_code in {200, 404}  # 200: the page to sign in on
            assert "slander" not in str(answer.redirect_chain)


def test_a_hidden_thread_that_was_merged_is_not_named_to_who_writes_there(
    as_, alice, bob, mia, forum, thread
):
    bad = ask(bob, forum, "Slander about a coach", "He is a cheat.")
    moderate.hide(mia, bad, "Slander.")
    rearrange.merge(mia, bad.thread, thread, "The same matter.")
    answer = as_(alice).post(f"/reply/{bad.thread_id}/", {"body": "What he did to me"})

    assert answer.status_code == 422
    assert "What he did to me" in answer.content.decode()
    assert "lander about" not in answer.content.decode()


def test_a_banned_or_private_author_is_no_link_that_leads_nowhere(client, as_, alice, bob, thread, answer):
    path = f'href="/people/{bob.username}/"'
    assert path in client.get(address(thread)).content.decode()
    User.objects.filter(pk=bob.pk).update(profile_audience="members")
    assert path not in client.get(address(thread)).content.decode()
    assert path in as_(alice).get(address(thread)).content.decode()
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert path not in as_(alice).get(address(thread)).content.decode()
