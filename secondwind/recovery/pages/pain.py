"""Pain: what was told lately, a new entry, a change."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from secondwind.accounts.models import User
from secondwind.recovery import danger, history, moments, queries
from secondwind.recovery.actions import pain as actions
from secondwind.recovery.errors import Refused
from secondwind.recovery.forms import LEVELS, SIDES, ChangeForm, EntryForm, labels
from secondwind.recovery.models import Asking, Pain, Slot
from secondwind.recovery.models.asking import FIRST_HOUR, LAST_HOUR
from secondwind.recovery.moments import Moment
from secondwind.recovery.pictures.strips import Strips, strips
from secondwind.runlog import queries as runlog
from secondwind.runlog import units
from secondwind.runlog.models import Run
from secondwind.runlog.pages.common import UNPROCESSABLE, own_page, owner_of, see

MOST_RECENT = 14  # entries on the page

Context = dict[str, Any]


@own_page
@require_safe
def pain(request: HttpRequest) -> HttpResponse:
    """What was told lately, and one tap for what hurt before."""
    owner = owner_of(request)
    today = timezone.localdate()
    entries = list(queries.pains_of(owner).select_related("run")[:MOST_RECENT])
    return render(
        request,
        "recovery/pain.html",
        {
            **_quick(owner, today, moments.offered(owner, today)),
            "entries": [(queries.Site(one.region, one.side), one) for one in entries],
            "picture": _picture(owner, today) if entries else None,
            "notice": danger.lately(owner, today),
            "asking": Asking.objects.filter(owner=owner).first() or Asking(owner=owner),
            "hours": range(FIRST_HOUR, LAST_HOUR + 1),
        },
    )


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new entry, on the drawing or by one tap beside a known place."""
    owner = owner_of(request)
    form = EntryForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        try:
            return _kept(request, owner, form)
        except Refused as refused:
            form.add_error(None, str(refused))
    return _entry(request, owner, form)


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, id: int) -> HttpResponse:
    """All the values of an entry, what provoked it, danger signs."""
    entry = queries.pain_for(owner_of(request), id)
    form = ChangeForm(request.POST) if request.method == "POST" else ChangeForm.of(entry)
    if request.method == "POST" and form.is_valid():
        try:
            return _lead_on(request, [actions.change(entry, form.levels, form.words)], _("Kept."))
        except Refused as refused:
            form.add_error(None, str(refused))
    context = {
        "entry": entry,
        "site": queries.Site(entry.region, entry.side),
        "form": form,
        "rows": [(slot, slot.label, form[slot].value()) for slot in Slot],
        "asks": "signs" in request.GET and request.method != "POST",
        **_words(form),
    }
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "recovery/pain_edit.html", context, status=status)


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, id: int) -> HttpResponse:
    """Take an entry away."""
    entry = queries.pain_for(owner_of(request), id)
    if request.method == "POST":
        actions.delete(entry)
        messages.success(request, _("Deleted."))
        return see(reverse("recovery:pain"))
    site = queries.Site(entry.region, entry.side)
    return render(request, "recovery/pain_delete.html", {"entry": entry, "site": site})


@own_page
@require_safe
def signs(request: HttpRequest, id: int) -> HttpResponse:
    """The notice of one entry that holds a danger sign: it comes before everything else."""
    entry = queries.pain_for(owner_of(request), id)
    notice = danger.notice_of([entry])
    if notice is None:
        return see(reverse("recovery:pain"))
    return render(request, "recovery/signs.html", {"entry": entry, "notice": notice})


def _picture(owner: User, today: date) -> Strips:
    first = today - timedelta(days=history.DAYS - 1)
    found = history.of(owner, first, today)
    return strips(found, first, today, lambda metres: units.distance(metres, owner.units))


# --- A new entry --------------------------------------------------------------------------------------------


def _kept(request: HttpRequest, owner: User, form: EntryForm) -> HttpResponse:
    data = form.cleaned_data
    moment = _moment(owner, data["about"], data["day"])
    words = form.words if not form.is_quick else actions.Words()
    kept = actions.record(
        owner, moment.day, data["sites"], Slot(data["slot"]), data["amount"], run=moment.run, words=words
    )
    said = _("Kept: %(places)s, %(level)s of 10, %(slot)s.") % {
        "places": "; ".join(site.label for site in data["sites"]),
        "level": data["amount"],
        "slot": Slot(data["slot"]).label,
    }
    return _lead_on(request, kept, said, asks=data["amount"] >= danger.ASK_FROM and not words.signs)


def _lead_on(request: HttpRequest, kept: list[Pain], said: str, *, asks: bool = False) -> HttpResponse:
    """A danger sign comes first; much pain asks for them; otherwise back to the page."""
    messages.success(request, said)
    if any(entry.signs for entry in kept):
        first = next(entry for entry in kept if entry.signs)
        return see(reverse("recovery:signs", args=[first.pk]))
    if asks:
        return see(reverse("recovery:pain_edit", args=[kept[0].pk]) + "?signs")
    return see(reverse("recovery:pain"))


def _moment(owner: User, about: str, day: date | None) -> Moment:
    """What an entry is about. A typed day goes before the list. Raises Refused."""
    today = timezone.localdate()
    if day is not None:
        return moments.of_day(day, today)
    kind, _dash, rest = about.partition("-")
    if kind == "run" and rest.isascii() and rest.isdigit() and len(rest) < 19:
        run = runlog.runs_of(owner).filter(pk=int(rest)).first()
        if run is not None:
            return moments.of_run(run, today, owner.units)
    if kind == "day" and (found := _date(rest)):
        return moments.of_day(found, today)
    raise Refused(_("That run is not in your log any more. Choose another one, or the day."))


def _entry(request: HttpRequest, owner: User, form: EntryForm | None) -> HttpResponse:
    today = timezone.localdate()
    offered = moments.offered(owner, today, _asked_run(request, owner), _date(request.GET.get("day", "")))
    typed = form.data if form is not None else {}
    context: Context = {
        **_quick(owner, today, offered),
        "chosen": (form["region"].value() or []) if form is not None else [],
        **_words(form),
        "sides": [(value, label) for value, label in SIDES],
        "side": typed.get("side") if "side" in typed else None,
        "level": typed.get("level", ""),
        "day": typed.get("day", ""),
        "form": form,
    }
    if form is not None:
        context |= {"about": typed.get("about", context["about"]), "slot": typed.get("slot", context["slot"])}
    return render(request, "recovery/pain_new.html", context, status=UNPROCESSABLE if form else 200)


def _quick(owner: User, today: date, offered: list[Moment]) -> Context:
    """What both ways of telling need: which running, when, and the places told of before."""
    return {
        "moments": offered,
        "about": offered[0].key,
        "slots": Slot.choices,
        "slot": moments.usual_slot(offered[0], today),
        "levels": LEVELS,
        "sites": queries.sites_of(owner)[: queries.MOST_SITES],
    }


def _words(form: EntryForm | ChangeForm | None) -> Context:
    """The lists of tags and signs, with what is chosen."""
    return {
        "tag_choices": labels(actions.TAGS),
        "sign_choices": labels(danger.SIGNS),
        "tags": (form["tags"].value() if form is not None else None) or [],
        "signs": (form["signs"].value() if form is not None else None) or [],
        "note": (form["note"].value() if form is not None else None) or "",
    }


def _asked_run(request: HttpRequest, owner: User) -> Run | None:
    """The run of the address, when the page was opened from one."""
    given = request.GET.get("run", "")
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) < 19):
        raise Http404("no such run")
    return runlog.run_for(owner, int(given))


def _date(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
