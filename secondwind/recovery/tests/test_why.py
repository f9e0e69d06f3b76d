"""Why?: a year of runs in, a plain sentence with its runs out; what cannot be told apart is said so."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from secondwind.accounts.models import User
from secondwind.recovery import why
from secondwind.recovery.models import Pain
from secondwind.runlog.models import Run, Shoe, ShoeUse
from secondwind.running.exposure import Answer, Effect

As = Callable[[User], Client]


def a_year(owner: User, shoe_of_trail: str = "") -> None:
    """Trail once or twice a week, road else, three pairs in rotation, and the outer leg is sore the day after
    trail. With `shoe_of_trail`, that pair is worn on every trail run and on no other."""
    chance = random.Random(7)
    today = timezone.localdate()
    shoes = [Shoe.objects.create(owner=owner, name=name) for name in ("Ghost", "Peregrine", "Cloud")]
    runs, grounds = [], []
    for ago in range(364, 0, -2):
        day = today - timedelta(days=ago)
        trail = chance.random() < 0.25
        start = datetime.combine(day, time(), UTC)
        climb = (150 if trail else 120) * chance.uniform(0.5, 1.5)
        runs.append(
            Run(
                owner=owner, day=day, start=start + timedelta(hours=chance.choice([7, 18])), offset_s=0,
                distance_m=chance.uniform(6000, 14000), elapsed_s=3600, climb_m=climb, descent_m=climb * 0.9,
                surface="trail" if trail else "road",
            )
        )  # fmt: skip
        grounds.append(trail)
    runs = Run.objects.bulk_create(runs)
    uses, pains = [], []
    for i, (run, trail) in enumerate(zip(runs, grounds, strict=True)):
        shoe = shoes[i % 3]
        if shoe_of_trail:
            shoe = shoes[1] if trail else shoes[0 if i % 2 else 2]
        uses.append(ShoeUse(run=run, shoe=shoe))
        sore = chance.random() < (0.75 if trail else 0.03)
        morning = chance.choice([4, 5, 6]) if sore else chance.choice([0, 0, 1])
        pains.append(
            Pain(
                owner=owner, day=run.day, run=run, region="leg_outer_lower", side="left",
                during=0, morning=morning,
            )
        )  # fmt: skip
    ShoeUse.objects.bulk_create(uses)
    Pain.objects.bulk_create(pains)


def page(client: Client, address: str = "/log/why/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_a_year_of_trail_and_road_says_trail_and_not_the_shoes(alice: User, as_: As) -> None:
    a_year(alice)
    found = why.of(alice, timezone.localdate())
    (answer,) = found.result.answers
    first = answer.effects[0]
    assert (first.name, first.flagged, first.step) == ("surface: trail", True, "rather than road")
    assert first.interval_95[0] > 1
    shoes = [e for e in answer.effects if e.of == "shoe"]
    assert len(shoes) == 3
    assert not any(e.flagged for e in shoes)
    assert [e.name for e in answer.effects if e.flagged] == ["surface: trail"]
    client = as_(alice)
    text = page(client)
    assert "After trail runs it was worse the next morning" in text
    assert "95 % interval" in text
    assert "<svg" in text
    for_physio = page(client, "/log/pain/twelve-weeks/")
    assert why.sentence(answer, first) in for_physio


def test_two_that_always_come_together_are_not_told_apart(alice: User, as_: As) -> None:
    a_year(alice, shoe_of_trail="Peregrine")
    (answer,) = why.of(alice, timezone.localdate()).result.answers
    (group,) = [t for t in answer.together if t.flagged]
    assert set(group.names) == {"surface: trail", "shoe: Peregrine"}
    assert not any(e.flagged for e in answer.effects)
    text = page(as_(alice))
    assert "Cannot be told apart." in text
    assert "your log cannot say which" in text


def test_each_claim_leads_to_its_runs(alice: User, as_: As) -> None:
    a_year(alice)
    (answer,) = why.of(alice, timezone.localdate()).result.answers
    effect = answer.effects[0]
    client = as_(alice)
    address = "/log/why/leg_outer_lower.left/next-morning/?of=surface%3A+trail"
    assert f'href="{address}"' in page(client)
    text = page(client, address)
    assert why.sentence(answer, effect) in text
    for id in (*effect.with_it.runs, *effect.without.runs):
        assert f'/log/runs/{int(id)}/"' in text
    assert text.count("worse the next morning</strong>") == len(effect.with_it.worse) + len(
        effect.without.worse
    )


def test_what_is_not_there_yet_is_refused_with_a_day(
    alice: User, as_: As, a_run: Callable[..., Run], a_pain: Callable[..., Pain]
) -> None:
    assert "No pain stands in your log yet" in page(as_(alice))
    today = timezone.localdate()
    for i in range(30):
        day = today - timedelta(days=60 - 2 * i)
        a_run(alice, day)
        a_pain(alice, day, morning=4 if i % 5 == 0 else 0)
    text = page(as_(alice))
    assert "What is not said yet" in text
    assert "it takes 10 flares in 40 runs" in text
    assert "it could be said" in text
    a_pain(alice, today - timedelta(days=60), region="heel_bottom_inner", side="right", morning=3)
    assert "1 more run has its pain told, and has too little told near to know what is usual" in page(
        as_(alice)
    )
    assert "stands out:" not in text


def test_an_address_means_the_same_after_more_runs(alice: User, as_: As) -> None:
    """Either level of a choice names the claim of both, whichever of them stands first today."""
    a_year(alice)
    client = as_(alice)
    kept = "/log/why/leg_outer_lower.left/next-morning/?of=surface%3A+"
    before = page(client, f"{kept}trail")
    Pain.objects.update(region="heel_bottom_inner", side="right", during=None)
    day = Run.objects.earliest("day").day
    one = Pain.objects.create(owner=alice, day=day, region="leg_outer_lower", side="left", morning=1)
    gone = client.get(f"{kept}trail")
    assert gone.status_code == 404
    assert "it takes 10 flares in 40 runs" in gone.content.decode()
    one.delete()
    Pain.objects.filter(region="heel_bottom_inner").update(region="leg_outer_lower", side="left")
    assert page(client, f"{kept}trail") == before
    assert why.sentence(*_claim(alice, "surface: trail")) in page(client, f"{kept}road")


def _claim(owner: User, exposure: str) -> tuple[Answer, Effect]:
    found = why.of(owner, timezone.localdate()).claim("leg_outer_lower.left", "next-morning", exposure)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "address",
    ["/log/why/0/0/", "/log/why/leg_outer_lower.left/next-morning/?of=shoe%3A+Gone", "/log/why/a.b/c/?of=d"],
)
def test_where_no_claim_is_any_more_those_of_today_are_named(alice: User, as_: As, address: str) -> None:
    a_year(alice)
    response = as_(alice).get(address)
    assert response.status_code == 404
    text = response.content.decode()
    assert "That is not said" in text
    assert "/log/why/leg_outer_lower.left/next-morning/?of=surface%3A+trail" in text


def test_nobody_sees_the_why_of_another(alice: User, bob: User, as_: As) -> None:
    a_year(alice)
    assert "No pain stands in your log yet" in page(as_(bob))
    assert Client().get("/log/why/").status_code == 302


def test_a_year_costs_a_few_queries(
    alice: User, as_: As, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    a_year(alice)
    client = as_(alice)
    page(client)
    with django_assert_max_num_queries(10):  # type: ignore[attr-defined]
        text = page(client)
    assert len(text) < 80_000


def test_of_two_runs_of_a_day_the_pain_is_that_of_the_last(
    alice: User, a_run: Callable[..., Run], a_pain: Callable[..., Pain]
) -> None:
    day = date(2026, 3, 2)
    a_run(alice, day)
    a_run(alice, day)
    a_pain(alice, day, morning=3)
    found = why.of(alice, day)
    assert found.result.refusals[0].runs == 0
    assert found.result.runs == 2
