"""An experiment from the page: drawn, followed without a look at its result, stopped, taken along."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime, time, timedelta

from django.test import Client
from django.utils import timezone

from secondwind.accounts.models import User
from secondwind.recovery import danger, experiments
from secondwind.recovery.actions import holdings
from secondwind.recovery.models import Experiment, Pain
from secondwind.recovery.tests.test_why import a_year
from secondwind.runlog.models import Run

As = Callable[[User], Client]
OFFER = "leg_outer_lower.left|next morning|surface: trail"
Freeze = Callable[[str], None]


def begun(client: Client, owner: User) -> Experiment:
    a_year(owner)
    response = client.post("/log/experiments/", {"offer": OFFER})
    assert response.status_code == 303
    return Experiment.objects.get()


def run_through(row: Experiment, days: int, a_run: Callable[..., Run], a_pain: Callable[..., Pain]) -> None:
    """A run every other day; it is sore in the blocks with it."""
    for block in experiments.blocks_of(row):
        for i in range(0, 14, 2):
            day = block.first + timedelta(days=i)
            if (day - row.started_on).days < days:
                a_run(row.owner, day)
                a_pain(row.owner, day, morning=5 if block.with_it else 0)


def later(row: Experiment, days: int) -> str:
    return datetime.combine(row.started_on + timedelta(days=days), time(12)).isoformat() + "+00:00"


def test_what_is_compared_is_shown_before_it_begins(alice: User, as_: As) -> None:
    client = as_(alice)
    assert "comes from your log" in client.get("/log/experiments/").content.decode()
    a_year(alice)
    text = client.get("/log/experiments/").content.decode()
    assert "The analysis, fixed beforehand" in text
    assert "Trail runs (rather than road)" in text


def test_the_result_is_shown_when_it_is_over_and_not_before(
    alice: User, as_: As, a_run: Callable[..., Run], a_pain: Callable[..., Pain], freeze_at: Freeze
) -> None:
    row = begun(as_(alice), alice)
    address = f"/log/experiments/{row.pk}/"
    run_through(row, 56, a_run, a_pain)
    freeze_at(later(row, 40))
    text = as_(alice).get(address).content.decode()
    assert "The blocks, as the lot drew them" in text
    assert f"Drawn with the number {row.seed}" in text
    assert "The difference is" not in text
    freeze_at(later(row, 60))
    text = as_(alice).get(address).content.decode()
    assert "3 of 10 or more after 10 of 10 runs; without: 0 of 10" in text
    assert "95 % interval" in text


def test_one_that_is_stopped_says_so(
    alice: User, as_: As, a_run: Callable[..., Run], a_pain: Callable[..., Pain], freeze_at: Freeze
) -> None:
    row = begun(as_(alice), alice)
    run_through(row, 28, a_run, a_pain)
    freeze_at(later(row, 28))
    client = as_(alice)
    assert client.post(f"/log/experiments/{row.pk}/stop/").status_code == 303
    text = client.get(f"/log/experiments/{row.pk}/").content.decode()
    assert "Stopped early" in text
    assert "says less than was planned" in text
    assert "after 5 of 5 runs" in text


def test_its_runs_are_a_table(
    alice: User, as_: As, a_run: Callable[..., Run], a_pain: Callable[..., Pain], freeze_at: Freeze
) -> None:
    row = begun(as_(alice), alice)
    run_through(row, 14, a_run, a_pain)
    freeze_at(later(row, 14))
    content = as_(alice).get(f"/log/experiments/{row.pk}/table.csv").content.decode()
    rows = list(csv.DictReader(io.StringIO(content)))
    assert len(rows) == 7
    assert [r["counts"] for r in rows] == ["no", "no", "yes", "yes", "yes", "yes", "yes"]
    assert {r["arm"] for r in rows} == {"with" if experiments.blocks_of(row)[0].with_it else "without"}


def test_one_at_a_time_and_none_with_a_danger_sign(
    alice: User, bob: User, as_: As, a_pain: Callable[..., Pain]
) -> None:
    client = as_(alice)
    begun(client, alice)
    response = client.post("/log/experiments/", {"offer": OFFER})
    assert response.status_code == 422
    assert "One experiment at a time" in response.content.decode()
    a_year(bob)
    a_pain(bob, timezone.localdate(), region="calf_lower", signs=list(danger.SIGNS))
    blocked = as_(bob).post("/log/experiments/", {"offer": OFFER})
    assert blocked.status_code == 422
    assert Experiment.objects.filter(owner=bob).count() == 0


def test_it_is_private_and_goes_with_its_owner(alice: User, bob: User, as_: As) -> None:
    row = begun(as_(alice), alice)
    for address in ("", "table.csv"):
        assert as_(bob).get(f"/log/experiments/{row.pk}/{address}").status_code == 404
    assert as_(bob).post(f"/log/experiments/{row.pk}/delete/").status_code == 404
    files = dict(holdings.collect(alice))
    assert [one["exposure"] for one in files["experiments.json"]] == ["surface: trail"]  # type: ignore[attr-defined]
    holdings.erase(alice, keep_posts=False)
    assert not Experiment.objects.exists()
