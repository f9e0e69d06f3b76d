"""How long a page may be kept and how it travels, said once for all rooms."""

import secrets
from collections.abc import Callable
from functools import wraps
from gzip import GzipFile
from io import BytesIO

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware, re_accepts_gzip
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.decorators import decorator_from_middleware
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe
from django.views.decorators.vary import vary_on_cookie

from secondwind.look.pagecache import KEPT_SECONDS

# A page that everybody sees alike may lie in any cache, and must be fresh within two seconds of a change; one
# of them it may lie in our own.
FRESH_SECONDS = 2

GZIP_LEVEL = 3
LEAST_BYTES = 200  # that are compressed


def is_personal(request: HttpRequest) -> bool:
    """Whether the page may greet its visitor: the request carries a session or a message left for them.

    It reads cookies alone, so that it costs an anonymous visitor no look into the session.
    """
    names = (settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name)
    return any(request.COOKIES.get(name) for name in names)


class _Gzip(GZipMiddleware):
    """Django's compression, at a level that takes half the time of its own for a twelfth more bytes:
    compressing was the half of what the first page cost."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress an answer whose visitor takes it so and which gains by it."""
        if not isinstance(response, HttpResponse) or len(response.content) < LEAST_BYTES:
            return response
        if response.has_header("Content-Encoding"):
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if not re_accepts_gzip.search(request.headers.get("Accept-Encoding", "")):
            return response
        packed = BytesIO()
        # A name of random length, so that the length of the answer tells less of what stands in it.
        name = "a" * secrets.randbelow(self.max_random_bytes)
        with GzipFile(name, "wb", compresslevel=GZIP_LEVEL, fileobj=packed, mtime=0) as file:
            file.write(response.content)
        response.content = packed.getvalue()
        response.headers["Content-Length"] = str(len(response.content))
        response.headers["Content-Encoding"] = "gzip"
        etag = response.get("ETag", "")
        if etag.startswith('"'):  # the same page and other bytes
            response.headers["ETag"] = f"W/{etag}"
        return response


def compressed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that travels compressed to whoever takes it so."""
    return decorator_from_middleware(_Gzip)(view)  # type: ignore[return-value]  # it stays an HttpResponse


def keep_nowhere(response: HttpResponse) -> None:
    """Have no cache keep a public page, ours included: what it shows must be able to go at once."""
    patch_cache_control(response, no_store=True)


def public_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that is the same for everybody without a session: any cache may keep it and ask by its ETag.

    A view may say otherwise of a page (`keep_nowhere`). A visitor with a session gets it with their name and
    their colours, and no cache keeps that.
    """

    @compressed
    @require_safe
    @conditional_page
    @vary_on_cookie
    @wraps(view)
    def page(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.has_header("Cache-Control") and "no-store" in response["Cache-Control"]:
            return response
        if is_personal(request):
            patch_cache_control(response, private=True, no_store=True)
        else:
            patch_cache_control(response, public=True, max_age=FRESH_SECONDS - KEPT_SECONDS)
            response.may_be_kept = True  # type: ignore[attr-defined]  # for `pagecache` alone
        return response

    return page


def private_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that holds what its visitor told: no cache keeps it.

    It is compressed, so it must hold no secret beside what the visitor sent: its length would tell.
    """

    @compressed
    @cache_control(no_store=True)
    @wraps(view)
    def page(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        return view(request, *args, **kwargs)

    return page


class NothingKept:
    """Middleware: a page that does not say how long it may be kept is kept by nobody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response
