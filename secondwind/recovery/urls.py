from django.urls import URLPattern, path

from secondwind.recovery.pages import case, excerpts, experiments, months, morning, pain, returns, weeks, why

app_name = "recovery"

urlpatterns: list[URLPattern] = [
    path("pain/", pain.pain, name="pain"),
    path("pain/new/", pain.new, name="pain_new"),
    path("pain/<int:id>/", pain.edit, name="pain_edit"),
    path("pain/<int:id>/delete/", pain.delete, name="pain_delete"),
    path("pain/<int:id>/signs/", pain.signs, name="signs"),
    path("pain/case/", case.case, name="case"),
    path("pain/twelve-weeks/", excerpts.summary, name="summary"),
    path("excerpts/", excerpts.overview, name="excerpts"),
    path("excerpts/share/", excerpts.share, name="excerpt_share"),
    path("excerpts/<int:id>/withdraw/", excerpts.withdraw, name="excerpt_withdraw"),
    path("excerpts/<str:key>/", excerpts.excerpt, name="excerpt"),
    path("excerpts/<str:key>/picture.svg", excerpts.image, name="excerpt_image"),
    path("pain/week/", weeks.week, name="week"),
    path("pain/calendar/", months.month_now, name="month_now"),
    path("pain/<int:year>/<int:month>/", months.month, name="month"),
    path("pain/morning/<str:token>/", morning.morning, name="morning"),
    path("pain/asking/off/<str:token>/", morning.off, name="morning_off"),
    path("pain/asking/", morning.settings, name="asking"),
    path("why/", why.why, name="why"),
    path("why/<int:answer>/<int:effect>/", why.by_place),
    path("why/<str:site>/<slug:lag>/", why.runs, name="why_runs"),
    path("experiments/", experiments.overview, name="experiments"),
    path("experiments/<int:id>/", experiments.experiment, name="experiment"),
    path("experiments/<int:id>/stop/", experiments.stop, name="experiment_stop"),
    path("experiments/<int:id>/delete/", experiments.delete, name="experiment_delete"),
    path("experiments/<int:id>/table.csv", experiments.table, name="experiment_table"),
    path("back/", returns.overview, name="returns"),
    path("back/begin/", returns.begin, name="return_begin"),
    path("back/look/", returns.look, name="return_look"),
    path("back/<int:id>/", returns.plan, name="return"),
    path("back/<int:id>/mark/", returns.mark, name="return_mark"),
    path("back/<int:id>/feed/", returns.feed_switch, name="return_feed"),
    path("back/<int:id>/delete/", returns.delete, name="return_delete"),
    path("back/calendar/<str:key>.ics", returns.ics, name="return_ics"),
]
