from django.urls import path

from secondwind.check import keeping, pages, reference

app_name = "check"

urlpatterns = [
    path("", pages.home, name="home"),
    path("check/understood/", pages.understood, name="understood"),
    path("check/danger/", pages.danger, name="danger"),
    path("check/answer/", pages.answer, name="answer"),
    path("check/keep/", keeping.keep, name="keep"),
    path("check/summary/", pages.summary, name="summary"),
    path("conditions/", reference.conditions, name="conditions"),
    path("conditions/<slug:id>/", reference.condition, name="condition"),
    path("method/", reference.method, name="method"),
    path("sources/", reference.sources, name="sources"),
]
