"""Danger signs: which rules fire, what is screened, what follows from what was told in parts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secondwind.clinic.implied import derived
from secondwind.clinic.knowledge import load
from secondwind.clinic.model import Case, Item, Kind, Origin, Reply, Source, Urgency
from secondwind.clinic.tests.cases import case, cases
from secondwind.clinic.triage import alarms, raised, screen_for, unasked, unsure

KNOWN = load()
ASKED = sorted(f.id for f in KNOWN.findings.values() if f.question)


def fired(case: Case) -> set[str]:
    return {alarm.rule for alarm in alarms(case)}


@pytest.mark.parametrize("rule", KNOWN.rules, ids=lambda rule: rule.id)
def test_every_rule_fires_on_each_of_its_signs_and_on_nothing_less(rule):
    places = rule.regions_any[:1]
    for sign in rule.any:
        told = case(places, [sign, *rule.all])
        alarm = next(a for a in alarms(told) if a.rule == rule.id)
        assert alarm.action is rule.action
        assert alarm.because
        assert alarm.say == rule.say
    without_any = [f for f in rule.all if f not in rule.any]
    follows = {r.then for r in KNOWN.implications if set(without_any) & {*r.any, *r.all}}
    if without_any and not follows & set(rule.any):
        assert rule.id not in fired(case(places, without_any))


def test_a_rule_for_places_needs_one_of_them():
    assert "RF19" in fired(case(["calf_lower"], ["rf_clot_risk", "time_rest"]))
    assert "RF19" in fired(case(["calf"], ["rf_clot_risk", "time_rest"]))
    assert "RF19" not in fired(case(["knee_cap"], ["rf_clot_risk", "time_rest"]))
    assert "RF19" not in fired(case([], ["rf_clot_risk", "time_rest"]))


def test_a_no_and_an_unsure_fire_nothing():
    signs = [*ASKED]
    assert not alarms(case(["calf"], no=signs))
    not_sure = Case(tuple(Item(Kind.FINDING, f, Reply.UNSURE) for f in signs))
    assert not alarms(not_sure)


def test_the_most_urgent_alarm_comes_first():
    told = alarms(case(["foot_top"], ["rf_highrisk_bone", "rf_dark_urine", "rf_no_weight"]))
    levels = [a.action.level for a in told]
    assert levels == sorted(levels, reverse=True)
    assert told[0].rule == "RF04"


def test_an_alarm_says_what_made_it_fire():
    (alarm,) = (a for a in alarms(case(["calf"], ["rf_clot_risk", "time_rest"])) if a.rule == "RF19")
    assert set(alarm.because) == {"rf_clot_risk", "time_rest", "calf"}


def test_a_danger_sign_told_in_parts_is_seen_and_says_its_parts():
    (alarm,) = (a for a in alarms(case(["groin"], ["act_walk"])) if a.rule == "RF22")
    assert set(alarm.because) == {"act_walk", "groin"}


def test_a_no_to_the_whole_does_not_cancel_its_parts():
    assert "RF22" in fired(case(["groin"], ["act_walk"], no=["rf_groin_load"]))


def test_a_limping_child_is_an_alarm_and_a_limping_adult_is_not():
    assert "RF28" in fired(case(["knee"], ["sign_limp"], age=13))
    assert "RF28" not in fired(case(["knee"], ["sign_limp"], age=30))


def test_the_screen_is_that_of_the_area_and_of_every_case():
    calf = screen_for(case(["calf"]))
    assert calf[:2] == ("sign_swell_calf", "rf_clot_risk")
    assert set(KNOWN.screens["every_case"]) <= set(calf)
    assert "rf_saddle" not in calf
    assert screen_for(case(["knee_back_outer", "calf"]))[:2] == calf[:2]
    both = screen_for(case(["calf", "low_back"]))
    assert {"sign_swell_calf", "rf_saddle"} <= set(both)
    assert len(both) == len(set(both))


def test_a_wider_place_over_two_areas_gets_both_screens():
    assert {"rf_groin_load", "sign_swell_calf"} <= set(screen_for(case(["leg"])))


def test_a_case_without_a_place_gets_the_general_screen():
    assert set(KNOWN.screens["general"]) <= set(screen_for(case()))


def test_what_has_a_reply_is_not_asked_again_and_unsure_is_listed():
    told = Case(
        (
            Item(Kind.PLACE, "calf"),
            Item(Kind.FINDING, "sign_swell_calf", Reply.NO),
            Item(Kind.FINDING, "rf_clot_risk", Reply.UNSURE),
        )
    )
    assert "sign_swell_calf" not in unasked(told)
    assert "rf_clot_risk" not in unasked(told)
    assert unsure(told) == ("rf_clot_risk",)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Urgency.SELF_CARE, Urgency.ROUTINE),
        (Urgency.WITHIN_WEEK, Urgency.SAME_DAY),
        (Urgency.SAME_DAY, Urgency.SAME_DAY),
        (Urgency.EMERGENCY, Urgency.EMERGENCY),
    ],
)
def test_a_vulnerable_runner_is_seen_one_step_sooner(before, after):
    assert raised(before, case(yes=["hx_vulnerable"])) is after
    assert raised(before, case(no=["hx_vulnerable"])) is before
    assert raised(before, case()) is before


@settings(deadline=None)
@given(cases, st.sampled_from(ASKED))
def test_one_more_yes_never_lowers_what_the_rules_ask_for(told, finding):
    more = told.with_items([Item(Kind.FINDING, finding)])
    assert fired(told) <= fired(more)
    assert worst(more) >= worst(told)


def worst(told: Case) -> int:
    return max((a.action.level for a in alarms(told)), default=0)


@settings(deadline=None)
@given(cases, st.data())
def test_taking_an_answer_back_never_raises_an_alarm(told, data):
    if not told.items:
        return
    gone = data.draw(st.sampled_from(told.items))
    less = told.without([(gone.kind, gone.id)])
    assert fired(less) <= fired(told)
    assert fired(derived(less)) <= fired(derived(told))


@settings(deadline=None)
@given(cases)
def test_the_rules_say_the_same_before_and_after_deriving(told):
    assert fired(derived(told)) == fired(told)


# What follows from a case.


@pytest.mark.parametrize(
    ("told", "finding", "reply"),
    [
        (case(age=17), "per_under18", "yes"),
        (case(age=18), "per_under18", "no"),
        (case(age=41), "per_over40", "yes"),
        (case(age=40), "per_over40", "no"),
        (case(age=56), "per_over55", "yes"),
        (case(age=71), "hx_vulnerable", "yes"),
        (case(days=90), "dur_3months", "yes"),
        (case(days=89), "dur_3months", "no"),
        (case(days=14), "dur_2weeks", "yes"),
        (case(days=15), "dur_2weeks", "no"),
        (case(["calf"], side="both"), "both_sides", "yes"),
        (case(["calf"], side="left"), "both_sides", "no"),
        (case(tests={"xray": "clear"}), "inv_xray_neg", "yes"),
        (case(treatments={"foam_roll": "better"}), "rsp_roll_helps", "yes"),
        (case(treatments={"foam_roll": "no_change"}), "rsp_roll_helps", "no"),
        (case(yes=["surface_trail"], no=["surface_road"]), "act_trail_only", "yes"),
        (case(yes=["onset_pop"]), "onset_gradual", "no"),
        (case(["fifth_met_base"], ["tend_bone_spot"]), "rf_highrisk_bone", "yes"),
        (case(["leg_outer_lower"], ["tend_bone_spot"]), "tend_fibula_bone", "yes"),
        (case(["calf"], ["sign_swell", "time_rest"]), "sign_swell_calf", "yes"),
        (case(["low_back"]), "hx_back", "yes"),
        (case(yes=["act_stretch_severe", "sign_muscle_hard"]), "rf_pain_extreme", "yes"),
    ],
)
def test_it_follows(told, finding, reply):
    assert derived(told).replies.get(finding) == reply


@pytest.mark.parametrize(
    ("told", "finding"),
    [
        (case(), "per_over40"),
        (case(), "dur_3months"),
        (case(["calf"]), "both_sides"),
        (case(tests={"xray": "unknown"}), "inv_xray_neg"),
        (case(tests={"xray": "abnormal"}), "inv_xray_neg"),
        (case(treatments={"foam_roll": ""}), "rsp_roll_helps"),
        (case(yes=["surface_trail"]), "act_trail_only"),
        (case(["hip"], ["act_walk"]), "rf_groin_load"),
        (case(["thigh_front"], ["act_walk"]), "rf_groin_load"),
        (case(["calf"], ["sign_swell"]), "sign_swell_calf"),
    ],
)
def test_it_does_not_follow(told, finding):
    assert finding not in derived(told).replies


def test_one_thing_that_follows_leads_to_the_next():
    replies = derived(case(["ball_big"], ["tend_bone_spot"])).replies
    assert replies["tend_sesamoid"] == "yes"
    assert replies["rf_highrisk_bone"] == "yes"


def test_a_reply_of_the_runner_stays():
    told = derived(case(["calf"], no=["both_sides", "per_over40"], side="both", age=60))
    assert told.replies["both_sides"] == "no"
    assert told.replies["per_over40"] == "no"


def test_what_follows_points_to_where_it_came_from_without_words():
    words = Origin(Source.WORDS, 10, 20, "hobbling")
    told = derived(Case((Item(Kind.FINDING, "sign_limp_severe", origins=(words,)),)))
    item = told.item(Kind.FINDING, "sign_limp")
    assert item is not None
    assert item.words == ""
    assert [(o.source, o.start, o.end) for o in item.origins] == [(Source.WORDS, 10, 20)]


@settings(deadline=None)
@given(cases)
def test_deriving_twice_adds_nothing(told):
    once = derived(told)
    assert derived(once) == once
    assert once.items[: len(told.items)] == told.items
