from typing import Any

from django.db import connection, migrations, models

from secondwind.search.backends import sqlite


def make_trigger(apps: Any, schema_editor: Any) -> None:
    """On SQLite the table was made anew, without its trigger."""
    if connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER IF EXISTS search_document_gone")
        sqlite.make_trigger(schema_editor)


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="document",
            name="has_outcome",
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(make_trigger, migrations.RunPython.noop),
    ]
