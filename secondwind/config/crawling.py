"""What is said to search engines: robots.txt, and the list of pages that they may find."""

from typing import Any

from django.contrib.sitemaps import Sitemap
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from secondwind.check.sitemaps import Conditions
from secondwind.forums.sitemaps import Forums, Threads
from secondwind.look.caching import public_page

SITEMAPS: dict[str, type[Sitemap[Any]]] = {"threads": Threads, "forums": Forums, "conditions": Conditions}

# Pages that are of no use in a search engine: forms, what is somebody's own, and endless lists of results.
CLOSED = (
    "/account/", "/api/v1/", "/drafts/", "/log/", "/moderation/", "/preview/", "/reply/", "/search/",
    "/similar/", "/unread/",
)  # fmt: skip


@public_page
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may visit, and where the list of pages is."""
    sitemap = request.build_absolute_uri(reverse("sitemap"))
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED), f"Sitemap: {sitemap}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
