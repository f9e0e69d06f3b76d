"""What others see of somebody, what somebody takes along, and what stays when they leave."""

import json
import re
import zipfile

import pytest

from secondwind.accounts import erasure, export
from secondwind.accounts.models import Audience, User
from secondwind.forums.actions import rearrange
from secondwind.forums.actions.holdings import TAKEN_AWAY
from secondwind.forums.actions.mark import mark
from secondwind.forums.actions.notices import tell
from secondwind.forums.actions.post import ask, edit, reply
from secondwind.forums.models import DangerSign, Mark, Member, Post, Revision, Thread, View
from secondwind.forums.pages.thread import address


def test_a_profile_shows_rank_points_and_posts(client, alice, bob, answer):
    mark(alice, answer, Mark.CORRECT)
    User.objects.filter(pk=bob.pk).update(
        posts_audience=Audience.EVERYONE, signature="Hills are flat from above."
    )
    html = client.get("/people/bob/").content.decode()

    assert "Rookie, here since" in html
    assert "<dt>points</dt><dd>10</dd>" in html
    assert "<dt>correct answers</dt><dd>1</dd>" in html
    assert answer.thread.title in html
    assert "Hills are flat from above." in html


@pytest.mark.parametrize(
    ("audience", "visitor", "member", "self"),
    [("everyone", 200, 200, 200), ("members", 404, 200, 200), ("nobody", 404, 404, 200)],
)
def test_a_profile_is_seen_by_those_whom_its_owner_chose(
    client, as_, alice, bob, audience, visitor, member, self
):
    User.objects.filter(pk=bob.pk).update(profile_audience=audience)
    pages = [browser.get("/people/bob/").status_code for browser in (client, as_(alice), as_(bob))]
    assert pages == [visitor, member, self]


def test_the_list_of_posts_is_for_members_unless_its_owner_says_otherwise(client, as_, alice, answer):
    assert "The list of posts is not public." in client.get("/people/bob/").content.decode()
    assert answer.thread.title in as_(alice).get("/people/bob/").content.decode()


def test_capitals_lead_to_the_name_as_it_is_written(client, bob):
    assert client.get("/people/BoB/")["Location"] == "/people/bob/"
    assert client.get("/people/nobody/").status_code == 404
    assert client.get("/people/bob%00/").status_code == 404


def test_the_export_holds_every_post_with_its_earlier_versions(alice, question, answer):
    edit(alice, question, "Only the left leg, in fact.")
    with export.archive(alice) as file, zipfile.ZipFile(file) as archive:
        (post,) = json.loads(archive.read("forums/posts.json"))
        assert post["text"] == "Only the left leg, in fact."
        assert post["earlier_versions"][0]["text"].startswith("Both outer lower legs")
        assert not any("peroneals" in archive.read(name).decode() for name in archive.namelist())


def test_who_leaves_may_leave_the_posts_under_no_name(client, alice, bob, thread, answer):
    mark(alice, answer, Mark.CORRECT)
    edit(bob, answer, "Build it up slowly.")
    erasure.erase(bob, keep_posts=True)
    html = client.get(address(thread)).content.decode()

    assert "Build it up slowly." in html
    assert "former member" in html
    assert "bob" not in html
    assert not Revision.objects.exists()
    assert not Member.objects.filter(user__username="bob").exists()


def test_who_leaves_may_take_the_posts_along(client, alice, bob, thread, answer):
    reply(alice, thread, "Thank you.", answer)
    erasure.erase(bob, keep_posts=False)
    html = client.get(address(thread)).content.decode()

    assert "#2: taken away by its author" in html
    assert "peroneals" not in html
    assert "Thank you." in html
    assert not Post.objects.filter(body__contains="peroneals").exists()


def test_a_question_that_goes_leaves_the_answers_and_no_health_words(client, alice, bob, forum):
    thread = ask(
        alice, forum, "Swollen calf", "My left calf is clearly swollen and warm since the long run."
    ).thread
    reply(bob, thread, "See a doctor today.")
    erasure.erase(alice, keep_posts=False)
    html = client.get(address(Thread.objects.get(pk=thread.pk))).content.decode()

    assert "See a doctor today." in html
    assert TAKEN_AWAY in html
    assert "swollen" not in html.lower()
    assert not DangerSign.objects.exists()


def test_nothing_of_a_visit_stays_behind(as_, alice, bob, thread):
    as_(bob).get(address(thread), HTTP_USER_AGENT="Mozilla/5.0 Firefox")
    assert View.objects.filter(visitor=f"member-{bob.pk}").exists()
    erasure.erase(bob, keep_posts=True)
    assert not View.objects.exists()


def test_the_title_of_a_thread_that_was_merged_goes_with_its_asker(alice, bob, mia, forum, thread):
    other = ask(bob, forum, "The same legs", "They ache again.").thread
    rearrange.merge(mia, thread, other, "The same matter.")
    erasure.erase(alice, keep_posts=False)
    assert Thread.objects.get(pk=thread.pk).title == TAKEN_AWAY


def test_no_notice_is_skipped_on_the_way_through_the_pages(as_, alice):
    for number in range(45):
        tell(alice, f"Notice number {number}.")
    browser = as_(alice)
    pages = [browser.get("/notifications/", {"page": page}).content.decode() for page in (1, 2)]
    assert len(set(re.findall(r"Notice number (\d+)", "".join(pages)))) == 45
