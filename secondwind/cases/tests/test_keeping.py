"""From the check to a case: for a member at once, for a visitor when they have joined, if they say so."""

import json
import zipfile
from datetime import timedelta

from django.contrib.sessions.models import Session

from secondwind.accounts import export
from secondwind.accounts.models import Audience
from secondwind.cases.models import Case, State
from secondwind.check.tests.conftest import BREATHLESS, TRAIL, Visitor
from secondwind.clinic.model import Kind
from secondwind.forums.models import Thread
from secondwind.forums.tests.conftest import TITLE


def test_a_member_asks_with_one_press_and_the_composer_holds_text_and_card(as_, alice, forum):
    visitor = Visitor(as_(alice)).screened(TRAIL)
    visitor.press("Ask the community")
    case = Case.objects.get()

    assert (case.owner, case.state, case.audience) == (alice, State.CONFIRMED, Audience.NOBODY)
    assert visitor.response.status_code == 303
    assert visitor.response["Location"] == f"/community/injuries/new/?case={case.pk}"
    visitor.open(visitor.response["Location"])
    assert "This card will stand on your thread" in visitor.html
    assert "three different pairs of shoes" in visitor.html

    visitor.press("Ask", title=TITLE)
    thread = Thread.objects.get()
    case.refresh_from_db()
    assert (case.audience, case.address, case.title) == (Audience.EVERYONE, f"/threads/{thread.pk}/", TITLE)
    assert Case.objects.count() == 1
    html = as_(alice).get(case.address, follow=True).content.decode()
    assert f'id="case-{case.pk}"' in html
    assert "Read by machine" not in html


def test_the_card_survives_a_preview_and_a_refusal(as_, alice, forum):
    visitor = Visitor(as_(alice)).screened(TRAIL).press("Ask the community")
    visitor.open(visitor.response["Location"]).press("Ask", title="")
    assert "This card will stand on your thread" in visitor.html
    visitor.press("Preview", title=TITLE)
    assert "This card will stand on your thread" in visitor.html


def test_somebody_elses_case_is_not_taken_along(as_, alice, bob, forum):
    Visitor(as_(alice)).screened(TRAIL).press("Ask the community")
    case = Case.objects.get()
    html = as_(bob).get(f"/community/injuries/new/?case={case.pk}").content.decode()
    assert "three different pairs" not in html
    as_(bob).post(
        "/community/injuries/new/", {"title": TITLE, "body": "Where do you buy lamps?", "case": case.pk}
    )
    case.refresh_from_db()
    assert case.address == ""


def test_a_case_can_stay_private_without_a_thread(as_, client, alice, bob, mia):
    visitor = Visitor(as_(alice)).screened(TRAIL).press("Keep it private")
    case = Case.objects.get()
    assert visitor.response["Location"] == f"/cases/{case.pk}/"
    assert "Only you see this" in visitor.open("/cases/").html
    for browser in (client, as_(bob), as_(mia)):
        assert browser.get(f"/cases/{case.pk}/").status_code == 404


def test_a_visitor_keeps_nothing_until_they_say_so_and_finds_it_after_joining(client, as_, alice, forum):
    visitor = Visitor(client).screened(TRAIL).press("Ask the community")
    assert "keeps your words" in visitor.html
    assert not Session.objects.exists()
    assert not Case.objects.exists()

    visitor.press("Keep it and sign in")
    assert visitor.response["Location"] == "/account/login/?next=%2Fcases%2Fgo-on%2F"
    assert Session.objects.count() == 1
    assert not Case.objects.exists()

    client.force_login(alice, "allauth.account.auth_backends.AuthenticationBackend")
    answer = client.get("/cases/go-on/")
    case = Case.objects.get()
    assert answer["Location"] == f"/community/injuries/new/?case={case.pk}"
    assert case.owner == alice
    assert client.get("/cases/go-on/")["Location"] == "/cases/"  # once only


def test_what_was_kept_for_joining_is_forgotten_after_an_hour(client, alice, wait):
    Visitor(client).screened(TRAIL).press("Keep it private").press("Keep it and join")
    wait(timedelta(minutes=61))
    client.force_login(alice, "allauth.account.auth_backends.AuthenticationBackend")
    client.get("/cases/go-on/")
    assert not Case.objects.exists()


def test_without_the_token_of_the_form_nothing_is_kept(alice):
    from django.test import Client

    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice, "allauth.account.auth_backends.AuthenticationBackend")
    answer = browser.post("/check/keep/", {"text": TRAIL, "screened": "1", "what": "keep"})
    assert answer.status_code == 403
    assert not Case.objects.exists()


def test_an_emergency_is_not_asked_about_but_stopped(as_, alice):
    answer = as_(alice).post("/check/keep/", {"text": BREATHLESS, "screened": "1", "what": "ask"})
    assert "emergency" in answer.content.decode()
    assert not Case.objects.exists()


def test_no_address_of_the_way_holds_what_was_told(as_, alice, forum):
    visitor = Visitor(as_(alice)).screened(TRAIL).press("Ask the community")
    assert not any("trail" in address or "leg" in address for address in visitor.addresses)


def test_a_case_is_corrected_item_by_item_and_its_history_tells(as_, alice):
    visitor = Visitor(as_(alice)).screened(TRAIL).press("Keep it private")
    case = Case.objects.get()
    item = next(i for i in case.told.items if i.kind == "finding")
    visitor.open(f"/cases/{case.pk}/edit/")
    visitor.press(
        "Save", 0, **{f"say.finding.{item.id}": "drop", "audience.when": "nobody", "audience": "members"}
    )

    case.refresh_from_db()
    assert case.told.item(item.kind, item.id) is None
    assert (case.audience, case.audiences) == (Audience.MEMBERS, {"when": "nobody"})
    assert "left out" in visitor.open(f"/cases/{case.pk}/").html


def test_a_place_and_a_treatment_are_added(as_, alice):
    visitor = Visitor(as_(alice)).screened(TRAIL).press("Keep it private")
    case = Case.objects.get()
    visitor.open(f"/cases/{case.pk}/edit/").press(
        "Add it", place="heel_sides", place_side="left", add=["treatment.ice"]
    )
    case.refresh_from_db()
    assert any(p.id == "heel_sides" and p.detail == "left" for p in case.told.places)
    assert case.told.item(Kind.TREATMENT, "ice")


def test_a_case_goes_out_with_its_owner_and_is_deleted_at_will(as_, alice):
    visitor = Visitor(as_(alice)).screened(TRAIL).press("Keep it private")
    case = Case.objects.get()
    with export.archive(alice) as file, zipfile.ZipFile(file) as archive:
        kept = json.loads(archive.read("cases/cases.json"))
    assert kept[0]["account"] == TRAIL
    assert kept[0]["case"]["items"]

    visitor.open(f"/cases/{case.pk}/delete/").press("Delete it")
    assert not Case.objects.exists()
