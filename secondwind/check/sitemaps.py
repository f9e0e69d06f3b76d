"""What a search engine may find of the clinic's pages."""

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from secondwind.clinic import knowledge


class Conditions(Sitemap[str]):
    """A page for each condition."""

    def items(self) -> list[str]:
        return sorted(knowledge.load().conditions)

    def location(self, item: str) -> str:
        return reverse("check:condition", args=[item])
