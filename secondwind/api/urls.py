from django.urls import include, path

from secondwind.api import pages
from secondwind.api.v1 import api

own = [
    path("", pages.reference, name="reference"),
    path("v1/openapi.json", pages.openapi, name="openapi"),
]

urlpatterns = [
    path("", include((own, "api"))),
    path("v1/", api.urls),
]
