"""Where a list can be followed by a feed reader."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def feed_links(title: str, path: str) -> SafeString:
    """For the head of a page: the feeds of the list at an address."""
    return format_html(
        '<link rel="alternate" type="application/atom+xml" title="{0}" href="{1}feed.atom">'
        '<link rel="alternate" type="application/feed+json" title="{0}" href="{1}feed.json">',
        title,
        path,
    )


@register.simple_tag
def feed_note(path: str) -> SafeString:
    """For who looks for them on the page."""
    return format_html(
        '<p class="hint">For a feed reader: <a href="{0}feed.atom">Atom</a> or <a href="{0}feed.json">JSON '
        "Feed</a></p>",
        path,
    )
