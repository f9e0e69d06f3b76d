"""Typing a run in, changing it, deleting it."""

from datetime import date, timedelta

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from secondwind.accounts.models import User
from secondwind.runlog import queries, units
from secondwind.runlog.actions import entries
from secondwind.runlog.forms import EntryForm
from secondwind.runlog.models import Run
from secondwind.runlog.pages.common import UNPROCESSABLE, own_page, owner_of, see

RECENT = timedelta(days=14)


@own_page
def new(request: HttpRequest) -> HttpResponse:
    """A run by hand: day, distance and time are enough."""
    owner = owner_of(request)
    shoes = list(queries.shoes_of(owner))
    form = EntryForm(
        request.POST if request.method == "POST" else None,
        owner=owner,
        shoes=shoes,
        last_shoe=queries.last_shoe(owner),
        initial=_named_day(request),
    )
    if form.is_bound and form.is_valid():
        run, is_new = entries.enter(owner, form.changes())
        words = _("Kept: %(run)s.") if is_new else _("This entry is in your log already: %(run)s.")
        messages.success(request, words % {"run": _in_words(run, owner)})
        return see(_place(run))
    return _page(request, form, None)


@own_page
def edit(request: HttpRequest, id: int) -> HttpResponse:
    """Everything about a run that its owner may say better."""
    owner = owner_of(request)
    run = queries.run_for(owner, id)
    form = EntryForm(
        request.POST if request.method == "POST" else None,
        owner=owner,
        run=run,
        shoes=list(queries.shoes_of(owner)),
    )
    if form.is_bound and form.is_valid():
        entries.change(run, form.changes())
        messages.success(request, _("Your changes are kept."))
        return see(reverse("runlog:run", args=[run.pk]))
    return _page(request, form, run)


@own_page
def delete(request: HttpRequest, id: int) -> HttpResponse:
    """Ask whether a run is to go, and whether the file that it came in goes too."""
    owner = owner_of(request)
    run = queries.run_for(owner, id)
    if request.method == "POST":
        words = _in_words(run, owner)
        entries.delete(run, with_file=request.POST.get("file") == "delete")
        messages.success(request, _("Deleted: %(run)s.") % {"run": words})
        return see(reverse("runlog:log"))
    return render(
        request,
        "runlog/delete.html",
        {
            "run": run,
            "others": run.original.runs.exclude(pk=run.pk).count() if run.original else 0,
            "uses": run.shoe_uses.select_related("shoe"),
        },
    )


def _page(request: HttpRequest, form: EntryForm, run: Run | None) -> HttpResponse:
    for field in form:
        if field.errors:
            _describe(field)
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "runlog/entry_form.html", {"form": form, "run": run}, status=status)


def _describe(field: forms.BoundField) -> None:
    """The first field with a mistake takes the focus."""
    if not any("autofocus" in other.field.widget.attrs for other in field.form):
        field.field.widget.attrs["autofocus"] = True


def _named_day(request: HttpRequest) -> dict[str, date]:
    """The day that the address names, so that a day's own page can lead here."""
    try:
        when = parse_date(request.GET.get("day", ""))
    except ValueError:
        when = None
    return {} if when is None else {"day": when}


def _in_words(run: Run, owner: User) -> str:
    """A run in a few words: "10.0 km in 45:10, 4:31 /km"."""
    way, time = units.distance(run.distance_m, owner.units), units.duration(queries.time_s(run))
    figures = f"{way} in {time}" if way and time else way or time or str(run)
    pace = units.pace(run.distance_m, queries.time_s(run), owner.units) if run.is_run else ""
    return f"{figures}, {pace}" if pace else figures


def _place(run: Run) -> str:
    """Where a run is seen: at the top of the log, or on its day when that is long ago."""
    if run.day >= timezone.localdate() - RECENT:
        return f"{reverse('runlog:log')}#run-{run.pk}"
    return reverse("runlog:day", args=[run.day.isoformat()])
