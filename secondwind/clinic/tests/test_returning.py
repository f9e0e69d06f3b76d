"""The way back, rule by rule: each row of a table names the rule that it proves."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondwind.clinic.knowledge import load
from secondwind.clinic.returning import (
    Course,
    Mark,
    MarkKind,
    Rule,
    Session,
    Status,
    Verdict,
    follow,
    planned,
)

START = date(2026, 3, 23)  # six days before clocks change in Europe: days are days
LATER = START + timedelta(days=400)
PLANS = load().plans


def on(day: int, during: int | None = 0, morning: int | None = 0, **more: object) -> Session:
    """A session `day` days after the start."""
    fields = {"during": during, "after": during, "morning": morning} | more
    return Session(START + timedelta(days=day), **fields)  # type: ignore[arg-type]


def after(plan: str, *sessions: Session, first_stage: int = 3, **more: object) -> Course:
    given = {"today": LATER} | more
    return follow(PLANS[plan], sessions, first_stage=first_stage, **given)  # type: ignore[arg-type]


CLEAN = (on(0), on(2))

# (plan, sessions, the rule of the last one, what it leads to, the stage from then on); all begin at stage 3.
TABLE = [
    # advance
    ("tendon", [on(0, 3)], Rule.FIRST_CLEAN, Verdict.ONE_MORE, 3),
    ("tendon", [on(0, 3), on(2, 3)], Rule.TWO_CLEAN, Verdict.ADVANCE, 4),
    ("muscle", [on(0, 2), on(2, 2)], Rule.TWO_CLEAN, Verdict.ADVANCE, 4),
    ("bone_low", [on(0), on(2)], Rule.TWO_CLEAN, Verdict.ADVANCE, 4),
    ("nerve", [on(0, 2), on(2, 2)], Rule.TWO_CLEAN, Verdict.ADVANCE, 4),
    ("joint", [on(0, 2), on(2, 2)], Rule.TWO_CLEAN, Verdict.ADVANCE, 4),
    # repeat
    ("tendon", [on(0, 4)], Rule.OVER_LIMIT, Verdict.REPEAT, 3),
    ("tendon", [on(0, 5)], Rule.OVER_LIMIT, Verdict.REPEAT, 3),
    ("tendon", [on(0, 6)], Rule.OVER_CEILING, Verdict.REPEAT, 3),
    ("tendon", [on(0, 1, 1)], Rule.NOT_SETTLED, Verdict.REPEAT, 3),
    ("tendon", [on(0, 1, 0, later=2)], Rule.NOT_SETTLED, Verdict.REPEAT, 3),
    ("muscle", [on(0, 3)], Rule.OVER_LIMIT, Verdict.REPEAT, 3),
    ("muscle", [on(0, 4)], Rule.OVER_CEILING, Verdict.REPEAT, 3),
    ("muscle", [on(0, 0, flags=frozenset({"grab"}))], Rule.FLAG, Verdict.REPEAT, 3),
    ("nerve", [on(0, 0, flags=frozenset({"tingling"}))], Rule.FLAG, Verdict.REPEAT, 3),
    ("joint", [on(0, 3)], Rule.OVER_LIMIT, Verdict.REPEAT, 3),
    ("tendon", [on(0, 1), on(2, 4), on(4, 1)], Rule.FIRST_CLEAN, Verdict.ONE_MORE, 3),
    # step back
    ("tendon", [on(0, 4), on(2, 4)], Rule.TWICE, Verdict.BACK, 2),
    ("tendon", [on(0, 1, 2), on(2, 6)], Rule.TWICE, Verdict.BACK, 2),
    ("tendon", [on(0, 4), on(2, 1), on(4, 4)], Rule.OVER_LIMIT, Verdict.REPEAT, 3),
    ("muscle", [on(0, 3), on(2, 3)], Rule.TWICE, Verdict.BACK, 2),
    ("bone_low", [on(0, 1)], Rule.ANY_PAIN, Verdict.BACK, 2),
    ("bone_low", [on(0, 0, 1)], Rule.ANY_PAIN, Verdict.BACK, 2),
    ("nerve", [on(0, 0, flags=frozenset({"tingling_hour"}))], Rule.FLAG, Verdict.BACK, 2),
    ("nerve", [on(0, 0, flags=frozenset({"tingling"})), on(2, 3)], Rule.TWICE, Verdict.BACK, 2),
    ("joint", [on(0, 0, flags=frozenset({"swelling"}))], Rule.FLAG, Verdict.BACK, 2),
    ("joint", [on(0, 0, flags=frozenset({"giving_way"}))], Rule.FLAG, Verdict.BACK, 2),
    # stop
    ("bone_low", [on(0, 1), on(4), on(6), on(8, 1)], Rule.SECOND_TIME, Verdict.STOP, 2),
    (
        "joint",
        [on(0, 0, flags=frozenset({"swelling"})), on(2, 0, flags=frozenset({"swelling"}))],
        Rule.FLAG_TWICE,
        Verdict.STOP,
        1,
    ),
    ("tendon", [on(0, 0, signs=frozenset({"time_night"}))], Rule.DANGER, Verdict.STOP, 2),
    ("bone_low", [on(0, 0, signs=frozenset({"sign_limp"}))], Rule.DANGER, Verdict.STOP, 2),
    ("joint", [*CLEAN, on(4, 0, signs=frozenset({"qual_lock"}))], Rule.DANGER, Verdict.STOP, 3),
    ("tendon", [on(0, 0, signs=frozenset({"sign_limp"})), on(2)], Rule.STOPPED, Verdict.NOT_COUNTED, 2),
    # what does not count
    ("tendon", [on(0, 1), on(1, 1)], Rule.NO_REST_DAY, Verdict.NOT_COUNTED, 3),
    ("tendon", [on(0, 1, uneven=True)], Rule.TOO_EARLY, Verdict.NOT_COUNTED, 3),
    ("tendon", [on(0, 4, uneven=True)], Rule.OVER_LIMIT, Verdict.REPEAT, 3),
    ("tendon", [on(0, None)], Rule.PAIN_UNTOLD, Verdict.WAIT, 3),
    ("tendon", [on(0, 1, None)], Rule.MORNING_UNTOLD, Verdict.NOT_COUNTED, 3),
    # pain is pain, also where the session would not have counted
    ("tendon", [on(0, 1), on(1, 4)], Rule.OVER_LIMIT, Verdict.REPEAT, 3),
    ("tendon", [on(0, 4, None)], Rule.OVER_LIMIT, Verdict.REPEAT, 3),
    # held back
    (
        "tendon",
        [on(0, 0, 1), on(3, 0, 1), on(8, 2), on(10, 2)],
        Rule.RISING,
        Verdict.REPEAT,
        2,
    ),
]


@pytest.mark.parametrize(
    ("plan", "sessions", "rule", "verdict", "stage"),
    TABLE,
    ids=[f"{row[0]}: {row[2]} → {row[3]} ({i})" for i, row in enumerate(TABLE)],
)
def test_each_rule_leads_where_the_plan_says(plan, sessions, rule, verdict, stage):
    course = after(plan, *sessions)
    last = course.steps[-1]

    assert (last.rule, last.verdict, last.to_stage) == (rule, verdict, stage)
    assert course.stage == stage
    assert last.say.endswith((".", "you are back."))


def test_the_last_stage_ends_the_plan():
    course = after("muscle", on(0), on(2), first_stage=9)
    assert (course.steps[-1].rule, course.status, course.next_on) == (Rule.FINISHED, Status.DONE, None)
    assert after("muscle", on(0), on(2), on(4), first_stage=9).steps == course.steps


@pytest.mark.parametrize(("plan", "first"), [("tendon", 2), ("muscle", 1)])
def test_nobody_steps_back_beyond_the_first_stage(plan, first):
    course = after(plan, on(0, 9), on(2, 9), first_stage=first)
    assert (course.steps[-1].verdict, course.stage) == (Verdict.BACK, first)
    assert course.steps[-1].say.endswith(f"stay at stage {first}.")


def test_a_stage_may_take_its_time():
    days = range(0, 15, 2)
    course = after("tendon", *(on(day) for day in days), first_stage=8)
    assert [step.rule for step in course.steps] == [Rule.FIRST_CLEAN, *[Rule.NOT_YET] * 6, Rule.TWO_CLEAN]
    assert course.stage == 9


def test_trail_counts_once_its_stage_is_reached():
    course = after("joint", on(0, 1, uneven=True), on(2, 1, uneven=True), first_stage=8)
    assert (course.steps[-1].rule, course.stage) == (Rule.TWO_CLEAN, 9)


def test_before_the_next_morning_nobody_knows():
    session = on(0, 1, None)
    course = after("tendon", session, today=START)
    assert (course.steps[-1].rule, course.status) == (Rule.MORNING_AHEAD, Status.WAITING)
    told = after("tendon", replace(session, morning=0), today=START + timedelta(days=1))
    assert (told.steps[-1].rule, told.status) == (Rule.FIRST_CLEAN, Status.RESTING)


def test_what_is_usual_in_the_morning_is_settled():
    assert after("tendon", on(0, 2, 1), usual=1).steps[-1].rule is Rule.FIRST_CLEAN
    assert after("bone_low", on(0, 0, 1), usual=1).steps[-1].rule is Rule.ANY_PAIN


def test_after_pain_at_a_bone_two_days_without_come_first():
    course = after("bone_low", on(0, 1), today=START)
    assert course.next_on == START + timedelta(days=3)


def test_a_stop_holds_until_somebody_has_looked_at_it():
    bad = on(0, 0, signs=frozenset({"time_night"}))
    stopped = after("tendon", bad, on(2), on(4))
    assert (stopped.status, stopped.next_on, planned(PLANS["tendon"], stopped)) == (Status.STOPPED, None, [])
    cleared = Mark(START + timedelta(days=6), MarkKind.CLEARED)
    course = follow(PLANS["tendon"], [bad, on(7), on(9)], [cleared], today=LATER, first_stage=3)
    assert [step.rule for step in course.steps] == [
        Rule.DANGER,
        Rule.CLEARED,
        Rule.FIRST_CLEAN,
        Rule.TWO_CLEAN,
    ]
    assert course.stage == 3


def test_a_pause_counts_nothing_and_goes_on_where_it_was():
    marks = [
        Mark(START + timedelta(days=1), MarkKind.PAUSE),
        Mark(START + timedelta(days=5), MarkKind.RESUME),
    ]
    course = follow(PLANS["tendon"], [on(0), on(3, 9), on(6), on(8)], marks, today=LATER, first_stage=3)
    assert [step.rule for step in course.steps] == [
        Rule.FIRST_CLEAN, Rule.PAUSED, Rule.PAUSED, Rule.RESUMED, Rule.FIRST_CLEAN, Rule.TWO_CLEAN,
    ]  # fmt: skip


@pytest.mark.parametrize("plan", ["bone_high", "none"])
def test_nobody_follows_alone_what_needs_a_clinician(plan):
    with pytest.raises(ValueError, match="on one's own"):
        after(plan, first_stage=1)


def test_what_is_planned_leaves_a_day_between():
    course = after("tendon", on(0), today=START + timedelta(days=1))
    days = planned(PLANS["tendon"], course, most=4)
    assert days == [(START + timedelta(days=2 * i), stage) for i, stage in ((1, 3), (2, 4), (3, 4), (4, 5))]


levels = st.one_of(st.none(), st.integers(0, 10))
sessions = st.lists(
    st.builds(
        on,
        st.integers(0, 60),
        levels,
        levels,
        flags=st.sets(st.sampled_from(["grab", "tingling", "tingling_hour", "swelling"])).map(frozenset),
        signs=st.sets(st.just("time_night"), max_size=1).map(frozenset),
    ),
    max_size=12,
    unique_by=lambda session: session.day,
)


@given(st.sampled_from(["tendon", "muscle", "bone_low", "nerve", "joint"]), sessions, st.integers(1, 8))
def test_whatever_happens_the_course_holds(plan, told, first):
    course = after(plan, *told, first_stage=min(first, len(PLANS[plan].stages)))
    days = [step.day for step in course.steps]

    assert days == sorted(days)
    assert 1 <= course.stage <= len(PLANS[plan].stages)
    for step in course.steps:
        assert abs(step.to_stage - step.stage) <= 1
        if step.verdict is Verdict.ADVANCE:
            session = next(one for one in told if one.day == step.day)
            assert session.worst is not None
            assert session.worst <= PLANS[plan].pain_limit
            assert not session.signs


@given(st.sampled_from(["tendon", "muscle", "bone_low", "nerve", "joint"]), sessions)
def test_a_danger_sign_stops_whatever_was_before(plan, told):
    last = on(90, 0, signs=frozenset({"time_night"}))
    course = after(plan, *told, last)
    if course.status is not Status.DONE:
        assert (course.status, course.steps[-1].rule) == (Status.STOPPED, Rule.DANGER)


@given(st.sampled_from(["tendon", "muscle", "bone_low", "nerve", "joint"]), sessions, st.integers(0, 11))
def test_more_pain_never_leads_farther(plan, told, which):
    if not told:
        return
    told = sorted(told, key=lambda session: session.day)
    last = told[-1]
    worse = replace(last, during=10)
    assert after(plan, *told[:-1], worse).stage <= max(
        after(plan, *told).stage, after(plan, *told[:-1]).stage
    )
