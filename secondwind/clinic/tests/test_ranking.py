"""The ranking: what leads, what a sum is made of, and what always holds of shares."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings

from secondwind.clinic.implied import derived
from secondwind.clinic.knowledge import load
from secondwind.clinic.model import Candidate, Case, Item, Kind, Origin, Reply, Source
from secondwind.clinic.ranking import FITS_WELL, LESS_LIKELY, Ranking, damped, rank, yes_share
from secondwind.clinic.tests.cases import HALF_MARATHONER, TRAIL_RUNNER, case, cases

KNOWN = load()


def ranked(told: Case) -> Ranking:
    return rank(derived(told))


def ids(told: Case, n: int) -> list[str]:
    return [c.condition for c in ranked(told).candidates[:n]]


def candidate(told: Case, condition: str) -> Candidate:
    return next(c for c in ranked(told).candidates if c.condition == condition)


def share(told: Case, condition: str) -> float:
    return candidate(told, condition).share


def weight(told: Case, condition: str, finding: str) -> float:
    return next(t.weight for t in candidate(told, condition).terms if t.finding == finding)


def test_the_trail_runner():
    assert ids(TRAIL_RUNNER, 2) == ["peroneal_muscle_overuse", "peroneal_tendinopathy"]
    leader = ranked(TRAIL_RUNNER).candidates[0]
    assert leader.fit == FITS_WELL
    assert leader.share > 0.7
    assert {"act_trail_only", "time_next_day", "act_pushoff", "both_sides", "region"} <= {
        t.finding for t in leader.pros
    }


def test_the_half_marathoner():
    first, second, third = ids(HALF_MARATHONER, 3)
    assert (first, second) == ("biceps_femoris_distal", "popliteus")
    assert {"biceps_femoris_distal", "popliteus", "lateral_gastroc", "cpn_neuropathy"} <= set(
        ids(HALF_MARATHONER, 6)
    )
    assert share(HALF_MARATHONER, first) > share(HALF_MARATHONER, third) * 3


def test_tingling_brings_the_nerve_forward():
    tingling = HALF_MARATHONER.with_items([Item(Kind.FINDING, "qual_tingle")])
    assert share(tingling, "cpn_neuropathy") > 4 * share(HALF_MARATHONER, "cpn_neuropathy")


@pytest.mark.parametrize(
    ("told", "leader"),
    [
        (case(["heel"], ["time_first_steps", "act_stand_long"]), "plantar_fasciopathy"),
        (case(["knee_outer"], ["act_downhill", "time_fixed_point", "time_stops_run"]), "itbs"),
        (case(["knee_cap"], ["act_stairs_down", "act_sit_knee", "act_squat"]), "pfp"),
        (case(["shin_inner_lower"], ["tend_shin_strip", "loc_strip"], side="both"), "mtss"),
        (case(["shin_inner_lower"], ["tend_bone_spot", "loc_one_finger", "act_hop"]), "tibial_bsi_pm"),
        (case(["achilles"], ["onset_pop", "act_heel_raise_cannot"]), "achilles_rupture"),
        (case(["ball_lesser"], ["qual_tingle", "qual_burn", "act_tight_shoe"]), "morton"),
        (case(["groin_front"], ["act_hop", "act_walk", "time_night", "hx_low_energy"]), "femoral_neck_bsi"),
        (case(["ankle"], ["onset_twist", "sign_bruise"]), "lateral_ankle_sprain"),
        (case(["shin_front_muscle"], ["time_gone_minutes", "qual_cramp_tight"]), "cecs_anterior_lateral"),
    ],
)  # fmt: skip
def test_a_textbook_account_leads_to_its_condition(told, leader):
    assert ids(told, 1) == [leader]


def test_a_place_counts_most_on_the_spot_less_next_door_and_least_elsewhere():
    there = share(case(["sit_bone"]), "pht")
    next_door = share(case(["buttock_deep"]), "pht")
    elsewhere = share(case(["toes"]), "pht")
    assert there > next_door > elsewhere


def test_a_wider_place_says_less_than_the_spot_and_more_than_another():
    assert share(case(["knee_cap"]), "pfp") > share(case(["knee"]), "pfp") > share(case(["foot"]), "pfp")


def test_a_wider_place_adds_nothing_when_one_of_its_members_is_marked():
    assert ranked(case(["knee_cap", "knee"])).candidates == ranked(case(["knee_cap"])).candidates


def test_the_place_named_first_weighs_most_in_words_and_all_alike_on_the_map():
    def told(source: Source, *places: str) -> Case:
        return Case(tuple(Item(Kind.PLACE, p, origins=(Origin(source),)) for p in places))

    first = share(told(Source.WORDS, "heel_bottom_inner", "knee_cap"), "plantar_fasciopathy")
    last = share(told(Source.WORDS, "knee_cap", "heel_bottom_inner"), "plantar_fasciopathy")
    assert first > last
    one = told(Source.MAP, "heel_bottom_inner", "knee_cap")
    other = told(Source.MAP, "knee_cap", "heel_bottom_inner")
    assert share(one, "plantar_fasciopathy") == pytest.approx(share(other, "plantar_fasciopathy"))


def test_unsure_weighs_nothing():
    unsure = Case((Item(Kind.PLACE, "knee"), Item(Kind.FINDING, "act_squat", Reply.UNSURE)))
    assert share(unsure, "pfp") == pytest.approx(share(case(["knee"]), "pfp"))


def test_said_but_never_asked_weighs_nothing():
    assert share(case(["knee"], ["time_during"]), "pfp") == share(case(["knee"]), "pfp")


def test_a_yes_and_a_no_pull_apart():
    plain = share(case(["knee_cap"]), "pfp")
    assert share(case(["knee_cap"], ["act_sit_knee"]), "pfp") > plain
    assert share(case(["knee_cap"], no=["act_sit_knee"]), "pfp") < plain


def test_the_second_answer_of_a_group_counts_less():
    """Two answers of one group: the weaker counts in full alone, and 0.6 of it beside the stronger."""
    listed = {e.id: e for e in KNOWN.conditions["popliteus"].evidence}
    strong, weak = math.log(listed["act_cross_leg"].lr_pos), math.log(listed["act_toe_shoe"].lr_pos)
    assert strong > weak > 0
    alone = case(["knee_back_outer"], ["act_toe_shoe"])
    both = case(["knee_back_outer"], ["act_toe_shoe", "act_cross_leg"])
    assert weight(alone, "popliteus", "act_toe_shoe") == pytest.approx(weak)
    assert weight(both, "popliteus", "act_toe_shoe") == pytest.approx(KNOWN.engine.group_damping * weak)
    assert weight(both, "popliteus", "act_cross_leg") == pytest.approx(strong)


def test_damping_is_a_falling_sum():
    assert damped([3.0, 2.0, 1.0], 0.6) == pytest.approx(3 + 0.6 * 2 + 0.36 * 1)
    assert damped([], 0.6) == 0


def test_no_single_answer_counts_more_than_the_cap():
    assert KNOWN.conditions["blister_nail"].evidence[0].lr_pos > 12
    told = case(["toes"], ["sign_skin_nail"])
    assert weight(told, "blister_nail", "sign_skin_nail") == pytest.approx(KNOWN.engine.max_abs_log_lr)


def test_the_share_of_yeses_follows_from_the_pair_of_ratios():
    """A test with sensitivity 0.8 and specificity 0.9 has LR+ 8 and LR- 0.2222."""
    assert yes_share(8.0, 0.2 / 0.9, base=0.1) == pytest.approx(0.8)
    assert yes_share(1.5, 1.0, base=0.1) == pytest.approx(0.15)


def test_nothing_fits_well_when_we_cannot_tell():
    bare = ranked(case())
    assert bare.cannot_tell
    assert all(c.fit != FITS_WELL for c in bare.candidates)
    assert not ranked(TRAIL_RUNNER).cannot_tell


def test_the_words_of_the_runner_stand_in_the_terms():
    words = Origin(Source.WORDS, 0, 9, "squatting")
    told = Case((Item(Kind.PLACE, "knee_cap"), Item(Kind.FINDING, "act_squat", origins=(words,))))
    (term,) = (t for t in candidate(told, "pfp").terms if t.finding == "act_squat")
    assert term.words == "squatting"
    assert term.basis == "published"
    assert term.source in KNOWN.sources
    assert term.lr == next(e.lr_pos for e in KNOWN.conditions["pfp"].evidence if e.id == "act_squat")


@settings(deadline=None, max_examples=60)
@given(cases)
def test_shares_sum_to_one_and_every_sum_is_that_of_its_terms(told):
    full = derived(told)
    found = rank(full)
    assert sum(c.share for c in found.candidates) + found.other_share == pytest.approx(1, abs=1e-9)
    assert {c.condition for c in found.candidates} == set(KNOWN.conditions)
    sums = [math.fsum(t.weight for t in c.terms) for c in found.candidates]
    assert sums == sorted(sums, reverse=True) or sums == pytest.approx(sorted(sums, reverse=True))
    best, last = found.candidates[0], found.candidates[-1]
    ratio = math.exp((sums[-1] - sums[0]) / KNOWN.engine.temperature)
    assert last.share == pytest.approx(best.share * ratio, rel=1e-6)
    for c in found.candidates:
        assert 0 <= c.low <= c.share <= c.high <= 1
        assert {t.finding for t in c.pros} | {t.finding for t in c.cons} <= {t.finding for t in c.terms}
        assert c.fit != FITS_WELL or c.share >= KNOWN.engine.fits_well
        assert c.fit != LESS_LIKELY or c.share < KNOWN.engine.possible


@settings(deadline=None, max_examples=30)
@given(cases)
def test_the_same_case_gives_the_same_ranking(told):
    assert rank(told) == rank(Case(told.items, told.duration_days, told.age))
