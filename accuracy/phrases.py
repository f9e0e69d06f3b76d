"""How many ways of saying one thing the reader understands: `python accuracy/phrases.py [BANK ...]
[--misses]`.

A bank (`accuracy/phrases/*.yaml`) is a list of sentences as runners say them, each with what it must be
read as:

    - {say: "it's worst the morning after", finding: time_next_day}           # yes
    - {say: "no numbness anywhere", finding: qual_tingle, reply: "no"}
    - {say: "right on the knobbly bit under the outside of my knee", place: fibular_head}  # or a list
    - {say: "I rolled it with a bottle", treatment: foam_roll}
    - {say: "I rolled out of bed", finding: onset_twist, reply: none}           # must not be read as it
    - {say: "my knee has hurt for a fortnight", days: 14}  # null: must not be worked out
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from secondwind.clinic import extract, read
from secondwind.clinic.model import Kind, Reply

BANKS = Path(__file__).parent / "phrases"
KINDS = ("finding", "place", "treatment", "test", "suspicion")


def understood(entry: Mapping[str, Any]) -> bool:
    """Whether the reader reads an entry as it must."""
    if "days" in entry:
        return _lasted(entry["days"], read(entry["say"]).case.duration_days)
    if "outcome" in entry:
        return str(extract("Injured leg", entry["say"])["outcome"]) == str(entry["outcome"])
    kind = next(k for k in KINDS if k in entry)
    wanted = entry[kind] if isinstance(entry[kind], list) else [entry[kind]]
    reply = str(entry.get("reply", "yes"))
    items = [i for case in read(entry["say"]).complaints for i in case.items if i.kind == Kind(kind)]
    got = {
        i.reply for i in items if i.id in wanted and (not entry.get("detail") or i.detail == entry["detail"])
    }
    return Reply.YES not in got if reply == "none" else Reply(reply) in got


def _lasted(wanted: float | None, got: float | None) -> bool:
    """Whether a duration read agrees with the one meant: within two days, or a quarter of it where that is
    more."""
    if wanted is None or got is None:
        return wanted is got
    return abs(got - wanted) <= max(2.0, 0.25 * wanted)


def entries(banks: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(bank, entry) of the named banks, or of all."""
    for path in sorted(BANKS.glob("*.yaml")):
        if not banks or path.stem in banks:
            for entry in yaml.safe_load(path.read_text(encoding="utf-8")) or []:
                yield path.stem, entry


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("banks", nargs="*", metavar="BANK")
    parser.add_argument("--misses", action="store_true", help="list what was not understood")
    options = parser.parse_args(argv)
    counts: dict[str, list[int]] = {}
    for bank, entry in entries(options.banks):
        understands = understood(entry)
        count = counts.setdefault(bank, [0, 0])
        count[0] += understands
        count[1] += 1
        if options.misses and not understands:
            print(f"{bank}: {entry}")
    for bank, (right, all_) in counts.items():
        print(f"{bank:12} {right:4} of {all_:4} sentences understood ({100 * right / all_:.1f} %)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
