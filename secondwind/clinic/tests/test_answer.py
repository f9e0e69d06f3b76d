"""The answer as a whole: urgency, what raises it and what never lowers it, and the trace of its numbers."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secondwind import clinic
from secondwind.clinic import check, explain
from secondwind.clinic.answer import NO_SIGN, danger_signs, with_answers
from secondwind.clinic.knowledge import load
from secondwind.clinic.model import Case, Item, Kind, Origin, Reading, Reply, Source, Urgency
from secondwind.clinic.tests.cases import HALF_MARATHONER, TRAIL_RUNNER, case, cases, known

SIGNS = sorted(danger_signs(load()))
TEXT = "The outside of both my lower legs hurts the day after every trail run, but never after road runs."


def urgency(told: Case) -> Urgency:
    return check(told).urgency


def test_an_account_a_reading_and_a_case_are_answered_alike():
    reading = clinic.read(TEXT)
    from_text = check(TEXT)
    assert from_text == check(reading) == check(reading.case)
    assert from_text.reading == reading
    assert check(reading.case).reading is None


def test_the_two_seed_cases_are_no_alarm():
    for told in (TRAIL_RUNNER, HALF_MARATHONER):
        answer = check(told)
        assert answer.alarms == ()
        assert NO_SIGN in answer.urgency_because
        assert answer.urgency.level < Urgency.SAME_DAY.level
        assert "sign_swell_calf" in answer.unasked


@pytest.mark.parametrize(
    ("told", "level"),
    [
        (case(["heel"], ["time_first_steps", "act_stand_long"]), Urgency.SELF_CARE),
        (case(["knee_cap"], ["act_stairs_down", "act_sit_knee", "act_squat"]), Urgency.SELF_CARE),
        (case(["thigh_front"], ["onset_delayed", "time_next_day"], side="both", days=2), Urgency.SELF_CARE),
        (case(["ankle"], ["onset_twist", "sign_bruise"], side="left", days=2), Urgency.SELF_CARE),
        (case(["groin_front"], ["act_squat", "act_sit_knee", "sign_hip_stiff"]), Urgency.ROUTINE),
        (case(["shin_inner_lower"], ["loc_one_finger", "act_hop", "time_builds"]), Urgency.WITHIN_WEEK),
        (case(["forefoot_top"], ["sign_swell", "act_walk", "ctx_load_spike"]), Urgency.WITHIN_WEEK),
        (case(["groin"], ["act_walk"]), Urgency.SAME_DAY),
        (case(["calf"], ["sign_swell_calf"]), Urgency.SAME_DAY),
        (case(["achilles"], ["onset_pop", "act_heel_raise_cannot"]), Urgency.SAME_DAY),
        (case(["low_back"], ["rf_saddle"]), Urgency.EMERGENCY),
        (case(["shin"], ["rf_pain_extreme", "sign_muscle_hard"]), Urgency.EMERGENCY),
    ],
)  # fmt: skip
def test_how_urgent_it_is(told, level):
    assert urgency(told) is level


@pytest.mark.parametrize("place", sorted(known.regions))
def test_a_place_alone_is_nothing_for_today(place):
    assert urgency(case([place])).level < Urgency.SAME_DAY.level


def test_the_ranking_alone_can_raise_it():
    told = case(["achilles_mid"], ["onset_sudden", "sign_weak_push", "act_walk", "sign_bruise"])
    answer = check(told)
    assert not answer.alarms or max(a.action.level for a in answer.alarms) < Urgency.SAME_DAY.level
    assert answer.urgency is Urgency.SAME_DAY
    assert any("Should be seen today because of what it could be" in s for s in answer.urgency_because)


def test_the_reasons_say_the_alarm_what_is_open_and_what_is_unsure():
    told = case(["calf"], ["sign_swell_calf"]).with_items([Item(Kind.FINDING, "rf_clot_risk", Reply.UNSURE)])
    because = check(told).urgency_because
    assert because[0] == next(r.say for r in known.rules if r.id == "RF18")
    assert NO_SIGN not in because
    assert any("not sure about" in s and known.findings["rf_clot_risk"].label in s for s in because)
    assert any("no answer yet" in s for s in because)


def test_a_vulnerable_runner_is_told_why_it_is_sooner():
    told = case(["heel"], ["time_first_steps"])
    assert urgency(told) is Urgency.SELF_CARE
    older = check(Case(told.items, age=75))
    assert older.urgency is Urgency.ROUTINE
    assert any("One step more careful" in s for s in older.urgency_because)


def test_an_emergency_still_has_its_ranking():
    answer = check(case(["low_back"], ["rf_saddle"]))
    assert answer.urgency is Urgency.EMERGENCY
    assert len(answer.ranked) == len(known.conditions)


def test_a_danger_sign_of_a_second_complaint_counts():
    knee, calf = case(["knee"], ["act_squat"]), case(["calf"], ["sign_swell_calf"])
    answer = check(Reading("", True, (knee, calf)))
    assert "RF18" in {a.rule for a in answer.alarms}
    assert answer.urgency is Urgency.SAME_DAY
    assert answer.case.places[0].id == "knee"


def test_what_no_leader_explains_is_said():
    told = case(["heel_bottom_inner"], ["time_first_steps", "tend_heel_inner", "qual_lock"])
    assert check(told).unexplained == ("qual_lock",)


def test_nothing_at_all_is_answered_calmly():
    answer = check(case())
    assert answer.urgency is Urgency.SELF_CARE
    assert answer.cannot_tell
    assert answer.unasked


# Answers.


def test_answers_replace_what_the_words_said():
    told = case(["calf"], ["sign_swell_calf"])
    assert check(told, {"sign_swell_calf": "no"}).alarms == ()
    assert check(told, {"rf_dark_urine": Reply.YES}).urgency is Urgency.EMERGENCY


def test_unsure_does_not_take_back_a_yes():
    told = case(["calf"], ["sign_swell_calf"], no=["rf_clot_risk"])
    answered = with_answers(told, {"sign_swell_calf": "unsure", "rf_clot_risk": "unsure"})
    assert answered.replies == {"sign_swell_calf": Reply.YES, "rf_clot_risk": Reply.UNSURE}


def test_an_answer_is_marked_as_one():
    (item,) = with_answers(case(), {"act_walk": "yes"}).items
    assert item.origins == (Origin(Source.ANSWER),)


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"act_wlk": "yes"}, "no finding 'act_wlk'"),
        ({"act_walk": "maybe"}, "'maybe'; it must be yes, no or unsure"),
    ],
)
def test_an_answer_that_nobody_knows_is_refused(answers, words):
    with pytest.raises(ValueError, match=words):
        check(case(["knee"]), answers)


# What always holds.


@settings(deadline=None, max_examples=150)
@given(cases, st.sampled_from(SIGNS))
def test_one_more_danger_sign_never_lowers_the_urgency(told, sign):
    more = told.with_items([Item(Kind.FINDING, sign)])
    assert urgency(more).level >= urgency(told).level


@settings(deadline=None, max_examples=60)
@given(cases, st.sampled_from(known.rules))
def test_a_fired_rule_never_lowers_the_urgency(told, rule):
    more = told.with_items([Item(Kind.FINDING, f) for f in (*rule.any[:1], *rule.all)])
    assert urgency(more).level >= urgency(told).level or "per_under18" in rule.all


@settings(deadline=None, max_examples=40)
@given(cases)
def test_it_is_at_least_as_urgent_as_its_alarms_and_deterministic(told):
    answer = check(told)
    assert answer == check(Case(told.items, told.duration_days, told.age))
    assert answer.urgency.level >= max((a.action.level for a in answer.alarms), default=0)
    assert math.fsum(c.share for c in answer.ranked) + answer.other_share == pytest.approx(1, abs=1e-9)
    assert answer.urgency_because


# The trace.


def test_explain_shows_every_term_with_its_weight_source_and_words():
    answer = check(TEXT)
    shown = explain(answer)
    leader = answer.ranked[0]
    for term in leader.terms:
        assert f"{term.weight:+.3f}" in shown
        assert term.words in shown
    total = math.fsum(t.weight for t in leader.terms)
    assert f"{total:+.3f}  sum" in shown
    assert known.sources["expert"].cite in shown
    assert answer.knowledge_version in shown
    assert f"share {leader.share:.4f}" in shown


def test_explain_shows_why_an_alarm_fired():
    told = Case(
        (
            Item(Kind.PLACE, "groin", origins=(Origin(Source.WORDS, 3, 8, "groin"),)),
            Item(Kind.FINDING, "act_walk", origins=(Origin(Source.WORDS, 20, 34, "when I walk on"),)),
        )
    )
    shown = explain(check(told))
    assert "RF22 same_day" in shown
    assert "because of finding act_walk: yes  “when I walk on”" in shown
    assert "because of place groin" in shown
    assert known.sources["fns2017"].cite in shown


@settings(deadline=None, max_examples=15)
@given(cases)
def test_any_answer_can_be_explained(told):
    assert explain(check(told)).startswith("Knowledge version ")


# The library.


def test_the_public_names_are_there_and_no_others():
    for name in clinic.__all__:
        assert getattr(clinic, name) is not None
    assert set(dir(clinic)) == set(clinic.__all__)
    with pytest.raises(AttributeError, match="no attribute 'diagnose'"):
        _ = clinic.diagnose


def test_the_library_needs_no_django_and_loads_lazily():
    code = (
        "import sys, secondwind.clinic as c; before = set(sys.modules); c.load();"
        "c.check(c.Case()); assert 'django' not in sys.modules;"
        "assert 'secondwind.clinic.reader' not in sys.modules;"
        "assert 'secondwind.clinic.ranking' not in before"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_an_emergency_of_the_whole_body_is_not_put_down_to_a_knee():
    answer = check("Flat out in the fifth rep she dropped in mid-stride and woke on the track.")
    assert answer.urgency is Urgency.EMERGENCY
    assert answer.ranked[0].condition == "pe_cardiac"


def test_it_is_not_where_something_else_hurts():
    calm = check("My knee hurts at the front when I go down stairs.")
    assert known.regions["whole_body"].label not in {t.label for c in calm.ranked for t in c.terms}
    assert calm.ranked[0].condition == "pfp"
