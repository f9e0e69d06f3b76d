"""Leaving for good."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail

from secondwind.accounts import erasure
from secondwind.accounts.models import User


@pytest.fixture
def asked(monkeypatch):
    """What a room was asked to erase."""
    monkeypatch.setattr(erasure, "_rooms", dict(erasure._rooms))
    asked = []
    erasure.register("log", lambda user, keep_posts: asked.append((user.username, keep_posts)))
    return asked


@pytest.mark.parametrize(("posts", "kept"), [("keep", True), ("remove", False)])
def test_who_leaves_is_gone_everywhere(at_home, member, sign_in, asked, posts, kept):
    sign_in(member)
    answer = at_home.post("/account/erase/", {"posts": posts, "pseudonym": "HillTop"}, follow=True)

    assert asked == [("hilltop", kept)]
    for kind in (User, EmailAddress, UserSession, Session):
        assert not kind.objects.exists(), kind
    text = re.sub(r"\s+", " ", answer.content.decode())
    assert "Your account is gone" in text
    assert ("Your posts stay under the name “former member”." in text) is kept
    assert (mail.outbox[-1].to, mail.outbox[-1].subject) == (
        ["hilltop@example.org"],
        "[Second Wind] Your account is gone",
    )
    assert ("former member" in mail.outbox[-1].body) is kept


@pytest.mark.parametrize("data", [{"posts": "keep", "pseudonym": "valley"}, {"pseudonym": "hilltop"}, {}])
def test_nothing_goes_by_mistake(at_home, asked, data):
    answer = at_home.post("/account/erase/", data)

    assert 'role="alert"' in answer.content.decode()
    assert not asked
    assert User.objects.count() == 1


def test_it_is_asked_once_more_who_sits_there(sign_in, member, asked):
    answer = sign_in(member).post("/account/erase/", {"posts": "remove", "pseudonym": "hilltop"})

    assert answer["Location"].startswith("/account/reauthenticate/")
    assert User.objects.exists()


def test_a_room_that_fails_undoes_everything(member, asked):
    def fail(user, keep_posts):
        raise RuntimeError("by the test")

    erasure.register("broken", fail)
    EmailAddress.objects.filter(user=member).update(verified=False)
    with pytest.raises(RuntimeError):
        erasure.erase(member, keep_posts=True)

    assert User.objects.get().email == "hilltop@example.org"


def test_the_last_moderator_may_leave_and_is_told(at_home, member, new_member):
    warning = "the last moderator"
    assert warning not in at_home.get("/account/erase/").content.decode()

    member.is_moderator = True
    member.save()
    assert warning in at_home.get("/account/erase/").content.decode()

    new_member("valley", is_moderator=True)
    assert warning not in at_home.get("/account/erase/").content.decode()


def test_the_page_after_it_tells_only_of_what_can_be(client):
    assert client.get("/account/erased/kept/").status_code == 200
    assert client.get("/account/erased/whatever/").status_code == 404
