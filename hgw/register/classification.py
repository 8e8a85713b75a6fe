"""Every column of every table, classified: whom it is about, what kind of data, why it is kept, how long, who reads it.

Each app writes that down in a `register.toml` beside its models, libraries stand in `libraries.toml` here:

    [default]                        # holds for each table of the file that says nothing else
    about = "student"                # student, guardian, staff, school or none
    purpose = "guidance"             # a purpose of words.toml: why
    term = "student"                 # a term of words.toml: how long
    readers = ["item"]               # objects of hgw/access.toml; none: no page shows it

    [Goal]                           # a table by the name of its model; "app.Model" in libraries.toml
    special = ["then_can"]           # a category, and its columns
    read_by = { status = ["audit"] } # columns that others read than the table says
    term_of = { status = "trace" }   # columns that are kept shorter or longer
    [Goal.staff]                     # columns about somebody else than the table
    identity = ["by"]

Columns that many tables have stand in `shared.toml`. A column that is classified nowhere fails a test: before a field
exists, somebody says why.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models

HERE = Path(__file__).parent
ABOUT = ("student", "guardian", "staff", "school", "none")
CATEGORIES = ("identity", "contact", "support", "special", "account", "technical")


@dataclass(frozen=True)
class Column:
    """One column: `table` is "app.Model". Of nobody: `about` is "school" or "none"."""

    table: str
    name: str
    about: str
    category: str
    purpose: str
    term: str
    readers: tuple[str, ...]

    @property
    def is_personal(self) -> bool:
        return self.about not in {"school", "none"}


@cache
def classified() -> tuple[Column, ...]:
    """Every column that the files and the tables have in common, table by table.

    Raises `ValueError` when a file uses a word that it may not use, or names one column twice.
    """
    written = {(column.table, column.name): column for column in _written()}
    return tuple(written[key] for key in columns() if key in written)


def in_many_tables() -> frozenset[str]:
    """The names of columns that many tables have, and that mean the same in each."""
    return frozenset(name for _about, _category, name in _shared())


def columns() -> list[tuple[str, str]]:
    """Every column of every table that Django knows: "app.Model", and the field."""
    return [(model._meta.label, field.name) for model in _models() for field in model._meta.concrete_fields]


def missing() -> set[tuple[str, str]]:
    """Columns that no file classifies."""
    return set(columns()) - {(column.table, column.name) for column in _written()}


def unknown() -> set[tuple[str, str]]:
    """Columns and tables that a file classifies and that do not exist."""
    return {(column.table, column.name) for column in _written()} - set(columns())


def _models() -> list[type[models.Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]


@cache
def _written() -> tuple[Column, ...]:
    found: dict[tuple[str, str], Column] = {}
    for app in apps.get_app_configs():
        file = Path(app.path) / "register.toml"
        if file.exists():
            _add(found, _of_file(file, f"{app.label}."))
    _add(found, _of_file(HERE / "libraries.toml", ""))
    return tuple(found.values())


def _add(found: dict[tuple[str, str], Column], more: Iterator[Column]) -> None:
    for column in more:
        if (column.table, column.name) in found:
            raise ValueError(f"{column.table}.{column.name} is classified twice")
        found[column.table, column.name] = column


def _of_file(file: Path, prefix: str) -> Iterator[Column]:
    """The columns of one file. In that of the libraries a table is [app.Model], which TOML reads as one inside the other."""
    tables = tomllib.loads(file.read_text())
    default = tables.pop("default")
    if not prefix:
        tables = {f"{app}.{name}": table for app, inside in tables.items() for name, table in inside.items()}
    for name, table in tables.items():
        yield from _of_table(prefix + name, default | table)


def _of_table(label: str, table: dict[str, Any]) -> Iterator[Column]:
    table = dict(table)
    about, purpose, term, readers = (table.pop(key) for key in ("about", "purpose", "term", "readers"))
    read_by, term_of = table.pop("read_by", {}), table.pop("term_of", {})
    others = {whose: table.pop(whose) for whose in ABOUT if whose in table}
    named = [*_named(about, table)]
    for whose, categories in others.items():
        named += _named(whose, categories)
    own = {name for _whose, _category, name in named}
    if loose := (set(read_by) | set(term_of)) - own:
        raise ValueError(f"{label}: {sorted(loose)} have no category")
    named += [one for one in _shared() if one[2] not in own and (label, one[2]) in _known()]
    for whose, category, name in named:
        if whose not in ABOUT or category not in CATEGORIES:
            raise ValueError(f"{label}.{name}: {whose} or {category} is no word for this")
        yield Column(label, name, whose, category, purpose, term_of.get(name, term), tuple(read_by.get(name, readers)))


def _named(about: str, categories: dict[str, list[str]]) -> list[tuple[str, str, str]]:
    return [(about, category, name) for category, names in categories.items() for name in names]


@cache
def _shared() -> tuple[tuple[str, str, str], ...]:
    groups = tomllib.loads((HERE / "shared.toml").read_text())
    return tuple(one for about, categories in groups.items() for one in _named(about, categories))


@cache
def _known() -> frozenset[tuple[str, str]]:
    return frozenset(columns())
