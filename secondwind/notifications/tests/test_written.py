"""What somebody wrote is told from what they answered, in the shapes of sixteen ways to write a mail."""

from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondwind.notifications.incoming import text
from secondwind.notifications.tests.corpus import REPLIES, SHAPES


def over_the_wire(message):
    return message_from_bytes(message.as_bytes(policy=policy.SMTP), policy=policy.default)


def words(written):
    return " ".join(written.split())


@pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES)
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_the_reply_comes_out_whole_and_alone(shape, reply):
    assert words(text.written(over_the_wire(shape(reply)))) == words(reply)


def test_paragraphs_and_lists_stay():
    reply = REPLIES["list"]
    for shape in SHAPES:
        assert "- rest\n- new shoes\n- calf raises" in text.written(over_the_wire(shape(reply))), (
            shape.__name__
        )


def test_an_answer_between_two_quotes_keeps_them():
    body = "Yes.\n\n> How long?\n\nThree weeks.\n\n> Which side?\n\nBoth.\n"
    assert text.cut(body) == body.strip()


@pytest.mark.parametrize("charset", ["no-such-charset", "us-ascii", "utf-8", "utf-7"])
def test_a_wrong_character_set_loses_no_mail(charset):
    raw = f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n\nAußen ja.\n"
    for encoding in ("utf-8", "cp1252"):
        message = message_from_bytes(raw.encode(encoding), policy=policy.default)
        assert "en ja." in text.written(message)


@given(st.text(max_size=400))
def test_anything_can_be_cut(body):
    assert isinstance(text.cut(body), str)


@given(st.binary(max_size=400))
def test_any_bytes_can_be_read(raw):
    message = message_from_bytes(b"Content-Type: text/html\n\n" + raw, policy=policy.default)
    assert isinstance(text.written(message), str)
