"""The app's name for Django."""

from django.apps import AppConfig


class RecoveryConfig(AppConfig):
    """Pain, the hand-over to a case, return plans."""

    name = "secondwind.recovery"
    label = "recovery"

    def ready(self) -> None:
        """Hand over what somebody has here, when they ask for it and when they leave."""
        from secondwind.accounts import attachments, erasure, export
        from secondwind.recovery.actions import holdings, restore
        from secondwind.recovery.pages import beside, excerpts
        from secondwind.runlog import beside as log_pages
        from secondwind.runlog.actions import restore as log_restore

        export.register("recovery", holdings.collect, holdings.ABOUT)
        erasure.register("recovery", holdings.erase)
        attachments.show(excerpts.attached)
        log_pages.register(beside.pain_of)
        log_restore.register(restore.restore)
