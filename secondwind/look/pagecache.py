"""Whole pages kept for a moment, in front of Django: what a crowd of visitors asks for is made once a second.

Only pages of `look.caching.public_page` are kept, and only for requests that carry nothing of their own: no
cookie, no authorisation, no part of a page. A kept page is younger than `KEPT_SECONDS`, and tells browsers
and other caches to keep it for the rest of `FRESH_SECONDS`. So an edit is seen by everybody within those,
however many processes and machines there are, without a word between them.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import DatabaseError

logger = logging.getLogger(__name__)

KEPT_SECONDS: Final = 1
MOST_BYTES: Final = 32_000_000
LOCKS: Final = 64

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

# What makes a request one's own, or its answer another than the page as a whole.
OF_ONES_OWN = (
    "HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_RANGE", "HTTP_HX_REQUEST", "HTTP_IF_MATCH",
    "HTTP_IF_UNMODIFIED_SINCE",
)  # fmt: skip
# What is known of a visitor to whom a kept page was shown.
OF_VISITORS = ("REMOTE_ADDR", "HTTP_X_FORWARDED_FOR", "HTTP_USER_AGENT")
WITHOUT_BODY = frozenset({"content-length", "content-type", "content-encoding"})

Visitor = tuple[str, ...]
# Told, some time later, of those to whom a page was shown without asking Django.
ShownAgain = Callable[[set[Visitor]], None]


@dataclass(slots=True)
class Kept:
    """A page as it was answered, until when it may be shown, and to whom it was."""

    status: str
    headers: Headers
    body: bytes
    until: float
    etag: str = ""
    shown_again: ShownAgain | None = None
    visitors: set[Visitor] = field(default_factory=set)

    @property
    def size(self) -> int:
        return len(self.body) + 2000  # with what stands around it


class PageCache:
    """A WSGI application in front of another. `clock` tells seconds."""

    def __init__(
        self,
        application: Application,
        most_bytes: int = MOST_BYTES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._application = application
        self._most_bytes = most_bytes
        self._clock = clock
        self._pages: OrderedDict[tuple[str, ...], Kept] = OrderedDict()
        self._bytes = 0
        self._changing = threading.Lock()
        # Who asks for a page that is being made waits for it. Pages share locks, which bounds their number.
        self._making = tuple(threading.Lock() for _ in range(LOCKS))

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        key = _key(environ)
        if key is None:
            return self._application(environ, start_response)
        kept = self._pages.get(key)
        if kept is None or kept.until <= self._clock():
            with self._making[hash(key) % LOCKS]:
                kept = self._pages.get(key)
                if kept is None or kept.until <= self._clock():
                    return self._make(key, environ, start_response)
        if kept.shown_again is not None:
            kept.visitors.add(tuple([environ.get(name, "") for name in OF_VISITORS]))
        if kept.etag and environ.get("HTTP_IF_NONE_MATCH") == kept.etag:
            start_response("304 Not Modified", [h for h in kept.headers if h[0].lower() not in WITHOUT_BODY])
            return []
        start_response(kept.status, kept.headers)
        return [kept.body]

    def _make(self, key: tuple[str, ...], environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        begun = self._clock()
        told: list[Any] = []

        def note(status: str, headers: Headers, *_: object) -> None:
            told[:] = [status, headers]

        response: Any = self._application(environ, note)
        status, headers = told
        start_response(status, headers)
        if not getattr(response, "may_be_kept", False) or not status.startswith("200"):
            return response  # type: ignore[no-any-return]  # of Django, which is a response and an iterable
        try:
            body = b"".join(response)
        finally:
            response.close()
        etag = next((value for name, value in headers if name.lower() == "etag"), "")
        shown_again = getattr(response, "shown_again", None)
        self._keep(key, Kept(status, headers, body, begun + KEPT_SECONDS, etag, shown_again))
        return [body]

    def _keep(self, key: tuple[str, ...], page: Kept) -> None:
        with self._changing:
            gone = [self._pages.pop(key, None)]
            self._pages[key] = page
            self._bytes += page.size
            while self._pages and (
                self._bytes - sum(one.size for one in gone if one) > self._most_bytes
                or next(iter(self._pages.values())).until <= page.until - 2 * KEPT_SECONDS
            ):
                gone.append(self._pages.popitem(last=False)[1])
            self._bytes -= sum(one.size for one in gone if one)
        for one in gone:
            if one is not None and one.shown_again is not None and one.visitors:
                _tell(one.shown_again, one.visitors)


def _tell(shown_again: ShownAgain, visitors: set[Visitor]) -> None:
    try:
        shown_again(visitors)
    except DatabaseError:
        logger.exception("some showings of a kept page were not counted")


def _key(environ: Environ) -> tuple[str, ...] | None:
    """What the answer to a request depends on; None when it depends on who asks."""
    if environ["REQUEST_METHOD"] != "GET" or any(name in environ for name in OF_ONES_OWN):
        return None
    return (
        environ.get("HTTP_HOST", ""),
        environ.get("wsgi.url_scheme", ""),
        environ.get("HTTP_X_FORWARDED_PROTO", ""),
        environ.get("PATH_INFO", ""),
        environ.get("QUERY_STRING", ""),
        "gzip" if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "") else "",
    )
