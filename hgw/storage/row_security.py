"""The second net under the door (hgw/access.py), on PostgreSQL: a row of a school is there only for who works for it.

`hgw.transaction` says in each transaction for which schools it works; without a word of it there are no rows, and none
can be written. The policies know schools and nothing else: who reads what inside a school stays with the door.

A migration that makes a table with a `school` sets its policy with `policies`; a test asks for it. `FORCE`, because else the role
that owns a table is let past; a superuser and a role with BYPASSRLS always are (`check --deploy` says so).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db import migrations

SETTING = "hgw.schools"  # of a transaction: nothing, the ids of schools as an array of PostgreSQL, or `WHOLE`
WHOLE = "*"  # the whole installation
POLICY = "own_schools"

# Each part is asked once for each table of a question, not for each row; what an index finds is found with it as before.
EVERYBODY = f"(SELECT current_setting('{SETTING}', true) = '{WHOLE}')"
THESE = f"(SELECT NULLIF(NULLIF(current_setting('{SETTING}', true), ''), '{WHOLE}')::uuid[])"
OF_SCHOOL = f"{EVERYBODY} OR school_id = ANY ({THESE}::uuid[])"


def under(table: str, column: str) -> str:
    """The condition for a row without a school: that the row it hangs on is there."""
    return f"{EVERYBODY} OR EXISTS (SELECT FROM {table} WHERE {table}.id = {column})"


def policies(tables: Mapping[str, str]) -> "migrations.RunPython":
    """The step of a migration that sets the policy on these tables, each with its condition. SQLite has none."""

    from django.db import migrations  # only a migration wants it; the words above are read before Django is set up

    def on(_apps: Any, editor: Any) -> None:
        for table, condition in tables.items():
            _run(
                editor,
                f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
                f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
                f"CREATE POLICY {POLICY} ON {table} USING ({condition})",
            )

    def off(_apps: Any, editor: Any) -> None:
        for table in tables:
            _run(
                editor,
                f"DROP POLICY {POLICY} ON {table}",
                f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
                f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
            )

    return migrations.RunPython(on, off)


def _run(editor: Any, *statements: str) -> None:
    for statement in statements if editor.connection.vendor == "postgresql" else ():
        editor.execute(statement, params=None)
