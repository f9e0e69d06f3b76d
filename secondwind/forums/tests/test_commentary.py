"""Commentary and diaries: who writes, who reads, how the weeks count, and that what is private stays so."""

import json
import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from secondwind.accounts import erasure, export
from secondwind.forums.actions import commentary, moderate
from secondwind.forums.actions.post import ask, edit, reply, tags_in
from secondwind.forums.errors import Refused
from secondwind.forums.models import Forum, ForumKind, Post, QueueItem, Thread
from secondwind.forums.pages.thread import address
from secondwind.forums.trust import Trust

SECRET = "Nobody else must read of my unusual surgeon."


@pytest.fixture
def diary(alice) -> Forum:
    """A public diary that began five weeks ago."""
    began = datetime.now(UTC).date() - timedelta(days=37)
    return commentary.start(alice, ForumKind.DIARY, "My left calf", "Grade two.", starts_on=began)


@pytest.fixture
def private(alice) -> Forum:
    return commentary.start(
        alice, ForumKind.DIARY, "The quiet diary", starts_on=date(2026, 1, 5), is_private=True
    )


@pytest.fixture
def hidden_entry(alice, private) -> Thread:
    return ask(alice, private, "A quiet title", SECRET).thread


def test_an_entry_says_how_far_the_diary_is_and_takes_comments(client, alice, bob, diary):
    entry = ask(alice, diary, "First jog", "Ten minutes, no pain. #jogging #calf").thread
    reply(bob, entry, "Well done.")
    page = client.get(f"/commentary/alice/{diary.pk}/").content.decode()
    assert "week 6, day 3" in page
    assert "First jog" in page
    assert "1 comment<" in page
    assert "Ten minutes, no pain." in page
    thread = client.get(address(entry)).content.decode()
    assert "week 6, day 3" in thread
    assert "#jogging" in thread
    assert "Well done." in thread


@pytest.mark.parametrize(("day", "says"), [
    ("2026-03-01", "1 day before"), ("2026-03-02", "week 1, day 1"), ("2026-03-08", "week 1, day 7"),
    ("2026-03-09", "week 2, day 1"), ("2027-03-02", "week 53, day 2"),
])  # fmt: skip
def test_the_first_day_is_week_one_day_one(day, says, alice):
    diary = Forum(kind=ForumKind.DIARY, starts_on=date(2026, 3, 2))
    assert commentary.day_of(diary, datetime.fromisoformat(f"{day}T12:00:00+00:00")) == says


@pytest.mark.parametrize(("body", "tags"), [
    ("#Calf and #hills, #calf", ",calf,hills,"), ("see #3 and a#b, https://x.org/#top", ""),
    ("# Heading\n#début!", ",début,"), ("none", ""),
])  # fmt: skip
def test_words_with_a_sign_are_tags(body, tags):
    assert tags_in(body) == tags


def test_tags_follow_an_edit_and_choose_entries(client, alice, diary):
    post = ask(alice, diary, "First jog", "Ten minutes. #jogging")
    ask(alice, diary, "Second jog", "Twenty minutes.")
    page = client.get(f"/commentary/alice/{diary.pk}/?tag=jogging").content.decode()
    assert ("First jog" in page, "Second jog" in page) == (True, False)
    edit(alice, post, "Ten minutes. #running")
    assert "No entry has this tag" in client.get("/commentary/?tag=jogging").content.decode()


def test_only_its_owner_writes_entries(alice, bob, mia, diary, as_):
    for other in (bob, mia):
        with pytest.raises(Refused, match="Only its owner"):
            ask(other, diary, "Not mine", "To write in.")
    assert "Only its owner" in as_(bob).get(f"/community/{diary.slug}/new/").content.decode()


def test_commentary_stands_beside_the_forums_and_not_among_them(client, alice, diary, thread):
    ask(alice, diary, "First jog", "Ten minutes.")
    for path in ("/community/", "/community/latest/", "/community/latest/feed.atom"):
        page = client.get(path).content.decode()
        assert ("First jog" in page, "My left calf" in page) == (False, False)
    front = client.get("/commentary/").content.decode()
    assert "First jog" in front
    assert thread.title not in front
    assert client.get(f"/community/{diary.slug}/")["Location"] == f"/commentary/alice/{diary.pk}/"
    for path in ("/commentary/", "/commentary/alice/", f"/commentary/alice/{diary.pk}/"):
        assert f'href="{path}feed.atom"' in client.get(path).content.decode()
        assert "First jog" in client.get(f"{path}feed.json").content.decode()


def test_replies_in_it_are_not_marked(alice, bob, diary, as_):
    entry = ask(alice, diary, "First jog", "Ten minutes.").thread
    post = reply(bob, entry, "Well done.")
    assert "Correct answer" not in as_(alice).get(address(entry)).content.decode()
    as_(alice).post(f"/posts/{post.pk}/mark/", {"mark": "correct"})
    assert Post.objects.get(pk=post.pk).mark == ""


def test_new_members_entries_are_held_and_hidden_ones_are_gone(client, make_user, mia, alice, diary):
    nina = make_user("nina", Trust.NEW)
    blog = commentary.start(nina, ForumKind.BLOG, "Nina runs")
    held = ask(nina, blog, "See here", "A cure: https://example.org/cure").thread
    shown = ask(alice, diary, "First jog", "Ten minutes.")
    moderate.hide(mia, shown, "Names somebody.")
    page = client.get("/commentary/").content.decode()
    assert (held.title in page, shown.thread.title in page) == (False, False)
    assert client.get(address(held)).status_code == 404


# --- What is private ---------------------------------------------------------------------------------------


def test_a_private_diary_is_for_its_owner_alone(alice, bob, mia, private, hidden_entry, as_):
    opening = hidden_entry.posts.get(number=1)
    journal, thread = f"/commentary/alice/{private.pk}/", f"threads/{hidden_entry.pk}/"
    forum, post = f"/community/{private.slug}/", f"posts/{opening.pk}/"
    closed = [
        address(hidden_entry), f"/{thread}feed.atom", f"/moderation/{thread}",
        journal, f"{journal}feed.atom", "/commentary/alice/", "/commentary/alice/feed.json",
        forum, f"{forum}feed.atom", f"/my-commentary/{private.pk}/",
        f"/{post}", f"/{post}history/", f"/moderation/{post}",
    ]  # fmt: skip
    lists = [
        "/community/", "/community/latest/", "/community/latest/feed.json", "/community/places/",
        "/commentary/", "/commentary/feed.atom", "/people/alice/", "/moderation/", "/notifications/",
        "/search/?q=surgeon",
    ]  # fmt: skip
    alice.posts_audience = "everyone"
    alice.save()
    for browser in (Client(), as_(bob), as_(mia)):
        for path in closed:
            answer = browser.get(path)
            assert answer.status_code in {302, 404}, path
            assert answer.get("Location", "/account/login/").startswith("/account/login/"), path
        for path in lists:
            page = browser.get(path).content.decode()
            assert not any(words in page for words in ("surgeon.", "A quiet title", "The quiet diary")), path
        for path in (f"/reply/{hidden_entry.pk}/", f"/posts/{opening.pk}/flag/"):
            assert browser.post(path, {"body": "Hello", "reason": "rude"}).status_code in {302, 401, 404}
        assert browser.post("/follow/", {"kind": "forum", "id": private.pk}).status_code in {302, 404}
    assert hidden_entry.posts.count() == 1
    own = as_(alice)
    assert SECRET in own.get(address(hidden_entry)).content.decode()
    assert "Only you see this" in own.get(f"/commentary/alice/{private.pk}/").content.decode()
    assert "A quiet title" not in own.get("/commentary/").content.decode()


def test_its_danger_signs_are_told_to_its_owner_and_to_no_moderator(alice, private, as_):
    words = "My calf is swollen and warm, red, and I am short of breath since the flight."
    entry = ask(alice, private, "Bad night", words).thread
    assert entry.danger_signs.exists()
    assert not QueueItem.objects.exists()
    assert "danger" in as_(alice).get(address(entry)).content.decode().lower()
    commentary.change(private, private.name, "", starts_on=private.starts_on, is_private=False)
    assert QueueItem.objects.filter(kind="danger").exists()


def test_it_can_be_shown_and_hidden_again(client, alice, private, hidden_entry):
    commentary.change(private, private.name, "", starts_on=private.starts_on, is_private=False)
    assert SECRET in client.get(address(hidden_entry)).content.decode()
    assert "A quiet title" in client.get("/commentary/").content.decode()
    commentary.change(private, private.name, "", starts_on=private.starts_on, is_private=True)
    assert client.get(address(hidden_entry)).status_code == 404


def test_what_becomes_public_is_looked_at_as_everything(client, make_user):
    nina = make_user("nina", Trust.NEW)
    quiet = commentary.start(nina, ForumKind.BLOG, "Nina runs", is_private=True)
    entry = ask(nina, quiet, "See here", "A cure: https://example.org/cure").thread
    commentary.change(quiet, quiet.name, "", starts_on=None, is_private=False)
    assert client.get(address(entry)).status_code == 404
    assert QueueItem.objects.filter(post__thread=entry).exists()


def test_it_goes_with_its_owner_and_is_taken_along(alice, bob, diary, private, hidden_entry):
    entry = ask(alice, diary, "First jog", "Ten minutes.").thread
    with export.archive(alice) as file, zipfile.ZipFile(file) as archive:
        journals = json.loads(archive.read("forums/commentary.json"))
        assert SECRET in archive.read("forums/posts.json").decode()
    assert {one["name"] for one in journals} == {"My left calf", "The quiet diary"}
    erasure.erase(alice, keep_posts=True)
    assert not Thread.objects.filter(pk=hidden_entry.pk).exists()
    assert Forum.every.get(pk=diary.pk).name == "Commentary of a former member"
    assert Thread.objects.get(pk=entry.pk).posts.get(number=1).body == "Ten minutes."
    assert not Forum.every.filter(pk=private.pk).exists()


# --- The pages of its owner --------------------------------------------------------------------------------


def test_a_diary_is_begun_changed_and_taken_away(alice, as_):
    browser = as_(alice)
    refused = browser.post("/my-commentary/", {"kind": "diary", "name": "My knee", "starts_on": ""})
    assert refused.status_code == 422
    assert "on which day it began" in refused.content.decode()
    assert 'value="My knee"' in refused.content.decode()
    answer = browser.post("/my-commentary/", {"kind": "diary", "name": "My knee", "starts_on": "2026-02-03"})
    diary = Forum.every.get(owner=alice)
    assert answer["Location"] == f"/community/{diary.slug}/new/"
    assert "New entry in" in browser.get(answer["Location"]).content.decode()
    browser.post(f"/community/{diary.slug}/new/", {"title": "Day one", "body": "It popped.", "do": "post"})
    browser.post(
        f"/my-commentary/{diary.pk}/",
        {"name": "My right knee", "starts_on": "2026-02-01", "is_private": "on"},
    )
    diary.refresh_from_db()
    assert (diary.name, diary.starts_on, diary.is_private) == ("My right knee", date(2026, 2, 1), True)
    full = browser.post(f"/my-commentary/{diary.pk}/", {"do": "delete"})
    assert "There are entries" in full.content.decode()
    Thread.objects.all().delete()
    browser.post(f"/my-commentary/{diary.pk}/", {"do": "delete"})
    assert not Forum.every.filter(owner=alice).exists()


@pytest.mark.parametrize("typed", [
    {"name": "x"}, {"name": "y" * 61}, {"name": "A knee", "starts_on": "2999-01-01"},
    {"name": "A knee", "starts_on": "yesterday"}, {"name": "A knee", "starts_on": "1900-01-01"},
])  # fmt: skip
def test_what_cannot_be_is_refused_with_a_sentence(typed, alice, as_):
    answer = as_(alice).post("/my-commentary/", {"kind": "diary", "starts_on": "2026-01-01"} | typed)
    assert answer.status_code == 422
    assert not Forum.every.filter(owner=alice).exists()


def test_a_draft_of_an_entry_is_kept(alice, diary, as_):
    browser = as_(alice)
    page = f"/community/{diary.slug}/new/"
    browser.post(page, {"title": "Day two", "body": "It is sto", "do": "save"})
    assert "It is sto" in browser.get(page).content.decode()
    assert "New entry in My left calf" in browser.get("/drafts/").content.decode()
