"""How well similar cases are found, beside two rankings by words alone, on sets made for the project.

    python accuracy/score_similar.py [--misses] [--archives DIRECTORY]

nDCG at 10 with gains 2^grade - 1 (Jarvelin and Kekalainen 2002; Burges 2005) over the graded queries, over
those told at length, and over whole thread pages graded from their labels; the share of same-pattern pairs
found among the first ten; how often a decoy in the same words comes first; how often a question that is no
injury is answered at all. See README.md for the sets and the rule of judging. `--archives` takes a directory
of real pages and says what each finds among all accounts of this directory, and whether it takes another for
the same pattern.
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

import numpy as np

from secondwind.clinic.similarity import Account, Index, Match, Mode, account_of, meaning
from secondwind.clinic.similarity.words import stem

HERE = Path(__file__).parent
TEN = 10
TOLD_LONG = "q31"  # from this query on

Documents = Mapping[str, str]
Ranker = Callable[[str, str], list[str]]
"""(id of the query, its text) -> ids, best first, without the query itself."""

# --- Rankings by words alone --------------------------------------------------------------------------------

COMMON = frozenset(
    "a about after all also am an and any are as at be been but by can do for from get go had has have i if "
    "in into is it it's its just me my no not of off on only or out over so than that the then there this "
    "to too up was were when where which while with you your i'm i've".split()
)


def terms(text: str) -> Counter[str]:
    """Stems of a text without common words."""
    words = "".join(c if c.isalnum() or c == "'" else " " for c in text.lower()).split()
    return Counter(stem(w) for w in words if w not in COMMON)


class Words:
    """What both rankings by words share: counts and document frequencies."""

    def __init__(self, documents: Documents) -> None:
        self.counts = {id: terms(text) for id, text in documents.items()}
        self.frequency = Counter(term for counts in self.counts.values() for term in counts)

    def ranked(self, query_id: str, scores: Mapping[str, float]) -> list[str]:
        found = [id for id, score in scores.items() if score > 0 and id != query_id]
        return sorted(found, key=lambda id: (-scores[id], id))


class Bm25(Words):
    """BM25 with k1 = 1.2 and b = 0.75 (Robertson and Walker 1994)."""

    def __call__(self, query_id: str, text: str) -> list[str]:
        n = len(self.counts)
        mean = sum(c.total() for c in self.counts.values()) / n
        scores = {}
        for id, counts in self.counts.items():
            norm = 1.2 * (0.25 + 0.75 * counts.total() / mean)
            scores[id] = math.fsum(
                self.idf(term, n) * 2.2 * counts[term] / (counts[term] + norm)
                for term in terms(text)
                if term in counts
            )
        return self.ranked(query_id, scores)

    def idf(self, term: str, n: int) -> float:
        f = self.frequency[term]
        return math.log(1 + (n - f + 0.5) / (f + 0.5))


class TextVectors(Words):
    """The cosine of vectors of (1 + log tf) * log(1 + N / df) (Salton and Buckley 1988)."""

    def __call__(self, query_id: str, text: str) -> list[str]:
        query = self.vector(terms(text))
        scores = {}
        for id, counts in self.counts.items():
            other = self.vector(counts)
            scores[id] = math.fsum(weight * other.get(term, 0.0) for term, weight in query.items())
        return self.ranked(query_id, scores)

    def vector(self, counts: Counter[str]) -> dict[str, float]:
        n = len(self.counts)
        weights = {
            t: (1 + math.log(c)) * math.log(1 + n / max(1, self.frequency[t])) for t, c in counts.items()
        }
        length = math.sqrt(math.fsum(w * w for w in weights.values())) or 1.0
        return {t: w / length for t, w in weights.items()}


class Ours:
    """Similar cases of the package, in one of its modes, with the sentence model or without it."""

    def __init__(self, documents: Documents, mode: Mode, model: meaning.Model | None = None) -> None:
        self.mode, self.model = mode, model
        self.index = Index()
        for id, text in documents.items():
            account = read(text)
            self.index.add(id, account.case, account.text, account.has_outcome, self.vector(text))

    def __call__(self, query_id: str, text: str) -> list[str]:
        return [m.id for m in self.matches(query_id, text)]

    def matches(self, query_id: str, text: str) -> list[Match]:
        account = read(text)
        return self.index.search(
            account.case, account.text, TEN, (query_id,), vector=self.vector(text), mode=self.mode
        )

    def vector(self, text: str) -> meaning.Vector | None:
        return embedded(text, self.model) if self.model else None


class Meaning:
    """The cosine of the vectors of the sentence model, and nothing else."""

    def __init__(self, documents: Documents, model: meaning.Model) -> None:
        self.model = model
        self.ids = sorted(documents)
        self.vectors = np.stack([embedded(documents[id], model) for id in self.ids]).astype(np.float32)

    def __call__(self, query_id: str, text: str) -> list[str]:
        cosines = self.vectors @ embedded(text, self.model).astype(np.float32)
        return [self.ids[i] for i in np.argsort(-cosines, kind="stable") if self.ids[i] != query_id]


_read: dict[str, Account] = {}


def read(text: str) -> Account:
    """What the package makes of a text, a title in its first line; each text is read once."""
    if text not in _read:
        title, _, body = text.partition("\n")
        _read[text] = account_of(title, body)
    return _read[text]


_embedded: dict[str, meaning.Vector] = {}


def embedded(text: str, model: meaning.Model) -> meaning.Vector:
    """The vector of an account; each text is embedded once."""
    if text not in _embedded:
        _embedded[text] = model.embed(read(text).text)
    return _embedded[text]


RANKERS: dict[str, Callable[[Documents], Ranker]] = {
    "BM25": Bm25,
    "text vectors": TextVectors,
    "ours": lambda d: Ours(d, Mode.BOTH),
    "ours, words alone": lambda d: Ours(d, Mode.TEXT),
    "ours, pattern alone": lambda d: Ours(d, Mode.PATTERN),
}


def with_model(model: meaning.Model) -> dict[str, Callable[[Documents], Ranker]]:
    """The rankings by what texts mean, where the sentence model is installed."""
    return {
        "sentence vectors": lambda d: Meaning(d, model),
        "ours, with meaning": lambda d: Ours(d, Mode.BOTH, model),
        "... by text alone": lambda d: Ours(d, Mode.TEXT, model),
    }


# --- Numbers ------------------------------------------------------------------------------------------------


def ndcg(ranked: Sequence[str], grades: Mapping[str, int], k: int = TEN) -> float:
    """nDCG at k with gains 2^grade - 1; 1 is the best order there is."""
    ideal = dcg(sorted(grades.values(), reverse=True)[:k])
    return dcg([grades.get(id, 0) for id in ranked[:k]]) / ideal if ideal else 1.0


def dcg(grades: Iterable[int]) -> float:
    return math.fsum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))


@dataclass(frozen=True)
class Scores:
    """What one ranker got. `by_query` is the nDCG of each graded query and `threads` the mean over labelled
    threads; `misses` are ids of pairs not found and of decoys that came first.
    """

    by_query: Mapping[str, float]
    threads: float
    same_pattern: float
    decoys_first: float
    outside: float
    misses: tuple[str, ...]

    @property
    def ndcg(self) -> float:
        return mean(self.by_query.values())

    @property
    def told_long(self) -> float:
        """The same over the queries that are told as people tell it in forums."""
        return mean(value for id, value in self.by_query.items() if id >= TOLD_LONG)


def mean(values: Iterable[float]) -> float:
    counted = list(values)
    return math.fsum(counted) / len(counted)


def score(make: Callable[[Documents], Ranker], folder: Path) -> Scores:
    """The scores of a ranker on the sets in a folder, and on the labelled threads beside it."""
    cases = {r["id"]: page(r) for r in lines(folder / "cases.jsonl")}
    queries = {r["id"]: page(r) for r in lines(folder / "queries.jsonl")}
    grades = {
        r["query_id"]: {x["id"]: x["grade"] for x in r["relevant"]} for r in lines(folder / "grades.jsonl")
    }
    ranker = make(cases)
    by_query = {id: ndcg(ranker(id, queries[id]), graded) for id, graded in grades.items()}
    answered = [bool(ranker("", "\n" + r["text"])) for r in lines(folder / "outside.jsonl")]
    pairs = lines(folder / "same-pattern.jsonl")
    ranker = make(cases | {p["id"]: "\n" + p["case"] for p in pairs})
    unfound = [p["id"] for p in pairs if p["id"] not in ranker("", "\n" + p["query"])[:TEN]]
    triples = lines(folder / "same-words.jsonl")
    decoys = {f"{t['id']} decoy": "\n" + t["decoy"] for t in triples}
    ranker = make(cases | decoys | {f"{t['id']} fits": "\n" + t["fits"] for t in triples})
    fooled = [t["id"] for t in triples if ranker("", "\n" + t["query"])[:1] == [f"{t['id']} decoy"]]
    return Scores(
        by_query,
        score_threads(make, folder.parent),
        1 - len(unfound) / len(pairs),
        len(fooled) / len(triples),
        mean(answered),
        (*unfound, *fooled),
    )


# --- Threads, graded from their labels ----------------------------------------------------------------------


def score_threads(make: Callable[[Documents], Ranker], folder: Path) -> float:
    """The mean nDCG over the labelled injuries for which there is a thread of grade 2."""
    threads = {r["id"]: page(r) for path in sorted(folder.glob("threads-*.jsonl")) for r in lines(path)}
    labels = {r["id"]: r for path in sorted(folder.glob("labels-*.jsonl")) for r in lines(path)}
    ranker = make(threads)
    found = []
    for id, label in labels.items():
        graded = {other: grade(label, labels[other]) for other in labels if other != id}
        if 2 in graded.values():
            found.append(ndcg(ranker(id, threads[id]), graded))
    return mean(found)


def grade(query: Mapping[str, Any], other: Mapping[str, Any]) -> int:
    """2: the first place is among the other's, and of timing, provocation and suspicion more is shared than
    denied; 1: any place is shared; else 0.
    """
    here, there = query["op"], other["op"]
    if not set(here["regions"]) & set(there["regions"]):
        return 0
    shared = len(told(here) & told(there))
    denied = len(told(here) & set(there["denied"]) | told(there) & set(here["denied"]))
    return 2 if here["regions"][0] in there["regions"] and shared > denied else 1


def told(op: Mapping[str, Any]) -> set[str]:
    return {*op["timing"], *op["provoked_by"], *op["suspected_by_op"]}


def page(record: Mapping[str, Any]) -> str:
    """A title in the first line, then the text."""
    return f"{record.get('title', '')}\n{record['text']}"


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def table(scores: Mapping[str, Scores]) -> str:
    row = "{:<22}{:>9}{:>11}{:>10}{:>14}{:>13}{:>10}".format
    out = [
        row("Similar cases", "nDCG@10", "told long", "threads", "same pattern", "decoy first", "outside"),
    ]
    for name, s in scores.items():
        ndcgs = (f"{value:.3f}" for value in (s.ndcg, s.told_long, s.threads))
        shares = (f"{value:.0%}" for value in (s.same_pattern, s.decoys_first, s.outside))
        out.append(row(name, *ndcgs, *shares))
    return "\n".join(out)


# --- Real pages ---------------------------------------------------------------------------------------------


def everything() -> dict[str, str]:
    """Every account of this directory: graded cases, threads and vignettes."""
    found = {r["id"]: page(r) for r in lines(HERE / "similar" / "cases.jsonl")}
    for path in sorted([*HERE.glob("threads-*.jsonl"), *HERE.glob("vignettes-*.jsonl")]):
        found |= {r["id"]: page(r) for r in lines(path)}
    return found


def archives(directory: Path) -> str:
    """What each page of a directory finds among everything, and of which other page it says that it is the
    same pattern.
    """
    pages = {p.name: "\n" + p.read_text(encoding="utf-8") for p in sorted(directory.iterdir()) if p.is_file()}
    corpus = everything()
    ours = Ours(corpus | pages, Mode.BOTH)
    out = [f"{len(corpus)} accounts and {len(pages)} pages"]
    for name, text in pages.items():
        out.append(name)
        for m in ours.matches(name, text)[:5]:
            verdict = "same pattern" if m.same_pattern else "similar"
            out.append(f"  {m.score:.3f} {verdict:13} {m.id}: {'; '.join(m.matching[:4])}")
            if m.contradicting:
                out.append(f"{'':22}but {'; '.join(m.contradicting)}")
    return "\n".join(out)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table; 0."""
    parser = argparse.ArgumentParser(description="Score similar cases beside rankings by words alone.")
    parser.add_argument("--misses", action="store_true", help="name the pairs missed and the weak queries")
    parser.add_argument("--archives", type=Path, metavar="DIRECTORY", help="real pages to find cases for")
    options = parser.parse_args(arguments)
    model = meaning.model()
    rankers = RANKERS | (with_model(model) if model else {})
    scores = {name: score(make, HERE / "similar") for name, make in rankers.items()}
    print(table(scores))
    if model is None:
        print("The sentence model is not installed (`make meaning`), so the rows with meaning are left out.")
    if options.misses:
        ours = scores["ours, with meaning" if model else "ours"]
        print("missed or fooled:", ", ".join(ours.misses) or "none")
        weak = sorted(ours.by_query.items(), key=lambda pair: pair[1])[:10]
        print("weakest queries:", ", ".join(f"{id} {value:.2f}" for id, value in weak))
    if options.archives:
        print(archives(options.archives))
    return 0


if __name__ == "__main__":
    sys.exit(main())
