from django.apps import AppConfig


class CheckConfig(AppConfig):
    """What hurts?: from a runner's own words to an explained answer, and what stands behind it."""

    name = "secondwind.check"
