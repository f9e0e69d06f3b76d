"""The danger screen: always before a ranking, in plain words."""

from secondwind.clinic import triage
from secondwind.clinic.knowledge import load
from secondwind.clinic.model import Case, Item, Kind


def test_it_asks_every_sign_of_the_body_area_and_of_every_case(visitor):
    html = visitor.tells("", region=["calf_lower"]).press("That is right, go on").html
    asked = triage.screen_for(Case((Item(Kind.PLACE, "calf_lower"),)))

    assert len(asked) > 10
    for finding in asked:
        assert html.count(f'name="say.finding.{finding}"') == 3


def test_it_is_pre_set_from_the_words_and_says_so(visitor, swollen_calf):
    html = visitor.tells(swollen_calf).press("That is right, go on").html

    assert 'name="say.finding.sign_swell_calf" value="yes" checked' in html
    assert "From your words: <q>" in html


def test_none_of_these_answers_no_to_what_is_open_and_keeps_the_rest(visitor, trail):
    page = visitor.tells(trail).press("That is right, go on")
    page.press("None of these", **{"say.finding.time_night": "unsure"})

    assert 'name="say.finding.time_night" value="unsure"' in page.html
    assert 'name="say.finding.rf_fever" value="no"' in page.html


def test_none_of_these_takes_back_no_sign_that_is_in_the_words(visitor, breathless):
    page = visitor.tells(breathless).press("That is right, go on").press("None of these")

    assert "Get help now" in page.html


def test_none_of_these_takes_back_no_sign_of_another_complaint(visitor):
    text = (
        "The front of my right knee hurts when I go down stairs. "
        "A separate problem: my left calf is swollen and warm since yesterday."
    )
    page = visitor.screened(text)

    assert "Be seen today" in page.html


def test_without_the_screen_there_is_no_ranking(client, trail):
    html = client.post("/check/answer/", {"text": trail}).content.decode()

    assert "Danger signs first" in html
    assert 'id="ranking"' not in html


def test_what_is_left_open_is_not_asked_and_the_answer_says_so(visitor, trail):
    html = visitor.tells(trail).press("That is right, go on").press("Go on with what I answered").html

    assert 'id="ranking"' in html
    assert "no answer yet" in html
    assert "Answer the open danger signs" in html


def test_every_question_of_the_screen_is_a_plain_question():
    knowledge = load()

    for findings in knowledge.screens.values():
        for finding in findings:
            assert knowledge.findings[finding].question
