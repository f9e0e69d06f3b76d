"""What the pages of the log share."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from secondwind.accounts.models import User
from secondwind.look.caching import private_page

UNPROCESSABLE = 422
SEE_OTHER = 303


def own_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of the log: for who is signed in, and kept by no cache."""
    return private_page(login_required(view))


def owner_of(request: HttpRequest) -> User:
    """Who is signed in, on an `own_page`."""
    assert isinstance(request.user, User)  # noqa: S101  # `own_page` has seen to it
    return request.user


def see(address: str) -> HttpResponse:
    """Lead on after something was done, so that loading the page again does it no second time."""
    response = redirect(address)
    response.status_code = SEE_OTHER
    return response


def way_back(request: HttpRequest, otherwise: str) -> str:
    """The address of this site that the form names in `next`, or another one."""
    given = request.POST.get("next", "")
    fits = url_has_allowed_host_and_scheme(given, None, require_https=False) and given.startswith("/log/")
    return given if fits else otherwise
