"""The card of a thread: drafted from its words, confirmed, asked about, answered, hidden with its post."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from secondwind import cli
from secondwind.accounts.models import Audience
from secondwind.cases.actions import asks, keep
from secondwind.cases.errors import Refused
from secondwind.cases.models import Ask, Case, State
from secondwind.clinic.knowledge import load
from secondwind.clinic.model import Kind, Reply
from secondwind.forums.actions import cases, moderate
from secondwind.forums.actions.post import ask, edit, reply
from secondwind.forums.models import CaseReading, DangerSign, Post, Thread
from secondwind.forums.pages.thread import address
from secondwind.forums.testing import earn
from secondwind.forums.tests.test_thread import LIMIT_BYTES, LIMIT_QUERIES, fill
from secondwind.forums.trust import Trust

TWO = (
    "My left heel hurts with the first steps in the morning and ice helps a bit.\n\n"
    "I also have a second problem: my right knee hurts on the outside when I run downhill."
)


@pytest.fixture
def case(thread: Thread) -> Case:
    """The draft that the opening post of alice's thread became."""
    return cases.cases_of(thread)[0]


def test_an_opening_post_about_an_injury_becomes_a_draft_that_says_so(client, thread, case):
    html = client.get(address(thread)).content.decode()

    assert case.state == State.DRAFT
    assert case.owner == thread.author
    assert "leg_outer" in {place.id for place in case.told.places}
    assert "Read by machine, not confirmed yet" in html
    assert "The words behind it" in html
    assert 'class="small-map"' in html
    assert "This is right" not in html


def test_a_talk_about_shoes_has_no_card(client, alice, forum):
    thread = ask(alice, forum, "Which shop sells headlamps?", "Mine broke. I look for a light one.").thread
    assert cases.cases_of(thread) == []
    assert "case-card" not in client.get(address(thread)).content.decode()


def test_what_was_only_guessed_is_not_on_the_card_as_denied(client, alice, forum):
    words = "My left heel hurts with the first steps in the morning. My wife says rest, and ice did nothing."
    html = client.get(address(ask(alice, forum, "Sore heel", words).thread)).content.decode()
    assert "case-card" in html
    assert "female" not in html


def test_each_item_leads_to_its_words_in_the_opening_post(client, thread, case):
    html = client.get(address(thread)).content.decode()
    led = dict(re.findall(r'<a href="#(w\d+)">([^<]+)</a>', html))
    stand = dict(re.findall(r'<mark id="(w\d+)">([^<]+)</mark>', html))

    assert len(led) > 2
    assert set(led) <= set(stand)
    assert (
        stand[next(id for id, label in led.items() if label.startswith("Outside of"))] == "outer lower legs"
    )


def test_a_part_that_fewer_see_is_not_marked_for_others(as_, client, alice, thread, case):
    keep.show(case, audiences={"where": Audience.NOBODY})
    marked = ["outer lower legs</mark>" in one.get(address(thread)).content.decode()
              for one in (client, as_(alice))]  # fmt: skip
    assert marked == [False, True]


def test_the_card_says_what_helped_and_apart_from_it_what_replies_suggest(client, alice, bob, forum):
    told = (
        "My left heel hurts with the first steps in the morning. Ice helped. Stretching made no difference."
    )
    thread = ask(alice, forum, "Heel in the morning", told).thread
    other = reply(bob, thread, "Calf raises helped me. Have you tried taping?")
    reply(alice, thread, "I tried calf raises. They made it worse.")
    before = Case.objects.get()

    html = client.get(address(thread)).content.decode()
    rows = {part.split("</dt>")[0]: re.sub("<[^>]+>", "", part.split("</dd>")[0].split("<dd>")[1])
            for part in html.split("<dt>")[1:]}  # fmt: skip
    assert rows["Helped"] == "ice"
    assert rows["Tried, no change"] == "stretching"
    assert "calf loading" in rows["Told later"].lower() or "calf raises" in rows["Told later"].lower()
    assert "made it worse" in rows["Told later"]
    assert "helped them" in rows["Suggested in replies"]
    assert f'href="/posts/{other.pk}/">#2</a>' in html
    assert {item.id for item in before.told.of(Kind.TREATMENT)} == {"ice", "stretching"}
    assert not before.outcomes.exists()

    edit(bob, other, "Sorry, I meant my knee.")
    assert "Suggested in replies" not in client.get(address(thread)).content.decode()


def test_several_complaints_of_one_text_are_several_cases(client, alice, forum):
    thread = ask(alice, forum, "Two injuries", TWO).thread
    found = cases.cases_of(thread)

    assert len(found) == 2
    assert found[1].told_with == found[0]
    assert client.get(address(thread)).content.decode().count('class="card index-card case-card"') == 2


def test_its_owner_confirms_it_with_one_press(as_, client, alice, thread, case):
    html = as_(alice).get(address(thread)).content.decode()
    assert "This is right" in html
    as_(alice).post(f"/cases/{case.pk}/confirm/")

    assert Case.objects.get(pk=case.pk).is_confirmed
    assert "Read by machine" not in client.get(address(thread)).content.decode()


def test_nobody_else_confirms_or_corrects_it(as_, bob, mia, case):
    for user in (bob, mia):
        for page in ("confirm", "edit", "delete", "answer"):
            assert as_(user).post(f"/cases/{case.pk}/{page}/", {"reply": "yes"}).status_code == 404
    assert Client().post(f"/cases/{case.pk}/confirm/").status_code == 302
    assert not Case.objects.get(pk=case.pk).is_confirmed


def test_a_helper_asks_with_one_press_and_the_owner_answers_with_a_tap(as_, alice, bob, thread, case):
    finding = case.questions[0]
    assert "Ask: " in as_(bob).get(address(thread)).content.decode()
    answer = as_(bob).post(f"/cases/{case.pk}/ask/", {"finding": finding}, follow=True)
    assert "Asked, not answered yet" in answer.content.decode()
    assert "A helper asks" in as_(alice).get(address(thread)).content.decode()

    as_(alice).post(f"/cases/{case.pk}/answer/", {"finding": finding, "reply": "yes"})

    case.refresh_from_db()
    assert case.told.replies[finding] is Reply.YES
    assert Ask.objects.get(case=case).reply == "yes"
    assert finding not in case.questions
    assert "Asked and answered" in as_(bob).get(address(thread)).content.decode()
    assert [change.why for change in case.changes.all()] == ["answered a question", "made"]


def test_both_are_told_and_no_mail_names_the_question(as_, alice, bob, case):
    asks.ask(bob, case, case.questions[0])
    news = as_(alice).get("/notifications/").content.decode()
    assert "bob asks you something about" in news
    asks.answer(alice, case, case.questions[0], Reply.NO)
    assert "alice answered you in" in as_(bob).get("/notifications/").content.decode()

    bodies = " ".join(str(message.body) for message in mail.outbox)
    assert load().findings[case.questions[0]].question not in bodies
    assert case.title not in bodies


def test_the_same_question_is_asked_once_and_not_of_what_is_told(bob, case):
    finding = case.questions[0]
    assert asks.ask(bob, case, finding).pk == asks.ask(bob, case, finding).pk
    with pytest.raises(Refused, match="tells this already"):
        asks.ask(bob, case, next(iter(case.told.replies)))
    with pytest.raises(Refused, match="no such question"):
        asks.ask(bob, case, "nonsense")


def test_the_owner_and_who_was_silenced_cannot_ask(alice, bob, case):
    with pytest.raises(Refused):
        asks.ask(alice, case, case.questions[0])
    bob.silenced_until = timezone.now() + timedelta(days=1)
    with pytest.raises(Refused, match="pause"):
        asks.ask(bob, case, case.questions[0])


def test_an_answer_that_is_a_danger_sign_holds_the_thread(alice, bob, client, thread, case):
    asks.ask(bob, case, "rf_breath_chest")
    asks.answer(alice, case, "rf_breath_chest", Reply.YES)

    assert DangerSign.objects.filter(thread=thread).exists()
    assert "danger sign" in client.get(address(thread)).content.decode()


def test_a_draft_follows_an_edit_and_what_is_confirmed_keeps_no_words_that_went(alice, thread, case):
    opening = thread.posts.get(number=1)
    edit(alice, opening, "My left heel hurts with the first steps in the morning.", "Heel in the morning")
    case = cases.cases_of(Thread.objects.get(pk=thread.pk))[0]
    assert any(place.id.startswith("heel") for place in case.told.places)
    assert any("first steps" in item.words for item in case.told.items)

    keep.confirm(case, alice)
    edit(alice, opening, "It is better now.", "A question")

    case.refresh_from_db()
    assert case.told.places
    assert not any(item.words for item in case.told.items)
    assert "heel" not in case.text


def test_a_hidden_post_takes_its_card_along_and_a_restored_one_brings_it_back(client, mia, bob, thread, case):
    moderate.hide(mia, thread.posts.get(number=1), "A test of hiding.")
    case.refresh_from_db()
    assert not case.is_listed
    assert client.get(f"/cases/{case.pk}/").status_code == 404

    moderate.restore(mia, thread.posts.get(number=1), "A test of restoring.")
    case.refresh_from_db()
    assert case.is_listed
    assert client.get(f"/cases/{case.pk}/").status_code == 200


def test_parts_are_shown_to_fewer(as_, client, alice, bob, thread, case):
    keep.show(case, audiences={"when": Audience.NOBODY, "where": Audience.MEMBERS})
    seen = [one.get(f"/cases/{case.pk}/").content.decode() for one in (client, as_(bob), as_(alice))]

    assert ["<dt>Where</dt>" in html for html in seen] == [False, True, True]
    assert ["<dt>When</dt>" in html for html in seen] == [False, False, True]


def test_threads_that_were_never_read_are_drafted_by_the_command_which_goes_on_where_it_was(
    capsys, alice, forum
):
    for number in range(3):
        ask(alice, forum, f"Heel {number}", "My left heel hurts with the first steps in the morning.")
    Case.objects.all().delete()
    CaseReading.objects.all().delete()

    assert cli.main(["cases", "draft", "--most", "2"]) == 0
    assert capsys.readouterr().out == "2 threads read, 2 cases drafted, 1 threads wait\n"
    assert cli.main(["cases", "draft"]) == 0
    assert capsys.readouterr().out == "1 threads read, 1 cases drafted, 0 threads wait\n"
    assert Case.objects.count() == 3


def test_reading_a_thread_again_changes_nothing(thread, case):
    before = Case.objects.values_list("pk", "turn")
    assert cases.read_opening(thread.pk) == 0
    assert list(before) == list(Case.objects.values_list("pk", "turn"))


def test_a_thread_with_two_cards_and_a_danger_sign_stays_small(as_, alice, bob, mia, forum):
    earn(alice, Trust.MEMBER)
    thread = ask(alice, forum, "Two injuries", TWO + " I have chest pain when I run.").thread
    for number in range(3):
        ask(bob, forum, f"Heel {number}", TWO)
    fill(thread, [alice, bob], 19)
    for case in cases.cases_of(thread):
        for finding in case.questions[:2]:
            asks.ask(bob, case, finding)
    assert len(cases.cases_of(thread)) == 2

    for browser in (Client(HTTP_USER_AGENT="Mozilla/5.0"), as_(bob), as_(alice), as_(mia)):
        with CaptureQueriesContext(connection) as queries:
            response = browser.get(address(thread))
        asked = [one["sql"] for one in queries if "SAVEPOINT" not in one["sql"]]
        assert len(asked) <= LIMIT_QUERIES, "\n".join(asked)
        assert "Alike: " in response.content.decode()
        assert len(response.content) <= LIMIT_BYTES


def test_an_erased_post_leaves_no_words_in_a_case(alice, bob, thread, case):
    from secondwind.accounts import erasure

    erasure.erase(alice, keep_posts=True)
    assert not Case.objects.exists()
    assert Post.objects.filter(thread=thread).exists()
