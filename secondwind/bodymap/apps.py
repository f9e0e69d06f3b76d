from django.apps import AppConfig


class BodyMapConfig(AppConfig):
    """The drawing of the leg and foot: to choose places on, and small beside what is about a place."""

    name = "secondwind.bodymap"
