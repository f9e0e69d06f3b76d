"""When something was written, also where it comes from an archive that says it in its own words."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from secondwind.forums.models import ArchivedPost
from secondwind.look.templatetags.look import when

register = template.Library()

ZONE_UNKNOWN = mark_safe(' <span class="zone">(zone unknown)</span>')


@register.simple_tag
def latest(thread: Any) -> SafeString:
    """The moment of the latest post of a thread, or of what a row of a list says of one."""
    if old := thread.latest_as_written:
        return format_html('<span title="As written there; time zone unknown">{}</span>', old)
    return when(thread.latest_at)


@register.simple_tag
def written(at: datetime, archived: ArchivedPost | str | None) -> SafeString:
    """The moment of a post; a template says "" where it comes from no archive."""
    if not isinstance(archived, ArchivedPost):
        return when(at)
    if not archived.date:
        return mark_safe("date not kept")
    return format_html("{}{}", archived.date, "" if archived.zone else ZONE_UNKNOWN)
