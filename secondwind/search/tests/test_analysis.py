"""Tokens: what counts as the same word."""

import re
import sqlite3

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from secondwind.search import analysis, porter, synonyms
from secondwind.search.synonyms import concepts

WORDS = """
caresses ponies ties cats feed agreed plastered bled motoring sing conflated troubled sized hopping
tanned falling hissing fizzed failing filing happy sky relational conditional rational valenci
hesitanci digitizer conformabli radicalli differentli vileli analogousli vietnamization predication
operator feudalism decisiveness hopefulness callousness formaliti sensitiviti sensibiliti triplicate
formative formalize electriciti electrical hopeful goodness revival allowance inference airliner
gyroscopic adjustable defensible irritant replacement adjustment dependent adoption homologou
communism activate angulariti homologous effective bowdlerize probate rate cease controll roll
running runner runs ran injuries injured strengthening physiotherapist stretching yoga yearly
technology possibly ankles calves soreness swelling bruising orthotics dying oed eed y ay
""".split()


def by_sqlite(words: list[str]) -> dict[str, str]:
    """The stems that SQLite's own stemmer finds."""
    index = sqlite3.connect(":memory:")
    index.execute("CREATE VIRTUAL TABLE said USING fts5(word, tokenize = 'porter ascii')")
    index.execute("CREATE VIRTUAL TABLE stems USING fts5vocab(said, 'instance')")
    index.executemany("INSERT INTO said(rowid, word) VALUES (?, ?)", list(enumerate(words)))
    found = {words[row]: term for term, row in index.execute("SELECT term, doc FROM stems")}
    index.close()
    return found


def test_stems_are_those_of_sqlite():
    known = by_sqlite([word for word in WORDS if word != "eed"])  # a verb without a stem; SQLite leaves "e"
    assert {word: porter.stem(word) for word in known} == known


@given(
    st.lists(
        st.from_regex(r"[a-z]{4,14}(ing|ed|ies|ational|ness|ement|ly|s|e|y)?", fullmatch=True), min_size=1
    )
)
def test_stems_of_any_words_are_those_of_sqlite(words):
    known = by_sqlite(words)
    assert {word: porter.stem(word) for word in known} == known


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Injuries", "injury"),
        ("Runner’s KNEE", "runners knee"),
        ("über", "uber"),
        ("Knöchel", "KNOCHEL"),
        ("naïve", "naive"),
        ("stretches, stretching!", "stretch stretched"),
        ("\0heel\0", "heel"),
        ('"heel" AND (pain*) NEAR', "heel and pain near"),
    ],
)
def test_writing_does_not_matter(text, same):
    assert analysis.stems(text) == analysis.stems(same)


def test_an_illness_is_not_the_part_that_has_it():
    assert analysis.stems("tendonitis") != analysis.stems("tendon")
    assert analysis.stems("PFPS") == ["pfps"]


def test_a_script_without_spaces_is_cut_into_pairs():
    assert analysis.stems("足底筋膜炎 hurts") == ["足底", "底筋", "筋膜", "膜炎", "炎", "hurt"]


@given(st.text(max_size=300))
def test_tokens_are_words_at_their_places(text):
    at = 0
    for token in analysis.tokens(text):
        assert at <= token.start < token.end <= len(text)
        assert token.text
        assert not re.search(r"""[\s"'@~\0]""", token.text)
        at = token.start


@given(
    st.text(st.sampled_from("kKneidlsyingIO1½é’'_-. \n足底ß"), max_size=60),
    st.lists(st.sampled_from(["knee", "kneel", "k", "in", "din", "1", "ss", "足底", "~knee"])),
    st.integers(0, 5),
)
@example("ki ky, hip and hype", [], 0)
def test_some_tokens_are_found_as_among_all(text, tokens, step):
    only = {*tokens, *analysis.stems(text)[:: step + 1]}
    assert list(analysis.tokens(text, frozenset(only))) == [
        one for one in analysis.tokens(text) if one.text in only
    ]


@given(st.lists(st.sampled_from(WORDS), max_size=12))
def test_some_stems_are_found_as_among_all(words):
    text, only = " ".join(words), set(analysis.stems(" ".join(words[::2])))
    assert list(analysis.tokens(text, frozenset(only))) == [
        one for one in analysis.tokens(text) if one.text in only
    ]


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("my PF is back", "~plantar_fasciopathy"),
        ("planter fascitis", "~plantar_fasciopathy"),
        ("the fibularis longus", "~peroneal"),
        ("achillies hurts", "~achilles"),
        ("shin splints", "~mtss"),
    ],
)
def test_names_of_one_thing_share_a_concept(text, concept):
    assert concept in {found.concept for found in concepts(analysis.stems(text))}


def test_each_group_of_names_has_a_source_and_an_id_of_its_own():
    import yaml

    groups = yaml.safe_load(synonyms.FILE.read_bytes())
    assert {group["source"] for group in groups} == {"knowledge", "expert"}
    ids = [group["id"] for group in groups]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9_]+", id) for id in ids)
