"""The answer: urgency first, then what fits and why, the next question, and what to do."""

import re

import pytest


def test_urgency_comes_before_the_ranking_and_the_ranking_before_the_advice(visitor, trail):
    html = visitor.screened(trail).html

    assert html.index('id="urgency"') < html.index('id="ranking"') < html.index('id="until"')


def test_the_trail_runner_gets_peroneal_overload_first_with_reasons_in_her_own_words(visitor, trail):
    html = visitor.screened(trail).html
    first = html[html.index('id="ranking"') :].split("</article>")[0]

    assert 'href="/conditions/peroneal_' in first
    assert "day after" in first
    assert "No danger sign in what you told us." in html


def test_it_never_speaks_as_a_diagnosis(visitor, trail):
    text = re.sub(r"<[^>]+>", " ", visitor.screened(trail).html).casefold()

    assert "you have peroneal" not in text
    assert "ruled out" not in text
    assert "not a diagnosis" in text


def test_shares_are_said_in_words_beside_each_bar(visitor, trail):
    html = visitor.screened(trail).html

    assert html.count('class="bar"') == html.count('class="share-text"') > 3
    assert not re.search(r"\b(9[1-9]|100)(\.\d)? in 100", html)


def test_a_question_changes_the_list_and_the_note_says_what_was_taken(visitor):
    page = visitor.screened("The outside of my lower leg hurts when I run.")
    asked = re.search(r'name="asked" value="(\w+)"', page.html)
    assert asked

    page.press("Yes")
    assert "Taken: “" in page.html
    assert f'name="say.finding.{asked[1]}" value="yes"' in page.html


def test_the_next_question_is_offered_after_the_danger_screen(visitor):
    html = visitor.screened("The outside of my lower leg hurts when I run.").html

    assert "The question that would tell most" in html
    assert html.index('id="question"') < html.index('id="ranking"')


def test_answers_can_be_changed_later(visitor, trail):
    page = visitor.screened(trail)
    assert "Your answers (" in page.html

    page.press("Take the changes", **{"say.finding.sign_swell_calf": "yes"})
    assert "Be seen today" in page.html


def test_a_sign_for_today_is_named_with_its_reason_and_its_source(visitor, swollen_calf):
    html = visitor.screened(swollen_calf).html

    assert "Be seen today" in html
    assert "whole calf swollen" in html
    assert "/sources/#source-" in html


def test_nobody_is_told_to_run_before_being_seen_today(visitor, swollen_calf):
    html = visitor.screened(swollen_calf).html

    assert "Do not run before you have been seen" in html
    assert "Pain while running" not in html


def test_what_must_be_seen_today_gets_no_exercises(visitor, swollen_calf):
    meanwhile = visitor.screened(swollen_calf).html.split('id="until"')[1]

    assert "do not massage" in meanwhile.casefold()
    assert "calf raises" not in meanwhile.casefold()
    assert "run only if" not in meanwhile.casefold()


def test_pain_limits_come_with_number_and_place(visitor, trail):
    html = visitor.screened(trail).html

    assert re.search(r"up to <strong>\d of 10</strong> is all right", html)
    assert html.count('class="ruler-') >= 11


def test_what_was_tried_comes_with_what_is_known_of_it(visitor, trail):
    html = visitor.screened(trail).html

    assert "What you tried" in html
    assert "foam rolling" in html


def test_the_safety_net_is_always_there(visitor, trail, swollen_calf):
    for account in (trail, swollen_calf):
        html = visitor.screened(account).html
        assert "48 hours" in html
        assert "14 days" in html


def test_the_update_by_script_and_without_it_is_the_same_page(client, visitor):
    visitor.screened("The outside of my lower leg hurts when I run.")
    button = next(b for b in visitor.forms.buttons if b.text == "Yes" and b.name.startswith("say."))
    fields = dict(button.form.fields) | {button.name: "yes"}

    plain = client.post("/check/answer/", fields)
    updated = client.post("/check/answer/", fields, headers={"HX-Request": "true"})
    assert plain.content == updated.content


@pytest.mark.parametrize("page", ["understood", "danger", "answer", "summary"])
def test_a_step_without_a_sheet_begins_at_the_first_page(client, page):
    response = client.get(f"/check/{page}/")

    assert (response.status_code, response["Location"]) == (302, "/")


@pytest.mark.parametrize("page", ["understood", "danger", "answer", "summary"])
def test_no_step_is_stored_anywhere_or_sets_a_cookie(client, page, trail):
    response = client.post(f"/check/{page}/", {"text": trail, "screened": "1"})

    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies


@pytest.mark.parametrize("page", ["understood", "danger", "answer", "summary"])
@pytest.mark.parametrize(
    "text",
    [
        "\x00\x01\x02 my knee",
        "‮my knee‭" * 50,
        "🦵" * 2000,
        "<script>alert(1)</script>",
        "{{ request }}",
        "%s %d \\",
        "\n" * 500 + "calf",
    ],
)
def test_no_text_breaks_a_page(client, page, text):
    html = client.post(f"/check/{page}/", {"text": text, "screened": "1"}).content.decode()

    assert "<script>alert" not in html
    assert "</html>" in html


def test_no_step_asks_the_database_but_the_answer_for_what_others_told(
    visitor, trail, db, django_assert_num_queries
):
    with django_assert_num_queries(0):
        visitor.tells(trail).press("That is right, go on")
    with django_assert_num_queries(2):  # whether a case changed, and the counted outcomes
        visitor.press("None of these")
    with django_assert_num_queries(0):
        visitor.press("One page for a clinician")


def test_health_words_are_never_part_of_an_address(visitor, trail):
    visitor.screened(trail).press("One page for a clinician").press("Back to the answer").press("Edit")

    assert set(visitor.addresses) <= {
        "/",
        "/check/understood/",
        "/check/danger/",
        "/check/answer/",
        "/check/summary/",
    }
