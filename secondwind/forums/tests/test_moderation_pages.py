"""The moderators' pages, flagging and notices, as browsers send and get them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from secondwind.forums import desk
from secondwind.forums.actions import discipline, moderate
from secondwind.forums.actions.flag import flag
from secondwind.forums.actions.post import ask, edit, reply
from secondwind.forums.models import (
    Action,
    CannedReply,
    Flag,
    Forum,
    Notice,
    Post,
    PostState,
    QueueItem,
    Space,
    Thread,
)
from secondwind.forums.trust import Trust

WHY = "A reason that helps."
SECRET = "A secret insult that nobody should read."


def again(row):
    return type(row).objects.get(pk=row.pk)


@pytest.fixture
def carl(make_user):
    return make_user("carl")


@pytest.fixture
def flagged(carl, answer):
    flag(carl, answer, "rude", "Look at the second line.")
    return QueueItem.objects.get()


@pytest.fixture
def desk_of(as_, mia):
    """Mia's browser."""
    return as_(mia)


def every_address(answer, item):
    names = "queue action_log load canned_replies places".split()
    yield from (reverse(f"forums:{name}") for name in names)
    yield reverse("forums:moderate_post", args=[answer.pk])
    yield reverse("forums:moderate_thread", args=[answer.thread_id])
    yield reverse("forums:moderate_person", args=["bob"])
    yield reverse("forums:decide", args=[item.pk])
    yield reverse("forums:bulk")
    yield reverse("forums:undo", args=[1])
    yield reverse("forums:canned_reply", args=[CannedReply.objects.get(title="Tone").pk])


def test_only_moderators_find_these_pages(as_, bob, answer, flagged):
    for browser in (Client(), as_(bob)):
        for address in every_address(answer, flagged):
            assert browser.get(address).status_code == 404, address
            assert browser.post(address, {"act": "hide", "why": WHY}).status_code == 404, address
    assert not Action.objects.exists()


def test_every_page_opens_for_a_moderator_and_is_kept_by_no_cache(desk_of, answer, flagged):
    for address in every_address(answer, flagged):
        if address.endswith(("/items/", "/undo/")) or "/items/" in address:
            continue
        response = desk_of.get(address)
        assert response.status_code == 200, address
        assert "no-store" in response["Cache-Control"], address


def test_the_queue_shows_post_flags_and_author(desk_of, flagged, answer):
    page = desk_of.get(reverse("forums:queue")).content.decode()
    for words in (answer.body[:30], "Look at the second line.", "Rude or hurtful", "carl", "bob", "Rookie"):
        assert words in page, words


def test_deciding_leads_back_to_the_queue(desk_of, flagged, answer, bob):
    canned = CannedReply.objects.create(title="Tone", body="Please be kind.")
    response = desk_of.post(
        reverse("forums:decide", args=[flagged.pk]),
        {"act": "hide", "canned": canned.pk, "why": "The second line.", "kind": "flag"},
    )
    assert (response.status_code, response["Location"]) == (303, "/moderation/?kind=flag")
    assert again(answer).state == PostState.HIDDEN
    assert Action.objects.get().why == "Please be kind. The second line."
    assert "Please be kind. The second line." in Notice.objects.filter(user=bob).latest("pk").text


def test_without_a_reason_nothing_happens_and_what_was_typed_stays(desk_of, flagged, answer):
    response = desk_of.post(reverse("forums:decide", args=[flagged.pk]), {"act": "hide", "why": "?"})
    page = response.content.decode()
    assert response.status_code == 422
    assert "Say why" in page
    assert 'value="?"' in page
    assert again(answer).is_published


def test_who_comes_second_reads_who_was_first(as_, desk_of, make_user, flagged):
    otto = as_(make_user("otto", is_moderator=True))
    address = reverse("forums:decide", args=[flagged.pk])
    desk_of.post(address, {"act": "dismiss", "why": WHY})
    response = otto.post(address, {"act": "hide", "why": WHY})
    assert response.status_code == 422
    assert "mia has decided this already" in response.content.decode()


def test_an_act_that_does_not_exist_is_not_there(desk_of, flagged, answer):
    for address in (
        reverse("forums:decide", args=[flagged.pk]),
        reverse("forums:moderate_thread", args=[answer.thread_id]),
        reverse("forums:moderate_person", args=["bob"]),
        reverse("forums:places"),
        reverse("forums:bulk"),
    ):
        assert desk_of.post(address, {"act": "destroy", "why": WHY}).status_code == 404


def test_the_oldest_comes_first_and_a_kind_can_be_chosen(desk_of, carl, thread, bob, mia, time_machine):
    for n in range(3):
        flag(carl, reply(bob, thread, f"Reply {n}"), "rude")
    numbers = [matter.post.number for matter in desk.matters("", 1).items]
    assert numbers == sorted(numbers)
    assert "Nothing waits of this kind" in desk_of.get("/moderation/?kind=spam").content.decode()
    assert desk_of.get("/moderation/?kind=nonsense").status_code == 404
    assert desk_of.get("/moderation/?page=2").status_code == 404


def test_the_queue_takes_as_many_queries_for_twenty_as_for_two(
    desk_of, make_user, carl, thread, mia, django_assert_max_num_queries
):
    for n in range(20):
        flag(mia, reply(make_user(f"runner{n}"), thread, f"Reply {n}"), "rude")
    with django_assert_max_num_queries(14):
        assert desk_of.get("/moderation/").status_code == 200


def test_several_held_posts_at_once(desk_of, make_user, thread):
    posts = [
        reply(make_user(f"nina{n}", Trust.NEW), thread, f"Number {n}: https://example.org/{n}")
        for n in range(3)
    ]
    items = list(QueueItem.objects.order_by("pk"))
    response = desk_of.post(
        reverse("forums:bulk"),
        {"act": "spam", "item": [items[0].pk, items[1].pk, "nonsense"], "why": "Advertising."},
    )
    assert response.status_code == 303
    assert [again(post).state for post in posts] == [PostState.HIDDEN, PostState.HIDDEN, PostState.HELD]
    assert Action.objects.count() == 2

    nothing = desk_of.post(reverse("forums:bulk"), {"act": "spam", "why": WHY})
    assert nothing.status_code == 422
    assert "Choose one or more" in nothing.content.decode()


def test_one_that_was_decided_stops_no_other(desk_of, mia, make_user, thread):
    posts = [
        reply(make_user(f"nina{n}", Trust.NEW), thread, f"{n}: https://example.org/{n}") for n in range(2)
    ]
    items = list(QueueItem.objects.order_by("pk"))
    moderate.approve(mia, posts[0], WHY)
    response = desk_of.post(
        reverse("forums:bulk"),
        {"act": "approve", "item": [one.pk for one in items], "why": WHY},
        follow=True,
    )
    page = response.content.decode()
    assert "1 post let through" in page
    assert "decided this already" in page


def test_a_thread_is_locked_moved_merged_and_split_from_its_page(desk_of, alice, bob, thread, answer, forum):
    other = ask(bob, forum, "Same here", "The other leg.").thread
    more = reply(alice, thread, "And my watch is broken.")
    training = Forum.objects.get(slug="training")
    address = reverse("forums:moderate_thread", args=[thread.pk])
    for form in (
        {"act": "lock"},
        {"act": "pin"},
        {"act": "rename", "title": "Lower leg and trails"},
        {"act": "move", "forum": training.pk},
        {"act": "split", "numbers": " #3 ", "title": "Broken watch", "forum": forum.pk},
        {"act": "merge", "into": f"https://testserver/threads/{other.pk}/same-here/"},
    ):
        response = desk_of.post(address, form | {"why": WHY})
        assert response.status_code == 303, (form, response.content.decode()[-3000:])
    now = again(thread)
    assert (now.title, now.forum, now.is_locked, now.merged_into) == (
        "Lower leg and trails", training, True, other,
    )  # fmt: skip
    assert again(more).thread.title == "Broken watch"
    assert "merged into" in desk_of.get(address).content.decode()


@pytest.mark.parametrize(
    "form",
    [
        {"act": "merge", "into": "nonsense"},
        {"act": "merge", "into": "999"},
        {"act": "merge", "into": "/community/"},
        {"act": "split", "numbers": "4-2", "title": "A title"},
        {"act": "split", "numbers": "1-999999999", "title": "A title"},
        {"act": "split", "numbers": "two", "title": "A title"},
        {"act": "split", "numbers": "", "title": "A title"},
        {"act": "move", "forum": "x"},
        {"act": "move", "forum": "999"},
        {"act": "rename", "title": ""},
    ],
)
def test_what_cannot_be_read_gets_a_sentence_and_changes_nothing(desk_of, thread, answer, forum, form):
    address = reverse("forums:moderate_thread", args=[thread.pk])
    response = desk_of.post(address, {"forum": forum.pk, "why": WHY} | form)
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert not Action.objects.exists()


def test_a_member_is_warned_silenced_and_banned_from_their_page(desk_of, bob):
    address = reverse("forums:moderate_person", args=["bob"])
    for form in ({"act": "warn"}, {"act": "silence", "days": "3"}, {"act": "unsilence"}, {"act": "ban"}):
        assert desk_of.post(address, form | {"why": WHY}).status_code == 303
    assert again(bob).is_banned
    assert "Banned since" in desk_of.get(address).content.decode()
    assert desk_of.post(address, {"act": "unban", "why": WHY}).status_code == 303
    assert desk_of.post(address, {"act": "silence", "days": "x", "why": WHY}).status_code == 422
    assert desk_of.get(reverse("forums:moderate_person", args=["nobody-here"])).status_code == 404


def test_the_log_says_who_what_why_and_takes_back(desk_of, mia, bob, answer, thread):
    action = moderate.hide(mia, answer, "An insult.")
    moderate.lock(mia, thread, "Heated.")
    page = desk_of.get(reverse("forums:action_log")).content.decode()
    for words in ("mia", "hid a post", "An insult.", "Heated.", "bob"):
        assert words in page
    assert "Heated." not in desk_of.get("/moderation/log/?verb=hide").content.decode()
    assert "Heated." not in desk_of.get("/moderation/log/?about=BOB").content.decode()
    assert "Nothing like that" in desk_of.get("/moderation/log/?by=bob").content.decode()
    assert desk_of.get("/moderation/log/?verb=nonsense").status_code == 404

    address = reverse("forums:undo", args=[action.pk])
    assert desk_of.post(address, {"why": ""}).status_code == 422
    assert desk_of.post(address, {"why": "I misread it."}).status_code == 303
    assert again(answer).is_published
    assert "Taken back by" in desk_of.get(reverse("forums:action_log")).content.decode()
    assert desk_of.post(address, {"why": "Again."}).status_code == 422


def test_ready_made_reasons_are_added_changed_and_deleted(desk_of):
    address = reverse("forums:canned_replies")
    assert desk_of.post(address, {"title": "Manners", "body": "Please be kind."}).status_code == 303
    kept = CannedReply.objects.get(title="Manners")
    own = reverse("forums:canned_reply", args=[kept.pk])
    assert desk_of.post(own, {"title": "Manners", "body": "Be kind, please."}).status_code == 303
    assert again(kept).body == "Be kind, please."
    assert desk_of.post(own, {"title": "", "body": ""}).status_code == 422
    assert desk_of.post(own, {"act": "delete"}).status_code == 303
    assert not CannedReply.objects.filter(pk=kept.pk).exists()


def test_spaces_and_forums_are_added_ordered_renamed_closed_and_deleted(desk_of, forum):
    address = reverse("forums:places")

    def send(**form):
        return desk_of.post(address, form).status_code

    assert send(act="add_space", name="Races") == 303
    space = Space.objects.get(name="Races")
    assert send(act="add_forum", space=space.pk, name="Latest", about="News") == 303
    made = Forum.objects.get(space=space)
    assert made.slug == "latest-2"  # /community/latest/ is a page of its own
    assert send(act="add_forum", space=space.pk, name="Latest") == 303
    second = Forum.objects.get(slug="latest-3")
    assert send(act="up", forum=second.pk) == 303
    assert list(space.forums.all()) == [second, made]
    assert send(act="down", forum=second.pk) == 303
    assert send(act="up", space=space.pk) == 303
    assert send(act="change_space", space=space.pk, name="All races") == 303
    assert send(act="change_forum", forum=made.pk, space=space.pk, name="Newest", about="") == 303
    changed = again(made)
    assert (changed.name, changed.slug, changed.is_open) == ("Newest", "latest-2", False)
    assert send(act="delete", forum=made.pk) == 303
    assert send(act="delete", forum=second.pk) == 303
    assert send(act="delete", space=space.pk) == 303
    assert not Space.objects.filter(pk=space.pk).exists()
    assert send(act="add_space", name="") == 422


def test_a_forum_with_threads_is_not_deleted(desk_of, thread):
    response = desk_of.post(reverse("forums:places"), {"act": "delete", "forum": thread.forum_id})
    assert response.status_code == 422
    assert "has threads, so it cannot be deleted" in response.content.decode()
    space = desk_of.post(reverse("forums:places"), {"act": "delete", "space": thread.forum.space_id})
    assert "has forums, so it cannot be deleted" in space.content.decode()


# --- The load ----------------------------------------------------------------------------------------------


def test_the_load_counts_who_did_what_and_how_soon(desk_of, mia, make_user, bob, carl, thread, time_machine):
    otto = make_user("otto", is_moderator=True)
    start = timezone.now() - timedelta(days=20)
    time_machine.move_to(start, tick=False)
    early, late, never = (reply(bob, thread, f"Reply {n}") for n in range(3))
    for post in (early, late, never):
        flag(carl, post, "rude")
    time_machine.move_to(start + timedelta(hours=2), tick=False)
    moderate.dismiss(mia, early, WHY)
    time_machine.move_to(start + timedelta(hours=4), tick=False)
    moderate.dismiss(mia, late, WHY)
    time_machine.move_to(start + timedelta(days=18), tick=False)
    discipline.warn(otto, bob, WHY)
    time_machine.move_to(start + timedelta(days=20), tick=False)

    assert [(one.name, one.week, one.month, one.part) for one in desk.shares()] == [
        ("mia", 0, 2, 67),
        ("otto", 1, 1, 33),
    ]
    first = desk.first_action()
    assert (first.median, first.count, first.waiting) == (timedelta(hours=3), 2, 1)
    assert [(line.kind, line.counts) for line in desk.backlog()] == [("flagged by members", (0, 0, 1))]
    page = desk_of.get(reverse("forums:load")).content.decode()
    assert "3\xa0hours" in page
    assert "Nobody did much more" in page


def test_what_flags_hid_is_no_moderators_action(carl, answer, settings):
    settings.FLAGS_TO_HIDE = 1
    flag(carl, answer, "rude")
    first = desk.first_action()
    assert (first.median, first.count, first.waiting) == (None, 0, 1)


def test_the_load_says_when_one_carries_it():
    alone = [desk.Share("mia", 5, 20, 100)]
    uneven = [desk.Share("mia", 5, 20, 91), desk.Share("otto", 1, 2, 9)]
    even = [desk.Share("mia", 5, 10, 50), desk.Share("otto", 5, 10, 50)]
    assert "alone" in desk.advice(alone)
    assert "mia did 20 of 22 actions" in desk.advice(uneven)
    assert "Nobody did much more" in desk.advice(even)
    assert "Nobody moderates here yet" in desk.advice([])


# --- Flagging and notices ----------------------------------------------------------------------------------


def test_flagging_by_its_page(as_, carl, answer):
    browser, address = as_(carl), reverse("forums:flag", args=[answer.pk])
    assert "What is wrong with it?" in browser.get(address).content.decode()
    bad = browser.post(address, {"reason": "", "words": "It is wrong."})
    assert bad.status_code == 422
    assert "It is wrong." in bad.content.decode()
    response = browser.post(address, {"reason": "harm", "words": "It says to run through it."})
    assert (response.status_code, response["Location"]) == (303, reverse("forums:post", args=[answer.pk]))
    assert Flag.objects.get().words == "It says to run through it."
    assert "Change my flag" in browser.get(address).content.decode()


def test_who_is_not_signed_in_signs_in_before_flagging(answer):
    response = Client().get(reverse("forums:flag", args=[answer.pk]))
    assert response.status_code == 302
    assert "login" in response["Location"]


def test_a_flag_that_hides_leads_to_what_is_left(as_, carl, answer, question, settings):
    settings.FLAGS_TO_HIDE = 1
    browser = as_(carl)
    gone = browser.post(reverse("forums:flag", args=[answer.pk]), {"reason": "rude"}, follow=True)
    assert gone.status_code == 200
    assert gone.redirect_chain[0][0].startswith(f"/threads/{answer.thread_id}/")
    whole = browser.post(reverse("forums:flag", args=[question.pk]), {"reason": "rude"}, follow=True)
    assert (whole.status_code, whole.redirect_chain[0][0]) == (200, "/community/injuries/")


def test_notices_are_new_until_they_were_seen(as_, mia, bob, answer):
    moderate.hide(mia, answer, "An <b>insult</b>.")
    browser = as_(bob)
    assert "1<span" in browser.get("/community/").content.decode()
    page = browser.get("/notices/", follow=True).content.decode()
    assert "An &lt;b&gt;insult&lt;/b&gt;." in page
    assert "is-new" in page
    assert "1<span" not in browser.get("/community/").content.decode()
    assert "is-new" not in browser.get("/notifications/").content.decode()


def test_notices_are_ones_own(as_, mia, bob, carl, answer):
    moderate.hide(mia, answer, "An insult.")
    assert "An insult." not in as_(carl).get("/notifications/").content.decode()
    assert Client().get("/notifications/").status_code == 302


# --- What is hidden is nowhere -----------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["hidden", "held"])
def test_a_post_that_is_not_shown_is_nowhere_to_be_read(
    as_, make_user, mia, alice, bob, carl, forum, thread, state
):
    writer = bob if state == "hidden" else make_user("nina", Trust.NEW)
    text = SECRET if state == "hidden" else f"{SECRET} https://example.org/secret"
    post = reply(writer, thread, text)
    if state == "hidden":
        edit(writer, post, f"{SECRET} And more.")
        moderate.hide(mia, post, "An insult.")
    opening = ask(writer, forum, f"A title: {SECRET}", text)
    if state == "hidden":
        moderate.hide(mia, opening, "An insult.")
    assert again(opening).state == again(post).state == state

    for browser in (Client(), as_(alice), as_(carl)):
        for address in (
            reverse("forums:index"),
            reverse("forums:latest"),
            reverse("forums:forum", args=[forum.slug]),
            reverse("forums:thread", args=[thread.pk, thread.slug]),
            reverse("forums:person", args=[writer.username]),
        ):
            response = browser.get(address)
            assert response.status_code == 200, address
            assert "secret" not in response.content.decode(), address
        for name in ("post", "flag", "history", "edit"):
            response = browser.get(reverse(f"forums:{name}", args=[post.pk]))
            assert response.status_code in {404, 302}, name
            assert "secret" not in response.content.decode()
        assert browser.get(reverse("forums:thread", args=[opening.thread_id])).status_code == 404
    quoted = as_(carl).get(reverse("forums:reply", args=[thread.pk]), {"to": post.pk, "quote": 1})
    assert "secret" not in quoted.content.decode()


def test_the_author_of_a_held_post_reads_that_it_waits(as_, make_user, thread):
    nina = make_user("nina", Trust.NEW)
    reply(nina, thread, "Look at https://example.org/shoes")
    page = as_(nina).get(reverse("forums:thread", args=[thread.pk, thread.slug])).content.decode()
    assert "waits for a moderator" in page
    assert "example.org/shoes" in page


def test_a_hidden_post_keeps_its_number_in_the_thread(as_, mia, carl, bob, thread, answer):
    moderate.hide(mia, answer, "An insult")
    reply(carl, thread, "Next.")
    page = Client().get(reverse("forums:thread", args=[thread.pk, thread.slug])).content.decode()
    assert "#2: hidden by a moderator: An insult" in page
    assert "#3" in page


def test_the_address_of_a_merged_thread_leads_to_the_other(desk_of, mia, bob, thread, forum):
    from secondwind.forums.actions.rearrange import merge

    other = ask(bob, forum, "Same here", "The other leg.").thread
    merge(mia, other, thread, WHY)
    response = Client().get(reverse("forums:thread", args=[other.pk]))
    assert response["Location"].startswith(f"/threads/{thread.pk}/")
    assert Thread.objects.get(pk=other.pk).merged_into == thread
    assert Post.objects.filter(thread=thread).count() == 2
