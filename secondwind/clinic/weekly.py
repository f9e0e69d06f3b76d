"""How much a week's complaints got in the way of running: four questions and their published score.

The questions are in our own words; their meaning, their steps and their score are those of the revised
questionnaire of the Oslo Sports Trauma Research Center (OSTRC-O2): Clarsen et al. 2020, Br J Sports Med
54:390, doi 10.1136/bjsports-2019-101337. Plain values, no Django.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SOURCE: Final = "https://doi.org/10.1136/bjsports-2019-101337"
POINTS: Final = (0, 8, 17, 25)
"""What the four steps of each question are worth."""

FULL, CANNOT = 0, 3
MODERATE: Final = 2


@dataclass(frozen=True, slots=True)
class Question:
    """One question and its four answers, from none to most."""

    id: str
    text: str
    answers: tuple[str, str, str, str]


QUESTIONS: Final = (
    Question(
        "participation",
        "Could you run this week as you meant to?",
        (
            "Yes, and nothing bothered me",
            "Yes, but something bothered me",
            "Only in part, because of it",
            "Not at all, because of it",
        ),
    ),
    Question(
        "volume",
        "How much did you cut your running because of it?",
        ("Not at all", "A little", "Clearly", "Very much"),
    ),
    Question(
        "performance",
        "How much did it hold you back while you ran?",
        ("Not at all", "A little", "Clearly", "Very much"),
    ),
    Question(
        "pain",
        "How much did it hurt when you ran?",
        ("Not at all", "A little", "Clearly", "Very much"),
    ),
)


@dataclass(frozen=True, slots=True)
class Week:
    """The answers of one week, each 0 to 3, in the order of `QUESTIONS`."""

    participation: int
    volume: int = 0
    performance: int = 0
    pain: int = 0

    def __post_init__(self) -> None:
        if not all(0 <= answer < len(POINTS) for answer in self.answers):
            raise ValueError("each answer is 0, 1, 2 or 3")

    @property
    def answers(self) -> tuple[int, int, int, int]:
        """The four of them."""
        return self.participation, self.volume, self.performance, self.pain

    @property
    def is_settled(self) -> bool:
        """Whether the first answer settles the rest: nothing bothered them, or they could not run at all."""
        return self.participation in (FULL, CANNOT)

    @property
    def score(self) -> int:
        """0 to 100: the points of the four answers. The first alone settles 0 and 100, as published."""
        if self.participation == FULL:
            return 0
        if self.participation == CANNOT:
            return 100
        return sum(POINTS[answer] for answer in self.answers)

    @property
    def is_substantial(self) -> bool:
        """Whether the problem was a substantial one: running was cut, or hampered, clearly or more; or none
        was possible (Clarsen et al. 2013 and 2020)."""
        if self.participation == FULL:
            return False
        return self.participation == CANNOT or max(self.volume, self.performance) >= MODERATE
