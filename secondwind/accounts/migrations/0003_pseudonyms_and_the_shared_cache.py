from django.apps.registry import Apps
from django.core.management import call_command
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import secondwind.accounts.pseudonyms


def fill_keys(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for user in apps.get_model("accounts", "User").objects.all():
        user.username_key = secondwind.accounts.pseudonyms.key_of(user.username)
        user.save(update_fields=["username_key"])


def make_cache_table(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    call_command("createcachetable", "secondwind_cache", database=schema_editor.connection.alias, verbosity=0)


def drop_cache_table(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute("DROP TABLE secondwind_cache")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_remove_user_first_name_remove_user_last_name_and_more"),
    ]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="username",
            field=models.CharField(
                error_messages={"unique": "Somebody has this pseudonym already."},
                help_text="3 to 30 letters, digits, dots, hyphens and underscores. Everybody sees it, and it stays as it is.",
                max_length=30,
                unique=True,
                validators=[secondwind.accounts.pseudonyms.validate_pseudonym],
                verbose_name="pseudonym",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="username_key",
            field=models.CharField(max_length=90, null=True, editable=False),
        ),
        migrations.RunPython(fill_keys, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="user",
            name="username_key",
            field=models.CharField(max_length=90, unique=True, editable=False),
        ),
        migrations.RunPython(make_cache_table, drop_cache_table),
    ]
