"""How long a page may be kept and how it travels, said once for all rooms."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_safe
from django.views.decorators.vary import vary_on_cookie

from secondwind.look.pagecache import KEPT_SECONDS

# A page that everybody sees alike may lie in any cache, and must be fresh within two seconds of a change; one
# of them it may lie in our own.
FRESH_SECONDS = 2


def is_personal(request: HttpRequest) -> bool:
    """Whether the page may greet its visitor: the request carries a session or a message left for them.

    It reads cookies alone, so that it costs an anonymous visitor no look into the session.
    """
    names = (settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name)
    return any(request.COOKIES.get(name) for name in names)


def public_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that is the same for everybody without a session: any cache may keep it and ask by its ETag.

    A visitor with a session gets it with their name and their colours, and no cache keeps that.
    """

    @gzip_page
    @require_safe
    @conditional_page
    @vary_on_cookie
    @wraps(view)
    def page(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
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

    @gzip_page
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
