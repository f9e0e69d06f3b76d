"""What is wrong in the data files, each with file and line.

First the shape of every file (JSON Schema, `schema/`), then, when all shapes are right, what the files say of
each other.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from secondwind.clinic.knowledge.cues import cue_problems
from secondwind.clinic.knowledge.files import Document, parse
from secondwind.clinic.knowledge.store import LISTS, read_bytes
from secondwind.clinic.knowledge.values import Problem

SCHEMAS = Path(__file__).parent / "schema"
OPTIONAL = {"implied"}
RULE_LISTS = {"any": "findings", "all": "findings", "regions_any": "regions", "conditions": "conditions"}
PREMISE_LISTS = {
    "any": "findings",
    "all": "findings",
    "places_any": "regions",
    "treatments_any": "treatments",
}
PREMISES = {*PREMISE_LISTS, "side", "age_from", "age_under", "days_from", "days_under"}


def check(root: Path) -> list[Problem]:
    """Every problem of the data files below `root`, in the order of files and lines; none if all is well."""
    return check_documents(root, [parse(file, content) for file, content in read_bytes(root).items()])


def check_documents(root: Path, documents: list[Document]) -> list[Problem]:
    """The same for documents that have been parsed already."""
    problems = [p for doc in documents for p in doc.problems]
    problems += _files(root, documents)
    problems += [p for doc in documents if not doc.problems for p in _shape(doc)]
    if not problems:
        problems = list(_References(documents).problems())
    order = {doc.file: i for i, doc in enumerate(documents)}
    return sorted(problems, key=lambda p: (order.get(p.file, -1), p.line, p.message))


def _files(root: Path, documents: list[Document]) -> Iterator[Problem]:
    """Files that are not there, and files that nobody reads."""
    present = {doc.file for doc in documents}
    for name in LISTS:
        if f"{name}.yaml" not in present and name not in OPTIONAL:
            yield Problem(f"{name}.yaml", 1, "this file is missing")
    if not any(file.startswith("conditions/") for file in present):
        yield Problem("conditions", 1, "there is no condition file in this directory")
    for path in sorted([*root.glob("*.y*ml"), *root.glob("conditions/*.yml"), *root.glob("language/*.yml")]):
        file = path.relative_to(root).as_posix()
        if file not in present:
            yield Problem(file, 1, "nobody reads a file of this name (data files end in .yaml)")


# The shape of one file.


def _schema_name(file: str) -> str:
    folder, _, name = file.rpartition("/")
    return {"conditions": "condition.yaml", "language": "language.yaml"}.get(folder, name)


def _validator(name: str) -> jsonschema.Draft202012Validator:
    schema = yaml.safe_load((SCHEMAS / name).read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator(schema)


_validators: dict[str, jsonschema.Draft202012Validator] = {}


def _shape(doc: Document) -> Iterator[Problem]:
    name = _schema_name(doc.file)
    if name not in _validators:
        _validators[name] = _validator(name)
    for error in _validators[name].iter_errors(doc.value):
        where = ".".join(str(p) for p in error.absolute_path)
        path = list(error.absolute_path)
        if error.validator == "additionalProperties" and isinstance(error.instance, dict):
            path += [k for k in error.instance if k not in error.schema.get("properties", {})][:1]
        message = textwrap.shorten(error.message, 200, placeholder=" ...")
        yield doc.problem(f"{where}: {message}" if where else message, *path)


# What files say of each other.


class _References:
    """The checks across files. Every method yields problems; all shapes are known to be right."""

    def __init__(self, documents: list[Document]) -> None:
        self.docs = {doc.file: doc for doc in documents}
        self.conditions = {
            doc.file.removeprefix("conditions/").removesuffix(".yaml"): doc
            for doc in documents
            if doc.file.startswith("conditions/")
        }
        self.ids: dict[str, set[str]] = {
            name: {entry["id"] for entry in self.value(name)}
            for name in ("areas", "regions", "findings", "treatments", "tests", "suspicions")
        }
        self.ids["sources"] = set(self.value("sources"))
        self.ids["return_plans"] = set(self.value("return_plans"))
        self.ids["conditions"] = set(self.conditions)
        self.asked = {f["id"] for f in self.value("findings") if "question" in f}
        danger = self.value("danger_signs")
        self.danger = {key for ids in danger["screens"].values() for key in ids}
        for rule in danger["rules"]:
            self.danger |= {*rule["any"], *rule.get("all", [])}
        self.danger -= {f["id"] for f in self.value("findings") if f["group"] == "person"}  # facts, not signs
        self.wide = {r["id"] for r in self.value("regions") if r.get("members")}

    def value(self, name: str) -> Any:
        doc = self.docs.get(f"{name}.yaml")
        return doc.value if doc else []

    def doc(self, name: str) -> Document:
        return self.docs[f"{name}.yaml"]

    def problems(self) -> Iterator[Problem]:
        checks: tuple[Callable[[], Iterator[Problem]], ...] = (
            self.duplicates,
            self.regions,
            self.findings,
            self.lists,
            self.engine,
            self.likeness,
            self.screens,
            self.rules,
            self.implied,
            self.condition_files,
            self.unused_findings,
        )
        for one in checks:
            yield from one()
        yield from cue_problems(self.docs, self.ids)

    def unknown(self, doc: Document, ids: Iterable[str], what: str, *path: str | int) -> Iterator[Problem]:
        """A problem for each id that is not in the vocabulary called `what`; they stand below `path`."""
        singular = {"return_plans": "return plan"}.get(what, what.removesuffix("s"))
        for i, key in enumerate(ids):
            if key not in self.ids[what]:
                place = key if (*path, key) in doc.lines else i
                yield doc.problem(f"unknown {singular} {key!r}", *path, place)

    def unasked(self, doc: Document, ids: Iterable[str], why: str, *path: str | int) -> Iterator[Problem]:
        """Unknown findings, and findings without a question where one is needed."""
        ids = list(ids)
        yield from self.unknown(doc, ids, "findings", *path)
        for i, key in enumerate(ids):
            if key in self.ids["findings"] and key not in self.asked:
                yield doc.problem(f"finding {key!r} has no question and base: {why}", *path, i)

    def duplicates(self) -> Iterator[Problem]:
        for name in ("areas", "regions", "findings", "treatments", "tests", "suspicions", "implied"):
            yield from self._twice(name, self.value(name), ())
        yield from self._twice("danger_signs", self.value("danger_signs")["rules"], ("rules",))

    def _twice(self, name: str, entries: list[Any], path: tuple[str, ...]) -> Iterator[Problem]:
        first: dict[str, int] = {}
        for i, entry in enumerate(entries):
            line = self.doc(name).line(*path, i)
            if entry["id"] in first:
                text = f"the id {entry['id']!r} is taken already, on line {first[entry['id']]}"
                yield self.doc(name).problem(text, *path, i, "id")
            first.setdefault(entry["id"], line)

    def regions(self) -> Iterator[Problem]:
        doc, by_id = self.doc("regions"), {r["id"]: r for r in self.value("regions")}
        for i, region in enumerate(self.value("regions")):
            key = region["id"]
            yield from self.unknown_one(doc, region["area"], "areas", i, "area")
            if ("neighbours" in region) == ("members" in region):
                yield doc.problem(
                    f"region {key!r} needs either neighbours (a fine place) or members (a wider one)", i
                )
            yield from self.unknown(doc, region.get("neighbours", []), "regions", i, "neighbours")
            yield from self.unknown(doc, region.get("members", []), "regions", i, "members")
            for j, other in enumerate(region.get("neighbours", [])):
                if other == key or (other in by_id and key not in by_id[other].get("neighbours", [])):
                    text = f"{key!r} names the neighbour {other!r}, which does not name it back"
                    yield doc.problem(text, i, "neighbours", j)
            for j, member in enumerate(region.get("members", [])):
                if member in self.wide:
                    yield doc.problem(
                        f"member {member!r} of {key!r} is a wider place itself", i, "members", j
                    )

    def unknown_one(self, doc: Document, key: str, what: str, *path: str | int) -> Iterator[Problem]:
        """The same as `unknown` for the single id that stands at `path`."""
        if key not in self.ids[what]:
            yield doc.problem(f"unknown {what.removesuffix('s').replace('_', ' ')} {key!r}", *path)

    def findings(self) -> Iterator[Problem]:
        doc = self.doc("findings")
        for i, finding in enumerate(self.value("findings")):
            key = finding["id"]
            if ("question" in finding) != ("base" in finding):
                yield doc.problem(f"finding {key!r} needs both question and base, or neither", i)
            if "question" not in finding and "label" not in finding:
                yield doc.problem(f"finding {key!r} needs a label, having no question", i)

    def lists(self) -> Iterator[Problem]:
        """Treatments, tests, suspicions and return plans."""
        for i, treatment in enumerate(self.value("treatments")):
            yield from self.unknown_one(self.doc("treatments"), treatment["source"], "sources", i, "source")
        for i, test in enumerate(self.value("tests")):
            for key in ("clear_sets", "abnormal_sets"):
                yield from self.unknown(self.doc("tests"), test.get(key, {}), "findings", i, key)
        for i, suspicion in enumerate(self.value("suspicions")):
            yield from self.unknown(
                self.doc("suspicions"), suspicion["conditions"], "conditions", i, "conditions"
            )
        for key, plan in self.value("return_plans").items():
            yield from self.unknown_one(self.doc("return_plans"), plan["source"], "sources", key, "source")
            signs = plan["rules"].get("stop_signs", [])
            yield from self.unknown(self.doc("return_plans"), signs, "findings", key, "rules", "stop_signs")
            if plan["pain_limit"] > plan["pain_max"]:
                text = f"pain_limit {plan['pain_limit']} of {key!r} is above its pain_max {plan['pain_max']}"
                yield self.doc("return_plans").problem(text, key, "pain_limit")

    def engine(self) -> Iterator[Problem]:
        for key, what in (
            ("hop_tests", "findings"),
            ("no_hop_findings", "findings"),
            ("no_hop_places", "regions"),
        ):
            yield from self.unknown(self.doc("engine"), self.value("engine")[key], what, key)

    def likeness(self) -> Iterator[Problem]:
        for key in ("near_findings", "opposites"):
            for i, pair in enumerate(self.value("similarity")[key]):
                yield from self.unknown(self.doc("similarity"), pair, "findings", key, i)

        yield from self.unknown(
            self.doc("similarity"), self.value("similarity")["left_out"], "findings", "left_out"
        )

    def screens(self) -> Iterator[Problem]:
        doc, screens = self.doc("danger_signs"), self.value("danger_signs")["screens"]
        for area in sorted(self.ids["areas"] - set(screens)):
            yield doc.problem(f"the area {area!r} has no screen", "screens")
        for area, ids in screens.items():
            if area != "every_case" and area not in self.ids["areas"]:
                yield doc.problem(f"unknown area {area!r}", "screens", area)
            yield from self.unasked(doc, ids, "it cannot be on a screen", "screens", area)

    def rules(self) -> Iterator[Problem]:
        doc = self.doc("danger_signs")
        for i, rule in enumerate(self.value("danger_signs")["rules"]):
            for key, what in RULE_LISTS.items():
                yield from self.unknown(doc, rule.get(key, []), what, "rules", i, key)
            yield from self.unknown_one(doc, rule["source"], "sources", "rules", i, "source")

    def implied(self) -> Iterator[Problem]:
        if "implied.yaml" not in self.docs:
            return
        doc = self.doc("implied")
        for i, entry in enumerate(self.value("implied")):
            yield from self.unknown_one(doc, entry["then"], "findings", i, "then")
            for key, what in PREMISE_LISTS.items():
                yield from self.unknown(doc, entry.get(key, []), what, i, key)
            if not PREMISES & set(entry):
                yield doc.problem(f"{entry['id']} has no condition: it would always hold", i)
            if entry["then"] in [*entry.get("any", []), *entry.get("all", []), *entry.get("no_any", [])]:
                yield doc.problem(f"{entry['id']} follows from itself", i, "then")
            yield from self.implied_danger(doc, i, entry)

    def implied_danger(self, doc: Document, i: int, entry: dict[str, Any]) -> Iterator[Problem]:
        """A danger sign is never answered with no, nor from something that somebody could take back."""
        if entry["then"] not in self.danger:
            return
        sign = f"{entry['id']}: {entry['then']!r} is a danger sign, which"
        if entry["reply"] == "no":
            yield doc.problem(f"{sign} is never answered with no for the runner", i, "reply")
        for key in {"no_any", "side"} & set(entry):
            if entry[key] != ["both"]:
                yield doc.problem(f"{sign} cannot follow from {key} {entry[key]}", i, key)

    def condition_files(self) -> Iterator[Problem]:
        for key, doc in self.conditions.items():
            yield from self.condition(key, doc)
            yield from self.evidence(doc)

    def condition(self, key: str, doc: Document) -> Iterator[Problem]:
        value = doc.value
        if not key.isidentifier() or not key.islower():
            yield doc.problem(f"the file name {key!r} is the id: small letters, digits and underscores only")
        yield from self.unknown(doc, value["regions"], "regions", "regions")
        for region in self.wide & set(value["regions"]):
            yield doc.problem(f"{region!r} is a wider place: give its members weights", "regions", region)
        yield from self.unasked(doc, value["ask_first"], "it cannot be asked", "ask_first")
        yield from self.unknown_one(doc, value["return_plan"], "return_plans", "return_plan")
        yield from self.unknown(doc, value["sources"], "sources", "sources")
        for i, mimic in enumerate(value.get("mimics", [])):
            yield from self.unknown_one(doc, mimic["condition"], "conditions", "mimics", i, "condition")
            if mimic["condition"] == key:
                yield doc.problem(f"{key!r} cannot be its own mimic", "mimics", i)

    def evidence(self, doc: Document) -> Iterator[Problem]:
        first: dict[str, int] = {}
        for i, term in enumerate(doc.value["evidence"]):
            path = ("evidence", i)
            if term["id"] in first:
                text = f"evidence {term['id']!r} is given already, on line {first[term['id']]}"
                yield doc.problem(text, *path)
            first.setdefault(term["id"], doc.line(*path))
            yield from self.unknown_one(doc, term["source"], "sources", *path, "source")
            if term["id"] not in self.ids["findings"]:
                yield doc.problem(f"unknown finding {term['id']!r}", *path, "id")
            elif term["id"] not in self.asked:
                yield doc.problem(
                    f"finding {term['id']!r} has no question and base: it cannot carry weight", *path
                )
            yield from self.ratios(doc, term, *path)

    def ratios(self, doc: Document, term: dict[str, Any], *path: str | int) -> Iterator[Problem]:
        pos, neg = term["lr_pos"], term["lr_neg"]
        if (pos > 1 and neg > 1) or (pos < 1 and neg < 1):
            text = f"{term['id']}: lr_pos {pos} and lr_neg {neg} lie on the same side of 1:"
            text += f" a yes and a no cannot both speak {'for' if pos > 1 else 'against'} it"
            yield doc.problem(text, *path, "lr_neg")
        if term["basis"] == "published" and "published_value" not in term:
            yield doc.problem(
                f"{term['id']}: basis published needs published_value, the figure of the source", *path
            )

    def unused_findings(self) -> Iterator[Problem]:
        used = {term["id"] for doc in self.conditions.values() for term in doc.value["evidence"]}
        used |= self.danger
        for rule in self.value("danger_signs")["rules"]:
            used |= {*rule["any"], *rule.get("all", [])}
        for entry in self.value("implied"):
            used |= {*entry.get("any", []), *entry.get("all", [])}
        for i, finding in enumerate(self.value("findings")):
            if "question" in finding and finding["id"] not in used:
                text = f"finding {finding['id']!r} is asked, but no condition, rule or screen uses it"
                yield self.doc("findings").problem(text, i)
