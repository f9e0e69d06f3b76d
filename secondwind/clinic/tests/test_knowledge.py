"""The knowledge: that it loads, what is said of it when it is wrong, and its copy in the cache."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from secondwind.clinic import knowledge
from secondwind.clinic.knowledge import KnowledgeError, Problem, load
from secondwind.clinic.knowledge.check import check
from secondwind.clinic.model import Reply, Urgency

Edit = Callable[[str, str, str], None]


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the data files, with a cache directory of its own."""
    monkeypatch.setenv("SECONDWIND_CACHE", str(tmp_path / "cache"))
    return shutil.copytree(
        knowledge.HERE,
        tmp_path / "data",
        ignore=shutil.ignore_patterns("*.py", "schema", "language", "__pycache__"),
    )


@pytest.fixture
def edit(copy: Path) -> Edit:
    """Replaces a text that stands once in a file of the copy."""

    def change(file: str, old: str, new: str) -> None:
        path = copy / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    return change


def line_of(copy: Path, file: str, text: str) -> int:
    lines = (copy / file).read_text(encoding="utf-8").splitlines()
    return 1 + next(i for i, line in enumerate(lines) if text in line)


def only_problem(copy: Path) -> Problem:
    problems = check(copy)
    assert len(problems) == 1, "\n".join(map(str, problems))
    return problems[0]


def test_the_shipped_knowledge_is_right() -> None:
    assert check(knowledge.HERE) == []


def test_it_has_every_part_of_the_vocabulary() -> None:
    known = load()
    assert known.conditions["dvt"].urgency is Urgency.SAME_DAY
    assert known.regions["knee"].members
    assert known.regions["knee"].fine == known.regions["knee"].members
    assert known.findings["act_hop"].self_test
    assert known.tests["xray"].clear_sets == {"inv_xray_neg": Reply.YES}
    assert known.screens["every_case"]
    assert known.sources["expert"].status == "expert"
    assert len(known.version) == 12
    assert load() is known


def test_yes_and_no_are_words_in_every_data_file(copy: Path, edit: Edit) -> None:
    edit("tests.yaml", "clear_sets: {inv_mri_neg: 'yes'}", "clear_sets: {inv_mri_neg: yes}")
    assert load(copy).tests["mri"].clear_sets == {"inv_mri_neg": Reply.YES}


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("conditions/dvt.yaml", "{id: time_rest,", "{id: time_resting,", "unknown finding 'time_resting'"),
        ("conditions/dvt.yaml", "calf_lower: 0.5", "calf_bottom: 0.5", "unknown region 'calf_bottom'"),
        ("conditions/dvt.yaml", "calf_lower: 0.5", "calf: 0.5", "'calf' is a wider place"),
        ("conditions/dvt.yaml", "return_plan: none", "return_plan: rest", "unknown return plan 'rest'"),
        ("conditions/dvt.yaml", "[goodacre2005, wells]", "[goodacre]", "unknown source 'goodacre'"),
        ("conditions/dvt.yaml", "onset_sudden, lr_pos: 0.6", "onset_sudden, lr_pos: 6", "same side of 1"),
        ("conditions/dvt.yaml", "{id: onset_sudden,", "{id: time_night,", "'time_night' is given already"),
        ("conditions/dvt.yaml", "urgency: same_day", "urgency: soon", "'soon' is not one of"),
        ("conditions/dvt.yaml", "prior: 1\n", "prior: often\n", "'often' is not of type 'number'"),
        ("conditions/dvt.yaml", "course: ", "curse: ", "'curse' was unexpected"),
        ("danger_signs.yaml", "any: [rf_testicle]", "any: [rf_testes]", "unknown finding 'rf_testes'"),
        ("danger_signs.yaml", "[extensor_rupture]", "[extensor]", "unknown condition 'extensor'"),
        ("findings.yaml", "id: onset_pop, group: onset,", "id: onset_pop, group: start,", "'start'"),
        ("findings.yaml", "group: onset, base: 0.05,", "group: onset,", "both question and"),
        ("engine.yaml", "hop_tests: [act_hop]", "hop_tests: [act_hops]", "unknown finding 'act_hops'"),
        ("implied.yaml", "then: hx_back,", "then: hx_bak,", "unknown finding 'hx_bak'"),
        ("return_plans.yaml", "nerve:\n", "nerve:\n  pain_limt: 2\n", "'pain_limt' was unexpected"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_file_and_line(
    copy: Path, edit: Edit, file: str, old: str, new: str, words: str
) -> None:
    line = line_of(copy, file, old.strip()) + new.strip().count("\n")
    edit(file, old, new)
    told = [p for p in check(copy) if words in p.message]
    assert [(p.file, p.line) for p in told] == [(file, line)]


def test_neighbours_that_do_not_agree_are_a_mistake(copy: Path, edit: Edit) -> None:
    edit("regions.yaml", "neighbours: [knee_below_cap]}", "neighbours: []}")
    problem = only_problem(copy)
    assert (
        "'knee_below_cap' names the neighbour 'knee_tubercle', which does not name it back" in problem.message
    )
    assert problem.line == line_of(copy, "regions.yaml", "{id: knee_below_cap,")


def test_a_key_that_stands_twice_is_a_mistake(copy: Path, edit: Edit) -> None:
    edit("conditions/dvt.yaml", "red_flag: true\n", "red_flag: true\nfamily: vein\n")
    problem = only_problem(copy)
    assert "'family' stands twice" in problem.message
    assert problem.line == line_of(copy, "conditions/dvt.yaml", "family: vein")


def test_what_is_no_yaml_is_a_mistake(copy: Path, edit: Edit) -> None:
    edit("conditions/dvt.yaml", "regions: {calf_mid_deep", "regions: {{calf_mid_deep")
    problem = only_problem(copy)
    assert problem.file == "conditions/dvt.yaml"
    assert "not YAML" in problem.message


def test_an_id_that_is_taken_is_a_mistake(copy: Path, edit: Edit) -> None:
    edit("findings.yaml", "- {id: onset_sudden,", "- {id: onset_pop,")
    told = [p for p in check(copy) if "'onset_pop' is taken already" in p.message]
    assert [p.line for p in told] == [line_of(copy, "findings.yaml", "{id: onset_pop,") + 1]


def test_a_published_weight_needs_its_figure(copy: Path, edit: Edit) -> None:
    weight = "sign_swell_calf, lr_pos: 8.0, lr_neg: 0.4, basis: "
    edit("conditions/dvt.yaml", weight + "expert", weight + "published")
    assert "needs published_value" in only_problem(copy).message


def test_a_finding_that_nobody_uses_is_a_mistake(copy: Path) -> None:
    path = copy / "findings.yaml"
    path.write_text(
        path.read_text(encoding="utf-8")
        + "- {id: act_yawn, group: activity, base: 0.1, question: Yawning?}\n",
        encoding="utf-8",
    )
    problem = only_problem(copy)
    assert "'act_yawn' is asked, but" in problem.message
    assert problem.line == line_of(copy, "findings.yaml", "act_yawn")


def test_a_danger_sign_may_not_follow_from_what_could_be_taken_back(copy: Path) -> None:
    path = copy / "implied.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text
        + "- {id: IM900, then: rf_fever, reply: yes, no_any: [act_walk], why: test}\n"
        + "- {id: IM901, then: rf_fever, reply: no, any: [act_walk], why: test}\n",
        encoding="utf-8",
    )
    told = [p.message for p in check(copy)]
    assert any(
        "IM900: 'rf_fever' is a danger sign, which cannot follow from no_any" in words for words in told
    )
    assert any(
        "IM901: 'rf_fever' is a danger sign, which is never answered with no" in words for words in told
    )


def test_missing_and_strange_files_are_told(copy: Path) -> None:
    (copy / "tests.yaml").unlink()
    (copy / "conditions" / "dvt.yml").write_text("name: x\n", encoding="utf-8")
    told = {(p.file, p.message.split(":")[0]) for p in check(copy)}
    assert ("tests.yaml", "this file is missing") in told
    assert any(file == "conditions/dvt.yml" and "nobody reads" in words for file, words in told)


def test_loading_wrong_data_raises_every_problem(copy: Path, edit: Edit) -> None:
    edit("conditions/dvt.yaml", "return_plan: none", "return_plan: rest")
    edit("conditions/mtss.yaml", "return_plan: tendon", "return_plan: tendons")
    with pytest.raises(KnowledgeError) as raised:
        load(copy)
    assert [p.file for p in raised.value.problems] == ["conditions/dvt.yaml", "conditions/mtss.yaml"]
    assert "conditions/dvt.yaml:" in str(raised.value)


def test_the_copy_in_the_cache_is_the_same_knowledge(copy: Path, tmp_path: Path) -> None:
    (copy / "language").mkdir()
    (copy / "language" / "words.yaml").write_text(
        "no: [no, never, 'off']\nnumbers: {one: 1}\n", encoding="utf-8"
    )
    fresh = load(copy)
    assert fresh.language == {"words": {"no": ["no", "never", "off"], "numbers": {"one": 1}}}
    kept = list((tmp_path / "cache").glob("*.json"))
    assert len(kept) == 1
    knowledge.forget()
    again = load(copy)
    assert again is not fresh
    assert again.version == fresh.version
    for part in (
        "conditions",
        "findings",
        "regions",
        "rules",
        "screens",
        "implications",
        "plans",
        "language",
        "tests",
    ):
        assert getattr(again, part) == getattr(fresh, part), part


def test_a_changed_file_is_another_version(copy: Path, edit: Edit) -> None:
    before = load(copy).version
    edit("conditions/dvt.yaml", "course: Needs anticoagulation", "course: Needs blood thinners")
    knowledge.forget()
    changed = load(copy)
    assert changed.version != before
    assert changed.conditions["dvt"].course == "Needs blood thinners"


@pytest.mark.parametrize("content", ["", "{", "[]", "null"])
def test_a_spoilt_copy_in_the_cache_is_read_anew(copy: Path, tmp_path: Path, content: str) -> None:
    fresh = load(copy)
    (kept,) = (tmp_path / "cache").glob("*.json")
    kept.write_text(content, encoding="utf-8")
    knowledge.forget()
    assert load(copy).conditions == fresh.conditions
    assert json.loads(kept.read_text(encoding="utf-8"))["conditions"]


def test_a_cache_that_cannot_be_written_is_no_error(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "blocked").write_text("a file, not a directory", encoding="utf-8")
    monkeypatch.setenv("SECONDWIND_CACHE", str(tmp_path / "blocked" / "cache"))
    assert load(copy).conditions


def test_rules_and_screens_only_ask_what_can_be_answered() -> None:
    known = load()
    for rule in known.rules:
        assert {*rule.any, *rule.all} <= set(known.findings), rule.id
    for area in known.areas:
        assert all(known.findings[f].question for f in known.screens[area]), area
