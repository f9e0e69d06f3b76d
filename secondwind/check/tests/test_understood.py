"""What I understood: marked, in chips, and open to correction."""

import re

import pytest


def test_understood_words_are_marked_and_lead_to_their_chip(visitor, trail):
    html = visitor.tells(trail).html

    assert '<mark class="mark mark-yes"><a href="#chip-' in html
    for chip in re.findall(r'<a href="#(chip-[\w-]+)"', html):
        assert f'id="{chip}"' in html


def test_the_text_stands_there_as_it_was_written(visitor):
    html = visitor.tells("My <b>knee</b> & shin hurt\non the left.").html

    assert "&lt;b&gt;" in html
    assert "<b>knee</b>" not in html


def test_a_chip_can_be_corrected(visitor, trail):
    page = visitor.tells(trail).press("Take my corrections", **{"say.finding.act_pushoff": "no"})

    assert "not: push-off is the worst moment" in page.html


def test_a_chip_can_be_left_out_and_stays_out(visitor, trail):
    page = visitor.tells(trail).press("Take my corrections", **{"say.finding.act_pushoff": "drop"})

    assert 'id="chip-finding-act_pushoff"' not in page.html
    assert 'id="chip-finding-act_pushoff"' not in page.press("Take my corrections").html


def test_things_can_be_added(visitor, trail):
    page = visitor.tells(trail).press("Add it", add=["finding.hx_high_arch", "treatment.heat_soak"], age="34")

    assert 'id="chip-finding-hx_high_arch"' in page.html
    assert 'id="chip-treatment-heat_soak"' in page.html
    assert 'value="34"' in page.html


def test_what_is_already_there_is_not_offered_again(visitor, trail):
    page = visitor.tells(trail).press("Add it", add="finding.hx_high_arch")

    assert 'value="finding.hx_high_arch"' not in page.html


def test_denials_are_shown_as_denials(visitor):
    html = visitor.tells("My left calf aches after running. No swelling and no numbness.").html

    assert "not: " in html
    assert "mark-no" in html


def test_an_earlier_injury_is_mentioned_and_not_counted(visitor):
    html = visitor.tells(
        "My left shin aches during every run. "
        "Two years ago I had plantar fasciitis in my right foot, which healed."
    ).html

    assert "Mentioned, not counted" in html


def test_a_text_about_something_else_is_met_kindly_and_offered_the_map(visitor):
    html = visitor.tells("Which 10k in town has the best medals this spring?").html

    assert "I could not find an injury in these words" in html
    assert '<details class="fold" open>' in html


@pytest.mark.parametrize("label", ["Yes, that is right", "No", "Not sure"])
def test_a_danger_sign_in_the_words_comes_first_and_asks_whether_it_is_right(visitor, breathless, label):
    html = visitor.tells(breathless).html

    assert html.index("Is this right?") < html.index('id="your-words"')
    assert f">{label}</button>" in html


def test_a_danger_sign_said_to_be_wrong_is_gone(visitor):
    page = visitor.tells("My left calf is swollen after the long run.")
    assert "Is this right?" in page.html

    assert "Is this right?" not in page.press("No").html


def test_several_complaints_are_told_apart_and_one_is_chosen(visitor):
    text = (
        "My left Achilles tendon is stiff and sore in the morning. "
        "A separate problem: the front of my right knee hurts when I go down stairs."
    )
    first = visitor.tells(text).html
    assert "You seem to tell of 2 things that hurt" in first

    second = visitor.press("Check this one", complaint="1").html
    assert set(_chips(first)).isdisjoint(_chips(second))
    assert any("knee" in chip for chip in _chips(second))


def test_an_unknown_id_is_named_and_the_rest_goes_on(visitor, trail):
    page = visitor.tells(trail, region=["third_elbow"])

    assert page.response.status_code == 200
    assert "“third_elbow” was left out" in page.html
    assert 'id="chip-place-' in page.html


def _chips(html):
    return re.findall(r'id="chip-place-(\w+)"', html)
