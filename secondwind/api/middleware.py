"""What holds for every address of the API, whether something stands there or not."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from secondwind.api.problems import MEDIA_TYPE, Problem, answer

PREFIX = "/api/v"


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
        """The same answer with its headers, whose words are a problem's."""
        if settings.DEBUG and response.status_code == 500:
            return response
        response.content = answer(Problem(response.status_code)).content
        for name in ("Content-Encoding", "ETag", "Last-Modified"):
            response.headers.pop(name, None)
        response["Content-Type"] = MEDIA_TYPE
        response["Content-Length"] = str(len(response.content))
        response["Cache-Control"] = "private, no-store"
        return response
