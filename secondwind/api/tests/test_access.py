"""Who is told what: the same as on the pages. What is not for somebody is answered like what is not there."""

import pytest
from django.test import Client

from secondwind.accounts import tokens
from secondwind.api.tests.conftest import seen_by, with_token
from secondwind.forums.actions import commentary, moderate, rearrange
from secondwind.forums.actions.counts import locked, recount
from secondwind.forums.actions.post import ask, remove, reply
from secondwind.forums.models import Forum, ForumKind, Post, PostState, Thread

SECRET = "a sentence that nobody else may read"
EVERYBODY = {"visitor", "member", "author", "moderator"}
READERS = [
    (PostState.PUBLISHED, EVERYBODY),
    (PostState.HELD, {"author", "moderator"}),
    (PostState.HIDDEN, {"moderator"}),
]
MISSING = 999_999_999


def put(post: Post, state: PostState) -> None:
    Post.objects.filter(pk=post.pk).update(state=state)
    recount(locked(post.thread_id))


def answers(programs, path):
    return {who: program.get(path) for who, program in programs.items()}


def like_missing(path, missing, program):
    """Whether an address is answered exactly like one where nothing is."""
    one, other = program.get(path), program.get(missing)
    headers = [{k: v for k, v in a.items() if k != "Content-Length"} for a in (one, other)]
    return (one.status_code, one.content, headers[0]) == (404, other.content, headers[1])


@pytest.mark.parametrize(("state", "readers"), READERS)
def test_a_reply_reaches_those_who_may_read_it(programs, bob, thread, state, readers):
    post = reply(bob, thread, f"My reply: {SECRET}.")
    put(post, state)
    assert seen_by(programs, f"/api/v1/threads/{thread.pk}/posts", SECRET) == readers
    assert seen_by(programs, f"/api/v1/posts/{post.pk}", SECRET) == readers
    assert seen_by(programs, "/api/v1/search?q=sentence", SECRET) <= readers
    for who in EVERYBODY - readers:
        assert like_missing(f"/api/v1/posts/{post.pk}", f"/api/v1/posts/{MISSING}", programs[who])
        (_, left) = programs[who].get(f"/api/v1/threads/{thread.pk}/posts").json()["items"]
        told = {name for name, value in left.items() if value not in (None, "")}
        assert told == {"id", "thread", "number", "address", "state"}


@pytest.mark.parametrize(("state", "readers"), READERS)
def test_a_thread_whose_question_is_not_shown_is_not_there(programs, bob, forum, state, readers):
    question = ask(bob, forum, f"Title: {SECRET}", "Some text.")
    put(question, state)
    id = question.thread_id
    for path in (f"/api/v1/threads/{id}", f"/api/v1/threads/{id}/posts"):
        found = {who for who, answer in answers(programs, path).items() if answer.status_code == 200}
        assert found == readers
        missing = path.replace(f"/{id}", f"/{MISSING}")
        assert all(like_missing(path, missing, programs[who]) for who in EVERYBODY - readers)
    for path in (
        "/api/v1/threads",
        "/api/v1/threads?forum=injuries&order=created",
        "/api/v1/threads?answered=false",
    ):
        assert seen_by(programs, path, SECRET) == readers
    assert seen_by(programs, "/api/v1/search?q=title+sentence", SECRET) <= readers


def test_a_private_diary_is_its_owners_alone(programs, bob):
    diary = commentary.start(
        bob, ForumKind.DIARY, "Calf", "", starts_on=bob.date_joined.date(), is_private=True
    )
    entry = ask(bob, diary, f"Day one: {SECRET}", "It hurts.")
    paths = {
        f"/api/v1/forums/{diary.slug}": "/api/v1/forums/there-is-none",
        f"/api/v1/threads?forum={diary.slug}": "/api/v1/threads?forum=there-is-none",
        f"/api/v1/search?q=day&forum={diary.slug}": "/api/v1/search?q=day&forum=there-is-none",
        f"/api/v1/threads/{entry.thread_id}": f"/api/v1/threads/{MISSING}",
        f"/api/v1/threads/{entry.thread_id}/posts": f"/api/v1/threads/{MISSING}/posts",
        f"/api/v1/posts/{entry.pk}": f"/api/v1/posts/{MISSING}",
    }
    for path, missing in paths.items():
        found = {who for who, answer in answers(programs, path).items() if answer.status_code == 200}
        assert found == {"author"}, path
        for who in EVERYBODY - {"author"}:
            assert like_missing(path, missing, programs[who]), (path, who)
    for path in ("/api/v1/threads?kind=commentary", "/api/v1/threads", "/api/v1/forums"):
        assert not seen_by(programs, path, SECRET)


def test_public_commentary_is_read_by_all(programs, bob):
    blog = commentary.start(bob, ForumKind.BLOG, "Miles", "")
    ask(bob, blog, f"Entry: {SECRET}", "A run #hills")
    assert seen_by(programs, "/api/v1/threads?kind=commentary", SECRET) == EVERYBODY
    assert seen_by(programs, f"/api/v1/threads?forum={blog.slug}", '"hills"') == EVERYBODY
    assert not seen_by(programs, "/api/v1/threads", SECRET)


def test_what_was_taken_back_is_left_to_nobody(programs, bob, thread):
    post = reply(bob, thread, f"My reply: {SECRET}.")
    remove(bob, post)
    assert not seen_by(programs, f"/api/v1/threads/{thread.pk}/posts", SECRET)
    (_, left) = Client().get(f"/api/v1/threads/{thread.pk}/posts").json()["items"]
    assert (left["state"], left["author"], left["html"]) == ("removed", None, None)


def test_a_merged_thread_leads_on_by_its_id_alone(programs, bob, mia, thread, forum):
    other = ask(bob, forum, f"Same: {SECRET}", "The same matter.").thread
    rearrange.merge(mia, thread, other, "The same matter.")
    for path in ("", "/posts"):
        answer = Client().get(f"/api/v1/threads/{thread.pk}{path}")
        assert (answer.status_code, answer["Location"]) == (301, f"/api/v1/threads/{other.pk}{path}")
        assert SECRET not in answer.content.decode()
    assert as_posts(Client(), other) == [1, 2]


def as_posts(program, thread):
    return [one["number"] for one in program.get(f"/api/v1/threads/{thread.pk}/posts").json()["items"]]


def test_a_profile_is_shown_to_whom_its_owner_shows_it(programs, bob):
    readers = {"everyone": EVERYBODY, "members": EVERYBODY - {"visitor"}, "nobody": {"author"}}
    for audience, found in readers.items():
        bob.profile_audience = audience
        bob.save()
        told = answers(programs, "/api/v1/members/bob")
        assert {who for who, answer in told.items() if answer.status_code == 200} == found
        assert seen_by(programs, "/api/v1/search?q=bob", '"people": ["bob"]') == found - {"author"} | (
            {"author"} if audience != "nobody" else set()
        )
        for who in EVERYBODY - found:
            assert like_missing("/api/v1/members/bob", "/api/v1/members/nobody-here", programs[who])
    bob.is_active = False
    bob.save()
    assert Client().get("/api/v1/members/bob").status_code == 404


def test_a_profile_tells_no_address_and_no_settings(programs, bob):
    told = programs["moderator"].get("/api/v1/members/bob").json()
    assert set(told) == {
        "name", "address", "since", "signature", "rank", "points", "post_count", "correct_answers",
        "helpful_answers",
    }  # fmt: skip


# --- What a token opens ------------------------------------------------------------------------------------

READING = (
    "/api/v1/forums", "/api/v1/threads", "/api/v1/threads/{thread}", "/api/v1/search?q=leg",
    "/api/v1/outcomes", "/api/v1/members/alice",
)  # fmt: skip


def test_a_visitor_reads_what_is_public_and_writes_nothing(client, thread):
    for path in READING:
        assert client.get(path.format(thread=thread.pk)).status_code == 200
    for path in ("threads", f"threads/{thread.pk}/posts", "imports"):
        answer = client.post(f"/api/v1/{path}", {}, "application/json")
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"] == 'Bearer realm="Second Wind"'
    assert client.get("/api/v1/token").status_code == 401
    assert client.get("/api/v1/imports/1").status_code == 401


@pytest.mark.parametrize("scope", ["read", "write", "runs:write"])
def test_each_scope_opens_its_own_and_nothing_else(as_token, bob, thread, scope):
    program = as_token(bob, scope)
    asked = {
        "read": [program.get(path.format(thread=thread.pk)) for path in READING],
        "write": [
            program.post(f"/api/v1/threads/{thread.pk}/posts", {"body": "I know that."}, "application/json"),
            program.post(
                "/api/v1/threads",
                {"forum": "injuries", "title": "Me too", "body": "It hurts."},
                "application/json",
            ),
        ],
        "runs:write": [program.post("/api/v1/imports", {}), program.get("/api/v1/imports/1")],
    }
    for needed, told in asked.items():
        for answer in told:
            assert (answer.status_code == 403) == (needed != scope)
            if needed != scope:
                assert f'error="insufficient_scope", scope="{needed}"' in answer["WWW-Authenticate"]
                assert needed in answer.json()["detail"]
    assert program.get("/api/v1/token").json()["scopes"] == [scope]


def test_a_token_that_opens_nothing_reads_nothing_public_either(thread):
    for header in ("Bearer sw_wrong", "Bearer", "Basic YTpi", "sw_wrong"):
        answer = Client(headers={"authorization": header}).get("/api/v1/threads")
        assert answer.status_code == 401
        assert answer.json()["title"] == "Unauthorized"
    assert 'error="invalid_token"' in with_token("x").get("/api/v1/threads")["WWW-Authenticate"]


def test_a_session_is_nobody(alice, bob, thread, mia):
    browser = Client()
    browser.force_login(mia, "allauth.account.auth_backends.AuthenticationBackend")
    put(reply(bob, thread, SECRET), PostState.HIDDEN)
    answer = browser.get(f"/api/v1/threads/{thread.pk}/posts")
    assert SECRET not in answer.content.decode()
    assert (
        browser.post(f"/api/v1/threads/{thread.pk}/posts", {"body": "x"}, "application/json").status_code
        == 401
    )
    assert not answer.cookies
    assert "Cookie" not in answer["Vary"]


def test_a_moderator_s_token_still_takes_its_scopes_alone(as_token, mia, bob, thread):
    put(reply(bob, thread, SECRET), PostState.HIDDEN)
    assert SECRET in as_token(mia, "read").get(f"/api/v1/threads/{thread.pk}/posts").content.decode()
    assert as_token(mia, "write").get(f"/api/v1/threads/{thread.pk}/posts").status_code == 403


def test_hiding_and_locking_hold_for_programs(programs, as_token, alice, bob, mia, thread):
    moderate.lock(mia, thread, "It is settled.")
    for who, status in ((bob, 403), (alice, 201), (mia, 201)):
        answer = as_token(who, "write").post(
            f"/api/v1/threads/{thread.pk}/posts", {"body": "One more word."}, "application/json"
        )
        assert answer.status_code == status
    assert all(
        answer.json()["thread"]["is_locked"]
        for answer in answers(programs, f"/api/v1/threads/{thread.pk}").values()
    )


def test_the_tokens_of_somebody_banned_open_nothing(bob, thread):
    from secondwind.accounts import standing

    program = with_token(tokens.make(bob, "a program", ["read", "write"]))
    assert program.get("/api/v1/threads").status_code == 200
    standing.ban(bob)
    assert program.get("/api/v1/threads").status_code == 401
    assert Forum.objects.exists()
    assert Thread.objects.count() == 1
