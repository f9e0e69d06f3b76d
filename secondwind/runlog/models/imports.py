"""Imports: a batch, what became of each thing in it, the files as they came."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from secondwind.runlog.models.runs import Run


class BatchState(models.TextChoices):
    """How far an import is."""

    WAITING = "waiting", _("waits for its turn")
    RUNNING = "running", _("running")
    PAUSED = "paused", _("paused")
    DONE = "done", _("done")
    FAILED = "failed", _("could not be read")
    UNDONE = "undone", _("taken back")


class Outcome(models.TextChoices):
    """What became of one thing in an archive."""

    IMPORTED = "imported", _("imported")
    DUPLICATE = "duplicate", _("here already")
    SKIPPED = "skipped", _("no activity")
    DAMAGED = "damaged", _("damaged")


class Original(models.Model):
    """A file as it came, kept so that nothing is lost. Its owner may delete it; the run stays."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="originals")
    file = models.FileField(upload_to="originals/%Y/%m/", max_length=200)
    name = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()  # in bytes
    batch = models.ForeignKey(  # the import that brought it
        "runlog.Batch", models.SET_NULL, null=True, blank=True, related_name="originals"
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["owner", "sha256"], name="runlog_original_once"),)

    def __str__(self) -> str:
        return self.name


class Batch(models.Model):
    """One import: an upload or a file of the watched folder. `position` is the next index of the archive."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="batches")
    name = models.CharField(max_length=300)
    upload = models.FileField(upload_to="imports/%Y/%m/", blank=True)  # deleted when the batch is done
    kind = models.CharField(max_length=10, blank=True)  # of the archive: strava, garmin, zip, folder, file
    state = models.CharField(max_length=7, choices=BatchState, default=BatchState.WAITING)
    position = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    imported = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    damaged = models.PositiveIntegerField(default=0)
    warnings = models.JSONField(default=list)
    problem = models.TextField(blank=True)  # why it failed, as a sentence
    made_at = models.DateTimeField()
    beat_at = models.DateTimeField(null=True, blank=True)  # when a worker last said that it goes on
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-made_at", "-id")

    def __str__(self) -> str:
        return f"{self.name} of {self.made_at:%Y-%m-%d}"


class BatchLine(models.Model):
    """One line of a batch's report."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="lines")
    index = models.PositiveIntegerField()
    name = models.CharField(max_length=300)
    outcome = models.CharField(max_length=9, choices=Outcome)
    reason = models.CharField(max_length=500, blank=True)
    run = models.ForeignKey(Run, models.SET_NULL, null=True, blank=True, related_name="+")
    twin = models.ForeignKey(Run, models.SET_NULL, null=True, blank=True, related_name="+")
    merged = models.JSONField(default=dict)  # what the twin took over, so that it can be taken back

    class Meta:
        ordering = ("batch", "index", "id")
        indexes = (models.Index(fields=["batch", "outcome"], name="runlog_line_outcome"),)

    def __str__(self) -> str:
        return f"{self.name}: {self.outcome}"
