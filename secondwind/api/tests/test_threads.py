"""Lists with cursors, threads with their danger signs, posting by the forums' own rules."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from secondwind.accounts import standing
from secondwind.forums.actions import mark as marking
from secondwind.forums.actions.post import ask, edit, reply
from secondwind.forums.models import Forum, Mark, Post, Thread, ThreadRegion
from secondwind.forums.testing import member
from secondwind.forums.trust import Trust

DANGER = "My calf is swollen, hot and red since a long flight, and I am short of breath."


def walk(program: Client, path: str) -> list[Any]:
    """Every item of a list, page by page."""
    found: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        told = program.get(path + (f"&cursor={cursor}" if cursor else "")).json()
        found += told["items"]
        cursor = told["next"]
    return found


def many(forum, alice, count):
    at = datetime(2026, 1, 1, tzinfo=UTC)
    rows = [
        Thread(
            forum=forum,
            title=f"Thread {n}",
            author=alice,
            created_at=at + timedelta(hours=n // 2),
            latest_at=at + timedelta(hours=(count - n) // 3),
        )
        for n in range(count)
    ]
    return Thread.objects.bulk_create(rows)


@pytest.mark.parametrize("order", ["latest", "created"])
def test_a_list_is_walked_whole_whatever_stands_at_one_time(client, forum, alice, order):
    made = many(forum, alice, 23)
    found = walk(client, f"/api/v1/threads?limit=4&order={order}")
    assert sorted(one["id"] for one in found) == sorted(one.pk for one in made)
    times = [one[f"{order}_at"] for one in found]
    assert times == sorted(times, reverse=True)


def test_filters_narrow_it(client, forum, alice, bob, thread, answer):
    elsewhere = Forum.objects.exclude(pk=forum.pk)[0]
    other = ask(alice, elsewhere, "Which shoes for mud", "I slip.").thread
    marking.mark(alice, answer, Mark.CORRECT)

    def ids(query):
        return [one["id"] for one in client.get(f"/api/v1/threads?{query}").json()["items"]]

    assert ids("forum=injuries") == [thread.pk]
    assert ids("answered=true") == [thread.pk]
    assert ids("answered=false") == [other.pk]
    assert ids(f"place={ThreadRegion.objects.filter(thread=thread)[0].region}") == [thread.pk]
    assert ids("place=groin") == []
    assert ids("order=created&since=2031-01-01T00:00:00Z") == []
    assert set(ids("since=2020-01-01T00:00:00%2B02:00")) == {thread.pk, other.pk}
    for query in (
        "forum=none",
        "place=none",
        "cursor=none",
        "cursor=W10",
        "cursor=WyJ4Iiwx",
        "cursor=" + "a" * 300,
    ):
        assert client.get(f"/api/v1/threads?{query}").status_code == 404, query
    for query in (
        "limit=0",
        "limit=101",
        "limit=x",
        "order=none",
        "answered=perhaps",
        "since=2020",
        "since=2020-01-01T00:00:00",
    ):
        answer = client.get(f"/api/v1/threads?{query}")
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["where"].startswith("query/")


def test_a_thread_tells_its_danger_signs_first(client, forum, alice, bob):
    thread = ask(alice, forum, "Swollen calf after a flight", DANGER).thread
    answer = client.get(f"/api/v1/threads/{thread.pk}")
    told = answer.json()
    assert next(iter(told)) == "danger_signs"
    assert told["danger_signs"][0]["action"]
    assert told["thread"]["title"] == "Swollen calf after a flight"


def test_a_thread_tells_what_its_page_does(client, alice, bob, thread, answer):
    marking.mark(alice, answer, Mark.HELPFUL)
    told = client.get(f"/api/v1/threads/{thread.pk}").json()
    assert told["answers"] == [{"post": answer.pk, "number": 2, "mark": "helpful"}]
    about = told["thread"]
    assert (about["reply_count"], about["author"]) == (1, {"name": "alice", "is_member": True})
    assert about["address"] == f"http://testserver/threads/{thread.pk}/{thread.slug}/"
    assert client.get(about["address"]).status_code == 200


def test_posts_come_by_their_numbers_with_what_they_answer(client, alice, bob, thread, answer):
    for n in range(5):
        reply(member(f"helper{n}"), thread, f"Reply {n} with [a link](/about/)", answer if n == 3 else None)
    found = walk(client, f"/api/v1/threads/{thread.pk}/posts?limit=3")
    assert [one["number"] for one in found] == [1, 2, 3, 4, 5, 6, 7]
    assert found[5]["in_response_to"] == {"id": answer.pk, "number": 2}
    assert 'href="http://testserver/about/"' in found[5]["html"]
    assert client.get(f"/api/v1/posts/{answer.pk}").json() == found[1]


def test_who_has_left_is_a_former_member(client, bob, thread, answer):
    Post.objects.filter(pk=answer.pk).update(author=None)
    assert client.get(f"/api/v1/posts/{answer.pk}").json()["author"] == {
        "name": "former member",
        "is_member": False,
    }


# --- Writing -----------------------------------------------------------------------------------------------


def send(program, path, **body):
    return program.post(f"/api/v1/{path}", body, "application/json")


def test_a_reply_is_posted_like_on_the_page(as_token, client, bob, thread, answer):
    program = as_token(bob, "write")
    told = send(program, f"threads/{thread.pk}/posts", body="**Slowly** does it.", in_response_to=answer.pk)
    assert told.status_code == 201
    post = told.json()["post"]
    assert (post["number"], post["in_response_to"]["number"], post["state"]) == (3, 2, "published")
    assert "<strong>Slowly</strong>" in post["html"]
    assert told["Location"] == f"/api/v1/posts/{post['id']}"
    assert client.get(told["Location"]).json() == post
    again = send(program, f"threads/{thread.pk}/posts", body="**Slowly** does it.", in_response_to=answer.pk)
    assert again.json() == told.json()  # what is sent twice is one post


def test_a_question_is_asked_and_its_danger_signs_come_back_at_once(as_token, bob, forum):
    told = send(as_token(bob, "write"), "threads", forum="injuries", title="Swollen calf", body=DANGER)
    assert told.status_code == 201
    assert told.json()["danger_signs"]
    thread = Thread.objects.get()
    assert told["Location"] == f"/api/v1/threads/{thread.pk}"
    assert thread.author == bob


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"forum": "none", "title": "A title", "body": "Text."}, "body/forum"),
        ({"forum": "injuries", "title": "A title"}, "body/new/body"),
        ({"forum": "injuries", "title": "A title", "body": "Text.", "state": "published"}, "body/new/state"),
    ],
)
def test_what_is_wrong_with_a_body_is_said_where(as_token, bob, forum, body, where):
    answer = send(as_token(bob, "write"), "threads", **body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == where
    assert not Thread.objects.exists()


def test_the_forums_sentences_come_through(as_token, alice, bob, mia, forum, thread):
    program = as_token(bob, "write")
    short = send(program, "threads", forum="injuries", title="Hm", body="Text.")
    assert (short.status_code, "title" in short.json()["detail"]) == (422, True)
    foreign = ask(alice, forum, "Another one", "Some text.")
    wrong = send(program, f"threads/{thread.pk}/posts", body="Yes.", in_response_to=foreign.pk)
    assert wrong.json()["errors"][0]["where"] == "body/in_response_to"
    Forum.objects.filter(pk=forum.pk).update(is_open=False)
    assert send(program, "threads", forum="injuries", title="A title", body="Text.").status_code == 403
    standing.silence(bob, timezone.now() + timedelta(days=1))
    silent = send(program, f"threads/{thread.pk}/posts", body="Yes.")
    assert (silent.status_code, "pause" in silent.json()["detail"]) == (403, True)
    assert Post.objects.filter(author=bob).count() == 0


def test_the_forums_limits_hold(as_token, thread):
    program = as_token(member("new", Trust.NEW), "write")
    told = [send(program, f"threads/{thread.pk}/posts", body=f"Reply {n}.") for n in range(4)]
    assert [one.status_code for one in told] == [201, 201, 201, 429]
    assert "3 posts in a minute" in told[-1].json()["detail"]
    assert told[-1]["Retry-After"]


def test_the_sieve_holds_what_it_holds_on_the_page(as_token, client, thread):
    program = as_token(member("new", Trust.NEW), "write", "read")
    told = send(
        program, f"threads/{thread.pk}/posts", body="Buy [pills](https://example.com/pills) here."
    ).json()
    assert told["post"]["state"] == "held"
    assert program.get(f"/api/v1/posts/{told['post']['id']}").status_code == 200
    assert client.get(f"/api/v1/posts/{told['post']['id']}").status_code == 404


def test_an_edit_shows(client, alice, thread):
    edit(alice, thread.posts.get(number=1), "Quite another text.", thread.title)
    (post,) = client.get(f"/api/v1/threads/{thread.pk}/posts").json()["items"]
    assert "Quite another text." in post["html"]
    assert post["edited_at"]


# --- What it costs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        # one of them counts the request
        ("forums", 3),
        ("forums/injuries", 2),
        ("threads?limit=100", 2),
        ("threads?forum=injuries&answered=false&limit=100", 3),
        ("threads/{thread}", 4),
        ("threads/{thread}/posts?limit=50", 3),
        ("posts/{post}", 2),
        ("members/alice", 4),
        ("outcomes", 2),
        ("search?q=reply&limit=50", 10),
    ],
)
def test_the_queries_do_not_grow_with_what_is_answered(
    django_assert_max_num_queries, alice, bob, forum, thread, path, queries
):
    for n in range(6):
        asker = member(f"asker{n}")
        reply(asker, ask(asker, forum, f"Question {n}", "A reply is wanted.").thread, "My own reply.")
        reply(asker, thread, f"A reply, number {n}.")
    whole = f"/api/v1/{path.format(thread=thread.pk, post=thread.posts.first().pk)}"
    Client().get(whole)
    with django_assert_max_num_queries(queries):
        assert Client().get(whole).status_code == 200
