"""Django's `{% url %}`, with the same words and answers, over the quicker `look.addresses`.

A tag of every template without `{% load %}`: the settings name it among the builtins.
"""

from typing import Any

from django import template
from django.template.base import Parser, Token
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as parse
from django.urls import NoReverseMatch
from django.utils.html import conditional_escape

from secondwind.look.addresses import address

register = template.Library()


class QuickURL(URLNode):
    """The address of a page that is named by its arguments in order."""

    def render(self, context: Any) -> str:
        """The address, or nothing when it is kept as a variable."""
        if self.kwargs:
            return str(super().render(context))
        try:
            found = address(self.view_name.resolve(context), *[arg.resolve(context) for arg in self.args])
        except NoReverseMatch:
            if self.asvar is None:
                raise
            found = ""
        if self.asvar:
            context[self.asvar] = found
            return ""
        return conditional_escape(found) if context.autoescape else found


@register.tag
def url(parser: Parser, token: Token) -> QuickURL:
    """The same as Django's."""
    node = parse(parser, token)
    return QuickURL(node.view_name, node.args, node.kwargs, node.asvar)
