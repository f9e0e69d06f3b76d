"""What holds for every request of somebody who is signed in."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from secondwind.accounts.clock import zone_of
from secondwind.accounts.context import signed_in


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
