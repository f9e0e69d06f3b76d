"""A return plan as a calendar that a phone subscribes to."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

from secondwind import __version__
from secondwind.clinic import returning
from secondwind.recovery.courses import Way

ALL_DAY = timedelta(days=1)
EVERY = timedelta(hours=6)


def calendar(way: Way, host: str, now: datetime) -> bytes:
    """The sessions that were and those that come next, as iCalendar (RFC 5545): each is a whole day."""
    found = Calendar()
    found.add("prodid", f"-//Second Wind {__version__}//Return plan//EN")
    found.add("version", "2.0")
    found.add("x-wr-calname", "Return plan")
    found.add("refresh-interval", EVERY, parameters={"VALUE": "DURATION"})
    for step in way.course.steps:
        if step.day in way.runs or step.day in way.pains:
            found.add_component(
                _event(way, step.day, host, now, f"Done: stage {step.stage}", f"{step.rule}: {step.say}")
            )
    for day, stage in returning.planned(way.plan, way.course):
        text = way.plan.stages[stage - 1]
        found.add_component(_event(way, day, host, now, f"Stage {stage}: {_short(text)}", _limits(way, text)))
    return bytes(found.to_ical())


def _event(way: Way, day: date, host: str, now: datetime, summary: str, description: str) -> Event:
    event = Event()
    event.add("uid", f"{way.row.pk}-{day:%Y%m%d}@{host}")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", day)
    event.add("dtend", day + ALL_DAY)
    event.add("summary", summary)
    event.add("description", description)
    event.add("transp", "TRANSPARENT")
    return event


def _short(text: str) -> str:
    first = text.split(". ")[0].split("; ")[0].rstrip(".")
    return first if len(first) <= 70 else f"{first[:67]}…"


def _limits(way: Way, text: str) -> str:
    plan = way.plan
    limit = f"Pain up to {plan.pain_limit:g} of 10" if plan.pain_limit else "No pain at all"
    moves = "If all goes well; the plan moves with what you tell."
    return f"{text}\n\n{limit}, back to usual: {plan.settle_by}. {moves}"
