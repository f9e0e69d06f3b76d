"""Django's `{% static %}`, with the same words and answers, for the dozen files that every page names.

A tag of every template without `{% load %}`: the settings name it among the builtins.
"""

from typing import Any

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.base import Parser, Token
from django.templatetags.static import StaticNode
from django.utils.html import conditional_escape

register = template.Library()


class File(StaticNode):
    """The address of a file; `look.static_files` has looked it up before."""

    def render(self, context: Any) -> str:
        """The address, or nothing when it is kept as a variable."""
        found = staticfiles_storage.url(self.path.resolve(context))
        if self.varname is None:
            return conditional_escape(found) if context.autoescape else str(found)
        context[self.varname] = found
        return ""


@register.tag
def static(parser: Parser, token: Token) -> StaticNode:
    """The same as Django's."""
    return File.handle_token(parser, token)
