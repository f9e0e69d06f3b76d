"""What the analysis says, as plain values. Every figure names the runs behind it."""

from __future__ import annotations

from dataclasses import dataclass

from secondwind.running.exposure.diary import Lag

Interval = tuple[float, float]


@dataclass(frozen=True)
class Count:
    """Runs of one kind: `words` says which, `worse` are the ids of those after which it was worse."""

    words: str
    runs: tuple[str, ...]
    worse: tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """A run that made it worse, and the runs that it was compared with, as ids."""

    run: str
    compared_with: tuple[str, ...]


@dataclass(frozen=True)
class Effect:
    """What one exposure goes with, all others being equal.

    `odds_ratio` is that of a flare for `step` ("per 100 m", "trail rather than road"), `per_sd` the same
    for a standard deviation of the runner's own runs (`sd`, in the unit of the values; `per` the step in
    it). `harmful` is the chance that the ratio is above 1. `flares` is how many flares have comparison runs
    that differ in it, `flares_with` in how many of those the run had it, or more of it. `chance` is how
    often drawing the cases by lot does as well, over everything that was looked at. `with_it` and `without`
    count all runs, not only those compared. `apart_from` names exposures that it cannot be told from; then
    the estimate is that of all of them together, and it is never flagged by itself."""

    name: str
    label: str
    step: str
    odds_ratio: float
    interval_80: Interval
    interval_95: Interval
    per: float
    sd: float
    per_sd: float
    harmful: float
    z: float
    chance: float
    flagged: bool
    rank: int
    flares: int
    flares_with: int
    with_it: Count
    without: Count
    apart_from: tuple[str, ...] = ()
    of: str = ""
    because_of_pain: bool = False


@dataclass(frozen=True)
class Together:
    """Exposures that cannot be told apart: `always` when they are one and the same in these runs, else each
    is told by the others together. `flagged` says that one of them, or all, goes with flares."""

    names: tuple[str, ...]
    labels: tuple[str, ...]
    always: bool
    flagged: bool
    rank: int


@dataclass(frozen=True)
class LeftOut:
    """An exposure that nothing can be said about, and why, in a sentence."""

    name: str
    label: str
    why: str


@dataclass(frozen=True)
class Answer:
    """The model of one site and lag. `flares` are the cases that could be compared, `worse` all runs after
    which it was worse, `runs` all that could be used. Effects in order of `rank`, the clearest first."""

    site: str
    lag: Lag
    runs: tuple[str, ...]
    worse: tuple[str, ...]
    cases: tuple[Case, ...]
    effects: tuple[Effect, ...]
    together: tuple[Together, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def flares(self) -> int:
        return len(self.cases)


@dataclass(frozen=True)
class Refusal:
    """Why nothing is said of one site and lag: what there is, what is missing, and after how many more days
    like those so far it may be enough (None when that cannot be said)."""

    site: str
    lag: Lag
    runs: int
    flares: int
    more_runs: int
    more_flares: int
    more_days: int | None
    why: str


@dataclass(frozen=True)
class Result:
    """All sites and lags. `flagged` are the answers' flagged effects, the clearest first."""

    runs: int
    first_day: int | None
    last_day: int | None
    answers: tuple[Answer, ...]
    refusals: tuple[Refusal, ...]

    @property
    def flagged(self) -> list[tuple[Answer, Effect]]:
        found = [(a, e) for a in self.answers for e in a.effects if e.flagged]
        return sorted(found, key=lambda pair: -abs(pair[1].z))
