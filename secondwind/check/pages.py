"""The pages of a check: each takes the sheet as a POST and shows the next step; nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt

from secondwind.bodymap import smallmap
from secondwind.cases import chips, totals
from secondwind.cases.additions import additions
from secondwind.cases.similar import similar_to
from secondwind.check import advice, heard, ranked, signs
from secondwind.check.marks import pieces
from secondwind.check.sheet import Refused, Sheet, unanswered
from secondwind.clinic import check, triage
from secondwind.clinic.knowledge import Knowledge, load
from secondwind.clinic.model import Answer, Case, Kind, Reading, Reply, Side, Urgency
from secondwind.clinic.urgency import TIMING
from secondwind.look.caching import private_page, public_page

Context = dict[str, Any]

SIDES = ((Side.LEFT, "Left"), (Side.RIGHT, "Right"), (Side.BOTH, "Both"), (Side.UNKNOWN, "Not sure"))
NOTHING_TOLD = "Write what hurts, or touch the place on the body map: either is enough to begin."
UNPROCESSABLE = 422
COUNTED = 3  # conditions whose outcomes stand on the answer


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a check: the sheet, what the reader makes of its text, and the case that follows.

    `others` are the complaints that are not checked now.
    """

    sheet: Sheet
    reading: Reading
    case: Case
    others: tuple[Case, ...]
    knowledge: Knowledge

    @classmethod
    def of(cls, sheet: Sheet, knowledge: Knowledge, reading: Reading | None = None) -> Visit:
        """The visit of a sheet; its text is read unless `reading` is given."""
        reading = reading or sheet.reading()
        sheet = sheet.settled(reading)
        return cls(sheet, reading, sheet.case(reading), sheet.others(reading), knowledge)

    @property
    def all_told(self) -> Case:
        """The case with what only the other complaints hold: a danger sign may stand in any of them."""
        added = (
            item for other in self.others for item in other.items if not self.case.item(item.kind, item.id)
        )
        return self.case.with_items(added)

    @property
    def screen(self) -> tuple[str, ...]:
        """The findings of the danger screen for the chosen complaint."""
        return triage.screen_for(self.case, self.knowledge)

    def with_sheet(self, sheet: Sheet) -> Visit:
        """The same visit with another sheet of the same text."""
        return Visit.of(sheet, self.knowledge, self.reading)

    def answer(self) -> Answer:
        """What the clinic answers: about the chosen complaint, with the danger signs of all."""
        return check(replace(self.reading, complaints=(self.case, *self.others)))


def step(view: Callable[[HttpRequest, Visit], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A page of the check: `view` gets the sheet of a POST; anything else begins at the first page."""

    # A POST changes nothing here, and the site knows nothing of its sender: there is nothing that another
    # site could forge. Without a token there is no cookie, and every page is the same for everybody.
    @csrf_exempt
    @private_page
    @wraps(view)
    def page(request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return redirect("check:home")
        knowledge = load()
        try:
            sheet = Sheet.from_post(request.POST, knowledge)
        except Refused as refused:
            return _first_page(request, Sheet(text=request.POST["text"]), problem=str(refused))
        if sheet.is_empty:
            return _first_page(request, sheet, problem=NOTHING_TOLD)
        return view(request, Visit.of(sheet, knowledge))

    return page


@csrf_exempt  # for the reason given in `step`
def home(request: HttpRequest) -> HttpResponse:
    """What hurts?: an empty sheet, or by POST the same sheet again for editing."""
    return _again(request) if request.method == "POST" else _fresh(request)


@step
def understood(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What the reader understood, to be corrected; a danger sign already in the words comes first."""
    fired = [alarm for alarm in visit.answer().alarms if alarm.action.level >= Urgency.SAME_DAY.level]
    context = {
        **_base(visit, without=("region", "side", "age")),
        "sides": SIDES,
        "complaint_fields": list(visit.sheet.fields(without=("complaint",))),
        "urgent": signs.alarms(fired, visit.all_told, visit.knowledge),
        "complaints": [chips.title(case, visit.knowledge) for case in visit.reading.complaints],
        "pieces": pieces(
            visit.sheet.text, heard.understood(visit.sheet, visit.reading, visit.case, visit.knowledge)
        ),
        "groups": chips.groups(visit.case, visit.knowledge),
        "mentioned": heard.mentioned(visit.reading.mentioned, visit.knowledge),
        "additions": additions(visit.case, visit.knowledge),
        "open_add": not visit.case.places,
    }
    return render(request, "check/understood.html", context)


@step
def danger(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The danger screen of the body areas."""
    return _danger_screen(request, visit)


@step
def answer(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The answer; an emergency stops here, and without the danger screen there is no ranking."""
    return answered(request, visit)


def answered(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The page that answers a visit: the stop, the danger screen, or the answer."""
    visit = _with_none_of_these(request, visit)
    found = visit.answer()
    if found.urgency is Urgency.EMERGENCY:
        return _stop(request, visit, found)
    if not visit.sheet.screened:
        return _danger_screen(request, visit)
    context = {
        **_base(visit),
        **_answer(visit, found),
        **_asked(request, visit, found),
        "similar": similar_to(request.user, visit.case, visit.sheet.text),
        "rows": totals.shown([one.condition for one in found.ranked[:COUNTED]]),
    }
    return render(request, "check/answer.html", context)


@step
def summary(request: HttpRequest, visit: Visit) -> HttpResponse:
    """One page for a clinician; without a ranking while there is an emergency or no danger screen."""
    found = visit.answer()
    is_ranked = visit.sheet.screened and found.urgency is not Urgency.EMERGENCY
    context = {
        **_base(visit),
        "today": date.today(),
        "version": found.knowledge_version,
        "case": visit.case,
        "duration": chips.duration(visit.case.duration_days),
        "urgency": TIMING[found.urgency],
        "alarms": signs.alarms(found.alarms, visit.all_told, visit.knowledge),
        "card": chips.card(visit.case, visit.screen, visit.knowledge),
        "screen_replies": signs.by_reply(visit.screen, visit.all_told, visit.knowledge),
        "candidates": ranked.shown(found, visit.knowledge)[: ranked.CARDS] if is_ranked else [],
        "other": ranked.other(found.other_share),
    }
    return render(request, "check/summary.html", context)


@public_page
def _fresh(request: HttpRequest) -> HttpResponse:
    return _first_page(request, Sheet())


@step
def _again(request: HttpRequest, visit: Visit) -> HttpResponse:
    return _first_page(request, visit.sheet)


def _first_page(request: HttpRequest, sheet: Sheet, problem: str = "") -> HttpResponse:
    context = {
        "sheet": sheet,
        "fields": list(sheet.fields(without=("text", "region", "side"))),
        "problem": problem,
        "remarks": sheet.remarks,
        "step": 1,
        "sides": SIDES,
    }
    return render(request, "check/home.html", context, status=UNPROCESSABLE if problem else 200)


def _danger_screen(request: HttpRequest, visit: Visit) -> HttpResponse:
    context = {**_base(visit), "screen": signs.screen(visit.screen, visit.all_told, visit.knowledge)}
    return render(request, "check/danger.html", context)


def _stop(request: HttpRequest, visit: Visit, found: Answer) -> HttpResponse:
    """The page of an emergency. It is given no ranking, so that none can be shown."""
    emergencies = [alarm for alarm in found.alarms if alarm.action is Urgency.EMERGENCY]
    context = {
        **_base(visit),
        "alarms": signs.alarms(emergencies, visit.all_told, visit.knowledge),
        "because": () if emergencies else _reasons(found),
        "signs": signs.behind(found, visit.all_told, visit.knowledge),
    }
    return render(request, "check/stop.html", context)


def _base(visit: Visit, without: tuple[str, ...] = ()) -> Context:
    """What every page after the first needs; `without` names the fields that the page's own form shows."""
    return {
        "sheet": visit.sheet,
        "reading": visit.reading,
        "remarks": visit.sheet.remarks,
        "all_fields": list(visit.sheet.fields()),
        "fields": list(visit.sheet.fields(without)),
        "replies": signs.REPLIES,
    }


def _answer(visit: Visit, found: Answer) -> Context:
    candidates = ranked.shown(found, visit.knowledge)
    leading = advice.leaders(found, visit.knowledge)
    return {
        "urgency": TIMING[found.urgency],
        "because": _reasons(found),
        "alarms": signs.alarms(found.alarms, visit.all_told, visit.knowledge),
        "unasked": found.unasked,
        "candidates": candidates[: ranked.CARDS],
        "less_likely": candidates[ranked.CARDS :],
        "cannot_tell": found.cannot_tell,
        "other": ranked.other(found.other_share),
        "must_not_miss": ranked.dangers(found.must_not_miss, visit.knowledge),
        "unexplained": [visit.knowledge.label(Kind.FINDING, id) for id in found.unexplained],
        "card": chips.card(visit.case, visit.screen, visit.knowledge),
        "map": smallmap.of_case(visit.case, visit.knowledge),
        "screen": signs.tally(visit.screen, visit.all_told),
        "care": advice.care(leading),
        "tried": advice.tried(found, visit.knowledge),
        "running": advice.running(found, leading, visit.knowledge),
        "see": leading,
        "answered": signs.answered(visit.case, visit.knowledge),
    }


def _reasons(found: Answer) -> list[str]:
    """Why it is that urgent, without the sentences of alarms: those stand with their signs."""
    said = {alarm.say for alarm in found.alarms}
    return [reason for reason in found.urgency_because if reason not in said]


def _asked(request: HttpRequest, visit: Visit, found: Answer) -> Context:
    """The next questions, and, after one was answered, what it changed and where the reader goes on."""
    questions = [ranked.asked(question) for question in found.next_questions]
    context: Context = {
        "question": questions[0] if questions else None,
        "further_questions": questions[1:],
        "note": "",
    }
    id = request.POST.get("asked", "")
    reply = visit.sheet.said.get((Kind.FINDING, id))
    if reply:
        before = visit.with_sheet(visit.sheet.without_reply(id)).answer()
        context["note"] = ranked.news(before, found, visit.knowledge.label(Kind.FINDING, id), reply)
        context["focus"] = "question" if found.urgency is before.urgency and questions else "urgency"
    return context


def _with_none_of_these(request: HttpRequest, visit: Visit) -> Visit:
    """“None of these” answers no to every sign of the screen that is still open."""
    if not request.POST.get("none"):
        return visit
    open_signs = unanswered(visit.screen, visit.all_told)
    return visit.with_sheet(visit.sheet.with_replies(dict.fromkeys(open_signs, Reply.NO)))
