"""What this room has of somebody goes along with them, and goes when they go."""

import json
import zipfile
from datetime import date

from django.apps import apps

from secondwind.accounts import erasure, export
from secondwind.recovery.models import Excerpt, MorningQuestion, Pain, Return, ReturnEvent


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


def test_nothing_is_left_of_who_leaves(alice, bob, a_pain):
    everything(alice, a_pain)
    everything(bob, a_pain)
    erasure.erase(alice, keep_posts=True)

    assert Pain.objects.get().owner == bob
    for model in apps.get_app_config("recovery").get_models():
        if any(field.name == "owner" for field in model._meta.fields):
            assert not model._default_manager.exclude(owner=bob).exists()
