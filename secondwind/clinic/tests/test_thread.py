"""The opening post of a page told from the replies, whatever shape the page has."""

from __future__ import annotations

import pytest

from secondwind.clinic.knowledge import load
from secondwind.clinic.reader.thread import Page, split

TITLE = "Sore outer ankle"
POST = (
    "My right ankle has been sore on the outer side for two weeks, mostly after hilly runs, and ice does "
    "not do much for it. Has anybody had this?"
)
REPLY = "You should see a physio. It sounds like your peroneal tendon, so rest it and keep off the camber."

PAGES = {
    "in response to": f"""{POST}

  • hillbilly Amateur 20 posts since
    May 20, 2011
    Currently Being Moderated
    1. May 21, 2011 5:04 PM (in response to fellgirl)
    Re: {TITLE}

    {REPLY}
""",
    "a heading over the replies": f"{POST}\n\n2 Replies\n\n{REPLY}\n",
    "comments": f"{POST}\n\nComments\n\n{REPLY}\n",
    "somebody said": f"{POST}\n\nHillbilly said...\n\n{REPLY}\n",
    "paragraphs alone": f"{POST}\n\n{REPLY}\n",
    "bullets": f"{POST}\n\n• hillbilly • 3 years ago\n{REPLY}\n",
    "message numbers": f"{POST}\n\nMessage 2 of 2\n\n{REPLY}\n",
}


def told_apart(text: str, title: str = TITLE) -> Page:
    return split(title, text, load().language["thread"])


@pytest.mark.parametrize("shape", PAGES)
def test_a_reply_is_told_from_the_opening_post(shape):
    page = told_apart(PAGES[shape])
    assert "sore on the outer side" in page.opener
    assert "peroneal tendon" not in page.opener
    assert "peroneal tendon" in page.replies
    assert "sore on the outer side" not in page.replies


def test_what_a_site_says_of_itself_above_the_first_name_is_no_post():
    page = """Community: exchange advice in the forums. Training: articles about fitness, race preparation and
injury prevention. Races: find results of the past and events to come, near you or far away.

runner12 Rookie 3 posts since
Dec 16, 2010

My left knee hurts at the back since the long run, and I cannot straighten it. What could it be?
"""
    told = told_apart(page, "")
    assert told.opener.startswith("My left knee")
    assert "articles" not in told.opener


def test_a_page_without_replies_is_all_the_opener():
    page = told_apart(f"{POST}\n\nI forgot: I changed my shoes in March and my mileage went up a lot.")
    assert "changed my shoes" in page.opener
    assert page.replies == ""


@pytest.mark.parametrize("shape", ["a heading over the replies", "somebody said"])
def test_the_opener_who_comes_back_with_thanks_is_the_opener(shape):
    page = told_apart(PAGES[shape] + "\nThanks, I rested it for a week and it is much better.\n")
    assert "much better" in page.opener
    assert "peroneal tendon" in page.replies


BACK = "It has been three weeks now and the hills are no trouble at all, so that was it."
NAMED = {
    "a line of rank": ("fellgirl Rookie 3 posts since", "hillbilly Legend 204 posts since"),
    "a name and a date": ("fellgirl\n10-14-2009, 07:22 PM", "hillbilly\n10-14-2009, 08:40 PM"),
    "a name and a month": ("fellgirl22\nMar '19", "hillbilly7\nMay '19"),
    "a name, a dot and a date": ("fellgirl · 03/02/2016 21:14", "hillbilly · 04/02/2016 07:15"),
    "a name alone": ("Fellgirl", "Hillbilly"),
}


@pytest.mark.parametrize("shape", NAMED)
def test_names_above_posts_say_whose_turn_it_is(shape):
    opener, other = NAMED[shape]
    page = told_apart(f"{opener}\n\n{POST}\n\n{other}\n\n{REPLY}\n\n{opener}\n\n{BACK}\n")
    assert "sore on the outer side" in page.first
    assert page.later == BACK
    assert page.replies == REPLY


def test_names_below_posts_say_who_wrote_them():
    page = told_apart(
        f"{POST}\nposted by fellgirl to Fitness (2 answers)\n\n{REPLY}\nposted by hillbilly at 10:31 AM\n\n"
        f"{BACK}\nposted by fellgirl at 4:02 PM\n"
    )
    assert page.later == BACK
    assert page.replies == REPLY


def test_furniture_is_in_neither():
    page = told_apart(f"Skip navigation\n2572 Views 7 Replies\n\n{POST}\n\nReport\n\nMore Like This\n")
    for words in ("Skip navigation", "Views", "Report", "More Like This"):
        assert words not in page.opener + page.replies


def test_the_head_of_a_page_above_its_heading_is_in_neither():
    head = "Community: forums and commentary. News: running news. Training: advice about fitness and races."
    page = told_apart(
        f"{head}\n\nfellgirl Rookie 3 posts since\n\n{TITLE}\n\n{POST}\n\nHillbilly said...\n\n{REPLY}\n"
    )
    assert page.opener == POST
    assert page.replies == REPLY


def test_an_empty_page():
    assert told_apart("", "") == Page("", "")
