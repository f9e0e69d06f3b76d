"""Outcomes: the same numbers as on the page, nothing under ten."""

from datetime import date

import pytest

from secondwind.cases.models import Total

NUMBERS = {
    "full": 6,
    "partly": 2,
    "not_back": 1,
    "unknown": 3,
    "lost": 2,
    "median": 7.5,
    "low": 4.0,
    "high": None,
}


@pytest.fixture
def counted(db):
    measure = {
        "treatment": "rest",
        "effects": {"helped": 8, "no_change": 2, "worse": 0, "unknown": 2},
        "n": 12,
        **NUMBERS,
    }
    for group, n in (("fits:mtss", 12), ("is:pfp", 9)):
        Total.objects.create(
            group=group, on=date(2026, 11, 1), numbers={"n": n, **NUMBERS, "measures": [measure]}
        )


def test_they_are_those_of_the_page(client, counted):
    told = client.get("/api/v1/outcomes").json()
    assert told == client.get("/cases/totals.json").json()
    assert [one["condition"] for one in told["groups"]] == ["mtss"]
    assert client.get("/api/v1/outcomes?condition=mtss").json() == told
    assert client.get("/api/v1/outcomes?condition=pfp").json()["groups"] == []
    assert client.get("/api/v1/outcomes?condition=none").status_code == 404
