"""What threads say to search engines: one kind of markup each, and only what everybody may read."""

import json
import re
from typing import Any
from xml.etree import ElementTree

from django.test import Client

from secondwind.forums.actions import moderate
from secondwind.forums.actions.mark import mark
from secondwind.forums.actions.post import ask
from secondwind.forums.models import Mark
from secondwind.forums.pages.thread import address

BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.S)
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def told(client: Client, path: str) -> dict[str, Any]:
    [block] = BLOCK.findall(client.get(path).content.decode())
    found: dict[str, Any] = json.loads(block)
    return found


def listed(client: Client, path: str = "/sitemap-threads.xml") -> list[str]:
    tree = ElementTree.fromstring(client.get(path).content)
    return [str(one.text) for one in tree.findall("s:url/s:loc", NAMES)]


def test_a_thread_without_an_answer_that_helped_is_a_discussion(client, thread, answer):
    found = told(client, address(thread))
    assert found["@type"] == "DiscussionForumPosting"
    assert found["headline"] == thread.title
    assert found["url"] == f"http://testserver{address(thread)}"
    assert found["commentCount"] == 1
    assert found["author"]["name"] == "alice"
    assert found["text"].startswith("Both outer lower legs")


def test_a_question_with_answers_that_helped_is_one_and_nothing_else(client, alice, thread, answer):
    mark(alice, answer, Mark.CORRECT)
    found = told(client, address(thread))
    assert found["@type"] == "QAPage"
    assert found["mainEntity"]["acceptedAnswer"]["text"].startswith("Mine did the same")
    assert found["mainEntity"]["acceptedAnswer"]["url"] == f"http://testserver/posts/{answer.pk}/"
    assert found["mainEntity"]["answerCount"] == 1
    assert "DiscussionForumPosting" not in client.get(address(thread)).content.decode()


def test_words_cannot_leave_the_block(client, alice, forum):
    post = ask(alice, forum, "</script><script>alert(1)</script>", "Look: `</script>` & <b>more</b>")
    found = told(client, address(post.thread))
    assert found["headline"] == "</script><script>alert(1)</script>"
    assert "<script>alert" not in client.get(address(post.thread)).content.decode()


def test_a_hidden_question_or_answer_is_not_told(client, as_, alice, mia, thread, question, answer):
    mark(alice, answer, Mark.CORRECT)
    moderate.hide(mia, answer, "An insult.")
    for browser in (client, as_(alice)):
        assert "strengthened" not in json.dumps(told(browser, address(thread)))
    moderate.hide(mia, question, "Spam.")
    assert not BLOCK.findall(as_(mia).get(address(thread)).content.decode())


def test_the_head_tells_what_a_link_to_it_shows(client, thread):
    html = client.get(address(thread)).content.decode()
    assert f'<meta property="og:title" content="{thread.title}">' in html
    assert f'<meta property="og:url" content="http://testserver{address(thread)}">' in html


def test_the_sitemap_lists_what_everybody_may_read(client, thread, question, mia, forum):
    index = client.get("/sitemap.xml").content.decode()
    assert "/sitemap-threads.xml" in index
    assert "/sitemap-conditions.xml" in index
    assert listed(client) == [f"http://testserver{address(thread)}"]
    assert f"http://testserver/community/{forum.slug}/" in listed(client, "/sitemap-forums.xml")
    assert "http://testserver/conditions/itbs/" in listed(client, "/sitemap-conditions.xml")
    moderate.hide(mia, question, "Spam.")
    assert listed(client) == []


def test_crawlers_are_told_where_to_go(client, thread):
    text = client.get("/robots.txt").content.decode()
    assert "Sitemap: http://testserver/sitemap.xml" in text
    assert "Disallow: /search/" in text
    assert "Disallow: /threads/" not in text
