"""What every room's templates use: icons, the switchback line, the version of the knowledge."""

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from secondwind.clinic import knowledge
from secondwind.look.switchback import Switchback

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite: decoration, unless it stands alone and `label` says what it means."""
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="#i-{}"/></svg>', label, name
        )
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="#i-{}"/></svg>', name
    )


@register.inclusion_tag("look/_switchback.html")
def switchback(total: int, here: int) -> dict[str, Any]:
    """The switchback line for `total` steps, walked up to the step `here` (from 1)."""
    return {"line": Switchback(total, here)}


@register.simple_tag
def knowledge_version() -> str:
    """The version of the clinical knowledge this process answers with."""
    return knowledge.load().version


@register.simple_tag
def when(time: datetime) -> SafeString:
    """A moment in the visitor's time zone: "3 Nov 2026, 14:05". Cheaper than a date filter."""
    local = timezone.localtime(time)
    shown = f"{local.day} {local:%b %Y, %H:%M}"
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), shown)


@register.simple_tag
def day(time: datetime) -> SafeString:
    """The day of a moment in the visitor's time zone: "3 Nov 2026"."""
    local = timezone.localtime(time)
    return format_html('<time datetime="{}">{}</time>', f"{local:%Y-%m-%d}", f"{local.day} {local:%b %Y}")
