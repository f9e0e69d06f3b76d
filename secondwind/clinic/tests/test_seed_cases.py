"""Two runners' stories, retold: what is understood of them and what the answer makes of it."""

from __future__ import annotations

import pytest

from secondwind.clinic import check
from secondwind.clinic.model import Case, Kind, Reply, Result, Side, Urgency

TRAIL = """\
For a while I have had pain in both lower legs, on the outside, from the ankle bone up about 8 inches. It
comes on the day after a trail run and I notice it most when I push off with my forefoot. It only happens
after trail running, never after road running. I swap between three different pairs of trail shoes and it
is the same in all of them. I roll the area with a foam roller and a lacrosse ball. Any advice?"""
HALF = """\
I was training for my first half marathon and did my last long run. I had no pain during the run. Later
that night I had bad pain at the outside of my left calf, then at the back and outer side of my left
knee. It hurt in the calf to straighten my knee. Going up stairs was impossible and so was coming down
stairs. Sitting with my left ankle crossed over my right knee hurt too. X-rays, ultrasounds were
negative. It also hurts behind the knee when I use my other foot to push the heel of my left shoe off. I
have iced, rested and taken ibuprofen."""


def yeses(case: Case) -> set[str]:
    return {f for f, reply in case.replies.items() if reply is Reply.YES}


def leaders(text: str, count: int) -> list[str]:
    return [c.condition for c in check(text).ranked[:count]]


def test_the_trail_runner_is_understood():
    answer = check(TRAIL)
    case = answer.case
    assert case.side is Side.BOTH
    assert {"leg_outer", "leg_outer_lower"} & {p.id for p in case.places}
    assert {"time_next_day", "act_pushoff", "surface_trail", "ctx_same_all_shoes"} <= yeses(case)
    assert case.replies["surface_road"] is Reply.NO
    assert "foam_roll" in {i.id for i in case.of(Kind.TREATMENT, Reply.YES)}


def test_the_trail_runner_is_answered():
    answer = check(TRAIL)
    assert answer.alarms == ()
    assert answer.urgency.level < Urgency.SAME_DAY.level
    assert any("peroneal" in c for c in leaders(TRAIL, 2))


def test_the_half_marathoner_is_understood():
    case = check(HALF).case
    assert case.side is Side.LEFT
    assert {"calf_upper_outer", "calf_outer"} & {p.id for p in case.places}
    assert "knee_back_outer" in {p.id for p in case.places}
    assert {"act_stairs_up", "act_stairs_down", "act_straighten_knee"} <= yeses(case)
    assert {"act_cross_leg", "act_toe_shoe"} <= yeses(case)
    assert case.replies["time_during"] is Reply.NO
    assert {"ice", "rest", "nsaid"} <= {i.id for i in case.of(Kind.TREATMENT, Reply.YES)}


@pytest.mark.parametrize("test", ["xray", "ultrasound"])
def test_the_half_marathoners_scans_are_clear(test):
    item = check(HALF).case.item(Kind.TEST, test)
    assert item is not None
    assert item.detail == Result.CLEAR


@pytest.mark.parametrize("part", ["biceps_femoris", "popliteus", "gastroc", "cpn_neuropathy"])
def test_the_half_marathoner_is_answered(part):
    assert any(part in c for c in leaders(HALF, 6)), leaders(HALF, 6)


def test_a_clot_is_asked_about_before_anything():
    assert check(HALF).unasked[0] in {"sign_swell_calf", "rf_clot_risk"}
