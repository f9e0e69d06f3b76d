"""The language in which cue phrases are written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secondwind.clinic.reader.phrases import Lexicon, PhraseError, compile_phrase
from secondwind.clinic.reader.text import sentences

MACROS = {"ache": "hurts|aches", "sore": "{ache}|throbs"}


def found(phrase: str, text: str) -> list[str]:
    """The words of the text over which the phrase stands."""
    lexicon = Lexicon([(phrase, None)], MACROS)
    return [" ".join(s.tokens[m.first : m.last]) for s in sentences(text) for m in lexicon.find(s)]


@pytest.mark.parametrize(
    ("phrase", "text", "words"),
    [
        ("down [the] stairs", "going down the stairs", ["down the stairs"]),
        ("down [the] stairs", "going down stairs", ["down stairs"]),
        ("down [the] stairs", "going down these stairs", []),
        ("(inside|inner side) of", "the inner side of it", ["inner side of"]),
        ("(inside|inner side) of", "the inside of it", ["inside of"]),
        ("(inside|inner side) of", "the inner of it", []),
        ("knee [(on|at) night]", "knee at night", ["knee at night"]),
        ("hurts ~2 knee", "hurts my left knee", ["hurts my left knee"]),
        ("hurts ~2 knee", "hurts knee", ["hurts knee"]),
        ("hurts ~2 knee", "hurts in my left knee", []),
        ("hurts ~2 knee", "hurts, my knee", []),
        ("hurts ~+2 knee", "hurts, my knee", ["hurts , my knee"]),
        ("hurts ~+3 knee", "hurts; my knee", []),
        ("{ache} here", "it aches here", ["aches here"]),
        ("{sore} here", "it throbs here", ["throbs here"]),
        ("{sore} here", "it hurts here", ["hurts here"]),
        ("swell*", "it swelled and swells", ["swelled", "swells"]),
        ("swell*", "a swollen knee", []),
        ("back in (19*|the day)", "back in 1998 and back in the day", ["back in 1998", "back in the day"]),
        ("knee [pain] [when (run|running)]", "knee pain when running", ["knee pain when running"]),
        ("(knee|knee pain) now", "my knee pain now", ["knee pain now"]),
        ("{ache} ~3 (knee|knee cap)", "it hurts at the knee cap", ["hurts at the knee"]),
        ("knee knee", "knee knee knee knee knee", ["knee knee", "knee knee"]),
        ("(~2 knee|shin) hurts", "my left knee hurts", ["my left knee hurts"]),
        ("<n> weeks", "in 3 weeks or twelve weeks", ["3 weeks", "twelve weeks"]),
        ("<n> weeks", "for many weeks", []),
        ("run", "running and runs", []),
        ("urine <> brown", "my urine was all brown", ["urine was all brown"]),
        ("urine <> brown", "brown, and a lot of urine", ["brown , and a lot of urine"]),
        ("urine <> brown", "urine is fine. Brown shoes", []),
        ("will not lift", "the foot will not lift", ["won't lift"]),
        ("won't lift", "the foot will not lift", ["won't lift"]),
    ],
)
def test_a_phrase_stands_where_it_should(phrase, text, words):
    assert found(phrase, text) == words


@pytest.mark.parametrize(
    ("phrase", "told"),
    [
        ("(knee", "unmatched bracket"),
        ("knee)", "unmatched bracket"),
        ("[knee", "unmatched bracket"),
        ("(knee]", "unmatched bracket"),
        ("knee | hip", "unmatched bracket"),
        ("{nowhere} knee", "unknown macro {nowhere}"),
        ("[the] [knee]", "no word that must be there"),
        ("<n>", "no word that must be there"),
    ],
)
def test_a_wrong_phrase_is_told_by_name(phrase, told):
    with pytest.raises(PhraseError) as raised:
        compile_phrase(phrase, None, MACROS)
    assert told in str(raised.value)
    assert repr(phrase) in str(raised.value)


def test_macros_that_name_each_other_are_told():
    with pytest.raises(PhraseError, match="nested too deep in phrase"):
        compile_phrase("my {a}", None, {"a": "{b}", "b": "{a}"})


def test_matches_come_by_first_word_and_the_longest_first():
    lexicon = Lexicon([("knee", 1), ("knee pain", 2), ("my knee", 3)], {})
    (sentence,) = sentences("my knee pain")
    assert [m.entry for m in lexicon.find(sentence)] == [3, 2, 1]


WORDS = st.sampled_from("knee heel calf sharp burning stiff puffy swollen night morning".split())
Spelled = tuple[str, tuple[str, ...]]


def word(w: str) -> Spelled:
    return w, (w,)


def sequence(parts: list[Spelled]) -> Spelled:
    texts = [""]
    for _, spellings in parts:
        texts = [" ".join(filter(None, (t, s))) for t in texts for s in spellings]
    return " ".join(p for p, _ in parts), tuple(texts)


def choice(parts: list[Spelled]) -> Spelled:
    return "(" + "|".join(p for p, _ in parts) + ")", tuple(s for _, ss in parts for s in ss)


def optional(part: Spelled) -> Spelled:
    return f"[{part[0]}]", ("", *part[1])


words = WORDS.map(word)
runs = st.lists(words, min_size=1, max_size=2).map(sequence)
bits = st.one_of(words, st.lists(runs, min_size=1, max_size=3).map(choice), runs.map(optional))
phrases = st.lists(bits, max_size=4).map(lambda parts: sequence([word("anchor"), *parts]))
"""A phrase with a word that must be there, and every text that can be spelled from it."""


@settings(deadline=None, max_examples=60)
@given(phrases)
def test_a_phrase_matches_every_text_that_can_be_spelled_from_it(phrase):
    source, texts = phrase
    for text in texts:
        assert any(len(words) > 0 and text.startswith(words) for words in found(source, text)), text
        assert found(f"start {source} stop", f"start {text} stop") == [f"start {text} stop"]
