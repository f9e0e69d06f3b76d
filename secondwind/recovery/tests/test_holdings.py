"""What this room has of somebody goes along with them, and goes when they go."""

import io
import json
import zipfile
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder

from secondwind.accounts import erasure, export
from secondwind.recovery.actions import holdings
from secondwind.recovery.models import (
    Asking,
    Excerpt,
    Experiment,
    MorningQuestion,
    Pain,
    Return,
    ReturnEvent,
    WeekReport,
)
from secondwind.runlog.actions import restore as log_restore
from secondwind.runlog.models import Run


def everything(owner, a_pain) -> None:
    day = date(2026, 5, 2)
    a_pain(owner, day, morning=3, note="Stairs.")
    plan = Return.objects.create(owner=owner, plan="tendon", region="calf_lower", started_on=day)
    ReturnEvent.objects.create(plan=plan, day=day)
    Excerpt.objects.create(owner=owner, svg="<svg/>", description="Twelve weeks.")
    MorningQuestion.objects.create(
        owner=owner, day=day, asked_at="2026-05-03T07:00Z", expires_at="2026-05-04T07:00Z"
    )


def test_all_of_it_is_in_the_archive_and_no_key_is(alice, bob, a_pain):
    everything(alice, a_pain)
    everything(bob, a_pain)
    with export.archive(alice) as file, zipfile.ZipFile(file) as archive:
        pain = json.loads(archive.read("recovery/pain.json"))
        plan = json.loads(archive.read("recovery/returns.json"))
        told = b"".join(archive.read(name) for name in archive.namelist())

    assert [(row["day"], row["morning"], row["note"]) for row in pain] == [("2026-05-02", 3, "Stairs.")]
    assert len(plan) == 1
    for model in (MorningQuestion, Excerpt):
        assert not any(row.key.encode() in told for row in model.objects.all())


def files(owner):
    return {
        name: json.loads(json.dumps(rows, cls=DjangoJSONEncoder)) for name, rows in holdings.collect(owner)
    }


def told(owner):
    """What the export says, without the numbers of one database."""
    numbers = {"id", "run_id", "plan_id"}
    return {
        name: [{key: value for key, value in row.items() if key not in numbers} for row in rows]
        for name, rows in files(owner).items()
        if name != "excerpts.json"
    }


def test_all_that_was_told_comes_back_to_its_runs_and_once(alice, bob, a_pain, a_run):
    day = date(2026, 5, 2)
    run = a_run(alice, day)
    everything(alice, a_pain)
    Pain.objects.update(run=run, tags=["act_downhill"], signs=["rf_no_weight"], made_at="2026-05-03T06:00Z")
    ReturnEvent.objects.update(run=run)
    WeekReport.objects.create(owner=alice, monday=date(2026, 5, 4), volume=2)
    Asking.objects.create(owner=alice, morning_mail=False, morning_hour=9)
    Experiment.objects.create(
        owner=alice, region="calf_lower", slot="morning", exposure="surface: trail", label="trail runs",
        seed=7, blocks=4, sore=3, started_on=day,
    )  # fmt: skip
    with export.archive(alice) as file:
        archive = io.BytesIO(file.read())
    for owner, count in ((bob, 4), (bob, 0), (alice, 0)):
        counts = log_restore.restore(owner, archive)
        assert (counts.others, counts.problems) == (count, [])
        assert told(owner) == told(alice)
    assert not Excerpt.objects.filter(owner=bob).exists()
    own = Run.objects.get(owner=bob)
    assert Pain.objects.get(owner=bob).run == own
    assert ReturnEvent.objects.get(plan__owner=bob).run == own
    assert not set(MorningQuestion.objects.filter(owner=bob).values_list("key")) & set(
        MorningQuestion.objects.filter(owner=alice).values_list("key")
    )


def test_pain_comes_back_to_runs_that_are_there_and_later_edits_stay(alice, a_pain, a_run):
    run = a_run(alice, date(2026, 5, 2))
    a_pain(alice, run.day, run=run, morning=3)
    a_pain(alice, run.day, region="heel_bottom_inner", run=run, after=4)
    with export.archive(alice) as file:
        archive = io.BytesIO(file.read())
    Pain.objects.filter(region="heel_bottom_inner").delete()
    Pain.objects.update(morning=7)
    log_restore.restore(alice, archive)
    found = Pain.objects.order_by("-region")
    assert [(pain.morning, pain.after, pain.run) for pain in found] == [(7, None, run), (None, 4, run)]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("pain", {"after": 11}),
        ("pain", {"region": "moon"}),
        ("pain", {"day": "never"}),
        ("pain", {"note": "x" * 301}),
        ("returns", {"plan": "nothing"}),
        ("returns", {"first_stage": 99}),
        ("weeks", {"monday": "2026-05-05"}),
        ("weeks", {"pain": 4}),
        ("experiments", {"blocks": 10_000}),
        ("experiments", {"started_on": "9999-12-30"}),
        ("experiments", {"made_at": "0001-01-01T00:00:00+14:00"}),
        ("pain", {"day": "1899-12-31"}),
        ("pain", {"changed_at": "9999-12-31T23:59:59-12:00"}),
        ("pain", {"note": None}),
        ("questions", {"expires_at": "0001-01-01T00:00:00Z"}),
    ],
)
def test_what_no_form_would_take_is_named_and_left_out(alice, bob, a_pain, name, values):
    everything(alice, a_pain)
    WeekReport.objects.create(owner=alice, monday=date(2026, 5, 4))
    Experiment.objects.create(
        owner=alice, region="calf_lower", slot="morning", exposure="a", label="a", seed=7, blocks=4, sore=3,
        started_on=date(2026, 5, 2),
    )  # fmt: skip
    rows = [row | values for row in files(alice)[f"{name}.json"]]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("log/runs.json", "[]")
        archive.writestr(f"recovery/{name}.json", json.dumps(rows))
    counts = log_restore.restore(bob, out)
    assert counts.others == 0
    assert len(counts.problems) == 1


def test_what_was_told_of_a_plan_comes_back_when_the_first_time_was_cut_short(alice, bob, a_pain):
    everything(alice, a_pain)
    ReturnEvent.objects.create(plan=Return.objects.get(), day=date(2026, 5, 3))
    with export.archive(alice) as file:
        archive = io.BytesIO(file.read())
    log_restore.restore(bob, archive)
    ReturnEvent.objects.filter(plan__owner=bob, day=date(2026, 5, 3)).delete()
    for _again in range(2):
        assert log_restore.restore(bob, archive).problems == []
        assert told(bob) == told(alice)


def archive_of_pain(days):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        rows = [{"region": "calf_lower", "after": 2, "day": day.isoformat()} for day in days]
        archive.writestr("log/runs.json", "[]")
        archive.writestr("recovery/pain.json", json.dumps(rows))
    return out


def test_a_long_list_comes_back_in_steps_between_which_it_can_be_stopped(bob):
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(3 * log_restore.BETWEEN)]
    kept = [Pain.objects.count() for _counts in log_restore.steps(bob, archive_of_pain(days))]
    assert max(later - earlier for earlier, later in pairwise(kept)) <= log_restore.BETWEEN
    assert kept[-1] == len(days)


def test_of_a_list_without_end_the_first_rows_are_read_and_that_is_said(bob, monkeypatch):
    monkeypatch.setattr(log_restore, "MOST_ROWS", 3)
    counts = log_restore.restore(bob, archive_of_pain([date(2026, 1, day) for day in range(1, 6)]))
    assert Pain.objects.count() == counts.others == 3
    assert counts.problems == ["Only the first 3 entries of recovery/pain.json are read."]


@pytest.mark.parametrize("content", ["", "{}", "[1, null, []]", "[[[[", '[{"id": 1}]'])
def test_lists_that_are_none_restore_nothing_and_break_nothing(bob, content):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("log/runs.json", "[]")
        for name in ("pain", "returns", "return_events", "asking"):
            archive.writestr(f"recovery/{name}.json", content)
    assert log_restore.restore(bob, out).others == 0


def test_nothing_is_left_of_who_leaves(alice, bob, a_pain):
    everything(alice, a_pain)
    everything(bob, a_pain)
    erasure.erase(alice, keep_posts=True)

    assert Pain.objects.get().owner == bob
    for model in apps.get_app_config("recovery").get_models():
        if any(field.name == "owner" for field in model._meta.fields):
            assert not model._default_manager.exclude(owner=bob).exists()
