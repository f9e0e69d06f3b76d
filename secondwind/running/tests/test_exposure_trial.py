"""An experiment: its blocks are drawn by lot and balanced, and it is compared as planned."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from secondwind.running.exposure.trial import BLOCK_DAYS, compare, schedule

FIRST = date(2026, 3, 2)


@given(st.integers(0, 2**31))
def test_each_pair_has_both_arms_and_the_days_follow_each_other(seed: int) -> None:
    blocks = schedule(seed, FIRST)
    assert blocks == schedule(seed, FIRST)
    assert [b.with_it for b in blocks].count(True) == 2
    assert all(a.with_it != b.with_it for a, b in zip(blocks[::2], blocks[1::2], strict=True))
    assert blocks[0].first == FIRST
    assert all(b.first == a.last + timedelta(days=1) for a, b in pairwise(blocks))


def test_the_lot_draws_every_order() -> None:
    assert len({tuple(b.with_it for b in schedule(seed, FIRST)) for seed in range(40)}) == 4


def test_runs_count_by_their_block_and_not_in_its_first_days() -> None:
    blocks = schedule(1, FIRST)
    runs = [(FIRST + timedelta(days=i), blocks[i // BLOCK_DAYS].with_it) for i in range(4 * BLOCK_DAYS)]
    found = compare(blocks, [*runs, (FIRST - timedelta(days=1), True)])
    assert found is not None
    assert (found.with_sore, found.with_runs, found.without_sore, found.without_runs) == (22, 22, 0, 22)
    assert found.interval_95[0] < found.interval_80[0] < found.difference < found.interval_80[1]
    assert found.interval_95[0] > 0.5
    assert found.chance_more > 0.999


def test_the_same_in_both_arms_tells_no_difference() -> None:
    blocks = schedule(1, FIRST)
    found = compare(blocks, [(FIRST + timedelta(days=i), i % 2 == 0) for i in range(4 * BLOCK_DAYS)])
    assert found is not None
    assert found.interval_80[0] < 0 < found.interval_80[1]


def test_a_few_runs_are_not_compared() -> None:
    blocks = schedule(1, FIRST)
    assert compare(blocks, [(FIRST + timedelta(days=5), True)] * 20) is None
