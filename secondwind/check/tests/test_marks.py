"""The runner's text in pieces: nothing of it is lost, whatever was understood where."""

from hypothesis import given
from hypothesis import strategies as st

from secondwind.check.marks import Understood, pieces
from secondwind.clinic.model import Item, Kind, Origin, Source

SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=8)


def _mark(id: str, *spans: tuple[int, int], state: str = "yes", chip: str = "") -> Understood:
    origins = tuple(Origin(Source.WORDS, start, end) for start, end in spans)
    return Understood(Item(Kind.FINDING, id, origins=origins), id, state, chip)


@given(st.text(max_size=40), SPANS)
def test_the_pieces_joined_are_the_text(text, spans):
    cut = pieces(text, [_mark(str(i), span) for i, span in enumerate(spans)])

    assert "".join(piece.text for piece in cut) == text


def test_words_that_mean_two_things_carry_both():
    cut = pieces("pain at night", [_mark("ache", (0, 13)), _mark("night", (8, 13), chip="chip-night")])

    assert [(piece.text, piece.meaning) for piece in cut] == [("pain at ", "ache"), ("night", "ache; night")]
    assert cut[1].chip == "chip-night"


def test_an_item_with_words_in_two_places_is_marked_in_both():
    cut = pieces("ice, then ice", [_mark("ice", (0, 3), (10, 13))])

    assert [piece.text for piece in cut if piece.marks] == ["ice", "ice"]


def test_an_answer_without_words_marks_nothing():
    mark = Understood(Item(Kind.FINDING, "x", origins=(Origin(Source.ANSWER),)), "x", "yes")

    assert [piece.marks for piece in pieces("my knee", [mark])] == [()]
