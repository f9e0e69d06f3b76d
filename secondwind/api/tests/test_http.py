"""One shape for what goes wrong, caches, cookies, methods, and how often one may ask."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from secondwind.api import limits
from secondwind.api.models import Tally
from secondwind.api.tests.conftest import with_token
from secondwind.look.pagecache import PageCache
from secondwind.look.tests.test_pagecache import ask as ask_wsgi

PROBLEM = "application/problem+json"


def problem(answer, status):
    assert answer.status_code == status
    assert answer["Content-Type"] == PROBLEM
    assert "no-store" in answer["Cache-Control"]
    told = answer.json()
    assert set(told) == {"type", "title", "status", "detail", "errors"}
    assert told["status"] == status
    assert told["detail"].endswith((".", "…"))
    return told


def test_whatever_goes_wrong_has_one_shape(client, as_token, bob, thread, settings):
    writer = as_token(bob, "write")
    path = f"/api/v1/threads/{thread.pk}/posts"
    problem(client.get("/api/v1/"), 404)
    problem(client.get("/api/v1/nothing/here"), 404)
    problem(client.get("/api/v1/threads/x"), 404)
    problem(client.get("/api/v1/threads/99999999999999999999999"), 404)
    problem(client.get("/api/v1/forums/a\0b"), 404)
    problem(client.get("/api/v1/members/a%00b"), 404)
    problem(client.get("/api/v2/threads"), 404)
    problem(client.get("/api/v1/threads?limit=x"), 422)
    problem(client.post(path, {"body": "x"}, "application/json"), 401)
    assert problem(writer.delete(path), 405)
    assert set(writer.delete(path)["Allow"].split(", ")) >= {"GET", "POST"}
    for body in ("{", "[", "\xff", "null\0", ""):
        problem(writer.post(path, body, "application/json"), 400 if body else 422)
    problem(writer.post(path, "[1]", "application/json"), 422)
    problem(writer.post(path, {"body": "x"}), 400)
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    problem(writer.post(path, {"body": "x" * 200}, "application/json"), 413)
    settings.ALLOWED_HOSTS = ["example.org"]
    problem(client.get("/api/v1/threads"), 400)


def test_an_error_of_the_site_is_told_without_its_inside(client, monkeypatch, forum, caplog):
    from secondwind.forums import queries

    monkeypatch.setattr(queries, "spaces", lambda: 1 / 0)
    told = problem(client.get("/api/v1/forums"), 500)
    assert "division" not in str(told)
    assert "ZeroDivisionError" in caplog.text


def test_a_visitors_answer_may_be_kept_for_a_moment_and_asked_for_by_its_etag(client, thread):
    for path in (
        "threads",
        f"threads/{thread.pk}",
        f"threads/{thread.pk}/posts",
        "forums",
        "search?q=leg",
        "openapi.json",
    ):
        answer = client.get(f"/api/v1/{path}")
        assert answer["Cache-Control"] == "public, max-age=1"
        assert not answer.cookies
        if path != "openapi.json":
            assert "Authorization" in answer["Vary"]
            assert "Cookie" not in answer["Vary"]
        again = client.get(f"/api/v1/{path}", headers={"if-none-match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_what_a_token_opened_is_kept_by_nobody(as_token, bob, thread):
    program = as_token(bob, "read", "write", "runs:write")
    for answer in (
        program.get("/api/v1/threads"), program.get("/api/v1/token"), program.get("/api/v1/imports/1"),
        program.post(f"/api/v1/threads/{thread.pk}/posts", {"body": "Yes."}, "application/json"),
    ):  # fmt: skip
        assert "no-store" in answer["Cache-Control"]
        assert "public" not in answer["Cache-Control"]
        assert not answer.has_header("ETag")


@pytest.mark.django_db(transaction=True)
def test_the_page_cache_gives_nobody_what_a_token_opened():
    from secondwind.accounts import tokens
    from secondwind.forums.actions import places
    from secondwind.forums.actions.post import ask, reply
    from secondwind.forums.models import Forum, Post, PostState
    from secondwind.forums.testing import member

    places.make_first()
    alice, mia = member("alice"), member("mia", is_moderator=True)
    thread = ask(alice, Forum.objects.all()[0], "A question", "Some text.").thread
    Post.objects.filter(pk=reply(alice, thread, "Only a moderator sees this.").pk).update(
        state=PostState.HIDDEN
    )
    token = f"Bearer {tokens.make(mia, 'a program', ['read'])}"
    site = PageCache(get_wsgi_application())
    path = f"/api/v1/threads/{thread.pk}/posts"

    def asked(**environ: str) -> Any:
        return ask_wsgi(site, path, **environ)

    assert b"Only a moderator" in asked(HTTP_AUTHORIZATION=token)[2]
    public = asked()
    assert b"Only a moderator" not in public[2]
    assert asked() == public
    assert b"Only a moderator" in asked(HTTP_AUTHORIZATION=token)[2]
    assert "Set-Cookie" not in public[1]


def test_head_is_answered_like_get_without_the_body(client, thread):
    whole, head = client.get("/api/v1/threads"), client.head("/api/v1/threads")
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Length"] == str(len(whole.content))
    assert client.head("/api/v1/nothing").status_code == 404


# --- How often ---------------------------------------------------------------------------------------------


def test_requests_are_counted_by_token_and_by_address(monkeypatch, as_token, bob, thread, time_machine):
    time_machine.move_to(timezone.now().replace(second=20), tick=False)
    monkeypatch.setattr(limits, "BY_TOKEN", 3)
    monkeypatch.setattr(limits, "BY_ADDRESS", 2)
    monkeypatch.setattr(limits, "BY_WRONG_TOKEN", 1)
    one, other, visitor = as_token(bob, "read"), as_token(bob, "read"), Client()

    def statuses(program, times, **headers):
        return [program.get("/api/v1/forums", **headers).status_code for _ in range(times)]

    assert statuses(one, 4) == [200, 200, 200, 429]
    assert statuses(other, 1) == [200]
    assert statuses(visitor, 3) == [200, 200, 429]
    assert statuses(Client(REMOTE_ADDR="192.0.2.7"), 1) == [200]
    assert statuses(with_token("wrong"), 2) == [401, 429]
    answer = one.get("/api/v1/forums")
    assert answer["Retry-After"] == "40"
    assert "3 requests" in problem(answer, 429)["detail"]
    time_machine.move_to(timezone.now() + timedelta(seconds=40))
    assert statuses(one, 1) == [200]


def test_a_household_of_ipv6_is_one_address(monkeypatch, forum):
    monkeypatch.setattr(limits, "BY_ADDRESS", 1)
    found = [
        Client(REMOTE_ADDR=address).get("/api/v1/forums").status_code
        for address in ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1")
    ]
    assert found == [200, 429, 200]


def test_no_address_is_kept_and_old_counts_go(client, forum, time_machine):
    client.get("/api/v1/forums")
    assert "127.0.0.1" not in Tally.objects.get().who
    time_machine.move_to(timezone.now() + timedelta(hours=1))
    limits.forget()
    assert not Tally.objects.exists()


def test_while_the_database_is_locked_reading_goes_on_and_writing_is_asked_to_wait(
    monkeypatch, client, as_token, bob, thread
):
    def locked(who, now):
        raise OperationalError("database is locked")

    program = as_token(bob, "read", "write")
    monkeypatch.setattr(limits, "_tally", locked)
    for one in (client, program):
        assert one.get("/api/v1/forums").status_code == 200
    path = f"/api/v1/threads/{thread.pk}/posts"
    answer = program.post(path, {"body": "Rest it for a week."}, "application/json")
    assert "again" in problem(answer, 503)["detail"]
    assert answer["Retry-After"] == "1"
    assert thread.posts.count() == 1
