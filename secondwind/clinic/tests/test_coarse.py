"""The coarse record of a page: its exact shape and tokens."""

from __future__ import annotations

import json

import pytest

from secondwind.clinic import extract
from secondwind.clinic.coarse import FIELDS

PAGE = """My left calf has been sore on the outer side for three weeks.
It hurts the day after trail runs, when I push off, but never after road runs.
X-ray was negative. I have tried ice and rest. No swelling. Any ideas?

2 Replies

You should get a massage, your calf could have a stress fracture.
"""
EMPTY_OP: dict[str, object] = {
    **{f: [] for f in FIELDS},
    "side": "unknown",
    "onset": "unknown",
    "duration_days": None,
}


def test_the_record_of_a_page_about_an_injury():
    record = extract("Sore calf", PAGE, "p1")
    assert list(record) == ["id", "is_injury", "op", "replies_suggest", "outcome"]
    assert (record["id"], record["is_injury"]) == ("p1", True)
    op = record["op"]
    assert set(op) == {*FIELDS, "side", "onset", "duration_days"}
    assert op["side"] == "left"
    assert op["duration_days"] == 21
    assert "next_day" in op["timing"]
    assert "push_off" in op["provoked_by"]
    assert op["surface"] == ["trail"]
    assert set(op["tried"]) == {"ice", "rest"}
    assert op["tests_negative"] == ["xray"]
    assert op["tests_positive"] == []
    assert {"road", "swelling"} <= set(op["denied"])
    assert "stress_fracture" not in op["suspected_by_op"]
    assert record["replies_suggest"]["conditions"][0] == "stress_fracture"
    assert record["replies_suggest"]["treatments"] == ["massage"]
    assert record["outcome"] in {"resolved", "improved", "worse", "unknown"}


def test_the_lists_hold_each_token_once_and_the_record_is_json():
    record = extract("Sore calf", PAGE + "\n" + PAGE, "p1")
    for field in FIELDS:
        tokens = record["op"][field]
        assert isinstance(tokens, list)
        assert len(tokens) == len(set(tokens))
    assert json.loads(json.dumps(record)) == record


def test_what_is_affirmed_is_not_denied_as_well():
    op = extract("Sore calf", PAGE)["op"]
    assert not set(op["denied"]) & {t for f in FIELDS if f != "denied" for t in op[f]}


def test_how_it_ended():
    ended = PAGE + "\nUpdate: it has completely gone and I am back to running pain free.\n"
    assert extract("Sore calf", ended)["outcome"] == "resolved"


def test_the_record_of_a_page_about_something_else():
    record = extract("Which watch?", "Which watch would you buy for a marathon? My old one is broken.", "p2")
    assert record == {
        "id": "p2",
        "is_injury": False,
        "op": EMPTY_OP,
        "replies_suggest": {"conditions": [], "treatments": []},
        "outcome": "unknown",
    }


COMPLAINT = "The outside of my right knee has hurt for three weeks on every run."


@pytest.mark.parametrize(
    ("later", "outcome"),
    [
        ("Thanks all. Two weeks of clams later: 9 miles yesterday, not a peep.", "resolved"),
        ("Thanks. I'd call it 80% now, still a bit stiff.", "improved"),
        ("Thanks. It was much better for a week, then it came straight back.", "worse"),
        ("Thanks. About the same, sadly.", "unknown"),
        ("Thanks. Booked with a podiatrist, as it's got a good deal worse this week.", "worse"),
        ("Update: it doesn't hurt to walk any more.", "improved"),
        ("Thanks. Now it hurts from the first step of every run.", "worse"),
        ("Thanks, if it gets any worse I will see somebody.", "unknown"),
    ],
)
def test_the_outcome_is_the_last_word_of_the_opener_and_of_nobody_else(later, outcome):
    reply = "Mine was completely gone in a week."
    text = f"{COMPLAINT} Downhill makes it worse. Anybody?\n\n2 Replies\n\n{reply}\n\n{later}"
    assert extract("Sore knee", text)["outcome"] == outcome


def test_how_a_pain_behaves_is_no_outcome():
    text = f"{COMPLAINT} It is gone as soon as I stop, better on the flat and worse the longer I run."
    assert extract("Sore knee", text)["outcome"] == "unknown"


def test_the_time_runs_to_the_first_post():
    text = (
        f"{COMPLAINT} Anybody?\n\n2 Replies\n\nRest it.\n\nUpdate: after 3 months of rest it is still sore."
    )
    assert extract("Sore knee", text)["op"]["duration_days"] == 21


def test_what_a_name_says_of_the_place_gives_way_to_the_place_itself():
    op = extract("Sore shins", "Shin splints? It hurts on the inner side of my shins on every run.")["op"]
    assert op["regions"] == ["lower_leg_medial"]


def test_a_denied_giving_way_is_no_denied_weakness():
    op = extract("Sore knee", f"{COMPLAINT} It doesn't give way.")["op"]
    assert "giving_way" in op["denied"]
    assert "weak_giving_way" not in op["denied"]


def test_what_is_asked_about_was_not_tried():
    assert "rest" not in extract("Sore knee", f"{COMPLAINT} Rest, or keep plugging?")["op"]["tried"]
