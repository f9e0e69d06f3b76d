"""What was underfoot: said by one tap, or guessed from what was said before."""

from datetime import date

import pytest

from secondwind.runlog.actions import surfaces
from secondwind.runlog.models import Run, ShoeUse, Surface, SurfaceSource

DAY = date(2026, 3, 12)


def tap(client, run, surface, **fields):
    return client.post("/log/surface/", {"set": f"{run.pk}:{surface}"} | fields)


def test_one_tap_says_it_and_leads_back_to_the_run(as_, alice, a_run):
    run = a_run(alice, DAY)
    response = tap(as_(alice), run, "trail", next="/log/?q=x&before=2026-03-16")
    assert (response.status_code, response["Location"]) == (303, f"/log/?q=x&before=2026-03-16#run-{run.pk}")
    run.refresh_from_db()
    assert (run.surface, run.surface_source) == ("trail", "owner")


def test_another_tap_takes_the_shares_away(as_, alice, a_run):
    run = a_run(alice, DAY)
    surfaces.split(run, Surface.TRAIL, {"trail": 0.5, "road": 0.5})
    tap(as_(alice), run, "gravel")
    run.refresh_from_db()
    assert (run.surface, run.surface_parts.count()) == ("gravel", 0)


def test_it_can_be_taken_back(as_, alice, a_run):
    run = a_run(alice, DAY, surface="sand", surface_source="owner")
    tap(as_(alice), run, "")
    run.refresh_from_db()
    assert (run.surface, run.surface_source) == ("", "")


def test_a_run_without_a_shoe_gets_the_usual_one_of_the_surface(as_, alice, a_run, a_shoe):
    shoe = a_shoe(alice, default_for="trail", in_use_since=date(2026, 1, 1))
    run, worn, old = a_run(alice, DAY), a_run(alice, DAY), a_run(alice, date(2025, 1, 1))
    ShoeUse.objects.create(run=worn, shoe=a_shoe(alice, "Other"))
    client = as_(alice)
    for one in (run, worn, old):
        tap(client, one, "trail")
    assert [use.shoe for use in run.shoe_uses.all()] == [shoe]
    assert [use.shoe.name for use in worn.shoe_uses.all()] == ["Other"]
    assert not old.shoe_uses.exists()


@pytest.mark.parametrize("given", ["", "x:trail", "²:trail", "99999999999999999999:trail", "7"])
def test_a_run_that_is_none_is_not_found(as_, alice, given):
    assert as_(alice).post("/log/surface/", {"set": given}).status_code == 404


def test_a_surface_that_is_none_changes_nothing_and_says_so(as_, alice, a_run):
    run = a_run(alice, DAY, surface="road")
    page = as_(alice).post("/log/surface/", {"set": f"{run.pk}:lava"}, follow=True).content.decode()
    assert "There is no such surface" in page
    assert Run.objects.get().surface == "road"


def test_anothers_run_is_not_there(as_, alice, bob, mia, a_run):
    run = a_run(alice, DAY)
    for other in (bob, mia):
        assert tap(as_(other), run, "trail").status_code == 404
    assert Run.objects.get().surface == ""


@pytest.mark.parametrize(
    "next", ["https://evil.example/", "//evil.example/log/", "/account/", "javascript:x"]
)
def test_the_way_back_stays_in_the_log(as_, alice, a_run, next):
    run = a_run(alice, DAY)
    assert tap(as_(alice), run, "trail", next=next)["Location"] == f"/log/#run-{run.pk}"


# --- Guessing ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sub_sport", "surface"),
    [("treadmill", "treadmill"), ("trail", "trail"), ("track", "track"), ("street", "road")],
)
def test_the_device_says_it_first(alice, a_shoe, sub_sport, surface):
    shoe = a_shoe(alice, default_for="sand")
    assert surfaces.guessed(alice, sub_sport=sub_sport, route_key="k", shoe=shoe) == (
        surface,
        SurfaceSource.DEVICE,
    )


def test_then_what_the_owner_said_of_the_last_run_on_the_route(alice, bob, a_run, a_shoe):
    a_run(alice, date(2026, 1, 1), route_key="k", surface="road", surface_source="owner")
    a_run(alice, date(2026, 2, 1), route_key="k", surface="trail", surface_source="owner")
    a_run(alice, date(2026, 3, 1), route_key="k", surface="sand", surface_source="shoe")
    a_run(bob, date(2026, 3, 2), route_key="k", surface="snow", surface_source="owner")
    shoe = a_shoe(alice, default_for="road")
    assert surfaces.guessed(alice, route_key="k", shoe=shoe) == ("trail", SurfaceSource.ROUTE)
    assert surfaces.guessed(alice, route_key="other", shoe=shoe) == ("road", SurfaceSource.SHOE)
    assert surfaces.guessed(alice) == ("", "")
