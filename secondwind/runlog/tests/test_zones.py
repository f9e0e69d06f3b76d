"""Zones: made by hand or from a run, seen by their owner alone."""

import pytest

from secondwind.runlog.actions import zones
from secondwind.runlog.models import Zone
from secondwind.runlog.tests.recorded import HOME, kept, loop

TYPED = {"name": "Home", "lat_deg": "46.9481", "lon_deg": "7.4474", "radius_m": "500"}


def test_a_zone_is_made_from_what_was_typed(as_, alice):
    answer = as_(alice).post("/log/zones/", TYPED)
    zone = Zone.objects.get()

    assert (answer.status_code, zone.owner, zone.name, zone.radius_m) == (303, alice, "Home", 500)
    assert (zone.lat_deg, zone.lon_deg) == (46.9481, 7.4474)
    assert "Home" in as_(alice).get("/log/zones/").content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"lat_deg": "91"}, {"lat_deg": "north"}, {"lon_deg": "-181"}, {"radius_m": "99"},
        {"radius_m": "5001"}, {"radius_m": "nan"}, {"lat_deg": "inf"}, {"name": ""}, {"name": "x" * 61},
    ],
)  # fmt: skip
def test_what_is_no_place_gets_a_sentence_and_stays_as_typed(as_, alice, wrong):
    answer = as_(alice).post("/log/zones/", TYPED | wrong)

    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()
    assert "500" in answer.content.decode() or "radius_m" in wrong
    assert not Zone.objects.exists()


def test_a_zone_is_made_where_the_latest_run_began(as_, alice, bob):
    kept(alice, loop(2))
    as_(alice).post("/log/zones/from-run/")
    zone = Zone.objects.get()

    assert (zone.lat_deg, zone.lon_deg) == pytest.approx(HOME, abs=1e-4)
    as_(bob).post("/log/zones/from-run/")
    assert not Zone.objects.filter(owner=bob).exists()


def test_a_deleted_zone_is_gone(as_, alice):
    zone = zones.add(alice, "Home", *HOME, 400)
    as_(alice).post(f"/log/zones/{zone.pk}/delete/")

    assert not Zone.objects.exists()


@pytest.mark.parametrize("who", ["bob", "mia"])
def test_nobody_else_sees_or_deletes_a_zone(request, as_, alice, who):
    zone = zones.add(alice, "Grandmother", *HOME, 400)
    browser = as_(request.getfixturevalue(who))

    assert "Grandmother" not in browser.get("/log/zones/").content.decode()
    assert browser.post(f"/log/zones/{zone.pk}/delete/").status_code == 404
    assert Zone.objects.exists()


def test_nobody_sees_zones_without_signing_in(client, db):
    assert client.get("/log/zones/").status_code == 302


def test_there_is_an_end_to_zones(as_, alice):
    for i in range(zones.MOST):
        zones.add(alice, str(i), *HOME, 400)
    answer = as_(alice).post("/log/zones/", TYPED)

    assert answer.status_code == 422
    assert "Delete one that is no longer needed" in answer.content.decode()
    assert Zone.objects.count() == zones.MOST
