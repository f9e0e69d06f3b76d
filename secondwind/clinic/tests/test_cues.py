"""The check of the cue files: a wrong phrase or id is told with its file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from secondwind.clinic import knowledge
from secondwind.clinic.knowledge.check import check

CUES = "cues:\n"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the data files with the language."""
    ignored = shutil.ignore_patterns("*.py", "schema", "__pycache__")
    return shutil.copytree(knowledge.HERE, tmp_path / "data", ignore=ignored)


@pytest.mark.parametrize(
    ("file", "cue", "line_of_cue", "told"),
    [
        ("signs", "  - is: [sign_swell]\n    say:\n      - knee (up\n", 2, "unmatched bracket"),
        ("signs", "  - is: [sign_swell]\n    say:\n      - up] knee\n", 2, "unmatched bracket"),
        ("timing", "  - is: [time_night]\n    say:\n      - 'in {nowhere}'\n", 2, "unknown macro {nowhere}"),
        (
            "signs",
            "  - is: [sign_sparkle]\n    say:\n      - sparkles\n",
            0,
            "'sign_sparkle' is not in findings",
        ),
        ("treatments", "  - is: [leeches]\n    say:\n      - leeches\n", 0, "'leeches' is not in treatments"),
        (
            "signs",
            "  - is: [sign_swell]\n    where: [elbow]\n    say:\n      - up\n",
            1,
            "'elbow' is not in regions",
        ),
    ],
)
def test_a_mistake_in_a_cue_is_told_with_file_and_line(copy, file, cue, line_of_cue, told):
    path = copy / "language" / f"{file}.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(CUES) == 1
    first = text[: text.index(CUES)].count("\n") + 2
    path.write_text(text.replace(CUES, CUES + cue), encoding="utf-8")
    problems = [p for p in check(copy) if told in p.message]
    assert [(p.file, p.line) for p in problems] == [(f"language/{file}.yaml", first + line_of_cue)]


def test_an_unknown_region_of_a_body_word_is_told(copy):
    path = copy / "language" / "body.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(n for n, line in enumerate(lines) if line.startswith("direct:"))
    lines.insert(at + 1, "  - is: elbow\n    say: [my elbow]\n")
    path.write_text("".join(lines), encoding="utf-8")
    problems = [p for p in check(copy) if "'elbow' is not in regions" in p.message]
    assert [(p.file, p.line) for p in problems] == [("language/body.yaml", at + 2)]
