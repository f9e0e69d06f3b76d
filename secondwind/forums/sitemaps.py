"""What a search engine may find of the forums."""

from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from secondwind.forums.models import Forum, Thread


class Threads(Sitemap[Thread]):
    """Every thread that everybody may read, with the time of its latest post."""

    limit = 5_000  # addresses in one file

    def items(self) -> QuerySet[Thread]:
        found = Thread.objects.filter(is_listed=True, merged_into=None)
        return found.only("title", "latest_at").order_by("pk")

    def location(self, item: Thread) -> str:
        return reverse("forums:thread", args=[item.pk, item.slug])

    def lastmod(self, item: Thread) -> datetime:
        return item.latest_at


class Forums(Sitemap[Forum]):
    """The lists of threads."""

    def items(self) -> QuerySet[Forum]:
        return Forum.objects.order_by("pk")

    def location(self, item: Forum) -> str:
        return reverse("forums:forum", args=[item.slug])
