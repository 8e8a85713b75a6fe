"""What `check --deploy` asks of the database server: that it keeps what it says it keeps."""

from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError, InterfaceError, connection

DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}


@register(Tags.security, deploy=True)
def durable_postgres(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A warning per setting with which a power cut takes what was called saved. A server that is away says nothing."""
    if connection.vendor != "postgresql":
        return []
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(DURABLE)])
            found = dict(cursor.fetchall())
    except (DatabaseError, InterfaceError):
        return []
    return [
        Warning(f"PostgreSQL has {name} {found.get(name)}: a power cut takes what was saved.", id=f"hgw.{name}")
        for name, wanted in DURABLE.items()
        if found.get(name) != wanted
    ]
