"""What a page of an old forum holds, as plain values. What the page does not show is None, never a guess."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Mark = Literal["helpful", "correct"]
State = Literal["answered", "not answered", "assumed answered"]


class Unreadable(ValueError):
    """A page that is not taken; the message is a sentence, `line` where it went wrong (from 1), or None."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}" if self.line else self.reason


@dataclass(frozen=True, slots=True)
class Written:
    """A date as it was written. `iso` is as exact as the words are: `2011-05-21T14:07`, `2010-12-16`,
    `2007-08`, or None where they cannot be read for certain ("yesterday", 03-04-11). `zone` is an offset
    such as `+01:00` where one was written; None means that it is unknown, not that it is UTC."""

    text: str
    iso: str | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """One message. `index` is its place in `Thread.posts`, from 0.

    `number` is what the page wrote beside it. `in_response_to` is the name as written, `responds_to` the
    index of that person's nearest earlier message (the first message where they have none), or None where
    the page names nobody. Counts and ranks are those of the day on which the page was copied.
    """

    index: int
    body: str
    number: int | None = None
    author: str | None = None
    author_address: str | None = None
    by_opener: bool | None = None
    rank: str | None = None
    points: int | None = None
    post_count: int | None = None
    since: Written | None = None
    location: str | None = None
    date: Written | None = None
    title: str | None = None
    in_response_to: str | None = None
    responds_to: int | None = None
    signature: str | None = None
    mark: Mark | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread, or as much of it as its pages hold.

    `starts` says whether its first message is here; `first_unnumbered` whether replies are numbered from 1
    below a first message without a number (as Jive does). `warnings` are sentences about what could not be
    told.
    """

    engine: str
    confidence: float
    parser: str
    posts: tuple[Post, ...]
    title: str | None = None
    address: str | None = None
    pages: tuple[str, ...] = ()
    page_number: int | None = None
    starts: bool = True
    first_unnumbered: bool = False
    forum: str | None = None
    views: int | None = None
    replies: int | None = None
    latest_date: Written | None = None
    latest_author: str | None = None
    state: State | None = None
    tags: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Everything, as `json.dumps` takes it."""
        return asdict(self)
