"""Threads of old forums on this site: as they stood there, once, to be replied to, and gone when asked."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from secondwind import archive
from secondwind.archive import tests as archive_tests
from secondwind.forums import tasks
from secondwind.forums.actions import archived, archived_rows, cases, danger, takedown
from secondwind.forums.actions.archived import Outcome, Seen
from secondwind.forums.actions.mark import mark
from secondwind.forums.actions.points import rebuild
from secondwind.forums.actions.post import reply
from secondwind.forums.archived_text import html_of, markdown_of
from secondwind.forums.models import (
    ArchivedPost,
    ArchivedThread,
    ArchiveImport,
    DangerSign,
    Forum,
    Mark,
    Notice,
    PointEntry,
    Post,
    QueueItem,
    QueueKind,
    Thread,
)
from secondwind.forums.pages.thread import address
from secondwind.writing import render

PAGES = Path(archive_tests.__path__[0]) / "pages"
Bring = Callable[..., Thread]


def page(name: str) -> str:
    return (PAGES / name).read_text()


@pytest.fixture
def bring(db: None) -> Bring:
    """Import one page, as the command does it, and give its thread."""

    def bring_in(text: str, name: str = "page.txt", **fields: Any) -> Thread:
        batch = archived.begin(archived.place(), [name], **fields)
        read = archive.read(text, name)
        digest = archived_rows.digest_of(text)
        archived.bring_in(batch, read, [Seen(name, digest, read.parser)])
        archived.end(batch)
        return Thread.objects.get(archived__key=archived_rows.digest_of(archive.key_of(read)))

    return bring_in


def everything() -> dict[str, list[Any]]:
    """All rows that an import could touch."""
    models = (Thread, Post, ArchivedThread, ArchivedPost, ArchiveImport, Forum, QueueItem)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def test_a_thread_reads_as_it_stood_there(client, bring):
    thread = bring(page("jive/older-gaps.txt"), site="trailhead.example")
    html = client.get(address(thread)).content.decode()

    assert "Sore outer ankle on cambered roads" in html
    assert "As archived" in html
    assert "trailhead.example" in html
    assert "The page counted 418 views and 5 replies, the latest Mar 9, 2010 7:15 AM" in html
    assert html.count(">opening post</a>") == 1 + 2  # it had no number there: its own, and two respond to it
    assert [f">#{number}</a>" in html for number in (1, 2, 3, 4, 5)] == [True, False, True, False, True]
    assert "Ann Marie" in html
    assert "Legend" in html
    assert "2044 posts since Jun 1, 2007" in html
    assert "Mar 3, 2010 8:02 PM" in html
    assert "(zone unknown)" in html
    assert html.count("Up is the way.") == 2
    assert html.count('class="signature hint"') == 3
    assert "in response to" in html
    assert "nobody_here" not in html  # it is resolved to the first message, as the page of it was
    assert "former member" not in html
    assert "goat@example.org" not in html
    assert "<strong>418</strong> views" in html


def test_numbers_hold_with_their_gaps_and_a_new_reply_comes_after(client, bring, bob):
    thread = bring(page("jive/older-gaps.txt"))
    assert list(thread.posts.values_list("number", flat=True)) == [1, 2, 4, 6]
    old = Post.objects.get(thread=thread, archived__number=3)
    assert client.get(f"/posts/{old.pk}/")["Location"] == f"{address(thread)}#post-4"

    new = reply(bob, thread, "Did it ever go away?", old)
    html = client.get(address(thread)).content.decode()

    assert new.number == 7
    assert f'in response to <a href="/posts/{old.pk}/">#3</a> <bdi>hill_goat</bdi>' in html
    assert "Did it ever go away?" in html


def test_who_responds_to_whom_is_kept(bring):
    thread = bring(page("jive/older-gaps.txt"))
    found = thread.posts.order_by("number").values_list(
        "archived__number", "in_response_to__number", "archived__in_response_to"
    )
    assert list(found) == [(None, None, ""), (1, 1, "quietfoot"), (3, 2, "Ann Marie"), (5, 1, "nobody_here")]


@pytest.mark.parametrize("name", sorted(str(one.relative_to(PAGES)) for one in PAGES.glob("*/*.[th]*")))
def test_importing_twice_changes_nothing(bring, name):
    bring(page(name), name)
    before = everything()
    bring(page(name), name)
    assert everything() == before


def test_parts_of_a_thread_that_come_together_become_one(bring):
    first, other, second = (
        archive.read(f"http://t.example/threads/toe.{id}/page-{number}\n{text}")
        for id, number, text in (
            (7, 2, page("xenforo/labels.txt")),
            (8, 1, page("xenforo/counters.txt")),
            (7, 3, page("xenforo/labels.txt").replace("#21", "#41").replace("#22", "#42")),
        )
    )
    batch = archived.begin(archived.place(), ["folder"])
    told = archived.bring_all_in(batch, [(first, []), (other, []), (second, [])])

    assert told == [Outcome.NEW, Outcome.NEW, Outcome.GREW]
    assert batch.posts == Post.objects.count()
    thread = Thread.objects.get(posts__number=41)
    assert list(thread.posts.order_by("number").values_list("number", flat=True)) == [21, 22, 41, 42]


def test_nothing_is_earned_and_nobody_is_told(bring):
    thread = bring(page("jive/answered-lines.txt"))
    assert thread.is_answered
    assert [post.mark for post in thread.posts.order_by("number")] == ["", "correct", "helpful"]
    rebuild()
    assert not PointEntry.objects.exists()
    assert not Notice.objects.exists()
    assert thread.author is None


def test_an_import_is_one_matter_for_the_moderators(as_, bring, mia):
    batch = archived.begin(archived.place(), ["folder"])
    for name in ("jive/older-gaps.txt", "jive/newer.txt", "vanilla/bare-bullets.txt"):
        archived.bring_in(batch, archive.read(page(name), name), [])
    archived.end(batch)

    item = QueueItem.objects.get()
    assert item.kind == QueueKind.IMPORT
    assert "3 threads with 11 posts" in item.details[0]
    html = as_(mia).get("/moderation/").content.decode()
    assert "3 threads with 11 posts" in html
    assert "quietfoot" in html


def test_danger_signs_are_looked_for_and_pester_nobody(client, bring, bob, mia):
    text = page("phpbb/profile-below.txt").replace(
        "I took it for", "My calf is swollen and warm and I took it for"
    )
    thread = bring(text)
    tasks.look_into_archives()

    assert DangerSign.objects.filter(thread=thread).exists()
    assert set(QueueItem.objects.values_list("kind", flat=True)) == {QueueKind.IMPORT}
    assert DangerSign.objects.filter(thread=thread)[0].action in client.get(address(thread)).content.decode()
    answer = thread.posts.get(number=2)
    assert mark(mia, answer, Mark.CORRECT).mark == Mark.CORRECT  # nobody is there to read the notice first
    assert ArchivedThread.objects.get(thread=thread).looked_at is not None


def test_a_thread_that_cannot_be_looked_into_keeps_no_other_waiting(bring, monkeypatch):
    bad, good = bring(page("jive/older-gaps.txt")), bring(page("jive/newer.txt"))

    def fails(post: Post) -> None:
        if post.thread_id == bad.pk:
            raise ValueError

    monkeypatch.setattr(danger, "look_for", fails)
    with pytest.raises(ValueError, match=r"^$"):  # which the list of jobs shows
        tasks.look_into_archives()
    waiting = ArchivedThread.objects.filter(looked_at=None)
    assert [one.thread for one in waiting] == [bad]
    assert ArchivedThread.objects.get(thread=good).looked_at is not None


def test_what_others_wrote_in_an_archive_is_no_sign_of_the_asker(bring):
    text = page("phpbb/profile-below.txt").replace(
        "Glad you went.", "I had chest pain and could not breathe at all."
    )
    text = text.replace("It was warm and swollen, and they found a clot.", "It went away.")
    thread = bring(text)
    tasks.look_into_archives()
    assert not DangerSign.objects.filter(thread=thread, rule__contains="chest").exists()


def test_a_page_without_title_and_dates_shows_that(client, bring):
    thread = bring(page("vanilla/bare-bullets.txt"))
    html = client.get(address(thread)).content.decode()
    assert thread.title.startswith("“For two weeks")
    assert "It showed no title" in html
    assert "date not kept" in html
    assert "name not kept" in html
    assert "1990" not in html
    listed = client.get("/community/archives/").content.decode()
    assert "date not kept" in listed
    assert "1990" not in listed


def test_a_later_page_is_added_where_it_belongs(client, bring):
    second = page("xenforo/labels.txt")
    thread = bring(f"http://t.example/threads/toe.7/page-2\n{second}")
    assert thread.is_listed
    assert client.get(address(thread))["Location"] == f"{address(thread)}?page=2"  # page 1 was not kept
    first = (
        second.replace("#21", "#1")
        .replace("#22", "#2")
        .replace("downhill", "uphill")
        .replace("lacing", "sock")
    )
    again = bring(f"http://t.example/threads/toe.7/\n{first}")

    assert again == thread
    assert list(thread.posts.order_by("number").values_list("number", flat=True)) == [1, 2, 21, 22]
    assert "uphill" in client.get(address(thread)).content.decode()


def test_a_page_that_comes_later_keeps_the_replies_that_members_wrote(bring, bob):
    two = page("vbulletin/live.txt")
    thread = bring(f"http://c.example/showthread.php?t=5\n{two.split('13-Mar-2013')[0]}")
    own = reply(bob, thread, "Still slow and steady?")
    bring(f"http://c.example/showthread.php?t=5\n{two}")

    assert own.number == 2
    found = thread.posts.order_by("number").values_list("number", "archived__number", "author__username")
    assert list(found) == [(1, 1, None), (2, None, "bob"), (3, 2, None)]


def test_a_page_of_an_archive_costs_what_any_thread_costs(client, as_, bring, bob, mia):
    address_line = "http://t.example/threads/long.9/\n"
    post = (
        "Runner {n}\nMember\nJan 9, 2010\n1,876\n240\n63\nMay 4, 2011\n#{n}\nIt came on over weeks. "
        + "And rest eased it a little. " * 20
        + "\n"
    )
    thread = bring(
        address_line
        + "Long story\n\nThread starter Runner 1\nStart date May 3, 2011\n"
        + "".join(post.format(n=n) for n in range(1, 21))
    )
    assert thread.posts.count() == 20
    Post.objects.filter(thread=thread, number=5).update(mark=Mark.CORRECT)
    for browser in (client, as_(bob), as_(mia)):
        for _ in range(2):
            with CaptureQueriesContext(connection) as queries:
                response = browser.get(address(thread))
            assert len([one for one in queries if "SAVEPOINT" not in one["sql"]]) <= 12
            assert len(response.content) <= 60_000


def test_lists_cost_no_more_for_archives(client, bring, django_assert_max_num_queries):
    for name in ("jive/older-gaps.txt", "jive/newer.txt", "vbulletin/live.txt", "phpbb/two.txt"):
        bring(page(name))
    with django_assert_max_num_queries(6):
        html = client.get("/community/archives/").content.decode()
    assert "quietfoot" in html
    assert "by <bdi>former member" not in html


# --- Takedown ----------------------------------------------------------------------------------------------


def html_page() -> str:
    return page("jive/older.html")


def test_a_thread_is_taken_down_by_the_address_of_its_page_and_does_not_come_back(client, bring):
    thread = bring(html_page())
    taken = takedown.by_address("https://community.trailhead.example/thread/5512/")

    assert (taken.threads, taken.posts) == (["Toe box too tight"], 2)
    assert client.get(address(thread)).status_code == 404
    assert not Post.objects.exists()
    batch = archived.begin(archived.place(), ["again"])
    assert archived.bring_in(batch, archive.read(html_page()), []) == Outcome.DOWN
    assert not Thread.objects.exists()


def test_replies_of_members_stay_when_a_thread_is_taken_down(client, bring, bob):
    thread = bring(html_page())
    reply(bob, thread, "Mine went numb too.")
    takedown.by_address(f"/threads/{thread.pk}/toe-box-too-tight/")
    html = client.get(address(Thread.objects.get(pk=thread.pk))).content.decode()

    assert "Mine went numb too." in html
    assert "little toes" not in html
    assert "sandy_l" not in html
    assert "Toe box" not in html
    assert html.count("taken down on request") >= 2


def test_an_author_is_taken_down_by_their_address_in_all_threads(client, bring):
    thread = bring(html_page())
    taken = takedown.by_address("http://community.trailhead.example/people/sandy_l")
    html = client.get(address(Thread.objects.get(pk=thread.pk))).content.decode()

    assert (taken.threads, taken.posts) == ([], 1)
    assert "sandy_l" not in html
    assert "little toes" not in html
    assert "brambles" in html
    before = everything()
    bring(html_page().replace("</html>", "</html>\n"))  # another copy of the page
    assert [row["body"] for row in everything()["Post"]] == [row["body"] for row in before["Post"]]
    other = bring(html_page().replace("thread/5512", "thread/5513"))
    assert "little toes" not in client.get(address(other)).content.decode()


def test_an_author_of_mail_is_taken_down_by_an_address_that_is_not_kept(bring):
    thread = bring(page("usenet/mirror.txt").replace("p...@dunes.example", "pip@dunes.example"))
    assert "dunes" not in str(everything())
    assert takedown.by_address("Pip@dunes.example").posts == 1
    assert thread.posts.filter(state="removed").count() == 1
    assert not takedown.by_address("nobody@dunes.example")


def test_a_whole_import_is_taken_away(bring):
    bring(page("jive/older-gaps.txt"))
    batch = ArchiveImport.objects.get()
    assert takedown.of_import(batch).posts == 4
    assert not Thread.objects.exists()
    assert bring(page("jive/older-gaps.txt"))  # and it may come again


# --- Words -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("One.\n\nTwo & <b>", "<p>One.</p><p>Two &amp; &lt;b&gt;</p>"),
        ("> said\n\nYes", "<blockquote><p>said</p></blockquote><p>Yes</p>"),
        ("> > deep\n> near", "<blockquote><blockquote><p>deep</p></blockquote><p>near</p></blockquote>"),
        ("Short\nlines", "<p>Short<br>lines</p>"),
        ("A line that was wrapped somewhere by a news reader of old\ngoes on", None),
        (
            "See https://a.example/x?a=1&b=2.",
            '<p>See <a href="https://a.example/x?a=1&amp;b=2" rel="nofollow ugc noopener">https://a.example/x?a=1&amp;b=2</a>.</p>',
        ),
        ('javascript:alert(1) http://x"onclick=1', None),
    ],
)
def test_words_become_safe_html(body, html):
    made = html_of(body)
    assert html is None or made == html
    assert "onclick" not in made.replace("&quot;onclick", "")
    assert made.count("<br>") == (1 if body == "Short\nlines" else 0)


@pytest.mark.parametrize(
    "body",
    [
        "1. first\n2) second",
        "# no heading",
        "*not* _so_",
        "- a\n- b",
        "<b>x</b>",
        "a | b",
        "> q\n> r\n\nc",
    ],
)
def test_the_markdown_says_the_same_as_the_html(body):
    shown = render(markdown_of(body), picture=lambda key: None)
    strip = lambda html: "".join(html.replace("<br>", "\n").replace("</p>", "\n").split())  # noqa: E731  short
    assert strip(shown) == strip(html_of(body.strip()))


def test_an_archived_thread_has_its_card_and_what_the_machine_read_of_its_end(client, bring):
    thread = bring(page("jive/older-gaps.txt"), site="trailhead.example")
    later = ArchivedPost.objects.filter(post__thread=thread, post__number__gt=1).select_related("post")
    ArchivedPost.objects.filter(post__thread=thread).update(by_opener=False)
    last = later.order_by("post__number").last()
    assert last is not None
    ArchivedPost.objects.filter(pk=last.pk).update(by_opener=True)
    Post.objects.filter(pk=last.pk).update(body="It is completely healed, I run without any pain again.")
    cases.read_opening(thread.pk)

    html = client.get(address(thread)).content.decode()
    assert "Read by machine, not confirmed yet" in html
    assert "Resolved, read by machine from the asker" in html
