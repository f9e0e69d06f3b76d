"""What a moderator may take and give back, and who sees what of whom."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from secondwind.accounts import queries, standing
from secondwind.accounts.models import Audience


def test_silence_lasts_until_its_time_and_no_longer(member):
    standing.silence(member, timezone.now() + timedelta(days=1))
    assert member.is_silenced

    standing.silence(member, timezone.now() - timedelta(seconds=1))
    assert not member.is_silenced

    standing.silence(member, timezone.now() + timedelta(days=1))
    standing.lift_silence(member)
    member.refresh_from_db()
    assert not member.is_silenced


def test_a_silenced_member_reads_when_it_ends(at_home, member):
    standing.silence(member, timezone.now() + timedelta(days=1))

    assert "you can read but not write" in at_home.get("/account/").content.decode()


def test_who_is_banned_is_out_at_once(at_home, member):
    standing.ban(member)

    assert at_home.get("/account/").status_code == 302
    assert "hilltop" not in at_home.get("/").content.decode()


def test_a_session_that_nobody_listed_ends_too(client, member):
    client.force_login(member)
    standing.ban(member)

    assert client.get("/account/").status_code == 302


def test_who_is_banned_cannot_sign_in_and_reads_whom_to_ask(client, member, password, settings):
    settings.CONTACT_EMAIL = "runs@example.org"
    standing.ban(member)
    answer = client.post("/account/login/", {"login": "hilltop", "password": password}, follow=True)

    assert "A moderator of this site shut it" in answer.content.decode()
    assert "mailto:runs@example.org" in answer.content.decode()
    assert client.get("/account/").status_code == 302


def test_a_guess_at_a_banned_account_tells_nothing(client, member):
    standing.ban(member)
    answer = client.post("/account/login/", {"login": "hilltop", "password": "a guess of somebody"})

    assert "That does not fit together." in answer.content.decode()


def test_a_banned_account_cannot_be_opened_through_a_new_password(client, member):
    from django.core import mail

    standing.ban(member)
    client.post("/account/password/reset/", {"email": member.email})

    assert "There is no account" in mail.outbox[-1].subject


def test_a_ban_can_be_lifted(sign_in, member):
    standing.ban(member)
    standing.lift_ban(member)
    member.refresh_from_db()

    assert not member.is_banned
    assert sign_in(member).get("/account/").status_code == 200


def test_a_member_is_found_by_name_whatever_its_capitals(new_member):
    member = new_member("Ärgerlich")

    assert queries.member_by_name("äRGERLICH") == member
    assert queries.member_by_name("nobody") is None
    standing.ban(member)
    assert queries.member_by_name("Ärgerlich") is None


@pytest.mark.parametrize(
    ("audience", "owner_sees", "member_sees", "stranger_sees"),
    [
        (Audience.EVERYONE, True, True, True),
        (Audience.MEMBERS, True, True, False),
        (Audience.NOBODY, True, False, False),
    ],
)
def test_who_sees_what(new_member, audience, owner_sees, member_sees, stranger_sees):
    owner, other = new_member("hilltop"), new_member("valley", is_moderator=True)

    assert queries.visible(audience, owner, owner) is owner_sees
    assert queries.visible(audience, owner, other) is member_sees
    assert queries.visible(audience, owner, AnonymousUser()) is stranger_sees
