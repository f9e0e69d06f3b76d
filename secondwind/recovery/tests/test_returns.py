"""Come back: a plan is begun, ticked off by the log, stopped by a danger sign, and read by a calendar."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from icalendar import Calendar

from secondwind.clinic.knowledge import load
from secondwind.clinic.returning import Course
from secondwind.recovery import courses
from secondwind.recovery.actions import returns
from secondwind.recovery.models import Pain, Return, ReturnState
from secondwind.recovery.queries import Site

LEG = Site("leg_outer_lower", "left")
BEGIN = {"begin": "1", "plan": "tendon", "site": LEG.key, "usual": "0", "ready": "on"}


@pytest.fixture
def today(db: None) -> date:
    return timezone.localdate()


@pytest.fixture
def way(alice, today):
    """A tendon plan that began twenty days ago, at stage 2."""
    row = returns.begin(alice, "tendon", LEG)
    Return.objects.filter(pk=row.pk).update(started_on=today - timedelta(days=20))
    row.refresh_from_db()
    return row


def course(row: Return, today: date) -> Course:
    return courses.way_of(Return.objects.get(pk=row.pk), today).course


def test_a_plan_is_looked_at_and_begun_and_no_health_word_is_in_an_address(as_, alice):
    browser = as_(alice)
    looked = browser.post("/log/back/begin/", {"condition": "peroneal_tendinopathy"})
    assert load().plans["tendon"].stages[2] in looked.content.decode()
    answer = browser.post("/log/back/begin/", BEGIN)
    row = Return.objects.get()

    assert (answer.status_code, answer["Location"]) == (303, f"/log/back/{row.pk}/")
    assert (row.owner, row.plan, row.region, row.side, row.first_stage) == (
        alice, "tendon", *LEG, 2,
    )  # fmt: skip
    assert "Stage 2 of 9" in browser.get(answer["Location"]).content.decode()


def test_the_answer_of_a_check_leads_to_its_plan(as_, alice, client):
    told = {
        "text": "The outside of my left lower leg hurts the day after trail runs, worst at push-off.",
        "screened": "1",
        "none": "1",
    }
    answer = as_(alice).post("/check/answer/", told).content.decode()
    condition = answer.partition('name="condition" value="')[2].partition('"')[0]
    looked = as_(alice).post("/log/back/look/", {"condition": condition}).content.decode()

    assert load().conditions[condition].name in looked
    assert "Before the first step" in looked
    assert "/log/back/look/" not in client.post("/check/answer/", told).content.decode()


def test_who_still_runs_goes_on_where_the_plan_forks(as_, alice):
    as_(alice).post("/log/back/begin/", BEGIN | {"still_running": "on"})
    assert Return.objects.get().first_stage == 6


@pytest.mark.parametrize("plan", ["bone_high", "none"])
def test_what_needs_a_clinician_is_shown_and_not_begun(as_, alice, plan):
    looked = as_(alice).post("/log/back/begin/", {"plan": plan}).content.decode()
    assert "not a plan to follow on your own" in looked
    assert as_(alice).post("/log/back/begin/", BEGIN | {"plan": plan}).status_code == 422
    assert not Return.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"ready": ""}, "before the first step is true"),
        ({"site": ""}, "Choose the place"),
        ({"site": "nose.left"}, "Choose the place"),
        ({"usual": "12"}, "from 0 to 10"),
    ],
)
def test_what_begins_no_plan_gets_a_sentence(as_, alice, wrong, sentence):
    answer = as_(alice).post("/log/back/begin/", BEGIN | wrong)
    assert (answer.status_code, Return.objects.exists()) == (422, False)
    assert sentence in answer.content.decode()


def test_one_place_has_one_plan(as_, alice, way):
    assert as_(alice).post("/log/back/begin/", BEGIN).status_code == 422


def test_the_log_ticks_the_plan_off(alice, a_run, a_pain, way, today):
    for ago in (10, 8):
        day = today - timedelta(days=ago)
        a_pain(alice, day, run=a_run(alice, day), during=2, morning=0)
    found = course(way, today)

    assert [step.rule for step in found.steps] == ["first clean session", "two clean sessions"]
    assert found.stage == 3
    Pain.objects.filter(day=today - timedelta(days=8)).update(morning=3)  # told later, counted anew
    assert course(way, today).steps[-1].rule == "not settled by the next morning"


def test_the_way_back_starts_on_road(as_, alice, a_run, a_pain, way, today):
    day = today - timedelta(days=4)
    a_pain(alice, day, run=a_run(alice, day, surface="trail"), during=1, morning=0)
    assert course(way, today).steps[-1].rule == "trail before its stage"
    page = as_(alice).get(f"/log/back/{way.pk}/").content.decode()
    assert "On road or other even ground until then: trail and hills come at stage 8." in page


def test_runs_before_the_plan_and_of_other_sports_do_not_count(alice, a_run, way, today):
    a_run(alice, today - timedelta(days=21))
    a_run(alice, today - timedelta(days=5), sport="cycling")
    assert course(way, today).steps == ()


def test_a_session_is_told_on_the_page_and_its_pain_is_in_the_log(as_, alice, way, today):
    sent = {"day": str(today - timedelta(days=2)), "during": "1", "after": "2", "morning": "0"}
    browser = as_(alice)
    answer = browser.post(f"/log/back/{way.pk}/", sent)
    page = browser.get(answer["Location"]).content.decode()

    assert "First clean session" in page
    pain = Pain.objects.get()
    assert (pain.day, pain.region, pain.during, pain.after, pain.morning) == (
        today - timedelta(days=2), "leg_outer_lower", 1, 2, 0,
    )  # fmt: skip


def test_what_is_left_open_in_a_session_stays_as_it_was_told(as_, alice, a_run, a_pain, way, today):
    day = today - timedelta(days=1)
    a_pain(alice, day, run=a_run(alice, day), during=2)
    page = as_(alice).get(f"/log/back/{way.pk}/").content.decode()
    assert "Told of yesterday so far" in page
    as_(alice).post(f"/log/back/{way.pk}/", {"day": str(day), "morning": "0"})
    assert (Pain.objects.get().during, Pain.objects.get().morning) == (2, 0)


def test_a_danger_sign_stops_it_until_somebody_has_looked(as_, alice, a_run, way, today):
    browser = as_(alice)
    day = today - timedelta(days=3)
    browser.post(f"/log/back/{way.pk}/", {"day": str(day), "during": "1", "signs": ["time_night"]})
    page = browser.get(f"/log/back/{way.pk}/").content.decode()
    assert "No running until somebody has looked at it" in page
    assert course(way, today).status == "stopped"

    browser.post(f"/log/back/{way.pk}/mark/", {"what": "cleared"})
    assert course(way, today).status in ("ready", "resting")


def test_a_danger_sign_in_the_log_stops_it_too(alice, a_run, a_pain, way, today):
    day = today - timedelta(days=3)
    a_pain(alice, day, run=a_run(alice, day), during=1, signs=["rf_no_weight"])
    assert course(way, today).status == "stopped"


def test_a_pause_and_its_end(as_, alice, way, today):
    browser = as_(alice)
    browser.post(f"/log/back/{way.pk}/mark/", {"what": "pause"})
    assert course(way, today).status == "paused"
    browser.post(f"/log/back/{way.pk}/mark/", {"what": "resume"})
    assert course(way, today).status == "ready"


def test_an_ended_plan_stays_to_be_read(as_, alice, way, today):
    returns.feed(way, on=True)
    browser = as_(alice)
    browser.post(f"/log/back/{way.pk}/mark/", {"what": "end"})
    way.refresh_from_db()
    assert (way.state, way.calendar_key) == (ReturnState.ENDED, None)
    assert browser.get(f"/log/back/{way.pk}/").status_code == 200
    assert browser.post(f"/log/back/{way.pk}/", {"day": str(today), "during": "1"}).status_code == 422
    browser.post(f"/log/back/{way.pk}/delete/")
    assert not Return.objects.exists()


@pytest.mark.parametrize("who", ["bob", "mia"])
def test_nobody_else_sees_or_changes_a_plan(request, as_, way, who):
    browser = as_(request.getfixturevalue(who))
    assert browser.get(f"/log/back/{way.pk}/").status_code == 404
    for address in ("", "mark/", "feed/", "delete/"):
        assert browser.post(f"/log/back/{way.pk}/{address}", {"what": "end", "feed": "on"}).status_code == 404
    assert browser.get("/log/back/").content.decode().count("way-card") == 0


# --- The calendar -------------------------------------------------------------------------------------------


def feed_of(client, row: Return) -> Calendar:
    row.refresh_from_db()
    answer = client.get(f"/log/back/calendar/{row.calendar_key}.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    assert "no-store" in answer["Cache-Control"]
    found = Calendar.from_ical(answer.content)
    assert isinstance(found, Calendar)
    return found


def test_the_feed_is_off_until_it_is_switched_on_and_a_new_address_ends_the_old(as_, client, alice, way):
    assert way.calendar_key is None
    browser = as_(alice)
    browser.post(f"/log/back/{way.pk}/feed/", {"feed": "on"})
    way.refresh_from_db()
    first = way.calendar_key
    assert f"/log/back/calendar/{first}.ics" in browser.get(f"/log/back/{way.pk}/").content.decode()

    browser.post(f"/log/back/{way.pk}/feed/", {"feed": "on"})
    assert client.get(f"/log/back/calendar/{first}.ics").status_code == 404
    feed_of(client, way)
    browser.post(f"/log/back/{way.pk}/feed/", {"feed": "off"})
    way.refresh_from_db()
    assert way.calendar_key is None


def test_the_feed_holds_the_sessions_to_come_with_their_stages_and_those_that_were(
    client, alice, a_run, a_pain, way, today
):
    day = today - timedelta(days=1)
    a_pain(alice, day, run=a_run(alice, day), during=1, morning=0)
    returns.feed(way, on=True)
    events = list(feed_of(client, way).walk("VEVENT"))
    days = [event.decoded("dtstart") for event in events]
    summaries = [str(event["summary"]) for event in events]

    assert days == [day + timedelta(days=2 * i) for i in range(7)]
    assert summaries[0] == "Done: stage 2"
    assert summaries[1].startswith("Stage 2: Otherwise walk and run")
    assert summaries[2].startswith("Stage 3: Run 2 minutes")
    assert "Pain up to 3 of 10" in str(events[1]["description"])
    assert len({str(event["uid"]) for event in events}) == 7
    again = [str(event["uid"]) for event in feed_of(client, way).walk("VEVENT")]
    assert again == [str(event["uid"]) for event in events]


def test_the_feed_of_a_stopped_plan_plans_nothing(client, alice, a_run, a_pain, way, today):
    day = today - timedelta(days=1)
    a_pain(alice, day, run=a_run(alice, day), during=1, signs=["time_night"])
    returns.feed(way, on=True)
    assert [str(event["summary"]) for event in feed_of(client, way).walk("VEVENT")] == ["Done: stage 2"]


def test_the_feed_goes_by_the_day_where_its_owner_is(client, alice, way, freeze_at):
    alice.time_zone = "Pacific/Auckland"
    alice.save()
    returns.feed(way, on=True)
    freeze_at("2026-11-28T20:00:00+00:00")
    first = next(iter(feed_of(client, way).walk("VEVENT")))
    there = timezone.now().astimezone(ZoneInfo("Pacific/Auckland")).date()
    assert first.decoded("dtstart") == there
