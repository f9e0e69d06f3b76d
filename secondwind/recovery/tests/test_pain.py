"""Pain is told in a few taps, found again, changed and taken away, by its owner alone."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from secondwind.recovery import danger, queries
from secondwind.recovery.models import Pain
from secondwind.recovery.queries import Levels, Site

LEG = Site("leg_outer_lower", "left")
FORM = {"slot": "after", "region": "leg_outer_lower", "side": "left", "level": "4"}


@pytest.fixture
def today(db: None) -> date:
    return timezone.localdate()


def test_a_place_a_side_and_a_number_are_an_entry(as_, alice, today):
    answer = as_(alice).post("/log/pain/new/", FORM | {"about": f"day-{today}"})
    pain = Pain.objects.get()

    assert (answer.status_code, answer["Location"]) == (303, "/log/pain/")
    assert (pain.owner, pain.day, pain.region, pain.side) == (alice, today, "leg_outer_lower", "left")
    assert (pain.during, pain.after, pain.morning, pain.later, pain.run) == (None, 4, None, None, None)
    assert (
        "4 of 10" in as_(alice).get("/log/pain/").content.decode()
        or "4</b>" in as_(alice).get("/log/pain/").content.decode()
    )


def test_both_sides_are_two_places(as_, alice, today):
    as_(alice).post("/log/pain/new/", FORM | {"about": f"day-{today}", "side": "both"})

    assert queries.pain_by_day(alice) == {
        today: {LEG: Levels(after=4), Site("leg_outer_lower", "right"): Levels(after=4)}
    }


def test_all_slots_of_a_day_are_one_entry_and_a_new_number_replaces_the_old(as_, alice, a_run, today):
    run = a_run(alice, today)
    browser = as_(alice)
    for slot, level in (("during", 2), ("after", 3), ("morning", 5), ("later", 1), ("after", 4)):
        browser.post("/log/pain/new/", FORM | {"about": f"run-{run.pk}", "slot": slot, "level": level})

    assert queries.pain_by_day(alice) == {today: {LEG: Levels(2, 4, 5, 1)}}
    assert Pain.objects.get().run == run


def test_the_last_places_come_first_and_one_tap_on_a_number_is_an_entry(as_, alice, a_run, a_pain, today):
    a_pain(alice, today - timedelta(days=9), region="heel_bottom_inner", side="right", after=2)
    a_pain(alice, today - timedelta(days=8), after=2)
    run = a_run(alice, today)
    page = as_(alice).get("/log/pain/").content.decode()
    last, first = page.index('value="leg_outer_lower.left:3"'), page.index('"heel_bottom_inner.right:3"')
    assert last < first
    assert f'value="run-{run.pk}" checked' in page  # what is chosen already costs no tap
    assert 'value="after" checked' in page

    as_(alice).post(
        "/log/pain/new/", {"about": f"run-{run.pk}", "slot": "after", "quick": "leg_outer_lower.left:3"}
    )
    assert queries.pain_by_day(alice, today) == {today: {LEG: Levels(after=3)}}


@pytest.mark.parametrize(("ago", "slot"), [(0, "after"), (1, "morning"), (2, "later")])
def test_the_likeliest_moment_is_chosen_already(as_, alice, a_run, today, ago, slot):
    run = a_run(alice, today - timedelta(days=ago))
    page = as_(alice).get("/log/pain/new/").content.decode()

    assert f'value="run-{run.pk}" checked' in page
    assert f'value="{slot}" checked' in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"region": []}, "Touch the place"),
        ({"level": ""}, "Tap how much"),
        ({"level": "11"}, "from 0 to 10"),
        ({"side": "up"}, "up is not one"),
        ({"slot": ""}, "Say when"),
        ({"region": "nose"}, "nose is not one"),
        ({"about": "run-999999"}, "not in your log"),
        ({"about": "day-2026-02-30"}, "not in your log"),
        ({"about": "day-2999-01-01"}, "not in the past"),
        ({"day": "soon"}, "2026-05-31"),
        ({"quick": "nose.left:3"}, "not known here"),
        ({"quick": "leg_outer_lower.left:11"}, "not known here"),
    ],
)
def test_what_makes_no_entry_gets_a_sentence(as_, alice, today, wrong, sentence):
    answer = as_(alice).post("/log/pain/new/", FORM | {"about": f"day-{today}"} | wrong)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Pain.objects.exists()


def test_no_side_said_is_asked_for(as_, alice, today):
    sent = {name: value for name, value in FORM.items() if name != "side"} | {"about": f"day-{today}"}
    answer = as_(alice).post("/log/pain/new/", sent)

    assert (answer.status_code, Pain.objects.exists()) == (422, False)
    assert "Say which side" in answer.content.decode()


def test_an_entry_is_changed_and_taken_away(as_, alice, a_pain, today):
    pain = a_pain(alice, today, after=4, tags=["act_downhill"])
    browser = as_(alice)
    sent = {
        "during": "1",
        "after": "",
        "morning": "0",
        "later": "",
        "tags": ["act_fast"],
        "note": " Stairs. ",
    }
    browser.post(f"/log/pain/{pain.pk}/", sent)
    pain.refresh_from_db()
    assert (pain.during, pain.after, pain.morning, pain.tags, pain.note) == (
        1,
        None,
        0,
        ["act_fast"],
        "Stairs.",
    )

    emptied = browser.post(f"/log/pain/{pain.pk}/", {"during": "", "after": "", "morning": "", "later": ""})
    assert emptied.status_code == 422
    assert "Nothing is left" in emptied.content.decode()
    browser.post(f"/log/pain/{pain.pk}/delete/")
    assert not Pain.objects.exists()


@pytest.mark.parametrize("who", ["bob", "mia"])
def test_nobody_else_sees_or_changes_it(request, as_, alice, a_pain, today, who):
    pain = a_pain(alice, today, after=4)
    browser = as_(request.getfixturevalue(who))

    for address in (f"/log/pain/{pain.pk}/", f"/log/pain/{pain.pk}/delete/"):
        assert browser.get(address).status_code == 404
        assert browser.post(address, {"after": "1"}).status_code == 404
    assert "leg_outer_lower" not in browser.get("/log/pain/").content.decode()
    assert Pain.objects.get().after == 4


def test_nobody_sees_pain_without_signing_in(client, db):
    assert client.get("/log/pain/").status_code == 302


def test_somebody_elses_run_is_no_run(as_, alice, bob, a_run, today):
    run = a_run(bob, today)
    assert as_(alice).get(f"/log/pain/new/?run={run.pk}").status_code == 404
    assert as_(alice).post("/log/pain/new/", FORM | {"about": f"run-{run.pk}"}).status_code == 422


def test_a_run_that_goes_leaves_the_pain_of_its_day(alice, a_run, a_pain, today):
    run = a_run(alice, today)
    a_pain(alice, today, run=run, after=3)
    run.delete()

    assert queries.pain_by_day(alice) == {today: {LEG: Levels(after=3)}}


# --- Danger signs -------------------------------------------------------------------------------------------


def test_a_danger_sign_is_shown_before_everything_else(as_, alice, today):
    browser = as_(alice)
    answer = browser.post("/log/pain/new/", FORM | {"about": f"day-{today}", "signs": ["rf_no_weight"]})
    page = browser.get(answer["Location"]).content.decode()
    assert "Be seen today" in page

    overview = browser.get("/log/pain/").content.decode()
    assert 0 < overview.index("Be seen today") < overview.index("leg_outer_lower.left:")


def test_one_sign_that_fires_no_rule_is_named_all_the_same(alice, a_pain, today):
    notice = danger.notice_of([a_pain(alice, today, after=2, signs=["time_night"])])

    assert notice is not None
    assert notice.timing.id == "within_week"
    assert notice.told[0].because == ("pain at night",)


def test_much_pain_asks_for_danger_signs(as_, alice, today):
    answer = as_(alice).post("/log/pain/new/", FORM | {"about": f"day-{today}", "level": "6"})

    assert answer["Location"] == f"/log/pain/{Pain.objects.get().pk}/?signs"
    assert "That is a lot" in as_(alice).get(answer["Location"]).content.decode()


@given(st.sets(st.sampled_from(danger.SIGNS)), st.sampled_from(danger.SIGNS))
def test_one_more_sign_never_lowers_the_notice(signs, more):
    def level(told: set[str]) -> int:
        pain = Pain(region="calf_lower", side="left", day=date(2026, 5, 1), signs=sorted(told))
        notice = danger.notice_of([pain])
        order = ["self_care", "routine", "within_week", "same_day", "emergency"]
        return order.index(notice.timing.id) if notice else -1

    assert level(signs | {more}) >= level(signs)


def test_the_day_and_the_run_show_their_pain_and_lead_to_telling_more(as_, alice, a_run, a_pain, today):
    run = a_run(alice, today)
    pain = a_pain(alice, today, run=run, after=7)
    for address in (f"/log/runs/{run.pk}/", f"/log/day/{today}/"):
        page = as_(alice).get(address).content.decode()
        assert f'href="/log/pain/{pain.pk}/"' in page
        assert "pain-7" in page
        assert f'href="/log/pain/new/?run={run.pk}"' in page
