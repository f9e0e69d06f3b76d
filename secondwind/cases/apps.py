"""The app's name for Django."""

from django.apps import AppConfig
from django.db.models.signals import post_delete


class CasesConfig(AppConfig):
    """Cases: what a complaint is, who had the same, how it ended."""

    name = "secondwind.cases"
    label = "cases"

    def ready(self) -> None:
        """Hand over what somebody has here, note what is deleted, and say what people are told."""
        from secondwind.accounts import attachments, erasure, export
        from secondwind.cases import attaching, news
        from secondwind.cases.actions import holdings, keep
        from secondwind.cases.models import Case
        from secondwind.notifications import registry

        attachments.offer(attaching.KIND, attaching.cases_of)
        post_delete.connect(keep.note_gone, sender=Case)
        registry.happenings(news.ASKED, news.asked)
        registry.happenings(news.ANSWERED, news.answered)
        export.register("cases", holdings.collect, holdings.ABOUT)
        erasure.register("cases", holdings.erase)
