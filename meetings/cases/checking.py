"""From the tree of a file to a case: known keys only, each of its type, what is required there, references that hold."""

import re
from typing import Any

from meetings.cases import schema
from meetings.cases.case import Case, Row, full_name, names_of
from meetings.cases.faults import Faults, Refused, TooMany, shown
from meetings.cases.reading import Map, Node, Scalar, read
from meetings.cases.schema import Key, Table, tables
from meetings.cases.values import Values

STUDENT_KEY = re.compile(r"[a-z0-9_]{1,200}")


def read_case(data: bytes) -> Case:
    """The case in a file. Raises `Refused` with every fault that the file alone shows."""
    case = examine(data)
    if case.faults:
        raise Refused(case.faults.in_order())
    return case


def examine(data: bytes) -> Case:
    """The case in a file, with its faults noted in it. Raises `Refused` when there is no case to go on with."""
    from meetings.cases import limits, rules

    root, faults = read(data)
    try:
        case = _Checker(root, faults).check()
        limits.check(case)
        if case.has_people:
            rules.check(case)
    except TooMany:
        raise Refused(faults.in_order()) from None
    return case


class _Checker:
    """One pass over the tree, top down. Rows, ids and names are collected on the way and compared at the end."""

    def __init__(self, root: Map, faults: Faults) -> None:
        self.root, self.faults, self.values = root, faults, Values(faults)
        meeting = root.values.get("meeting")
        said = meeting.values if isinstance(meeting, Map) else {}
        kind, status = (_word(said.get(name)) for name in ("kind", "status"))
        by_parts = "group" in root.values or "students" in root.values
        self.is_group = kind == "group" or (kind != "student" and by_parts)
        self.case = Case(faults, is_group=self.is_group, is_closed=status in {"closed", "amended"})
        self.references: list[tuple[str, Key, str]] = []
        self.names: list[tuple[str, str]] = []
        self.members: list[tuple[str, str]] = []

    def check(self) -> Case:
        self.case.top = self.row(tables()["case"], self.root, "")
        for name, table in _needed_parts():
            if self.case.top[name] is None:
                self.case.top[name] = self.empty(table, name)
        self._compare_members()
        self._compare_references()
        self._compare_names()
        return self.case

    # --- tables ---

    def row(self, table: Table, node: Node, path: str) -> Row:
        row = Row(table, path)
        if not isinstance(node, Map):
            if not (isinstance(node, Scalar) and node.tag == "fault"):
                self.faults.add(path, "a map of keys is expected here")
            return self._filled(row)
        prefix = f"{path}." if path else ""
        for name, value in node.values.items():
            self.faults.places[f"{prefix}{shown(name)}"] = (value.line, value.column)
            if table.key(name) is None:
                self.faults.add(f"{prefix}{shown(name)}", "there is no such key here")
        for key in table.keys:
            here, given = f"{prefix}{key.name}", node.values.get(key.name)
            if given is None or (isinstance(given, Scalar) and given.tag == "null"):
                self._require(key, here)
                continue
            self._refuse_misplaced(key, here)
            row[key.name] = self.value(key, given, here)
        self._keep(row)
        return self._filled(row)

    def empty(self, table: Table, path: str) -> Row:
        """A part that is not in the file: nothing but defaults."""
        return self._filled(Row(table, path))

    def value(self, key: Key, node: Node, path: str) -> Any:
        if key.type == schema.STUDENTS:
            return self._students(key, node, path)
        if key.type == schema.PHASES:
            return self._phases(node, path)
        if key.type == schema.PLAN_TEXTS:
            return self._plan_texts(node, path)
        if not key.many:
            return self._one(key, node, path)
        nodes = self.values.items(node, path)
        if nodes is None:
            return []
        if not nodes and self._is_required(key):
            self.faults.add(path, "at least one is needed here")
        found = []
        for n, item in enumerate(nodes):
            here = f"{path}[{n}]"
            self.faults.places[here] = (item.line, item.column)
            if isinstance(item, Scalar) and item.tag == "null":
                self.faults.add(here, "an empty item; leave it out")
            else:
                found.append(self._one(key, item, here))
        return [value for value in found if value is not None]

    def _one(self, key: Key, node: Node, path: str) -> Any:
        if key.type == schema.TABLE:
            return self.row(tables()[key.table], node, path)
        value = self.values.read(key, node, path)
        if value is not None:
            if key.type == schema.REF:
                self.references.append((path, key, value))
            elif key.type == schema.PERSON:
                self.names.append((path, value))
            elif key.type == schema.MEMBER:
                self.members.append((path, value))
        return value

    def _students(self, key: Key, node: Node, path: str) -> dict[str, Row]:
        if not isinstance(node, Map):
            self.faults.add(path, "a map of students is expected here")
            return {}
        found = {}
        for name, value in node.values.items():
            here = f"{path}.{shown(name)}"
            self.faults.places[here] = (value.line, value.column)
            if not STUDENT_KEY.fullmatch(name):
                self.faults.add(here, "the key of a student is lower case letters, digits and _")
            found[name] = self.row(tables()[key.table], value, here)
        return found

    def _phases(self, node: Node, path: str) -> list[Row]:
        """One row stands there as the part itself, more rows as a list; in a group it is always a list."""
        table = tables()["phase"]
        if isinstance(node, Map):
            if self.is_group:
                self.faults.add(path, "in a group this is a list")
            return [self.row(table, node, path)]
        nodes = self.values.items(node, path)
        if nodes is None:
            return []
        if len(nodes) == 1 and not self.is_group:
            self.faults.add(path, "one row is written as the part itself, not as a list")
        if not nodes and self.case.is_closed:
            self.faults.add(path, "at least one is needed here")
        for n, item in enumerate(nodes):
            self.faults.places[f"{path}[{n}]"] = (item.line, item.column)
        return [self.row(table, item, f"{path}[{n}]") for n, item in enumerate(nodes)]

    def _plan_texts(self, node: Node, path: str) -> dict[str, Row]:
        """By student; the texts of the one student stand under no key."""
        table = tables()["plan_text"]
        if not self.is_group:
            from meetings.cases.case import ONE_STUDENT

            return {ONE_STUDENT: self.row(table, node, path)}
        if not isinstance(node, Map):
            self.faults.add(path, "in a group this is a map by student")
            return {}
        found = {}
        for name, value in node.values.items():
            here = f"{path}.{shown(name)}"
            self.faults.places[here] = (value.line, value.column)
            self.members.append((here, name))
            found[name] = self.row(table, value, here)
        return found

    # --- one key ---

    def _is_required(self, key: Key) -> bool:
        asked = {
            schema.ALWAYS: True,
            schema.CLOSED: self.case.is_closed,
            schema.GROUP: self.is_group,
            schema.SINGLE: not self.is_group,
        }
        return asked.get(key.required, False)

    def _require(self, key: Key, path: str) -> None:
        if self._is_required(key):
            when = {schema.CLOSED: " in a closed meeting", schema.GROUP: " in a group"}.get(key.required, "")
            self.faults.add(path, f"this is required{when}")

    def _refuse_misplaced(self, key: Key, path: str) -> None:
        if self.is_group and key.required == schema.SINGLE:
            self.faults.add(path, "not in a group")
        if not self.is_group and (key.required == schema.GROUP or key.type == schema.MEMBER):
            self.faults.add(path, "in a group only")

    def _filled(self, row: Row) -> Row:
        """Give every key of the table a value: what stands there, else its default."""
        for key in row.table.keys:
            if row.get(key.name) is None:
                several = key.many or key.type == schema.PHASES
                row[key.name] = list(key.default or ()) if several else key.default
                if key.type in {schema.STUDENTS, schema.PLAN_TEXTS}:
                    row[key.name] = {}
        return row

    def _keep(self, row: Row) -> None:
        self.case.by_table.setdefault(row.table.name, []).append(row)
        given = row.get("id")
        if not given:
            return
        if given in self.case.by_id:
            self.faults.add(f"{row.path}.id", f'the id "{shown(given)}" stands at {self.case.by_id[given].path} too')
        else:
            self.case.by_id[given] = row

    # --- at the end ---

    def _compare_members(self) -> None:
        known = self.case.top["students"] if self.is_group else {}
        for path, name in self.members:
            if self.is_group and name not in known:
                self.faults.add(path, f'no student "{shown(name)}" in this file')
        if self.is_group:
            members = self.case.top["group"]["members"]
            for n, name in enumerate(members):
                if name not in known:
                    self.faults.add(f"group.members[{n}]", f'no student "{shown(name)}" in this file')
            for name in known:
                if name not in members:
                    self.faults.add(f"students.{shown(name)}", "not among the members of the group")

    def _compare_references(self) -> None:
        for path, key, name in self.references:
            row = self.case.by_id.get(name)
            if row is None or row.table.word not in key.refers:
                self.faults.add(path, f'no {" or ".join(key.refers)} "{shown(name)}" in this file')

    def _compare_names(self) -> None:
        known = {row["name"] for row in self.case.rows("participant")}
        known |= {full_name(row) for row in self.case.rows("guardian")}
        known |= {name for row in self.case.rows("student") for name in names_of(row)}
        for path, name in self.names:
            if name not in known:
                self.faults.add(path, f'nobody called "{shown(name)}" in this file')


def _word(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) else ""


def _needed_parts() -> list[tuple[str, Table]]:
    """The parts that are looked into even when the file leaves them out."""
    return [
        (key.name, tables()[key.table])
        for key in tables()["case"].keys
        if key.type == schema.TABLE and not key.many and key.name not in {"school", "class_group", "student"}
    ]
