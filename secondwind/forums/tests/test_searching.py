"""What the search finds of the forums: everything that everybody may read, and nothing else."""

import pytest
from django.test import Client

from secondwind.accounts import erasure
from secondwind.cases.actions import keep, outcomes
from secondwind.clinic.outcomes import Back
from secondwind.forums import searching
from secondwind.forums.actions import cases, mark, moderate, rearrange, undo
from secondwind.forums.actions.post import ask, edit, remove, reply
from secondwind.forums.models import Forum, Mark, Post, PostState
from secondwind.search import rebuild
from secondwind.search.models import Document
from secondwind.search.searching import Filters, search


def found(text: str, **filters: object) -> list[int]:
    return [hit.ref for hit in search(text, Filters(**filters)).hits]  # type: ignore[arg-type]


def page(client: Client, **asked: str) -> str:
    response = client.get("/search/", asked)
    assert response.status_code == 200
    return str(response.content.decode())


def test_a_post_is_found_as_soon_as_it_is_there(client, question, answer):
    assert found("outer lower legs") == [question.pk]
    html = page(client, q="peroneals strengthened")
    assert "<mark>strengthened</mark>" in html
    assert f'href="/posts/{answer.pk}/"' in html
    assert "Outer lower leg" in html


def test_an_edit_counts_at_once(question, alice, thread):
    edit(alice, question, "It is the left heel, with the first steps.", "Heel")
    assert found("outer lower legs") == []
    assert found("heel first steps") == [question.pk]


def test_what_is_hidden_held_or_taken_back_is_not_found_and_comes_back(question, answer, bob, mia):
    hidden = moderate.hide(mia, answer, "An insult.")
    assert found("strengthened") == []
    undo.undo(mia, hidden, "It was none.")
    assert found("strengthened") == [answer.pk]
    hidden = moderate.hide(mia, question, "Spam.")
    assert found("strengthened") == found("outer") == []
    undo.undo(mia, hidden, "It was none.")
    assert found("strengthened") == [answer.pk]
    assert found("outer") == [question.pk]
    remove(bob, answer)
    assert found("strengthened") == []


def test_the_page_asks_the_forums_once_more_who_may_see_what(client, answer, thread):
    Post.objects.filter(pk=answer.pk).update(state=PostState.HIDDEN)  # behind the back of the index
    html = page(client, q="strengthened")
    assert "<mark>" not in html
    assert f"/posts/{answer.pk}/" not in html


def test_filters_know_forum_answer_place_side_author_and_date(alice, bob, forum, question, answer, mia):
    other = Forum.objects.exclude(pk=forum.pk)[0]
    ask(bob, other, "Which shoes for mud", "My left knee aches in the old ones after every run.")
    assert found("left knee", place=other.pk, side="left", area="knee") != []
    assert found("left knee", place=forum.pk) == []
    assert found("legs", side="left", area="lower_leg") == [question.pk]
    assert found("", author=alice.pk) == [question.pk]
    assert found("legs", answered=True) == []
    mark.mark(alice, answer, Mark.CORRECT)
    assert found("legs", answered=True) == [question.pk]
    assert found("strengthened", answered=True) == [answer.pk]
    moderate.move(mia, question.thread, other, "It fits there.")
    assert set(found("legs", place=other.pk) + found("strengthened", place=other.pk)) >= {
        question.pk,
        answer.pk,
    }


def test_a_merged_or_split_thread_is_found_where_its_posts_are(alice, bob, mia, forum, thread, answer):
    other = ask(bob, forum, "Sore calves", "They are tight.").thread
    rearrange.merge(mia, other, thread, "The same.")
    [hit] = search("tight").hits
    assert hit.group == thread.pk
    rearrange.split(mia, thread, [2], "Peroneals", forum, "Another matter.")
    [hit] = search("strengthened").hits
    assert hit.group != thread.pk
    assert found("peroneals", leads=True) == [answer.pk]


def test_who_leaves_takes_the_words_or_the_name(alice, bob, question, answer):
    erasure.erase(bob, keep_posts=True)
    assert found("strengthened") == [answer.pk]
    assert not Document.objects.filter(author__isnull=True).exclude(ref=answer.pk).exists()
    erasure.erase(alice, keep_posts=False)
    assert found("outer lower legs") == []


def test_quoted_words_are_found_where_they_were_written(alice, thread, question, answer):
    reply(alice, thread, "> strengthened the peroneals\n\nHow long did that take?")
    [hit] = search("strengthened peroneals").hits
    assert (hit.ref, hit.texts) == (answer.pk, 1)


def test_a_rebuild_finds_everything_again(question, answer):
    Document.objects.all().delete()
    assert rebuild.catch_up() == 2
    assert found("strengthened") == [answer.pk]
    assert found("legs", area="lower_leg") == [question.pk]
    assert rebuild.catch_up() == 0


def test_posts_that_came_by_no_member_are_put_in_with_the_next_of_the_thread(bob, thread, question):
    Post.objects.create(
        thread=thread,
        number=thread.next_number,
        body="x",
        html="<p>Imported bunions</p>",
        created_at=question.created_at,
    )
    type(thread).objects.filter(pk=thread.pk).update(next_number=thread.next_number + 1)
    reply(bob, thread, "A new one.")
    assert len(found("bunions")) == 1


def test_people_show_as_far_as_they_want(client, as_, alice, bob):
    assert 'href="/people/alice/"' in page(client, q="Ali")
    alice.profile_audience = "members"
    alice.save()
    assert 'href="/people/alice/"' not in page(client, q="Ali")
    assert 'href="/people/alice/"' in page(as_(bob), q="Ali")


def test_an_author_filters_for_those_who_may_see_the_list_of_their_posts(client, as_, alice, bob, question):
    assert alice.posts_audience == "members"
    assert question.thread.title not in page(client, by="alice")
    assert "Nobody of that name" in page(client, by="alice")
    assert question.thread.title in page(as_(bob), by="alice")
    assert "lower legs" not in client.get("/search/feed.atom?by=alice").content.decode()
    alice.posts_audience = "nobody"
    alice.save()
    assert "Nobody of that name" in page(as_(bob), by="alice")
    assert question.thread.title in page(as_(alice), by="alice")


def test_a_typo_is_mended_and_can_be_taken_at_its_word(client, question):
    html = page(client, q="outr lower legs")
    assert "Shown for <strong><bdi>outer lower legs</bdi></strong>" in html
    assert "as=typed" in html
    assert "Shown for" not in page(client, q="outr lower legs", **{"as": "typed"})


def test_an_empty_page_and_one_without_a_result_say_what_to_do(client, thread):
    assert "there are no special signs to learn" in page(client)
    html = page(client, q="xylophones", forum="1")
    assert "Nothing fits" in html
    assert "search without them" in html


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"since": "yesterday"}, "year, month, day"),
        ({"by": "nobody at all"}, "Nobody of that name"),
        ({"by": "\0"}, "Nobody of that name"),
        ({"since": "2026-05-01", "until": "2026-04-01"}, "after the last one"),
    ],
)
def test_a_filter_that_cannot_be_says_so(client, thread, asked, said):
    assert said in page(client, q="legs", **asked)


@pytest.mark.parametrize("asked", [{"forum": "x"}, {"body": "'"}, {"side": "up"}, {"answered": "?"}])
def test_a_filter_that_is_none_filters_nothing(client, thread, asked):
    assert "Outer" in page(client, q="lower legs", **asked)


@pytest.mark.parametrize("number", ["0", "-1", "x", "٣", "2", "9999999"])
def test_a_page_that_is_not_there_is_not_found(client, thread, number):
    assert client.get("/search/", {"q": "legs", "page": number}).status_code == 404


def test_results_come_in_pages(client, mia, forum):
    for number in range(23):
        ask(mia, forum, f"Bunions {number}", "Ouch.")
    assert "23 threads" in page(client, q="bunions")
    assert page(client, q="bunions", page="2").count('class="thread-title"') == 3


def test_a_page_of_results_asks_the_database_a_dozen_times_at_most(
    client, question, answer, django_assert_max_num_queries
):
    with django_assert_max_num_queries(12):
        page(client, q="lower legs outer trail", forum=str(question.thread.forum_id))


def test_places_and_side_are_read_from_the_question():
    assert searching.bodies_in("Knee", "My left knee hurts under the kneecap.")[1] == "left"
    assert searching.bodies_in("Marathon", "Which marathon in May?") == ((), "")


def test_a_thread_that_tells_how_it_went_is_found_by_that(client, question, answer, alice, mia, thread):
    def told() -> list[int]:
        return found("", outcome=True)

    (case,) = cases.cases_of(thread)
    assert told() == []
    outcomes.tell(case, Back.PARTLY)
    assert told() in ([question.pk], [answer.pk])  # of each thread the latest post
    assert found("strengthened", outcome=True) == [answer.pk]
    assert "Outer lower leg" in page(client, outcome="yes")
    later = reply(alice, thread, "Yesterday a marathon.")
    assert found("marathon", outcome=True) == [later.pk]

    keep.show(case, audience="members")
    assert told() == []  # a visitor would learn of it
    keep.show(case, audience="everyone")
    hidden = moderate.hide_card(mia, thread, case, "It shows a name.")
    assert told() == []
    undo.undo(mia, hidden, "It does not.")
    assert len(told()) == 1
    keep.delete(case)
    assert told() == []


def test_the_outcome_of_a_thread_that_is_hidden_tells_nothing(question, mia, thread):
    (case,) = cases.cases_of(thread)
    outcomes.tell(case, Back.FULL)
    hidden = moderate.hide(mia, question, "Spam.")
    assert found("", outcome=True) == []
    undo.undo(mia, hidden, "It was none.")
    assert found("", outcome=True) == [question.pk]
