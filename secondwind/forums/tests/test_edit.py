"""Editing with history, and taking back."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondwind.forums.actions import moderate
from secondwind.forums.actions.post import Overtaken, edit, remove, reply, stamp
from secondwind.forums.differences import differences
from secondwind.forums.errors import Refused
from secondwind.forums.models import Action, DangerSign, Post, PostState, QueueItem, Revision, Thread
from secondwind.forums.pages.thread import address
from secondwind.forums.trust import Trust

DANGER = "My left calf is swollen and I have chest pain and am short of breath."
NEW = "Mine did the same until I built up the trail part very slowly."


def form(post: Post, body: str, **more: str) -> dict[str, str]:
    """What the edit page of a post sends."""
    return {"body": body, "title": post.thread.title, "seen": stamp(post), "do": "post", **more}


def text_of(response: Any) -> str:
    """What a reader sees of a page's main part."""
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return unescape(re.sub(r"<[^>]+>", "", main))


# --- Editing -----------------------------------------------------------------------------------------------


def test_an_author_changes_a_post_and_what_it_said_is_kept(as_, bob, answer, client):
    at = f"/posts/{answer.pk}/edit/"
    assert answer.body in as_(bob).get(at).content.decode()

    response = as_(bob).post(at, form(answer, NEW))
    assert (response.status_code, response["Location"]) == (303, f"/posts/{answer.pk}/")
    post = Post.objects.get(pk=answer.pk)
    assert (post.body, post.edited_at is not None) == (NEW, True)
    assert Revision.objects.get(post=post).body == answer.body


def test_the_asker_changes_the_title_with_the_opening_post(as_, alice, question):
    before = question.thread.title
    as_(alice).post(
        f"/posts/{question.pk}/edit/", form(question, question.body, title="Outer shins, downhill")
    )
    assert Thread.objects.get().title == "Outer shins, downhill"
    assert Revision.objects.get().title == before


def test_a_reply_has_no_title_to_change(as_, bob, answer):
    assert 'name="title"' not in as_(bob).get(f"/posts/{answer.pk}/edit/").content.decode()
    as_(bob).post(f"/posts/{answer.pk}/edit/", form(answer, NEW, title="Taken over"))
    assert Thread.objects.get().title != "Taken over"


@pytest.mark.parametrize("name", ["edit", "history", "remove"])
def test_somebody_elses_post_has_no_such_pages(client, as_, alice, answer, name):
    at = f"/posts/{answer.pk}/{name}/"
    assert as_(alice).get(at).status_code == 404
    assert as_(alice).post(at, form(answer, NEW)).status_code in {404, 405}
    assert client.get(at).status_code == 302
    assert Post.objects.get(pk=answer.pk).body == answer.body


@pytest.mark.parametrize("name", ["edit", "history", "remove"])
def test_a_post_that_is_hidden_has_no_such_pages_for_its_author(as_, bob, answer, name):
    Post.objects.filter(pk=answer.pk).update(state=PostState.HIDDEN)
    assert as_(bob).get(f"/posts/{answer.pk}/{name}/").status_code == 404


def test_a_preview_of_an_edit_changes_nothing(as_, bob, answer):
    page = as_(bob).post(f"/posts/{answer.pk}/edit/", form(answer, "**Now** this", do="preview"))
    assert "<strong>Now</strong> this" in page.content.decode()
    assert Post.objects.get(pk=answer.pk).body == answer.body


def test_an_edit_that_is_refused_keeps_what_was_typed(as_, alice, question):
    page = as_(alice).post(f"/posts/{question.pk}/edit/", form(question, NEW, title="x"))
    assert page.status_code == 422
    assert page.context["composer"].body == NEW
    assert "Give the thread a title" in page.content.decode()


def test_two_who_edit_at_once_see_both_texts_and_one_decides(as_, bob, answer):
    client, at = as_(bob), f"/posts/{answer.pk}/edit/"
    began_with = form(answer, "From the laptop")
    edit(bob, answer, "From the phone")

    page = client.post(at, began_with)
    assert page.status_code == 409
    assert "From the phone" in page.content.decode()
    assert "From the laptop" in page.content.decode()
    assert Post.objects.get(pk=answer.pk).body == "From the phone"

    made = page.context["composer"]
    client.post(at, {"body": made.body, "seen": made.seen, "do": made.other.keep})
    assert Post.objects.get(pk=answer.pk).body == "From the laptop"
    assert Revision.objects.count() == 2


def test_a_change_of_the_title_alone_is_noticed_too(as_, alice, question):
    began_with = form(question, NEW)
    edit(alice, question, question.body, "Changed on the phone")
    assert as_(alice).post(f"/posts/{question.pk}/edit/", began_with).status_code == 409
    assert Thread.objects.get().title == "Changed on the phone"


def test_sending_the_same_edit_twice_is_one_edit(as_, bob, answer):
    began_with = form(answer, NEW)
    for _ in range(2):
        assert as_(bob).post(f"/posts/{answer.pk}/edit/", began_with).status_code == 303
    assert Revision.objects.count() == 1


def test_a_danger_notice_survives_the_edit_that_takes_its_words_out(as_, alice, question, client):
    as_(alice).post(f"/posts/{question.pk}/edit/", form(question, DANGER))
    assert DangerSign.objects.exists()
    found = set(DangerSign.objects.values_list("rule", flat=True))

    fresh = Post.objects.select_related("thread").get(pk=question.pk)
    as_(alice).post(f"/posts/{question.pk}/edit/", form(fresh, "All is well."))
    assert set(DangerSign.objects.values_list("rule", flat=True)) == found
    page = unescape(client.get(address(question.thread)).content.decode())
    assert all(sign.action in page for sign in DangerSign.objects.all())


def test_a_preview_of_an_edit_is_not_read_for_danger_signs(as_, alice, question):
    as_(alice).post(f"/posts/{question.pk}/edit/", form(question, DANGER, do="preview"))
    assert not DangerSign.objects.exists()
    assert not QueueItem.objects.exists()


def test_a_newcomers_edit_that_puts_a_link_in_waits_for_a_moderator(as_, make_user, thread):
    newcomer = make_user("newcomer", trust=Trust.NEW)
    post = reply(newcomer, thread, "Nothing special")
    page = as_(newcomer).post(
        f"/posts/{post.pk}/edit/", form(post, "See https://pills.example/"), follow=True
    )
    assert Post.objects.get(pk=post.pk).state == PostState.HELD
    assert "waits until a moderator" in page.content.decode()


def test_a_moderator_changes_somebodys_words_with_a_reason_that_is_logged(as_, bob, mia, answer):
    at = f"/posts/{answer.pk}/edit/"
    assert 'name="why"' not in as_(bob).get(at).content.decode()
    assert 'name="why"' in as_(mia).get(at).content.decode()

    without = as_(mia).post(at, form(answer, NEW))
    assert without.status_code == 422
    assert "Say why" in without.content.decode()

    as_(mia).post(at, form(answer, NEW, why="A telephone number was in it"))
    assert Post.objects.get(pk=answer.pk).body == NEW
    assert Action.objects.get().why == "A telephone number was in it"
    assert bob.notices.filter(text__contains="A telephone number was in it").exists()


def test_a_moderator_does_not_overwrite_what_the_author_changed_meanwhile(as_, bob, mia, answer):
    began_with = form(answer, NEW, why="Too long")
    edit(bob, answer, "From the author")
    page = as_(mia).post(f"/posts/{answer.pk}/edit/", began_with)
    assert page.status_code == 409
    assert 'value="Too long"' in page.content.decode()
    assert Post.objects.get(pk=answer.pk).body == "From the author"


# --- History -----------------------------------------------------------------------------------------------


def test_the_history_shows_each_version_and_what_changed(as_, bob, mia, answer, wait):
    edit(bob, answer, answer.body.replace("slowly", "very slowly"))
    wait(timedelta(minutes=1))
    edit(mia, answer, answer.body.replace("slowly", "very gently"))

    for viewer in (bob, mia):
        page = as_(viewer).get(f"/posts/{answer.pk}/history/")
        text = text_of(page)
        assert text.index("Version 3") < text.index("Version 2") < text.index("Version 1")
        assert "[removed] slowly[added] gently" in text
        assert '<ins><span class="visually-hidden">[added] </span>very </ins>' in page.content.decode()
        assert answer.body in text
        assert text.index("mia") < text.index("bob")


def test_a_post_that_was_never_changed_has_one_version(as_, bob, answer):
    text = text_of(as_(bob).get(f"/posts/{answer.pk}/history/"))
    assert "Version 1, as it is now" in text
    assert "[added]" not in text


def test_what_stands_in_a_version_runs_nothing(as_, bob, answer):
    edit(bob, answer, "<script>alert(1)</script>")
    assert "<script>alert" not in as_(bob).get(f"/posts/{answer.pk}/history/").content.decode()


def test_a_long_history_comes_in_pages(as_, bob, answer, wait):
    for number in range(25):
        wait(timedelta(seconds=1))
        edit(bob, answer, f"Attempt {number}")
    at = f"/posts/{answer.pk}/history/"
    assert "Version 26" in text_of(as_(bob).get(at))
    assert "Version 6\n" not in text_of(as_(bob).get(at))
    assert "Version 1\n" in text_of(as_(bob).get(at, {"page": "2"}))
    assert as_(bob).get(at, {"page": "3"}).status_code == 404


words = st.text("ab \n<&é", max_size=60)


@given(words, words)
def test_differences_tell_both_texts_exactly(before, after):
    pieces = differences(before, after)
    assert "".join(text for kind, text in pieces if kind != "gone") == after
    assert "".join(text for kind, text in pieces if kind != "new") == before


def test_differences_of_long_texts_cost_little():
    before = "\n".join(f"{n} " * 20 for n in range(500))
    after = "x " * 25_000
    assert differences(before, after)


# --- Taking back -------------------------------------------------------------------------------------------


def test_taking_back_asks_first_and_leaves_the_number(as_, bob, answer, client):
    at = f"/posts/{answer.pk}/remove/"
    page = as_(bob).get(at)
    assert "What stays:" in page.content.decode()
    assert Post.objects.get(pk=answer.pk).body

    response = as_(bob).post(at)
    assert (response.status_code, response["Location"]) == (303, address(answer.thread))
    post = Post.objects.get(pk=answer.pk)
    assert (post.number, post.state, post.body, post.html) == (2, PostState.REMOVED, "", "")
    assert answer.body not in client.get(address(answer.thread)).content.decode()
    assert as_(bob).get(at).status_code == 404


def test_a_question_that_others_answered_cannot_be_taken_back(as_, alice, question, answer):
    response = as_(alice).post(f"/posts/{question.pk}/remove/")
    assert response.status_code == 422
    assert "Others have answered, so the question stays." in response.content.decode()
    assert Post.objects.get(pk=question.pk).is_published


def test_a_question_without_answers_leads_back_to_its_forum(as_, alice, question, client):
    response = as_(alice).post(f"/posts/{question.pk}/remove/")
    assert response["Location"] == "/community/injuries/"
    assert client.get(address(question.thread)).status_code == 404


def test_a_moderator_does_not_take_back_for_somebody(as_, mia, answer):
    assert as_(mia).post(f"/posts/{answer.pk}/remove/").status_code == 404


def test_what_was_taken_back_has_no_history(as_, bob, mia, answer):
    edit(bob, answer, NEW)
    remove(bob, Post.objects.get(pk=answer.pk))
    assert not Revision.objects.exists()
    assert as_(bob).get(f"/posts/{answer.pk}/history/").status_code == 404


def test_a_moderator_writes_nothing_into_their_own_post_that_is_gone(mia, thread):
    own = reply(mia, thread, "A word of mine.")
    remove(mia, own)
    with pytest.raises(Refused, match="Nothing is left"):
        edit(mia, own, "Another word.")
    assert Post.objects.get(pk=own.pk).body == ""


def test_a_title_that_a_moderator_changed_meanwhile_is_not_overwritten_unseen(alice, mia, question):
    seen, title = stamp(question), question.thread.title
    moderate.rename(mia, question.thread, "Outer shins ache after trails", "Says where it hurts.")
    with pytest.raises(Overtaken):
        edit(alice, question, question.body, title, seen)
    assert Thread.objects.get(pk=question.thread_id).title == "Outer shins ache after trails"
