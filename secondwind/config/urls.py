"""Every address of the site: the rooms' own, and the sign of life."""

from django.contrib.sitemaps import views as sitemaps
from django.urls import include, path

from secondwind.config.crawling import SITEMAPS, robots
from secondwind.config.health import health

handler400 = "secondwind.look.views.bad_request"
handler403 = "secondwind.look.views.permission_denied"
handler404 = "secondwind.look.views.page_not_found"
handler500 = "secondwind.look.views.server_error"

urlpatterns = [
    path("health/", health, name="health"),
    path("robots.txt", robots, name="robots"),
    path(
        "sitemap.xml",
        sitemaps.index,
        {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap_part"},
        name="sitemap",
    ),
    path("sitemap-<section>.xml", sitemaps.sitemap, {"sitemaps": SITEMAPS}, name="sitemap_part"),
    path("api/", include("secondwind.api.urls")),
    path("account/", include("secondwind.accounts.urls")),
    path("", include("secondwind.search.urls")),  # what is asked most comes early: the list is gone through
    path("", include("secondwind.notifications.urls")),
    path("", include("secondwind.forums.urls")),
    path("log/", include("secondwind.recovery.urls")),
    path("log/", include("secondwind.runlog.urls")),
    path("cases/", include("secondwind.cases.urls")),
    path("", include("secondwind.check.urls")),
]
