"""A case as it stands in a checked file: rows of the tables, and the questions that rules and loading ask."""

import datetime
from collections.abc import Iterator
from typing import Any

from meetings.cases.faults import Faults
from meetings.cases.schema import Table

Breaks = Iterator[tuple[str, str]]  # what breaks a rule: path and message
WITH_AUTHORITY = ("joint", "exclusive", "guardian")
NO_NUMBER = "000000"  # in a file: the school has no institution number yet
ONE_STUDENT = "student"  # stands for the key of the one student, who has none in the file


class Row(dict[str, Any]):
    """One row of a table: every key of the table, with its value or its default. Knows its place in the file."""

    def __init__(self, table: Table, path: str) -> None:
        super().__init__()
        self.table, self.path = table, path


class Case:
    """A whole file. `rows` finds the rows of a table wherever they stand, in the order of the file."""

    def __init__(self, faults: Faults, *, is_group: bool, is_closed: bool) -> None:
        self.faults = faults
        self.is_group, self.is_closed = is_group, is_closed
        self.top: Row
        self.by_table: dict[str, list[Row]] = {}
        self.by_id: dict[str, Row] = {}

    def rows(self, *tables: str) -> Iterator[Row]:
        for table in tables:
            yield from self.by_table.get(table, [])

    def step(self, name: str) -> Row:
        """A step; one that is not in the file holds nothing but defaults."""
        row: Row = self.top[name]
        return row

    @property
    def meeting(self) -> Row:
        row: Row = self.top["meeting"]
        return row

    @property
    def date(self) -> datetime.date | None:
        date: datetime.date | None = self.meeting["date"]
        return date

    @property
    def students(self) -> dict[str, Row]:
        """The students by key, in the order of the group."""
        if not self.is_group:
            return {ONE_STUDENT: self.top["student"]}
        rows: dict[str, Row] = self.top["students"]
        members = [key for key in self.top["group"]["members"] if key in rows]
        return {key: rows[key] for key in dict.fromkeys([*members, *rows])}

    @property
    def has_people(self) -> bool:
        """Whether the students are there, whom every rule asks about."""
        return all(self.students.values()) and bool(not self.is_group or self.top["group"]["members"])

    def student_of(self, row: Row) -> str | None:
        """The key of the student a row is about: `student` or `subject`; None in a group when it is about all."""
        if not self.is_group:
            return ONE_STUDENT
        key: str | None = row.get("student") or row.get("subject")
        return key

    def guardians(self, student: str | None = None) -> list[Row]:
        """The guardians of one student, or of all."""
        rows = self.rows("guardian")
        return [row for row in rows if student is None or self.student_of(row) == student]

    def gets_copy(self, guardian: Row) -> bool:
        return bool(guardian["receives_plan"]) and guardian["authority"] not in {"deprived", "step_parent"}

    def goes_by(self, student: str) -> str:
        """How a message names a student."""
        row = self.students[student]
        return str(row["preferred_name"] or row["first_name"])


def full_name(row: Row) -> str:
    return f"{row['first_name']} {row['last_name']}"


def names_of(student: Row) -> set[str]:
    """Every way in which the file may name this student."""
    given = {student["first_name"], student["preferred_name"]} - {None}
    return given | {f"{name} {student['last_name']}" for name in given}
