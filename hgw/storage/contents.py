"""What a database holds, as sums that are equal where the contents are: on SQLite and on PostgreSQL, before and after.

Two sums a table. That of the texts takes what people typed, by row: an empty field counts as none, so that a new column
of a later version changes nothing. That of everything takes every column. Rows are summed up in no order: databases
sort letters differently. Web sessions are no content.
"""

import datetime
import hashlib
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import connection, connections, models
from django.db.utils import load_backend

from hgw.accounts.models import Session
from hgw.storage.row_security import WHOLE
from hgw.text import SHORT
from hgw.transaction import reading

LIBRARIES = ("django", "allauth")


@dataclass(frozen=True)
class Table:
    """The sums of one table."""

    name: str
    rows: int
    texts: str
    everything: str


def kept_models() -> list[type[models.Model]]:
    """One model for each table that is content."""
    found = {
        model._meta.db_table: model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model is not Session
    }
    return [found[name] for name in sorted(found)]


def typed_fields(model: type[models.Model]) -> list[str]:
    """The columns with what people wrote."""
    if model.__module__.startswith(LIBRARIES):
        return []
    return [field.name for field in model._meta.concrete_fields if _is_typed(field)]


def _is_typed(field: Any) -> bool:
    if isinstance(field, models.TextField | models.JSONField | models.EmailField):
        return True
    return isinstance(field, models.CharField) and not field.choices and (field.max_length or 0) >= SHORT


def tables(using: str = "default") -> list[Table]:
    """The sums of every table, as the tables are now: one that is not there has no rows. In a transaction of the caller."""
    opened = connections[using]
    with opened.cursor() as cursor:
        there = set(opened.introspection.table_names(cursor))
        columns = {
            model: _columns(cursor, opened.ops.quote_name(model._meta.db_table))
            for model in kept_models()
            if model._meta.db_table in there
        }
    return [_table(model, columns.get(model, set()), using) for model in kept_models()]


def _columns(cursor: Any, table: str) -> set[str]:
    """The names alone: what Django asks of a table of SQLite besides takes longer than reading all rows of a school."""
    cursor.execute(f"SELECT * FROM {table} LIMIT 0")
    return {column[0] for column in cursor.description}


def _table(model: type[models.Model], columns: set[str], using: str) -> Table:
    fields = [field for field in model._meta.concrete_fields if field.column in columns]
    names, typed = [field.attname for field in fields], set(typed_fields(model))
    texts: list[bytes] = []
    everything: list[bytes] = []
    rows = model._base_manager.using(using).order_by().values_list("pk", *names).iterator(2000) if fields else ()
    for pk, *values in rows:
        row = {name: _plain(value) for name, value in zip(names, values, strict=True)}
        everything.append(_sum(row))
        texts.append(
            _sum([str(pk), {name: row[name] for name in typed & set(row) if row[name] not in (None, "", [], {})}])
        )
    return Table(model._meta.db_table, len(texts), _sum_of(texts), _sum_of(everything))


def _plain(value: Any) -> Any:
    """A column's value as JSON holds it, whatever the database made of it."""
    match value:
        case bytes() | memoryview():
            return hashlib.sha256(bytes(value)).hexdigest()
        case datetime.datetime():
            return value.astimezone(datetime.UTC).isoformat()
        case datetime.date() | datetime.time():
            return value.isoformat()
        case datetime.timedelta():
            return value.total_seconds()
        case Decimal():
            return str(value.normalize())
        case uuid.UUID():
            return str(value)
        case tuple():
            return list(value)
    return value


def _sum(value: Any) -> bytes:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).digest()


def _sum_of(rows: list[bytes]) -> str:
    return hashlib.sha256(b"".join(sorted(rows))).hexdigest()


def lines(found: list[Table]) -> list[str]:
    """`table TAB rows TAB sha256` for each table of typed text, and `total TAB rows TAB sha256`."""
    typed = {model._meta.db_table for model in kept_models() if typed_fields(model)}
    shown = [(table.name, table.rows, table.texts) for table in found if table.name in typed]
    # A table that a later version adds is empty, and changes nothing.
    filled = [line for line in shown if line[1]]
    total = ("total", sum(rows for _name, rows, _sum in shown), hashlib.sha256(repr(filled).encode()).hexdigest())
    return ["\t".join(map(str, line)) for line in (*shown, total)]


@contextmanager
def snapshot() -> Iterator[None]:
    """A read-only transaction for the whole installation that sees one moment, however long it lasts."""
    with reading(WHOLE):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                without_limits(cursor)
        yield


def without_limits(cursor: Any) -> None:
    """Let this transaction on PostgreSQL take its time."""
    cursor.execute("SET LOCAL statement_timeout = 0")
    cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")


@contextmanager
def opened(entry: dict[str, Any], name: str) -> Iterator[Any]:
    """Another database beside ours, for as long as the block lasts."""
    whole = connections.configure_settings({"default": entry})["default"]
    connections[name] = load_backend(whole["ENGINE"]).DatabaseWrapper(whole, name)
    try:
        yield connections[name]
    finally:
        connections[name].close()
        del connections[name]
