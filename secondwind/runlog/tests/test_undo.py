"""An import that is taken back leaves the log as it was before, to the digit."""

from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.forms.models import model_to_dict

from secondwind.runlog.actions import imports
from secondwind.runlog.actions.keep import keep
from secondwind.runlog.actions.undo import Edited, undo
from secondwind.runlog.errors import Refused
from secondwind.runlog.models import Batch, BatchState, Original, Run, Shoe, ShoeUse, Track
from secondwind.runlog.tests import strava_export
from secondwind.runlog.uploads import Incoming
from secondwind.running.archives import Facts
from secondwind.running.files import read
from secondwind.running.tests.making import START, fit_file, gpx_file, recording

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path_factory) -> None:
    settings.VAR_DIR = tmp_path_factory.mktemp("var")


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "export.zip"
    strava_export.make(path, fit=12, gpx=5, tcx=2, manual=2, twins=2, minutes=(5, 8))
    return path


def taken_in(owner, path: Path) -> Batch:
    batch = imports.begin(owner, [Incoming(path.name, path)])[0]
    batch.refresh_from_db()
    assert batch.state == BatchState.DONE
    return batch


def everything(owner) -> list[object]:
    """All that a log holds, with every value."""
    rows: list[object] = []
    for model in (Run, Shoe):
        rows += [
            model_to_dict(one) | {"pk": one.pk} for one in model.objects.filter(owner=owner).order_by("pk")
        ]
    rows += list(ShoeUse.objects.filter(run__owner=owner).order_by("pk").values())
    rows += [(one.pk, bytes(one.columns)) for one in Track.objects.filter(run__owner=owner).order_by("pk")]
    rows += list(Original.objects.filter(owner=owner).order_by("pk").values("sha256", "file", "size"))
    return rows


def test_what_was_there_before_is_as_it_was_and_the_rest_is_gone(
    alice, export, a_shoe, django_capture_on_commit_callbacks
):
    run = read("a.fit", fit_file(recording(500), start=int(strava_export.FIRST.timestamp()) - 900_000_000))[0]
    keep(alice, run, facts=Facts("garmin", gear="Brand Trainer"))
    a_shoe(alice, "Never worn")
    before = everything(alice)
    batch = taken_in(alice, export)
    names = [str(one.file.name) for one in Original.objects.all()]
    with django_capture_on_commit_callbacks(execute=True):
        assert undo(batch) == 19
    assert everything(alice) == before
    assert not any(map(default_storage.exists, names))
    batch.refresh_from_db()
    assert batch.state == BatchState.UNDONE
    with pytest.raises(Refused, match="already"):
        undo(batch)


def test_what_a_twin_took_over_is_taken_back(alice, export, tmp_path):
    typed = Facts("diary", id="1", start=START, sport="running", distance_m=2_600, elapsed_s=899)
    keep(alice, typed.activity(), facts=typed)
    before = everything(alice)
    file = tmp_path / "a.gpx"
    file.write_bytes(gpx_file(recording(900), START, "With a name"))
    batch = taken_in(alice, file)
    run = Run.objects.get()
    assert (run.name, run.has_track) == ("With a name", True)
    undo(batch)
    assert everything(alice) == before


def test_a_twin_that_was_changed_since_keeps_the_change(alice, tmp_path):
    keep(alice, read("a.fit", fit_file(recording(900)))[0])
    file = tmp_path / "a.gpx"
    file.write_bytes(gpx_file(recording(900), START, "With a name"))
    batch = taken_in(alice, file)
    Run.objects.update(name="My own words")
    undo(batch)
    assert Run.objects.get().name == "My own words"


def test_edited_runs_are_asked_about_first(alice, export):
    batch = taken_in(alice, export)
    edited = Run.objects.filter(owner=alice)[0]
    Run.objects.filter(pk=edited.pk).update(edited_at=START, name="Mine")
    with pytest.raises(Edited, match="One run of this import was edited since"):
        undo(batch)
    assert Run.objects.count() == 19
    undo(batch, edited="keep")
    assert [run.name for run in Run.objects.all()] == ["Mine"]
    assert Original.objects.count() == (1 if edited.original_id else 0)
    assert Shoe.objects.count() == ShoeUse.objects.count()


def test_edited_runs_go_too_when_their_owner_says_so(alice, as_, export):
    batch = taken_in(alice, export)
    Run.objects.update(edited_at=START)
    client = as_(alice)
    asked = client.post(f"/log/import/{batch.pk}/undo/")
    assert asked.status_code == 422
    assert "Take back everything" in asked.content.decode()
    assert client.post(f"/log/import/{batch.pk}/undo/", {"edited": "remove"}).status_code == 303
    assert not Run.objects.exists()


def test_a_shoe_that_was_worn_since_or_cared_for_stays(alice, export, a_run):
    batch = taken_in(alice, export)
    worn, noted, *_ = Shoe.objects.order_by("pk")
    ShoeUse.objects.create(run=a_run(alice, START.date()), shoe=worn)
    Shoe.objects.filter(pk=noted.pk).update(note="left one squeaks")
    undo(batch)
    assert set(Shoe.objects.all()) == {worn, noted}


def test_a_running_import_must_be_paused_first(alice, export):
    batch = taken_in(alice, export)
    Batch.objects.update(state=BatchState.RUNNING)
    with pytest.raises(Refused, match="Pause"):
        undo(batch)
    Batch.objects.update(state=BatchState.PAUSED)
    assert undo(batch) == 19


def test_of_two_imports_of_one_run_the_second_is_taken_back_alone(alice, export):
    first, second = taken_in(alice, export), taken_in(alice, export)
    before = everything(alice)
    assert undo(second) == 0
    assert everything(alice) == before
    assert undo(first) == 19
    assert everything(alice) == []
