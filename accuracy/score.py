"""How well Second Wind reads threads and answers vignettes, against labels made by hand.

    python accuracy/score.py [SET|all] [--misses] [--threads-only | --vignettes-only] [--json PATH]

Threads: micro precision, recall and F1 per field, denied things read as affirmed, injury or not.
Vignettes: is the right condition among the first 1, 3, 5; is the urgency right, too low or too high; are the
dangerous ones caught. Intervals are 95 % Wilson score intervals (Wilson, J Am Stat Assoc 1927).
See README.md for what the files are.
"""

import argparse
import json
import math
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Record = Mapping[str, Any]
HERE = Path(__file__).parent
SETS = {name: (name,) for name in "abcdefgh"} | {"all": tuple("abcdefgh")}
WITH_THREADS = frozenset("abcdef")

# --- Numbers ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rate:
    """`hits` of `n`."""

    hits: int
    n: int

    @property
    def value(self) -> float | None:
        """Between 0 and 1; None when there was nothing to count."""
        return self.hits / self.n if self.n else None

    def interval(self, z: float = 1.96) -> tuple[float, float]:
        """The Wilson score interval, 95 % unless told otherwise; (0, 1) when there was nothing to count."""
        if not self.n:
            return 0.0, 1.0
        p, spread = self.hits / self.n, z * z / self.n
        middle = (p + spread / 2) / (1 + spread)
        half = z / (1 + spread) * math.sqrt(p * (1 - p) / self.n + spread / (4 * self.n))
        return max(0.0, middle - half), min(1.0, middle + half)

    def as_json(self) -> dict[str, Any]:
        return {"hits": self.hits, "n": self.n, "value": self.value, "interval": self.interval()}

    def __str__(self) -> str:
        if not self.n:
            return f"{'-':>6}  none to count"
        percent, low, high = (100 * x for x in (self.hits / self.n, *self.interval()))
        return f"{percent:5.1f}%  {self.hits:>4} of {self.n:<4}  ({low:.0f}-{high:.0f}%)"


def rate(outcomes: Iterable[bool]) -> Rate:
    """How many of the outcomes are true."""
    counted = list(outcomes)
    return Rate(sum(counted), len(counted))


@dataclass
class Counts:
    """What was rightly said, wrongly said and missed."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn)

    @property
    def precision(self) -> float:
        """1 when there was nothing to say and nothing was said."""
        return self._share(self.fp, self.fn)

    @property
    def recall(self) -> float:
        """1 when there was nothing to say and nothing was said."""
        return self._share(self.fn, self.fp)

    def _share(self, wrong: int, otherwise_wrong: int) -> float:
        if self.tp + wrong:
            return self.tp / (self.tp + wrong)
        return 0.0 if otherwise_wrong else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def as_json(self) -> dict[str, Any]:
        numbers = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        return {"tp": self.tp, "fp": self.fp, "fn": self.fn} | numbers


def count(predicted: set[str], right: set[str]) -> Counts:
    """The counts of one field of one record."""
    return Counts(len(predicted & right), len(predicted - right), len(right - predicted))


def total(counts: Iterable[Counts]) -> Counts:
    return sum(counts, Counts())


# --- Threads ------------------------------------------------------------------------------------------------

AFFIRMED = (
    "regions", "timing", "provoked_by", "quality", "surface", "tried",
    "tests_positive", "red_flags", "suspected_by_op",
)  # fmt: skip
LISTS = (*AFFIRMED, "tests_negative", "denied")
SCALARS = ("side", "onset", "outcome")  # "unknown" counts as nothing said
REPLIES = ("conditions", "treatments")


def said(record: Record, name: str) -> set[str]:
    """What a record says in one field of the opener, as a set of tokens."""
    if name in SCALARS:
        value = record.get("outcome") if name == "outcome" else _op(record).get(name)
        return set() if value in (None, "", "unknown") else {str(value)}
    return set(_op(record).get(name) or ())


def _op(record: Record) -> Record:
    return record.get("op") or {}


def _days(record: Record) -> float | None:
    days = _op(record).get("duration_days")
    return None if days is None else float(days)


def _replies(record: Record, name: str) -> set[str]:
    return set((record.get("replies_suggest") or {}).get(name) or ())


def affirmed(record: Record) -> set[str]:
    """Every token a record says is so."""
    return set[str]().union(*(said(record, name) for name in AFFIRMED))


def count_duration(predicted: float | None, right: float | None) -> Counts:
    """A duration in days is right within two days or a quarter, whichever is more."""
    if predicted is not None and right is not None and abs(predicted - right) <= max(2.0, 0.25 * right):
        return Counts(tp=1)
    return Counts(fp=int(predicted is not None), fn=int(right is not None))


@dataclass(frozen=True)
class ThreadScore:
    """Each (predicted, label) pair, and what is counted over them."""

    pairs: tuple[tuple[Record, Record], ...]

    def fields(self) -> dict[str, Counts]:
        """The counts of each field of the opener, and of the outcome."""
        counts = {n: total(count(said(p, n), said(g, n)) for p, g in self.pairs) for n in (*LISTS, *SCALARS)}
        return counts | {"duration_days": total(count_duration(_days(p), _days(g)) for p, g in self.pairs)}

    def overall(self) -> Counts:
        """Over what the opener said and the outcome, without the replies."""
        return total(self.fields().values())

    def replies(self) -> dict[str, Counts]:
        """The counts of what others proposed."""
        return {n: total(count(_replies(p, n), _replies(g, n)) for p, g in self.pairs) for n in REPLIES}

    def rates(self) -> dict[str, Rate]:
        """Every rate of the report, by the words it is shown with."""
        pairs = self.pairs
        return {
            "injury or not, right": rate(p.get("is_injury") == g["is_injury"] for p, g in pairs),
            "first region right": rate(_first(p) == _first(g) for p, g in pairs if said(g, "regions")),
            "denied, read as affirmed": rate(t in affirmed(p) for p, g in pairs for t in said(g, "denied")),
            "clear test, read as abnormal": rate(_abnormal(p, t) for p, g in pairs for t in _clear(g)),
        }

    def misses(self) -> list[str]:
        """One line for each field of each thread that is not as labelled."""
        return [line for p, g in self.pairs for line in _thread_misses(p, g)]

    def table(self) -> str:
        row = "{:<24}{:>5}{:>5}{:>5}{:>8}{:>8}{:>8}".format

        def line(name: str, c: Counts) -> str:
            return row(name, c.tp, c.fp, c.fn, f"{c.precision:.3f}", f"{c.recall:.3f}", f"{c.f1:.3f}")

        return "\n".join([
            row(f"Threads, n = {len(self.pairs)}", "tp", "fp", "fn", "prec.", "recall", "F1"),
            *(line(name, c) for name, c in self.fields().items()),
            line("OVERALL op + outcome", self.overall()),
            *(line(f"replies: {name}", c) for name, c in self.replies().items()),
            *(f"{name:<34}{r}" for name, r in self.rates().items()),
        ])  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        return {
            "n": len(self.pairs),
            "overall": self.overall().as_json(),
            "fields": {name: c.as_json() for name, c in self.fields().items()},
            "replies": {name: c.as_json() for name, c in self.replies().items()},
            "rates": {name: r.as_json() for name, r in self.rates().items()},
        }


def score_threads(labels: Sequence[Record], predictions: Mapping[str, Record]) -> ThreadScore:
    """The score of predictions (by id, in the shape of the labels); a missing prediction has said nothing."""
    return ThreadScore(tuple((predictions.get(label["id"], {}), label) for label in labels))


def _first(record: Record) -> str | None:
    return next(iter(_op(record).get("regions") or ()), None)


def _abnormal(record: Record, test: str) -> bool:
    return test in said(record, "tests_positive")


def _clear(label: Record) -> set[str]:
    return said(label, "tests_negative") - said(label, "tests_positive")


def _thread_misses(predicted: Record, label: Record) -> list[str]:
    lines = []
    if predicted.get("is_injury") != label["is_injury"]:
        lines.append(f"is_injury: {predicted.get('is_injury')}, right {label['is_injury']}")
    for name in (*LISTS, *SCALARS):
        got, right = said(predicted, name), said(label, name)
        if got != right:
            lines.append(f"{name}: missed {_tokens(right - got)}; extra {_tokens(got - right)}")
    if count_duration(_days(predicted), _days(label)) not in (Counts(), Counts(tp=1)):
        lines.append(f"duration_days: {_days(predicted)}, right {_days(label)}")
    turned = affirmed(predicted) & said(label, "denied")
    if turned:
        lines.append(f"denied, read as affirmed: {_tokens(turned)}")
    return [f"{label['id']}  {line}" for line in lines]


def _tokens(tokens: set[str]) -> str:
    return ", ".join(sorted(tokens)) or "-"


# --- Vignettes ----------------------------------------------------------------------------------------------

CLASSES = ("self_care", "within_week", "same_day", "emergency")
TOPS = (1, 3, 5)


def level(urgency: str) -> int:
    """0 (self-care) to 3 (emergency); a routine visit counts as self-care, as in the vignettes."""
    return CLASSES.index("self_care" if urgency == "routine" else urgency)


@dataclass(frozen=True)
class Predicted:
    """An answer as the scorer needs it: condition ids, most likely first, and the urgency."""

    ranked: tuple[str, ...]
    urgency: str


@dataclass(frozen=True)
class Outcome:
    """One vignette and what was answered."""

    vignette: Record
    predicted: Predicted

    @property
    def rank(self) -> int | None:
        """The place, from 1, of the first condition that counts as right."""
        right = {self.vignette["diagnosis"], *self.vignette["acceptable"]}
        return next((i for i, c in enumerate(self.predicted.ranked, 1) if c in right), None)

    def within(self, top: int) -> bool:
        return self.rank is not None and self.rank <= top

    @property
    def step(self) -> int:
        """How many classes too high (above 0) or too low (below 0) the urgency is."""
        return level(self.predicted.urgency) - level(self.vignette["urgency"])

    @property
    def lenient_step(self) -> int:
        """The same, with every class of `urgency_also_ok` right too."""
        fine = [level(u) for u in (self.vignette["urgency"], *self.vignette["urgency_also_ok"])]
        got = level(self.predicted.urgency)
        return max(0, got - max(fine)) + min(0, got - min(fine))


@dataclass(frozen=True)
class VignetteScore:
    """The answers to all vignettes, and the rates taken over them."""

    outcomes: tuple[Outcome, ...]

    def top(self, n: int) -> Rate:
        return rate(o.within(n) for o in self.outcomes)

    def rates(self) -> dict[str, Rate]:
        """Every rate of the report, by the words it is shown with."""
        every, urgent = self.outcomes, [o for o in self.outcomes if o.vignette["urgent"]]
        now = [o for o in every if o.vignette["urgency"] in ("same_day", "emergency")]
        calm = [o for o in every if o.vignette["urgency"] == "self_care"]
        today = level("same_day")
        return {
            **{f"condition in the first {n}": self.top(n) for n in TOPS},
            "urgency exact": rate(o.step == 0 for o in every),
            "urgency too low": rate(o.step < 0 for o in every),
            "urgency too high": rate(o.step > 0 for o in every),
            "urgency defensible": rate(o.lenient_step == 0 for o in every),
            "lower than defensible": rate(o.lenient_step < 0 for o in every),
            "higher than defensible": rate(o.lenient_step > 0 for o in every),
            "danger caught (at its class)": rate(o.step >= 0 for o in urgent),
            "danger caught (defensible class)": rate(o.lenient_step >= 0 for o in urgent),
            **{f"  of these, {c}": rate(o.step >= 0 for o in urgent if _is(o, c)) for c in CLASSES[:0:-1]},
            "due today, told today or sooner": rate(level(o.predicted.urgency) >= today for o in now),
            "self-care, told today or sooner": rate(level(o.predicted.urgency) >= today for o in calm),
        }

    def confusion(self) -> Counter[tuple[str, str]]:
        """How often each (right class, predicted class) came up."""
        return Counter((o.vignette["urgency"], CLASSES[level(o.predicted.urgency)]) for o in self.outcomes)

    def misses(self) -> list[str]:
        """One line for each vignette whose condition is not first or whose urgency is not the right one."""
        return [_vignette_miss(o) for o in self.outcomes if o.rank != 1 or o.step]

    def table(self) -> str:
        cells, row = self.confusion(), "{:<24}{:>12}{:>12}{:>12}{:>12}".format
        return "\n".join([
            f"Vignettes, n = {len(self.outcomes)}",
            *(f"{name:<34}{r}" for name, r in self.rates().items()),
            "",
            row("label \\ answer", *CLASSES),
            *(row(want, *(cells[want, got] for got in CLASSES)) for want in CLASSES),
            "",
            row("by difficulty", "n", "first", "first 3", "urgency"),
            *(row(name, *self._hits(name)) for name in ("classic", "middling", "hard")),
        ])  # fmt: skip

    def _hits(self, difficulty: str) -> tuple[int, int, int, int]:
        part = [o for o in self.outcomes if o.vignette["difficulty"] == difficulty]
        first, three = sum(o.within(1) for o in part), sum(o.within(3) for o in part)
        return len(part), first, three, sum(o.step == 0 for o in part)

    def as_json(self) -> dict[str, Any]:
        return {
            "n": len(self.outcomes),
            "rates": {name.strip(): r.as_json() for name, r in self.rates().items()},
            "confusion": {w: {g: self.confusion()[w, g] for g in CLASSES} for w in CLASSES},
            "answers": [
                {
                    "id": o.vignette["id"],
                    "rank": o.rank,
                    "urgency": o.predicted.urgency,
                    "ranked": o.predicted.ranked[:5],
                }
                for o in self.outcomes
            ],
        }


def _is(outcome: Outcome, urgency: str) -> bool:
    return bool(outcome.vignette["urgency"] == urgency)


def _vignette_miss(o: Outcome) -> str:
    place = "absent" if o.rank is None else f"rank {o.rank}"
    verdict = (
        "right" if not o.step else "defensible" if not o.lenient_step else "LOW" if o.step < 0 else "HIGH"
    )
    danger = "!" if o.vignette["urgent"] else " "
    first = ", ".join(o.predicted.ranked[:3])
    return (
        f"{o.vignette['id']} {danger} {o.vignette['diagnosis']}: {place} (first: {first});"
        f" urgency {o.predicted.urgency}, label {o.vignette['urgency']}: {verdict}"
    )


def score_vignettes(vignettes: Sequence[Record], predictions: Mapping[str, Predicted]) -> VignetteScore:
    """The score of predictions (by id); a missing prediction has no condition and says self-care."""
    silence = Predicted((), "self_care")
    return VignetteScore(tuple(Outcome(v, predictions.get(v["id"], silence)) for v in vignettes))


# --- Files and the command line -----------------------------------------------------------------------------


class FileError(Exception):
    """A file is missing or wrong; the message says where."""


def read_lines(path: Path) -> list[Record]:
    """The objects of a JSON-lines file, each with an `id` of its own.

    Raises FileError, naming file and line, when the file is missing or a line is not such an object.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise FileError(f"There is no file {path}.") from None
    records: dict[str, Record] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            raise FileError(f"{path}, line {number}: not JSON ({error.msg}).") from None
        if not isinstance(record, dict) or not record.get("id") or record["id"] in records:
            raise FileError(f"{path}, line {number}: needs an id that no other line has.")
        records[record["id"]] = record
    return list(records.values())


def read_sets(folder: Path, kind: str, names: Sequence[str]) -> list[Record]:
    """The records of one kind (threads, labels, vignettes) of the sets named."""
    return [record for name in names for record in read_lines(folder / f"{kind}-{name}.jsonl")]


def run_threads(folder: Path, names: Sequence[str]) -> ThreadScore:
    """Reads every thread with the package and scores it."""
    from secondwind.clinic import extract

    told = [name for name in names if name in WITH_THREADS]
    threads, labels = read_sets(folder, "threads", told), read_sets(folder, "labels", told)
    lone = {t["id"] for t in threads} ^ {g["id"] for g in labels}
    if lone:
        raise FileError(f"These ids have a thread or a label but not both: {', '.join(sorted(lone))}.")
    return score_threads(labels, {t["id"]: extract(t["title"], t["text"], t["id"]) for t in threads})


def run_vignettes(folder: Path, names: Sequence[str]) -> VignetteScore:
    """Asks the package about every vignette and scores the answers."""
    from secondwind.clinic import check

    vignettes = read_sets(folder, "vignettes", names)
    predictions = {}
    for vignette in vignettes:
        answer = check(vignette["text"])
        predictions[vignette["id"]] = Predicted(
            tuple(c.condition for c in answer.ranked), str(answer.urgency)
        )
    return score_vignettes(vignettes, predictions)


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Score the reader on threads and the answers on vignettes.")
    parser.add_argument(
        "set", nargs="?", choices=sorted(SETS), default="all", help="which set (default: all)"
    )
    parser.add_argument("--misses", action="store_true", help="list what was wrong")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--threads-only", action="store_true")
    only.add_argument("--vignettes-only", action="store_true")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the numbers to this file too")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the tables. Returns 0, or 2 when a file is missing or wrong."""
    options = parse(arguments)
    names = SETS[options.set]
    runs: dict[str, Callable[[Path, Sequence[str]], ThreadScore | VignetteScore]] = {}
    if not options.vignettes_only and WITH_THREADS.intersection(names):
        runs["threads"] = run_threads
    if not options.threads_only:
        runs["vignettes"] = run_vignettes
    result: dict[str, Any] = {"set": options.set}
    try:
        for title, run in runs.items():
            score = run(HERE, names)
            result[title] = score.as_json()
            print(score.table(), end="\n\n")
            if options.misses:
                print(f"Misses, {title}:", *score.misses(), sep="\n", end="\n\n")
    except FileError as error:
        print(error, file=sys.stderr)
        return 2
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
