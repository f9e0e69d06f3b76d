"""The next morning: asked once, only after a run, by the member's own clock; one tap answers, one ends it."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from secondwind.notifications.tests import mailserver
from secondwind.recovery import queries
from secondwind.recovery.actions import morning
from secondwind.recovery.models import Asking, MorningQuestion, Pain
from secondwind.recovery.queries import Levels, Site
from secondwind.recovery.tasks import ask_in_the_morning

LEG = Site("leg_outer_lower", "left")
BERLIN, AUCKLAND, LOS_ANGELES, HONOLULU = (
    "Europe/Berlin", "Pacific/Auckland", "America/Los_Angeles", "Pacific/Honolulu",
)  # fmt: skip
SATURDAY = date(2026, 5, 30)


def at(zone: str, day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.fixture
def runner(alice, a_run, a_pain):
    """A member in Berlin who ran on Saturday at eight and told of pain a week before."""
    alice.time_zone = BERLIN
    alice.save()
    a_pain(alice, SATURDAY - timedelta(days=7), after=2)
    a_run(alice, SATURDAY, start=at(BERLIN, SATURDAY, 8))
    return alice


def hours_asked(zone: str, first: datetime, hours: int) -> list[str]:
    """When mails went out, on the clock of a zone, over some hours in steps of half an hour."""
    found = []
    for step in range(hours * 2):
        now = first + timedelta(minutes=30 * step)
        if morning.mail_all(now):
            found.append(f"{now.astimezone(ZoneInfo(zone)):%a %H:%M}")
    return found


def test_the_morning_after_a_run_it_is_asked_once(runner):
    assert hours_asked(BERLIN, at(BERLIN, SATURDAY, 9), 50) == ["Sun 07:00"]
    assert [message.to for message in mail.outbox] == [[runner.email]]


def test_without_a_run_or_without_pain_nobody_is_asked(alice, bob, a_run, a_pain):
    a_pain(alice, SATURDAY, after=3)
    a_run(bob, SATURDAY)
    a_run(alice, SATURDAY, sport="cycling")
    assert hours_asked("UTC", at("UTC", SATURDAY, 9), 48) == []


def test_pain_of_long_ago_is_not_asked_about(alice, a_run, a_pain):
    a_pain(alice, SATURDAY - timedelta(days=29), after=3)
    a_run(alice, SATURDAY)
    assert hours_asked("UTC", at("UTC", SATURDAY, 9), 48) == []


def test_who_told_already_is_not_asked(runner, a_pain):
    a_pain(runner, SATURDAY, morning=1)
    assert hours_asked(BERLIN, at(BERLIN, SATURDAY, 9), 48) == []


def test_a_run_that_comes_into_the_log_late_is_not_asked_about(runner, a_run):
    a_run(runner, SATURDAY - timedelta(days=3))
    assert hours_asked(BERLIN, at(BERLIN, SATURDAY, 9), 48) == ["Sun 07:00"]
    assert MorningQuestion.objects.get().day == SATURDAY


def test_the_hour_is_the_members_own(runner):
    Asking.objects.create(owner=runner, morning_hour=9)
    assert hours_asked(BERLIN, at(BERLIN, SATURDAY, 9), 48) == ["Sun 09:00"]


@pytest.mark.parametrize("day", [date(2026, 3, 28), date(2026, 10, 24)], ids=["forward", "back"])
def test_clocks_that_change_in_the_night_move_nothing(alice, a_run, a_pain, day):
    alice.time_zone = BERLIN
    alice.save()
    a_pain(alice, day, after=2)
    a_run(alice, day, start=at(BERLIN, day, 18))
    assert hours_asked(BERLIN, at(BERLIN, day, 19), 48) == ["Sun 07:00"]


@pytest.mark.parametrize(
    ("home", "away", "asked"),
    [
        (BERLIN, LOS_ANGELES, "Sun 07:00"),
        (LOS_ANGELES, BERLIN, "Sun 07:00"),
        # A day is skipped on the way: the first morning there.
        (HONOLULU, AUCKLAND, "Mon 07:00"),
        # … and here one comes twice.
        (AUCKLAND, HONOLULU, "Sat 07:00"),
    ],
)
def test_whoever_moves_is_asked_once_in_the_morning_where_they_are(alice, a_run, a_pain, home, away, asked):
    a_pain(alice, SATURDAY, after=2)
    a_run(alice, SATURDAY, start=at(home, SATURDAY, 10))
    alice.time_zone = home
    alice.save()
    moved = at(home, SATURDAY, 20)
    assert hours_asked(home, at(home, SATURDAY, 11), 9) == []
    alice.time_zone = away
    alice.save()
    assert hours_asked(away, moved, 60) == [asked]


def test_moving_after_the_question_brings_no_second_one(runner):
    assert hours_asked(BERLIN, at(BERLIN, SATURDAY, 9), 24) == ["Sun 07:00"]
    runner.time_zone = LOS_ANGELES
    runner.save()
    assert hours_asked(LOS_ANGELES, at(BERLIN, SATURDAY + timedelta(days=1), 9), 48) == []


def test_two_processes_at_once_ask_once(runner):
    now = at(BERLIN, SATURDAY + timedelta(days=1), 7)
    assert (morning.mail_all(now), morning.mail_all(now)) == (1, 0)


def test_a_mail_server_that_is_down_or_busy_loses_no_question(runner, settings):
    now = at(BERLIN, SATURDAY + timedelta(days=1), 7)
    with mailserver.running(settings) as server:
        settings.EMAIL_PORT = 1  # nobody listens there
        with pytest.raises(OSError, match="refused"):
            morning.mail_all(now)
        settings.EMAIL_PORT = server.port
        server.at["RCPT"] = "451 later"
        assert morning.mail_all(now) == 0
        server.at.clear()
        assert (morning.mail_all(now), morning.mail_all(now)) == (1, 0)
        assert [str(one["To"]) for one in server.mails] == [runner.email]


# --- The mail -----------------------------------------------------------------------------------------------


@pytest.fixture
def asked(runner, freeze_at):
    """The mail of Sunday morning, and its addresses by number."""
    freeze_at("2026-05-31T05:00:00+00:00")
    ask_in_the_morning()
    message = mail.outbox[0]
    addresses = dict(re.findall(r"^ ?(\d+)  (\S+)$", str(message.body), re.M))
    return message, addresses


def test_the_mail_names_no_place_and_no_address_tells_a_number(asked):
    message, addresses = asked
    assert list(addresses) == [str(level) for level in range(11)]
    # Addresses are signed, so that three letters of any word may stand in one.
    told = re.sub(r"\S*/log/\S*", "", f"{message.subject}\n{message.body}").lower()
    assert "how is it" in told
    for word in ("leg", "ankle", "lower", "pain_", "left"):
        assert word not in told
    paths = [address.rpartition("/morning/")[2] for address in addresses.values()]
    assert len({len(path) for path in paths}) <= 3
    assert len(set(paths)) == 11


def test_a_program_that_opens_every_link_answers_nothing(asked, client):
    message, addresses = asked
    off = message.extra_headers["List-Unsubscribe"].strip("<>")
    for address in [*addresses.values(), off]:
        assert client.get(address).status_code == 200
        assert client.head(address).status_code == 200
    assert queries.pain_by_day(message_owner(), SATURDAY) == {}
    assert not Asking.objects.exists()


def message_owner():
    return MorningQuestion.objects.get().owner


def test_one_tap_answers_without_signing_in_and_can_be_changed(asked, client):
    _message, addresses = asked
    page = client.get(addresses["4"])
    assert "no-store" in page["Cache-Control"]
    assert "4 of 10 this morning?" in page.content.decode()
    thanks = client.post(addresses["4"], {"site": LEG.key})
    assert thanks.status_code == 200
    assert queries.pain_by_day(message_owner(), SATURDAY) == {SATURDAY: {LEG: Levels(morning=4)}}
    assert Pain.objects.get(day=SATURDAY).run is not None

    client.post(addresses["2"], {"site": LEG.key})
    assert queries.pain_by_day(message_owner(), SATURDAY) == {SATURDAY: {LEG: Levels(morning=2)}}


def test_the_answer_expires(asked, client, freeze_at):
    _message, addresses = asked
    freeze_at("2026-06-01T17:00:01+00:00")
    for answer in (client.get(addresses["4"]), client.post(addresses["4"], {"site": LEG.key})):
        assert answer.status_code == 410
        assert "under Pain" in answer.content.decode()
    assert not Pain.objects.filter(day=SATURDAY).exists()


def test_a_damaged_or_foreign_link_answers_nothing(asked, client):
    message, addresses = asked
    off = message.extra_headers["List-Unsubscribe"].strip("<>")
    for address in (addresses["4"][:-3] + "/", off.replace("asking/off", "morning")):
        assert client.post(address, {"site": LEG.key}).status_code == 410
    assert client.post(addresses["4"], {"site": "heel_sides.left"}).status_code == 410
    assert not Pain.objects.filter(day=SATURDAY).exists()


def test_off_by_one_press_of_the_mail_program(asked, client, a_run):
    message, _addresses = asked
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    off = message.extra_headers["List-Unsubscribe"].strip("<>")
    assert client.post(off, {"List-Unsubscribe": "One-Click"}).status_code == 200

    owner = message_owner()
    a_run(owner, SATURDAY + timedelta(days=1), start=at(BERLIN, SATURDAY + timedelta(days=1), 8))
    assert hours_asked(BERLIN, at(BERLIN, SATURDAY + timedelta(days=1), 9), 48) == []


def test_it_is_switched_on_again_on_the_page(as_, runner):
    browser = as_(runner)
    browser.post("/log/pain/asking/", {"mail": "off"})
    assert "You are not asked by mail" in browser.get("/log/pain/").content.decode()
    browser.post("/log/pain/asking/", {"mail": "on", "hour": "10"})
    assert "from 10 o’clock" in browser.get("/log/pain/").content.decode()
    assert browser.post("/log/pain/asking/", {"mail": "on", "hour": "3"}).status_code == 303
    assert Asking.objects.get().morning_hour == 10


def test_who_left_has_no_link_any_more(asked, client):
    _message, addresses = asked
    message_owner().delete()
    assert client.get(addresses["4"]).status_code == 410
