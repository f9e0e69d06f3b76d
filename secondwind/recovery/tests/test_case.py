"""What the log can say of a case: counted by hand here, handed to the check, marked there with its runs."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from secondwind.clinic.model import Reply
from secondwind.recovery import evidence
from secondwind.recovery.history import History, Outing
from secondwind.recovery.queries import Levels, Site

LEG = Site("leg_outer_lower", "left")
SHOES = ("Peregrine", "Ghost", "Pegasus")
MAY = date(2026, 5, 2)


def story(trails: int = 12, roads: int = 41, *, trail_pain: int = 5, road_pain: int = 1) -> History:
    """Runs every second day, three pairs in rotation; the morning after trail it hurts."""
    runs, pain = [], {}
    for i in range(trails + roads):
        day = MAY + timedelta(days=2 * i)
        is_trail = i % 4 == 0 and i // 4 < trails
        runs.append(
            Outing(i + 1, day, 8000, surfaces={"trail" if is_trail else "road": 1}, shoes={SHOES[i % 3]: 1})
        )
        pain[day] = {LEG: Levels(after=0, morning=trail_pain if is_trail else road_pain)}
    return History(tuple(runs), pain)


def said(history: History) -> dict[str, tuple[Reply, str]]:
    return {one.finding: (one.reply, one.say) for one in evidence.findings(history, LEG.region, {})}


def test_only_after_trail_is_counted_with_its_runs():
    found = {one.finding: one for one in evidence.findings(story(), LEG.region, {})}
    only = found["act_trail_only"]

    assert (only.reply, only.say) == (Reply.YES, "12 of 12 trail runs, 0 of 41 road runs, since May 2026")
    assert {run.surface for run in only.runs} == {"trail"}
    assert len(only.runs) == 12
    assert found["time_next_day"].say == "worst the next morning on 12 of 12 sore days, since May 2026"
    assert found["both_sides"].reply is Reply.NO
    assert found["ctx_same_all_shoes"].say == "4 of 4 in Peregrine, 4 of 4 in Ghost, 4 of 4 in Pegasus"


@pytest.mark.parametrize(
    ("history", "finding", "reply"),
    [
        (story(road_pain=4), "act_trail_only", Reply.NO),
        (story(trails=4), "act_trail_only", None),
        (story(roads=4), "act_trail_only", None),
        (story(trail_pain=2), "ctx_trail", None),
        (story(trails=2), "ctx_trail", None),
        (story(trails=3, roads=9), "ctx_trail", Reply.YES),
    ],
)
def test_too_little_or_unclear_says_nothing(history, finding, reply):
    assert said(history).get(finding, (None,))[0] is reply


def test_milder_in_the_morning_and_both_legs():
    runs = tuple(Outing(i, MAY + timedelta(days=2 * i), 8000) for i in range(4))
    sides = {LEG: Levels(during=4, morning=1), Site(LEG.region, "right"): Levels(during=3, morning=0)}
    found = said(History(runs, {run.day: sides for run in runs}))

    assert found["time_next_day"][0] is Reply.NO
    assert found["both_sides"] == (Reply.YES, "both legs on 4 of 4 sore days")


def test_a_spike_before_it_began():
    runs = [Outing(i, MAY + timedelta(days=2 * i), 8000) for i in range(4)]
    runs[0] = Outing(0, MAY, 12_000, over=0.5)
    pain = {run.day: {LEG: Levels(after=4)} for run in runs[1:]}
    assert said(History(tuple(runs), pain))["ctx_load_spike"][1].startswith("a run 50 % longer")
    runs[0] = Outing(0, MAY, 8800, over=0.1)
    assert "ctx_load_spike" not in said(History(tuple(runs), pain))


def test_what_was_told_on_three_days_is_said():
    found = evidence.findings(story(), LEG.region, {"act_downhill": 3, "act_fast": 2})
    assert [one.finding for one in found if one.finding.startswith("act_d")] == ["act_downhill"]
    assert not any(one.finding == "act_fast" for one in found)


# --- To the check -------------------------------------------------------------------------------------------


@pytest.fixture
def told(alice, a_run, a_pain, a_shoe):
    """Eight weeks of trail and road; it hurts the morning after trail."""
    today = timezone.localdate()
    for i in range(28):
        day = today - timedelta(days=2 * i + 1)
        trail = i % 4 == 0
        run = a_run(alice, day, surface="trail" if trail else "road")
        a_pain(alice, day, run=run, after=0, morning=5 if trail else 0, tags=["act_pushoff"] if trail else [])
    return alice


def test_the_page_links_each_finding_to_its_runs(as_, told):
    page = as_(told).get("/log/pain/case/").content.decode()
    assert "7 of 7 trail runs, 0 of 21 road runs" in page
    assert len(set(re.findall(r"/log/runs/\d+/", page))) >= 7


def test_the_check_takes_them_marked_as_from_the_log_and_keeps_them_to_the_answer(as_, told):
    browser = as_(told)
    page = browser.get("/log/pain/case/").content.decode()
    form = page.partition('action="/check/understood/"')[2].partition("</form>")[0]
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form))
    assert fields["region"] == "leg_outer_lower"
    understood = browser.post("/check/understood/", fields).content.decode()

    assert understood.count('<span class="tag">your log</span>') >= 3
    assert "7 of 7 trail runs, 0 of 21 road runs" in understood
    assert 'href="/log/pain/case/"' in understood
    answer = browser.post("/check/answer/", fields | {"screened": "1", "none": "1"}).content.decode()
    assert "only after trail running" in answer
    assert 'name="log.finding.act_trail_only"' in answer


def test_what_the_runner_corrects_is_theirs_and_not_the_logs(as_, told, client):
    fields = {"region": "leg_outer_lower", "log.finding.act_trail_only": "yes|7 of 7 trail runs"}
    corrected = client.post(
        "/check/understood/", fields | {"say.finding.act_trail_only": "no"}
    ).content.decode()
    assert "not: only after trail running" in corrected
    assert '<span class="tag">your log</span>' not in corrected
    dropped = client.post(
        "/check/understood/", fields | {"say.finding.act_trail_only": "drop"}
    ).content.decode()
    assert 'id="chip-finding-act_trail_only"' not in dropped


def test_no_log_answers_a_danger_sign_or_speaks_over_the_runner(client):
    sent = {
        "text": "My outer lower leg hurts. It is worse downhill.",
        "log.finding.rf_no_weight": "no|0 of 9 runs",
        "log.finding.act_downhill": "no|0 of 9 runs",
        "log.finding.no_such": "yes|9 of 9",
        "log.place.calf_lower": "yes|9 of 9",
        "log.finding.act_fast": "perhaps|9 of 9",
    }
    page = client.post("/check/understood/", sent).content.decode()
    assert '<span class="tag">your log</span>' not in page
    assert "no_such" in page  # left out with a remark
    assert "not: downhill is worse" not in page


def test_nobody_elses_log_is_on_the_page(as_, told, bob):
    page = as_(bob).get("/log/pain/case/").content.decode()
    assert "trail runs" not in page
    assert "No pain stands in your log yet" in page
