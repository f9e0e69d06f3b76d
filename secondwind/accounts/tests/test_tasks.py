"""What is tidied up by the clock."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from secondwind.accounts import tasks
from secondwind.accounts.models import User


def test_a_sign_in_that_ran_out_is_forgotten_and_others_stay(member, sign_in):
    old, new = sign_in(member), sign_in(member)
    yesterday = timezone.now() - timedelta(days=1)
    Session.objects.filter(pk=old.session.session_key).update(expire_date=yesterday)
    tasks.forget_sign_ins()

    assert list(UserSession.objects.values_list("session_key", flat=True)) == [new.session.session_key]
    assert new.get("/account/").status_code == 200


@pytest.mark.parametrize(
    ("days", "change", "stays"),
    [
        (8, {}, False),
        (6, {}, True),
        (8, {"last_login": timezone.now()}, True),
        (8, {"is_superuser": True}, True),
    ],
)
def test_an_account_that_nobody_confirmed_is_forgotten_after_a_week(member, days, change, stays):
    EmailAddress.objects.update(verified=False)
    User.objects.update(**{"date_joined": timezone.now() - timedelta(days=days), "last_login": None} | change)
    tasks.forget_unconfirmed()

    assert User.objects.exists() is stays


def test_a_confirmed_account_stays(member):
    User.objects.update(date_joined=timezone.now() - timedelta(days=800))
    tasks.forget_unconfirmed()

    assert User.objects.exists()
