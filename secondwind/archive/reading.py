"""Which engine a page is of, and its thread."""

from __future__ import annotations

from dataclasses import dataclass

from secondwind.archive.engine import Engine
from secondwind.archive.engines import engines
from secondwind.archive.finish import finish
from secondwind.archive.model import Thread, Unreadable
from secondwind.archive.page import Page

SURE_ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class Guess:
    """An engine, how sure its signs make one (0 to 1), and what they are."""

    engine: Engine
    confidence: float
    signs: tuple[str, ...]


def detect(page: Page) -> list[Guess]:
    """Every engine that something on a page speaks for, the likeliest first."""
    guesses = []
    for engine in engines():
        signs = list(engine.signs(page))
        doubt = 1.0
        for sign in signs:
            doubt *= 1 - sign.weight
        if signs:
            guesses.append(Guess(engine, 1 - doubt, tuple(sign.what for sign in signs)))
    return sorted(guesses, key=lambda guess: -guess.confidence)


def read(data: bytes | str, name: str = "", address: str | None = None) -> Thread:
    """The thread of a page; `name` is that of its file, `address` where it stood if the page does not say so
    itself. Raises Unreadable with the reason, and nothing else."""
    page = Page(data, name, address)
    guesses = detect(page)
    if not guesses or guesses[0].confidence < SURE_ENOUGH:
        raise Unreadable(_unknown(guesses), 1)
    best = guesses[0]
    return finish(best.engine.read(page), page, best.engine, best.confidence)


def _unknown(guesses: list[Guess]) -> str:
    if not guesses:
        return "No forum software is recognised on this page."
    near = guesses[0]
    return (
        f"No forum software is recognised for certain on this page; the nearest is {near.engine.name} "
        f"({near.confidence:.0%}, by {', '.join(near.signs)})."
    )
