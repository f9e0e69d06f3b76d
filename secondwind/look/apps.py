from django.apps import AppConfig


class LookConfig(AppConfig):
    """The base page, the design tokens, the template tags and the error pages."""

    name = "secondwind.look"
