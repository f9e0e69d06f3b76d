"""The keys with which programs sent files are access tokens of the accounts now, and go on opening what they did."""

from typing import Any

from django.db import migrations


def hand_over(apps: Any, schema_editor: Any) -> None:
    tokens = apps.get_model("accounts", "AccessToken")
    keys = apps.get_model("runlog", "UploadToken").objects.order_by("pk")
    tokens.objects.bulk_create(
        tokens(
            owner_id=key.owner_id, name=key.name, hash=key.hash, scopes=["runs:write"], made_at=key.made_at,
            used_at=key.used_at,
        )
        for key in keys.iterator()
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("runlog", "0003_what_a_share_shows"),
        ("accounts", "0005_access_tokens"),
    ]

    operations = [
        migrations.RunPython(hand_over, migrations.RunPython.noop),
        migrations.DeleteModel(name="UploadToken"),
    ]
