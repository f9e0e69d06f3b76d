"""`secondwind check` and `secondwind case`: lines in, lines out, and what happens to bad ones."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from secondwind.cli import main
from secondwind.clinic import Urgency, load
from secondwind.clinic.answer import NO_SIGN

TRAIL = (
    "The outside of both my lower legs hurts the day after a trail run, from the ankle bone up about 8 in."
    " It is worst when pushing off with my forefoot. It never hurts from road running. I tried a foam roller."
)
CALF = (
    "My left calf is swollen, clearly bigger than the right, and it aches at rest. I flew home two weeks ago."
)

Run = Callable[..., tuple[int, str, str]]


class Stdin(io.TextIOWrapper):
    """Standard input that is not a terminal."""

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content), encoding="utf-8")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command with these words and this standard input: status, output, complaints."""

    def go(*words: str, given: str | bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", Stdin(given.encode() if isinstance(given, str) else given))
        status = main(words)
        told = capsys.readouterr()
        return status, told.out, told.err

    return go


def lines(*values: Any) -> str:
    return "".join(json.dumps(v) + "\n" for v in values)


def parsed(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_each_line_is_answered_in_the_agreed_shape(run: Run) -> None:
    status, out, _ = run(
        "check", "--jsonl", "-", given=lines({"id": "a", "text": TRAIL}, {"id": 7, "text": CALF})
    )
    assert status == 0
    first, second = parsed(out)
    assert (first["id"], second["id"]) == ("a", 7)
    assert {"id", "case", "urgency", "alarms", "ranked", "next_questions"} <= set(first)
    assert first["alarms"] == []
    assert first["ranked"][0]["condition"] == "peroneal_muscle_overuse"
    assert {"condition", "name", "share", "for", "against"} <= set(first["ranked"][0])
    assert "act_pushoff" in first["ranked"][0]["for"]
    assert sum(c["share"] for c in first["ranked"]) + first["other_share"] == pytest.approx(1, abs=1e-3)
    assert second["urgency"] == "same_day"
    (alarm,) = (a for a in second["alarms"] if a["rule"] == "RF18")
    assert alarm["action"] == "same_day"
    assert "sign_swell_calf" in alarm["because"]
    assert {first["urgency"], second["urgency"]} <= {u.value for u in Urgency}


def test_the_case_shows_what_was_understood_and_from_which_words(run: Run) -> None:
    _, out, _ = run("check", "--jsonl", given=lines({"id": "a", "text": TRAIL}))
    case = parsed(out)[0]["case"]
    items = {(i["kind"], i["id"]): i for i in case["items"]}
    assert items["finding", "act_pushoff"]["reply"] == "yes"
    assert items["finding", "act_pushoff"]["words"] in TRAIL
    assert case["is_injury"] is True
    assert case["side"] == "both"


def test_the_clot_is_asked_about_before_anything_for_a_calf(run: Run) -> None:
    account = "No pain during my long run. That night the back of my left knee hurt, and my left calf."
    _, out, _ = run("check", "--jsonl", given=lines({"id": "a", "text": account}))
    asked = [q["finding"] for q in parsed(out)[0]["next_questions"]]
    assert asked[:2] == ["sign_swell_calf", "rf_clot_risk"]
    assert len(asked) == len(set(asked)) > 3


def test_answers_of_a_line_are_taken(run: Run) -> None:
    given = lines({"id": "a", "text": TRAIL, "answers": {"rf_dark_urine": "yes", "sign_swell_calf": "no"}})
    _, out, _ = run("check", "--jsonl", given=given)
    answer = parsed(out)[0]
    assert answer["urgency"] == "emergency"
    assert "sign_swell_calf" not in answer["unasked"]


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("{not json}", "not JSON"),
        ('["a"]', "must be an object"),
        ('{"id": "x"}', "'text' is missing"),
        ('{"id": "x", "text": 5}', "'text' must be text, not a number"),
        ('{"id": "x", "text": "knee", "answers": ["act_walk"]}', "'answers' must be an object"),
        ('{"id": "x", "text": "knee", "answers": {"act_wlk": "yes"}}', "no finding 'act_wlk'"),
        ('{"id": "x", "text": "knee", "answers": {"act_walk": "perhaps"}}', "must be yes, no or unsure"),
        ('{"id": "x", "text": "' + "a" * 100_001 + '"}', "100001 characters; at most 100000"),
    ],
)
def test_a_bad_line_is_told_and_the_run_goes_on(run: Run, bad: str, words: str) -> None:
    given = lines({"id": "a", "text": TRAIL}) + "\n" + bad + "\n" + lines({"id": "b", "text": CALF})
    status, out, _ = run("check", "--jsonl", given=given)
    first, error, last = parsed(out)
    assert status == 1
    assert (first["id"], last["id"]) == ("a", "b")
    assert words in error["error"]
    assert error["line"] == 3
    assert error.get("id", "x") == "x"


def test_a_line_that_is_not_utf8_is_told(run: Run) -> None:
    status, out, _ = run("check", "--jsonl", given=b'{"id": "a", "text": "caf\xe9"}\n')
    assert status == 1
    assert parsed(out)[0]["line"] == 1


def test_explain_comes_with_the_line(run: Run) -> None:
    _, out, _ = run("check", "--jsonl", "--explain", given=lines({"id": "a", "text": TRAIL}))
    assert "prior 8 per 1000" in parsed(out)[0]["explain"]


def test_one_account_from_a_file_as_json(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "account.txt"
    file.write_text(TRAIL, encoding="utf-8")
    status, out, _ = run("check", "--json", str(file))
    assert status == 0
    assert parsed(out)[0]["ranked"][0]["condition"] == "peroneal_muscle_overuse"


def test_people_get_urgency_then_what_fits_then_what_to_answer(run: Run) -> None:
    status, out, _ = run("check", given=TRAIL)
    assert status == 0
    name = load().conditions["peroneal_muscle_overuse"].name
    order = [
        out.index(text) for text in ("Self-care is reasonable", NO_SIGN, "What fits:", name, "Please answer")
    ]
    assert order == sorted(order)
    assert "fits well" in out
    assert load().findings["sign_swell_calf"].question.split("?")[0][:40] in out


def test_an_emergency_shows_no_ranking(run: Run) -> None:
    _, out, _ = run("check", given="My urine is dark like cola after the race and my thighs hurt terribly.")
    assert out.startswith("EMERGENCY")
    assert "What fits" not in out
    assert "Possible muscle breakdown" in out


def test_what_is_no_injury_is_said_to_be_none(run: Run) -> None:
    _, out, _ = run("check", given="Which marathon has the nicest medal and the best party afterwards?")
    assert out.startswith("This does not read like an account of an injury.")


def test_a_file_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    for options in (["--jsonl"], []):
        status, out, err = run("check", *options, str(tmp_path / "nothing.txt"))
        assert (status, out) == (2, "")
        assert "cannot read" in err
        assert "nothing.txt" in err


def test_words_never_promise_too_much(run: Run) -> None:
    for text in (TRAIL, CALF, ""):
        _, out, _ = run("check", "--explain", given=text)
        assert "you have " not in out.lower().replace("you have somebody", "")
        assert "ruled out" not in out.lower()
        assert "it does not diagnose" in out


# secondwind case extract


def test_extract_gives_a_line_for_a_page(run: Run) -> None:
    page = {"id": "t1", "title": "Outer lower leg", "text": TRAIL}
    status, out, _ = run("case", "extract", given=lines(page, {"id": "t2", "text": CALF}))
    assert status == 0
    first, second = parsed(out)
    assert (first["id"], second["id"]) == ("t1", "t2")
    assert first["is_injury"] is True
    assert "lower_leg_lateral" in first["op"]["regions"]
    assert first["op"]["surface"] == ["trail"]
    assert "road" in first["op"]["denied"]


def test_extract_goes_on_after_a_bad_line(run: Run) -> None:
    given = '{"id": "t1"}\n' + lines({"id": ["t2"], "text": "x"}, {"id": "t3", "title": "", "text": CALF})
    status, out, _ = run("case", "extract", "-", given=given)
    assert status == 1
    assert [(r.get("line"), r.get("id")) for r in parsed(out)] == [(1, "t1"), (2, None), (None, "t3")]
