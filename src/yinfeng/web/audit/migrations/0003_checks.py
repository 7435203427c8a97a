"""Checks of the trail are kept, append-only too; PostgreSQL's TRUNCATE is refused like a DELETE."""

from django.db import migrations, models

_SQLITE = [
    f"CREATE TRIGGER audit_check_no_{what.lower()} BEFORE {what} ON audit_check "
    "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
    for what in ("UPDATE", "DELETE")
]
_POSTGRESQL = [
    "CREATE TRIGGER audit_check_append_only BEFORE UPDATE OR DELETE ON audit_check "
    "FOR EACH ROW EXECUTE FUNCTION audit_entry_refuse()",
    *(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_refuse()"
        for table in ("audit_entry", "audit_check")
    ),
]


def _add_triggers(apps, schema_editor):
    statements = _SQLITE if schema_editor.connection.vendor == "sqlite" else _POSTGRESQL
    for statement in statements:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """The table of checks, an index by time, triggers."""

    dependencies = [("audit", "0002_append_only")]
    operations = [
        migrations.CreateModel(
            name="Check",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("entries", models.BigIntegerField()),
                ("head", models.CharField(max_length=64)),
                ("faults", models.JSONField(default=list)),
            ],
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["at"], name="audit_at"),
        ),
        migrations.RunPython(_add_triggers, migrations.RunPython.noop),
    ]
