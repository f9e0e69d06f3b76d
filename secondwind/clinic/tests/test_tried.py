"""What a post says of treatments: the writer's own tries, and what they suggest to somebody."""

import pytest

from secondwind.clinic import tried


def told(text):
    return {one.treatment: str(one.effect) for one in tried.told(text)}


def suggested(text):
    return {one.treatment: str(one.effect) for one in tried.suggested(text)}


def test_what_was_tried_comes_with_what_it_did_and_plans_are_left_out():
    found = told("I iced it and it did nothing. The cold bath helped a lot. I will try taping next week.")
    assert found == {"ice": "no_change", "cold_soak": "better"}


def test_a_cold_soak_in_the_tub_is_no_warm_bath():
    assert told("The cold soak in the tub took the pain down.").keys() == {"cold_soak"}


def test_of_several_words_on_one_treatment_the_last_effect_holds():
    assert told("Stretching made no difference. Later on stretching made it worse.")["stretching"] == "worse"


def test_advice_and_own_experience_are_suggestions_and_what_did_nothing_is_none():
    found = suggested("Have you tried a night splint? Calf raises helped me. Ice made no difference.")
    assert found["calf_loading"] == "better"
    assert "night_splint" in found
    assert "ice" not in found


@pytest.mark.parametrize(
    "text", ["Don't stretch it.", "It is rolling singletrack, with rolling hills.", "", "?"]
)
def test_what_is_advised_against_or_only_sounds_like_it_is_nothing(text):
    assert suggested(text) == told(text) == {}


def test_a_post_of_any_length_is_read_in_bounds():
    assert tried.told("ice " * 100_000) == tried.told("ice " * 5_000)
