"""The error pages. Each says what happened and offers the way on."""

from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string

STYLES = tuple(f"css/{layer}.css" for layer in ("tokens", "base", "layout", "parts"))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request could not be read, or was too large."""
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: not for this visitor."""
    return render(request, "403.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: no such address."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: needs nothing that may be what broke: no database, no knowledge, no context processor."""
    return HttpResponseServerError(render_to_string("500.html", {"styles": _style_addresses()}))


def _style_addresses() -> list[str]:
    try:
        return [staticfiles_storage.url(style) for style in STYLES]
    except ValueError:  # the list of static files is missing: the page is then plain, and still there
        return []
