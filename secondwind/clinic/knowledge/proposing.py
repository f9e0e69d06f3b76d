"""Changes of weights as a unified diff of the data files, for a person to read and to apply."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from pathlib import Path

from secondwind.clinic.knowledge.files import parse

Ratios = tuple[float, float]


def weights_diff(root: Path, changes: Mapping[str, Mapping[str, Ratios]]) -> str:
    """The diff that gives evidence new likelihood ratios: condition id -> finding id -> (lr_pos, lr_neg).

    Only the numbers change; comments and order stay. Raises ValueError when a file words its evidence so that
    the numbers are not found, which a diff by hand must then do.
    """
    return "".join(
        _diff(root, f"conditions/{condition}.yaml", changes[condition]) for condition in sorted(changes)
    )


def _diff(root: Path, file: str, changes: Mapping[str, Ratios]) -> str:
    content = (root / file).read_bytes()
    before = content.decode("utf-8").splitlines(keepends=True)
    after = list(before)
    doc = parse(file, content)
    for i, entry in enumerate(doc.value["evidence"]):
        if entry["id"] in changes:
            for key, ratio in zip(("lr_pos", "lr_neg"), changes[entry["id"]], strict=True):
                line = doc.line("evidence", i, key) - 1
                after[line] = _with_number(after[line], key, ratio, file)
    text = "".join(after)
    _must_say(file, text, changes)
    return "".join(difflib.unified_diff(before, after, f"a/{file}", f"b/{file}"))


def _with_number(line: str, key: str, ratio: float, file: str) -> str:
    changed, times = re.subn(rf"(?<=\b{key}:)(\s*)[-+.\deE]+", rf"\g<1>{ratio}", line)
    if times != 1:
        raise ValueError(f"{file}: {key} stands {times} times in one line")
    return changed


def _must_say(file: str, text: str, changes: Mapping[str, Ratios]) -> None:
    said = {e["id"]: (e["lr_pos"], e["lr_neg"]) for e in parse(file, text.encode()).value["evidence"]}
    for finding, ratios in changes.items():
        if said.get(finding) != ratios:
            raise ValueError(f"{file}: the weights of {finding} cannot be changed by a diff")
