"""What is one run, and what two: across watches, phones and services."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondwind.runlog.actions.duplicates import Span, is_same, twin_of
from secondwind.runlog.actions.keep import keep
from secondwind.runlog.actions.originals import Sent
from secondwind.runlog.models import Original, Run, Shoe, Track
from secondwind.running.archives import Facts
from secondwind.running.files import read
from secondwind.running.tests.making import START, fit_file, gpx_file, recording

RUN = recording(900)
HOUR = Span(START, 3600, 10_000, "running")


def span(
    late_s: float = 0, elapsed_s: float | None = 3600, distance_m: float | None = 10_000, sport="running"
):
    return Span(START + timedelta(seconds=late_s), elapsed_s, distance_m, sport)


@pytest.mark.parametrize(
    "other",
    [
        span(),
        span(late_s=45, elapsed_s=3560, distance_m=9_700),  # a phone in the pocket, started later
        span(late_s=-50, elapsed_s=3700, distance_m=10_600),
        span(late_s=240, elapsed_s=3300, distance_m=9_200),  # switched on after four minutes
        span(late_s=20, elapsed_s=2100, distance_m=9_900),  # the clock stopped at each pause
        span(late_s=30, elapsed_s=None, distance_m=10_020),  # typed in without a time
        span(elapsed_s=3600, distance_m=None),
        span(late_s=10, sport="generic"),
        span(late_s=10, sport="walking"),
    ],
)
def test_one_run_told_by_two_devices_is_one(other):
    assert is_same(HOUR, other)
    assert is_same(other, HOUR)


@pytest.mark.parametrize(
    "other",
    [
        span(late_s=3600),  # the next one follows at once
        span(late_s=-600, elapsed_s=600, distance_m=1_800),  # warming up
        span(late_s=1800, elapsed_s=1800, distance_m=5_000),  # a lap that was saved as a run
        span(late_s=86_400),  # the same round a day later
        span(late_s=5, sport="cycling"),
        span(late_s=5, distance_m=6_000),
        span(late_s=5, elapsed_s=None, distance_m=None),
        span(late_s=300, elapsed_s=None, distance_m=10_000),
    ],
)
def test_what_only_looks_alike_is_two(other):
    assert not is_same(HOUR, other)
    assert not is_same(other, HOUR)


def test_a_thousand_near_neighbours_stay_apart():
    """Days of intervals, strides and legs, each begun when the one before has ended."""
    rng = np.random.default_rng(1)
    at, spans = 0.0, []
    for _ in range(1000):
        elapsed = float(rng.integers(20, 1500))
        spans.append(span(at, elapsed, elapsed * float(rng.uniform(2.5, 4))))
        at += elapsed + float(rng.integers(0, 90))
    assert not [1 for one, other in pairwise(spans) if is_same(one, other)]


@given(
    st.floats(-50, 50), st.floats(0.97, 1.03), st.floats(0.97, 1.03), st.integers(600, 30_000)
)  # fmt: skip
def test_every_planted_twin_is_found(late_s, of_time, of_way, elapsed_s):
    one = Span(START, elapsed_s, elapsed_s * 2.8, "running")
    moved = START + timedelta(seconds=late_s)
    assert is_same(one, Span(moved, elapsed_s * of_time, elapsed_s * 2.8 * of_way, "running"))


# --- In a log ----------------------------------------------------------------------------------------------


def fit(seconds: int = 900):
    return read("a.fit", fit_file(recording(seconds)))[0]


def phone(late_s: int = 12, name: str = "Round the lake"):
    return read("b.gpx", gpx_file(RUN, START + timedelta(seconds=late_s), name))[0]


def brought(*args, **more) -> Run:
    """The new run that an activity became."""
    run = keep(*args, **more).run
    assert run is not None
    return run


@pytest.mark.django_db
def test_the_twin_takes_over_what_it_lacks_and_no_second_run_is_made(alice):
    first = brought(alice, fit())
    kept = keep(alice, phone(), facts=Facts("strava", id="7", gear="Brand Trainer", rpe=4))
    assert (kept.run, kept.twin) == (None, first)
    first.refresh_from_db()
    assert (first.name, first.rpe, first.external_id) == ("Round the lake", 4, "strava:7")
    assert first.shoe_uses.get().shoe.name == "Brand Trainer"
    assert Run.objects.count() == 1


@pytest.mark.django_db
def test_what_the_owner_edited_is_left_alone(alice):
    first = brought(alice, fit())
    Run.objects.filter(pk=first.pk).update(edited_at=START)
    keep(alice, phone(), facts=Facts("strava", gear="Brand Trainer"))
    first.refresh_from_db()
    assert (first.name, first.shoe_uses.count(), Shoe.objects.count()) == ("", 0, 0)


@pytest.mark.django_db
def test_a_run_typed_in_by_hand_takes_over_the_track_that_comes_later(alice):
    typed = Facts(
        "strava", id="9", start=START, sport="running", distance_m=2_600, elapsed_s=899, name="Typed"
    )
    first = brought(alice, typed.activity(), facts=typed)
    assert not first.has_track
    kept = keep(alice, fit(), original=Sent.of("a.fit", fit_file(RUN)))
    first.refresh_from_db()
    assert kept.twin == first
    assert (first.name, first.distance_m, first.has_track) == ("Typed", 2_600, True)
    assert first.switchbacks is not None
    assert first.original == Original.objects.get()
    assert Track.objects.get().run == first


@pytest.mark.django_db
def test_the_same_bytes_are_the_same_run_even_when_it_was_moved_to_another_day(alice):
    sent = Sent.of("a.fit", fit_file(RUN))
    first = brought(alice, fit(), original=sent)
    Run.objects.filter(pk=first.pk).update(start=START - timedelta(days=9), edited_at=START)
    assert keep(alice, fit(), original=sent).twin == first
    first.delete()
    assert keep(alice, fit(), original=sent).run is not None


@pytest.mark.django_db
def test_activities_of_one_file_are_no_twins_of_each_other(alice):
    sent = Sent.of("a.fit", b"both legs")
    legs = [replace(fit(), part=1, parts=2), replace(fit(), part=2, parts=2)]
    assert all(keep(alice, leg, original=sent).run for leg in legs)
    twins = [keep(alice, leg, original=sent).twin for leg in legs]
    assert [twin.part for twin in twins if twin] == [1, 2]


@pytest.mark.django_db
def test_another_ones_run_is_no_twin(alice, bob):
    keep(alice, fit())
    assert twin_of(bob, span(elapsed_s=899, distance_m=2600)) is None
    assert keep(bob, fit()).run is not None
