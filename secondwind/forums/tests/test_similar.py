"""More like this: on a thread, and while a question is written."""

import pytest

from secondwind.forums import similar
from secondwind.forums.actions import mark, moderate
from secondwind.forums.actions.post import ask, edit, reply
from secondwind.forums.models import Mark
from secondwind.forums.pages.thread import address

HEEL = (
    "The underside of my left heel hurts with the first steps in the morning. Standing makes it worse, "
    "and calf stretches ease it for an hour."
)
HEEL_TOO = (
    "Every morning the first steps hurt under the heel, and after standing all day it is back. "
    "Do calf stretches help?"
)
SHOES = "Which trail shoes drain well? Mine are still wet the day after a river crossing in the hills."


@pytest.fixture
def threads(mia, forum):
    asked = [
        ("Sore under the heel", HEEL),
        ("Heel pain in the morning", HEEL_TOO),
        ("Wet trail shoes", SHOES),
    ]
    return [ask(mia, forum, *one).thread for one in asked]


def test_a_thread_names_others_that_begin_alike_and_no_others(client, threads, alice):
    heel, other, shoes = threads
    assert similar.of_thread(alice, heel) == [other]
    assert similar.of_thread(alice, other) == [heel]  # the older one heard of the newer one
    assert similar.of_thread(alice, shoes) == []
    assert "Nothing similar yet" in client.get(address(shoes)).content.decode()


def test_the_list_stands_in_the_page_and_is_the_same_each_time(client, mia, forum, threads):
    again = ask(
        mia, forum, "Trail shoes that drain", "Which shoes drain after a river? Mine stay wet in the hills."
    )
    parts = [client.get(address(again.thread)).content.decode().split("More like this")[1] for _ in range(5)]
    assert f'href="{address(threads[2])}"' in parts[0]
    assert len(set(parts)) == 1


def test_a_thread_that_changes_is_compared_again(threads, mia):
    heel, other, _ = threads
    edit(mia, other.posts.get(number=1), SHOES, "Shoes for rivers")
    assert similar.of_thread(mia, heel) == []


def test_what_is_hidden_is_not_named_and_comes_back(threads, mia, alice, client):
    heel, other, _ = threads
    act = moderate.hide(mia, other.posts.get(number=1), "Not this.")
    assert similar.of_thread(alice, heel) == []
    assert other.title not in client.get(address(heel)).content.decode()
    from secondwind.forums.actions import undo

    undo.undo(mia, act, "It was fine.")
    assert similar.of_thread(alice, heel) == [other]


def test_of_equals_the_answered_one_comes_first(mia, alice, bob, forum):
    first, second, asked = (
        ask(mia, forum, f"Heel pain {name}", HEEL).thread for name in ("in May", "in June", "in July")
    )
    before = similar.of_thread(alice, asked)
    assert before == [first, second]
    mark.mark(mia, reply(bob, second, "Heel raises."), Mark.CORRECT)
    assert similar.of_thread(alice, asked) == [second, first]


def test_places_of_the_body_count_beside_words(mia, alice, forum):
    knee = ask(
        mia, forum, "Ache after hills", "My left knee hurts on the outside after running downhill."
    ).thread
    ask(mia, forum, "Ache after hills", "My left hip hurts on the outside after running downhill.")
    found = similar.of_words(
        alice, "Ache on hills", "The outside of my left knee hurts when I run down a hill."
    )
    assert found[0] == knee


@pytest.mark.parametrize(
    "words",
    [
        "Which watch has the best battery?",
        "",
        "?",
        "the and of",
        "xyzzy " * 2_000,
        "足が痛い",
        "Looking for a club in Leeds",
    ],
)
def test_nothing_similar_is_an_answer(threads, alice, words):
    assert similar.of_words(alice, "", words) == []


def test_while_a_question_is_written_others_show_with_and_without_scripts(as_, alice, threads, forum):
    browser = as_(alice)
    asked = {"title": "Heel in the morning", "body": HEEL_TOO}
    part = browser.post("/similar/", asked).content.decode()
    assert "Others asked something like it" in part
    assert "Sore under the heel" in part
    page = browser.post(f"/community/{forum.slug}/new/", asked | {"do": "preview"}).content.decode()
    assert "Sore under the heel" in page
    assert "Others asked" not in browser.post("/similar/", {"title": "", "body": "Heel"}).content.decode()


def test_a_visitor_is_told_nothing_while_writing(client, threads):
    assert client.post("/similar/", {"title": "Heel", "body": HEEL}).status_code == 401
