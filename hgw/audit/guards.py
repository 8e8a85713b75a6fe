"""What the tables of the trace themselves refuse, whatever program asks: no entry and no seal is changed or taken away.

A change of these tables that copies them (SQLite does that for most) loses the guards: the migration that makes it sets
them again. `on` and `off` give statements for a cursor.
"""

TABLES = ("audit_entry", "audit_seal")
SAID = "the trace is never changed"
FUNCTION = "audit_is_never_changed"


def on(vendor: str) -> list[str]:
    """The statements that set the guards, for `sqlite` or `postgresql`."""
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{act} BEFORE {act} ON {table} BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
            for table in TABLES
            for act in ("UPDATE", "DELETE")
        ]
    refuse = f"BEGIN RAISE EXCEPTION '{SAID}' USING ERRCODE = 'restrict_violation'; END"
    return [
        f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS '{refuse.replace(chr(39), chr(39) * 2)}'",
        *(
            f"CREATE TRIGGER {table}_{name} BEFORE {acts} ON {table} FOR EACH {each} EXECUTE FUNCTION {FUNCTION}()"
            for table in TABLES
            for name, acts, each in (("stays", "UPDATE OR DELETE", "ROW"), ("stays_whole", "TRUNCATE", "STATEMENT"))
        ),
    ]


def off(vendor: str) -> list[str]:
    """The statements that take the guards away again: for a migration that changes the tables, and for tests."""
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {table}_no_{act}" for table in TABLES for act in ("UPDATE", "DELETE")]
    triggers = [
        f"DROP TRIGGER IF EXISTS {table}_{name} ON {table}" for table in TABLES for name in ("stays", "stays_whole")
    ]
    return [*triggers, f"DROP FUNCTION IF EXISTS {FUNCTION}()"]
