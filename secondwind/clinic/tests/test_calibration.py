"""Learning from confirmed cases: measured honestly, proposed as a diff, nothing changed."""

import math

import pytest

from secondwind.clinic import load
from secondwind.clinic.calibration import Labelled, calibrate, with_proposals
from secondwind.clinic.knowledge import HERE
from secondwind.clinic.knowledge.files import parse
from secondwind.clinic.knowledge.proposing import weights_diff
from secondwind.clinic.ranking import rank
from secondwind.clinic.tests.cases import case

KNOWN = load()


def confirmed(diagnosis: str, places: list[str], yes: list[str], no: list[str], times: int) -> list[Labelled]:
    return [Labelled(case(places, yes, no), diagnosis)] * times


# Here IT band trouble never comes on at a fixed distance, and everything else does.
AGAINST_EXPERTS = [
    *confirmed("itbs", ["knee_outer_bump"], ["act_downhill"], ["time_fixed_point"], 30),
    *confirmed("pfp", ["knee_cap"], ["act_squat", "time_fixed_point"], [], 30),
    *confirmed(
        "plantar_fasciopathy", ["heel_bottom_inner"], ["time_first_steps", "time_fixed_point"], [], 30
    ),
]


def test_the_report_counts_what_the_ranking_does():
    report = calibrate(AGAINST_EXPERTS)
    places = [
        [c.condition for c in rank(one.case).candidates].index(one.diagnosis) for one in AGAINST_EXPERTS
    ]
    assert report.fit.n == 90
    assert report.fit.top1 == sum(p == 0 for p in places)
    assert report.fit.top3 == sum(p <= 2 for p in places)
    shares = [
        next(c.share for c in rank(one.case).candidates if c.condition == one.diagnosis)
        for one in AGAINST_EXPERTS
    ]
    assert report.fit.log_loss == pytest.approx(-sum(map(math.log, shares)) / 90)
    assert all(b.low <= b.mean <= b.high and 0 <= b.right <= b.n for b in report.bins)


def test_a_weight_that_the_cases_contradict_is_moved_towards_them_and_does_better_on_others():
    report = calibrate(AGAINST_EXPERTS)
    (moved,) = (p for p in report.proposals if (p.condition, p.old.id) == ("itbs", "time_fixed_point"))
    assert (moved.yes, moved.no, moved.yes_others, moved.no_others) == (0, 30, 60, 0)
    assert 1 < moved.new.lr_pos < moved.old.lr_pos
    assert moved.old.lr_neg < moved.new.lr_neg < 1
    assert report.proposed is not None
    assert report.proposed.log_loss < report.fit.log_loss


def test_proposals_keep_to_what_a_data_file_may_say():
    report = calibrate(AGAINST_EXPERTS)
    for p in report.proposals:
        assert p.old.basis == "expert"
        assert (p.new.lr_pos - 1) * (p.new.lr_neg - 1) <= 0
        if KNOWN.findings[p.old.id].screen:
            assert p.new.lr_pos >= p.old.lr_pos
            assert p.new.lr_neg <= p.old.lr_neg


def test_a_danger_sign_is_never_proposed_to_weigh_less():
    without = confirmed("dvt", ["calf_mid_deep"], [], ["rf_clot_risk", "sign_swell_calf"], 40)
    others = confirmed("soleus_strain", ["calf_mid_deep"], ["rf_clot_risk", "sign_swell_calf"], [], 40)
    for p in calibrate([*without, *others]).proposals:
        if KNOWN.findings[p.old.id].screen:
            assert p.new.lr_pos >= p.old.lr_pos
            assert p.new.lr_neg <= p.old.lr_neg


def test_few_cases_propose_nothing_and_have_no_folds():
    report = calibrate(AGAINST_EXPERTS[:4])
    assert report.proposals == ()
    assert report.proposed is None


@pytest.mark.parametrize("labelled", [[], [Labelled(case(["knee_cap"]), "tennis_elbow")]])
def test_nothing_to_learn_from_is_said(labelled):
    with pytest.raises(ValueError, match="there is no"):
        calibrate(labelled)


def test_the_diff_says_the_new_numbers_and_nothing_else_and_the_files_stay():
    report = calibrate(AGAINST_EXPERTS)
    before = KNOWN.version
    changes: dict[str, dict[str, tuple[float, float]]] = {}
    for p in report.proposals:
        changes.setdefault(p.condition, {})[p.old.id] = (p.new.lr_pos, p.new.lr_neg)
    diff = weights_diff(HERE, changes).splitlines()
    new = [line[1:] for line in diff if line.startswith("+ ")]
    assert len(new) == len(report.proposals)
    said = [e for line in new for e in parse("", line.encode()).value]
    proposed = [(p.old.id, p.new.lr_pos, p.new.lr_neg) for p in report.proposals]
    assert sorted((e["id"], e["lr_pos"], e["lr_neg"]) for e in said) == sorted(proposed)
    assert {line[6:] for line in diff if line.startswith("+++ ")} == {f"conditions/{c}.yaml" for c in changes}
    moved = with_proposals(report.proposals, KNOWN)
    for p in report.proposals:
        assert p.new in moved.conditions[p.condition].evidence
    assert load().version == before
    assert weights_diff(HERE, {}) == ""
