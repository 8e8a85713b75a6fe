"""Moving everything to another database, of the same kind or of the other one, while nobody can save."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import batched
from typing import Any

from django.core.management.color import no_style
from django.db import connection, connections, models, transaction
from django.db.migrations.recorder import MigrationRecorder

from hgw.accounts.models import School, Session, User
from hgw.audit.models import Entry
from hgw.commands import Refusal
from hgw.storage.contents import Table, kept_models, opened, tables, without_limits
from hgw.storage.row_security import SETTING, WHOLE
from hgw.transaction import writing

TARGET = "target"


class Different(Exception):
    """What arrived is not what left; the other database is as it was."""

    def __init__(self, here: list[Table], there: list[Table]) -> None:
        super().__init__("different")
        self.here, self.there = here, there


def move(entry: dict[str, Any]) -> tuple[list[Table], list[Table]]:
    """Copy every row into the empty database of a DATABASES entry; return the sums here and there.

    Nobody writes here meanwhile. Raises `Refusal` when the other database is not empty or has other tables, `Different`
    when it did not become equal; then it stays as it was.
    """
    with opened(entry, TARGET) as target, _nobody_writes():
        _refuse(target)
        with transaction.atomic(using=TARGET), _any_order(target):
            for model in reversed(_all()):
                model._base_manager.using(TARGET).all()._raw_delete(TARGET)  # what migrations put there comes along
            for model in _all():
                _copy(model)
            with target.cursor() as cursor:
                for statement in target.ops.sequence_reset_sql(no_style(), _all()):
                    cursor.execute(statement)
            here, there = tables(), tables(TARGET)
            if here != there:
                raise Different(here, there)
        return here, there


def _all() -> list[type[models.Model]]:
    return [*kept_models(), Session]  # people go on where they were


@contextmanager
def _nobody_writes() -> Iterator[None]:
    """Hold the one place where SQLite is written, or every table of PostgreSQL, until all is done."""
    with writing(WHOLE):
        if connection.vendor == "postgresql":
            names = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in _all())
            with connection.cursor() as cursor:
                without_limits(cursor)
                cursor.execute("SET LOCAL lock_timeout = '20s'")
                cursor.execute(f"LOCK TABLE {names} IN SHARE MODE")
        yield


def _refuse(target: Any) -> None:
    def done(at: Any) -> set[tuple[str, str]]:
        return set(MigrationRecorder(at).applied_migrations())

    if done(target) != done(connection):
        raise Refusal("The other database has not the tables of this version; migrate it first.")
    if any(model._base_manager.using(TARGET).exists() for model in (School, User, Entry, Session)):
        raise Refusal("The other database is not empty.")


@contextmanager
def _any_order(target: Any) -> Iterator[None]:
    """Ask only at the end whether each row finds the row it belongs to."""
    with target.cursor() as cursor:
        if target.vendor == "sqlite":
            cursor.execute("PRAGMA defer_foreign_keys = ON")
        else:
            without_limits(cursor)
            cursor.execute(f"SET LOCAL {SETTING} = %s", [WHOLE])
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        yield
        target.check_constraints()


def _copy(model: type[models.Model]) -> None:
    """Copy the rows as they are: no default, no date of today, no event."""
    fields = model._meta.local_concrete_fields
    rows = model._base_manager.order_by().iterator(1000)
    for some in batched(rows, max(1, connections[TARGET].ops.bulk_batch_size(fields, [None] * 1000))):
        query = models.sql.InsertQuery(model)
        query.insert_values(fields, list(some), raw=True)
        query.get_compiler(using=TARGET).execute_sql()
