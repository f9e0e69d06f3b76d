"""The head of every page: where one can go, where one is, and who one is."""

from typing import Any, NamedTuple

from django import template
from django.utils.safestring import SafeString

from secondwind.look.addresses import address
from secondwind.look.fragments import fragment

register = template.Library()

PAGE, PART = SafeString(' aria-current="page"'), SafeString(' aria-current="true"')

# The entries, each with its page. What lies below an address belongs to its entry too, but for those of
# `ALONE`: the first page would have everything below it.
ENTRIES = {
    "home": "check:home",
    "community": "forums:index",
    "search": "search:search",
    "commentary": "forums:commentary",
    "log": "runlog:log",
    "conditions": "check:conditions",
    "notifications": "notifications:news",
    "account": "accounts:overview",
}
ALONE = {"home", "search", "notifications"}


class Head(NamedTuple):
    """What the head shows: the visitor's name, what they have not read, and `aria-current` of each entry."""

    name: str = ""
    unread_count: int = 0
    home: str = ""
    community: str = ""
    search: str = ""
    commentary: str = ""
    log: str = ""
    conditions: str = ""
    notifications: str = ""
    account: str = ""


@register.simple_tag(takes_context=True)
def site_head(context: Any) -> SafeString:
    """The head for who is signed in, with the entry marked under which the page stands."""
    member, request = context.get("member"), context.get("request")
    head = Head(member.username, member.unread_count) if member else Head()
    return fragment("look/_head.html", head._replace(**_here(request)) if request else head)


def _here(request: Any) -> dict[str, Any]:
    pages = {entry: address(name) for entry, name in ENTRIES.items()}
    for entry, page in pages.items():
        if request.path == page:
            return {entry: PAGE}
    for entry, page in pages.items():
        if entry not in ALONE and request.path.startswith(page):
            return {entry: PART}
    app = request.resolver_match.app_name if request.resolver_match else ""
    if "/check/" in request.path:
        return {"home": PART}
    return {"community": PART} if app == "forums" and "/my-commentary/" not in request.path else {}
