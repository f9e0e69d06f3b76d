"""Checked data as values."""

from __future__ import annotations

from typing import Any

from secondwind.clinic.knowledge.values import (
    Area,
    Condition,
    Engine,
    Evidence,
    Finding,
    Implication,
    Knowledge,
    Likeness,
    Plan,
    PlanFlag,
    PlanRules,
    Region,
    Rule,
    SourceEntry,
    Suspicion,
    Test,
    Treatment,
)
from secondwind.clinic.model import Effect, Reply, Side, Urgency

Raw = dict[str, Any]


def build(raw: Raw, version: str) -> Knowledge:
    """The values of data that `check` found right."""
    danger = raw["danger_signs"]
    return Knowledge(
        version=version,
        areas={r["id"]: Area(**r) for r in raw["areas"]},
        regions={r["id"]: Region(**_tuples(r)) for r in raw["regions"]},
        findings={r["id"]: _finding(r) for r in raw["findings"]},
        treatments={r["id"]: Treatment(**r) for r in raw["treatments"]},
        tests={r["id"]: _test(r) for r in raw["tests"]},
        suspicions={r["id"]: Suspicion(**_tuples(r)) for r in raw["suspicions"]},
        conditions={key: _condition(key, r) for key, r in raw["conditions"].items()},
        rules=tuple(_rule(r) for r in danger["rules"]),
        screens={area: tuple(ids) for area, ids in danger["screens"].items()},
        implications=tuple(_implication(r) for r in raw.get("implied", [])),
        plans={key: _plan(key, r) for key, r in raw["return_plans"].items()},
        sources={key: SourceEntry(id=key, **{"address": "", **r}) for key, r in raw["sources"].items()},
        engine=Engine(**_tuples(raw["engine"])),
        likeness=_likeness(raw["similarity"]),
        language=raw["language"],
    )


def _tuples(raw: Raw) -> Raw:
    """The same with lists as tuples."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}


def _plan(key: str, raw: Raw) -> Plan:
    rules = dict(raw["rules"])
    slow = rules.pop("slow_stages", ())
    flags = tuple(PlanFlag(**flag) for flag in rules.pop("flags", ()))
    told = PlanRules(**_tuples(rules), flags=flags, least_days={one["stage"]: one["days"] for one in slow})
    return Plan(id=key, **{**_tuples(raw), "rules": told})


def _finding(raw: Raw) -> Finding:
    return Finding(**{"label": raw.get("question", ""), **raw})


def _test(raw: Raw) -> Test:
    sets = {
        key: {key: Reply(reply) for key, reply in raw.get(key, {}).items()}
        for key in ("clear_sets", "abnormal_sets")
    }
    return Test(**{**raw, **sets})


def _rule(raw: Raw) -> Rule:
    return Rule(**{"all": (), "regions_any": (), **_tuples(raw), "action": Urgency(raw["action"])})


def _implication(raw: Raw) -> Implication:
    changed: Raw = {"reply": Reply(raw["reply"])}
    if "side" in raw:
        changed["side"] = tuple(Side(s) for s in raw["side"])
    if "effect" in raw:
        changed["effect"] = Effect(raw["effect"])
    return Implication(**{**_tuples(raw), **changed})


def _likeness(raw: Raw) -> Likeness:
    lists = {key: tuple(map(tuple, raw[key])) for key in ("near_findings", "opposites", "synonyms")}
    return Likeness(**{**_tuples(raw), **lists})


def _condition(key: str, raw: Raw) -> Condition:
    changed: Raw = {
        "urgency": Urgency(raw["urgency"]),
        "codes": {system: tuple(codes) for system, codes in raw["codes"].items()},
        "evidence": tuple(Evidence(**e) for e in raw["evidence"]),
        "mimics": tuple((m["condition"], m["tell"]) for m in raw.get("mimics", [])),
    }
    return Condition(id=key, **{**_tuples(raw), **changed})
