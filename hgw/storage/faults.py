"""What is wrong inside a database, one line each: a broken file, a row that hangs on nothing, a text without its history."""

from collections.abc import Iterator
from itertools import batched
from typing import Any

from django.apps import apps
from django.db import connections

from hgw.items.models import Item, Revision, plain
from hgw.storage.contents import typed_fields

SOME = 10  # lines of one kind are enough to know


def faults(using: str = "default") -> Iterator[str]:
    """In a transaction of the caller. Ids only, never a text."""
    broken = list(file_faults(connections[using])) if connections[using].vendor == "sqlite" else []
    yield from broken
    if broken:
        return  # what stands in such rows may be anything
    with connections[using].cursor() as cursor:
        there = set(connections[using].introspection.table_names(cursor))
    for model in apps.get_models():
        if issubclass(model, Item) and model._meta.db_table in there:  # a newer release comes with tables of its own
            yield from _without_history(model, using)


def file_faults(opened: Any) -> Iterator[str]:
    """What SQLite itself says of its file. PostgreSQL keeps to its rules, or says so in its log."""
    with opened.cursor() as cursor:
        for (said,) in cursor.execute(f"PRAGMA integrity_check({SOME})").fetchall():
            if said != "ok":
                yield f"file\t{said}"
        for table, row, other, _key in cursor.execute("PRAGMA foreign_key_check").fetchmany(SOME):
            yield f"{table}\trow {row} belongs to a row of {other} that is not there"


def _without_history(model: type[Item], using: str) -> Iterator[str]:
    """Items whose version is not in the history with the same text. What came in with a file begins without history."""
    typed = typed_fields(model)
    rows = model._base_manager.using(using).order_by().values_list("pk", "version", *typed).iterator(2000)
    for some in batched(rows, 500):
        kept = {
            (item, version): content
            for item, version, content in Revision.objects.using(using)
            .filter(item__in=[row[0] for row in some])
            .exclude(act="set_aside")  # a text that was not taken is no version of the item
            .values_list("item", "version", "content")
        }
        for pk, version, *values in some:
            content = kept.get((pk, version))
            if content is None and version > 1:
                yield f"{model._meta.db_table}\t{pk} has no version {version} in its history"
            elif content is not None and _differs(content, dict(zip(typed, values, strict=True))):
                yield f"{model._meta.db_table}\t{pk} is not what its history says of version {version}"


def _differs(content: dict[str, Any], row: dict[str, Any]) -> bool:
    return any(content[name] != plain(value) for name, value in row.items() if name in content)
