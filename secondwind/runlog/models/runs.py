"""A run, the ground under it, and its recorded track."""

from datetime import datetime, timedelta, timezone

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Surface(models.TextChoices):
    """What is underfoot."""

    UNKNOWN = "", _("not said")
    ROAD = "road", _("road")
    TRAIL = "trail", _("trail")
    GRAVEL = "gravel", _("gravel or forest road")
    TRACK = "track", _("track")
    TREADMILL = "treadmill", _("treadmill")
    GRASS = "grass", _("grass")
    SAND = "sand", _("sand")
    SNOW = "snow", _("snow")


class SurfaceSource(models.TextChoices):
    """Who said so, the more trusted first."""

    OWNER = "owner", _("by you")
    DEVICE = "device", _("by your device")
    ROUTE = "route", _("from the last run on this route")
    SHOE = "shoe", _("from the shoe")
    NOBODY = "", ""


class Run(models.Model):
    """One activity of somebody. Runs are those whose `sport` is running; others are kept and not counted.

    What a device or the track did not tell is null. Distances and heights in metres, times in seconds.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="runs")
    start = models.DateTimeField()  # UTC
    offset_s = models.IntegerField(null=True, blank=True)  # of local time there and then, when known
    day = models.DateField()  # the local day
    sport = models.CharField(_("sport"), max_length=30, default="running")
    sub_sport = models.CharField(max_length=30, blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    notes = models.TextField(_("notes"), blank=True)

    distance_m = models.FloatField(_("distance"), null=True, blank=True)
    elapsed_s = models.FloatField(_("time"), null=True, blank=True)
    moving_s = models.FloatField(null=True, blank=True)
    heart_rate_bpm = models.FloatField(null=True, blank=True)  # the mean
    climb_m = models.FloatField(_("climb"), null=True, blank=True)
    descent_m = models.FloatField(null=True, blank=True)
    flat_equivalent_m = models.FloatField(null=True, blank=True)
    steep_descent_m = models.FloatField(null=True, blank=True)
    switchbacks = models.PositiveIntegerField(null=True, blank=True)
    turns = models.PositiveIntegerField(null=True, blank=True)
    heading_change_deg = models.FloatField(null=True, blank=True)
    grades = models.JSONField(default=list)  # [from, to, metres] of each bin of the survey
    splits = models.JSONField(default=list)  # seconds of each full kilometre
    best_efforts = models.JSONField(default=dict)  # metres -> seconds
    laps = models.JSONField(default=list)  # [start_s, elapsed_s, distance_m]
    warnings = models.JSONField(default=list)  # sentences of the reader

    rpe = models.PositiveSmallIntegerField(
        _("effort, 0 to 10"), null=True, blank=True, validators=[MaxValueValidator(10)]
    )
    feeling = models.PositiveSmallIntegerField(
        _("feeling, 1 bad to 5 good"), null=True, blank=True, validators=[MaxValueValidator(5)]
    )
    weather = models.CharField(_("weather"), max_length=100, blank=True)
    surface = models.CharField(
        _("surface"), max_length=9, choices=Surface, default=Surface.UNKNOWN, blank=True
    )
    surface_source = models.CharField(
        max_length=6, choices=SurfaceSource, default=SurfaceSource.NOBODY, blank=True
    )
    route_key = models.CharField(max_length=40, blank=True)  # the same for runs over the same ground

    batch = models.ForeignKey("runlog.Batch", models.SET_NULL, null=True, blank=True, related_name="runs")
    original = models.ForeignKey(
        "runlog.Original", models.SET_NULL, null=True, blank=True, related_name="runs"
    )
    part = models.PositiveSmallIntegerField(default=1)  # which activity of the original it is
    external_id = models.CharField(max_length=60, blank=True)  # "strava:123"
    device = models.CharField(max_length=100, blank=True)
    has_track = models.BooleanField(default=False)
    edited_at = models.DateTimeField(null=True, blank=True)  # by hand, after it came in

    class Meta:
        ordering = ("-start", "-id")
        indexes = (
            models.Index(fields=["owner", "-start"], name="runlog_run_by_start"),
            models.Index(fields=["owner", "day"], name="runlog_run_by_day"),
            models.Index(fields=["owner", "route_key"], name="runlog_run_by_route"),
        )

    def __str__(self) -> str:
        return self.name or f"{self.sport} on {self.day}"

    @property
    def is_run(self) -> bool:
        """Whether it counts in the statistics of running."""
        return self.sport == "running"

    @property
    def local_start(self) -> datetime:
        """The start on the clock that the runner saw, or in UTC when nobody knows."""
        return self.start.astimezone(timezone(timedelta(seconds=self.offset_s or 0)))


class SurfacePart(models.Model):
    """A share of a run on another surface, as its owner said. The shares of a run sum to one."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="surface_parts")
    surface = models.CharField(max_length=9, choices=Surface)
    share = models.FloatField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["run", "surface"], name="runlog_surface_once"),)

    def __str__(self) -> str:
        return f"{self.share:.0%} {self.surface}"


class Track(models.Model):
    """The recorded samples of a run, as one compressed file of NumPy columns (`tracks.packed`)."""

    run = models.OneToOneField(Run, models.CASCADE, related_name="track", primary_key=True)
    columns = models.BinaryField()

    def __str__(self) -> str:
        return f"track of run {self.run_id}"
