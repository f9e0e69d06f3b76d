"""What a member sets, and what follows from it."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.http import HttpResponse
from django.utils import timezone

from secondwind.accounts.middleware import MembersTime

CHOSEN = {
    "units": "mi",
    "time_zone": "Australia/Lord_Howe",
    "theme": "dark",
    "signature": "Uphill slowly",
    "profile_audience": "members",
    "posts_audience": "nobody",
}


def test_the_settings_are_kept(at_home, member):
    answer = at_home.post("/account/settings/", CHOSEN, follow=True)
    member.refresh_from_db()

    assert "Your settings are saved." in answer.content.decode()
    assert {name: getattr(member, name) for name in CHOSEN} == CHOSEN
    assert not member.mail_questions


@pytest.mark.parametrize(
    "wrong", [{"time_zone": "Mars/Olympus"}, {"theme": "pink"}, {"signature": "x" * 201}]
)
def test_a_value_that_cannot_be_is_refused_and_nothing_is_kept(at_home, member, wrong):
    answer = at_home.post("/account/settings/", CHOSEN | wrong)
    member.refresh_from_db()

    assert 'role="alert"' in answer.content.decode()
    assert member.units == "km"


def test_nobody_makes_themselves_a_moderator(at_home, member):
    at_home.post(
        "/account/settings/", CHOSEN | {"is_moderator": "on", "is_superuser": "on", "username": "boss"}
    )
    member.refresh_from_db()

    assert (member.username, member.may_moderate) == ("hilltop", False)


@pytest.mark.parametrize("theme", ["auto", "light", "dark"])
def test_the_colours_are_those_that_were_chosen(at_home, theme):
    at_home.post("/account/settings/", CHOSEN | {"theme": theme})

    assert f'data-theme="{theme}"' in at_home.get("/").content.decode()


@time_machine.travel(datetime(2026, 7, 1, 12, 0, tzinfo=UTC), tick=False)
def test_times_are_shown_in_the_members_own_zone(at_home):
    at_home.post("/account/settings/", CHOSEN)

    assert "Wednesday, 22:30" in at_home.get("/account/settings/").content.decode()
    assert timezone.get_current_timezone_name() == "UTC"


def test_a_zone_that_the_machine_lost_is_no_fault(at_home, member):
    member.time_zone = "Atlantis/Deep"
    member.save()
    page = at_home.get("/account/settings/")

    assert page.status_code == 200
    assert 'value="Atlantis/Deep" selected' in page.content.decode()


def test_a_stranger_s_time_is_the_sites_own_and_costs_nothing(rf, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = MembersTime(lambda request: HttpResponse(timezone.get_current_timezone_name()))(rf.get("/"))

    assert answer.content == b"UTC"


@pytest.mark.parametrize("page", ["", "settings/", "data/", "erase/", "email/", "2fa/", "sessions/"])
def test_a_stranger_is_asked_to_sign_in(client, page):
    answer = client.get(f"/account/{page}")

    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")


def test_a_page_shows_ones_own_account_alone(at_home, new_member):
    other = new_member("valley")
    for page in ("", "settings/", "email/", "2fa/", "sessions/", "data/"):
        assert other.username not in at_home.get(f"/account/{page}").content.decode()


def test_another_s_passkey_is_not_found(at_home, new_member):
    from allauth.mfa.models import Authenticator

    passkey = Authenticator.objects.create(
        user=new_member("valley"), type=Authenticator.Type.WEBAUTHN, data={"name": "Key", "credential": {}}
    )
    for action in ("edit", "remove"):
        assert at_home.get(f"/account/2fa/webauthn/keys/{passkey.pk}/{action}/").status_code == 404
        assert at_home.post(f"/account/2fa/webauthn/keys/{passkey.pk}/{action}/").status_code == 404


def test_a_new_address_takes_the_old_one_s_place_once_it_is_confirmed(at_home, member, last_code):
    at_home.post("/account/email/", {"email": "new@example.org", "action_add": ""})
    member.refresh_from_db()
    assert member.email == "hilltop@example.org"

    at_home.post("/account/confirm-email/", {"code": last_code()})
    member.refresh_from_db()
    assert member.email == "new@example.org"


def test_other_sign_ins_are_ended_from_here(at_home, member, sign_in):
    other = sign_in(member)
    assert other.get("/account/").status_code == 200
    at_home.post("/account/sessions/")

    assert other.get("/account/").status_code == 302
    assert at_home.get("/account/").status_code == 200


def test_a_new_password_ends_the_other_sign_ins(at_home, member, sign_in, password):
    other = sign_in(member)
    new = "quite another row of words"
    at_home.post("/account/password/change/", {"oldpassword": password, "password1": new, "password2": new})

    assert other.get("/account/").status_code == 302
    assert at_home.get("/account/").status_code == 200


def test_whoever_finds_a_browser_open_sets_no_password(client, new_member):
    from allauth.mfa.totp.internal.auth import TOTP

    member = new_member(password=None)
    TOTP.activate(member, "SECRETSECRETSECRET")
    client.force_login(member)
    new = {"password1": "quite another row of words", "password2": "quite another row of words"}
    answer = client.post("/account/password/set/", new)
    member.refresh_from_db()

    assert answer["Location"].startswith("/account/2fa/reauthenticate/")
    assert not member.has_usable_password()


def test_who_could_be_locked_out_is_told_to_make_recovery_codes(at_home, member):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP

    advice = "You have no recovery codes."
    assert advice not in at_home.get("/account/").content.decode()

    TOTP.activate(member, "SECRETSECRETSECRET")
    assert advice in at_home.get("/account/").content.decode()

    RecoveryCodes.activate(member)
    assert advice not in at_home.get("/account/").content.decode()
