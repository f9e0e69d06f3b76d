# ruff: noqa: S101 - asserting is what a test does
"""The scorer of similar cases counts as README.md says, and ours is far ahead of words alone."""

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

from secondwind.clinic.similarity import meaning

HERE = Path(__file__).parent


def load() -> Any:
    """score_similar.py is a script beside this file, not part of the package."""
    spec = importlib.util.spec_from_file_location("accuracy_score_similar", HERE / "score_similar.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


score = load()


def test_ndcg_is_one_for_the_best_order_and_falls_with_every_swap() -> None:
    grades = {"a": 3, "b": 2, "c": 1}
    assert score.ndcg(["a", "b", "c"], grades) == pytest.approx(1)
    assert score.ndcg(["b", "a", "c"], grades) == pytest.approx(
        (3 + 7 / 1.58496 + 0.5) / (7 + 3 / 1.58496 + 0.5)
    )
    assert score.ndcg(["x"] * 10 + ["a"], grades) == 0


def test_rankings_by_words_find_what_shares_rare_words() -> None:
    documents = {"1": "\nsore knee on hills", "2": "\nsore heel in the mornings", "3": "\nknee knee stairs"}
    for make in (score.Bm25, score.TextVectors):
        assert make(documents)("", "\nheel in the morning")[:1] == ["2"]
        assert make(documents)("3", "\nstairs knee")[:1] == ["1"]


def test_every_graded_id_is_a_case_and_every_query_is_graded() -> None:
    folder = HERE / "similar"
    cases = {r["id"] for r in score.lines(folder / "cases.jsonl")}
    graded = score.lines(folder / "grades.jsonl")
    assert {r["query_id"] for r in graded} == {r["id"] for r in score.lines(folder / "queries.jsonl")}
    assert {x["id"] for r in graded for x in r["relevant"]} <= cases
    assert {x["grade"] for r in graded for x in r["relevant"]} == {1, 2, 3}


def test_pairs_of_one_pattern_share_no_content_word() -> None:
    pairs = score.lines(HERE / "similar" / "same-pattern.jsonl")
    assert len(pairs) >= 20
    for pair in pairs:
        assert not set(score.terms(pair["query"])) & set(score.terms(pair["case"])) - score.COMMON, pair["id"]


def test_ours_is_far_ahead_of_words_alone() -> None:
    ours, bm25 = (score.score(score.RANKERS[name], HERE / "similar") for name in ("ours", "BM25"))
    assert ours.threads >= bm25.threads + 0.15
    assert ours.told_long >= bm25.told_long + 0.15
    assert ours.ndcg >= bm25.ndcg + 0.15
    assert ours.same_pattern >= 0.8
    assert ours.decoys_first <= 0.15
    assert ours.outside <= 0.1


@pytest.mark.skipif(not meaning.installed(), reason="no sentence model: `make meaning` installs it")
def test_the_sentence_model_brings_no_decoy_to_the_top() -> None:
    triples = score.lines(HERE / "similar" / "same-words.jsonl")
    decoys = {f"{t['id']} decoy": "\n" + t["decoy"] for t in triples}
    documents = decoys | {f"{t['id']} fits": "\n" + t["fits"] for t in triples}
    model = meaning.model()
    alone, ours = score.Meaning(documents, model), score.Ours(documents, score.Mode.BOTH, model)

    def fooled(ranker: Any) -> int:
        return sum(ranker("", "\n" + t["query"])[:1] == [f"{t['id']} decoy"] for t in triples)

    assert fooled(alone) > len(triples) / 2  # they are what it is weak in
    assert fooled(ours) <= len(triples) / 10
