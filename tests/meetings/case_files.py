"""The case files of the tests as plain data, to be changed by one thing and read again."""

import copy
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from meetings.cases.checking import read_case
from meetings.cases.faults import Refused
from meetings.cases.schema import GAS, PHASES, PLAN_TEXTS, STUDENTS, TABLE, Key, tables

FOLDER = Path(__file__).resolve().parent.parent / "cases"
NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))

Data = dict[str, Any]


def raw(name: str) -> bytes:
    return (FOLDER / f"{name}.yaml").read_bytes()


@cache
def _parsed(name: str) -> Data:
    return parsed(raw(name))


def parsed(data: bytes | str) -> Data:
    """The file as any reader of YAML sees it."""
    found: Data = yaml.safe_load(data)
    return found


def case(name: str) -> Data:
    """A copy of one of the files, free to be changed."""
    return copy.deepcopy(_parsed(name))


def written(data: Data) -> bytes:
    """Plain data as a case file. JSON is YAML, and leaves no doubt about quotes."""
    text = json.dumps(data, default=str, ensure_ascii=False)
    return text.replace("\u2028", "\\u2028").encode()  # a line break to YAML, around which blanks fall away


def faults(data: Data | bytes) -> list[str]:
    """The faults of a case, as lines."""
    try:
        read_case(data if isinstance(data, bytes) else written(data))
    except Refused as refused:
        return [str(fault) for fault in refused.faults]
    return []


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a file with its path. An empty list is a value too."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and value:
        for n, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{n}]")
    else:
        yield path, value


def cells(data: Data, table: str = "case") -> Iterator[tuple[str, Key, Any, Any]]:
    """Every value as the tables see it: name of the table, key, and where the value stands (container, index)."""
    for key in tables()[table].keys:
        if key.name not in data:
            continue
        value = data[key.name]
        if key.type in {TABLE, STUDENTS, PHASES, PLAN_TEXTS}:
            yield table, key, data, key.name
            for row in _rows(key, value):
                yield from cells(row, key.table)
        elif key.many or key.type == GAS:
            yield from ((table, key, value, n) for n in (value if key.type == GAS else range(len(value))))
        else:
            yield table, key, data, key.name


def _rows(key: Key, value: Any) -> list[Data]:
    if isinstance(value, list):
        return value
    grouped = key.type == STUDENTS or (key.type == PLAN_TEXTS and all(isinstance(v, dict) for v in value.values()))
    grouped = grouped and not (key.type == PLAN_TEXTS and set(value) <= {"compliment", "student"})
    return list(value.values()) if grouped else [value]
