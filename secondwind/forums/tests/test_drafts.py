"""Drafts: kept while somebody writes, from several devices, and read by nobody else."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from secondwind.forums.actions import drafts
from secondwind.forums.actions.drafts import Conflict, Saved, save, stamp
from secondwind.forums.actions.post import ask, remove, reply
from secondwind.forums.errors import Refused
from secondwind.forums.models import DangerSign, Draft, Post, QueueItem, Thread
from secondwind.forums.pages.thread import address

WORDS = "Mine came back when I"
MORE = "Mine came back when I ran downhill."
DANGER = "My left calf is swollen and I have chest pain and am short of breath."


def send(client: Any, thread: Thread, body: str, seen: str = "", **more: str) -> tuple[int, dict[str, str]]:
    """What a page does while somebody types: the status and the answer."""
    response = client.post("/drafts/save/", {"thread": thread.pk, "body": body, "seen": seen, **more})
    return response.status_code, json.loads(response.content)


# --- Kept --------------------------------------------------------------------------------------------------


def test_what_was_typed_is_there_again_in_the_thread_and_on_the_reply_page(as_, bob, thread):
    status, answer = send(as_(bob), thread, WORDS)
    assert (status, answer["seen"]) == (200, stamp(Draft.objects.get()))

    for place in (address(thread), f"/reply/{thread.pk}/"):
        page = as_(bob).get(place).content.decode()
        assert WORDS in page
        assert "Your draft from" in page
        assert "Throw away" in page


def test_a_new_thread_keeps_its_title_too(as_, alice, forum):
    fields = {"forum": "injuries", "title": "Shin hurts", "body": WORDS, "seen": ""}
    assert as_(alice).post("/drafts/save/", fields).status_code == 200
    page = as_(alice).get("/community/injuries/new/").content.decode()
    assert 'value="Shin hurts"' in page
    assert WORDS in page


def test_each_save_goes_on_from_the_last(as_, bob, thread):
    client, seen = as_(bob), ""
    for body in (WORDS, MORE, MORE + " Twice."):
        status, answer = send(client, thread, body, seen)
        seen = answer["seen"]
        assert status == 200
    assert Draft.objects.get().body == MORE + " Twice."


def test_a_draft_knows_which_post_it_answers(as_, alice, thread, answer):
    send(as_(alice), thread, WORDS, to=str(answer.pk))
    assert "#2 by bob" in as_(alice).get(f"/reply/{thread.pk}/").content.decode()


def test_without_javascript_a_button_saves(as_, bob, thread):
    response = as_(bob).post(f"/reply/{thread.pk}/", {"body": WORDS, "do": "save"}, follow=True)
    assert response.redirect_chain == [(f"/reply/{thread.pk}/", 303)]
    assert "Draft saved." in response.content.decode()
    assert WORDS in response.content.decode()


def test_a_text_that_is_emptied_leaves_no_draft(as_, bob, thread):
    _, answer = send(as_(bob), thread, WORDS)
    assert send(as_(bob), thread, "  ", answer["seen"]) == (200, {"seen": "", "at": ""})
    assert not Draft.objects.exists()


def test_posting_ends_the_draft(as_, bob, thread):
    _, answer = send(as_(bob), thread, WORDS)
    as_(bob).post(f"/reply/{thread.pk}/", {"body": MORE, "seen": answer["seen"], "do": "post"})
    assert not Draft.objects.exists()


def test_a_save_that_comes_in_after_the_post_does_not_bring_the_draft_back(as_, bob, thread):
    reply(bob, thread, WORDS)
    assert send(as_(bob), thread, WORDS) == (200, {"seen": "", "at": ""})
    assert not Draft.objects.exists()


def test_a_draft_is_not_read_for_danger_signs_until_it_is_posted(as_, alice, thread):
    send(as_(alice), thread, DANGER)
    as_(alice).post(f"/reply/{thread.pk}/", {"body": DANGER, "do": "preview"})
    assert not DangerSign.objects.exists()
    assert not QueueItem.objects.exists()

    reply(alice, thread, DANGER)
    assert DangerSign.objects.exists()


# --- Two devices -------------------------------------------------------------------------------------------


def test_a_second_device_overwrites_nothing_and_sees_both(as_, bob, thread):
    send(as_(bob), thread, WORDS)
    status, answer = send(as_(bob), thread, "Something else")
    assert status == 409
    assert WORDS in answer["html"]
    assert "Nothing was overwritten" in answer["problem"]
    assert Draft.objects.get().body == WORDS


def test_without_javascript_both_are_shown_and_one_is_chosen(as_, bob, thread):
    at, client = f"/reply/{thread.pk}/", as_(bob)
    save(bob, thread, body=WORDS)
    page = client.post(at, {"body": "Something else", "seen": "", "do": "save"})
    assert page.status_code == 409
    assert WORDS in page.content.decode()
    assert "Something else" in page.content.decode()
    assert f'<a class="button button-quiet" href="{at}">Take the other</a>' in page.content.decode()

    seen = page.context["composer"].seen
    client.post(at, {"body": "Something else", "seen": seen, "do": page.context["composer"].other.keep})
    assert Draft.objects.get().body == "Something else"


def test_the_same_words_from_a_second_device_are_no_conflict(bob, thread):
    save(bob, thread, body=WORDS)
    again = save(bob, thread, body=WORDS)
    assert isinstance(again, Saved)
    assert again.stamp == stamp(Draft.objects.get())


def test_an_answer_that_was_lost_on_the_way_makes_no_conflict(bob, thread):
    first = save(bob, thread, body=WORDS)
    save(bob, thread, body=MORE, seen=first.stamp)  # the page never hears of it and asks again
    again = save(bob, thread, body=MORE, seen=first.stamp)
    assert isinstance(save(bob, thread, body=MORE + " Twice.", seen=again.stamp), Saved)


def test_a_draft_thrown_away_elsewhere_is_a_conflict_even_when_a_new_one_took_its_place(bob, thread):
    first = save(bob, thread, body=WORDS)
    drafts.delete(Draft.objects.get())
    gone = save(bob, thread, body=MORE, seen=first.stamp)
    assert isinstance(gone, Conflict)
    assert gone.theirs is None

    save(bob, thread, body="From the phone")
    assert isinstance(save(bob, thread, body=MORE, seen=first.stamp), Conflict)
    assert Draft.objects.get().body == "From the phone"


def test_a_draft_that_the_poster_never_saw_survives_the_post(as_, bob, thread):
    save(bob, thread, body="From the phone, quite another text")
    response = as_(bob).post(f"/reply/{thread.pk}/", {"body": MORE, "seen": "", "do": "post"}, follow=True)
    assert Draft.objects.get().body == "From the phone, quite another text"
    assert "It is among your drafts" in response.content.decode()


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do all acts in threads of their own that start together; what each gave."""
    gate = Barrier(len(acts))

    def one(act: Callable[[], Any]) -> Any:
        try:
            gate.wait()
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


@pytest.mark.django_db(transaction=True)
def test_of_four_devices_that_save_at_once_one_is_kept_and_three_are_told(bob, thread):
    texts = [f"From device {number}" for number in range(4)]
    results = at_once(*(lambda text=text: save(bob, thread, body=text) for text in texts))
    kept = [one for one in results if isinstance(one, Saved)]
    assert len(kept) == 1
    assert kept[0].draft is not None
    assert Draft.objects.get().body == kept[0].draft.body
    told = [one.theirs for one in results if isinstance(one, Conflict)]
    assert [one and one.body for one in told] == [kept[0].draft.body] * 3


@pytest.mark.django_db(transaction=True)
def test_a_save_and_the_post_of_the_same_words_at_once_leave_the_post_alone(bob, thread):
    for number in range(6):
        words = f"{MORE} {number}"
        at_once(partial(reply, bob, thread, words), partial(save, bob, thread, body=words))
        assert thread.posts.filter(body=words).count() == 1
    assert not Draft.objects.exists()


# --- One's own ---------------------------------------------------------------------------------------------


def test_the_list_shows_ones_own_drafts_with_the_way_on(as_, bob, alice, thread, forum):
    save(bob, thread, body=WORDS)
    save(bob, forum, title="Shoes", body="")
    save(alice, thread, body="Nobody else reads this")
    page = as_(bob).get("/drafts/").content.decode()
    assert WORDS in page
    assert "Shoes" in page
    assert f'href="/reply/{thread.pk}/"' in page
    assert 'href="/community/injuries/new/"' in page
    assert "Nobody else reads this" not in page


def test_a_draft_in_a_thread_that_is_gone_can_still_be_copied(as_, alice, bob, thread):
    save(bob, thread, body=WORDS)
    remove(alice, thread.posts.get(number=1))
    page = as_(bob).get("/drafts/").content.decode()
    assert "A thread that is no longer shown" in page
    assert WORDS in page
    assert thread.title not in page


def test_drafts_are_thrown_away_from_the_list_and_from_the_page(as_, bob, thread, forum):
    save(bob, thread, body=WORDS)
    as_(bob).post(f"/drafts/{Draft.objects.get().pk}/delete/")
    assert not Draft.objects.exists()

    saved = save(bob, forum, body=WORDS)
    as_(bob).post("/community/injuries/new/", {"body": MORE, "seen": saved.stamp, "do": "throw"})
    assert not Draft.objects.exists()


def test_throwing_away_spares_what_another_device_wrote_meanwhile(as_, bob, thread):
    first = save(bob, thread, body=WORDS)
    save(bob, thread, body=MORE, seen=first.stamp)
    page = as_(bob).post(f"/reply/{thread.pk}/", {"body": WORDS, "seen": first.stamp, "do": "throw"})
    assert page.status_code == 409
    assert Draft.objects.get().body == MORE


@pytest.mark.parametrize("who", ["alice", "mia"])
def test_nobody_else_reaches_a_draft_moderators_neither(as_, request, bob, thread, who):
    save(bob, thread, body=WORDS)
    client = as_(request.getfixturevalue(who))
    assert client.post(f"/drafts/{Draft.objects.get().pk}/delete/").status_code == 404
    assert WORDS not in client.get(address(thread)).content.decode()
    assert Draft.objects.exists()


def test_a_draft_needs_a_place_that_its_writer_may_see(as_, alice, bob, thread):
    client = as_(bob)
    assert client.post("/drafts/save/", {"body": WORDS}).status_code == 404
    assert client.post("/drafts/save/", {"body": WORDS, "thread": "9" * 30}).status_code == 404
    assert client.post("/drafts/save/", {"body": WORDS, "forum": "\x00"}).status_code == 404
    remove(alice, thread.posts.get(number=1))
    assert client.post("/drafts/save/", {"body": WORDS, "thread": thread.pk}).status_code == 404


def test_a_page_of_somebody_signed_out_is_told_so(client, thread):
    status, answer = send(client, thread, WORDS)
    assert status == 401
    assert "You are signed out" in answer["problem"]


# --- Limits ------------------------------------------------------------------------------------------------


def test_a_text_too_long_to_post_is_still_kept(as_, bob, thread):
    assert send(as_(bob), thread, "x" * 60_000)[0] == 200
    status, answer = send(as_(bob), thread, "x" * (drafts.LONGEST + 1), stamp(Draft.objects.get()))
    assert status == 422
    assert "too long" in answer["problem"]
    assert len(Draft.objects.get().body) == 60_000


def test_there_are_a_hundred_drafts_at_most(bob, forum, alice, thread):
    posts = [
        Thread(
            forum=forum,
            title=f"Thread {n}",
            author=alice,
            created_at=thread.created_at,
            latest_at=thread.latest_at,
        )
        for n in range(drafts.MOST)
    ]
    for one in Thread.objects.bulk_create(posts):
        save(bob, one, body=WORDS)
    with pytest.raises(Refused, match="Throw one away first"):
        save(bob, forum, body=WORDS)
    assert Draft.objects.count() == drafts.MOST


def test_characters_that_a_database_cannot_hold_are_left_out(bob, thread):
    save(bob, thread, body="one\x00two\ud800", title="\x00")
    assert Draft.objects.get().body.startswith("onetwo")


def test_a_thread_asked_for_keeps_the_drafts_of_other_places(alice, bob, thread, forum):
    save(alice, thread, body=WORDS)
    ask(alice, forum, "Another question", MORE)
    assert Draft.objects.get().thread == thread
    assert Post.objects.filter(body=MORE).exists()
