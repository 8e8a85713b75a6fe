"""On PostgreSQL, the table that says whose rights changed a moment ago (meetings/room/store.py)."""

from typing import Any

from django.db import migrations

TABLE = (
    "CREATE UNLOGGED TABLE IF NOT EXISTS room_rights"
    " (whose varchar(36) PRIMARY KEY, stamp varchar(36) NOT NULL, at double precision NOT NULL)"
)


def make(apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(TABLE)


def drop(apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP TABLE IF EXISTS room_rights")


class Migration(migrations.Migration):
    dependencies = [("meetings", "0005_room")]
    operations = [migrations.RunPython(make, drop)]
