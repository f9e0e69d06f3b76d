from django.urls import URLPattern, path

from secondwind.runlog.pages import entries, imports, log, run, share, shoes, zones

app_name = "runlog"

urlpatterns: list[URLPattern] = [
    path("", log.log, name="log"),
    path("calendar/", log.calendar_now, name="calendar_now"),
    path("<int:year>/<int:month>/", log.calendar, name="calendar"),
    path("day/<str:day>/", log.day, name="day"),
    path("surface/", log.surface, name="surface"),
    path("new/", entries.new, name="new"),
    path("runs/<int:id>/edit/", entries.edit, name="edit"),
    path("runs/<int:id>/delete/", entries.delete, name="delete"),
    path("shoes/", shoes.shoes, name="shoes"),
    path("shoes/new/", shoes.new, name="shoe_new"),
    path("shoes/<int:id>/", shoes.shoe, name="shoe"),
    path("shoes/<int:id>/edit/", shoes.edit, name="shoe_edit"),
    path("shoes/<int:id>/retire/", shoes.retire, name="shoe_retire"),
    path("shoes/<int:id>/take-up/", shoes.take_up, name="shoe_take_up"),
    path("shoes/<int:id>/delete/", shoes.delete, name="shoe_delete"),
    path("shoes/<int:id>/photo/", shoes.photo, name="shoe_photo"),
    path("runs/<int:id>/", run.run, name="run"),
    path("runs/<int:id>/original/", run.original, name="original"),
    path("runs/<int:id>/original/delete/", run.original_delete, name="original_delete"),
    path("runs/<int:id>/share/", share.share, name="share"),
    path("runs/<int:id>/share/now/", share.share_now, name="share_now"),
    path("runs/<int:id>/share/withdraw/", share.withdraw, name="withdraw"),
    path("shared/<str:key>/", share.shared, name="shared"),
    path("zones/", zones.page, name="zones"),
    path("zones/from-run/", zones.from_run, name="zone_from_run"),
    path("zones/<int:id>/delete/", zones.delete, name="zone_delete"),
    path("import/", imports.imports, name="imports"),
    path("import/files/", imports.original_files, name="originals"),
    path("import/files/<int:id>/", imports.original, name="original_file"),
    path("import/files/<int:id>/delete/", imports.original_delete, name="original_file_delete"),
    path("import/<int:id>/", imports.batch, name="batch"),
    path("import/<int:id>/progress/", imports.batch_progress, name="batch_progress"),
    path("import/<int:id>/pause/", imports.batch_pause, name="batch_pause"),
    path("import/<int:id>/go-on/", imports.batch_go_on, name="batch_go_on"),
    path("import/<int:id>/undo/", imports.batch_undo, name="batch_undo"),
]
