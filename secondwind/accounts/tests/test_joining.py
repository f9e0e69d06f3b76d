"""Joining and signing in: by pseudonym or address, with a code, without telling who has an account."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from secondwind.accounts.adapter import AccountAdapter
from secondwind.accounts.models import User

NEW = {"username": "Hilltop", "email": "Hill@Example.org", "password1": "a few words in a row"}


def says(answer, sentence):
    """Whether the page has this sentence, whatever breaks its lines."""
    return sentence in re.sub(r"\s+", " ", answer.content.decode())


def test_joining_asks_for_a_code_and_then_one_is_in(client, last_code):
    answer = client.post("/account/signup/", NEW)
    assert answer["Location"] == "/account/confirm-email/"
    assert client.get("/account/").status_code == 302

    assert client.post("/account/confirm-email/", {"code": last_code()}).status_code == 302
    user = User.objects.get()
    assert (user.username, user.email) == ("Hilltop", "hill@example.org")
    assert EmailAddress.objects.get(user=user).verified
    assert says(client.get("/account/"), "Hilltop")


def test_of_two_who_join_under_one_name_in_the_same_instant_one_is_told(client, monkeypatch):
    looked = AccountAdapter.clean_username

    def look_and_be_late(self, username, shallow=False):
        name = looked(self, username, shallow)
        if not User.objects.exists():
            User.objects.create_user(name, "other@example.org")
        return name

    monkeypatch.setattr(AccountAdapter, "clean_username", look_and_be_late)
    answer = client.post("/account/signup/", NEW)

    assert answer.status_code == 200
    assert says(answer, "Somebody has this pseudonym already. Please choose another.")
    assert 'value="Hilltop"' in answer.content.decode()
    assert User.objects.get().email == "other@example.org"


def test_a_wrong_code_lets_nobody_in_and_three_end_it(client):
    client.post("/account/signup/", NEW)
    for _ in range(3):
        answer = client.post("/account/confirm-email/", {"code": "WRONG1"})

    assert answer.status_code == 302
    assert not EmailAddress.objects.get().verified
    assert client.get("/account/").status_code == 302


def test_a_new_code_replaces_the_old_one(client, last_code):
    client.post("/account/signup/", NEW)
    old = last_code()
    client.post("/account/confirm-email/", {"action": "resend"})

    assert last_code() != old
    assert says(client.post("/account/confirm-email/", {"code": old}), "This is not the code.")


def test_the_page_says_where_the_code_is_while_there_is_no_mail_server(client, settings):
    client.post("/account/signup/", NEW)
    terminal = "in the terminal where the site was started"
    assert says(client.get("/account/confirm-email/"), terminal)

    settings.MAIL_IN_TERMINAL = False
    assert not says(client.get("/account/confirm-email/"), terminal)


@pytest.mark.parametrize("email", ["hilltop@example.org", "nobody@example.org"])
def test_joining_does_not_tell_whether_an_address_has_an_account(client, member, email):
    answer = client.post("/account/signup/", NEW | {"username": "Somebody", "email": email})
    page = client.get(answer["Location"]).content.decode()

    assert answer["Location"] == "/account/confirm-email/"
    assert email in page
    assert User.objects.filter(email=email).count() == 1
    assert len(mail.outbox) == 1


def test_who_has_an_account_already_is_told_by_mail_alone(client, member):
    client.post("/account/signup/", NEW | {"username": "Another", "email": member.email})

    assert "You have an account already" in mail.outbox[0].subject
    assert "/account/password/reset/" in mail.outbox[0].body
    assert User.objects.count() == 1


def test_resetting_a_password_does_not_tell_who_has_an_account(member):
    pages = []
    for email in (member.email, "nobody@example.org"):
        client = Client()
        answer = client.post("/account/password/reset/", {"email": email})
        pages.append(client.get(answer["Location"]).content.decode().replace(email, "…"))

    keys = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
    assert keys.sub("", pages[0]) == keys.sub("", pages[1])
    assert [len(mail.outbox), mail.outbox[1].to] == [2, ["nobody@example.org"]]


def test_a_forgotten_password_is_reset_with_a_code(client, member, last_code, sign_in):
    client.post("/account/password/reset/", {"email": member.email})
    client.post("/account/password/reset/confirm/", {"code": last_code()})
    new = "quite another row of words"
    client.post("/account/password/reset/complete/", {"password1": new, "password2": new})

    assert says(sign_in(member, new).get("/account/"), "hilltop")
    assert mail.outbox[-1].subject == "[Second Wind] Your password was reset"


@pytest.mark.parametrize("login", ["hilltop", "HillTop", "hilltop@example.org", "HILLTOP@example.org"])
def test_one_signs_in_by_pseudonym_or_address(client, member, password, login):
    assert client.post("/account/login/", {"login": login, "password": password}).status_code == 302
    assert client.get("/account/").status_code == 200


@pytest.mark.parametrize("login", ["hilltop", "nobody", "hilltop@example.org", "nobody@example.org"])
def test_a_wrong_password_and_an_unknown_name_get_the_same_sentence(client, member, login):
    answer = client.post("/account/login/", {"login": login, "password": "not this one at all"})

    assert says(answer, "That does not fit together.")


@pytest.mark.parametrize("password", ["short", "password123", "hilltop1234"])
def test_a_password_that_is_easily_guessed_is_refused(client, password):
    answer = client.post("/account/signup/", NEW | {"password1": password})

    assert answer.status_code == 200
    assert not User.objects.exists()


def test_a_pseudonym_is_taken_whatever_its_capitals(client, new_member):
    new_member("Ärgerlich")
    answer = client.post("/account/signup/", NEW | {"username": "äRGERLICH"})

    assert says(answer, "Somebody has this pseudonym already.")


@pytest.mark.parametrize("next_", ["//evil.example", "https://evil.example/", "javascript:alert(1)"])
def test_signing_in_leads_to_no_other_site(client, member, password, next_):
    data = {"login": "hilltop", "password": password, "next": next_}

    assert client.post("/account/login/", data)["Location"] == "/community/"


def test_signing_out_is_asked_first(at_home):
    assert says(at_home.get("/account/logout/"), "Sign out?")
    assert at_home.get("/account/").status_code == 200

    at_home.post("/account/logout/")
    assert at_home.get("/account/").status_code == 302


def test_passwords_are_kept_by_argon2(settings):
    from secondwind.config import settings as site

    settings.PASSWORD_HASHERS = site.PASSWORD_HASHERS
    user = User.objects.create_user("hilltop", "hilltop@example.org", "a few words in a row")

    assert user.password.startswith("argon2$argon2id$")


def test_a_mail_server_that_does_not_answer_is_told_and_nothing_breaks(client, settings, last_code):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody listens there
    client.post("/account/signup/", NEW)
    assert says(client.get("/account/confirm-email/"), "The mail server does not answer")

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    client.post("/account/confirm-email/", {"action": "resend"})
    assert client.post("/account/confirm-email/", {"code": last_code()}).status_code == 302


def test_links_in_mails_lead_to_the_address_of_the_site(client, member, settings):
    from urllib.parse import urlsplit

    settings.SITE_URL = urlsplit("https://running.example.org")
    client.post("/account/signup/", NEW | {"username": "Another", "email": member.email})

    assert "https://running.example.org/account/password/reset/" in mail.outbox[0].body
    assert "testserver" not in mail.outbox[0].body


# --- Limits -----------------------------------------------------------------------------------------------


def test_guessing_a_password_ends_after_five_attempts(client, member, password, counting):
    for _ in range(5):
        client.post("/account/login/", {"login": "hilltop", "password": "a guess of somebody"})
    answer = client.post("/account/login/", {"login": "hilltop", "password": password})

    assert says(answer, "Too many attempts went wrong.")
    assert client.get("/account/").status_code == 302


def test_the_right_password_is_not_counted(member, password, counting):
    for _ in range(8):
        answer = Client().post("/account/login/", {"login": "hilltop", "password": password})
        assert answer.status_code == 302


def test_a_burst_of_sign_ins_from_one_address_is_refused(member, counting):
    answers = [
        Client().post("/account/login/", {"login": f"name{i}", "password": "a guess of somebody"})
        for i in range(31)
    ]

    assert [answer.status_code for answer in answers[-2:]] == [200, 429]
    assert says(answers[-1], "Too many at once")


def test_a_burst_of_new_accounts_from_one_address_is_refused(counting):
    codes = [
        Client()
        .post("/account/signup/", NEW | {"username": f"runner{i}", "email": f"runner{i}@example.org"})
        .status_code
        for i in range(22)
    ]

    assert codes == [302] * 20 + [429] * 2
    assert User.objects.count() == 20


def burst(headers):
    """The answer to the last of more sign-ups than one address may try, each with its own headers."""
    for i in range(21):
        answer = Client().post("/account/signup/", {}, headers=headers(i))
    return answer.status_code


def test_a_forged_address_gets_nobody_past_the_limit(counting):
    assert burst(lambda i: {"X-Forwarded-For": f"203.0.113.{i}"}) == 429


def test_behind_a_proxy_the_address_that_it_adds_is_counted(counting, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    assert burst(lambda i: {"X-Forwarded-For": f"203.0.113.{i}"}) == 200
    assert burst(lambda i: {"X-Forwarded-For": f"203.0.113.{i}, 198.51.100.7"}) == 429


def test_other_addresses_do_not_push_the_counts_out():
    from secondwind.config import settings as site

    cache: Any = site.CACHES["default"]
    assert cache["OPTIONS"]["MAX_ENTRIES"] >= 100_000
