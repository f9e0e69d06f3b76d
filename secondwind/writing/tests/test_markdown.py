"""A post is shown as it was meant; it cannot run anything, ask another host, or take long."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondwind.writing import Picture, TooLong, excerpt, links, quote, render
from secondwind.writing.markdown import LONGEST, MOST_LINES, pictures, words

REL = 'rel="nofollow ugc noopener"'
SLOWEST = 3.0  # seconds of CPU time on a busy machine; 0.6 where it was measured


def show(source):
    return render(
        source, picture=lambda key: Picture(f"/pictures/{key}.webp", 640, 480) if key == "abc" else None
    )


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("**a** *b* ~~c~~ `d`", "<p><strong>a</strong> <em>b</em> <s>c</s> <code>d</code></p>"),
        ("# Title", "<h3>Title</h3>"),
        ("###### Small", "<h6>Small</h6>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("3. c", '<ol start="3">\n<li>c</li>\n</ol>'),
        ("<b onclick=x>hi</b>", "<p>&lt;b onclick=x&gt;hi&lt;/b&gt;</p>"),
        ("[x](https://a.org)", f'<p><a href="https://a.org" {REL}>x</a></p>'),
        ("[x](www.a.org)", f'<p><a href="https://www.a.org" {REL}>x</a></p>'),
        ("[x](/forum/3#p)", f'<p><a href="/forum/3#p" {REL}>x</a></p>'),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("[x](//evil.org)", "<p>[x](//evil.org)</p>"),
        ("https://a.org/x_y_z_", f'<p><a href="https://a.org/x_y_z_" {REL}>https://a.org/x_y_z_</a></p>'),
        ("see https://a.org.", f'<p>see <a href="https://a.org" {REL}>https://a.org</a>.</p>'),
        ("my knee.It hurts, a@b.com", "<p>my knee.It hurts, a@b.com</p>"),
        (
            "https://xn--pple-43d.com",
            f'<p><a href="https://xn--pple-43d.com" {REL}>https://xn--pple-43d.com</a></p>',
        ),
        ("![my *shoe*](https://a.org/s.png)", f'<p><a href="https://a.org/s.png" {REL}>my shoe</a></p>'),
        (
            "![my shoe](picture:abc)",
            '<p><img src="/pictures/abc.webp" alt="my shoe" width="640" height="480" loading="lazy" '
            'decoding="async"></p>',
        ),
        ("![my shoe](picture:gone)", "<p>my shoe (picture not found)</p>"),
        ("![my shoe](picture:../../x)", "<p>my shoe (picture not found)</p>"),
        ("[x](picture:abc)", "<p>x</p>"),
        ("[![a](https://b.org/c.png)](https://d.org)", f'<p><a href="https://d.org" {REL}>a</a></p>'),
        ("&#x202E;gnp", "<p>gnp</p>"),
    ],
)
def test_a_source_is_shown_as(source, html):
    assert show(source).strip() == html


def test_a_wide_table_and_code_can_be_scrolled_by_keyboard():
    html = show("|a|b|\n|-|-:|\n|1|2|\n\n```python\nx = 1\n```")
    assert '<div class="table-scroll" tabindex="0" role="group" aria-label="Table">\n<table>' in html
    assert '<td class="align-right">2</td>' in html
    assert '<pre tabindex="0" role="group" aria-label="Code"><code>x = 1\n</code></pre>' in html


def test_a_picture_that_is_not_on_this_site_is_never_shown():
    html = render("![a](picture:abc)", picture=lambda key: Picture("https://evil.org/a.png", 1, 1))
    assert "evil" not in html


def test_a_quote_says_who_and_keeps_one_quote_deep():
    source = "> first\n> > second\n> > > third\n\nmine ![x](picture:abc)"
    assert quote(source, author="an_n", number=3, address="/t/5/#3") == (
        "> [an\\_n in #3](</t/5/#3>):\n>\n> > first\n>\n> mine (picture)\n\n"
    )


@given(st.text(alphabet=st.sampled_from("![]()<>:picture abc&#;\n\\`*"), max_size=60), st.text(max_size=20))
def test_no_quote_shows_a_picture_or_more_than_one_quote_within(source, author):
    quoted = quote(source + "\n\n![x](picture:abc)", author=author, number=1, address="/t/1/")
    assert pictures(quoted) == []
    assert "</blockquote>" in show(quoted)


def test_quotes_of_quotes_do_not_pile_up():
    text = "words"
    for number in range(30):
        text = quote(text, author="ann", number=number, address="/t/") + f"reply {number}"
    assert show(text).count("<blockquote>") == 2


def test_links_are_those_that_lead_outside():
    source = (
        "[a](https://a.org) [b](/here) ![c](https://c.org/c.png) www.d.com `https://no.org` ![](picture:abc)"
    )
    assert links(source) == ["https://a.org", "https://c.org/c.png", "http://www.d.com"]


def test_pictures_are_the_keys_in_order():
    assert pictures("![a](picture:k1) ![b](picture:k2) ![c](picture:k1) ![d](picture:a/b)") == ["k1", "k2"]


def test_an_excerpt_is_plain_words():
    source = "> quoted\n\n## A **bold** title\n\n- see [this](https://a.org)\n\n```\ncode\n```\n|a|b|\n|-|-|\n|1|2|"
    assert excerpt(source) == "A bold title see this"
    assert words(source) == 5


@given(st.text(), st.integers(10, 200))
def test_an_excerpt_is_never_longer_than_asked_for(source, length):
    assert len(excerpt(source, length)) <= length


def test_an_excerpt_is_cut_at_a_word():
    assert excerpt("My knee hurts badly, after running", 21) == "My knee hurts badly…"


BOMBS = {
    "quotes": "> " * 25_000,
    "quotes without end": ">" * 10_000,
    "brackets": "[" * 10_000,
    "stars": "*" * 50_000,
    "brackets and stars": "**_[" * 12_500,
    "pictures in pictures": "![" * 6_000 + "](/a)" * 6_000,
    "brackets before a long line": ("![" + "*_" * 11) * 2_000,
    "links": "[a](b" * 10_000,
    "lists": "- " * 25_000,
    "deep list": "".join(" " * (2 * depth) + "- a\n" for depth in range(200)),
    "lazy lines": "> " * 16 + "aaaaaaaa\n" * 4_900,
    "wide table": "|" + "a|" * 8_000 + "\n|" + "-|" * 8_000 + "\n" + "a\n" * 900,
    "filled table": "|" + "a|" * 60 + "\n|" + "-|" * 60 + "\n" + "a\n" * 4_500,
    "long table": "|a|b|\n|-|-|\n" + "|1|2|\n" * 8_000,
    "addresses": "http://a.com" * 4_166,
    "schemes": "a://" * 12_500,
    "emphasis": "*a **a " * 7_000,
    "code": "".join("`" * length + " " for length in range(1, 310)),
    "entities": "&#x202e;" * 6_250,
    "definitions": "".join(f"[a{number}]: /b\n" for number in range(3_900)),
    "spaces": " " * 49_000 + "a",
    "a word": "a" * 40_000,
    "an address": "http://a.com/" + "(" * 40_000,
    "marks": "a" + "\u0301" * 49_000,
    "directions": "א\u2067" * 25_000,
    "zeros": "\x00" * 50_000,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_takes_no_time(bomb):
    source = BOMBS[bomb][:LONGEST]
    for use in (show, lambda text: quote(text, author="a", number=1, address="/"), links, excerpt):
        begin = time.process_time()
        with suppress(TooLong):
            use(source)
        assert time.process_time() - begin < SLOWEST


@pytest.mark.parametrize("source", ["a" * (LONGEST + 1), "a\n" * (MOST_LINES + 1), BOMBS["filled table"]])
def test_a_text_beyond_the_limits_is_refused_in_a_sentence(source):
    with pytest.raises(TooLong, match=r"This has [\d,]+ .+, and a text can have"):
        show(source)


def test_the_longest_ordinary_text_is_shown():
    assert show("A sentence about a calf. " * 1_999).count("calf") == 1_999
