"""Replies by mail: what becomes a post, what is refused and why, and that nothing comes twice."""

from datetime import timedelta
from email import policy
from io import BytesIO

import pytest
from django.core import mail
from django.utils import timezone
from PIL import Image

from secondwind.accounts import standing
from secondwind.config.env import Mailbox as Where
from secondwind.forums.actions import moderate
from secondwind.forums.actions.post import reply
from secondwind.forums.models import Picture, Post
from secondwind.notifications.incoming import addresses, mailbox
from secondwind.notifications.incoming.receive import Outcome, receive
from secondwind.notifications.models import ReplyAddress
from secondwind.notifications.registry import Key
from secondwind.notifications.tests import corpus, imapserver

WORDS = "Three weeks, and it was gone."


@pytest.fixture(autouse=True)
def takes_mail(settings):
    settings.REPLY_ADDRESS = "reply@run.example.org"
    settings.REPLY_AUTH_HOST = ""


@pytest.fixture
def told(alice, bob, thread):
    """The mail that alice got about a reply of bob's."""
    reply(bob, thread, "Mine did the same.")
    return next(one for one in mail.outbox if one.to == [alice.email])


def answer(told, words=WORDS, sender="Alice <alice@example.org>", shape=corpus.gmail, **headers):
    """What alice's mail program sends when she answers."""
    message = shape(words)
    message["From"] = sender
    message["To"] = told.reply_to[0]
    message["Subject"] = f"Re: {told.subject}"
    message["Message-ID"] = "<answer-1@mail.example.org>"
    message["In-Reply-To"] = told.extra_headers["Message-ID"]
    for name, value in headers.items():
        name = name.replace("_", "-")
        del message[name]
        message[name] = value
    return message.as_bytes(policy=policy.SMTP)


def posts_of(user):
    return list(Post.objects.filter(author=user, number__gt=1).order_by("number"))


@pytest.mark.parametrize("shape", corpus.SHAPES, ids=lambda shape: shape.__name__)
def test_an_answer_becomes_a_reply(shape, alice, bob, told):
    assert receive(answer(told, shape=shape)).outcome is Outcome.POSTED
    post = posts_of(alice)[0]
    assert post.body == WORDS
    assert post.in_response_to == posts_of(bob)[0]


def test_the_mail_says_how_to_answer(told):
    assert told.reply_to[0].startswith("reply+")
    assert len(told.reply_to[0].partition("@")[0]) <= 64
    assert "Answer this mail" in told.body


def test_the_same_mail_twice_makes_one_post(alice, told):
    raw = answer(told)
    assert [receive(raw).outcome for _ in range(3)] == [Outcome.POSTED, Outcome.AGAIN, Outcome.AGAIN]
    assert len(posts_of(alice)) == 1


def test_the_address_may_change_its_capitals(alice, told):
    assert receive(answer(told, To=told.reply_to[0].upper())).outcome is Outcome.POSTED


@pytest.mark.parametrize("sender", [
    "Mallory <mallory@example.org>", "alice@example.org <mallory@example.org>", "bob@example.org", "",
    "Alice <alice@example.org>, Mallory <mallory@example.org>", "alice@example.org.evil.example",
])  # fmt: skip
def test_nobody_else_can_answer_with_it(sender, alice, told):
    result = receive(answer(told, sender=sender))
    assert (result.outcome, result.is_forged) == (Outcome.REFUSED, True)
    assert "confirmed address" in result.why
    assert posts_of(alice) == []
    assert len(mail.outbox) == 1  # whoever it was is not answered


@pytest.mark.parametrize(
    "to", ["reply@run.example.org", "reply+abcdefgh@run.example.org", "someone@example.org"]
)
def test_an_address_that_nobody_was_given_opens_nothing(to, alice, told):
    assert receive(answer(told, To=to)).is_forged
    assert posts_of(alice) == []


@pytest.mark.parametrize(("results", "is_good"), [
    ("mx.example.org; dkim=pass header.d=example.org", True),
    ("mx.example.org; spf=pass smtp.mailfrom=alice@example.org; dkim=none", True),
    ("mx.example.org; dmarc=pass (p=none) header.from=example.org", True),
    ("mx.example.org 1; dkim=fail header.d=example.org; dmarc=pass header.from=example.org", True),
    ("mx.example.org; dkim=fail header.d=example.org; spf=softfail smtp.mailfrom=example.org", False),
    ("mx.example.org; dkim=pass header.d=evil.example", False),
    ("mx.example.org; dkim=pass header.d=org", False),
    ("mx.evil.example; dkim=pass header.d=example.org", False),
    ("mx.example.org; none", False),
    ("mx.example.org (dkim=pass header.d=example.org)", False),
    (None, False),
])  # fmt: skip
def test_what_the_configured_host_says_of_the_sender_counts(results, is_good, settings, alice, told):
    settings.REPLY_AUTH_HOST = "mx.example.org"
    headers = {"Authentication_Results": results} if results else {}
    result = receive(answer(told, **headers))
    assert (result.outcome is Outcome.POSTED, len(posts_of(alice))) == (is_good, int(is_good))


def test_a_header_that_came_along_below_the_hosts_own_does_not_count(settings, alice, told):
    settings.REPLY_AUTH_HOST = "mx.example.org"
    forged = answer(told, Authentication_Results="mx.example.org; dkim=pass header.d=example.org")
    own = b"Authentication-Results: mx.example.org; dkim=fail header.d=example.org\r\n"
    assert receive(own + forged).is_forged
    assert posts_of(alice) == []


@pytest.mark.parametrize(("header", "value"), [
    ("Auto_Submitted", "auto-replied"), ("Auto_Submitted", "auto-generated; x=1"), ("Precedence", "bulk"),
    ("X_Autoreply", "yes"), ("Subject", "Automatic reply: away"), ("Subject", "Undeliverable: Re: aches"),
    ("Return_Path", "<>"), ("List_Id", "<a.example.org>"), ("From", "MAILER-DAEMON@example.org"),
])  # fmt: skip
def test_what_a_program_wrote_is_ignored(header, value, alice, told):
    assert receive(answer(told, **{header: value})).outcome is Outcome.IGNORED
    assert posts_of(alice) == []
    assert len(mail.outbox) == 1


def test_somebody_who_says_that_a_person_wrote_it_is_heard(alice, told):
    assert receive(answer(told, Auto_Submitted="no")).outcome is Outcome.POSTED


@pytest.mark.parametrize("why", ["locked", "expired", "empty", "hidden"])
def test_who_is_refused_is_told_why_once(why, alice, bob, mia, told, thread):
    raw = answer(told, words="" if why == "empty" else WORDS)
    if why == "locked":
        moderate.lock(mia, thread, "It went wrong.")
        told.reply_to = [addresses.address_for(bob, Key("thread", str(thread.pk)))]
        raw = answer(told, sender="bob@example.org")
    elif why == "expired":
        ReplyAddress.objects.update(expires_at=timezone.now() - timedelta(days=1))
    elif why == "hidden":
        moderate.hide(mia, thread.posts.get(number=1), "An insult.")
        told.reply_to = [addresses.address_for(bob, Key("thread", str(thread.pk)))]
        raw = answer(told, sender="bob@example.org")
    mail.outbox.clear()
    for _ in range(2):
        assert receive(raw).outcome in {Outcome.REFUSED, Outcome.AGAIN}
    notes = [one for one in mail.outbox if one.subject == "Your reply was not posted"]
    assert len(notes) == 1
    assert notes[0].extra_headers["Auto-Submitted"] == "auto-replied"
    assert notes[0].extra_headers["In-Reply-To"] == "<answer-1@mail.example.org>"
    reasons = {"locked": "locked", "expired": "too old", "empty": "no text", "hidden": "not there any more"}
    assert reasons[why] in notes[0].body


def test_who_is_banned_posts_nothing_and_gets_no_mail(alice, told):
    raw = answer(told)
    standing.ban(alice)
    mail.outbox.clear()
    assert receive(raw).outcome is Outcome.REFUSED
    assert posts_of(alice) == []
    assert mail.outbox == []


def test_pictures_come_along(alice, told):
    out = BytesIO()
    Image.effect_noise((200, 200), 90).convert("RGB").save(out, "JPEG", quality=95)
    message = corpus.gmail(WORDS)
    message.make_mixed()
    message.add_attachment(out.getvalue(), maintype="image", subtype="jpeg", filename="leg.jpg")
    assert receive(answer(told, shape=lambda words: message)).outcome is Outcome.POSTED
    picture = Picture.objects.get(post=posts_of(alice)[0])
    assert picture.owner == alice
    assert f"picture:{picture.key}" in posts_of(alice)[0].body


@pytest.mark.parametrize("raw", [b"", b"\x00\xff" * 40, b"From: x", b"hello there", b"From: =?x?q?=00?=\n\n"])
def test_what_is_no_mail_is_refused(raw, db):
    assert receive(raw).outcome is Outcome.REFUSED


def test_too_much_is_refused(alice, told):
    assert "25,000,000" in receive(answer(told) + b"x" * 25_000_000).why


def test_the_address_is_the_same_until_it_is_old(alice, thread, time_machine):
    key = Key("thread", str(thread.pk))
    first = addresses.address_for(alice, key)
    assert addresses.address_for(alice, key) == first
    time_machine.move_to(timezone.now() + timedelta(days=61))
    assert addresses.address_for(alice, key) != first


# --- The two ways in ---------------------------------------------------------------------------------------


def test_a_mailbox_is_fetched_and_each_mail_once(alice, told, settings):
    box = imapserver.Mailbox(
        answer(told), b"nonsense", answer(told, Message_ID="<answer-2@x.example>", words="More.")
    )
    with imapserver.running(box):
        settings.REPLY_MAILBOX = Where("127.0.0.1", box.port, "reply", box.password, "none", "INBOX")
        assert mailbox.fetch() == 3
        assert box.seen == {1, 2, 3}
        assert mailbox.fetch() == 0
        box.seen.clear()  # as if a worker had died before it could mark them
        mailbox.fetch()
    assert [post.body for post in posts_of(alice)] == [WORDS, "More."]


def test_a_mailbox_that_refuses_is_an_error_of_the_job(settings):
    box = imapserver.Mailbox()
    with imapserver.running(box):
        settings.REPLY_MAILBOX = Where("127.0.0.1", box.port, "reply", "wrong", "none", "INBOX")
        with pytest.raises(OSError, match="refuses"):
            mailbox.fetch()


def test_the_command_takes_a_mail_from_standard_input(alice, told, monkeypatch, capsys):
    from secondwind.cli import main

    class Stdin:
        buffer = BytesIO(answer(told))

    monkeypatch.setattr("sys.stdin", Stdin())
    assert main(["mail", "receive"]) == 0
    assert "posted" in capsys.readouterr().err
    Stdin.buffer = BytesIO(answer(told, sender="mallory@example.org"))
    assert main(["mail", "receive"]) == 77
    assert posts_of(alice)[0].body == WORDS
