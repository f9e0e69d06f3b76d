"""Searching by a program."""

import pytest

from secondwind.accounts.models import Audience, User
from secondwind.forums.actions.post import ask, reply
from secondwind.forums.testing import member


@pytest.fixture
def written(forum, alice, bob):
    for n in range(5):
        asker = member(f"runner{n}")
        thread = ask(asker, forum, f"Left peroneal pain {n}", "My left peroneals ache.").thread
        reply(bob, thread, "Strengthen the peroneals.")


def test_threads_are_found_with_their_best_post(client, written):
    told = client.get("/api/v1/search?q=strengthen+peroneals&limit=2").json()
    assert (told["count"], len(told["items"]), told["is_all"]) == (5, 2, True)
    (hit, _) = told["items"]
    assert {run["text"].lower() for run in hit["snippet"] if run["is_match"]} >= {"strengthen", "peroneals"}
    assert client.get(f"/api/v1/posts/{hit['post']}").json()["thread"] == hit["thread"]
    found = [hit["thread"] for hit in told["items"]]
    while told["next"]:
        told = client.get(f"/api/v1/search?q=strengthen+peroneals&limit=2&cursor={told['next']}").json()
        found += [hit["thread"] for hit in told["items"]]
    assert len(set(found)) == len(found) == 5


def test_posts_that_their_author_lists_for_members_are_not_listed_for_visitors(client, written, bob):
    assert bob.posts_audience == Audience.MEMBERS
    answers = [client.get(f"/api/v1/search?by={name}").json() for name in ("bob", "none")]
    assert answers[0]["status"] == 404
    assert answers[0] == answers[1]


def test_filters_and_typos(client, written, forum, bob):
    User.objects.filter(pk=bob.pk).update(posts_audience=Audience.EVERYONE)
    assert client.get("/api/v1/search?q=peronael").json()["mended"] == "peroneal"
    assert client.get("/api/v1/search?q=peronael&mend=false").json()["count"] == 0
    assert client.get("/api/v1/search?by=bob&side=left&answered=false&forum=injuries").json()["count"] == 5
    assert client.get("/api/v1/search?by=bob&until=2020-01-01").json()["count"] == 0
    assert client.get("/api/v1/search?by=bob&since=2020-01-01").json()["count"] == 5
    assert client.get("/api/v1/search?by=bob&outcome=true").json()["count"] == 0
    for query in ("by=none", "forum=none", "place=none", "cursor=x"):
        assert client.get(f"/api/v1/search?q=pain&{query}").status_code == 404
    for query in ("since=x", "side=both", "limit=51", "q=" + "x" * 2001):
        assert client.get(f"/api/v1/search?{query}").status_code == 422


def test_people_are_found_by_how_their_name_begins(client, written):
    assert client.get("/api/v1/search?q=runner").json()["people"] == [f"runner{n}" for n in range(5)]


@pytest.mark.parametrize(
    "q", ['"', "AND OR NOT", "a*", "NEAR(a b)", "%00", "'; DROP TABLE x", ":(", "\\", "%F0%9F%91%9F"]
)
def test_signs_of_a_query_language_are_only_text(client, written, q):
    assert client.get("/api/v1/search", {"q": q}).status_code == 200
    assert client.get(f"/api/v1/search?q={q}".replace("#", "%23")).status_code == 200
