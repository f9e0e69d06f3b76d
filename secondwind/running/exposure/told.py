"""A result as JSON values and as lines of text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from secondwind.running.exposure.counts import number
from secondwind.running.exposure.result import Answer, Count, Effect, Refusal, Result
from secondwind.running.exposure.table import Table

CAUTION = (
    "Odds ratios are cautious: with few flares they stay near 1. They say what goes with pain in these runs,"
    " not what causes it."
)


def as_json(table: Table, result: Result) -> dict[str, Any]:
    """All of it. Runs are named by id; `exposures` has one entry for each exposure of each model."""
    return {
        "runs": result.runs,
        "rest_days": table.rest_days,
        "days": result.last_day - result.first_day + 1
        if result.first_day is not None and result.last_day
        else 0,
        "answered": bool(result.answers),
        "flagged": [_named(a, e) for a, e in result.flagged],
        "models": [_model(a) for a in result.answers],
        "exposures": [_effect(a, e) for a in result.answers for e in a.effects],
        "cannot_be_told_apart": [
            {
                "site": a.site,
                "lag": str(a.lag),
                "exposures": list(t.names),
                "always_together": t.always,
                "flagged": t.flagged,
                "rank": t.rank,
            }
            for a in result.answers
            for t in a.together
        ],
        "left_out": [
            {"site": a.site, "lag": str(a.lag), "exposure": o.name, "why": o.why}
            for a in result.answers
            for o in a.left_out
        ],
        "refusals": [_refusal(r) for r in result.refusals],
        "passed_over": [{"column": o.name, "why": o.why} for o in table.passed_over],
        "problems": [
            {"line": p.line, "column": p.column, "value": p.value, "error": p.why} for p in table.problems
        ],
        "note": CAUTION,
    }


def as_lines(table: Table, result: Result) -> Iterator[str]:
    """The same for people, the clearest first."""
    yield f"{number(result.runs, 'run')}, {number(table.rest_days, 'day')} of rest"
    for answer in result.answers:
        yield ""
        yield from _lines(answer)
    for refusal in result.refusals:
        yield ""
        yield f"{_site(refusal)}: nothing is said. {refusal.why}"
    if result.answers:
        yield ""
        yield CAUTION
    for column in table.passed_over:
        yield f"Column {column.name} is not used. {column.why}"


def _named(answer: Answer, effect: Effect) -> dict[str, Any]:
    return {
        "site": answer.site,
        "lag": str(answer.lag),
        "exposure": effect.name,
        "odds_ratio": _short(effect.odds_ratio),
        "step": effect.step,
    }


def _model(answer: Answer) -> dict[str, Any]:
    return {
        "site": answer.site,
        "lag": str(answer.lag),
        "runs": len(answer.runs),
        "flares": answer.flares,
        "runs_worse": list(answer.worse),
        "cases": [{"run": c.run, "compared_with": list(c.compared_with)} for c in answer.cases],
    }


def _effect(answer: Answer, effect: Effect) -> dict[str, Any]:
    return {
        "site": answer.site,
        "lag": str(answer.lag),
        "exposure": effect.name,
        "rank": effect.rank,
        "flagged": effect.flagged,
        "odds_ratio": _short(effect.odds_ratio),
        "step": effect.step,
        "interval_80": [_short(v) for v in effect.interval_80],
        "interval_95": [_short(v) for v in effect.interval_95],
        "per": effect.per,
        "sd": _short(effect.sd),
        "odds_ratio_per_sd": _short(effect.per_sd),
        "probability_harmful": _short(effect.harmful),
        "permutation_p": _short(effect.chance),
        "flares": effect.flares,
        "flares_with": effect.flares_with,
        "cannot_be_told_apart_from": list(effect.apart_from),
        "may_be_because_of_pain": effect.because_of_pain,
        "counts": [_count(effect.with_it), _count(effect.without)],
    }


def _count(count: Count) -> dict[str, Any]:
    return {
        "of": count.words,
        "runs": len(count.runs),
        "worse": len(count.worse),
        "runs_worse": list(count.worse),
    }


def _refusal(refusal: Refusal) -> dict[str, Any]:
    return {
        "site": refusal.site,
        "lag": str(refusal.lag),
        "runs": refusal.runs,
        "flares": refusal.flares,
        "missing_runs": refusal.more_runs,
        "missing_flares": refusal.more_flares,
        "missing_days": refusal.more_days,
        "why": refusal.why,
    }


def _short(value: float) -> float:
    """Four digits: more are not known."""
    return float(f"{value:.4g}")


def _site(one: Answer | Refusal) -> str:
    return f"{one.site or 'pain'}, {one.lag}"


def _lines(answer: Answer) -> Iterator[str]:
    flares, runs = number(answer.flares, "flare"), number(len(answer.runs), "run")
    yield f"{_site(answer)}: {flares} compared, {runs} used"
    found = [e for e in answer.effects if e.flagged]
    groups = [t for t in answer.together if t.flagged]
    for effect in found:
        more = "more" if effect.odds_ratio > 1 else "fewer"
        yield f"  {effect.label} goes with {more} flares: {_counted(effect)}."
    if not found and not groups:
        yield "  Nothing stands out from chance."
    for group in answer.together:
        clear = "; one of them, or all, goes with flares" if group.flagged else ""
        yield f"  cannot be told apart{clear}: {', '.join(group.labels)}"
    width = max((len(_effect_words(e)) for e in answer.effects), default=0)
    for effect in answer.effects:
        low, high = effect.interval_95
        inner = "{:.2f} to {:.2f}".format(*effect.interval_80)
        mark = "*" if effect.flagged else " "
        yield (
            f"  {mark} {_effect_words(effect):{width}}  odds x {effect.odds_ratio:.2f}  80 %: {inner}"
            f"  95 %: {low:.2f} to {high:.2f}  {number(effect.flares, 'flare')}"
        )
    for out in answer.left_out:
        yield f"    {out.label}: left out. {out.why}"


def _effect_words(effect: Effect) -> str:
    return f"{effect.label}, {effect.step}"


def _counted(effect: Effect) -> str:
    first, second = effect.with_it, effect.without
    return (
        f"{first.words}: worse after {len(first.worse)} of {len(first.runs)}; "
        f"{second.words}: {len(second.worse)} of {len(second.runs)}"
    )
