"""Who asks, and what holds for every request of somebody who is signed in."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from secondwind.accounts.clock import zone_of
from secondwind.accounts.context import signed_in


class Visitors(AuthenticationMiddleware):
    """Django's, but that nobody is looked for where no session came along: a page asks thirty times who its
    visitor is, and each time through an object that would find out."""

    def process_request(self, request: HttpRequest) -> None:
        """Say who asks."""
        super().process_request(request)
        if not request.COOKIES.get(settings.SESSION_COOKIE_NAME):
            request.user = AnonymousUser()


class MembersTime:
    """Times are shown in the time zone of who is signed in; for everybody else in the site's own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        member = signed_in(request)
        if member is None:
            return self.get_response(request)
        with timezone.override(zone_of(member)):
            return self.get_response(request)
