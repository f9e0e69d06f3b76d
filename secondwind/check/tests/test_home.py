"""What hurts?: the first page."""

from secondwind.bodymap import views
from secondwind.check.sheet import MAX_TEXT_BYTES


def test_it_asks_for_words_or_a_place_and_needs_no_cookie(visitor):
    page = visitor.open("/")

    assert page.response.status_code == 200
    assert 'name="text"' in page.html
    assert 'name="region"' in page.html
    assert not page.response.cookies


def test_every_place_on_the_drawing_is_in_the_list_too(visitor):
    html = visitor.open("/").html
    the_list = html[html.index('id="bodymap-list"') :]

    for shape in (shape for view in views() for shape in view.regions):
        assert f'value="{shape.region}"' in the_list


def test_it_lies_in_any_cache_and_is_not_sent_twice(client):
    first = client.get("/")
    again = client.get("/", headers={"If-None-Match": first["ETag"]})

    assert "public" in first["Cache-Control"]
    assert (again.status_code, again.content) == (304, b"")


def test_it_travels_light(client):
    response = client.get("/", headers={"Accept-Encoding": "gzip"})

    assert response["Content-Encoding"] == "gzip"
    assert len(response.content) < 40_000


def test_sending_nothing_gets_a_sentence_and_the_page_again(visitor):
    page = visitor.tells("   ")

    assert page.response.status_code == 422
    assert "Write what hurts, or touch the place" in page.html
    assert page.response["Cache-Control"] == "no-store"


def test_too_long_a_text_gets_a_sentence_and_is_still_in_the_box(visitor):
    text = "my knee hurts " * (MAX_TEXT_BYTES // 14 + 1)
    page = visitor.tells(text)

    assert page.response.status_code == 422
    assert "at most 100 kB are read" in page.html
    assert text in page.html


def test_the_map_alone_is_enough(visitor):
    page = visitor.tells("", region=["calf_lower"], side="left")

    assert page.response.status_code == 200
    assert "Lower calf above the Achilles tendon" in page.html
    assert "<b>left</b>" in page.html


def test_going_back_keeps_words_places_and_answers(visitor, trail):
    page = visitor.screened(trail, region=["calf_lower"], side="left").press("Edit")

    assert trail in page.html
    assert 'value="calf_lower" checked' in page.html
    assert 'name="say.finding.rf_fever" value="no"' in page.html


def test_it_says_nothing_is_kept_and_has_a_way_past_the_header(visitor):
    html = visitor.open("/").html

    assert "nothing kept" in html
    assert html.index('href="#main"') < html.index("<header")
