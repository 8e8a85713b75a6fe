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

# Asked once for each table of a question, not for each row; and plain enough for an index on the school. As all of
# the schools there are, the word for the whole installation needs no second condition, which would be in the way of it.
SCHOOLS = (
    f"(SELECT CASE current_setting('{SETTING}', true) WHEN '{WHOLE}' THEN ARRAY(SELECT id FROM accounts_school)"
    f" ELSE NULLIF(current_setting('{SETTING}', true), '')::uuid[] END)"
)
OF_SCHOOL = f"school_id = ANY ({SCHOOLS}::uuid[])"


def under(table: str, column: str) -> str:
    """The condition for a row without a school: that the row it hangs on is there.

    Who works for the whole installation may write it before that one: moving does.
    """
    return f"current_setting('{SETTING}', true) = '{WHOLE}' OR EXISTS (SELECT FROM {table} WHERE {table}.id = {column})"


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
