"""What holds for every page: nothing but a sentence is raised, nothing is invented, refusals say where."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondwind.archive import Unreadable, dates, detect, join, joined, key_of, read, thread_address
from secondwind.archive.page import LARGEST, Page
from secondwind.archive.texts import without_mail

PAGES = Path(__file__).parent / "pages"
JIVE = (PAGES / "jive" / "older-gaps.txt").read_text()
LINES = sorted({line for page in PAGES.glob("*/*.[th]*") for line in page.read_text().splitlines()})


def refusal(data: bytes | str) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read(data, "page.txt")
    return caught.value


@pytest.mark.parametrize(
    ("data", "line", "says"),
    [
        ("", None, "empty"),
        (b"\x00\x01\x02\x03" * 50, 1, "control characters"),
        ("A recipe for soup.\n\nTake one onion.", 1, "No forum software"),
        ("<html><body><h1>Shop</h1><p>Buy shoes.</p></body></html>", 1, "No forum software"),
        (b"x" * (LARGEST + 1), None, "bytes"),
        (JIVE.replace("Mar 3, 2010 6:20 PM\n", "some time ago\n"), 10, "date of the message should follow"),
        (JIVE.replace("    3. Mar 4", "    1. Mar 4"), 28, "Two different posts have the number 1"),
        (JIVE[: JIVE.index("Mar 3, 2010 6:20")], 10, "but the page ends"),
        ("View Full Version : Knee\n", 1, "no post could be told"),
        ("1 - 3 of 3 Posts\n\nDiscussion Starter #1\nHello", 1, "no post with “Joined”"),
    ],
)
def test_a_mangled_or_foreign_page_is_refused_with_reason_and_line(data, line, says):
    error = refusal(data)
    assert says in error.reason
    assert error.line == line


@given(st.lists(st.sampled_from(LINES) | st.text(max_size=60), max_size=40).map("\n".join))
def test_no_text_raises_anything_but_unreadable(text):
    try:
        thread = read(text, "page.txt")
    except Unreadable:
        return
    assert thread.posts
    assert [post.index for post in thread.posts] == list(range(len(thread.posts)))
    for post in thread.posts:
        assert post.responds_to is None or post.responds_to in range(len(thread.posts))
        assert post.responds_to != post.index
        assert without_mail(post.body) == post.body


@given(st.binary(max_size=300), st.sampled_from(sorted(PAGES.glob("*/*.html"))), st.integers(0, 3000))
def test_no_bytes_and_no_broken_html_raise_anything_but_unreadable(noise, page, at):
    data = page.read_bytes()
    with contextlib.suppress(Unreadable):
        assert read(data[:at] + noise + data[at + len(noise) :], page.name).posts


@given(st.text(max_size=40))
def test_any_words_are_a_date_or_stay_words(text):
    found = dates.read(text)
    assert found.text == " ".join(text.split())
    assert found.iso is None or dates.is_date(text)


@given(
    st.datetimes(),
    st.sampled_from(["%b %d, %Y %I:%M %p", "%d-%b-%Y, %H:%M", "%a, %d %b %Y %H:%M:00", "%Y-%m-%dT%H:%M"]),
)
def test_dates_are_read_as_they_were_written(moment, form):
    found = dates.read(moment.strftime(form).replace(f"{moment.year}", f"{moment.year:04}"))
    assert found.iso is not None
    assert found.iso[:16] == f"{moment.year:04}-{moment:%m-%dT%H:%M}"
    assert found.zone is None


def test_two_numbers_are_a_date_only_where_the_page_shows_the_order():
    assert dates.read("03-04-2011").iso is None
    assert dates.read("03-04-2011", dates.order_of(["14-02-2012", "01-02-2012"])).iso == "2011-04-03"
    assert dates.read("03-04-2011", dates.order_of(["02-14-2012"])).iso == "2011-03-04"
    assert dates.order_of(["14-02-2012", "02-14-2012"]) is None
    assert dates.read("31-12-69").iso == "1969-12-31"
    assert dates.read("Feb 30, 2011").iso is None


def test_detection_tells_the_engine_how_sure_it_is_and_why():
    best = detect(Page(JIVE))[0]
    assert best.engine.name == "jive"
    assert 0.9 < best.confidence <= 1
    assert "Currently Being Moderated" in best.signs
    assert read(JIVE).confidence == round(best.confidence, 2)


def test_moderated_is_no_state_and_the_legend_no_post():
    thread = read(JIVE)
    assert thread.state is None
    assert "Legend has it" in thread.posts[0].body
    assert not any("points" in post.body or "Retrieving" in post.body for post in thread.posts)


def test_a_sign_off_is_no_signature_and_a_rule_begins_one():
    page = JIVE.replace("    Up is the way.\n", "    Thanks all\n")
    assert [post.signature for post in read(page).posts[2:]] == [None, None]
    assert read(JIVE.replace("Up is the way.", "--\n    Up, up")).posts[2].signature == "Up, up"


def test_words_of_a_page_in_windows_1252_are_read():
    page = (PAGES / "phpbb" / "profile-below.txt").read_text().replace("clot", "clot – naïve")
    assert "clot – naïve" in read(page.encode("cp1252"), "p.txt").posts[0].body


# --- Pages of one thread -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://www.a.example/threads/x.12/page-3", "https://a.example/threads/x.12/"),
        ("http://a.example/viewtopic.php?f=1&t=9&start=20&sid=abc", "http://a.example/viewtopic.php?t=9"),
        ("http://a.example/discussion/88/sore-arch/p2", "http://a.example/discussion/88/sore-arch"),
        ("https://a.example/t/some-title/655/20", "https://a.example/t/some-title/655"),
        ("http://a.example/archive/index.php/t-77-p-2.html", "http://a.example/archive/index.php/t-77.html"),
    ],
)
def test_pages_of_a_thread_have_one_address(one, other):
    assert thread_address(one) == thread_address(other)
    assert thread_address(one) != thread_address(other.translate(str.maketrans("123456789", "234567891")))


def vanilla(number: int, *comments: str, opening: str = "") -> str:
    address = f"http://f.example/discussion/88/arch{f'/p{number}' if number > 1 else ''}"
    return "\n".join([address, opening, *(f"  • {one}" for one in comments)])


def test_pages_of_a_thread_are_joined_in_their_order_and_nothing_stands_twice():
    long = "It went away when I stopped doing hills on two days after each other, and has not come back."
    first = read(
        vanilla(
            1, long, opening="My arch has hurt for three weeks now, mostly in the morning, then it goes. " * 2
        )
    )
    second = read(
        vanilla(
            2,
            long,
            "And I rolled a bottle under it each evening for as long as the news lasted, which helped.",
        )
    )
    assert key_of(first) == key_of(second)
    for whole in (joined(first, second), joined(second, first), *join([second, first])):
        assert whole.starts
        assert [post.body[:7] for post in whole.posts] == ["My arch", "It went", "And I r"]
        assert [post.index for post in whole.posts] == [0, 1, 2]
    assert joined(first, first).posts == first.posts


def test_threads_that_differ_are_not_joined():
    other = read(JIVE.replace("Sore outer ankle", "Sore inner ankle").replace("outside", "inside"))
    assert [thread.title for thread in join([read(JIVE), read(JIVE), other])] == [
        read(JIVE).title,
        other.title,
    ]
