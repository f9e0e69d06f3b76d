"""What is answered: the shapes of the schema. Times are in UTC, addresses whole, ids stay what they are."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """A shape with these fields and no others."""

    model_config = ConfigDict(extra="forbid")


class Person(Shape):
    """Who wrote something."""

    name: str = Field(description="The pseudonym, a name of an archive, or “former member”.")
    is_member: bool = Field(description="Whether an account of this name has written it.")


class Place(Shape):
    """A place of the body."""

    id: str
    label: str


# --- Forums ------------------------------------------------------------------------------------------------


class ForumName(Shape):
    """The forum in which something stands."""

    slug: str
    name: str


class Forum(ForumName):
    """A forum, or somebody's commentary."""

    kind: Literal["shared", "blog", "diary"] = Field(
        description="In a shared one everybody begins threads; `blog` and `diary` are one member's."
    )
    space: str = Field(description="The heading under which it stands; empty for commentary.")
    owner: str | None = Field(description="Whose commentary it is.")
    about: str
    is_open: bool = Field(description="Whether new threads can be started.")
    address: str


class Forums(Shape):
    """Every shared forum, in their order."""

    items: list[Forum]


# --- Threads and posts -------------------------------------------------------------------------------------


class DangerSign(Shape):
    """A danger sign in what the asker told. Show it before anything else; nothing takes it away."""

    because: str = Field(description="What the sign was found in.")
    action: str = Field(description="What to do.")
    urgency: str
    source: str = Field(description="An id of the sources of the clinical knowledge.")


class Thread(Shape):
    """A thread, without its posts."""

    id: int
    title: str
    address: str
    forum: ForumName
    author: Person
    created_at: datetime
    latest_at: datetime = Field(description="When its latest post was written.")
    reply_count: int
    view_count: int
    is_answered: bool = Field(description="Whether the asker marked an answer as correct.")
    is_locked: bool
    is_pinned: bool
    is_listed: bool = Field(description="False while its opening post waits for a moderator or is hidden.")
    is_archived: bool = Field(
        description="Whether it came from another forum: its times then give an order, and the words of "
        "`written` how they stood there."
    )
    places: list[Place] = Field(description="The places of the body that it is about.")
    tags: list[str]


class Threads(Shape):
    """Some threads. `next` is the cursor of those that follow, null at the end."""

    items: list[Thread]
    next: str | None


class Answer(Shape):
    """A reply that the asker marked."""

    post: int
    number: int
    mark: Literal["helpful", "correct"]


class WholeThread(Shape):
    """A thread with what is told above its posts."""

    danger_signs: list[DangerSign]
    thread: Thread
    answers: list[Answer] = Field(description="The correct one first, then ten helpful ones at most.")


class PostName(Shape):
    """A post by its id and by its number in its thread."""

    id: int
    number: int


class Post(Shape):
    """A post. What the caller may not read of one that stands in a thread is null: only its number is
    left."""

    id: int
    thread: int
    number: int = Field(description="1 for the opening post. It never changes; some are missing.")
    address: str
    state: Literal["published", "held", "hidden", "removed", "moved"]
    author: Person | None
    created_at: datetime | None
    written: str | None = Field(description="Of an archived post: its date as it stood there.")
    edited_at: datetime | None
    in_response_to: PostName | None
    mark: Literal["", "helpful", "correct"]
    html: str | None = Field(description="What it says, as safe HTML.")


class Posts(Shape):
    """Some posts by their numbers. `next` is the cursor of those that follow, null at the end."""

    items: list[Post]
    next: str | None


class Written(Shape):
    """A post that was just written, after the danger signs of what its asker told so far."""

    danger_signs: list[DangerSign]
    post: Post = Field(description="Its state is `held` when a moderator looks at it first.")


class NewReply(BaseModel):
    """A reply to write."""

    model_config = ConfigDict(extra="forbid")

    body: str = Field(min_length=1, description="The text, in Markdown.")
    in_response_to: int | None = Field(
        default=None,
        ge=1,
        le=2**63 - 1,
        description="The id of the post it answers; the opening one if not given.",
    )


class NewThread(BaseModel):
    """A thread to begin."""

    model_config = ConfigDict(extra="forbid")

    forum: str = Field(max_length=60, description="The slug of a forum.")
    title: str = Field(description="4 to 140 characters.")
    body: str = Field(min_length=1, description="The opening post, in Markdown.")


# --- Search ------------------------------------------------------------------------------------------------


class Run(Shape):
    """Some of a text."""

    text: str
    is_match: bool = Field(description="Whether it is what was looked for.")


class Hit(Shape):
    """A thread that was found, with the post that fits best."""

    thread: int
    title: str
    address: str
    forum: str
    author: str
    latest_at: datetime
    reply_count: int
    is_answered: bool
    post: int
    post_address: str
    snippet: list[Run]
    other_posts: int = Field(description="How many further posts of the thread fit.")


class Found(Shape):
    """What was found: best first, or newest first without words."""

    count: int = Field(description="How many threads; 300 posts are looked at for them at most.")
    is_all: bool = Field(description="Whether there are no more than these.")
    some_words: bool = Field(description="Nothing has all of the words, so these have some.")
    mended: str = Field(description="What was searched for instead of what seemed misspelt; or empty.")
    offered: str = Field(description="What may have been meant; or empty.")
    people: list[str] = Field(description="Members whose pseudonym begins so; with the first items only.")
    items: list[Hit]
    next: str | None


# --- Members -----------------------------------------------------------------------------------------------


class Member(Shape):
    """What a member shows of themselves."""

    name: str
    address: str
    since: date
    signature: str
    rank: str
    points: int
    post_count: int
    correct_answers: int
    helpful_answers: int


# --- Outcomes ----------------------------------------------------------------------------------------------


class Counts(Shape):
    """How it ended for some cases. The first four sum to `n`; `lost` are among them."""

    n: int = Field(ge=10)
    full: int = Field(description="Back to full running, by their last word.")
    partly: int
    not_back: int
    unknown: int
    lost: int = Field(description="They no longer answer.")
    median: float | None = Field(description="Weeks until back to full; null where too few came back.")
    low: float | None = Field(description="Where its 95 % interval begins.")
    high: float | None = Field(description="Where it ends.")


class Measure(Counts):
    """Those of a group who tried one thing. It does not compare."""

    treatment: str
    effects: dict[str, int] = Field(description="How many said what it did.")


class Group(Counts):
    """The cases that fit a condition best, or that a clinician called so."""

    group: Literal["fits", "is"]
    condition: str
    as_of: date
    measures: list[Measure]


class Outcomes(Shape):
    """Counted outcomes. Nothing under ten is shown."""

    note: str = Field(description="What the numbers cannot tell. Show it beside them.")
    groups: list[Group]


# --- One's own ---------------------------------------------------------------------------------------------


class Token(Shape):
    """The token that was sent."""

    name: str
    scopes: list[str]
    expires_at: datetime | None
    member: str = Field(description="Whose it is.")


class DamagedFile(Shape):
    """A file that could not be read."""

    file: str
    reason: str


class Import(Shape):
    """How far an import of runs is."""

    id: int
    address: str = Field(description="Where to ask again.")
    name: str
    state: Literal["waiting", "running", "paused", "done", "failed", "undone"]
    read: int
    total: int
    imported: int
    duplicates: int
    skipped: int
    damaged: int
    problem: str = Field(description="Why it failed; or empty.")
    damaged_files: list[DamagedFile] = Field(description="200 at most.")


class Imports(Shape):
    """The imports that have begun: one for all single files, one for each zip."""

    items: list[Import]
