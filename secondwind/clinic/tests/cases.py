"""Cases for tests: in one line by hand, or any that hypothesis can think of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hypothesis import strategies as st

from secondwind.clinic.knowledge import load
from secondwind.clinic.model import Case, Effect, Item, Kind, Reply, Result


def case(
    places: Iterable[str] = (),
    yes: Iterable[str] = (),
    no: Iterable[str] = (),
    *,
    side: str = "",
    tests: Mapping[str, str] | None = None,
    treatments: Mapping[str, str] | None = None,
    days: float | None = None,
    age: int | None = None,
) -> Case:
    """A case of these places, yeses and noes; tests with their result, treatments with their effect."""
    items = [Item(Kind.PLACE, p, detail=side) for p in places]
    items += [Item(Kind.FINDING, f) for f in yes]
    items += [Item(Kind.FINDING, f, Reply.NO) for f in no]
    items += [Item(Kind.TEST, t, detail=result) for t, result in (tests or {}).items()]
    items += [Item(Kind.TREATMENT, t, detail=effect) for t, effect in (treatments or {}).items()]
    return Case(tuple(items), duration_days=days, age=age)


TRAIL_RUNNER = case(
    ["leg_outer_lower"],
    ["time_next_day", "act_pushoff", "surface_trail", "ctx_same_all_shoes"],
    ["surface_road"],
    side="both",
    treatments={"foam_roll": ""},
)
"""From the ankle bone up, both legs, the day after trails and never after roads, in three pairs of shoes."""

HALF_MARATHONER = case(
    ["calf_upper_outer", "knee_back_outer"],
    "onset_delayed ctx_long_run act_stairs_up act_stairs_down act_straighten_knee".split()
    + "act_cross_leg act_toe_shoe act_walk".split(),
    side="left",
    tests={"xray": "clear", "ultrasound": "clear", "ligament_tests": "clear", "meniscus_tests": "clear"},
    days=21,
)
"""No pain in the long run; that night the outer calf, then the outer corner behind the knee; scans clear."""

known = load()
findings = st.sampled_from(sorted(known.findings))
items = st.one_of(
    st.builds(
        Item,
        st.just(Kind.PLACE),
        st.sampled_from(sorted(known.regions)),
        detail=st.sampled_from(["", "left", "right", "both"]),
    ),
    st.builds(Item, st.just(Kind.FINDING), findings, st.sampled_from([Reply.YES, Reply.YES, *Reply])),
    st.builds(
        Item,
        st.just(Kind.TEST),
        st.sampled_from(sorted(known.tests)),
        detail=st.sampled_from([r.value for r in Result]),
    ),
    st.builds(
        Item,
        st.just(Kind.TREATMENT),
        st.sampled_from(sorted(known.treatments)),
        detail=st.sampled_from([e.value for e in Effect]),
    ),
)
cases = st.builds(
    Case,
    st.lists(items, max_size=16, unique_by=lambda i: (i.kind, i.id)).map(tuple),
    duration_days=st.none() | st.floats(0, 2000),
    age=st.none() | st.integers(8, 90),
)
"""Any case: up to sixteen items, each kind and id once, in any order."""
