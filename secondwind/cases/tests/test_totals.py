"""Counted outcomes: nothing under ten anywhere, the same numbers everywhere, from scratch to the digit."""

import csv
import json
from datetime import timedelta

import pytest

from secondwind import cli
from secondwind.accounts import erasure
from secondwind.cases import totals
from secondwind.cases.actions import keep, outcomes
from secondwind.cases.actions.outcomes import More
from secondwind.cases.models import Beginning, Outcome, State, Total, today
from secondwind.check.tests.conftest import Visitor
from secondwind.clinic import read
from secondwind.clinic.model import Effect
from secondwind.clinic.outcomes import Back

HEEL = (
    "My left heel hurts with the first steps in the morning, underneath, and eases after a few minutes. It "
    "is sore to press on the inner front of the heel. I stretch the calf."
)


@pytest.fixture
def cohort(make_user):
    """Make so many runners with the same pattern, twelve weeks ago."""

    def make(count: int, start: int = 0):
        told = read(HEEL).case
        return [
            keep.begin(
                [told], text=HEEL, beginning=Beginning.CHECK, owner=make_user(f"runner{start + n}"),
                on=today() - timedelta(weeks=12), state=State.CONFIRMED,
            )[0]
            for n in range(count)
        ]  # fmt: skip

    return make


def tell_all(cases):
    for n, case in enumerate(cases):
        if n % 3 < 2:
            state = Back.FULL if n % 3 == 0 else Back.PARTLY
            outcomes.tell(case, state, on=case.date + timedelta(weeks=4 + n % 5))


def test_nine_are_shown_nowhere_and_ten_everywhere(client, cohort):
    cases = cohort(9)
    tell_all(cases)
    assert not Total.objects.exists()
    assert "No condition has 10 runners" in client.get("/cases/totals/").content.decode()
    assert client.get("/cases/totals.json").json()["groups"] == []
    assert len(client.get("/cases/totals.csv").content.decode().splitlines()) == 1
    assert client.get("/cases/totals/feed.json").json()["items"] == []
    assert "<entry>" not in client.get("/cases/totals/feed.atom").content.decode()
    assert 'id="ended"' not in Visitor(client).screened(HEEL).html

    cases += cohort(1, 9)
    tell_all(cases)
    condition = cases[0].leading
    (group,) = client.get("/cases/totals.json").json()["groups"]
    assert (group["condition"], group["n"]) == (condition, 10)
    assert group["full"] + group["partly"] + group["not_back"] + group["unknown"] == 10
    assert (group["full"], group["partly"], group["unknown"]) == (4, 3, 3)
    for html in (client.get("/cases/totals/").content.decode(), Visitor(client).screened(HEEL).html):
        assert "Of <strong>10</strong> runners: <strong>4</strong> run as before" in html
        assert "Self-reported and self-selected" in html
        assert "no longer answer" in html


def test_a_feed_tells_of_a_group_again_only_when_its_numbers_are_others(client, cohort, wait):
    cases = cohort(10)
    tell_all(cases)

    def entry():
        (item,) = client.get("/cases/totals/feed.json").json()["items"]
        atom = client.get("/cases/totals/feed.atom").content.decode()
        assert f"<updated>{item['date_modified'][:19]}" in atom
        return item

    first = entry()
    assert "Of <strong>10</strong> runners: <strong>4</strong> run as before" in first["content_html"]
    assert first["url"].endswith(f"/cases/totals/#total-fits-{cases[0].leading}")
    wait(timedelta(days=1))
    totals.recount()
    assert entry() == first
    outcomes.tell(cases[2], Back.FULL)
    assert entry()["date_modified"] > first["date_modified"]


def test_csv_and_json_hold_the_same_numbers(client, cohort):
    tell_all(cohort(12))
    rows = list(csv.DictReader(client.get("/cases/totals.csv").content.decode().splitlines()))
    (group,) = client.get("/cases/totals.json").json()["groups"]
    assert rows[0]["measure"] == ""
    assert [float(rows[0][key]) for key in ("n", "full", "partly", "median")] == [
        group[key] for key in ("n", "full", "partly", "median")
    ]
    assert [row["measure"] for row in rows[1:]] == [one["treatment"] for one in group["measures"]]


def test_what_is_kept_equals_a_recount_and_a_wrong_number_is_found(capsys, cohort):
    cases = cohort(11)
    tell_all(cases)
    outcomes.tell_more(
        outcomes.tell(cases[0], Back.FULL),
        More(effects={"ice": Effect.BETTER, "foam_roll": Effect.NO_CHANGE}),
    )
    keep.delete(cases[10])
    assert cli.main(["outcomes", "recount"]) == 0
    assert capsys.readouterr().out.endswith("1 groups counted, 0 were wrong\n")

    total = Total.objects.get()
    Total.objects.update(numbers={**total.numbers, "full": 9})
    assert cli.main(["outcomes", "recount"]) == 1
    assert Total.objects.get().numbers == total.numbers


def test_erasing_takes_a_runner_out_and_below_ten_all_of_it(client, cohort):
    cases = cohort(10)
    tell_all(cases)
    assert totals.shown()
    erasure.erase(cases[0].owner, keep_posts=True)
    assert totals.shown() == []
    assert not Total.objects.exists()


def test_who_does_not_want_to_be_counted_is_not(cohort):
    cases = cohort(11)
    tell_all(cases)
    outcomes.tell_more(outcomes.tell(cases[0], Back.FULL), More(is_counted=False))
    assert totals.shown()[0].numbers["n"] == 10


def test_what_a_machine_read_is_not_counted_as_told(cohort):
    cases = cohort(10)
    for case in cases:
        outcomes.read_by_machine(case, Back.FULL, today())
    totals.recount()
    assert totals.shown()[0].numbers["full"] == 0


def test_confirmed_diagnoses_stand_apart_and_go_out_without_words(capsys, cohort):
    cases = cohort(10)
    for case in cases:
        outcomes.tell_more(
            outcomes.tell(case, Back.FULL), More(diagnosis="plantar_fasciopathy", said_by="doctor")
        )
    outcomes.tell_more(outcomes.tell(cases[0], Back.FULL), More(diagnosis="itbs", said_by="self"))
    assert Outcome.objects.filter(diagnosis="itbs").count() == 1
    assert cli.main(["outcomes", "labelled"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(lines) == 9
    assert {line["diagnosis"] for line in lines} == {"plantar_fasciopathy"}
    assert "first steps" not in json.dumps(lines)
    assert {row.kind for row in totals.shown()} == {"fits"}
