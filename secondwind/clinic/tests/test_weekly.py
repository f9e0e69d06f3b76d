"""The score of a week: by hand, at its ends, and never falling when an answer gets worse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondwind.clinic.weekly import QUESTIONS, Week

answers = st.tuples(*[st.integers(0, 3)] * 4)


@pytest.mark.parametrize(
    ("told", "score", "substantial"),
    [
        ((0, 0, 0, 0), 0, False),
        ((0, 3, 3, 3), 0, False),  # the first answer settles it
        ((1, 0, 0, 1), 16, False),
        ((1, 1, 1, 1), 32, False),
        ((2, 1, 1, 3), 58, False),
        ((1, 2, 0, 1), 33, True),
        ((2, 1, 2, 2), 59, True),
        ((2, 3, 3, 3), 92, True),
        ((3, 0, 0, 0), 100, True),  # and so does the last one
    ],
)
def test_the_score_is_the_published_one(told, score, substantial):
    week = Week(*told)
    assert (week.score, week.is_substantial) == (score, substantial)


@given(answers, st.integers(0, 3))
def test_a_worse_answer_never_lowers_the_score(told, which):
    worse = [min(3, answer + (i == which)) for i, answer in enumerate(told)]
    assert Week(*worse).score >= Week(*told).score


def test_an_answer_outside_the_steps_is_refused():
    with pytest.raises(ValueError, match="0, 1, 2 or 3"):
        Week(4)


def test_each_question_has_four_answers():
    assert [len(question.answers) for question in QUESTIONS] == [4] * 4
