"""`secondwind similar`, as a script uses it."""

import json
from typing import Any

import pytest

from secondwind.cli import main
from secondwind.clinic.similarity import meaning

CORPUS: list[dict[str, Any]] = [
    {
        "id": "heel",
        "title": "Heel",
        "text": "First steps in the morning are the worst, under my heel. Eases off.",
    },
    {"id": 7, "title": "", "text": "Sole near the heel is agony getting out of bed, then it wears off."},
    {"id": "7", "text": "Sudden pop in my calf sprinting, bruised, cannot push off."},
    {"id": "shoes", "title": "Which trail shoe?", "text": "I need new trail shoes for a wet fifty. " * 12},
]


@pytest.fixture
def run(tmp_path, capsys):
    def run(corpus, queries, *options):
        for name, rows in (("corpus", corpus), ("queries", queries)):
            text = "".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in rows)
            (tmp_path / f"{name}.jsonl").write_text(text, encoding="utf-8")
        files = ["--corpus", str(tmp_path / "corpus.jsonl"), "--queries", str(tmp_path / "queries.jsonl")]
        status = main(["similar", *files, *options])
        return status, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


def test_each_query_gets_a_ranking_with_reasons_and_never_itself(run):
    status, rows = run(CORPUS, CORPUS)
    assert status == 0
    assert [r["query_id"] for r in rows] == ["heel", 7, "7", "shoes"]
    by_id = {json.dumps(r["query_id"]): r for r in rows}
    assert by_id['"heel"']["ranked_ids"] == [7]
    assert by_id["7"]["ranked_ids"] == ["heel"]
    assert by_id['"shoes"'] == {"query_id": "shoes", "ranked_ids": [], "reasons": []}
    (reason,) = by_id["7"]["reasons"]
    assert reason["id"] == "heel"
    assert len(reason["matching"]) >= 2
    assert reason["contradicting"] == []


def test_each_half_alone_and_the_same_answer_every_time(run):
    question = [{"id": "q", "text": "calf, bruised after a sprint"}]
    assert run(CORPUS, question) == run(CORPUS, question)
    assert run(CORPUS, question, "--text-only")[1][0]["ranked_ids"] == ["7"]
    assert run(CORPUS, question, "--pattern-only")[1][0]["ranked_ids"] == ["7"]


@pytest.mark.skipif(not meaning.installed(), reason="no sentence model: `make meaning` installs it")
@pytest.mark.parametrize("options", [[], ["--text-only"]])
def test_the_sentence_model_is_used_and_can_be_left_out(run, options):
    question = [{"id": "q", "text": "My heel hurts most when I begin walking after sleep."}]

    def reasons(*more):
        (row,) = run(CORPUS[1:2], question, *options, *more)[1]
        return [text for reason in row["reasons"] for text in reason["matching"]]

    assert "the two accounts mean much the same" in reasons()
    assert "the two accounts mean much the same" not in reasons("--no-meaning")


def test_a_sentence_model_that_is_damaged_is_a_sentence_and_not_needed(run, capsys, monkeypatch):
    def refuse():
        raise meaning.MeaningError("the sentence model cannot be read: run `make meaning` again")

    monkeypatch.setattr(meaning, "model", refuse)
    assert run(CORPUS, CORPUS) == (2, [])
    assert run(CORPUS, CORPUS, "--no-meaning")[0] == 0


def test_a_bad_line_says_so_and_the_run_goes_on(run):
    corpus = [CORPUS[0], "nonsense", CORPUS[0], {"text": "no id"}, "", {"id": [], "text": "x"}, CORPUS[1]]
    status, rows = run(corpus, ['{"id": "a"}', {"id": "b", "text": CORPUS[0]["text"]}])
    assert status == 1
    assert [(r["file"], r["line"]) for r in rows[:-1]] == [
        ("corpus", 2),
        ("corpus", 3),
        ("corpus", 4),
        ("corpus", 6),
        ("queries", 1),
    ]
    assert "earlier line" in rows[1]["error"]
    assert rows[-1]["ranked_ids"] == ["heel", 7]


def test_a_file_that_is_not_there_is_a_wrong_use(tmp_path, capsys):
    missing = str(tmp_path / "missing.jsonl")
    assert main(["similar", "--corpus", missing, "--queries", missing]) == 2
    assert "cannot read" in capsys.readouterr().err
    assert main(["similar", "--corpus", "-", "--queries", "-"]) == 2


def test_half_a_character_in_an_id_is_given_back_as_it_came(run):
    status, rows = run([{**CORPUS[0], "id": "\ud800"}], [CORPUS[1]])
    assert status == 0
    assert rows[0]["ranked_ids"] == ["\ud800"]
