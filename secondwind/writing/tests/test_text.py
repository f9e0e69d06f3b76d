"""What is kept of a text: everything that people write, nothing that hides or turns it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondwind.writing import tidy, tidy_line

NASTY = st.text(
    st.one_of(
        st.characters(codec=None),
        st.sampled_from(
            "a \n\r\t\x00\x1b\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
            "\u2066\u2067\u2068\u2069"
            "\u061c\ufe0f\ufe0e\u0301\u0489\u05d0\u0915\u2028\u2800\u00a0\ud83c\udff4\U0001f3f4\U000e0067\U000e007f"
        ),
    )
)


@given(NASTY)
def test_tidying_twice_changes_nothing_more(text):
    assert tidy(tidy(text)) == tidy(text)
    assert tidy_line(tidy_line(text)) == tidy_line(text)


@given(NASTY)
def test_what_is_kept_can_be_stored_and_turns_nothing(text):
    for kept in (tidy(text), tidy_line(text)):
        kept.encode()
        assert not any(unicodedata.category(sign) in {"Cc", "Co"} and sign not in "\n\t" for sign in kept)
        assert not set(kept) & set("\u202d\u202e\u200b\ufeff\r")
    for line in tidy(text).split("\n"):
        assert sum(map(line.count, "\u202a\u202b")) == line.count("\u202c")
        assert sum(map(line.count, "\u2066\u2067\u2068")) == line.count("\u2069")


@given(NASTY)
def test_a_line_is_one_line_with_single_spaces(text):
    line = tidy_line(text)
    assert line == " ".join(line.split())
    assert not set(line) & set("\u202a\u202b\u202c\u2066\u2067\u2068\u2069")


@pytest.mark.parametrize(
    "text",
    [
        "Achilles – 3 × 15 heel drops, “no pain” ½ mile",
        "הברך שלי כואבת אחרי 10 ק״מ",
        "ركبتي تؤلمني بعد الجري",
        "בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים",
        "می‌دوم",  # Persian, with a joiner between two words
        "नमस्ते क्‍ष",
        "Zoë, Nguyễn Thị Phượng",
        "🏃‍♀️ 👨‍👩‍👧 ❤️ 1️⃣ 🇬🇧 👍🏽",
        "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",  # the flag of Scotland
        "走る 달리기 бег",
        "עם \u2066parkrun\u2069 בשבת",  # an isolate that is opened and closed
    ],
)
def test_what_people_write_stays_as_it_is(text):
    assert tidy(text) == text


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\x00b\x07c\x1b[31m", "abc[31m"),
        ("file\u202egnp.exe", "filegnp.exe"),
        ("\u2067abc\u2069 \u2066def", "abc def"),
        ("א\u2067ב", "אב"),
        ("v\u200bi\u200ba\u00adg\u2060r\u200da", "viagra"),
        ("a\U000e0048\U000e0069b", "ab"),
        ("x\ufe0f\ufe0fy\U000e0100z", "xyz"),
        ("a\ue000b\U000f1234c", "abc"),
        ("a\ud800b", "a\ufffdb"),
        ("\ud83c\udfc3 run", "🏃 run"),
        ("a   \nb\t\n", "a\nb"),
        ("\n\n  a" + "\n" * 9 + "b", "  a\n\n\n\nb"),
        ("z" + "\u0301" * 40 + "a", "z" + "\u0301" * 8 + "a"),
    ],
)
def test_what_hides_turns_or_breaks_is_taken_away(sent, kept):
    assert tidy(sent) == kept


def test_a_title_is_one_line():
    assert tidy_line(" Sore\r\n\u00a0 knee\u2800\u2069 ") == "Sore knee"


@pytest.mark.parametrize("text", [" " * 200_000 + "a", "a" * 40_000, "א\u2067" * 50_000, "a\u0301" * 50_000])
def test_a_huge_text_is_tidied_at_once(text):
    assert len(tidy(text)) <= len(text)
