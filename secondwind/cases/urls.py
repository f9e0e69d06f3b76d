from django.urls import path

from secondwind.cases.pages import asks, cases, outcomes, totals

app_name = "cases"

urlpatterns = [
    path("", cases.mine, name="mine"),
    path("go-on/", cases.go_on, name="go_on"),
    path("<int:id>/", cases.case, name="case"),
    path("<int:id>/edit/", cases.edit, name="edit"),
    path("<int:id>/confirm/", cases.confirm, name="confirm"),
    path("<int:id>/delete/", cases.delete, name="delete"),
    path("totals/", totals.page, name="totals"),
    path("totals/feed.<slug:form>", totals.feed, name="totals_feed"),
    path("totals.json", totals.as_json, name="totals_json"),
    path("totals.csv", totals.as_csv, name="totals_csv"),
    path("mails/", outcomes.mails, name="mails"),
    path("how/<str:token>/", outcomes.tell, name="tell"),
    path("no-mails/<str:token>/", outcomes.stop, name="stop"),
    path("<int:id>/how/", outcomes.own, name="outcome"),
    path("<int:id>/ask/", asks.ask, name="ask"),
    path("<int:id>/answer/", asks.answer, name="answer"),
]
