"""Views are counted once an hour, crawlers never; and the lists know what somebody has not read."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client

from secondwind.forums import queries
from secondwind.forums.actions import visit
from secondwind.forums.actions.post import reply
from secondwind.forums.actions.visit import forget_views, visitor_key
from secondwind.forums.models import Member, Thread, View
from secondwind.forums.pages.thread import address as page_of

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def views(thread):
    return Thread.objects.get(pk=thread.pk).view_count


def test_a_visitor_counts_once_an_hour(thread, wait):
    visitor = Client(HTTP_USER_AGENT=FIREFOX)
    for _ in range(3):
        visitor.get(page_of(thread))
    assert views(thread) == 1
    wait(timedelta(hours=1))
    visitor.get(page_of(thread))
    assert views(thread) == 2


def test_two_visitors_count_twice_and_a_member_once_from_two_browsers(thread, as_, bob):
    for browser in (Client(HTTP_USER_AGENT=FIREFOX), Client(HTTP_USER_AGENT="Mozilla/5.0 Safari")):
        browser.get(page_of(thread))
    assert views(thread) == 2
    for _ in range(2):
        as_(bob).get(page_of(thread), HTTP_USER_AGENT=FIREFOX)
    assert views(thread) == 3


@pytest.mark.parametrize(
    "agent", ["", "Googlebot/2.1", "curl/8.0", "python-requests/2", "Mozilla/5.0 (compatible; bingbot/2.0)"]
)
def test_crawlers_are_not_counted(thread, agent):
    Client(HTTP_USER_AGENT=agent).get(page_of(thread))
    assert views(thread) == 0


def test_a_head_request_is_no_view(thread):
    Client(HTTP_USER_AGENT=FIREFOX).head(page_of(thread))
    assert views(thread) == 0


@pytest.mark.parametrize(("proxies", "counted"), [(0, 1), (1, 2)])
def test_visitors_behind_a_proxy_are_told_apart_when_it_is_trusted(thread, settings, proxies, counted):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    for address in ("192.0.2.7", "192.0.2.8"):
        Client(HTTP_USER_AGENT=FIREFOX, HTTP_X_FORWARDED_FOR=address).get(page_of(thread))
    assert views(thread) == counted


def test_the_name_of_a_visitor_tells_nobody_who_it_is():
    key = visitor_key(None, "192.0.2.7", FIREFOX)
    assert len(key) == 32
    assert "192.0" not in key
    assert key != visitor_key(None, "192.0.2.8", FIREFOX)


def test_old_visits_are_forgotten(thread, wait):
    Client(HTTP_USER_AGENT=FIREFOX).get(page_of(thread))
    wait(timedelta(days=2))
    forget_views()
    assert not View.objects.exists()
    assert views(thread) == 1


def test_a_thread_is_unread_until_it_is_opened_and_again_after_a_reply(as_, alice, bob, thread, wait):
    wait(timedelta(seconds=5))
    browser, latest = as_(bob), "/community/latest/"
    reply(alice, thread, "Nobody?")
    Member.objects.update_or_create(user=bob, defaults={"read_all_at": thread.created_at - timedelta(days=1)})
    assert "new from #1" in browser.get(latest).content.decode()

    browser.get(page_of(thread))
    assert "new from" not in browser.get(latest).content.decode()

    reply(alice, thread, "Still nobody?")
    assert "new from #3" in browser.get(latest).content.decode()
    assert browser.get(f"/unread/{thread.pk}/")["Location"].endswith("#post-3")
    assert thread.title in browser.get(latest + "?show=unread").content.decode()


def test_everything_can_be_taken_as_read(as_, alice, bob, thread, wait):
    wait(timedelta(seconds=5))
    browser = as_(bob)
    Member.objects.update_or_create(user=bob, defaults={"read_all_at": thread.created_at - timedelta(days=1)})
    browser.post("/community/read/")

    assert "new from" not in browser.get("/community/latest/").content.decode()
    assert thread.title not in browser.get("/community/latest/?show=unread").content.decode()


def test_reading_is_what_trust_grows_from(as_, bob, thread, answer):
    before = Member.objects.get(user=bob)
    as_(bob).get(page_of(thread))
    as_(bob).get(page_of(thread))
    after = Member.objects.get(user=bob)
    assert (after.threads_read - before.threads_read, after.posts_read - before.posts_read) == (1, 2)


def test_after_taking_all_as_read_what_comes_next_is_new_from_there(as_, bob, mia, thread, answer):
    browser = as_(mia)
    browser.get(page_of(thread))
    reply(bob, thread, "One more.")
    browser.post("/community/read/")
    assert [row.unread_from for row in queries.threads(mia).items] == [0]

    reply(bob, thread, "And one since.")
    assert [row.unread_from for row in queries.threads(mia).items] == [4]
    assert browser.get(f"/unread/{thread.pk}/")["Location"].endswith("#post-4")


def test_taking_all_as_read_again_and_again_makes_nobody_trusted(as_, mia, thread):
    browser = as_(mia)
    before = Member.objects.get(user=mia).threads_read
    for _ in range(3):
        browser.get(page_of(thread))
        browser.post("/community/read/")
    assert Member.objects.get(user=mia).threads_read == before + 1


def test_a_row_of_a_list_follows_every_difference(thread, bob):
    """Rows are kept by what they show."""
    visitor = Client(HTTP_USER_AGENT=FIREFOX)
    addresses = [f"/community/{thread.forum.slug}/", "/community/latest/", "/community/"]

    def rows():
        return [visitor.get(address).content.decode() for address in addresses]

    before = rows()
    visitor.get(page_of(thread))
    reply(bob, thread, "Mine went away with calf raises.")
    Thread.objects.filter(pk=thread.pk).update(title="A title that is new", is_answered=True)
    for old, new in zip(before, rows(), strict=True):
        assert "A title that is new" not in old
        assert 'a-title-that-is-new/"><bdi>A title that is new<' in new or ">A title that is new</a>" in new
    in_forum = rows()[0]
    for told in (
        "<strong>1</strong> view<",
        "<strong>1</strong> reply<",
        "<bdi>bob</bdi>",
        "Answered</span>",
    ):
        assert told in in_forum


def test_a_page_is_shown_while_its_view_cannot_be_counted(thread, monkeypatch):
    def locked(row):
        raise OperationalError("database is locked")

    monkeypatch.setattr(visit, "_is_new", locked)
    assert Client(HTTP_USER_AGENT=FIREFOX).get(page_of(thread)).status_code == 200
    assert views(thread) == 0
