from django.urls import path

from secondwind.notifications import pages

app_name = "notifications"

urlpatterns = [
    path("notifications/", pages.news, name="news"),
    path("notifications/read/", pages.all_read, name="all_read"),
    path("following/", pages.following, name="following"),
    path("follow/", pages.follow, name="follow"),
    path("stop/<str:token>/", pages.stop, name="stop"),
]
