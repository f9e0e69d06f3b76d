"""What every room's templates use: icons, the switchback line, the version of the knowledge."""

from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from secondwind.clinic import knowledge
from secondwind.look.switchback import Switchback

register = template.Library()


MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@register.simple_tag
@lru_cache(maxsize=256)
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


# A list shows a moment in each row, so these two are written out: nothing in them needs escaping, and
# `strftime`, `isoformat` and `format_html` cost four times as much. The same moments are shown again and
# again.


@register.simple_tag
def when(time: datetime) -> SafeString:
    """A moment in the visitor's time zone: "3 Nov 2026, 14:05"."""
    return when_in(timezone.get_current_timezone(), time)


@lru_cache(maxsize=8_192)
def when_in(zone: tzinfo, time: datetime) -> SafeString:
    """The same in a time zone, for who asks it of many at once."""
    local = timezone.localtime(time, zone)
    clock = f"{local.hour:02}:{local.minute:02}"
    return _time(f"{_date(local)}T{clock}{_offset(local)}", f"{_shown(local)}, {clock}")


@register.simple_tag
def day(time: datetime) -> SafeString:
    """The day of a moment in the visitor's time zone: "3 Nov 2026"."""
    local = timezone.localtime(time)
    return _time(_date(local), _shown(local))


def _date(local: datetime) -> str:
    return f"{local.year:04}-{local.month:02}-{local.day:02}"


def _shown(local: datetime) -> str:
    return f"{local.day} {MONTHS[local.month]} {local.year}"


def _offset(local: datetime) -> str:
    minutes = round((local.utcoffset() or timedelta()).total_seconds() / 60)
    sign, minutes = ("-", -minutes) if minutes < 0 else ("+", minutes)
    return f"{sign}{minutes // 60:02}:{minutes % 60:02}"


def _time(machine: str, shown: str) -> SafeString:
    return SafeString(f'<time datetime="{machine}">{shown}</time>')  # numbers and names of months
