"""The least that a WSGI server can be asked for: a page of fixed bytes, to measure beside."""

from collections.abc import Callable, Iterable
from typing import Any

PAGE = b"<!doctype html><title>Bare</title>" + b"<p>Nothing is read, nothing is worked out.</p>" * 20
HEADERS = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(PAGE)))]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer everything with the same page."""
    start_response("200 OK", HEADERS)
    return [PAGE]
