"""Spam is held, talk is not; a verdict says why; what moderators teach counts once there is enough."""

import importlib.util
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondwind.writing.spam import Learned, Message, score, tokens
from secondwind.writing.spam.learning import ENOUGH, SURE, TIMID

SCRIPT = Path(__file__).parents[3] / "accuracy" / "spam.py"


def examples():
    """The script of generated messages; it stands beside the package, not in it."""
    spec = importlib.util.spec_from_file_location("accuracy_spam", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


EXAMPLES = examples()


def first_post(body, title="", links=()):
    return Message(title, body, links, is_first_post=True, account_age_hours=1)


@pytest.mark.parametrize("name", sorted(EXAMPLES.SETS))
def test_at_least_95_percent_of_spam_and_at_most_1_percent_of_honest_posts_are_held(name):
    found = EXAMPLES.result(name)
    assert found.held >= 0.95 * EXAMPLES.SIZE
    assert found.wrongly <= 0.01 * EXAMPLES.SIZE


@pytest.mark.parametrize(
    "body",
    [
        "I took ibuprofen pills for my knee, two a day for a week. Still sore after 10k.",
        "The GP's number is 0161 496 0000, they saw me about the calf within a day.",
        "I bet you ten quid that my Achilles lasts until the marathon. Odds are poor.",
        "Is there a stream of the London Marathon? I would love to watch the women's race.",
        "My Hoka Cliftons were £85 in the sale at the outlet, the drop suits my heel.",
        "Vitamin D, iron and magnesium: does any supplement help a stress fracture heal?",
        "@anna thanks, my physio said the same about the peroneals!",
        "Болит колено после бега, уже две недели. Что делать?",
        "MY KNEE HURTS AGAIN!!! THREE WEEKS BEFORE THE RACE!!!",
    ],
)
def test_talk_of_pills_prices_and_bets_is_not_held(body):
    assert not score(first_post(body)).is_held


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("Buy v1agra now, best price, mail rx@example.com", "words disguised so that a filter misses them"),
        ("Order c i a l i s online, mail rx@example.com", "words disguised so that a filter misses them"),
        ("Best саsino bonus, WhatsApp +44 20 7946 0123", "letters of two scripts within a word"),
        ("Instant loan, no credit check, WhatsApp +44 20 7946 0123 now", "a messenger to turn to"),
        ("Norton support number 1-800-555-0199, call now", "a phone number"),
    ],
)
def test_a_verdict_says_why(body, reason):
    verdict = score(first_post(body))
    assert verdict.is_held
    assert reason in verdict.reasons


def test_links_are_weighed_by_where_they_lead():
    shop = tuple(f"https://shop.example.org/{number}" for number in range(3))
    assert "3 links to shop.example.org" in score(first_post("see these", links=shop)).reasons
    assert "bit.ly hides where a link leads" in score(first_post("look", links=("https://bit.ly/x",))).reasons
    known = ("https://www.nhs.uk/a", "https://www.nhs.uk/b", "https://www.nhs.uk/c")
    assert score(first_post("see these", links=known)).probability < 0.3


def test_the_sender_counts():
    body = "Great tips on running shoes and knee braces here: https://tips.example.org"
    links = ("https://tips.example.org",)
    old = Message("", body, links, account_age_hours=9_000)
    hasty = Message("", body, links, True, 1, posts_in_last_hour=12, same_text_seen=True)
    assert (
        score(old).probability < score(first_post(body, links=links)).probability < score(hasty).probability
    )
    assert {"the same text was posted before", "many posts within an hour"} <= set(score(hasty).reasons)


@given(st.text(max_size=300), st.text(max_size=40), st.lists(st.text(max_size=30), max_size=4), st.booleans())
def test_any_message_has_a_verdict_and_always_the_same(body, title, links, is_first):
    message = Message(title, body, tuple(links), is_first)
    verdict = score(message)
    assert 0 <= verdict.probability <= 1
    assert score(message) == verdict
    assert all(reason and len(reason) < 200 for reason in verdict.reasons)


@pytest.mark.parametrize(
    "piece", ["a ", "1-", "a-", "@", "[a](", "a@", "http://", "call ", "(0", "!a", "a.", "а"]
)
def test_a_long_message_takes_no_time(piece):
    begin = time.process_time()
    score(Message("", (piece * 50_000)[:50_000]))
    assert time.process_time() - begin < 3


# --- Learning -----------------------------------------------------------------------------------------------


def taught(each, spam="plume widgets cheap", honest="my knee and my calf"):
    learned = Learned()
    for _ in range(each):
        learned = learned.with_(spam, is_spam=True).with_(honest, is_spam=False)
    return learned


def test_what_moderators_teach_is_used():
    message = Message("", "plume widgets for all, see https://plume.example", ("https://plume.example",))
    before = score(message).probability
    after = score(message, taught(100))
    assert after.probability > before
    assert "like posts that moderators took for spam" in after.reasons
    honest = Message("", "my knee and my calf")
    assert score(honest, taught(100)).probability <= score(honest).probability


@given(st.integers(0, 400))
def test_it_is_bounded_until_enough_was_seen(each):
    learned = Learned.of([("", each, each), ("word", each, 0)])
    weight = learned.weight(frozenset({"word"}))
    assert abs(weight) <= (TIMID if each < ENOUGH else SURE)


def test_one_sort_alone_teaches_nothing():
    assert Learned.of([("", 500, 0), ("knee", 500, 0)]).weight(frozenset({"knee"})) == 0


@given(
    st.lists(st.tuples(st.text(max_size=30), st.booleans()), max_size=6), st.text(max_size=30), st.booleans()
)
def test_a_judgement_taken_back_leaves_no_trace(posts, text, is_spam):
    learned = Learned()
    for earlier, was_spam in posts:
        learned = learned.with_(earlier, was_spam)
    assert learned.with_(text, is_spam).without(text, is_spam) == learned
    assert Learned.of(learned.rows()) == learned


def test_the_rows_of_a_message_are_enough_to_score_it():
    learned = taught(50).with_("other words entirely", is_spam=False)
    found = tokens("plume widgets")
    few = Learned.of(row for row in learned.rows() if row[0] in found | {""})
    assert few.weight(found) == learned.weight(found)
