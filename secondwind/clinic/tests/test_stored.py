"""A case is kept as JSON and comes back equal."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondwind.clinic import read
from secondwind.clinic.model import Case, Item, Kind, Origin, Reply, Source
from secondwind.clinic.stored import from_json, to_json

ACCOUNT = """The outside of my left knee hurts going down stairs, never when I sit. I rested for three weeks
and iced it, which did nothing. The X-ray was clear. I fear it is the IT band. I am 41."""

texts = st.text(max_size=12)
origins = st.builds(Origin, st.sampled_from(Source), st.integers(0, 99), st.integers(0, 99), texts)
items = st.builds(
    Item,
    st.sampled_from(Kind),
    texts,
    st.sampled_from(Reply),
    texts,
    st.lists(origins, max_size=2).map(tuple),
)
cases = st.builds(
    Case,
    st.lists(items, max_size=5).map(tuple),
    st.none() | st.floats(0, 10_000),
    st.none() | st.integers(0, 120),
)


@given(cases)
def test_any_case_comes_back_equal_through_json_text(case):
    assert from_json(json.loads(json.dumps(to_json(case)))) == case


def test_an_account_comes_back_with_its_words_and_takes_little_room():
    case = read(ACCOUNT).case
    kept = json.dumps(to_json(case), separators=(",", ":"))
    assert from_json(json.loads(kept)) == case
    assert "outside of my left knee" in kept.lower()
    assert len(kept) < 100 * len(case.items)


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        {"v": 2, "items": []},
        {"v": 1},
        {"v": 1, "items": 3},
        {"v": 1, "items": [["place"]]},
        {"v": 1, "items": [["place", 7, "yes"]]},
        {"v": 1, "items": [["organ", "knee", "yes"]]},
        {"v": 1, "items": [["place", "knee", "perhaps"]]},
        {"v": 1, "items": [["place", "knee", "yes", "left", [["words", 1]]]]},
        {"v": 1, "items": [["place", "knee", "yes", "left", [["words", 1, 2, None]]]]},
        {"v": 1, "items": [], "days": "three"},
        {"v": 1, "items": [], "days": float("nan")},
        {"v": 1, "items": [], "age": 41.5},
    ],
)
def test_what_is_no_case_is_refused_with_a_sentence(value):
    with pytest.raises(ValueError, match="not a case"):
        from_json(value)
