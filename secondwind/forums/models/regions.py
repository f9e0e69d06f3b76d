"""Which places of the body threads are about, as the clinic read them from their opening posts."""

from django.db import models

from secondwind.forums.models.threads import Thread


class ThreadRegion(models.Model):
    """One place of a thread. The same ids, in order, stand in `Thread.regions` for its own page."""

    thread = models.ForeignKey(Thread, models.CASCADE, related_name="region_rows")
    region = models.CharField(max_length=60)  # an id of the knowledge's regions

    class Meta:
        constraints = (models.UniqueConstraint(fields=["thread", "region"], name="forums_region_once"),)
        indexes = (models.Index(fields=["region"], name="forums_region"),)

    def __str__(self) -> str:
        return f"{self.region} in thread {self.thread_id}"
