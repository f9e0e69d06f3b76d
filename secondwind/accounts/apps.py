"""The app's name for Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People and their accounts."""

    name = "secondwind.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Put what this room keeps about somebody into their export."""
        from secondwind.accounts import export, holdings

        export.register("account", holdings.collect, holdings.ABOUT)
