"""What pages say about the site's mail."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def mail_in_terminal() -> bool:
    """Whether the site has no mail server, so that its mails are printed where it was started."""
    return bool(settings.MAIL_IN_TERMINAL)


@register.simple_tag
def contact() -> str:
    """The address under which the people who run the site can be reached; empty when they gave none."""
    return str(settings.CONTACT_EMAIL)
