"""What `check --deploy` asks of the database server: that it keeps what it says it keeps, and that its policies hold us."""

from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError, InterfaceError, connection

# How somebody gets past the policies of hgw/storage/row_security.py.
PAST_POLICIES = {
    "superuser": "is a superuser: no policy holds it",
    "bypassrls": "has BYPASSRLS: no policy holds it",
    "owner": "owns the tables, and can take their policies away; HGW_OWNER_DATABASE_URL is for who owns them",
}
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


@register(Tags.security, deploy=True)
def role_that_policies_hold(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A warning when the role we work with can get past the policies that keep schools apart."""
    if connection.vendor != "postgresql":
        return []
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolname, rolsuper, rolbypassrls, EXISTS (SELECT FROM pg_class"
                " WHERE relrowsecurity AND pg_has_role(relowner, 'USAGE')) FROM pg_roles WHERE rolname = current_user"
            )
            name, *found = cursor.fetchone()
    except (DatabaseError, InterfaceError):
        return []
    # A superuser is everything at once: one thing to mend.
    past = [why for why, is_so in zip(PAST_POLICIES, found, strict=True) if is_so][: 1 if found[0] else None]
    return [Warning(f"The role {name} on PostgreSQL {PAST_POLICIES[why]}.", id=f"hgw.{why}") for why in past]
