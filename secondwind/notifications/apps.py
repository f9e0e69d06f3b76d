"""The app's name for Django."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Following and being told."""

    name = "secondwind.notifications"
    label = "notifications"

    def ready(self) -> None:
        """Hand over what somebody has here. It goes with their account by itself."""
        from secondwind.accounts import export, visitor
        from secondwind.notifications import holdings
        from secondwind.notifications.actions import telling

        export.register("notifications", holdings.collect, holdings.ABOUT)
        visitor.counted("unread_count", telling.unread_count())
