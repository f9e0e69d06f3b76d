"""Come back: choose a plan, follow it, and what its rules say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from secondwind.accounts.clock import today_of
from secondwind.accounts.mail import site_address
from secondwind.accounts.models import User
from secondwind.clinic.knowledge import Condition, Plan, load
from secondwind.clinic.ruler import ruler
from secondwind.recovery import courses, danger, feed, moments, queries
from secondwind.recovery.actions import returns as actions
from secondwind.recovery.errors import Refused
from secondwind.recovery.forms import LEVELS, level_field
from secondwind.recovery.models import EventKind, Return, ReturnState, Slot
from secondwind.recovery.queries import Site
from secondwind.runlog.pages.common import UNPROCESSABLE, own_page, owner_of, see

TELL = (Slot.DURING, Slot.AFTER, Slot.MORNING)
MARKS = {"pause": EventKind.PAUSE, "resume": EventKind.RESUME, "cleared": EventKind.CLEARED}


class BeginForm(forms.Form):
    """Which plan, for which place, and where it begins."""

    plan = forms.CharField(max_length=20)
    condition = forms.CharField(max_length=60, required=False)
    site = forms.CharField(max_length=50, required=False)
    other = forms.CharField(max_length=40, required=False)
    side = forms.ChoiceField(choices=[("", ""), ("left", ""), ("right", "")], required=False)
    still_running = forms.BooleanField(required=False)
    usual = level_field(required=False)
    ready = forms.BooleanField(
        error_messages={"required": gettext_lazy("Begin when each sentence before the first step is true.")}
    )

    @property
    def place(self) -> Site:
        """The place that was chosen."""
        data = self.cleaned_data
        if data["other"]:
            return Site(data["other"], data["side"])
        region, _dot, side = data["site"].partition(".")
        return Site(region, side if side in ("left", "right") else "")


class SessionForm(forms.Form):
    """What is told of a session."""

    day = forms.DateField(error_messages={"invalid": gettext_lazy("Give the day as 2026-05-31.")})
    during = level_field(required=False)
    after = level_field(required=False)
    morning = level_field(required=False)
    flags = forms.MultipleChoiceField(required=False)
    signs = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, ids in (("flags", [f.id for f in plan.rules.flags]), ("signs", plan.rules.stop_signs)):
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  # declared above
            field.choices = [(id, id) for id in ids]


@own_page
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The plans that somebody follows, those that are over, and the way into a new one."""
    owner = owner_of(request)
    today = timezone.localdate()
    rows = list(Return.objects.filter(owner=owner).prefetch_related("events"))
    ways = [courses.way_of(row, today) for row in rows if row.state == ReturnState.ACTIVE]
    ended = [(Site(row.region, row.side), row) for row in rows if row.state == ReturnState.ENDED]
    return render(
        request,
        "recovery/returns.html",
        {"ways": ways, "ended": ended, "plans": _plans(), "injuries": _conditions()},
    )


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Look at a plan before it begins, and begin it. What is chosen travels in the form, in no address."""
    owner = owner_of(request)
    plan, condition = _chosen(request)
    if plan is None:
        return redirect("recovery:returns")
    form = BeginForm(request.POST) if "begin" in request.POST else None
    if form is not None and form.is_valid():
        try:
            data = form.cleaned_data
            row = actions.begin(
                owner,
                plan.id,
                form.place,
                still_running=data["still_running"],
                usual=data["usual"] or 0,
                condition=data["condition"],
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Begun. The runs of your log tick it off from tomorrow on."))
            return see(reverse("recovery:return", args=[row.pk]))
    return _before(request, owner, plan, condition, form)


# It shows a plan and changes nothing, so that the check, whose pages hold no token, may lead here.
@csrf_exempt
@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest) -> HttpResponse:
    """A plan that the answer of a check leads to."""
    plan, condition = _chosen(request)
    if plan is None:
        return redirect("recovery:returns")
    return _before(request, owner_of(request), plan, condition, None)


def _chosen(request: HttpRequest) -> tuple[Plan | None, Condition | None]:
    """The plan that a form names, itself or by a condition."""
    knowledge = load()
    condition = knowledge.conditions.get(request.POST.get("condition", ""))
    named = request.POST.get("plan") or (condition.return_plan if condition else "")
    return knowledge.plans.get(named), condition


def _before(
    request: HttpRequest, owner: User, plan: Plan, condition: Condition | None, form: BeginForm | None
) -> HttpResponse:
    knowledge = load()
    context = {
        "plan": plan,
        "condition": condition,
        "source": knowledge.sources[plan.source],
        "ruler": ruler(plan),
        "levels": LEVELS,
        "sites": queries.sites_of(owner)[:4],
        "regions": [
            (area.label, [r for r in knowledge.regions.values() if r.area == area.id and not r.members])
            for area in knowledge.areas.values()
        ],
        "form": form,
        "typed": request.POST,
    }
    return render(request, "recovery/return_begin.html", context, status=UNPROCESSABLE if form else 200)


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, id: int) -> HttpResponse:
    """Where somebody stands, what comes next and why; the session of a day is told here."""
    row = _row(owner_of(request), id)
    form = SessionForm(request.POST, plan=load().plans[row.plan]) if request.method == "POST" else None
    if form is not None and form.is_valid():
        try:
            return _told(request, row, form)
        except Refused as refused:
            form.add_error(None, str(refused))
    return _shown(request, row, form)


@own_page
@require_POST
def mark(request: HttpRequest, id: int) -> HttpResponse:
    """Pause, go on, say that somebody has looked at it, or end the plan."""
    row = _row(owner_of(request), id)
    what = request.POST.get("what", "")
    try:
        if what == "end":
            actions.end(row)
        elif what in MARKS:
            actions.mark(row, MARKS[what])
    except Refused as refused:
        messages.error(request, str(refused))
    return see(reverse("recovery:return", args=[row.pk]))


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, id: int) -> HttpResponse:
    """Take a plan away."""
    row = _row(owner_of(request), id)
    if request.method == "POST":
        actions.delete(row)
        messages.success(request, _("Deleted."))
        return see(reverse("recovery:returns"))
    context = {"row": row, "plan": load().plans[row.plan], "site": Site(row.region, row.side)}
    return render(request, "recovery/return_delete.html", context)


@own_page
@require_POST
def feed_switch(request: HttpRequest, id: int) -> HttpResponse:
    """Switch the calendar feed on with a new address, or off."""
    row = _row(owner_of(request), id)
    if row.state == ReturnState.ACTIVE:
        actions.feed(row, on=request.POST.get("feed") == "on")
    return see(reverse("recovery:return", args=[row.pk]) + "#calendar")


@never_cache
@require_safe
def ics(request: HttpRequest, key: str) -> HttpResponse:
    """The calendar feed, for whoever has its address; for nobody once it is renewed or off."""
    row = Return.objects.select_related("owner").filter(calendar_key=key, owner__is_active=True).first()
    if row is None:
        raise Http404("no such calendar")
    way = courses.way_of(row, today_of(row.owner))
    response = HttpResponse(
        feed.calendar(way, request.get_host(), timezone.now()), content_type="text/calendar; charset=utf-8"
    )
    response["X-Robots-Tag"] = "noindex"
    return response


# --- Parts --------------------------------------------------------------------------------------------------


def _row(owner: User, id: int) -> Return:
    row = Return.objects.filter(owner=owner, pk=id).prefetch_related("events").first()
    if row is None:
        raise Http404("no such plan")
    return row


def _told(request: HttpRequest, row: Return, form: SessionForm) -> HttpResponse:
    data = form.cleaned_data
    before = len(courses.way_of(row, timezone.localdate()).course.steps)
    actions.tell(
        row, data["day"], {slot: data[slot] for slot in TELL}, flags=data["flags"], signs=data["signs"]
    )
    fresh = _row(row.owner, row.pk)
    steps = courses.way_of(fresh, timezone.localdate()).course.steps
    step = next((step for step in reversed(steps) if step.day == data["day"]), None)
    if step is not None and len(steps) >= before:
        messages.success(request, f"{step.rule.capitalize()}: {step.say}")
    return see(reverse("recovery:return", args=[row.pk]))


def _shown(request: HttpRequest, row: Return, form: SessionForm | None) -> HttpResponse:
    today = timezone.localdate()
    way = courses.way_of(row, today)
    last = way.course.steps[-1] if way.course.steps else None
    waiting = last.day if last and way.course.status == "waiting" else None
    day = waiting or today
    pain = way.pains.get(day)
    # Nothing is chosen already: the day can be changed, and then it would be told of another one.
    values = {slot: form[slot].value() if form else "" for slot in TELL}
    context = {
        "way": way,
        "plan": way.plan,
        "ruler": ruler(way.plan),
        "source": load().sources[way.plan.source],
        "condition": load().conditions.get(row.condition),
        "notice": danger.lately(row.owner, today),
        "last": last,
        "steps": list(reversed(way.course.steps)),
        "stages": [(i, text, _stage_state(way, i)) for i, text in enumerate(way.plan.stages, 1)],
        "day": form["day"].value() if form else day,
        "day_words": moments.when(day, today),
        "today": today,
        "rows": [(slot, slot.label, values[slot]) for slot in TELL],
        "told": pain.levels if pain is not None else {},
        "levels": LEVELS,
        "flags": [(flag.id, flag.label) for flag in way.plan.rules.flags],
        "sign_choices": courses.stop_signs(way.plan),
        "form": form,
        "feed": _feed_address(request, row),
    }
    return render(request, "recovery/return.html", context, status=UNPROCESSABLE if form else 200)


def _stage_state(way: courses.Way, stage: int) -> str:
    if stage < way.marks:
        return "done"
    return "here" if stage == way.marks else "ahead"


def _feed_address(request: HttpRequest, row: Return) -> str:
    if row.calendar_key is None:
        return ""
    return site_address(reverse("recovery:return_ics", args=[row.calendar_key]), request)


def _plans() -> list[Plan]:
    return list(load().plans.values())


def _conditions() -> list[tuple[str, str]]:
    """Every condition with a plan to follow on one's own, by name."""
    knowledge = load()
    found = [
        (condition.id, condition.name)
        for condition in knowledge.conditions.values()
        if knowledge.plans[condition.return_plan].rules.on_your_own
    ]
    return sorted(found, key=lambda pair: pair[1].casefold())
