"""What is kept for searching. The words of the index itself lie in `backends`."""

from django.conf import settings
from django.db import models

from secondwind.accounts.models import Audience


class Side(models.TextChoices):
    """Which side of the body a question is about."""

    NONE = "", "not told"
    LEFT = "left", "left"
    RIGHT = "right", "right"
    BOTH = "both", "both"


class Document(models.Model):
    """One text that can be found: a post, or whatever a room registered as a kind.

    Documents of one `group` (the posts of a thread) are one result; the one that `leads` it has the title.
    What everybody may not read is not in the index, but for what members alone may read.

    On SQLite a trigger takes the words of a deleted row out of the index, so that nothing that deletes rows
    can forget it. A migration that alters this table must make the trigger again (`sqlite.make_trigger`).
    """

    kind = models.CharField(max_length=12)
    ref = models.BigIntegerField()  # the id of what it is a text of
    group = models.BigIntegerField()
    leads = models.BooleanField(default=False)
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    written_at = models.DateTimeField()
    place = models.BigIntegerField(null=True, blank=True)  # the forum
    is_answered = models.BooleanField(default=False)
    has_outcome = models.BooleanField(default=False)  # everybody may see how it went
    regions = models.CharField(max_length=300, blank=True)  # places of the clinic's vocabulary, by spaces
    side = models.CharField(max_length=5, choices=Side, default=Side.NONE, blank=True)
    audience = models.CharField(max_length=8, choices=Audience, default=Audience.EVERYONE)
    version = models.CharField(max_length=20)  # of what made its tokens

    class Meta:
        constraints = (models.UniqueConstraint(fields=["kind", "ref"], name="search_document_once"),)
        indexes = (
            models.Index(fields=["kind", "group"], name="search_document_group"),
            models.Index(fields=["kind", "version", "ref"], name="search_document_version"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"


class Word(models.Model):
    """A token of the index: in how many documents it stands, and how it is written there.

    A new word comes in with its first document; `tasks.count_words` counts all of them again.
    """

    token = models.CharField(max_length=70, unique=True)
    shown = models.CharField(max_length=70)
    documents = models.PositiveIntegerField(default=1)
    size = models.PositiveSmallIntegerField()
    start = models.CharField(max_length=2)  # where a typo is looked for: words that begin or end alike
    end = models.CharField(max_length=2)

    class Meta:
        indexes = (
            models.Index(fields=["start", "size"], name="search_word_start"),
            models.Index(fields=["end", "size"], name="search_word_end"),
        )

    def __str__(self) -> str:
        return self.shown


class Likeness(models.Model):
    """That one group is like another. A group that has been compared has a row about itself."""

    kind = models.CharField(max_length=12)
    group = models.BigIntegerField()
    other = models.BigIntegerField()
    score = models.FloatField()  # 0 to 1

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["kind", "group", "other"], name="search_likeness_once"),
        )
        indexes = (models.Index(fields=["kind", "other"], name="search_likeness_other"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.group} and {self.other}: {self.score:.2f}"
