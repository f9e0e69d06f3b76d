"""What holds of any text."""

from __future__ import annotations

import math
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secondwind.clinic import check, read
from secondwind.clinic.model import Kind, Reply

SENTENCES = (
    "My left knee hurts when I go down stairs.",
    "There is no swelling in the knee.",
    "I have tried ice, rest and ibuprofen.",
    "The x-ray was negative.",
    "I have no numbness in the foot.",
    "Running uphill makes my left knee hurt.",
    "My left knee never hurts at night.",
)
ALARMS = (
    "I cannot put any weight on the leg.",
    "My calf is hot, red and swollen.",
    "I have a fever and feel ill.",
    "I am numb between the legs and cannot control my bladder.",
)
words = st.sampled_from([w for s in SENTENCES + ALARMS for w in s.split()] + list(",.;()!?\n🏃"))
texts = st.one_of(st.text(max_size=400), st.lists(words, max_size=80).map(" ".join))


def said(text: str) -> set[tuple[Kind, str, Reply]]:
    return {(i.kind, i.id, i.reply) for c in read(text).complaints for i in c.items}


@settings(deadline=None, max_examples=80)
@given(texts)
def test_any_text_is_read_and_the_same_text_alike(text):
    assert read(text) == read(text)


@settings(deadline=None, max_examples=5)
@given(st.text(max_size=40), st.sampled_from([10_000, 100_000]))
def test_a_big_text_is_read(piece, size):
    big = ((piece or "knee") + " ") * (size // (len(piece or "knee") + 1))
    assert read(big).text == big


@settings(deadline=None, max_examples=30)
@given(st.permutations(SENTENCES))
def test_the_order_of_sentences_changes_nothing_that_is_said(order):
    assert said(" ".join(order)) == said(" ".join(SENTENCES))


@settings(deadline=None, max_examples=25)
@given(texts)
def test_shares_sum_to_one(text):
    answer = check(text)
    assert math.isclose(sum(c.share for c in answer.ranked) + answer.other_share, 1, abs_tol=1e-6)


@pytest.mark.parametrize("alarm", ALARMS)
def test_an_alarm_sentence_never_lowers_the_urgency(alarm):
    for n in range(1, len(SENTENCES) + 1):
        account = " ".join(islice(SENTENCES, n))
        assert check(f"{account} {alarm}").urgency.level >= check(account).urgency.level
