"""The next question: what is asked, what is never asked, and when it stops."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings

from secondwind.clinic import check
from secondwind.clinic.implied import derived
from secondwind.clinic.knowledge import load
from secondwind.clinic.model import Case, Item, Kind, Origin, Reply, Source
from secondwind.clinic.questions import Gains, askable, may_hop
from secondwind.clinic.ranking import Weighing, rank
from secondwind.clinic.tests.cases import HALF_MARATHONER, TRAIL_RUNNER, case, cases

KNOWN = load()


def asked(told: Case) -> list[str]:
    return [q.finding for q in check(told).next_questions]


def answered(told: Case, *findings: str, reply: Reply = Reply.NO) -> Case:
    return told.with_items(Item(Kind.FINDING, f, reply, origins=(Origin(Source.ANSWER),)) for f in findings)


def entropy(told: Case) -> float:
    found = rank(told)
    shares = [c.share for c in found.candidates] + [found.other_share]
    return -sum(p * math.log2(p) for p in shares if p > 0)


def test_it_asks_for_what_tells_the_leaders_apart():
    assert "tend_retrofib" in asked(TRAIL_RUNNER)
    assert {"tend_shin_strip", "tend_bone_spot"} & set(asked(case(["shin_inner_lower"])))
    assert {"tend_fib_head", "act_heel_dig", "tend_muscle"} & set(asked(HALF_MARATHONER))


def test_it_asks_nothing_about_other_parts_of_the_body():
    for finding in asked(case(["calf_upper_inner"], ["onset_sudden"])):
        sites = {
            r for c in KNOWN.conditions.values() if finding in {e.id for e in c.evidence} for r in c.regions
        }
        assert sites & {"calf_upper_inner", "calf_mid_deep", "knee_back_inner"}, finding


@pytest.mark.parametrize(
    "told", [TRAIL_RUNNER, HALF_MARATHONER, case(["knee"]), case(["shin"]), case(["hip"])]
)
def test_what_was_answered_is_not_asked_again(told):
    for finding in asked(told):
        assert finding not in asked(answered(told, finding))


def test_the_gain_is_the_fall_of_entropy_that_the_ranking_itself_gives():
    told = case(["knee_outer"], ["act_downhill"])
    gains = Gains(Weighing(derived(told), KNOWN))
    finding = KNOWN.findings["tend_outer_epicondyle"]
    shares = {c.condition: c.share for c in rank(derived(told)).candidates}
    p_yes = sum(p * _theta(condition, finding.id) for condition, p in shares.items())
    p_yes += (1 - sum(shares.values())) * finding.base
    after = [entropy(derived(case(["knee_outer"], ["act_downhill", finding.id])))]
    after.append(entropy(derived(case(["knee_outer"], ["act_downhill"], no=[finding.id]))))
    expected = entropy(derived(told)) - p_yes * after[0] - (1 - p_yes) * after[1]
    gain = gains.of(finding)
    assert gain is not None
    assert gain.bits == pytest.approx(expected, abs=0.02)
    assert expected > 0.1


def _theta(condition: str, finding: str) -> float:
    for e in KNOWN.conditions[condition].evidence:
        if e.id == finding and e.lr_neg != 1 and e.lr_pos != 1:
            return e.lr_pos * (1 - e.lr_neg) / (e.lr_pos - e.lr_neg)
    return KNOWN.findings[finding].base


@pytest.mark.parametrize(
    "told",
    [
        case(["shin_inner_lower"], ["act_walk"]),
        case(["shin_inner_lower"], ["sign_limp"]),
        case(["shin_front_bone"]),
        case(["midfoot_top"]),
        case(["groin_front"]),
        case(["shin_inner_lower"], ["rf_highrisk_bone"]),
        case(["calf"], ["sign_swell_calf"]),
    ],
)
def test_nobody_is_asked_to_hop_where_it_could_harm(told):
    known_parts = derived(told)
    alarms = check(told).alarms
    assert "act_hop" not in {f.id for f in askable(known_parts, KNOWN, alarms)}
    assert "act_hop" not in asked(told)
    assert all(m.question is None or m.question.finding != "act_hop" for m in check(told).must_not_miss)


def test_hopping_is_asked_for_where_it_cannot_harm():
    told = case(["shin_inner_lower"], no=["act_walk"])
    assert may_hop(told, KNOWN)
    assert "act_hop" in {f.id for f in askable(told, KNOWN)}


def test_no_loading_test_is_asked_for_while_something_urgent_stands():
    told = case(["achilles"], ["onset_pop", "calf_squeeze_nomove"])
    found = {f.id for f in askable(derived(told), KNOWN, check(told).alarms)}
    assert not {"act_heel_raise", "act_calf_stretch_straight", "act_hop"} & found
    assert "tend_achilles_mid" in found


def test_the_result_of_a_scan_is_asked_for_only_when_there_was_one():
    assert "inv_xray_neg" not in {f.id for f in askable(case(["knee"]), KNOWN)}
    assert "inv_xray_neg" in {f.id for f in askable(case(["knee"], tests={"xray": "unknown"}), KNOWN)}


def test_what_is_only_read_from_words_is_never_asked():
    assert all(f.question for f in askable(case(["knee"]), KNOWN))


def test_the_questions_of_a_visit_come_to_an_end():
    told = case(["knee"])
    screen = set(check(told).unasked)
    plain = [f.id for f in askable(told, KNOWN) if f.id not in screen][: KNOWN.engine.max_questions]
    assert asked(answered(told, *plain[:-1]))
    assert asked(answered(told, *plain)) == []


def test_a_confident_leader_ends_the_questions_once_the_screen_is_answered():
    confident = case(
        ["knee_outer_bump"], ["act_downhill", "time_fixed_point", "tend_outer_epicondyle", "act_knee30"]
    )
    assert check(confident).ranked[0].share > KNOWN.engine.top1_confident
    screened = answered(confident, *check(confident).unasked)
    assert not check(screened).unasked
    assert asked(screened) == []


def test_what_must_not_be_missed_comes_with_its_clearing_question():
    found = {m.condition: m for m in check(case(["groin_front"])).must_not_miss}
    question = found["femoral_neck_bsi"].question
    assert question is not None
    assert question.finding == "rf_groin_load"
    assert question.text == KNOWN.findings["rf_groin_load"].question
    cleared = check(case(["groin_front"], no=["rf_groin_load"]))
    assert all(m.question is None or m.question.finding != "rf_groin_load" for m in cleared.must_not_miss)


def test_only_red_flags_with_a_share_are_not_to_be_missed():
    for m in check(case(["foot_top"], ["sign_swell"])).must_not_miss:
        assert KNOWN.conditions[m.condition].red_flag
        assert m.share > KNOWN.engine.must_not_miss


@settings(deadline=None, max_examples=40)
@given(cases)
def test_questions_can_be_asked_and_are_worth_it(told):
    answer = check(told)
    replied = answer.case.replies
    assert len(answer.next_questions) <= KNOWN.engine.questions_at_once
    for question in answer.next_questions:
        assert question.finding not in replied
        assert question.text == KNOWN.findings[question.finding].question
        assert question.gain_bits >= KNOWN.engine.min_gain_bits
