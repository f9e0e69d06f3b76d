"""The pages that everybody sees alike: conditions, method, sources."""

import re

import pytest

from secondwind.clinic.knowledge import load

KNOWLEDGE = load()
ADDRESSES = ["/conditions/", "/method/", "/sources/", "/conditions/peroneal_tendinopathy/"]


@pytest.mark.parametrize("id", sorted(KNOWLEDGE.conditions))
def test_every_condition_has_its_page_and_links_only_to_what_is_there(client, id):
    html = client.get(f"/conditions/{id}/").content.decode()

    assert html.count("<h1") == 1
    assert KNOWLEDGE.conditions[id].see in _unescaped(html)
    for source in re.findall(r'href="#(source-\w+)"', html):
        assert f'id="{source}"' in html


def test_a_condition_shows_what_it_rests_on(client):
    html = client.get("/conditions/achilles_rupture/").content.decode()

    assert "expert judgement" in html
    assert "Danger signs" in html
    assert "likelihood ratio" in html


def test_figures_of_sources_that_nobody_checked_are_not_shown(client):
    for condition in KNOWLEDGE.conditions.values():
        html = client.get(f"/conditions/{condition.id}/").content.decode()
        for evidence in condition.evidence:
            if evidence.published_value and KNOWLEDGE.sources[evidence.source].status != "corpus":
                assert evidence.published_value not in html


def test_nobody_is_told_to_hop_where_a_bone_may_break(client):
    html = client.get("/conditions/tibial_bsi_anterior/").content.decode()

    assert "Does hopping on that leg hurt?" not in html.split('id="self-tests"')[1].split("</section>")[0]
    assert "Does hopping on that leg hurt?" in client.get("/conditions/mtss/").content.decode()


def test_an_unknown_condition_is_not_found(client):
    assert client.get("/conditions/tennis_elbow/").status_code == 404


def test_every_condition_is_in_the_list_once_and_the_order_is_said(client):
    html = client.get("/conditions/").content.decode()

    for id in KNOWLEDGE.conditions:
        assert html.count(f'href="/conditions/{id}/"') == 1
    assert "Ordered by body area" in html


def test_conditions_are_found_by_the_names_people_use(client):
    html = client.get("/conditions/", {"q": "Shin  SPLINTS"}).content.decode()

    assert "/conditions/mtss/" in html
    assert "/conditions/gout/" not in html


def test_a_name_nobody_knows_gets_a_way_on(client):
    html = client.get("/conditions/", {"q": "<i>elbow</i>"}).content.decode()

    assert "Nothing by that name" in html
    assert "<i>" not in html


def test_the_method_counts_from_the_data(client):
    html = client.get("/method/").content.decode()
    weights = [evidence for one in KNOWLEDGE.conditions.values() for evidence in one.evidence]

    for number in (len(KNOWLEDGE.conditions), len(weights), len(KNOWLEDGE.rules), len(KNOWLEDGE.sources)):
        assert str(number) in html
    assert "make accuracy" in html
    assert KNOWLEDGE.version in html


def test_the_sources_are_all_there(client):
    html = client.get("/sources/").content.decode()

    for id in KNOWLEDGE.sources:
        assert html.count(f'id="source-{id}"') == 1


@pytest.mark.parametrize("address", ADDRESSES)
def test_they_lie_in_any_cache_without_a_cookie_and_are_not_sent_twice(client, address):
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first["ETag"]})

    assert "public" in first["Cache-Control"]
    assert not first.cookies
    assert "Cookie" in first["Vary"]  # who is signed in sees their name on it
    assert again.status_code == 304


def _unescaped(html: str) -> str:
    return html.replace("&#x27;", "'").replace("&quot;", '"').replace("&amp;", "&")
