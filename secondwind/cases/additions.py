"""What can be added to a case without words: everything the vocabulary knows, as lists to choose from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from secondwind.cases.chips import GROUP_OF_FINDING, GROUPS
from secondwind.clinic.knowledge import Knowledge
from secondwind.clinic.model import Case, Kind

# Danger signs have a page of their own, with their full questions.
SCREENED_GROUPS = frozenset({"redflag"})


@dataclass(frozen=True, slots=True)
class Addition:
    """One list: its title, and what can be chosen (form value and words), by name."""

    title: str
    options: tuple[tuple[str, str], ...]


def additions(case: Case, knowledge: Knowledge) -> list[Addition]:
    """The lists in the order of the chips, without what the case already holds."""
    options: dict[str, list[tuple[str, str]]] = {group: [] for group, _ in GROUPS}
    for group, kind, id in _everything(knowledge):
        if case.item(kind, id) is None:
            options[group].append((f"{kind}.{id}", knowledge.label(kind, id)))
    return [
        Addition(title, tuple(sorted(options[group], key=lambda option: option[1].casefold())))
        for group, title in GROUPS
        if options[group]
    ]


def _everything(knowledge: Knowledge) -> Iterator[tuple[str, Kind, str]]:
    for finding in knowledge.findings.values():
        if finding.group not in SCREENED_GROUPS:
            yield GROUP_OF_FINDING.get(finding.group, "about"), Kind.FINDING, finding.id
    for id in knowledge.treatments:
        yield "tried", Kind.TREATMENT, id
    for id in knowledge.tests:
        yield "tests", Kind.TEST, id
