"""Whoever listens hears of every difference, with the rows as they now are."""

from collections.abc import Iterator

import pytest

from secondwind.accounts import erasure
from secondwind.forums import events
from secondwind.forums.actions import mark, moderate, undo
from secondwind.forums.actions import post as posting
from secondwind.forums.actions.rearrange import split
from secondwind.forums.errors import Refused
from secondwind.forums.models import Mark


@pytest.fixture
def heard() -> Iterator[list[tuple[set[tuple[int, str]], set[int]]]]:
    """What is told from now on: (id and state of the posts, ids of the threads) each time."""
    told: list[tuple[set[tuple[int, str]], set[int]]] = []
    events.register(
        "a test",
        lambda posts, threads: told.append(({(p.pk, str(p.state)) for p in posts}, {t.pk for t in threads})),
    )
    yield told
    events._rooms.pop("a test")


def test_posting_editing_marking_and_taking_back(heard, alice, bob, forum):
    question = posting.ask(alice, forum, "Sore calf", "It is the left one, since the hill session.")
    answer = posting.reply(bob, question.thread, "Two easy weeks did it for me.")
    posting.edit(bob, answer, "Three easy weeks did it for me.")
    mark.mark(alice, answer, Mark.CORRECT)
    posting.remove(bob, answer)
    here = {question.thread_id}
    assert heard == [
        ({(question.pk, "published")}, here),
        ({(answer.pk, "published")}, here),
        ({(answer.pk, "published")}, here),
        ({(answer.pk, "published")}, here),
        ({(answer.pk, "removed")}, here),
    ]


def test_what_moderators_do_and_take_back(heard, mia, thread, answer, forum):
    heard.clear()
    action = moderate.hide(mia, answer, "An insult.")
    assert ({(answer.pk, "hidden")}, {thread.pk}) in heard
    heard.clear()
    undo.undo(mia, action, "It was none.")
    assert ({(answer.pk, "published")}, {thread.pk}) in heard
    heard.clear()
    moderate.rename(mia, thread, "A better title", "It said nothing.")
    assert heard == [(set(), {thread.pk})]
    heard.clear()
    split(mia, thread, [2], "A thread of its own", forum, "Another matter.")
    assert {answer.pk} == {id for posts, _ in heard for id, _ in posts}
    assert len({id for _, threads in heard for id in threads}) == 2


def test_leaving_with_the_posts(heard, bob, thread, answer):
    heard.clear()
    erasure.erase(bob, keep_posts=False)
    assert heard == [({(answer.pk, "removed")}, {thread.pk})]


def test_what_a_listener_raises_undoes_the_change(heard, bob, thread):
    def fail(posts: object, threads: object) -> None:
        raise Refused("Not today.")

    events.register("a test", fail)
    with pytest.raises(Refused, match="Not today"):
        posting.reply(bob, thread, "Never written.")
    assert thread.posts.count() == 1
