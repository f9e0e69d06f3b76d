"""Jinja2 for the few pages that are made anew most often: it makes Python code of a template, where Django
walks through its nodes, which was two fifths of the page of a thread and is a fifth now.

Their templates lie in the folders `jinja2` of the rooms and are asked for with `using="jinja2"`. They begin
from the same base page as all others (`base.jinja`, made of `base.html`), say `url("name", …)`,
`static("file")`, `icon("name")` and `when(time)` for the tags of the same names, and show a template of
Django's with `part`. A name that is not there is an error and not nothing.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.defaultfilters import linebreaksbr, pluralize, truncatechars, urlencode
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from jinja2 import BaseLoader, ChoiceLoader, Environment, StrictUndefined, TemplateNotFound, pass_context
from jinja2.runtime import Context

from secondwind.look.addresses import address
from secondwind.look.templatetags.head import site_head
from secondwind.look.templatetags.look import icon, when

BASE = "base.jinja"


_of_rooms: dict[str, Callable[..., object]] = {}


def offer(*tags: Callable[..., object]) -> None:
    """Have the templates of a room say its tags by their names; said when the site starts."""
    _of_rooms.update({tag.__name__: tag for tag in tags})


class _Base(BaseLoader):
    """The base page, whose blocks are Jinja2's to fill."""

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        if template != BASE:
            raise TemplateNotFound(template)
        return render_to_string("look/_blocks.html"), None, lambda: not settings.DEBUG


def environment(**options: Any) -> Environment:
    """What the settings name: an environment of Jinja2 with the tags of Django's templates as functions."""
    options["loader"] = ChoiceLoader([_Base(), options["loader"]])
    options |= {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    del options["autoescape"]  # Django gives it too
    made = Environment(autoescape=True, **options)
    made.globals.update(
        {
            "url": address,
            "static": staticfiles_storage.url,
            "icon": icon,
            "when": when,
            "site_head": pass_context(site_head),
            "part": part,
            **_of_rooms,
        }
    )
    made.filters.update({one.__name__: one for one in (linebreaksbr, pluralize, truncatechars, urlencode)})
    return made


@pass_context
def part(context: Context, template: str, **more: object) -> SafeString:
    """A template of Django's, with all that is known here and `more`."""
    return render_to_string(template, {**context.get_all(), **more}, context["request"])
