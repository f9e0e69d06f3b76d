"""The four questions of a week, and how its score went."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from secondwind.clinic import weekly
from secondwind.recovery.models import WeekReport
from secondwind.runlog.pages.common import UNPROCESSABLE, own_page, owner_of, see
from secondwind.runlog.statistics import monday_of

WEEK: Final = timedelta(days=7)
SHOWN: Final = 12
FRIDAY: Final = 4


class WeekForm(forms.Form):
    """The answers, each 0 to 3; the first alone may settle the others."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in weekly.QUESTIONS:
            self.fields[question.id] = forms.TypedChoiceField(
                choices=[(str(i), text) for i, text in enumerate(question.answers)],
                coerce=int,
                required=False,
                empty_value=None,
            )

    def clean(self) -> dict[str, Any]:
        """All four, unless the first settles the rest."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        first = data.get("participation")
        if first is None:
            self.add_error("participation", _("Answer the first question."))
        elif first not in (weekly.FULL, weekly.CANNOT):
            for question in weekly.QUESTIONS[1:]:
                if data.get(question.id) is None:
                    self.add_error(question.id, _("Answer this one too."))
        return data


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def week(request: HttpRequest) -> HttpResponse:
    """The questions about the week that is nearly over, or the one before."""
    owner = owner_of(request)
    monday = asked_monday(timezone.localdate())
    known = WeekReport.objects.filter(owner=owner, monday=monday).first()
    form = WeekForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        answers = {question.id: form.cleaned_data[question.id] or 0 for question in weekly.QUESTIONS}
        report, _made = WeekReport.objects.update_or_create(owner=owner, monday=monday, defaults=answers)
        messages.success(request, _("Kept: %(score)s of 100.") % {"score": of(report).score})
        return see(reverse("recovery:week"))
    reports = list(WeekReport.objects.filter(owner=owner)[:SHOWN])
    context = {
        "monday": monday,
        "sunday": monday + WEEK - timedelta(days=1),
        "questions": [_asked(question, form, known) for question in weekly.QUESTIONS],
        "reports": [(report, of(report)) for report in reports],
        "source": weekly.SOURCE,
    }
    return render(request, "recovery/week.html", context, status=UNPROCESSABLE if form else 200)


def asked_monday(today: date) -> date:
    """The week that is asked about: from Friday on this one, before that the last."""
    monday = monday_of(today)
    return monday if today.weekday() >= FRIDAY else monday - WEEK


def of(report: WeekReport) -> weekly.Week:
    """The answers of a report, which know their score."""
    return weekly.Week(report.participation, report.volume, report.performance, report.pain)


def _asked(question: weekly.Question, form: WeekForm | None, known: WeekReport | None) -> dict[str, Any]:
    value = form[question.id].value() if form else getattr(known, question.id, "")
    return {
        "question": question,
        "value": value,
        "answers": list(enumerate(question.answers)),
        "errors": form.errors.get(question.id) if form else None,
    }
