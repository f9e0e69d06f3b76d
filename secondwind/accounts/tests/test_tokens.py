"""Access tokens: shown once, kept as a digest, ended by time or by hand, gone with their owner."""

import json
import zipfile
from datetime import timedelta

import pytest
from django.core import mail
from django.db import OperationalError
from django.db.models import QuerySet
from django.utils import timezone

from secondwind.accounts import erasure, export, tokens
from secondwind.accounts.models import AccessToken

FORM = {"name": "laptop", "scopes": ["read", "runs:write"], "lasts": "90"}


def test_a_token_is_shown_once_and_only_its_digest_is_kept(at_home, member):
    page = at_home.post("/account/tokens/", FORM)
    secret = page.context["secret"]
    assert secret in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert "Content-Encoding" not in page.headers
    assert secret not in at_home.get("/account/tokens/").content.decode()
    row = AccessToken.objects.get()
    assert secret not in (row.hash, row.name)
    assert row.scopes == ["read", "runs:write"]
    assert row.expires_at == row.made_at + timedelta(days=90)
    found = tokens.opened_by(secret)
    assert found is not None
    assert found.owner == member


def test_its_owner_hears_of_it_by_mail(at_home, member):
    at_home.post("/account/tokens/", FORM)
    assert mail.outbox[-1].subject == "[Second Wind] A new access token"
    assert mail.outbox[-1].to == [member.email]


def test_the_page_asks_again_who_sits_there(sign_in, member, time_machine):
    browser = sign_in(member)
    time_machine.move_to(timezone.now() + timedelta(minutes=6))
    assert browser.get("/account/tokens/")["Location"].startswith("/account/reauthenticate/")
    assert browser.post("/account/tokens/", FORM).status_code == 302
    assert not AccessToken.objects.exists()


@pytest.mark.parametrize("wrong", [{"name": "  "}, {"scopes": []}, {"scopes": ["all"]}, {"lasts": "9"}])
def test_what_is_missing_is_said(at_home, wrong):
    answer = at_home.post("/account/tokens/", FORM | wrong)
    assert answer.status_code == 422
    assert "field-problem" in answer.content.decode()
    assert not AccessToken.objects.exists()


def test_there_are_only_so_many(at_home, member):
    for n in range(tokens.MOST):
        tokens.make(member, str(n), ["read"])
    answer = at_home.post("/account/tokens/", FORM)
    assert answer.status_code == 422
    assert "Revoke one" in answer.content.decode()


def test_a_revoked_token_an_old_one_and_that_of_a_shut_account_open_nothing(at_home, member, new_member):
    revoked = tokens.make(member, "laptop", ["read"])
    other = new_member("bob")
    old = tokens.make(other, "old", ["read"], lasts=timedelta(seconds=-1))
    shut = tokens.make(other, "laptop", ["read"])
    ids = dict(AccessToken.objects.values_list("name", "pk").filter(owner=member))
    assert (
        at_home.post(f"/account/tokens/{AccessToken.objects.get(name='old').pk}/revoke/").status_code == 404
    )
    assert at_home.post(f"/account/tokens/{ids['laptop']}/revoke/").status_code == 302
    assert tokens.opened_by(shut) is not None
    other.is_active = False
    other.save()
    for secret in (revoked, old, shut, "", "x", "\udcff"):
        assert tokens.opened_by(secret) is None


def test_when_it_was_last_used_is_kept_to_the_minute(member, django_assert_num_queries):
    secret = tokens.make(member, "laptop", ["read"])
    with django_assert_num_queries(2):
        tokens.opened_by(secret)
    with django_assert_num_queries(1):
        tokens.opened_by(secret)
    used_at = AccessToken.objects.get().used_at
    assert used_at is not None
    assert timezone.now() - used_at < timedelta(minutes=1)


def test_the_archive_names_it_without_the_secret_and_it_goes_with_the_account(member):
    secret = tokens.make(member, "laptop", ["read"])
    digest = AccessToken.objects.get().hash
    with export.archive(member) as file, zipfile.ZipFile(file) as archive:
        told = json.loads(archive.read("account/tokens.json"))
        everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
    assert [(one["name"], one["scopes"]) for one in told] == [("laptop", ["read"])]
    assert secret not in everything
    assert digest not in everything
    erasure.erase(member, keep_posts=True)
    assert not AccessToken.objects.exists()


def test_a_token_opens_while_its_use_cannot_be_noted(member, monkeypatch):
    def locked(*_, **values):
        raise OperationalError("database is locked")

    secret = tokens.make(member, "laptop", ["read"])
    monkeypatch.setattr(QuerySet, "update", locked)
    found = tokens.opened_by(secret)
    assert found is not None
    assert found.used_at is None
