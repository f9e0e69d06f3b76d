"""How it went: one tap on a mail's link, at any time by the owner, and where it shows."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from secondwind.accounts import links
from secondwind.cases import reminders
from secondwind.cases.actions import outcomes
from secondwind.cases.actions.outcomes import More
from secondwind.cases.models import Case, NoMail, Outcome, Reminder, SaidBy, today
from secondwind.clinic.model import Kind
from secondwind.clinic.outcomes import Back
from secondwind.forums.actions import cases
from secondwind.forums.models import Thread
from secondwind.forums.pages.thread import address
from secondwind.notifications.tests import mailserver


@pytest.fixture
def case(thread: Thread) -> Case:
    return cases.cases_of(thread)[0]


def made_ago(case: Case, **span: float) -> Case:
    case.date = today() - timedelta(**span)
    Case.objects.filter(pk=case.pk).update(date=case.date)
    return case


def link_of(message) -> str:
    found = re.search(r"/cases/how/\S+", message.body)
    assert found
    return found[0]


def test_a_mail_asks_after_two_weeks_without_health_words_and_is_not_sent_twice(case, alice):
    made_ago(case, days=14)
    assert reminders.send_due() == 1
    assert reminders.send_due() == 0

    (message,) = mail.outbox
    assert message.to == [alice.email]
    assert "leg" not in message.subject
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert Reminder.objects.get().is_sent


def test_a_mail_server_that_is_down_or_busy_loses_no_question(case, alice, settings):
    made_ago(case, days=14)
    with mailserver.running(settings) as server:
        settings.EMAIL_PORT = 1  # nobody listens there
        with pytest.raises(OSError, match="refused"):
            reminders.send_due()
        settings.EMAIL_PORT = server.port
        server.at["RCPT"] = "451 later"
        assert reminders.send_due() == 0
        server.at.clear()
        assert (reminders.send_due(), reminders.send_due()) == (1, 0)
        assert [str(one["To"]) for one in server.mails] == [alice.email]


def test_opening_the_link_records_nothing_and_one_tap_without_cookies_does(case, client, thread):
    made_ago(case, days=14)
    reminders.send_due()
    path = link_of(mail.outbox[0])
    browser = Client(enforce_csrf_checks=True)

    assert "One tap is enough" in browser.get(path).content.decode()
    assert not Outcome.objects.exists()

    page = browser.post(path, {"state": "partly"}).content.decode()
    assert "You said: running less" in page
    assert Outcome.objects.get().week == 2
    assert "2 weeks later: running less" in client.get(address(thread)).content.decode()


def test_more_can_be_told_after_the_tap_and_a_second_tap_corrects(case):
    made_ago(case, weeks=6)
    reminders.send_due()
    path, browser = link_of(mail.outbox[0]), Client()
    browser.post(path, {"state": "not"})
    told = {
        "state": "full", "more": "1", "worst_pain": "2", "also": ["ice", "foam_roll"],
        "also_did": ["better", "no_change"], "diagnosis": "itbs",
        "said_by": "physio", "is_counted": "1",
    }  # fmt: skip
    assert "Thank you" in browser.post(path, told).content.decode()

    outcome = Outcome.objects.get()
    assert (outcome.state, outcome.worst_pain, outcome.helped) == ("full", 2, ["ice"])
    assert (outcome.diagnosis, outcome.said_by) == ("itbs", SaidBy.PHYSIO)
    case.refresh_from_db()
    assert case.told.item(Kind.TREATMENT, "ice").detail == "better"
    assert case.told.item(Kind.TREATMENT, "foam_roll").detail == "no_change"

    told |= {"effect.ice": "worse", "effect.nonsense": "better", "also": [], "also_did": []}
    browser.post(path, told)
    case.refresh_from_db()
    outcome.refresh_from_db()
    assert case.told.item(Kind.TREATMENT, "ice").detail == "worse"
    assert outcome.helped == []


@pytest.mark.parametrize(
    ("given", "sentence"),
    [({"worst_pain": "11"}, "0 (none) to 10"), ({"diagnosis": "itbs"}, "Say who told you")],
)
def test_what_cannot_be_is_refused_with_a_sentence(case, given, sentence):
    path = f"/cases/how/{links.seal(reminders.TELL, case.pk, 2)}/"
    answer = Client().post(path, {"state": "full", "more": "1", **given})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_a_link_opens_nothing_but_its_own_question_and_runs_out(case, client, wait):
    path = f"/cases/how/{links.seal(reminders.TELL, case.pk, 2)}/"
    assert client.get(path).status_code == 200
    assert client.get(path[:-4] + "xxx/").status_code == 410
    assert client.get(f"/cases/how/{links.seal(reminders.STOP, case.pk, 2)}/").status_code == 410
    wait(reminders.HOLDS + timedelta(days=1))
    assert client.get(path).status_code == 410


def test_the_owner_tells_at_any_time_on_an_old_locked_thread(as_, client, alice, bob, thread, case):
    made_ago(case, days=3650)
    Thread.objects.filter(pk=thread.pk).update(is_locked=True)

    assert as_(bob).post(f"/cases/{case.pk}/how/", {"state": "full"}).status_code == 404
    assert as_(alice).post(f"/cases/{case.pk}/how/", {"state": "full"}).status_code == 200
    html = client.get(address(thread)).content.decode()
    assert "521 weeks later: running as before" in html


def test_it_stops_on_recovery_and_asks_again_after_a_relapse(case):
    made_ago(case, weeks=12)
    outcomes.tell(case, Back.FULL, on=case.date + timedelta(weeks=5))
    assert list(reminders.due_on(today())) == []
    outcomes.tell(case, Back.NOT, on=case.date + timedelta(weeks=8))
    assert list(reminders.due_on(today())) == [(case, 12)]
    outcomes.tell(case, Back.NOT, on=case.date + timedelta(weeks=10))
    assert list(reminders.due_on(today())) == []


def test_one_press_ends_the_mails_and_the_list_of_cases_brings_them_back(as_, alice, case):
    made_ago(case, days=14)
    path = f"/cases/no-mails/{links.seal(reminders.STOP, alice.pk)}/"
    Client().get(path)
    assert not NoMail.objects.exists()
    Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"})
    assert reminders.send_due() == 0
    as_(alice).post("/cases/mails/", {"on": "1"})
    assert reminders.send_due() == 1


def test_after_a_pause_only_the_last_round_is_asked_and_long_ago_nothing(case):
    made_ago(case, weeks=13)
    assert [week for _, week in reminders.due_on(today())] == [12]
    made_ago(case, weeks=17)
    assert list(reminders.due_on(today())) == []


def test_what_a_machine_read_never_stands_beside_what_the_owner_told(client, thread, case):
    outcomes.read_by_machine(case, Back.PARTLY, today())
    assert "read by machine from the asker" in client.get(address(thread)).content.decode()
    outcomes.tell(case, Back.FULL)
    outcomes.read_by_machine(case, Back.NOT, today())
    assert case.outcomes.filter(by_machine=False).get().state == "full"


def test_a_machine_read_outcome_gives_way_to_the_owners_later_word(case):
    outcomes.read_by_machine(case, Back.PARTLY, today())
    outcomes.tell(case, Back.FULL)
    case.refresh_from_db()
    assert (case.outcome["state"], case.outcome["by_machine"]) == ("full", False)


def test_an_outcome_leaves_with_its_owner(alice, case):
    from secondwind.accounts import erasure

    outcomes.tell_more(outcomes.tell(case, Back.FULL), More(worst_pain=1))
    made_ago(case, days=14)
    erasure.erase(alice, keep_posts=True)
    assert not Outcome.objects.exists()
    assert not Reminder.objects.exists()
    assert timezone.now()
