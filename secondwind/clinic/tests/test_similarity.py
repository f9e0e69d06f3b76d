"""Similar cases: by pattern, with reasons, the same list for the same content."""

import random
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secondwind.clinic import load, read
from secondwind.clinic.model import Case, Item, Kind, Origin, Reply, Source
from secondwind.clinic.similarity import Index, Mode, SnapshotError, account_of

KNOWN = load()

RUNNERS = {
    "outer-left": "My outer left knee hurts going downhill and it builds up the longer I run. No swelling.",
    "outer-right": "Right knee, lateral side: descents are agony and it gets worse through the run.",
    "inner": "My inner left knee hurts going downhill and it builds up the longer I run. No swelling.",
    "warms-up": "The outside of my left knee is sore at the start of a run, then it eases as I warm up.",
    "heel": "First steps in the morning are the worst, right under my heel. Eases once I get moving.",
    "arch": "The arch of my foot is stiff with the first steps in the morning and then wears off.",
    "shin": "Both shins ache along the inner edge after every run. I doubled my mileage last month.",
    "calf": "I felt a sudden pop in my calf while sprinting and could not push off any more.",
}


def case(*places: str, yes: str = "", no: str = "") -> Case:
    said = [(i, Reply.YES) for i in yes.split()] + [(i, Reply.NO) for i in no.split()]
    items = [Item(Kind.PLACE, p) for p in places] + [Item(Kind.FINDING, i, r) for i, r in said]
    return Case(tuple(items))


def index_of(cases: dict[str, Case], outcomes: frozenset[str] = frozenset()) -> Index:
    index = Index()
    for id, one in cases.items():
        index.add(id, one, "", id in outcomes)
    return index


@pytest.fixture(scope="module")
def runners():
    index = Index()
    for id, text in RUNNERS.items():
        index.add(id, read(text).case, text)
    return index


def found(index: Index, text: str, **options) -> list[str]:
    return [m.id for m in index.search(read(text).case, text, **options)]


def test_the_same_pattern_is_found_on_the_other_side_of_the_body_and_in_other_words(runners):
    assert found(runners, RUNNERS["outer-left"], exclude=("outer-left",))[0] == "outer-right"
    assert (
        found(runners, "Sole by the heel kills me getting out of bed, loosens after ten minutes.")[0]
        == "heel"
    )


def test_the_other_side_of_the_joint_and_another_timing_come_later_with_their_contradiction(runners):
    matches = {m.id: m for m in runners.search(read(RUNNERS["outer-left"]).case, RUNNERS["outer-left"])}
    assert matches["outer-right"].score > matches["warms-up"].score
    assert any("eases as you warm up" in text for text in matches["warms-up"].contradicting)
    assert "inner" not in matches or matches["inner"].score < matches["outer-right"].score


def test_every_match_says_two_things_in_common_or_more(runners):
    for text in RUNNERS.values():
        for match in runners.search(read(text).case, text):
            assert len(match.matching) >= 2


def test_what_is_like_nothing_finds_nothing(runners):
    for text in (
        "Which GPS watch has the best battery for a marathon?",
        "My elbow is stiff after gardening.",
        "",
        "Looking for a running club in Leeds.",
    ):
        assert found(runners, text) == []


def test_neighbouring_places_count_in_part():
    index = index_of(
        {
            "same": case("achilles_mid", yes="time_first_steps"),
            "next": case("calf_lower", yes="time_first_steps"),
            "far": case("groin_inner", yes="time_first_steps"),
        }
    )
    scores = {m.id: m.score for m in index.search(case("achilles_mid", yes="time_first_steps"))}
    assert scores["same"] > scores["next"] > scores.get("far", 0)


def test_the_rarer_finding_weighs_more():
    index = index_of(
        {
            "rare": case("knee_outer_bump", yes="act_knee30"),
            "common": case("knee_outer_bump", yes="time_builds"),
        }
    )
    query = case("knee_outer_bump", yes="act_knee30 time_builds")
    assert [m.id for m in index.search(query)] == ["rare", "common"]


def test_a_denial_agrees_with_a_denial_and_contradicts_a_yes():
    index = index_of(
        {
            "denies": case("calf_mid_deep", yes="qual_ache", no="sign_bruise"),
            "silent": case("calf_mid_deep", yes="qual_ache"),
            "bruised": case("calf_mid_deep", yes="qual_ache sign_bruise"),
        }
    )
    matches = index.search(case("calf_mid_deep", yes="qual_ache", no="sign_bruise"))
    assert [m.id for m in matches] == ["denies", "silent", "bruised"]
    assert "not: bruising" in matches[0].matching
    assert matches[2].contradicting == ("bruising: no here, yes there",)


def test_every_contradiction_is_named_and_stands_between_the_same_pattern():
    query = case("knee_cap", yes="act_kneel act_squat qual_creak act_stairs_down time_builds", no="qual_lock")
    other = case("knee_cap", yes="act_kneel act_squat qual_creak qual_lock", no="act_stairs_down time_builds")
    index = index_of({"other": other})
    (match,) = index.search(query)
    assert len(match.contradicting) == 3
    assert not match.same_pattern


def test_a_recorded_outcome_breaks_a_tie_then_the_id():
    one = case("heel_bottom_inner", yes="time_first_steps")
    index = index_of(dict.fromkeys(["b", "d", "a", "c"], one), outcomes=frozenset({"c", "d"}))
    assert [m.id for m in index.search(one)] == ["c", "d", "a", "b"]
    assert [m.id for m in index.search(one, limit=3, exclude=("c",))] == ["d", "a", "b"]


def test_what_is_suspected_stands_for_its_place_when_none_is_told():
    index = index_of({"heel": case("heel_bottom_inner", yes="ctx_load_spike"), "knee": case("knee_cap")})
    suspicion = Item(Kind.SUSPICION, "plantar_fasciitis")
    assert [m.id for m in index.search(case(yes="ctx_load_spike").with_items([suspicion]))] == ["heel"]


def test_a_place_read_wrongly_is_mended_by_what_was_said_and_one_marked_on_the_map_is_not():
    said = case(yes="act_straighten_knee act_bend_knee act_squat qual_lock act_stairs_down").items
    index = index_of({"knee": case("knee_outer_line").with_items(said)})

    def score(origin: Origin) -> float:
        place = Item(Kind.PLACE, "foot_outer", origins=(origin,))
        found = index.search(Case((place, *said)), mode=Mode.PATTERN)
        return found[0].score if found else 0.0

    assert score(Origin(Source.WORDS, 0, 4, "edge")) > score(Origin(Source.MAP)) + 0.1


def test_what_was_said_stands_for_a_place_that_was_not_when_it_is_telling():
    telling = "act_add_squeeze act_pivot qual_snap sign_bruise"
    index = index_of({"groin": case("groin_inner", yes=telling), "knee": case("knee_cap", yes="qual_ache")})
    assert [m.id for m in index.search(case(yes=telling))] == ["groin"]
    assert index.search(case(yes="qual_stiff")) == []


def test_effects_and_results_are_compared():
    def told(effect: str, result: str) -> Case:
        base = case("shin_inner_lower", yes="tend_shin_strip")
        return base.with_items(
            [
                Item(Kind.TREATMENT, "foam_roll", Reply.YES, effect),
                Item(Kind.TEST, "xray", Reply.YES, result),
            ]
        )

    index = index_of({"same": told("better", "clear"), "other": told("no_change", "abnormal")})
    first, second = index.search(told("better", "clear"))
    assert first.id == "same"
    assert {"foam rolling helped", "X-ray: clear"} <= set(first.matching)
    assert set(second.contradicting) == {
        "foam rolling: helped here, did not help there",
        "X-ray: clear here, abnormal there",
    }


def test_each_half_alone(runners):
    text = RUNNERS["outer-left"]
    assert found(runners, text, mode=Mode.TEXT)[:2] in (["outer-left", "inner"], ["inner", "outer-left"])
    assert found(runners, text, mode=Mode.PATTERN)[:2] in (
        ["outer-left", "outer-right"],
        ["outer-right", "outer-left"],
    )


def test_replacing_and_removing_leave_no_trace(runners):
    text = RUNNERS["heel"]
    index = Index()
    for id, words in RUNNERS.items():
        index.add(id, read(RUNNERS["calf"]).case, RUNNERS["calf"])
        index.add("gone-" + id, read(words).case, words)
        index.add(id, read(words).case, words)
        assert index.remove("gone-" + id)
    assert not index.remove("gone-heel")
    assert len(index) == len(RUNNERS)
    assert "gone-heel" not in index
    query = read(text).case
    assert index.search(query, text) == runners.search(query, text)
    assert index.to_bytes() == runners.to_bytes()


def test_many_removals_are_compacted():
    index = Index()
    one = case("heel_bottom_inner", yes="time_first_steps")
    for i in range(700):
        index.add(f"{i}", one, "first steps")
    for i in range(690):
        index.remove(f"{i}")
    assert len(index.columns) < 300
    assert [m.id for m in index.search(one, limit=20)] == [f"{i}" for i in range(690, 700)]


def test_a_snapshot_gives_the_same_index_again(runners):
    data = runners.to_bytes()
    again = Index.from_bytes(data)
    for text in RUNNERS.values():
        assert again.search(read(text).case, text) == runners.search(read(text).case, text)
    again.add("more", read(RUNNERS["heel"]).case, RUNNERS["heel"])
    assert len(again) == len(RUNNERS) + 1
    for broken in (b"", b"nonsense", data[:-1], data[:-1] + b"\0", data.replace(b"similar 2", b"similar 1")):
        with pytest.raises(SnapshotError):
            Index.from_bytes(broken)


def test_searches_and_additions_may_come_from_several_threads(runners):
    index, query = Index(), read(RUNNERS["heel"])
    index.add("first", query.case, RUNNERS["heel"])

    def work(number: int) -> bool:
        index.add(f"{number}", query.case, RUNNERS["heel"])
        found = index.search(query.case, RUNNERS["heel"], limit=50)
        index.remove(f"{number}")
        return "first" in {m.id for m in found}

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, range(60)))
    assert [m.id for m in index.search(query.case, RUNNERS["heel"])] == ["first"]


def test_a_limit_is_kept(runners):
    query = read(RUNNERS["heel"])
    assert len(runners.search(query.case, RUNNERS["heel"], limit=1)) == 1
    assert runners.search(query.case, RUNNERS["heel"], limit=0) == []


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=200), st.text(max_size=20))
def test_any_text_and_any_id_can_be_put_in_found_and_kept(text: str, id: str):
    index = Index()
    account = account_of("", text)
    index.add(id, account.case, account.text)
    index.search(account.case, account.text)
    assert id in Index.from_bytes(index.to_bytes())


findings = st.sampled_from(sorted(KNOWN.findings))
replies = st.dictionaries(findings, st.booleans(), max_size=7)
some_cases = st.builds(
    lambda place, said: case(
        place, yes=" ".join(f for f in said if said[f]), no=" ".join(f for f in said if not said[f])
    ),
    st.sampled_from(sorted(KNOWN.regions)),
    replies,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(some_cases, min_size=1, max_size=12), some_cases, st.randoms(use_true_random=False))
def test_the_order_of_filling_changes_nothing(cases: list[Case], query: Case, shuffler: random.Random):
    named = {f"case {i}": c for i, c in enumerate(cases)}
    other = list(named.items())
    shuffler.shuffle(other)
    straight, shuffled = index_of(named).search(query), index_of(dict(other)).search(query)
    assert straight == shuffled
    for a, b in pairwise(straight):
        assert (-a.score, a.id) < (-b.score, b.id)
    assert all(0 <= m.score <= 1 for m in straight)


@settings(max_examples=60, deadline=None)
@given(some_cases, some_cases)
def test_nothing_is_liker_than_the_case_itself_but_by_what_may_fit_neither(one: Case, other: Case):
    index = index_of({"itself": one, "other": other})
    scores = {m.id: m.score for m in index.search(one, mode=Mode.PATTERN)}
    assert scores.get("itself", 0) >= scores.get("other", 0) - 0.1
