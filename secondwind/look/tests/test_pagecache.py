"""Kept pages: shown again without being made, fresh within two seconds, and never somebody's own."""

import gzip
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.wsgi import get_wsgi_application

from secondwind.look.pagecache import KEPT_SECONDS, PageCache


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


class Answer(list[bytes]):
    """As much of a response as a server sees."""

    may_be_kept: bool
    shown_again: Callable[[set[tuple[str, ...]]], None]

    def close(self):
        """Nothing is open."""


class Site:
    """A WSGI application that answers as Django does, and counts how often it was asked."""

    def __init__(self, body=b"page", may_be_kept=True, status="200 OK"):
        self.body, self.may_be_kept, self.status = body, may_be_kept, status
        self.asked = 0
        self.told: list[set[tuple[str, ...]]] = []

    def __call__(self, environ, start_response):
        self.asked += 1
        start_response(self.status, [("Content-Type", "text/html"), ("ETag", '"e"')])
        response = Answer([self.body])
        response.may_be_kept = self.may_be_kept
        response.shown_again = self.told.append
        return response


def ask(application, path="/", **environ):
    """Status, headers and body of an answer."""
    asked = {"PATH_INFO": path, "HTTP_HOST": "localhost", "REMOTE_ADDR": "192.0.2.1"} | environ
    setup_testing_defaults(asked)
    told: list[Any] = []
    body = application(asked, lambda status, headers, *_: told.extend((status, dict(headers))))
    return told[0], told[1], b"".join(body)


@pytest.fixture
def clock():
    return Clock()


def test_a_page_is_made_once_and_again_when_its_time_is_over(clock):
    site = Site()
    kept = PageCache(site, clock=clock)
    first = ask(kept)
    assert ask(kept) == first
    assert site.asked == 1
    clock.now += KEPT_SECONDS
    site.body = b"edited"
    assert ask(kept)[2] == b"edited"


@pytest.mark.parametrize(
    "own",
    [
        {"HTTP_COOKIE": "sessionid=a"},
        {"HTTP_AUTHORIZATION": "Bearer a"},
        {"HTTP_HX_REQUEST": "true"},
        {"HTTP_RANGE": "bytes=0-1"},
        {"REQUEST_METHOD": "POST"},
        {"REQUEST_METHOD": "HEAD"},
    ],
)
def test_a_request_with_something_of_its_own_is_always_passed_on(clock, own):
    site = Site()
    kept = PageCache(site, clock=clock)
    ask(kept, **own)
    ask(kept, **own)
    ask(kept)
    assert site.asked == 3


@pytest.mark.parametrize(
    "other",
    [
        {"HTTP_HOST": "example.org"},
        {"path": "/other/"},
        {"QUERY_STRING": "page=2"},
        {"HTTP_ACCEPT_ENCODING": "gzip"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
    ],
)
def test_what_changes_a_page_makes_another_of_it(clock, other):
    site = Site()
    kept = PageCache(site, clock=clock)
    ask(kept)
    ask(kept, **other)
    assert site.asked == 2


@pytest.mark.parametrize("site", [Site(may_be_kept=False), Site(status="404 Not Found")])
def test_what_does_not_say_that_it_may_be_kept_is_not(clock, site):
    kept = PageCache(site, clock=clock)
    ask(kept)
    ask(kept)
    assert site.asked == 2


def test_who_has_the_page_already_is_told_so(clock):
    kept = PageCache(Site(), clock=clock)
    ask(kept)
    status, headers, body = ask(kept, HTTP_IF_NONE_MATCH='"e"')
    assert (status, headers, body) == ("304 Not Modified", {"ETag": '"e"'}, b"")


def test_two_hundred_who_come_at_once_are_one_rendering():
    begun, go_on = threading.Event(), threading.Event()

    class Slow(Site):
        def __call__(self, environ, start_response):
            begun.set()
            go_on.wait(10)
            return super().__call__(environ, start_response)

    site = Slow()
    kept = PageCache(site, clock=Clock())
    with ThreadPoolExecutor(200) as crowd:
        asked = [crowd.submit(ask, kept) for _ in range(200)]
        begun.wait(10)
        go_on.set()
        assert {one.result()[2] for one in asked} == {b"page"}
    assert site.asked == 1


def test_memory_is_bounded_and_pages_that_nobody_asks_for_go(clock):
    site = Site(b"x" * 8_000)
    kept = PageCache(site, most_bytes=30_000, clock=clock)
    for n in range(10):
        ask(kept, path=f"/{n}/")
    asked = site.asked
    for n in (9, 8, 7):
        ask(kept, path=f"/{n}/")
    assert site.asked == asked
    ask(kept, path="/0/")
    assert site.asked == asked + 1


def test_to_whom_it_was_shown_is_told_once_for_each_of_them(clock):
    site = Site()
    kept = PageCache(site, clock=clock)
    for agent in ("A", "B", "B", "C"):
        ask(kept, HTTP_USER_AGENT=agent)
    clock.now += KEPT_SECONDS
    ask(kept)
    assert site.told == [{("192.0.2.1", "", "B"), ("192.0.2.1", "", "C")}]


@pytest.mark.django_db(transaction=True)
def test_the_real_pages_are_kept_whole_without_cookie_or_token(clock):
    kept = PageCache(get_wsgi_application(), clock=clock)
    for path in ("/", "/community/", "/conditions/"):
        first = ask(kept, path, HTTP_ACCEPT_ENCODING="gzip")
        assert first[0] == "200 OK"
        assert ask(kept, path, HTTP_ACCEPT_ENCODING="gzip") == first
        assert first[1]["Cache-Control"] == "public, max-age=1"
        assert "Set-Cookie" not in first[1]
        assert b"csrfmiddlewaretoken" not in gzip.decompress(first[2])
