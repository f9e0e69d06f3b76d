"""Writing a reply or a question: preview, quote, refusal, and that nothing typed is lost on the way."""

import re
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from secondwind.accounts.models import User
from secondwind.forums.actions import drafts
from secondwind.forums.actions.post import reply
from secondwind.forums.models import Draft, Forum, Post, PostState, Thread
from secondwind.forums.pages.compose import composer
from secondwind.forums.trust import Trust
from secondwind.writing import markdown

WORDS = "Shorten the stride and *rest* three days."


def text_in(response: Any) -> str:
    """What stands in the text field of a page."""
    found = re.search(r'<textarea[^>]* id="body"[^>]*>\n?(.*?)</textarea>', response.content.decode(), re.S)
    assert found, "the page has no text field"
    return unescape(found[1])


def hidden_in(response: Any, name: str) -> str:
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', response.content.decode())
    assert found, f"the page has no field {name}"
    return unescape(found[1])


@pytest.fixture
def at(thread: Thread) -> str:
    return f"/reply/{thread.pk}/"


# --- Who may write -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/reply/{}/", "/community/injuries/new/", "/drafts/"])
def test_a_visitor_is_asked_to_sign_in_and_comes_back(client, thread, address):
    address = address.format(thread.pk)
    response = client.get(address)
    assert response.status_code == 302
    assert response["Location"].endswith(f"?next={address}")


def test_a_text_that_comes_after_signing_out_is_shown_again(client, at):
    response = client.post(at, {"body": WORDS, "do": "post"})
    assert response.status_code == 401
    assert text_in(response) == WORDS
    assert "You are signed out" in response.content.decode()


def test_a_page_for_writing_is_kept_by_no_cache(as_, bob, at):
    assert "no-store" in as_(bob).get(at)["Cache-Control"]


def test_another_site_cannot_post_in_somebodys_name(bob, thread, at):
    client = Client(enforce_csrf_checks=True)
    client.force_login(bob, "allauth.account.auth_backends.AuthenticationBackend")
    assert client.post(at, {"body": WORDS}).status_code == 403
    assert not thread.posts.filter(author=bob).exists()


def test_who_may_not_write_is_told_why_and_keeps_the_text(as_, bob, at, thread):
    drafts.save(bob, thread, body=WORDS)
    thread.is_locked = True
    thread.save()
    shown = as_(bob).get(at)
    assert "A moderator has locked this thread" in shown.content.decode()
    assert text_in(shown) == WORDS
    assert 'value="post"' not in shown.content.decode()

    refused = as_(bob).post(at, {"body": "More words", "do": "post"})
    assert refused.status_code == 422
    assert text_in(refused) == "More words"


def test_a_composer_costs_one_query(bob, thread, answer):
    drafts.save(bob, thread, body=WORDS, in_response_to=answer)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        made = composer(bob, thread=thread)
    assert len(queries) == 1
    assert (made.body, made.to and made.to.author) == (WORDS, "bob")


def test_a_visitors_composer_leads_to_signing_in_and_back(thread):
    made = composer(AnonymousUser(), thread=thread)
    assert made.sign_in.endswith(f"?next=%2Freply%2F{thread.pk}%2F")


# --- Posting -----------------------------------------------------------------------------------------------


def test_a_reply_is_posted_and_its_address_shown(as_, bob, thread, at):
    response = as_(bob).post(at, {"body": WORDS, "do": "post"})
    post = thread.posts.get(author=bob)
    assert (response.status_code, response["Location"]) == (303, f"/posts/{post.pk}/")
    assert (post.body, post.in_response_to.number) == (WORDS, 1)


def test_a_reply_answers_the_post_that_was_chosen(as_, alice, thread, answer, at):
    client = as_(alice)
    page = client.get(at, {"to": answer.pk})
    assert "#2 by bob" in page.content.decode()
    client.post(at, {"body": WORDS, "to": hidden_in(page, "to"), "do": "post"})
    assert thread.posts.get(number=3).in_response_to == answer


def test_the_opening_post_can_be_answered_instead_and_the_text_stays(as_, alice, answer, at):
    page = as_(alice).post(at, {"body": WORDS, "to": answer.pk, "do": "opening"})
    assert hidden_in(page, "to") == ""
    assert text_in(page) == WORDS


def test_an_answered_post_that_was_hidden_meanwhile_does_not_lose_the_reply(as_, alice, thread, answer, at):
    Post.objects.filter(pk=answer.pk).update(state=PostState.HIDDEN)
    as_(alice).post(at, {"body": WORDS, "to": answer.pk, "do": "post"})
    assert thread.posts.get(number=3).in_response_to.number == 1


def test_pressing_the_button_twice_makes_one_post(as_, bob, thread, at):
    client = as_(bob)
    addresses = {client.post(at, {"body": WORDS, "do": "post"})["Location"] for _ in range(2)}
    assert len(addresses) == 1
    assert thread.posts.filter(author=bob).count() == 1


def test_a_question_is_asked_with_a_title(as_, alice, forum):
    fields = {"title": "Shin hurts downhill", "body": WORDS, "do": "post"}
    response = as_(alice).post("/community/injuries/new/", fields)
    post = Post.objects.get(thread__title="Shin hurts downhill")
    assert response["Location"] == f"/posts/{post.pk}/"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": "Shin", "body": " \n "}, "There is no text yet."),
        ({"title": "x", "body": WORDS}, "Give the thread a title"),
        ({"title": "x" * 141, "body": WORDS}, "The title is too long"),
        ({"title": "Shin hurts", "body": "x" * (markdown.LONGEST + 1)}, "50,001 characters"),
    ],
)
def test_what_is_refused_is_said_and_stays_in_the_form(as_, alice, forum, fields, sentence):
    response = as_(alice).post("/community/injuries/new/", fields | {"do": "post"})
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert text_in(response) == fields["body"]
    assert f'value="{fields["title"]}"' in response.content.decode()
    assert not Thread.objects.exists()


def test_a_post_that_waits_for_a_moderator_says_so(as_, make_user, thread, at):
    newcomer = make_user("newcomer", trust=Trust.NEW)
    response = as_(newcomer).post(at, {"body": "See https://pills.example/", "do": "post"}, follow=True)
    assert "It waits until a moderator has looked at it" in response.content.decode()


def test_the_injuries_forum_says_what_helps_to_answer(as_, alice, forum):
    page = as_(alice).get("/community/injuries/new/").content.decode()
    assert "since when" in page
    assert '<a href="/">What hurts?</a>' in page


def test_a_merged_thread_leads_to_where_one_can_reply(as_, bob, forum, alice, thread, at):
    other = Thread.objects.create(
        forum=forum, title="Other", author=alice, created_at=thread.created_at, latest_at=thread.latest_at
    )
    Thread.objects.filter(pk=thread.pk).update(merged_into=other)
    assert as_(bob).get(at)["Location"] == f"/reply/{other.pk}/"


def test_who_replies_sees_the_danger_notice_of_the_thread(as_, bob, alice, thread, at):
    assert "danger-notice" not in as_(bob).get(at).content.decode()
    reply(alice, thread, "My left calf is swollen and I have chest pain and am short of breath.")
    for page in (as_(bob).get(at), as_(bob).post(at, {"body": WORDS, "do": "preview"})):
        assert "What the asker wrote holds a danger sign" in page.content.decode()


# --- Preview -----------------------------------------------------------------------------------------------


def test_a_preview_shows_the_text_as_it_will_be_and_keeps_it_in_the_form(as_, bob, thread, answer, at):
    fields = {"body": WORDS, "to": answer.pk, "seen": "", "do": "preview"}
    response = as_(bob).post(at, fields)
    assert response.status_code == 200
    assert "<p>Shorten the stride and <em>rest</em> three days.</p>" in response.content.decode()
    assert text_in(response) == WORDS
    assert hidden_in(response, "to") == str(answer.pk)
    assert not thread.posts.filter(body=WORDS).exists()


def test_a_preview_in_place_is_the_same_and_nothing_more(as_, bob, db):
    response = as_(bob).post("/preview/", {"body": WORDS})
    html = response.content.decode()
    assert "<em>rest</em>" in html
    assert "<form" not in html
    assert "<html" not in html


@pytest.mark.parametrize(
    "body", ["<script>alert(1)</script>", "[x](javascript:alert(1))", "<img src=x onerror=a>"]
)
def test_a_preview_runs_nothing(as_, bob, body):
    html = as_(bob).post("/preview/", {"body": body}).content.decode()
    assert not re.search(r"<script|<img|<a [^>]*javascript", html)


@pytest.mark.parametrize("body", ["", "x" * (markdown.LONGEST + 1)])
def test_a_preview_of_what_cannot_be_posted_says_why(as_, bob, body):
    response = as_(bob).post("/preview/", {"body": body})
    assert response.status_code == 422
    assert "notice-problem" in response.content.decode()


# --- Quoting -----------------------------------------------------------------------------------------------


def test_a_quote_begins_with_the_words_of_the_post(as_, alice, answer, at):
    page = as_(alice).get(at, {"to": answer.pk, "quote": "1"})
    assert text_in(page).startswith(f"> [bob in #2](</posts/{answer.pk}/>):\n>\n> Mine did the same")
    assert hidden_in(page, "to") == str(answer.pk)


def test_a_quote_comes_after_what_was_written_already_and_only_once(as_, alice, thread, answer, at):
    drafts.save(alice, thread, body="Thank you both.")
    client = as_(alice)
    text = text_in(client.get(at, {"to": answer.pk, "quote": "1"}))
    assert text.startswith("Thank you both.\n\n> [bob in #2]")

    drafts.save(alice, thread, body=text, seen=drafts.stamp(Draft.objects.get()))
    assert text_in(client.get(at, {"to": answer.pk, "quote": "1"})).count("[bob in #2]") == 1


def test_nobody_can_quote_what_they_may_not_read(as_, alice, answer, at):
    Post.objects.filter(pk=answer.pk).update(state=PostState.HIDDEN)
    assert as_(alice).get(at, {"to": answer.pk, "quote": "1"}).status_code == 404


@pytest.mark.parametrize("to", ["x", "0", "٣", "9" * 30])
def test_a_post_that_is_not_there_cannot_be_answered(as_, alice, at, to):
    assert as_(alice).get(at, {"to": to}).status_code == 404


def test_a_post_of_another_thread_cannot_be_answered(as_, alice, bob, forum: Forum, answer, at):
    from secondwind.forums.actions.post import ask

    other = ask(bob, forum, "Another matter", "Something else entirely.")
    assert as_(alice).get(at, {"to": other.pk}).status_code == 404


def test_a_quote_of_a_quote_is_one_deep(as_, alice, bob: User, thread, answer, at):
    quoting = reply(alice, thread, "> > deep\n>\n> Mine did the same\n\nHow slowly?", answer)
    assert "deep" not in text_in(as_(bob).get(at, {"to": quoting.pk, "quote": "1"}))
