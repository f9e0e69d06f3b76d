"""Who follows something is told of it once, on the site, and of nothing that they may not see."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from secondwind.accounts import erasure, export
from secondwind.forums.actions import moderate
from secondwind.forums.actions.post import ask, edit, reply
from secondwind.notifications.actions import following, telling
from secondwind.notifications.models import Follow, Notification
from secondwind.notifications.registry import Key


def told(user):
    """The happenings that somebody has not read, by kind."""
    return [str(note.key) for note in Notification.objects.filter(user=user, read_at=None).order_by("pk")]


def titles(browser):
    return browser.get("/notifications/").content.decode()


def test_the_asker_and_who_replied_are_told_of_a_reply_and_not_of_their_own(alice, bob, make_user, thread):
    first = reply(bob, thread, "Mine did the same.")
    carl = make_user("carl")
    second = reply(carl, thread, "And mine.")
    assert told(alice) == [f"post:{first.pk}", f"post:{second.pk}"]
    assert told(bob) == [f"post:{second.pk}"]
    assert told(carl) == []


def test_an_edit_or_a_mark_tells_nobody_again(alice, bob, thread, as_):
    post = reply(bob, thread, "Mine did the same.")
    telling.all_seen(alice)
    edit(bob, post, "Mine did just the same.")
    as_(alice).post(f"/posts/{post.pk}/mark/", {"mark": "correct"})
    assert told(alice) == []


def test_a_held_reply_is_told_when_it_was_let_through(alice, mia, make_user, thread):
    from secondwind.forums.trust import Trust

    nina = make_user("nina", trust=Trust.NEW)
    post = reply(nina, thread, "Look at https://example.org/cure for it.")
    assert not post.is_published
    assert told(alice) == []
    moderate.approve(mia, post, "An honest link.")
    assert told(alice) == [f"post:{post.pk}"]


def test_a_hidden_reply_is_nowhere(alice, bob, mia, thread, as_):
    post = reply(bob, thread, "An insult.")
    moderate.hide(mia, post, "It is one.")
    page = titles(as_(alice))
    assert "bob replied" not in page
    assert told(alice) == []  # what cannot be shown does not stay in the count


@pytest.mark.parametrize("kind", ["forum", "person", "region"])
def test_following_a_forum_a_person_and_a_place(kind, alice, bob, forum, as_):
    ids = {"forum": forum.pk, "person": alice.pk, "region": "lower_leg"}
    pages = {
        "forum": "/community/injuries/",
        "person": "/people/alice/",
        "region": "/community/places/lower_leg/",
    }
    browser = as_(bob)
    assert "Follow" in browser.get(pages[kind]).content.decode()
    answer = browser.post("/follow/", {"kind": kind, "id": ids[kind], "next": pages[kind]})
    assert answer["Location"] == pages[kind]
    assert "Following" in browser.get(pages[kind]).content.decode()
    post = ask(alice, forum, "Calf", "My left calf hurts on every hill since Monday.")
    assert told(bob) == [f"post:{post.pk}"]
    assert "alice wrote in Injuries" in titles(browser)
    browser.post("/follow/", {"kind": kind, "id": ids[kind], "do": "stop"})
    ask(alice, forum, "Calf again", "My right calf hurts too, on every hill since Tuesday.")
    assert told(bob) == [f"post:{post.pk}"]


def test_many_ways_to_one_happening_tell_once_and_a_no_outweighs_them(alice, bob, forum, thread):
    for key in (Key("forum", str(forum.pk)), Key("person", str(alice.pk)), Key("region", "calf")):
        following.follow(bob, key)
    ask(alice, forum, "Calf", "My left calf hurts on every hill since Monday.")
    assert len(told(bob)) == 1
    following.stop(bob, Key("thread", str(thread.pk)))
    reply(alice, thread, "Nobody yet?")
    assert len(told(bob)) == 1


def test_who_stopped_following_does_not_begin_again_by_writing(alice, bob, thread, as_):
    as_(alice).post("/follow/", {"kind": "thread", "id": thread.pk, "do": "stop"})
    reply(alice, thread, "One more thing.")
    reply(bob, thread, "Which one?")
    assert told(alice) == []


def test_who_wants_it_follows_nothing_by_itself(alice, bob, forum, as_):
    as_(alice).post("/following/", {"mail": "weekly"})
    thread = ask(alice, forum, "Calf", "It hurts on hills since Monday.").thread
    reply(bob, thread, "Which side?")
    assert told(alice) == []


def test_opening_the_thread_reads_it(alice, bob, thread, as_):
    reply(bob, thread, "Mine did the same.")
    browser = as_(alice)
    assert "1<span" in browser.get("/community/").content.decode()
    page = browser.get(f"/threads/{thread.pk}/{thread.slug}/").content.decode()
    assert "1<span" not in page
    assert "Following" in page
    assert told(alice) == []


def test_everything_can_be_read_at_once(alice, bob, thread, as_):
    for number in range(3):
        reply(bob, thread, f"Mine did the same {number}.")
    browser = as_(alice)
    browser.post("/notifications/read/")
    assert told(alice) == []
    assert "is-new" not in titles(browser)


def test_what_cannot_be_seen_cannot_be_followed(bob, mia, alice, thread, as_):
    moderate.hide(mia, thread.posts.get(number=1), "An insult.")
    alice.posts_audience = "nobody"
    alice.save()
    wanted = [("thread", thread.pk), ("thread", "٣"), ("person", alice.pk), ("region", "tail"), ("x", "1")]
    for kind, id in wanted:
        assert as_(bob).post("/follow/", {"kind": kind, "id": id}).status_code == 404
    assert not Follow.objects.filter(user=bob).exists()


def test_the_list_of_what_one_follows_can_be_changed(alice, bob, thread, forum, as_):
    browser = as_(bob)
    for kind, id in (("thread", thread.pk), ("forum", forum.pk)):
        browser.post("/follow/", {"kind": kind, "id": id})
    rows = {one.kind: one.pk for one in Follow.objects.filter(user=bob)}
    page = browser.get("/following/").content.decode()
    assert thread.title in page
    assert ">Injuries<" in page
    browser.post(
        "/following/",
        {"mail": "daily", f"follow-{rows['thread']}": "weekly", f"follow-{rows['forum']}": "stop"},
    )
    assert following.preference_of(bob).mail == "daily"
    assert [(one.kind, one.mail) for one in following.follows_of(bob)] == [("thread", "weekly")]


def test_the_way_back_leads_to_no_other_site(bob, thread, as_):
    for to in ("https://example.com/", "//example.com/", "/\\example.com"):
        answer = as_(bob).post("/follow/", {"kind": "thread", "id": thread.pk, "next": to})
        assert answer["Location"] == "/following/"


def test_a_visitor_has_no_notifications_and_no_query_for_them(thread):
    browser = Client()
    for path in ("/notifications/", "/following/"):
        assert browser.get(path)["Location"].startswith("/account/login/")
    with CaptureQueriesContext(connection) as queries:
        browser.get("/community/")
    assert not [one for one in queries if "notifications_" in one["sql"]]


def test_it_is_taken_along_and_goes_with_the_account(alice, bob, thread):
    reply(bob, thread, "Mine did the same.")
    import json
    import zipfile

    with export.archive(alice) as file, zipfile.ZipFile(file) as archive:
        follows = json.loads(archive.read("notifications/following.json"))
        notes = json.loads(archive.read("notifications/notifications.json"))
    assert [(one["kind"], one["subject"]) for one in follows] == [("thread", str(thread.pk))]
    assert len(notes) == 1
    erasure.erase(alice, keep_posts=True)
    assert not Notification.objects.filter(kind="post").exists()
    assert not Follow.objects.exclude(user=bob).exists()
