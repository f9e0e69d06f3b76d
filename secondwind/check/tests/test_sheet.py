"""The sheet: carried from page to page without loss, and believing nothing that it is sent."""

from dataclasses import replace

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from secondwind.cases.replies import DROP, VALUES
from secondwind.check.sheet import MAX_TEXT_BYTES, Refused, Sheet, unanswered
from secondwind.clinic.knowledge import load
from secondwind.clinic.model import Case, Effect, Item, Kind, Origin, Reading, Reply, Side, Source

KNOWLEDGE = load()
VOCABULARY = {
    Kind.PLACE: KNOWLEDGE.regions,
    Kind.FINDING: KNOWLEDGE.findings,
    Kind.TREATMENT: KNOWLEDGE.treatments,
    Kind.TEST: KNOWLEDGE.tests,
    Kind.SUSPICION: KNOWLEDGE.suspicions,
}


def _words(text: str) -> tuple[Origin, ...]:
    return (Origin(Source.WORDS, 0, len(text), text),)


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    said = {}
    for kind, known in VOCABULARY.items():
        for id in draw(st.lists(st.sampled_from(sorted(known)), max_size=3, unique=True)):
            said[kind, id] = draw(st.sampled_from([*VALUES[kind], DROP]))
    return Sheet(
        text=draw(
            st.text(st.characters(exclude_characters="\r\x00", exclude_categories=["Cs"]), max_size=200)
        ),
        regions=tuple(draw(st.lists(st.sampled_from(sorted(KNOWLEDGE.regions)), max_size=4, unique=True))),
        side=draw(st.sampled_from(Side)),
        said=said,
        complaint=draw(st.integers(0, 9)),
        age=draw(st.none() | st.integers(0, 120)),
        screened=draw(st.booleans()),
    )


@given(sheets())
def test_a_sheet_comes_back_from_its_own_form_fields_unchanged(sheet):
    query = QueryDict(mutable=True)
    for name, value in sheet.fields():
        query.appendlist(name, value)

    assert Sheet.from_post(query, KNOWLEDGE) == sheet


def test_fields_that_a_page_shows_itself_are_not_sent_twice():
    sheet = Sheet(text="my knee", regions=("knee_cap",), side=Side.LEFT)

    assert list(sheet.fields(without=("text", "side"))) == [("region", "knee_cap")]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("region", "third_elbow"),
        ("say.finding.no_such_finding", "yes"),
        ("say.finding.time_night", "perhaps"),
        ("say.planet.mars", "yes"),
        ("say.place.calf_lower", "better"),
        ("add", "treatment.leeches"),
        ("side", "inside"),
        ("age", "-3"),
        ("age", "２３"),
        ("complaint", "1e9"),
    ],
)
def test_what_the_vocabulary_does_not_know_is_left_out_with_a_sentence(posted, name, value):
    sheet = Sheet.from_post(posted([("text", "my knee"), (name, value)]), KNOWLEDGE)

    assert replace(sheet, remarks=()) == Sheet(text="my knee")
    assert len(sheet.remarks) == 1
    assert "was left out" in sheet.remarks[0]


def test_a_long_unknown_value_is_shown_only_in_part(posted):
    sheet = Sheet.from_post(posted([("region", "x" * 5000)]), KNOWLEDGE)

    assert len(sheet.remarks[0]) < 200


def test_a_text_over_100_kb_is_refused_with_its_size(posted):
    with pytest.raises(Refused, match="120 kB long"):
        Sheet.from_post(posted([("text", "é" * 60_000)]), KNOWLEDGE)

    assert Sheet.from_post(posted([("text", "x" * MAX_TEXT_BYTES)]), KNOWLEDGE).text


def test_line_breaks_of_a_browser_do_not_move_positions(posted):
    assert Sheet.from_post(posted([("text", "one\r\ntwo\rthree")]), KNOWLEDGE).text == "one\ntwo\nthree"


def test_the_last_answer_to_a_question_counts(posted):
    fields = [("say.finding.time_night", "yes"), ("say.finding.time_night", "no")]

    assert Sheet.from_post(posted(fields), KNOWLEDGE).said == {(Kind.FINDING, "time_night"): "no"}


def test_something_added_counts_as_yes_with_its_effect_unknown(posted):
    fields = [("add", "finding.time_night"), ("add", ""), ("add", "treatment.ice")]
    case = Sheet.from_post(posted(fields), KNOWLEDGE).case(Reading("", False))

    assert case.replies == {"time_night": Reply.YES}
    assert [(item.id, item.detail) for item in case.of(Kind.TREATMENT)] == [("ice", Effect.UNKNOWN)]


def test_a_correction_keeps_the_words_it_corrects():
    told = Case((Item(Kind.FINDING, "time_night", Reply.YES, "", _words("at night")),))
    sheet = Sheet(text="at night", said={(Kind.FINDING, "time_night"): "no"})
    items = sheet.case(Reading("at night", True, (told,))).items

    assert [(item.reply, item.words) for item in items] == [(Reply.NO, "at night")]


def test_what_is_left_out_is_gone_and_a_place_on_the_map_is_added_with_its_side():
    told = Case((Item(Kind.PLACE, "knee", Reply.YES, "right"), Item(Kind.TREATMENT, "ice")))
    sheet = Sheet(regions=("calf_lower",), side=Side.LEFT, said={(Kind.PLACE, "knee"): DROP})
    case = sheet.case(Reading("", True, (told,)))

    assert [(item.kind, item.id, item.detail) for item in case.items] == [
        (Kind.TREATMENT, "ice", ""),
        (Kind.PLACE, "calf_lower", "left"),
    ]


def test_what_a_form_only_repeats_is_no_answer_of_the_runner():
    told = Case((Item(Kind.TEST, "xray", Reply.NO), Item(Kind.FINDING, "time_night")))
    said = {(Kind.TEST, "xray"): "no", (Kind.FINDING, "time_night"): "unsure"}
    reading = Reading("", True, (told,))
    sheet = Sheet(said=said).settled(reading)

    assert sheet.said == {(Kind.FINDING, "time_night"): "unsure"}
    assert [item.reply for item in sheet.case(reading).of(Kind.TEST)] == [Reply.NO]


def test_the_chosen_complaint_is_checked_and_the_others_stay_with_their_corrections():
    knee = Case((Item(Kind.PLACE, "knee"),))
    calf = Case((Item(Kind.PLACE, "calf"), Item(Kind.FINDING, "sign_swell_calf")))
    reading = Reading("", True, (knee, calf))
    sheet = Sheet(said={(Kind.FINDING, "sign_swell_calf"): "no", (Kind.FINDING, "time_night"): "yes"})

    assert [item.id for item in sheet.case(reading).places] == ["knee"]
    assert [item.id for item in replace(sheet, complaint=1).case(reading).places] == ["calf"]
    assert [item.id for item in replace(sheet, complaint=7).case(reading).places] == ["calf"]
    assert [other.replies for other in sheet.others(reading)] == [{"sign_swell_calf": Reply.NO}]


def test_only_what_has_no_reply_at_all_is_unanswered():
    case = Case((Item(Kind.FINDING, "time_night", Reply.UNSURE),))

    assert list(unanswered(["time_night", "rf_fever"], case)) == ["rf_fever"]
