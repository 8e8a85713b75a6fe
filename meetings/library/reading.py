"""Reads the data files: each table of a file becomes a tuple of frozen objects, in the order of the file.

The dataclass is the description of its table: a key too many, a key too few, another type or the same key twice is a
`DataFault` that names file, table and row.
"""

import tomllib
from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

DATA = Path(__file__).parent / "data"


class DataFault(ValueError):
    """A data file of the library does not hold what it should; the message says where."""


def read[T](file: str, table: str, kind: type[T]) -> tuple[T, ...]:
    """Return the rows of one table. The first field of `kind` tells rows apart: no two may have the same."""
    found = _load(file).get(table)
    if not isinstance(found, list) or not found:
        raise DataFault(f"{file}: no table [[{table}]]")
    rows = tuple(_build(f"{file}: {table}[{n}]", row, kind) for n, row in enumerate(found))
    key = fields(kind)[0].name  # type: ignore[arg-type]  # every kind is a dataclass, which a type variable cannot say
    seen: set[object] = set()
    for n, row in enumerate(rows):
        if getattr(row, key) in seen:
            raise DataFault(f"{file}: {table}[{n}].{key}: {getattr(row, key)} stands in the table twice")
        seen.add(getattr(row, key))
    return rows


def read_value[T](file: str, key: str, kind: type[T]) -> T:
    """Return the one value that stands under `key` at the top of the file."""
    found = _load(file)
    if key not in found:
        raise DataFault(f"{file}: {key} is missing")
    value: T = _value(f"{file}: {key}", found[key], kind)
    return value


def _load(file: str) -> dict[str, Any]:
    try:
        return tomllib.loads((DATA / file).read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, tomllib.TOMLDecodeError) as fault:
        raise DataFault(f"{file}: {fault}") from fault


def _build(where: str, row: object, kind: type) -> Any:
    if not isinstance(row, dict):
        raise DataFault(f"{where}: expected keys and values, found {row!r}")
    known = {field.name: field for field in fields(kind)}
    unknown = sorted(row.keys() - known.keys())
    if unknown:
        raise DataFault(f"{where}: unknown key {', '.join(unknown)}")
    missing = [name for name, field in known.items() if name not in row and field.default is MISSING]
    if missing:
        raise DataFault(f"{where}: {', '.join(missing)} is missing")
    hints = get_type_hints(kind)
    values = {name: _value(f"{where}.{name}", value, hints[name]) for name, value in row.items()}
    try:
        return kind(**values)
    except ValueError as fault:
        raise DataFault(f"{where}: {fault}") from fault


def _value(where: str, value: object, hint: Any) -> Any:
    if get_origin(hint) is UnionType:  # `X | None`: TOML has no null, so what stands there is an X
        (hint,) = (option for option in get_args(hint) if option is not NoneType)
    if get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise DataFault(f"{where}: expected a list, found {value!r}")
        return tuple(_value(f"{where}[{n}]", entry, get_args(hint)[0]) for n, entry in enumerate(value))
    if is_dataclass(hint):
        return _build(where, value, hint)  # type: ignore[arg-type]  # a type hint is a class, never an instance
    if type(value) is not hint:
        raise DataFault(f"{where}: expected {hint.__name__}, found {value!r}")
    if value == "":
        raise DataFault(f"{where}: empty; leave the key out")
    return value
