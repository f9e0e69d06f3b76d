"""`secondwind knowledge calibrate`: confirmed cases in, a report and weights to propose out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from secondwind.cli.lines import BadFile, BadLine, objects_of, text_of
from secondwind.clinic import knowledge, read
from secondwind.clinic.calibration import Calibration, Fit, Labelled, Proposal
from secondwind.clinic.calibration import calibrate as calibrated
from secondwind.clinic.knowledge.proposing import weights_diff
from secondwind.clinic.stored import from_json

FEW = 100  # cases below which the report says that they are few


def calibrate(directory: Path, file: str) -> int:
    """Run the command; 0, 1 when a line was bad and left out, 2 when there was nothing to work on."""
    try:
        known = knowledge.load(directory)
        lines = list(objects_of(file))
    except (BadFile, knowledge.KnowledgeError) as error:
        print(f"secondwind knowledge: {error}", file=sys.stderr)
        return 2
    labelled: list[Labelled] = []
    bad = 0
    for number, given in lines:
        try:
            labelled.append(_labelled(given, known))
        except BadLine as error:
            bad += 1
            print(f"line {number}: {error}", file=sys.stderr)
    if not labelled:
        print("secondwind knowledge: there is no confirmed case to learn from", file=sys.stderr)
        return 2
    report = calibrated(labelled, known)
    print("\n".join(_report(report)))
    if report.proposals:
        print(weights_diff(directory, _changes(report.proposals)), end="")
    return 1 if bad else 0


def _labelled(given: dict[str, Any] | BadLine, known: knowledge.Knowledge) -> Labelled:
    if isinstance(given, BadLine):
        raise given
    diagnosis = given.get("diagnosis")
    if not isinstance(diagnosis, str) or diagnosis not in known.conditions:
        raise BadLine(f"'diagnosis' must be the id of a condition, not {diagnosis!r}")
    if "case" not in given:
        return Labelled(read(text_of(given), knowledge=known).case, diagnosis)
    try:
        return Labelled(from_json(given["case"]), diagnosis)
    except ValueError as error:
        raise BadLine(str(error)) from None


def _changes(proposals: tuple[Proposal, ...]) -> dict[str, dict[str, tuple[float, float]]]:
    changes: dict[str, dict[str, tuple[float, float]]] = {}
    for p in proposals:
        changes.setdefault(p.condition, {})[p.old.id] = (p.new.lr_pos, p.new.lr_neg)
    return changes


def _report(report: Calibration) -> Iterator[str]:
    yield f"{report.fit.n} confirmed cases" + (
        ": few, so read all of this as a hint" if report.fit.n < FEW else ""
    )
    yield f"{'':28}{'first':>10}{'in three':>10}{'Brier':>8}{'log loss':>10}"
    yield _row("weights in use", report.fit)
    if report.proposed:
        yield _row("proposed, on cases left out", report.proposed)
    yield ""
    yield "Of the conditions that were given a share of   there were   mean share   right"
    for b in report.bins:
        yield f"{b.low:>32.0%} to {b.high:>4.0%}{b.n:>18}{b.mean:>13.0%}{b.right / b.n:>8.0%}"
    yield ""
    if not report.proposals:
        yield "No weights are proposed: the cases are too few for it, or agree with the estimates."
        return
    if report.proposed and report.proposed.log_loss >= report.fit.log_loss:
        yield "On cases left out the proposed weights do no better, which speaks against accepting them."
    yield f"{len(report.proposals)} weights would move (answers of those who have it; of the others):"
    for p in report.proposals:
        yield (
            f"  {p.condition} {p.old.id}: for a yes {p.old.lr_pos:g} to {p.new.lr_pos:g}, for a no"
            f" {p.old.lr_neg:g} to {p.new.lr_neg:g} ({p.yes} yes, {p.no} no; {p.yes_others} yes,"
            f" {p.no_others} no)"
        )
    yield "Nothing has been changed. To accept it, apply the diff below in the directory of the data files:"
    yield ""


def _row(name: str, fit: Fit) -> str:
    return (
        f"{name:28}{fit.top1 / fit.n:>10.1%}{fit.top3 / fit.n:>10.1%}{fit.brier:>8.3f}{fit.log_loss:>10.3f}"
    )
