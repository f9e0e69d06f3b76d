"""The page for a clinician."""


def test_it_holds_words_case_screen_ranking_and_version(visitor, trail):
    html = visitor.screened(trail).press("One page for a clinician").html

    assert trail in html
    assert "push-off is the worst moment" in html
    assert "Danger screen" in html
    assert "Peroneal" in html
    assert "Knowledge version" in html


def test_it_tells_what_was_asked_from_what_was_not(visitor, trail):
    page = visitor.tells(trail).press("That is right, go on")
    page.press(
        "Go on with what I answered", **{"say.finding.rf_fever": "no", "say.finding.time_night": "unsure"}
    )
    html = page.press("One page for a clinician").html

    not_asked, no = html.split("<dt>Not asked or not answered</dt>")[1].split("<dt>No</dt>")
    assert "fever" in no
    assert "fever" not in not_asked
    assert "pain at night" in html.split("<dt>Not sure</dt>")[1].split("</dd>")[0]


def test_it_is_information_and_says_so(visitor, trail):
    html = visitor.screened(trail).press("One page for a clinician").html

    assert "Information, not a diagnosis" in html


def test_without_the_danger_screen_it_has_no_ranking(client, trail):
    html = client.post("/check/summary/", {"text": trail}).content.decode()

    assert "What fits" not in html
