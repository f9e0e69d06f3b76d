"""The head of a page: alike to the byte for all who are not signed in, and never kept for others."""

import re

import pytest
from django.test import Client

PUBLIC = ["/", "/conditions/", "/method/"]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_visitor_gets_the_same_bytes_as_all_and_no_cookie(address, django_assert_num_queries):
    with django_assert_num_queries(0):
        pages = [Client().get(address) for _ in range(2)]

    assert pages[0].content == pages[1].content
    assert "public" in pages[0]["Cache-Control"]
    assert "Cookie" in pages[0]["Vary"]
    assert not pages[0].cookies
    assert 'href="/account/login/">Sign in</a>' in pages[0].content.decode()


@pytest.mark.parametrize("address", PUBLIC)
def test_a_member_finds_their_name_there_and_no_cache_keeps_it(at_home, address):
    page = at_home.get(address)

    assert re.search(r'href="/account/"[^>]*>hilltop</a>', page.content.decode())
    assert "no-store" in page["Cache-Control"]
    assert "public" not in page["Cache-Control"]


def test_a_page_with_a_message_for_its_visitor_is_not_kept(at_home):
    at_home.post("/account/logout/")
    page = at_home.get("/")

    assert "You are signed out." in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert "public" in at_home.get("/")["Cache-Control"]


def test_who_has_signed_out_is_a_stranger_again(at_home):
    at_home.post("/account/logout/")
    at_home.get("/")

    assert at_home.get("/").content == Client().get("/").content


def test_checking_what_hurts_sets_no_cookie_for_a_member_either(at_home):
    page = at_home.post("/check/understood/", {"text": "My left calf hurts when I run."})

    assert page.status_code == 200
    assert not page.cookies
    assert "hilltop" in page.content.decode()


@pytest.mark.parametrize("address", ["/account/login/", "/account/", "/account/settings/", "/account/data/"])
def test_no_page_of_an_account_is_kept(at_home, address):
    assert "no-store" in at_home.get(address)["Cache-Control"]


def test_a_form_without_its_key_is_refused_with_a_way_on(member, password):
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/account/login/", {"login": "hilltop", "password": password})

    assert answer.status_code == 403
    assert "That form had lost its key" in answer.content.decode()


@pytest.mark.parametrize(
    ("address", "works", "elsewhere"),
    [
        ("localhost:8000", True, ""),
        ("127.0.0.1:8000", False, "http://localhost:8000/account/login/?next=%2Fcommunity%2F"),
        ("[::1]:8000", False, "http://localhost:8000/account/login/?next=%2Fcommunity%2F"),
        ("192.168.1.7", False, ""),
        ("running.example.org", False, ""),
    ],
)
def test_a_page_says_where_passkeys_work(client, settings, address, works, elsewhere):
    settings.ALLOWED_HOSTS = ["*"]
    page = client.get("/account/login/", {"next": "/community/"}, headers={"host": address}).content.decode()

    assert ("data-passkey=" in page) is works
    assert ("Browsers allow passkeys only" in page) is not works
    assert (f'href="{elsewhere}"' in page) is bool(elsewhere)


def test_over_https_passkeys_work_at_a_name(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    page = client.get("/account/login/", headers={"host": "running.example.org"}, secure=True)

    assert "data-passkey=" in page.content.decode()
