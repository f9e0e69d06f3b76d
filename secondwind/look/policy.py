"""The policy that tells browsers to take nothing from anybody else, with every answer."""

from functools import cache

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class OnePolicy(CSPMiddleware):
    """Django-csp, for a site where no answer has a policy of its own: it is worked out once. Doing so twice
    for each page was a fiftieth of one."""

    def process_request(self, request: HttpRequest) -> None:
        """There are no nonces."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Put the policy on an answer; who works on the site sees Django's pages of errors in full."""
        if settings.DEBUG:
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, _policy())
        return response


@cache
def _policy() -> str:
    return build_policy()
