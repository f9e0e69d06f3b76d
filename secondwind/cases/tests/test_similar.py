"""Similar cases on the pages: found at once, with reasons, and only what the viewer may see."""

import pytest

from secondwind.accounts.models import Audience
from secondwind.cases import similar
from secondwind.cases.actions import keep
from secondwind.cases.models import Beginning, Case, Turn
from secondwind.check.tests.conftest import TRAIL, Visitor
from secondwind.clinic import read
from secondwind.forums.actions import cases, moderate
from secondwind.forums.actions.post import ask
from secondwind.forums.pages.thread import address

HEEL_TOO = "Right heel is sore underneath, the first steps out of bed are the worst, then it warms up."


@pytest.fixture
def heel_too(bob, forum):
    return ask(bob, forum, "Sore underneath", HEEL_TOO).thread


def test_a_thread_lists_what_is_like_it_with_reasons_and_not_what_is_not(client, heel, heel_too, thread):
    html = client.get(address(heel)).content.decode()

    assert "Runners with a similar case" in html
    assert "Sore underneath" in html
    assert "Alike: " in html
    assert "Outer lower leg aches" not in html
    assert "Nothing similar yet" in client.get(address(thread)).content.decode()


def test_the_same_page_lists_the_same_for_everybody_every_time(client, as_, mia, heel, heel_too):
    lists = {_list(browser.get(address(heel))) for browser in [client, as_(mia)] * 3}
    assert len(lists) == 1


def _list(response):
    return response.content.decode().split('id="similar"')[1].split("</ul>")[0]


def test_a_new_case_is_in_the_list_with_the_next_page(client, bob, forum, heel):
    assert "Nothing similar yet" in client.get(address(heel)).content.decode()
    ask(bob, forum, "Sore underneath", HEEL_TOO)
    assert "Sore underneath" in client.get(address(heel)).content.decode()


def test_a_process_that_was_behind_takes_in_what_others_changed_and_deleted(anonymous, heel, heel_too):
    told = cases.cases_of(heel)[0].told
    other = similar.Shelf()
    other.catch_up(similar.latest_turn())
    assert len(other.index) == 2

    keep.delete(cases.cases_of(heel_too)[0])
    other.catch_up(similar.latest_turn())

    assert len(other.index) == 1
    assert similar.similar_to(anonymous, told, "", without=[cases.cases_of(heel)[0].pk]) == []


def test_the_answer_of_the_check_lists_similar_cases(client, thread):
    html = Visitor(client).screened(TRAIL).html
    assert "Runners with a similar case" in html
    assert thread.title in html


def test_a_hidden_thread_is_not_listed(client, mia, heel, heel_too):
    moderate.hide(mia, heel_too.posts.get(number=1), "A test of hiding.")
    assert "Sore underneath" not in client.get(address(heel)).content.decode()


def test_private_cases_are_in_nobodys_list_and_members_only_in_members(client, as_, bob, mia, heel):
    case = keep.begin([read(HEEL_TOO).case], text=HEEL_TOO, beginning=Beginning.CHECK, owner=bob)[0]
    assert "Alike" not in as_(mia).get(address(heel)).content.decode()

    keep.show(case, audience=Audience.MEMBERS)
    assert "Alike" not in client.get(address(heel)).content.decode()
    assert f"/cases/{case.pk}/" in as_(mia).get(address(heel)).content.decode()


def test_parts_that_fewer_see_are_no_reasons(client, bob, heel, heel_too):
    case = cases.cases_of(heel_too)[0]
    keep.show(case, audiences={"when": Audience.NOBODY})
    html = client.get(address(heel)).content.decode()
    assert "first steps" not in html.split('id="similar"')[1].split("</section>")[0]


def test_a_database_that_was_put_back_is_read_anew(anonymous, heel, heel_too):
    told = cases.cases_of(heel)[0].told
    assert similar.similar_to(anonymous, told, "")
    Case.objects.all().delete()
    Turn.objects.update(number=1)
    assert similar.similar_to(anonymous, told, "") == []
