"""Why? Which runs precede pain, each claim with the runs behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from secondwind.recovery import why as reading
from secondwind.recovery.pictures.odds import odds
from secondwind.recovery.why import Why
from secondwind.runlog.models import Run
from secondwind.runlog.pages.common import own_page, owner_of
from secondwind.runlog.pictures import Picture
from secondwind.running.exposure import LEAST_FLARES, LEAST_RUNS, Answer, Count, Effect, LeftOut, Refusal

FROM_COUNTS = 3


@dataclass(frozen=True)
class Claim:
    """A sentence and the address of its runs."""

    words: str
    address: str
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
def runs(request: HttpRequest, site: str, lag: str) -> HttpResponse:
    """The runs behind the claim of one exposure (`of`): those with it and those without, each with what came
    of it. The address names place, time and exposure, so that it says the same after more runs."""
    found = reading.of(owner_of(request), timezone.localdate())
    exposure = request.GET.get("of", "")
    claim = found.claim(site, lag, exposure)
    if claim is None:
        return _gone(request, found, found.unsaid(site, lag, exposure))
    told, one = claim
    groups = [_group(found, count) for count in (one.with_it, one.without)]
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


def _group(found: Why, count: Count) -> tuple[str, list[Run], list[Run], int]:
    """Runs of one kind, the latest first: those after which it was worse, those after which it was not."""
    both: tuple[list[Run], list[Run]] = [], []
    for id in reversed(count.runs):
        both[id not in count.worse].append(found.runs[id])
    return count.words, *both, len(count.runs)


@own_page
@require_safe
def by_place(request: HttpRequest, answer: int, effect: int) -> HttpResponse:
    """Addresses from before claims had names: what stood there then may be another claim now."""
    return _gone(request, reading.of(owner_of(request), timezone.localdate()), "")


def _gone(request: HttpRequest, found: Why, unsaid: str) -> HttpResponse:
    """No claim is at the address: why, and those that there are."""
    claims = [
        (found.site(answer), _claim(answer, effect))
        for answer in found.result.answers
        for effect in answer.effects[:FROM_COUNTS]
    ]
    return render(request, "recovery/why_gone.html", {"unsaid": unsaid, "claims": claims}, status=404)


def _section(found: Why, number: int, answer: Answer) -> Section:
    told = [e for e in answer.effects if e.flagged and e.odds_ratio > 1] + _of_groups(answer)
    counted = [e for e in answer.effects if e not in told]
    return Section(
        number,
        found.site(answer),
        reading.LAGS[answer.lag],
        answer.flares,
        len(answer.runs),
        tuple(_claim(answer, e) for e in told),
        tuple(_claim(answer, e) for e in counted[:FROM_COUNTS]),
        tuple((reading.together_words(t), reading.tell_apart(t), t.flagged) for t in answer.together),
        odds(f"odds-{number}", "What goes with it", answer.effects) if answer.effects else None,
        answer.left_out,
    )


def _of_groups(answer: Answer) -> list[Effect]:
    """The first of each group that goes with flares and cannot be told apart."""
    place = {e.name: i for i, e in enumerate(answer.effects)}
    firsts = {min(place[n] for n in t.names) for t in answer.together if t.flagged}
    return [answer.effects[i] for i in sorted(firsts)]


def _claim(answer: Answer, effect: Effect) -> Claim:
    low, high = effect.interval_95
    words = f"{effect.odds_ratio:.1f} times the odds ({effect.step}); 95 % interval {low:.1f} to {high:.1f}"
    path = reverse("recovery:why_runs", args=[answer.site, reading.SLUGS[answer.lag]])
    return Claim(reading.sentence(answer, effect), f"{path}?{urlencode({'of': effect.name})}", words)


def standing_out(found: Why) -> list[tuple[str, Claim]]:
    """What stands out, with its place, the clearest first; what cannot be told apart is not among it."""
    return [(found.site(a), _claim(a, e)) for a, e in found.result.flagged if e.odds_ratio > 1]


def _refused(found: Why, refusal: Refusal, today: date) -> dict[str, object]:
    return {
        "place": found.site(refusal),
        "when": reading.LAGS[refusal.lag],
        "why": refusal.why,
        "from_day": today + timedelta(days=refusal.more_days) if refusal.more_days is not None else None,
    }
