"""What cases mean: embedded in the background, used where it may be, and nothing without it."""

import numpy as np
import pytest

from secondwind import cli
from secondwind.accounts.models import Audience
from secondwind.cases import meanings, similar, tasks
from secondwind.cases.actions import keep
from secondwind.cases.models import Beginning, Case, Meaning
from secondwind.cases.tests.conftest import HEEL
from secondwind.clinic import read
from secondwind.clinic.similarity import meaning
from secondwind.forums.actions import cases
from secondwind.forums.actions.post import ask
from secondwind.forums.pages.thread import address

MEANT = "the two accounts mean much the same"
HEEL_TOO = "Sole of my foot is sore when I get out of bed, then it warms up."


class Alike:
    """A model to which all texts mean the same; that of the real one is proved in the clinic."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, text: str) -> meaning.Vector:
        self.asked.append(text)
        return np.full(meaning.SIZE, meaning.SIZE**-0.5, np.float16)


@pytest.fixture
def model(monkeypatch, settings):
    settings.SENTENCE_MODEL = True
    alike = Alike()
    monkeypatch.setattr(similar, "MOST_REASONS", 20)  # this one is the last
    monkeypatch.setattr(meaning, "installed", lambda: True)
    monkeypatch.setattr(meaning, "model", lambda: alike)
    similar.forget()
    yield alike
    similar.forget()


@pytest.fixture
def heel_too(bob, forum):
    return ask(bob, forum, "Sore underneath", HEEL_TOO).thread


def test_a_new_case_is_found_at_once_and_by_what_it_means_when_it_is_embedded(client, model, heel, heel_too):
    before = client.get(address(heel)).content.decode()
    assert "Sore underneath" in before
    assert MEANT not in before

    tasks.embed_waiting()

    assert Meaning.objects.count() == 2
    assert MEANT in client.get(address(heel)).content.decode()
    assert meanings.waiting().count() == 0


def test_a_page_of_a_thread_embeds_nothing_and_what_somebody_types_is_embedded(
    client, anonymous, model, heel, heel_too
):
    meanings.embed_waiting()
    model.asked.clear()
    client.get(address(heel))
    assert model.asked == []

    found = similar.similar_to(anonymous, read(HEEL).case, "typed just now")
    assert model.asked == ["typed just now"]
    assert all(MEANT in one.matching for one in found)


def test_embedding_can_be_stopped_and_goes_on_where_it_was_and_tells_how_far_it_is(
    capsys, model, heel, heel_too
):
    steps = []
    assert meanings.embed_waiting(1, lambda done, total: steps.append((done, total))) == 1
    assert steps == [(1, 1)]
    assert cli.main(["cases", "embed"]) == 0
    assert capsys.readouterr().out == "1 accounts embedded, 0 wait\n"
    assert len(model.asked) == 2
    assert cli.main(["cases", "embed"]) == 0
    assert len(model.asked) == 2


def test_a_process_that_was_behind_hears_of_a_vector(model, heel):
    other = similar.Shelf()
    other.catch_up(similar.latest_turn())
    assert not len(other.index.columns.vectors)
    meanings.embed_waiting()
    other.catch_up(similar.latest_turn())
    assert len(other.index.columns.vectors) == 1


def test_words_that_are_gone_take_their_vector_along(model, heel):
    meanings.embed_waiting()
    case = cases.cases_of(heel)[0]
    keep.forget_words(case, "My heel hurts.")
    assert not Meaning.objects.exists()
    meanings.embed_waiting()
    assert model.asked[-1] == "My heel hurts."
    keep.delete(Case.objects.get(pk=case.pk))
    assert not Meaning.objects.exists()


def test_words_that_changed_while_they_were_embedded_get_no_vector_of_the_old_ones(model, heel):
    case = cases.cases_of(heel)[0]
    keep.put_meaning(case.pk, "other words", meaning.NAME, b"\0" * 768)
    keep.put_meaning(case.pk + 1, case.text, meaning.NAME, b"\0" * 768)
    assert not Meaning.objects.exists()


def test_a_case_of_which_fewer_see_a_part_is_not_compared_by_its_words(client, model, heel, heel_too):
    meanings.embed_waiting()
    keep.show(cases.cases_of(heel_too)[0], audiences={"when": Audience.NOBODY})
    assert MEANT not in client.get(address(heel)).content.decode()


def test_the_page_of_a_private_case_takes_the_vector_that_it_has(as_, bob, model, heel):
    case = keep.begin([read(HEEL_TOO).case], text=HEEL_TOO, beginning=Beginning.CHECK, owner=bob)[0]
    meanings.embed_waiting()
    model.asked.clear()
    html = as_(bob).get(f"/cases/{case.pk}/").content.decode()
    assert MEANT in html
    assert model.asked == []


def test_taken_out_again_or_damaged_it_is_not_missed(
    client, anonymous, monkeypatch, settings, model, heel, heel_too
):
    meanings.embed_waiting()

    def refuse():
        raise meaning.MeaningError("damaged: run `make meaning` again")

    monkeypatch.setattr(meaning, "model", refuse)
    assert similar.similar_to(anonymous, read(HEEL).case, HEEL)
    with pytest.raises(meaning.MeaningError):
        meanings.embed_waiting()

    settings.SENTENCE_MODEL = False
    similar.forget()
    html = client.get(address(heel)).content.decode()
    assert "Sore underneath" in html
    assert MEANT not in html
    assert meanings.embed_waiting() == 0


def test_a_vector_of_another_model_is_made_again(model, heel):
    meanings.embed_waiting()
    Meaning.objects.update(model="an older one")
    assert meanings.vector_of(cases.cases_of(heel)[0]) is None
    assert meanings.embed_waiting() == 1
    assert Meaning.objects.get().model == meaning.NAME


@pytest.mark.skipif(not meaning.installed(), reason="no sentence model: `make meaning` installs it")
def test_with_the_real_model_two_ways_of_saying_one_thing_mean_the_same(client, settings, heel, heel_too):
    settings.SENTENCE_MODEL = True
    similar.forget()
    meanings.embed_waiting()
    similar.forget()
    html = client.get(address(heel)).content.decode()
    settings.SENTENCE_MODEL = False
    similar.forget()
    assert "Sore underneath" in html
    assert Meaning.objects.count() == 2
