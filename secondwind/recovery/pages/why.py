"""Why? Which runs precede pain, each claim with the runs behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from secondwind.recovery import why as reading
from secondwind.recovery.pictures.odds import odds
from secondwind.recovery.why import Why
from secondwind.runlog.pages.common import own_page, owner_of
from secondwind.runlog.pictures import Picture
from secondwind.running.exposure import LEAST_FLARES, LEAST_RUNS, Answer, Effect, LeftOut, Refusal

FROM_COUNTS = 3


@dataclass(frozen=True)
class Claim:
    """A sentence and the addresses of its runs: the number of the effect within its answer."""

    words: str
    effect: int
    odds: str = ""


@dataclass(frozen=True)
class Section:
    """One place at one time after a run."""

    number: int
    place: str
    when: str
    flares: int
    runs: int
    claims: tuple[Claim, ...]
    others: tuple[Claim, ...]
    together: tuple[tuple[str, str, bool], ...]
    picture: Picture | None
    left_out: tuple[LeftOut, ...]

    @property
    def is_joint(self) -> bool:
        """Whether something goes with flares that cannot be told from something else."""
        return any(flagged for _words, _would, flagged in self.together)


@own_page
@require_safe
def why(request: HttpRequest) -> HttpResponse:
    """What stands out, what cannot be told apart, and what is not said and when it could be."""
    today = timezone.localdate()
    found = reading.of(owner_of(request), today)
    sections = [_section(found, i, answer) for i, answer in enumerate(found.result.answers)]
    sections.sort(key=lambda s: (not s.claims, not s.is_joint, -s.flares))
    return render(
        request,
        "recovery/why.html",
        {
            "sections": sections,
            "refusals": [_refused(found, r, today) for r in found.result.refusals],
            "runs": found.result.runs,
            "least_flares": LEAST_FLARES,
            "least_runs": LEAST_RUNS,
            "has_pain": bool(found.sites),
        },
    )


@own_page
@require_safe
def runs(request: HttpRequest, answer: int, effect: int) -> HttpResponse:
    """The runs behind one claim: those with the exposure and those without, each with what came of it."""
    found = reading.of(owner_of(request), timezone.localdate())
    try:
        told = found.result.answers[answer]
        one = told.effects[effect]
    except IndexError:
        raise Http404("no such claim") from None
    groups = [
        (count.words, len(count.worse), [(found.runs[id], id in count.worse) for id in reversed(count.runs)])
        for count in (one.with_it, one.without)
    ]
    cases = [(found.runs[case.run], [found.runs[id] for id in case.compared_with]) for case in told.cases]
    context = {
        "words": reading.sentence(told, one),
        "place": found.site(told),
        "when": reading.LAGS[told.lag],
        "groups": groups,
        "cases": cases,
        "effect": one,
    }
    return render(request, "recovery/why_runs.html", context)


def _section(found: Why, number: int, answer: Answer) -> Section:
    told = [(i, e) for i, e in enumerate(answer.effects) if e.flagged and e.odds_ratio > 1] + _of_groups(
        answer
    )
    chosen = {i for i, _e in told}
    counted = [(i, e) for i, e in enumerate(answer.effects) if i not in chosen]
    return Section(
        number,
        found.site(answer),
        reading.LAGS[answer.lag],
        answer.flares,
        len(answer.runs),
        tuple(_claim(answer, i, e) for i, e in told),
        tuple(_claim(answer, i, e) for i, e in counted[:FROM_COUNTS]),
        tuple((reading.together_words(t), reading.tell_apart(t), t.flagged) for t in answer.together),
        odds(f"odds-{number}", "What goes with it", answer.effects) if answer.effects else None,
        answer.left_out,
    )


def _of_groups(answer: Answer) -> list[tuple[int, Effect]]:
    """The first of each group that goes with flares and cannot be told apart."""
    place = {e.name: i for i, e in enumerate(answer.effects)}
    firsts = [min(place[n] for n in t.names) for t in answer.together if t.flagged]
    return [(i, answer.effects[i]) for i in sorted(set(firsts))]


def _claim(answer: Answer, number: int, effect: Effect) -> Claim:
    low, high = effect.interval_95
    words = f"{effect.odds_ratio:.1f} times the odds ({effect.step}); 95 % interval {low:.1f} to {high:.1f}"
    return Claim(reading.sentence(answer, effect), number, words)


def _refused(found: Why, refusal: Refusal, today: date) -> dict[str, object]:
    return {
        "place": found.site(refusal),
        "when": reading.LAGS[refusal.lag],
        "why": refusal.why,
        "from_day": today + timedelta(days=refusal.more_days) if refusal.more_days is not None else None,
    }
