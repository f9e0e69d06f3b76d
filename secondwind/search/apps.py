"""The app's name for Django."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The index of what members wrote."""

    name = "secondwind.search"
    label = "search"

    def ready(self) -> None:
        """Take the name off the documents of who leaves."""
        from secondwind.accounts import erasure
        from secondwind.search import index

        erasure.register("search", index.forget_author)
