"""The page of an emergency: it stops, says what to do, and shows no ranking."""

import pytest


@pytest.fixture
def stopped(visitor, breathless):
    return visitor.tells(breathless).press("Yes, that is right")


def test_it_says_what_to_do_and_whom_to_call(stopped):
    assert "<h1" in stopped.html
    assert "Get help now" in stopped.html
    for number in ("112", "999", "911"):
        assert number in stopped.html


def test_it_names_the_signs_with_the_words_they_were_read_from(stopped):
    why = stopped.html.split('id="why"')[1]

    assert "chest pain" in why.casefold()
    assert "<q>" in why


def test_there_is_no_ranking_anywhere(stopped, visitor, breathless):
    for html in (stopped.html, visitor.screened(breathless).html):
        assert "ranking" not in html
        assert "in 100" not in html
        assert "/conditions/pe_cardiac" not in html


def test_the_summary_of_an_emergency_has_no_ranking_either(stopped):
    html = stopped.press("One page for whoever sees you").html

    assert "Get help now" in html
    assert "What fits" not in html


def test_a_wrong_sign_can_be_corrected_and_the_check_goes_on(stopped):
    page = stopped.press(
        "Take the correction", **{"say.finding.rf_breath_chest": "no", "say.finding.sign_swell_calf": "no"}
    )

    assert "Get help now" not in page.html
    assert "Danger signs first" in page.html


def test_a_sign_ticked_on_the_danger_screen_stops_too(visitor, trail):
    page = visitor.tells(trail).press("That is right, go on")
    page.press("None of these", **{"say.finding.rf_dark_urine": "yes"})

    assert "Get help now" in page.html
    assert 'id="ranking"' not in page.html
