"""What waits for a moderator before others see it: spam, and first links. Without any outside service."""

from datetime import timedelta

import pytest
from django.utils import timezone

from secondwind.accounts.models import User
from secondwind.forums import sieve
from secondwind.forums.actions import moderate
from secondwind.forums.actions.post import ask, edit, reply
from secondwind.forums.actions.undo import undo
from secondwind.forums.models import Post, PostState, QueueItem, QueueKind, Thread, Token
from secondwind.forums.trust import Trust
from secondwind.writing import spam

SPAM = (
    "CHEAP tramadol and viagra, no prescription needed!!! Buy now at https://cheap-pills.example/buy "
    "and https://casino-bonus.example/win. WhatsApp me on +1 555 010 9999, 100% guaranteed, limited offer."
)
HONEST = "My shin hurt for weeks after I doubled my mileage. Two weeks off and slower runs settled it."
WHY = "A reason that helps."


@pytest.fixture
def nina(make_user):
    return make_user("nina", Trust.NEW)


def kinds():
    return set(QueueItem.objects.filter(closed_at=None).values_list("kind", flat=True))


def test_spam_of_a_newcomer_waits_with_its_reasons(nina, thread):
    post = reply(nina, thread, SPAM)

    assert post.state == PostState.HELD
    assert QueueKind.SPAM in kinds()
    assert len(QueueItem.objects.get(kind=QueueKind.SPAM).details) >= 2
    assert Thread.objects.get(pk=thread.pk).reply_count == 0


def test_spam_as_a_new_thread_is_in_no_list(nina, forum):
    thread = ask(nina, forum, "Cheap pills without prescription", SPAM).thread
    assert not Thread.objects.get(pk=thread.pk).is_listed


def test_an_honest_first_post_is_there_at_once(nina, thread):
    assert reply(nina, thread, HONEST).state == PostState.PUBLISHED
    assert not kinds()


def test_members_are_not_sifted(bob, thread):
    assert reply(bob, thread, SPAM).state == PostState.PUBLISHED


def test_a_first_link_waits_and_the_next_one_does_not(nina, mia, thread):
    post = reply(nina, thread, f"{HONEST} It is told here: https://example.org/shins")
    assert (post.state, kinds()) == (PostState.HELD, {QueueKind.LINK})
    moderate.approve(mia, post, WHY)
    again = reply(
        nina, thread, "The calf raises that settled my shin after long runs: https://example.org/raises"
    )
    assert again.state == PostState.PUBLISHED


def test_a_link_within_the_site_does_not_wait(nina, thread):
    assert reply(nina, thread, "The same is told in [a thread](/threads/1/).").state == PostState.PUBLISHED


def test_a_post_that_becomes_spam_by_an_edit_waits(nina, thread):
    post = reply(nina, thread, HONEST)
    edit(nina, post, SPAM)
    assert Post.objects.get(pk=post.pk).state == PostState.HELD


def test_the_same_long_text_again_counts_against_it(nina, make_user, thread):
    reply(nina, thread, HONEST)
    other = Post(thread=thread, number=99, author=make_user("otto", Trust.NEW), body=HONEST)
    other.created_at = timezone.now()
    other.save()
    assert sieve._message(other).same_text_seen


def test_letting_spam_through_teaches_that_it_is_honest_and_hiding_that_it_is_not(nina, mia, thread):
    first = reply(nina, thread, SPAM)
    moderate.approve(mia, first, WHY)
    second = reply(nina, thread, SPAM + " Really.")
    assert Token.objects.get(word="tramadol").honest == 1
    moderate.hide(mia, second, WHY, spam=True)

    word, everything = Token.objects.get(word="tramadol"), Token.objects.get(word="")
    assert (word.spam, word.honest) == (1, 1)
    assert (everything.spam, everything.honest) == (1, 1)


def test_taking_it_back_unteaches_it(nina, mia, thread):
    post = reply(nina, thread, SPAM)
    action = moderate.hide(mia, post, WHY)
    assert Token.objects.get(word="tramadol").spam == 1
    undo(mia, action, WHY)
    assert Token.objects.get(word="tramadol").spam == 0
    moderate.hide(mia, post, WHY)
    moderate.restore(mia, post, WHY)
    word = Token.objects.get(word="tramadol")
    assert (word.spam, word.honest) == (0, 1)


def test_a_post_hidden_for_its_tone_teaches_nothing_about_spam(mia, answer):
    moderate.hide(mia, answer, "An insult.")
    assert not Token.objects.exists()


def test_what_moderators_hide_again_and_again_is_held_by_itself(mia, make_user, thread):
    """Words that no signal knows: after enough decisions the sieve knows them."""
    base = Post.objects.filter(thread=thread).get(number=1)
    for text, counts in (
        ("Lovely zorbling mats from Quentopia", {"spam": 200}),
        ("Slow miles and calf raises settled my achilles", {"honest": 200}),
    ):
        base.body = text
        sieve.learn(base, **counts)
    nina = User.objects.create_user(
        "nina", "nina@example.org", date_joined=timezone.now() - timedelta(days=3)
    )
    plain = "Has anybody heard of zorbling? Lovely mats, made in Quentopia, and lovely zorbling it is too."
    before = spam.score(sieve._message(Post(thread=thread, number=9, pk=9, author=nina, body=plain)))
    held = reply(nina, thread, plain)

    assert before.probability < spam.HELD_FROM
    assert held.state == PostState.HELD


def test_only_the_words_of_the_post_are_fetched(nina, thread, django_assert_max_num_queries):
    Token.objects.bulk_create([Token(word=f"word{n}", spam=1) for n in range(500)])
    post = reply(nina, thread, HONEST)
    with django_assert_max_num_queries(1):
        assert set(sieve._learned(post).counts) <= set(HONEST.casefold().replace(".", "").split()) | {""}
