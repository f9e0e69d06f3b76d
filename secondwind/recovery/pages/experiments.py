"""Experiments: what could be tried, the blocks of one, its result, and its runs as a file."""

from __future__ import annotations

import csv

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from secondwind.recovery import danger, experiments
from secondwind.recovery.actions import experiments as actions
from secondwind.recovery.errors import Refused
from secondwind.recovery.models import Experiment
from secondwind.runlog.pages.common import UNPROCESSABLE, own_page, owner_of, see
from secondwind.running.exposure.trial import BLOCK_DAYS, BLOCKS, LEAST_RUNS, SETTLE_DAYS


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """Those that somebody made, and a new one."""
    owner, today = owner_of(request), timezone.localdate()
    offers = experiments.offers(owner, today)
    error = ""
    if request.method == "POST":
        chosen = next((o for o in offers if o.key == request.POST.get("offer")), None)
        try:
            if chosen is None:
                raise Refused(_("Choose what should change."))
            row = actions.begin(owner, chosen, today)
            return see(reverse("recovery:experiment", args=[row.pk]))
        except Refused as refused:
            error = str(refused)
    rows = list(Experiment.objects.filter(owner=owner))
    context = {
        "offers": offers,
        "rows": rows,
        "error": error,
        "under_way": any(experiments.is_under_way(row, today) for row in rows),
        "notice": danger.lately(owner, today),
        "blocks": BLOCKS,
        "weeks": BLOCKS * BLOCK_DAYS // 7,
        "settle": SETTLE_DAYS,
    }
    return render(request, "recovery/experiments.html", context, status=UNPROCESSABLE if error else 200)


@own_page
@require_safe
def experiment(request: HttpRequest, id: int) -> HttpResponse:
    """The blocks of one, how far it is, and what came of it."""
    owner, today = owner_of(request), timezone.localdate()
    standing = experiments.standing(experiments.experiment_for(owner, id), today)
    result = standing.result
    context = {
        "it": standing,
        "rows": [
            (
                number,
                block,
                sum(one.block == block for one in standing.told),
                sum(one.block == block and one.counts for one in standing.told),
                block == standing.now,
            )
            for number, block in enumerate(standing.blocks, 1)
        ],
        "result": result,
        "difference": [_signed(v) for v in (result.difference, *result.interval_80, *result.interval_95)]
        if result
        else None,
        "chance": round(100 * result.chance_more) if result else None,
        "least": LEAST_RUNS,
        "settle": SETTLE_DAYS,
        "notice": danger.lately(owner, today),
    }
    return render(request, "recovery/experiment.html", context)


def _signed(share: float) -> str:
    """Points of 100 with their sign: "+12", "−22"."""
    return f"{round(100 * share):+d}".replace("-", "−").replace("+0", "0")


@own_page
@require_POST
def stop(request: HttpRequest, id: int) -> HttpResponse:
    """End one early."""
    row = experiments.experiment_for(owner_of(request), id)
    actions.stop(row, timezone.localdate())
    messages.success(request, _("Stopped. What was told until today is compared."))
    return see(reverse("recovery:experiment", args=[row.pk]))


@own_page
@require_POST
def delete(request: HttpRequest, id: int) -> HttpResponse:
    """Take one away."""
    actions.delete(experiments.experiment_for(owner_of(request), id))
    messages.success(request, _("Deleted. Your runs and your pain stay."))
    return see(reverse("recovery:experiments"))


@own_page
@require_safe
def table(request: HttpRequest, id: int) -> HttpResponse:
    """The runs of one as CSV."""
    row = experiments.experiment_for(owner_of(request), id)
    standing = experiments.standing(row, timezone.localdate())
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="experiment-{row.pk}.csv"'
    out = csv.writer(response)
    out.writerow(["date", "block", "arm", "pain", "counts"])
    for one in standing.told:
        arm = "with" if one.block.with_it else "without"
        level = "" if one.level is None else one.level
        number = standing.blocks.index(one.block) + 1
        out.writerow([one.day.isoformat(), number, arm, level, "yes" if one.counts else "no"])
    return response
