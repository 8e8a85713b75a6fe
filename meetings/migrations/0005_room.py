"""On PostgreSQL, the tables of what is true for seconds only (meetings/room/store.py); SQLite has a file of its own."""

from typing import Any

from django.db import migrations

TABLES = (
    "CREATE UNLOGGED TABLE IF NOT EXISTS room_number"
    " (meeting varchar(36) PRIMARY KEY, number bigint NOT NULL, checked double precision NOT NULL)",
    "CREATE UNLOGGED TABLE IF NOT EXISTS room_seen"
    " (meeting varchar(36) NOT NULL, person varchar(36) NOT NULL, tab varchar(36) NOT NULL, place varchar(80) NOT NULL,"
    " seen double precision NOT NULL, PRIMARY KEY (meeting, person, tab))",
    "CREATE UNLOGGED TABLE IF NOT EXISTS room_ready"
    " (meeting varchar(36) NOT NULL, person varchar(36) NOT NULL, step varchar(20) NOT NULL, PRIMARY KEY (meeting, person))",
)


def make(apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        for table in TABLES:
            editor.execute(table)


def drop(apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP TABLE IF EXISTS room_number, room_seen, room_ready")


class Migration(migrations.Migration):
    dependencies = [("meetings", "0004_school_word")]
    operations = [migrations.RunPython(make, drop)]
