"""Feeds: what a feed reader finds, that it asks again cheaply, and that nothing hidden is in them."""

import json
import re
from datetime import timedelta

import feedparser
import pytest
from django.test import Client

from secondwind.forums.actions import moderate
from secondwind.forums.actions.post import ask, edit, reply

FEEDS = {
    "latest": "/community/latest/feed.",
    "forum": "/community/injuries/feed.",
    "place": "/community/places/lower_leg/feed.",
    "thread": "/threads/{thread}/feed.",
    "person": "/people/alice/feed.",
}


@pytest.fixture
def paths(alice, thread):
    alice.posts_audience = "everyone"
    alice.save()
    return {name: path.format(thread=thread.pk) for name, path in FEEDS.items()}


def read(path, **headers):
    answer = Client().get(path, headers=headers)
    return answer, feedparser.parse(answer.content, response_headers={"content-type": answer["Content-Type"]})


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_reader_finds_the_whole_text_and_addresses_that_lead_there(name, paths, question):
    edit(question.author, question, "Both **legs** ache on the outside. [Rules](/community/)\n\n]]> & <x>")
    answer, feed = read(f"{paths[name]}atom")
    assert (answer.status_code, feed.bozo, feed.version) == (200, False, "atom10")
    entry = feed.entries[0]
    assert entry.title == question.thread.title
    assert entry.link == f"http://testserver/posts/{question.pk}/"
    assert entry.author == "alice"
    assert "<strong>legs</strong>" in entry.content[0].value
    assert 'href="http://testserver/community/"' in entry.content[0].value
    assert entry.updated_parsed > entry.published_parsed or entry.updated >= entry.published
    other = json.loads(Client().get(f"{paths[name]}json").content)
    assert other["version"] == "https://jsonfeed.org/version/1.1"
    assert other["feed_url"] == f"http://testserver{paths[name]}json"
    assert [item["url"] for item in other["items"]] == [entry.link for entry in feed.entries]
    assert "<strong>legs</strong>" in other["items"][0]["content_html"]


@pytest.mark.parametrize("form", ["atom", "json"])
@pytest.mark.parametrize("name", FEEDS)
def test_asking_again_costs_nothing_until_something_changed(name, form, paths, question, wait):
    first = Client().get(paths[name] + form)
    assert first["ETag"]
    assert first["Last-Modified"]
    assert "Cookie" in first["Vary"]
    for header, value in (("If-None-Match", first["ETag"]), ("If-Modified-Since", first["Last-Modified"])):
        again = Client().get(paths[name] + form, headers={header: value})
        assert (again.status_code, again.content) == (304, b"")
    wait(timedelta(minutes=2))
    edit(question.author, question, "Other words now.")
    for header, value in (("If-None-Match", first["ETag"]), ("If-Modified-Since", first["Last-Modified"])):
        assert Client().get(paths[name] + form, headers={header: value}).status_code == 200


@pytest.mark.parametrize("name", FEEDS)
def test_each_list_says_where_its_feed_is(name, paths):
    page = paths[name].removesuffix("feed.")
    page = Client().get(page, follow=True).content.decode()
    assert 'type="application/atom+xml" title="' in page
    assert f'href="{paths[name]}atom"' in page
    assert f'href="{paths[name]}json"' in page


@pytest.mark.parametrize("form", ["atom", "json"])
def test_what_is_hidden_is_in_no_feed_not_even_for_a_moderator(form, paths, thread, answer, mia, as_):
    moderate.hide(mia, answer, "An insult.")
    for path in paths.values():
        for browser in (Client(), as_(mia)):
            assert answer.body.split(",")[0] not in browser.get(path + form).content.decode()
    moderate.hide(mia, thread.posts.get(number=1), "Another.")
    assert Client().get(paths["thread"] + form).status_code == 404
    for path in paths.values():
        assert thread.title not in as_(mia).get(path + form).content.decode()


def test_who_does_not_show_their_posts_has_no_feed(alice, thread):
    for audience, status in (("members", 404), ("nobody", 404), ("everyone", 200)):
        alice.posts_audience = audience
        alice.save()
        assert Client().get("/people/alice/feed.atom").status_code == status


def test_replies_of_a_thread_are_told_by_their_numbers(bob, thread):
    reply(bob, thread, "Mine too.")
    _, feed = read(f"/threads/{thread.pk}/feed.atom")
    assert [entry.title for entry in feed.entries] == [f"#2 in {thread.title}", thread.title]


def test_an_empty_list_is_a_feed_that_does_not_change(forum, wait):
    first = Client().get("/community/injuries/feed.atom")
    wait(timedelta(hours=1))
    assert Client().get("/community/injuries/feed.atom").content == first.content
    assert feedparser.parse(first.content).bozo is False


def test_signs_that_xml_cannot_hold_break_no_feed(alice, forum):
    post = ask(alice, forum, "Calf \ufffe and more", "It hurts.")
    type(post).objects.filter(pk=post.pk).update(
        html="<p>a\x0bb\ud83c</p>".encode("utf-8", "ignore").decode()
    )
    _, feed = read("/community/injuries/feed.atom")
    assert not feed.bozo


@pytest.mark.parametrize("path", [
    "/community/latest/feed.rss", "/community/no-such/feed.atom", "/community/places/tail/feed.atom",
    "/people/nobody/feed.json", "/threads/999/feed.atom",
])  # fmt: skip
def test_there_are_no_others(path, forum):
    assert Client().get(path).status_code == 404


def test_a_search_has_a_feed_of_what_it_finds_now(forum, alice, bob, mia, wait):
    first = ask(alice, forum, "Peroneal pain", "It aches after trail runs.")
    wait(timedelta(hours=1))
    later = ask(bob, forum, "Which shoes", "For peroneal trouble.")
    hidden = ask(bob, forum, "Peroneal slander", "A secret about peroneals.")
    moderate.hide(mia, hidden, "Slander.")
    page = Client().get("/search/", {"q": "peronael", "forum": forum.pk}).content.decode()
    path = re.findall(r'<link rel="alternate" type="application/atom.xml"[^>]*href="([^"]+)"', page)[0]
    answer, feed = read(path.replace("&amp;", "&"))

    assert (answer.status_code, feed.bozo) == (200, False)
    links = [f"http://testserver/posts/{post.pk}/" for post in (later, first)]
    assert [entry.link for entry in feed.entries] == links
    assert feed.feed.links[0].href == f"http://testserver/search/?q=peronael&forum={forum.pk}"
    other = Client().get(f"/search/feed.json?q=peronael&forum={forum.pk}").json()
    assert other["feed_url"] == f"http://testserver/search/feed.json?q=peronael&forum={forum.pk}"
    assert Client().get("/search/feed.atom?q=nothing-has-this").status_code == 200
    assert Client().get("/search/feed.rss?q=x").status_code == 404
