"""How often the API was asked."""

from django.db import models


class Tally(models.Model):
    """How many requests came from somebody within a minute. `who` is a digest that tells no address."""

    who = models.CharField(max_length=64)
    minute = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["who", "minute"], name="api_tally_once"),)
        indexes = (models.Index(fields=["minute"], name="api_tally_minute"),)

    def __str__(self) -> str:
        return f"{self.count} at {self.minute:%Y-%m-%d %H:%M}"
