"""Words of an account found again in its HTML, whatever stands between them."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from secondwind import writing
from secondwind.writing.marking import MOST, _Words, marked


def render(text):
    return writing.render(text, picture=lambda _: None)


def mark(html, text, *wanted):
    spans = [(text.index(words), text.index(words) + len(words)) for words in wanted]
    html, (places,) = marked(html, [(text, spans)])
    return html, [places.get(span) for span in spans]


def test_words_are_marked_where_they_stand():
    text = "It hurts in the morning."
    html, ids = mark(render(text), text, "in the morning")
    assert html.strip() == '<p>It hurts <mark id="w2">in the morning</mark>.</p>'
    assert ids == ["w2"]


def test_a_mark_never_reaches_over_a_tag():
    text = "Pain **on the outside** of it.\n\nNot inside."
    html, ids = mark(render(text), text, "Pain **on the outside** of")
    assert '<mark id="w0">Pain</mark> <strong><mark>on the outside</mark></strong> <mark>of</mark>' in html
    assert ids == ["w0"]


def test_words_that_overlap_share_a_mark():
    text = "sore outer left calf"
    html, ids = mark(render(text), text, "sore outer", "outer left")
    assert '<mark id="w0">sore outer left</mark> calf' in html
    assert ids == ["w0", "w0"]


def test_of_several_the_one_that_is_meant_is_marked_and_a_title_counts_first():
    body = "My calf is sore. The calf was never sore before."
    account = f"Calf pain.\n\n{body}"
    start = account.rindex("calf")
    html, (places,) = marked(render(body), [(account, [(start, start + 4), (0, 4)])])
    assert 'The <mark id="w5">calf</mark> was' in html
    assert places == {(start, start + 4): "w5"}  # the title's own stands nowhere here


def test_what_is_quoted_of_others_is_not_the_askers():
    text = "> it hurts downhill\n\nFor me it hurts downhill too."
    html, _ = mark(render(text), "For me it hurts downhill too.", "hurts downhill")
    assert html.count("<mark") == 1
    assert "me it <mark" in html


def test_signs_that_html_writes_otherwise_do_not_matter():
    text = 'I can\'t run & don’t "push off" <now>'
    html, ids = mark(render(text), text, "can't run & don’t")
    assert ids == ["w1"]
    assert "<mark id=" in html


def test_words_said_again_and_again_are_looked_for_once_and_marked_at_most_so_often(monkeypatch):
    looked: list[list[str]] = []
    search = _Words._all

    def searched(self, words):
        looked.append(words)
        return search(self, words)

    monkeypatch.setattr(_Words, "_all", searched)
    text = "My knee hurts. " * (3 * MOST)
    spans = [(at, at + 13) for at in range(0, len(text), 15)]
    html, (places,) = marked(render(text), [(text, spans)])
    assert list(places) == spans[:MOST]
    assert places[spans[1]] == "w3"
    assert html.count("<mark") == MOST
    assert len(looked) == 2  # in the account and in the page


def test_words_that_are_not_there_have_no_place():
    html, (places,) = marked("<p>Nothing of it.</p>", [("My heel hurts", [(3, 7)])])
    assert (html, places) == ("<p>Nothing of it.</p>", {})


def test_words_in_an_attribute_are_none_of_the_text():
    html = '<p><a href="https://a.example" title="sore > calf">here</a> a sore calf</p>'
    after, _ = mark(html, "a sore calf", "sore calf")
    assert after == html.replace("sore calf<", '<mark id="w2">sore calf</mark><')


class Balanced(HTMLParser):
    """Fails where a tag is closed that is not the last one opened."""

    def __init__(self):
        super().__init__()
        self.open, self.text = [], ""

    def handle_starttag(self, tag, attrs):
        if tag not in {"br", "hr", "img", "input"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@given(
    st.text("ab *_>`#&<'\n-1[]()", max_size=80), st.lists(st.tuples(st.integers(0, 80), st.integers(0, 80)))
)
def test_any_text_keeps_its_words_and_its_shape(text, spans):
    html = render(text)
    after, _ = marked(html, [(text, spans)])
    before, parsed = Balanced(), Balanced()
    before.feed(html)
    parsed.feed(after)
    assert parsed.open == before.open
    assert parsed.text == before.text
