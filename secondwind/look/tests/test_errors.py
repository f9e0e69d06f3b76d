"""The error pages: each says what happened, and how to go on."""

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest
from django.test import RequestFactory

from secondwind.look import views


@pytest.fixture
def request_(rf: RequestFactory) -> HttpRequest:
    return rf.get("/somewhere/")


def test_an_unknown_address_offers_the_conditions_and_the_check(client):
    response = client.get("/no/such/page/")

    assert response.status_code == 404
    assert 'href="/conditions/"' in response.content.decode()


def test_a_request_that_is_too_large_is_told_the_limit(client):
    response = client.post("/check/understood/", {"text": "x" * 1_100_000})

    assert response.status_code == 400
    assert "under 100 kB" in response.content.decode()


def test_too_many_fields_are_refused_with_a_page(client):
    response = client.post("/check/answer/", {f"say.finding.x{i}": "yes" for i in range(1_100)})

    assert response.status_code == 400
    assert "That could not be read" in response.content.decode()


@pytest.mark.parametrize(
    ("view", "error", "status"),
    [(views.bad_request, SuspiciousOperation(), 400), (views.permission_denied, PermissionDenied(), 403)],
)
def test_each_page_has_its_status_and_a_way_on(request_, view, error, status):
    response = view(request_, error)

    assert response.status_code == status
    assert 'href="/"' in response.content.decode()


def test_the_page_of_a_fault_needs_nothing_that_may_be_broken(request_, monkeypatch):
    from secondwind.clinic import knowledge

    def broken() -> None:
        raise AssertionError("the knowledge was asked")

    monkeypatch.setattr(knowledge, "load", broken)
    response = views.server_error(request_)

    assert response.status_code == 500
    assert "emergency number" in response.content.decode()


def test_the_page_of_a_fault_is_there_without_its_style_sheets(request_, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }
    response = views.server_error(request_)

    assert response.status_code == 500
    assert "stylesheet" not in response.content.decode()


def test_a_fault_of_a_view_shows_that_page(client, monkeypatch):
    from secondwind.check import reference

    def broken(*_: object) -> None:
        raise RuntimeError("by the test")

    monkeypatch.setattr(reference, "_counts", broken)
    client.raise_request_exception = False
    response = client.get("/method/")

    assert response.status_code == 500
    assert "Something broke here" in response.content.decode()
