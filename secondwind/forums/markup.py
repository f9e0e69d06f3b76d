"""What a thread says of itself to machines: one JSON-LD block of schema.org.

A question that an answer helped is a QAPage, everything else a DiscussionForumPosting, and never both. Only
what everybody may read stands in it.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString

from secondwind.forums.models import Mark, Post, Thread
from secondwind.forums.searching import plain

LONGEST = 600  # characters of a text: enough to tell it, since the whole stands on the page
MOST_ANSWERS = 4

# What could end the block or begin a tag within it, and what stands for it.
_HARMLESS = (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"))

Absolute = Callable[[str], str]


def of_thread(
    thread: Thread, opening: Post, marked: Sequence[Post], address: str, absolute: Absolute
) -> SafeString:
    """The content of the block for the first page of a thread. `absolute` makes a whole address of a path."""
    found = _question if marked else _discussion
    told = {"@context": "https://schema.org", **found(thread, opening, marked, absolute(address), absolute)}
    written = json.dumps(told, ensure_ascii=False)
    for sign, harmless in _HARMLESS:
        written = written.replace(sign, harmless)
    return SafeString(written)  # no sign is left in it that could end the block


def _discussion(
    thread: Thread, opening: Post, marked: Sequence[Post], address: str, absolute: Absolute
) -> dict[str, Any]:
    return {
        "@type": "DiscussionForumPosting",
        "mainEntityOfPage": address,
        "url": address,
        "headline": thread.title,
        **_words(opening),
        "commentCount": thread.reply_count,
    }


def _question(
    thread: Thread, opening: Post, marked: Sequence[Post], address: str, absolute: Absolute
) -> dict[str, Any]:
    question: dict[str, Any] = {
        "@type": "Question",
        "name": thread.title,
        **_words(opening),
        "answerCount": thread.reply_count,
    }
    correct = [post for post in marked if post.mark == Mark.CORRECT]
    helpful = [post for post in marked if post.mark != Mark.CORRECT][:MOST_ANSWERS]
    if correct:
        question["acceptedAnswer"] = _answer(correct[0], absolute)
    if helpful:
        question["suggestedAnswer"] = [_answer(post, absolute) for post in helpful]
    return {"@type": "QAPage", "url": address, "mainEntity": question}


def _answer(post: Post, absolute: Absolute) -> dict[str, Any]:
    return {"@type": "Answer", **_words(post), "url": absolute(reverse("forums:post", args=[post.pk]))}


def _words(post: Post) -> dict[str, Any]:
    text = plain(post.html)
    told = {
        "text": text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…",
        "author": {"@type": "Person", "name": post.byline},
    }
    if getattr(post, "archived", None) is not None:  # when it was written is not known for sure
        return told
    return told | {"datePublished": post.created_at.isoformat(timespec="seconds")}
