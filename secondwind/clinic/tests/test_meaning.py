"""The sentence model on NumPy, and similar cases with it: nearer when two accounts mean the same, and never
against the pattern."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from secondwind.clinic import read
from secondwind.clinic.model import Case
from secondwind.clinic.similarity import Index, Mode, SnapshotError, meaning
from secondwind.clinic.similarity.meaning import SIZE, MeaningError, Model, Vector
from secondwind.clinic.similarity.vectors import Vectors

needs_model = pytest.mark.skipif(
    not meaning.installed(), reason="no sentence model: `make meaning` installs it"
)


@pytest.fixture(scope="module")
def model() -> Model:
    found = meaning.model()
    assert found is not None
    return found


def cosine(one: Vector, other: Vector) -> float:
    return float(one.astype(np.float32) @ other.astype(np.float32))


# --- The model ----------------------------------------------------------------------------------------------


@needs_model
def test_a_vector_is_the_one_that_the_model_is_known_for(model):
    vector = model.embed("This is an example sentence")
    assert vector.shape == (SIZE,)
    assert vector.dtype == np.float16
    assert np.linalg.norm(vector.astype(np.float32)) == pytest.approx(1, abs=1e-3)
    # as the model's own card shows it
    assert vector[:4].tolist() == pytest.approx([0.0677, 0.0635, 0.0487, 0.0793], abs=1e-4)


@needs_model
def test_paraphrases_are_near_and_what_is_about_something_else_is_far(model):
    knee, lateral, watch = map(
        model.embed,
        (
            "The outside of my knee hurts when I run downhill.",
            "Lateral knee pain on descents.",
            "Which watch has the best battery?",
        ),
    )
    assert cosine(knee, lateral) > 0.6
    assert cosine(knee, watch) < 0.2


@needs_model
def test_a_text_has_the_same_vector_every_time_and_a_long_one_is_cut(model):
    long = "My knee hurts on every run. " * 200
    assert (model.embed(long) == model.embed(long)).all()
    assert cosine(model.embed(long), model.embed(long + "But this is about cake.")) == pytest.approx(
        1, abs=1e-2
    )
    for odd in ("", "  ", "🦵 ça fait mal — 膝が痛い", "\ud800", "\0"):
        assert np.isfinite(model.embed(odd)).all()


@needs_model
def test_files_that_are_not_the_known_ones_are_refused(tmp_path: Path):
    with pytest.raises(MeaningError, match="make meaning"):
        Model(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"something else")
    with pytest.raises(MeaningError, match="not the file"):
        Model(tmp_path)


def test_nothing_of_it_is_loaded_before_it_is_asked_for():
    late = "any(name in sys.modules for name in ('tokenizers', 'scipy'))"
    check = f"import secondwind.clinic.similarity, sys; sys.exit({late})"
    assert subprocess.run([sys.executable, "-c", check]).returncode == 0


# --- Vectors in an index, whoever made them -----------------------------------------------------------------


def unit(*numbers: float) -> Vector:
    vector = np.zeros(SIZE, np.float32)
    vector[: len(numbers)] = numbers
    return (vector / np.linalg.norm(vector)).astype(np.float16)


KNEE = "My outer left knee hurts going downhill and it builds up the longer I run."
CASE = read(KNEE).case
SAME, LIKE, OTHER = unit(1, 1, 1, 1), unit(1, 1), unit(-1, 1, -1, 1)


def index_of(vectors: Mapping[str, Vector | None]) -> Index:
    index = Index()
    for id, vector in vectors.items():
        index.add(id, CASE, "Lateral pain on descents.", vector=vector)
    return index


def test_of_cases_alike_in_all_else_the_one_that_means_the_same_comes_first():
    index = index_of({"a": OTHER, "b": None, "c": LIKE})
    found = index.search(CASE, KNEE, vector=SAME)
    assert [m.id for m in found] == ["c", "a", "b"]
    assert "the two accounts mean much the same" in found[0].matching
    assert "the two accounts mean much the same" not in found[1].matching
    assert found[1].score == found[2].score


def test_without_a_vector_of_the_query_and_by_pattern_alone_vectors_count_for_nothing():
    index, plain = index_of({"a": OTHER, "c": LIKE}), index_of({"a": None, "c": None})
    assert index.search(CASE, KNEE) == plain.search(CASE, KNEE)
    assert index.search(CASE, KNEE, vector=SAME, mode=Mode.PATTERN) == plain.search(
        CASE, KNEE, mode=Mode.PATTERN
    )


def test_by_text_alone_a_case_is_found_that_shares_no_word_when_it_means_the_same():
    index = Index()
    index.add("alike", Case(), "lateral joint, descents", vector=LIKE)
    index.add("unlike", Case(), "lateral joint, descents", vector=OTHER)
    (found,) = index.search(Case(), "hills hurt my knee", vector=SAME, mode=Mode.TEXT)
    assert found.id == "alike"
    assert found.matching == ("the two accounts mean much the same",)


def test_meaning_never_brings_what_has_nothing_else_in_common():
    index = Index()
    index.add("gear", Case(), "Which watch?", vector=SAME)
    assert index.search(CASE, KNEE, vector=SAME) == []


def test_an_index_keeps_its_vectors_through_removal_and_over_a_restart():
    index = index_of({f"{i}": LIKE if i % 7 else OTHER for i in range(700)} | {"last": SAME})
    for i in range(690):
        index.remove(f"{i}")
    again = Index.from_bytes(index.to_bytes())
    straight = index_of({f"{i}": LIKE if i % 7 else OTHER for i in range(690, 700)} | {"last": SAME})
    assert straight.search(CASE, KNEE, vector=SAME) == again.search(CASE, KNEE, vector=SAME)
    assert again.search(CASE, KNEE, vector=SAME)[0].id == "last"
    assert len(again.columns.vectors) == 11
    with pytest.raises(SnapshotError, match="another sentence model"):
        Index.from_bytes(index.to_bytes().replace(meaning.NAME.encode(), b"all-MiniLM-L6-v9", 1))


def test_the_nearest_by_bits_are_those_with_most_signs_in_common_and_ties_are_all_there():
    vectors, chance = Vectors(), np.random.default_rng(3)
    rows = chance.standard_normal((300, SIZE)).astype(np.float16)
    for row, vector in enumerate(rows):
        vectors.append(2 * row, vector)
    query, alive = rows[7] + chance.standard_normal(SIZE).astype(np.float16) / 2, np.ones(600, np.bool_)
    shared = ((rows > 0) == (query > 0)).sum(axis=1)
    near = set((vectors.near(query, alive, 20) // 2).tolist())
    least = np.sort(shared)[-20]
    assert near == set(np.flatnonzero(shared >= least).tolist())
    alive[14] = False
    assert 14 not in vectors.near(query, alive, 20)


# --- Real accounts ------------------------------------------------------------------------------------------


@needs_model
def test_the_other_side_of_the_joint_in_the_same_words_does_not_come_first(model):
    query = "Outside of my knee hurts running downhill after about three miles."
    decoy = "Inside of my knee hurts running downhill after about three miles."
    fits = "Lateral knee, descents, comes on around 5k each time."
    assert cosine(model.embed(query), model.embed(decoy)) > cosine(model.embed(query), model.embed(fits))
    index = Index()
    for id, text in (("decoy", decoy), ("fits", fits)):
        index.add(id, read(text).case, text, vector=model.embed(text))
    found = index.search(read(query).case, query, vector=model.embed(query))
    assert found[0].id == "fits"
