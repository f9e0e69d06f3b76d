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


def test_a_hidden_card_is_counted_nowhere(mia, thread, case, monkeypatch):
    from secondwind.cases.actions import outcomes

    outcomes.tell(case, Back.FULL)
    case.refresh_from_db()
    (group,) = totals.groups_of(case)
    assert len(list(totals._courses(group, today()))) == 1
    moderate.hide_card(mia, thread, case, WHY)
    assert len(list(totals._courses(group, today()))) == 0
