"""A thread as its readers see it: numbers, what stands beside a post, and how little it costs."""

from datetime import timedelta
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from secondwind.forums.actions import moderate, rearrange
from secondwind.forums.actions.counts import locked, recount, recount_posts
from secondwind.forums.actions.mark import mark
from secondwind.forums.actions.post import ask, edit, remove, reply
from secondwind.forums.errors import Refused
from secondwind.forums.models import Mark, Post, PostState, Thread
from secondwind.forums.pages.thread import address
from secondwind.look.pagecache import KEPT_SECONDS, PageCache

LIMIT_QUERIES = 12
LIMIT_BYTES = 60_000

PARAGRAPH = (
    "It came on slowly over **three weeks** of trail running. I tried:\n\n- a foam roller\n- rest\n\n"
    "and it eased, but the first long descent brought it back. See [the plan](https://example.org/plan)."
)


def fill(thread: Thread, people: list[Any], count: int) -> None:
    """Put `count` posts into a thread at once, as years would."""
    now = timezone.now()
    html = "<p>" + "It came on slowly over three weeks of trail running, and rest eased it. " * 6 + "</p>"
    Post.objects.bulk_create(
        Post(
            thread=thread, number=number, author=people[number % len(people)], in_response_to=None,
            body="x", html=html, created_at=now,
        )
        for number in range(thread.next_number, thread.next_number + count)
    )  # fmt: skip
    thread.next_number += count
    recount(thread)
    for person in people:
        recount_posts(person)


def test_replies_are_numbered_and_say_what_they_respond_to(client, thread, answer, alice):
    reply(alice, thread, "How slowly?", answer)
    html = client.get(address(thread)).content.decode()

    assert [f'id="post-{number}"' in html for number in (1, 2, 3, 4)] == [True, True, True, False]
    assert "in response to" in html
    assert f'<a href="/posts/{answer.pk}/">#2</a> <bdi>bob</bdi>' in html
    assert "<strong>2</strong> replies" in html


def test_a_permalink_leads_to_the_post_on_its_page(client, thread, alice, bob):
    fill(thread, [alice, bob], 40)
    post = Post.objects.get(thread=thread, number=41)

    response = client.get(f"/posts/{post.pk}/")

    assert response["Location"] == f"{address(thread)}?page=3#post-41"
    assert 'id="post-41"' in client.get(response["Location"]).content.decode()


def test_an_address_with_an_old_title_leads_to_the_thread(client, thread):
    response = client.get(f"/threads/{thread.pk}/another-title/?page=1")
    assert (response.status_code, response["Location"]) == (301, f"{address(thread)}?page=1")


@pytest.mark.parametrize("number", ["0", "-1", "x", "٣", "2", "99999999999"])
def test_a_page_that_is_not_there_is_not_found(client, thread, number):
    assert client.get(address(thread), {"page": number}).status_code == 404


@pytest.mark.parametrize("size", [20, 5_000])
def test_a_page_of_twenty_posts_is_at_most_twelve_queries_and_sixty_kilobytes(
    as_, alice, bob, mia, forum, size
):
    thread = ask(alice, forum, "A long thread", PARAGRAPH).thread
    people = [alice, bob]
    fill(thread, people, size - 1)
    mark(alice, Post.objects.filter(thread=thread, author=bob, number__gt=1)[0], Mark.CORRECT)
    last = {"page": (size - 1) // 20 + 1}

    for browser in (Client(HTTP_USER_AGENT="Mozilla/5.0"), as_(bob), as_(alice), as_(mia)):
        for _ in range(2):  # the first visit counts and marks as read, the second finds that done
            with CaptureQueriesContext(
                connection,
            ) as queries:
                response = browser.get(address(thread), last)
            assert response.status_code == 200
            asked = [one["sql"] for one in queries if "SAVEPOINT" not in one["sql"]]
            assert len(asked) <= LIMIT_QUERIES, "\n".join(asked)
            assert len(response.content) <= LIMIT_BYTES


def test_the_text_is_rendered_once_and_kept(question):
    assert question.html.startswith("<p>Both outer lower legs")


def test_an_edit_shows_and_is_kept_from_others(client, as_, question, alice, bob, thread):
    edit(alice, question, "Only the left one, in fact.")
    html = client.get(address(thread)).content.decode()

    assert "Only the left one" in html
    assert "edited" in html
    assert f"/posts/{question.pk}/history/" not in html
    assert question.revisions.get().body.startswith("Both outer lower legs")
    assert f"/posts/{question.pk}/history/" in as_(alice).get(address(thread)).content.decode()


def test_an_earlier_title_is_kept_too(as_, question, alice, thread):
    edit(alice, question, question.body, "Calves ache after hills")
    html = as_(alice).get(f"/posts/{question.pk}/history/").content.decode()

    assert Thread.objects.get(pk=thread.pk).title == "Calves ache after hills"
    assert question.revisions.get().title == thread.title
    assert "Outer" in html


@pytest.mark.parametrize("title", ["Unread", "Danger read", "????", "日本語の質問"])
def test_any_title_makes_an_address_that_leads_to_the_thread(client, alice, forum, title):
    thread = ask(alice, forum, title, "What do you do on hills?").thread
    assert client.get(address(thread)).status_code == 200


def test_what_was_taken_back_leaves_its_number(client, thread, answer, bob):
    remove(bob, answer)
    html = client.get(address(thread)).content.decode()

    assert "#2: taken away by its author" in html
    assert "peroneals" not in html
    assert client.get(f"/posts/{answer.pk}/").status_code == 404


def test_a_question_with_answers_cannot_be_taken_back(question, answer, alice):
    with pytest.raises(Refused, match="Others have answered"):
        remove(alice, question)


def test_a_hidden_post_keeps_its_number_and_says_why(client, as_, thread, answer, bob, mia):
    Post.objects.filter(pk=answer.pk).update(state=PostState.HIDDEN, why_hidden="advertisement")
    recount(locked(thread.pk))

    for browser in (client, as_(bob)):
        html = browser.get(address(thread)).content.decode()
        assert "#2: hidden by a moderator: advertisement" in html
        assert "peroneals" not in html
        assert browser.get(f"/posts/{answer.pk}/").status_code == 404
    assert "peroneals" in as_(mia).get(address(thread)).content.decode()


def test_a_locked_thread_stays_open_to_its_asker(thread, alice, bob, mia):
    Thread.objects.filter(pk=thread.pk).update(is_locked=True)

    with pytest.raises(Refused, match="locked"):
        reply(bob, thread, "One more thing.")
    assert reply(alice, thread, "It went away after six weeks.").number == 2
    assert reply(mia, thread, "Good to hear.").number == 3


def test_pressing_the_button_twice_is_one_post(thread, bob):
    first, second = (reply(bob, thread, "I had that too.") for _ in range(2))
    assert first == second
    assert thread.posts.count() == 2


@pytest.mark.parametrize("body", ["", "  \n ", "\0", "\u202e"])
def test_an_empty_text_is_refused(thread, bob, body):
    with pytest.raises(Refused, match="no text"):
        reply(bob, thread, body)


def test_lists_show_replies_views_and_the_latest_reply(client, thread, answer, forum):
    client.get(address(thread), HTTP_USER_AGENT="Mozilla/5.0")
    html = client.get(f"/community/{forum.slug}/").content.decode()

    assert "<strong>1</strong> reply" in html
    assert "<strong>1</strong> view<" in html
    assert "Latest reply" in html
    assert "<bdi>bob</bdi>" in html


def test_a_thread_stands_in_a_list_once_for_everybody(as_, client, alice, bob, thread, answer, forum):
    reply(alice, thread, "How slowly?", answer)
    held = ask(alice, forum, "A second question", "Waits for a moderator.")
    Post.objects.filter(pk=held.pk).update(state=PostState.HELD)
    recount(locked(held.thread_id))
    pages = [one.get("/community/latest/").content.decode() for one in (client, as_(bob), as_(alice))]

    assert [html.count(thread.title) for html in pages] == [1, 1, 1]
    assert [html.count("A second question") for html in pages] == [0, 0, 1]


def test_a_number_whose_post_went_to_a_hidden_thread_does_not_name_it(client, thread, answer, bob, forum):
    other = ask(bob, forum, "Not for everybody", "Some text.")
    Post.objects.filter(pk=answer.pk).update(state=PostState.MOVED, moved_to=other)
    assert "moved to <a" in client.get(address(thread)).content.decode()
    Post.objects.filter(pk=other.pk).update(state=PostState.HIDDEN)
    recount(locked(other.thread_id))
    assert "Not for everybody" not in client.get(address(thread)).content.decode()


def test_the_answered_list_holds_what_is_answered(client, thread, answer, alice, forum):
    page = f"/community/{forum.slug}/?show="
    assert thread.title in client.get(page + "unanswered").content.decode()
    mark(alice, answer, Mark.CORRECT)
    assert thread.title not in client.get(page + "unanswered").content.decode()
    assert thread.title in client.get(page + "answered").content.decode()
    assert client.get(page + "nonsense").status_code == 404


def test_the_same_thanks_to_two_people_are_two_replies(alice, mia, thread, answer):
    other = reply(mia, thread, "Heel drops helped me.")
    first, second = reply(alice, thread, "Thank you!", answer), reply(alice, thread, "Thank you!", other)
    assert first.pk != second.pk
    assert reply(alice, thread, "Thank you!", other).pk == second.pk  # the button pressed twice


def test_two_questions_with_one_text_and_two_titles_are_two_threads(alice, forum):
    first = ask(alice, forum, "The left leg", "See the title.")
    assert ask(alice, forum, "The right leg", "See the title.").pk != first.pk


def test_who_writes_again_what_was_hidden_is_not_led_to_a_page_that_is_not_there(as_, bob, mia, thread):
    browser = as_(bob)
    for turn in range(2):
        answer = browser.post(f"/reply/{thread.pk}/", {"body": "Rest is for cowards."}, follow=True)
        assert answer.status_code == 200
        if turn == 0:
            moderate.hide(mia, thread.posts.get(number=2), "Unkind.")


def test_an_old_thread_that_is_merged_into_a_new_one_does_not_make_it_older(bob, mia, forum, thread, wait):
    wait(timedelta(days=30))
    new = ask(bob, forum, "The same legs today", "They ache again.").thread
    rearrange.merge(mia, thread, new, "The same matter.")

    merged = Thread.objects.get(pk=new.pk)
    assert (merged.latest_at, merged.latest_author) == (new.latest_at, bob)
    assert merged.latest_number == 2


def test_any_number_of_helpful_replies_keeps_the_page_small(client, alice, bob, thread):
    fill(thread, [bob], 300)
    Post.objects.filter(thread=thread, number__gt=1).update(mark=Mark.HELPFUL)
    best = Post.objects.get(thread=thread, number=200)
    mark(alice, best, Mark.CORRECT)
    page = client.get(address(thread)).content

    assert len(page) < 60_000
    assert b"More replies below are marked Helpful" in page
    assert f"/posts/{best.pk}/".encode() in page


@pytest.mark.django_db(transaction=True)
def test_whom_the_page_cache_shows_a_thread_is_counted_like_any_visitor(thread, answer):
    now = [100.0]
    kept = PageCache(get_wsgi_application(), clock=lambda: now[0])
    asked = {"PATH_INFO": address(thread), "REMOTE_ADDR": "192.0.2.1"}
    setup_testing_defaults(asked)
    for agent in ("Firefox", "Chromium", "Chromium", "Safari", "Googlebot", "Firefox"):
        b"".join(kept(asked | {"HTTP_USER_AGENT": agent}, lambda *_: None))
    now[0] += KEPT_SECONDS
    b"".join(kept(asked | {"HTTP_USER_AGENT": "Googlebot"}, lambda *_: None))
    assert Thread.objects.get(pk=thread.pk).view_count == 3
