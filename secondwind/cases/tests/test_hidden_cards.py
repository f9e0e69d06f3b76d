"""A card can be hidden like a post: by a moderator, with a reason, logged, told, and taken back."""

import pytest
from django.test import Client

from secondwind.cases import totals
from secondwind.cases.models import Case, today
from secondwind.clinic.outcomes import Back
from secondwind.forums.actions import cases, moderate, undo
from secondwind.forums.actions.post import edit
from secondwind.forums.errors import Refused
from secondwind.forums.models import Action, Notice, Verb
from secondwind.forums.pages.thread import address

WHY = "It names somebody else."


@pytest.fixture
def case(thread) -> Case:
    return cases.cases_of(thread)[0]


def card_in(browser, thread) -> bool:
    page = browser.get(address(thread), follow=True)
    return 'class="card index-card case-card"' in page.content.decode()


def test_a_moderator_hides_a_card_and_only_its_owner_sees_it_with_the_reason(
    as_, client, alice, bob, mia, thread, case
):
    page = f"/moderation/threads/{thread.pk}/"
    assert "Hide the card of a case" in as_(mia).get(page).content.decode()
    assert as_(bob).post(page, {"act": "hide_card", "case": case.pk, "why": WHY}).status_code == 404
    as_(mia).post(page, {"act": "hide_card", "case": case.pk, "why": WHY})

    assert [card_in(one, thread) for one in (client, as_(bob), as_(mia), as_(alice))] == [False] * 3 + [True]
    assert f"Hidden by a moderator: {WHY}" in as_(alice).get(address(thread)).content.decode()
    assert client.get(f"/cases/{case.pk}/").status_code == 404
    assert "the card of your case" in Notice.objects.get(user=alice).text
    action = Action.objects.get(verb=Verb.HIDE_CARD)
    assert (action.by, action.why, action.thread) == (mia, WHY, thread)

    as_(mia).post(f"/moderation/log/{action.pk}/undo/", {"why": "It was right."})
    assert card_in(client, thread)
    assert Action.objects.filter(verb=Verb.SHOW_CARD).exists()


def test_a_hidden_card_is_shown_again_by_hand_too_and_not_twice(client, mia, thread, case):
    moderate.hide_card(mia, thread, case, WHY)
    with pytest.raises(Refused, match="already"):
        moderate.hide_card(mia, thread, case, WHY)
    moderate.show_card(mia, thread, case, "It was right.")
    assert card_in(client, thread)


def test_an_edit_does_not_bring_a_hidden_card_back(client, alice, mia, thread, case):
    moderate.hide_card(mia, thread, case, WHY)
    edit(alice, thread.posts.get(number=1), "My left heel hurts with the first steps in the morning.", "Heel")
    assert cases.cases_of(thread)
    assert not card_in(Client(), thread)
    with pytest.raises(Refused):
        undo.undo(mia, Action.objects.get(verb=Verb.HIDE_CARD), "It was right.")
    moderate.show_card(mia, thread, cases.cases_of(thread)[0], "It was right.")
    assert card_in(client, thread)


KNEE = "My left knee hurts on the outside when I run downhill."
HEEL = "My right heel hurts with the first steps in the morning."
WELL = "Which shoes do you like best for long races?"


def places(thread) -> dict[str, bool]:
    """Whether each card of a thread is hidden, by its first place."""
    return {case.told.places[0].id.split(".")[0]: bool(case.why_hidden) for case in cases.cases_of(thread)}


def test_a_hidden_card_stays_hidden_after_its_owner_told_of_no_injury_meanwhile(
    client, alice, mia, thread, case
):
    opening = thread.posts.get(number=1)
    moderate.hide_card(mia, thread, case, WHY)
    edit(alice, opening, WELL, "Shoes")
    assert not cases.cases_of(thread)
    edit(alice, opening, WELL + " Any?", "Shoes")
    edit(alice, opening, KNEE, "Pain")
    (again,) = cases.cases_of(thread)
    assert again.why_hidden == WHY
    assert not card_in(client, thread)
    moderate.show_card(mia, thread, again, "It was right.")
    edit(alice, opening, f"{KNEE} Help!", "Pain")
    assert card_in(client, thread)


def test_of_several_cards_the_one_that_was_hidden_stays_hidden(alice, mia, thread):
    opening = thread.posts.get(number=1)
    edit(alice, opening, f"{KNEE}\n\n{HEEL}", "Pains")
    _, second = cases.cases_of(thread)
    moderate.hide_card(mia, thread, second, WHY)
    hidden = places(thread)
    assert list(hidden.values()) == [False, True]
    for text in (f"{KNEE}\n\n{HEEL} Help!", f"{HEEL}\n\n{KNEE}", WELL, f"{KNEE}\n\n{HEEL}"):
        edit(alice, opening, text, "Pains")
        assert places(thread) in ({}, hidden)
    edit(alice, opening, KNEE, "Pains")
    assert [case.why_hidden for case in cases.cases_of(thread)] == [""]
    edit(alice, opening, f"{KNEE}\n\n{HEEL}", "Pains")
    assert places(thread) == hidden


def test_a_hidden_card_is_counted_nowhere(mia, thread, case, monkeypatch):
    from secondwind.cases.actions import outcomes

    outcomes.tell(case, Back.FULL)
    case.refresh_from_db()
    (group,) = totals.groups_of(case)
    assert len(list(totals._courses(group, today()))) == 1
    moderate.hide_card(mia, thread, case, WHY)
    assert len(list(totals._courses(group, today()))) == 0
