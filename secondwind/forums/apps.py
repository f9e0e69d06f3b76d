"""The app's name for Django."""

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_migrate


class ForumsConfig(AppConfig):
    """Forums, threads and posts."""

    name = "secondwind.forums"
    label = "forums"

    def ready(self) -> None:
        """Make the first forums once the tables are there, and hand over what somebody has here."""
        from secondwind.accounts import attachments, erasure, export, visitor
        from secondwind.cases import events as case_events
        from secondwind.forums import attaching, by_mail, events, following, news, searching, tasks
        from secondwind.forums.actions import cases, holdings, places
        from secondwind.forums.actions import notices as telling
        from secondwind.forums.models import ThreadCase
        from secondwind.forums.templatetags.feeds import feed_links, feed_note
        from secondwind.forums.templatetags.moments import latest
        from secondwind.forums.templatetags.rows import thread_rows
        from secondwind.look import jinja
        from secondwind.notifications import registry
        from secondwind.search import sources

        jinja.offer(feed_links, feed_note, latest, thread_rows)
        post_migrate.connect(places.make_first, sender=self)
        attachments.offer("thread", attaching.threads_of)
        export.register("forums", holdings.collect, holdings.ABOUT)
        erasure.register("forums", holdings.erase)
        events.register("cases", cases.listen)
        case_events.register("forums", cases.look_for_danger)
        case_events.follow_outcomes("search", searching.hear_outcome)
        post_delete.connect(searching.forget_case, sender=ThreadCase)
        visitor.along("member")
        events.register("regions", tasks.hear)
        events.register("news", news.hear)
        registry.subjects(following.THREAD, following.threads)
        registry.subjects(following.FORUM, following.forums)
        registry.subjects(following.PERSON, following.people)
        registry.subjects(following.REGION, following.regions)
        registry.answers(following.THREAD, by_mail.reply)
        registry.happenings(news.POST, news.posts)
        registry.happenings(telling.NOTICE, news.notices)
        events.register("search", searching.listen)
        sources.register(searching.SOURCE)
