"""The body map in a template: `{% load bodymap %}{% body_map chosen %}`."""

from collections.abc import Collection, Mapping
from functools import cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from secondwind.bodymap.choosing import choices
from secondwind.clinic import knowledge

register = template.Library()


@register.filter
def label_of(labels: Mapping[str, str], region: str) -> str:
    """The plain label of a place of the body. A place without one is a fault of the drawing: KeyError."""
    return labels[region]


@register.simple_tag
def body_map(chosen: Collection[str] = ()) -> SafeString:
    """The drawing and its equal list, with these places checked; what it sends stands in its template."""
    return _drawn(chosen) if chosen else _untouched()


@cache
def _untouched() -> SafeString:
    # The largest part of the first page, and the same for everybody who comes.
    return _drawn(())


def _drawn(chosen: Collection[str]) -> SafeString:
    return render_to_string("bodymap/_bodymap.html", choices(knowledge.load(), chosen))
