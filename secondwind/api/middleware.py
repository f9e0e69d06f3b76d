"""What holds for every address of the API, whether something stands there or not."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from secondwind.api.problems import MEDIA_TYPE, Problem, answer

PREFIX = "/api/v"
PASSED_ON = ("Allow", "Retry-After", "WWW-Authenticate")


class ForPrograms:
    """No cookie counts, HEAD is answered like GET, and what goes wrong anywhere is told as a problem."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        is_head = request.method == "HEAD"
        if is_head:
            request.method = "GET"
        response = self.get_response(request)
        if response.status_code >= 400 and not response.headers.get("Content-Type", "").startswith(
            MEDIA_TYPE
        ):
            response = self._told(response)
        if is_head:
            response.headers.setdefault("Content-Length", str(len(response.content)))
            response.content = b""
        return response

    def _told(self, response: HttpResponse) -> HttpResponse:
        if settings.DEBUG and response.status_code == 500:
            return response
        headers = {name: response.headers[name] for name in PASSED_ON if name in response.headers}
        told = answer(Problem(response.status_code, headers=headers))
        told["Cache-Control"] = "private, no-store"
        return told
