"""The app's name for Django."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The site for programs."""

    name = "secondwind.api"
    label = "api"
