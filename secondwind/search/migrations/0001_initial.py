from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from secondwind.search.backends import backend


def make(apps: Any, schema_editor: Any) -> None:
    """The words of the index, which no model describes."""
    backend().make(schema_editor)


def unmake(apps: Any, schema_editor: Any) -> None:
    """Take them away again."""
    backend().unmake(schema_editor)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Likeness",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=12)),
                ("group", models.BigIntegerField()),
                ("other", models.BigIntegerField()),
                ("score", models.FloatField()),
            ],
            options={
                "indexes": [models.Index(fields=["kind", "other"], name="search_likeness_other")],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "group", "other"), name="search_likeness_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Word",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token", models.CharField(max_length=70, unique=True)),
                ("shown", models.CharField(max_length=70)),
                ("documents", models.PositiveIntegerField(default=1)),
                ("size", models.PositiveSmallIntegerField()),
                ("start", models.CharField(max_length=2)),
                ("end", models.CharField(max_length=2)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["start", "size"], name="search_word_start"),
                    models.Index(fields=["end", "size"], name="search_word_end"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=12)),
                ("ref", models.BigIntegerField()),
                ("group", models.BigIntegerField()),
                ("leads", models.BooleanField(default=False)),
                ("title", models.CharField(blank=True, max_length=200)),
                ("text", models.TextField()),
                ("written_at", models.DateTimeField()),
                ("place", models.BigIntegerField(blank=True, null=True)),
                ("is_answered", models.BooleanField(default=False)),
                ("regions", models.CharField(blank=True, max_length=300)),
                (
                    "side",
                    models.CharField(
                        blank=True,
                        choices=[("", "not told"), ("left", "left"), ("right", "right"), ("both", "both")],
                        default="",
                        max_length=5,
                    ),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("everyone", "everyone"),
                            ("members", "signed-in members"),
                            ("nobody", "only me"),
                        ],
                        default="everyone",
                        max_length=8,
                    ),
                ),
                ("version", models.CharField(max_length=20)),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["kind", "group"], name="search_document_group"),
                    models.Index(fields=["kind", "version", "ref"], name="search_document_version"),
                ],
                "constraints": [models.UniqueConstraint(fields=("kind", "ref"), name="search_document_once")],
            },
        ),
        migrations.RunPython(make, unmake),
    ]
