"""How well `running.exposure` finds what makes simulated runners worse: `python accuracy/diaries.py [N]`.

Each diary is a runner of so many weeks whose pain follows from one thing that is known here. A slow
irritation that nobody sees rises and falls by itself, hurts, and makes the runner choose shorter and
flatter runs, so that calm days and hard runs go together. Of twelve exposures one is the cause (metres of
descent, but where a runner says otherwise), some go with it (trail, climb, turns, distance), and four have
to do with nothing.

The bars: without an effect anything is flagged in at most 5 % of diaries; with a strong one, over 40 weeks,
the cause comes first in at least 80 %, one of the four nulls is flagged in at most 15 %, trail in at most 5
%; with too little, nothing is said."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from secondwind.running.exposure import Diary, Exposure, Lag, Pain, Result, analyse, usual

DIARIES = 100
NULLS = ("shoe B", "evening", "temperature", "shoe age")
Values = dict[str, Any]


@dataclass(frozen=True)
class Runner:
    """One kind of runner. `strength` is the log odds of a reaction per standard deviation of the cause;
    `base` the usual pain; `carry` the share of a reaction left the next day; `missing` the share of pain
    that is not told; `seasonal` whether trails are for the summer; `irregular` whether breaks come in
    between; `stops` whether pain cuts runs short; `asked_before` whether pain is told before each run
    too; `every_day` whether it is told once a day instead, runs or not, and so at three lags."""

    name: str
    weeks: int = 40
    strength: float = 1.8
    cause: str = "descent"
    base: float = 1.5
    carry: float = 0.0
    missing: float = 0.0
    runs_a_week: float = 4.1
    seasonal: bool = False
    irregular: bool = False
    stops: bool = False
    asked_before: bool = True
    every_day: bool = False
    reaction: float = 3.0


STRONG = Runner("strong effect, 40 weeks")
RUNNERS = (
    Runner("no effect, 40 weeks", strength=0.0),
    STRONG,
    replace(STRONG, name="strong effect, 16 weeks", weeks=16),
    replace(STRONG, name="strong effect, 10 weeks", weeks=10),
    replace(STRONG, name="only the pain after is told", asked_before=False),
    replace(STRONG, name="no effect, only after is told", strength=0.0, asked_before=False),
    replace(STRONG, name="high pain, near the ceiling", base=6.0),
    replace(STRONG, name="no pain on most days", base=0.0),
    replace(STRONG, name="a quarter of pain not told", missing=0.25, weeks=52),
    replace(STRONG, name="pain carries over for days", carry=0.5),
    replace(STRONG, name="no effect, carries over", strength=0.0, carry=0.5),
    replace(STRONG, name="trails in summer only", seasonal=True, weeks=52),
    replace(STRONG, name="irregular, with breaks", irregular=True, weeks=52),
    replace(STRONG, name="pain cuts runs short", stops=True),
    replace(STRONG, name="no effect, pain cuts runs short", strength=0.0, stops=True),
    replace(STRONG, name="the cause is one shoe", cause="shoe B"),
    replace(STRONG, name="the cause is fast running", cause="fast"),
    replace(STRONG, name="daily runner", runs_a_week=6.5),
    replace(STRONG, name="told once a day, three lags", every_day=True),
    replace(STRONG, name="no effect, once a day, three lags", strength=0.0, every_day=True),
)


def diary(runner: Runner, seed: int) -> Diary:
    """A simulated diary; the same seed gives the same."""
    chance = np.random.default_rng(seed)
    runs = _runs(runner, chance)
    count = len(runs["day"])
    z = (runs[runner.cause] - runs[runner.cause].mean()) / max(runs[runner.cause].std(), 1e-9)
    risk = 1 / (1 + np.exp(2.1 - runner.strength * z))
    hit = chance.random(count) < risk
    reaction = hit * (runner.reaction + chance.choice([-1.0, 0.0, 1.0], count))
    ids = [f"run {i}" for i in range(count)]
    if runner.every_day:
        days = runs["day"].tolist()
        return Diary.of(ids, days, _exposures(runs), _once_a_day(runner, runs, reaction, chance))
    left = _carried(runs["day"], reaction, runner.carry)
    level = runner.base + runs["irritation"]
    before = _typed(level + left, chance)
    after = _typed(level + left + reaction, chance)
    if runner.stops:
        short = np.where(hit & (chance.random(count) < 0.6), 0.5, 1.0)
        for name in ("distance", "climb", "descent"):
            runs[name] = runs[name] * short
    after[chance.random(count) < runner.missing] = np.nan
    told = before if runner.asked_before else usual(runs["day"], after, runs["day"])
    pain = Pain("calf", Lag.NEXT_DAY, after, told, from_usual=not runner.asked_before)
    return Diary.of(ids, runs["day"].tolist(), _exposures(runs), [pain])


def _runs(runner: Runner, chance: np.random.Generator) -> Values:
    days, irritation, level, away = [], [], 0.0, 0
    each_day = []
    for day in range(runner.weeks * 7):
        level = 0.95 * level + chance.normal(0, 0.35)
        each_day.append(level)
        if runner.irregular and away == 0 and chance.random() < 0.02:
            away = int(chance.integers(7, 22))
        away = max(away - 1, 0)
        if away == 0 and chance.random() < runner.runs_a_week / 7:
            days.append(day)
            irritation.append(level)
    when, hidden = np.array(days), np.array(irritation)
    n = len(when)
    calm = 1 / (1 + np.exp(hidden))
    summer = np.sin(2 * np.pi * when / 365) > 0
    season = np.where(summer, 1.0, 0.1) if runner.seasonal else 1.0
    trail = (chance.random(n) < (0.15 + 0.45 * calm) * season).astype(float)
    distance = np.exp(chance.normal(2.05, 0.35, n)) * (0.75 + 0.5 * calm)
    climb = distance * np.exp(chance.normal(1.6 + 1.1 * trail, 0.5)) * (0.7 + 0.6 * calm)
    return {
        "day": when,
        "irritation": hidden,
        "each day": np.array(each_day),
        "trail": trail,
        "distance": distance,
        "climb": climb,
        "descent": climb * np.exp(chance.normal(0, 0.45, n)),
        "turns": np.exp(chance.normal(0.4 + 0.7 * trail, 0.4)),
        "fast": (chance.random(n) < 0.2).astype(float),
        "spike": _spikes(when, distance),
        "back to back": (np.diff(when, prepend=-9) == 1).astype(float),
        "shoe B": (chance.random(n) < 0.4).astype(float),
        "shoe age": 300.0 + (8.0 * np.arange(n)) % 500,
        "evening": (chance.random(n) < 0.4).astype(float),
        "temperature": 12 + 9 * np.sin(2 * np.pi * when / 365) + chance.normal(0, 4, n),
    }


def _once_a_day(
    runner: Runner, runs: Values, reaction: NDArray[np.float64], chance: np.random.Generator
) -> list[Pain]:
    """One number each day, runs or not: what a run did shows the next morning, and a third of it a day later.
    Nobody says which run it is of, so it is asked of the run of the day, of the day before and of two days
    before."""
    ran, level = runs["day"], runner.base + runs["each day"]
    for later, share in ((1, 1.0), (2, 1 / 3)):
        level[np.minimum(ran + later, len(level) - 1)] += share * reaction
    told, every = _typed(level, chance), np.arange(len(level))
    pains = []
    for later, lag in enumerate((Lag.SAME_DAY, Lag.NEXT_DAY, Lag.TWO_DAYS)):
        after = np.where(ran + later < len(told), told[np.minimum(ran + later, len(told) - 1)], np.nan)
        pains.append(Pain("calf", lag, after, usual(every, told, ran), from_usual=True))
    return pains


def _spikes(day: NDArray[np.int64], distance: NDArray[np.float64]) -> NDArray[np.float64]:
    longest = [
        max((distance[j] for j in range(i) if day[i] - day[j] <= 30), default=np.inf) for i in range(len(day))
    ]
    return (distance > 1.1 * np.array(longest)).astype(float)


def _carried(day: NDArray[np.int64], reaction: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """What is left of earlier reactions before each run."""
    left = np.zeros(len(day))
    for i in range(1, len(day)):
        left[i] = (left[i - 1] + reaction[i - 1]) * share ** (day[i] - day[i - 1]) if share else 0.0
    return left


def _typed(level: NDArray[np.float64], chance: np.random.Generator) -> NDArray[np.float64]:
    """Pain as a runner types it: a whole number from 0 to 10, not always the same for the same pain."""
    typed: NDArray[np.float64] = np.clip(np.round(level + chance.normal(0, 0.4, len(level))), 0, 10)
    return typed


def _exposures(runs: Values) -> list[Exposure]:
    yes_no = {"trail", "fast", "spike", "back to back", "shoe B", "evening"}
    volume = {"distance", "climb", "descent"}
    return [
        Exposure(name, values, yes_no=name in yes_no, volume=name in volume)
        for name, values in runs.items()
        if name not in {"day", "irritation", "each day"}
    ]


@dataclass
class Score:
    """What became of the diaries of one kind of runner, as counts."""

    diaries: int = 0
    answered: int = 0
    runs: int = 0
    flares: float = 0
    any_flag: int = 0
    first: int = 0
    cause: int = 0
    nulls: int = 0
    trail: int = 0

    def add(self, runner: Runner, result: Result) -> None:
        self.diaries += 1
        self.runs += result.runs
        models = max(len(result.answers) + len(result.refusals), 1)
        self.flares += (
            sum(a.flares for a in result.answers) + sum(r.flares for r in result.refusals)
        ) / models
        flagged = {e.name for _answer, e in result.flagged}
        first = max((a.effects[0] for a in result.answers), key=lambda e: abs(e.z), default=None)
        self.answered += bool(result.answers)
        self.any_flag += bool(flagged) or any(t.flagged for a in result.answers for t in a.together)
        self.first += first is not None and first.name == runner.cause
        self.cause += runner.cause in flagged
        self.nulls += bool(flagged & set(NULLS) - {runner.cause})
        self.trail += "trail" in flagged


def score(runner: Runner, diaries: int, first_seed: int = 0) -> Score:
    """The score of so many diaries."""
    found = Score()
    for seed in range(first_seed, first_seed + diaries):
        found.add(runner, analyse(diary(runner, seed)))
    return found


HEADS = ("runs", "flares", "answered", "any flag", "cause first", "cause flagged", "null flagged", "trail")


def row(runner: Runner, found: Score) -> str:
    """A line of the table: means of runs and flares, shares of all diaries."""

    def share(count: int) -> str:
        return f"{count / found.diaries:.0%}"

    has = runner.strength > 0
    cells = (
        f"{found.runs / found.diaries:.0f}",
        f"{found.flares / found.diaries:.0f}",
        share(found.answered),
        share(found.any_flag),
        share(found.first) if has else "",
        share(found.cause) if has else "",
        share(found.nulls),
        share(found.trail),
    )
    return f"{runner.name:34}" + "".join(f"{c:>{len(h) + 2}}" for c, h in zip(cells, HEADS, strict=True))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Score running.exposure on simulated runners.")
    parser.add_argument("diaries", nargs="?", type=int, default=DIARIES, help="of each kind (default 100)")
    options = parser.parse_args(arguments)
    print(f"Which runs precede pain: {options.diaries} simulated diaries of each kind; shares are of diaries")
    print(" " * 34 + "".join(f"  {h}" for h in HEADS))
    for runner in RUNNERS:
        print(row(runner, score(runner, options.diaries)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
