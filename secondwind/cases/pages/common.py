"""What the pages of cases share."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from secondwind.accounts.models import User
from secondwind.cases.models import Case
from secondwind.look.caching import private_page

UNPROCESSABLE = 422
SEE_OTHER = 303


def own_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for who is signed in, kept by no cache."""
    return private_page(login_required(view))


def user_of(request: HttpRequest) -> User:
    """Who is signed in, on an `own_page`."""
    assert isinstance(request.user, User)  # noqa: S101  # `own_page` has seen to it
    return request.user


def see(address: str) -> HttpResponse:
    """Lead on after something was done, so that loading the page again does it no second time."""
    response = redirect(address)
    response.status_code = SEE_OTHER
    return response


def place_of(case: Case) -> str:
    """Where a case is read: on the page that shows it, or on its own."""
    return f"{case.address}#case-{case.pk}" if case.address else reverse("cases:case", args=[case.pk])
