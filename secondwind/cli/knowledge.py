"""`secondwind knowledge`: check the data files, begin a new condition, learn from confirmed cases."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from secondwind.cli.calibrate import calibrate
from secondwind.clinic import knowledge

TEMPLATE = """\
# A new condition. Every line is needed unless it says otherwise; `secondwind knowledge check` tells what is
# missing.
name: {name}
# The name that runners use, as a page heading (may go).
lay_name: {lay_name}
also_called: []
# Conditions of one family are treated alike; see the families of other files.
family: fill_in
# OSIICS version 14 and ICD codes, where you know them: {{osiics_v14: [AT6], icd10: [M76]}}
codes: {{}}
# What it is and how it feels, in two or three plain sentences each (may go).
about: Fill in.
feels: Fill in.
# What is mistaken for it, and what tells the two apart: - {{condition: mtss, tell: ...}}
mimics: []
# How soon it should be seen when it fits: self_care, routine, within_week, same_day or emergency.
urgency: fill_in
# Whether it must not be missed.
red_flag: false
# How many of a thousand injured runners have it, and where that comes from.
prior: 0
prior_basis: expert
# Where it hurts, from 0 to 1, with 1 for the typical place (ids of regions.yaml): {{calf_lower: 1.0,
# achilles_mid: 0.3}}
regions: {{}}
# What speaks for and against it (ids of findings.yaml). lr_pos: how many times more often those who have it
# say yes than those who do not; lr_neg: the same for a no. One is above 1, the other below. basis: expert,
# or published with published_value.
evidence:
  - {{id: fill_in, lr_pos: 2.0, lr_neg: 0.7, basis: expert, source: expert}}
# The findings that tell it from its mimics soonest.
ask_first: []
first_care:
  - Fill in, with the certainty in brackets (consensus)
course: Fill in, for example 4-8 weeks
# The id of a plan in return_plans.yaml.
return_plan: fill_in
see: Fill in, for example physiotherapist if no better in 4 weeks
# Ids of sources.yaml.
sources: []
"""


def main(argv: Sequence[str]) -> int:
    """Run the command; 0 when all is well, 1 when the files have problems, 2 for a wrong use."""
    options = _parser().parse_args(argv)
    if options.command == "check":
        return _check(options.directory)
    if options.command == "calibrate":
        return calibrate(options.directory, options.file)
    return _add_condition(options.directory, options.id, options.name)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="secondwind knowledge", description="Check and extend the clinical knowledge."
    )
    parser.add_argument(
        "--directory", type=Path, default=knowledge.HERE, help="the data files, if not those in use"
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("check", help="what is wrong in the data files, with file and line")
    add = commands.add_parser("add-condition", help="write a template for a new condition")
    add.add_argument(
        "id", metavar="ID", help="small letters, digits and underscores; it becomes the name of the file"
    )
    add.add_argument("--name", default="", help="the clinical name")
    learn = commands.add_parser(
        "calibrate",
        help="how the ranking does on confirmed diagnoses, and which weights they propose",
        description="JSON lines of confirmed cases in; a report out, and proposed weights as a diff for a"
        " person to read and accept. Nothing is changed.",
        epilog='A line is {"diagnosis": id of a condition, "text": the account}, or "case": a stored case, in'
        ' the place of "text".',
    )
    learn.add_argument("file", metavar="FILE", help="the confirmed cases; - reads the standard input")
    return parser


def _check(directory: Path) -> int:
    from secondwind.clinic.knowledge.check import check

    problems = check(directory)
    for problem in problems:
        print(f"{_shown(directory / problem.file)}:{problem.line}: {problem.message}")
    if problems:
        print(f"{len(problems)} problem{'s' if len(problems) > 1 else ''} found.", file=sys.stderr)
        return 1
    known = knowledge.load(directory)
    weights = [e for c in known.conditions.values() for e in c.evidence]
    published = sum(e.basis == "published" for e in weights)
    print(
        f"{len(known.conditions)} conditions, {len(known.findings)} findings, {len(known.regions)} places,"
        f" {len(known.rules)} danger rules, {len(weights)} weights ({published} from published figures):"
        f" all is well. Version {known.version}."
    )
    return 0


def _add_condition(directory: Path, key: str, name: str) -> int:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", key):
        print(
            f"secondwind knowledge: {key!r} is no id: small letters, digits and underscores only",
            file=sys.stderr,
        )
        return 2
    path = directory / "conditions" / f"{key}.yaml"
    words = name or key.replace("_", " ").capitalize()
    text = TEMPLATE.format(
        name=json.dumps(words, ensure_ascii=False), lay_name=json.dumps(words, ensure_ascii=False)
    )
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        print(f"secondwind knowledge: {_shown(path)} exists already", file=sys.stderr)
        return 2
    except OSError as error:
        print(
            f"secondwind knowledge: cannot write {_shown(path)}: {error.strerror or error}", file=sys.stderr
        )
        return 2
    print(f"{_shown(path)} written. Fill it in, then run: secondwind knowledge check")
    return 0


def _shown(path: Path) -> str:
    """The path as somebody here would type it."""
    near = os.path.relpath(path)
    return str(path) if near.startswith("..") else near
