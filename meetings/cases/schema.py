"""How a table of the case format is written down, and all of its tables by name.

A table lists its keys in the order in which they are written. What `required` says beside the five words that
are checked key by key ("rule 4") is where to look: that rule is a function in rules.py.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

FORMAT = "hgw-case/1"

# Types of a value.
TEXT, SHORT, PERSON, ID, REF = "text", "short", "person", "id", "ref"
DATE, TIME, FLAG, NUMBER, ENUM, MEMBER = "date", "time", "flag", "number", "enum", "member"
TABLE, STUDENTS, PHASES, PLAN_TEXTS, GAS = "table", "map of student", "phase or phases", "plan texts", "goal scale"

# When a key must be there.
NO, ALWAYS, CLOSED, GROUP, SINGLE = "no", "always", "closed", "group", "single"

FLAGS = ("care_team", "class_sheet", "parents", "student", "clb", "confidential")
OBSERVATION = ("strength", "difficulty", "exception")
DOMAINS = ("ll", "ols", "opv")
SCOPES = ("student", "small_group", "whole_class", "school")
LEVELS = ("kleuter", "lager", "secundair")


@dataclass(frozen=True)
class Key:
    """One key of a table.

    `values` are those of an enum, `refers` the kinds of item a reference may name, `table` the table inside.
    `default` is what holds when an optional key is left out; a list that is left out is empty.
    """

    name: str
    type: str
    values: tuple[str, ...] = ()
    default: Any = None
    required: str = NO
    many: bool = False
    refers: tuple[str, ...] = ()
    table: str = ""

    @property
    def is_text(self) -> bool:
        """Whether somebody typed it: text that must never be lost."""
        return self.type in {TEXT, SHORT, PERSON, GAS}


@dataclass(frozen=True)
class Table:
    """One table: `kind` is the word for its items where a message or a made id names one."""

    name: str
    keys: tuple[Key, ...]
    kind: str = ""

    @property
    def word(self) -> str:
        return self.kind or self.name

    def key(self, name: str) -> Key | None:
        return next((key for key in self.keys if key.name == name), None)


def rows(name: str, table: str, required: str = NO) -> Key:
    """A list of another table."""
    return Key(name, TABLE, table=table, many=True, required=required, default=())


def part(name: str, table: str = "", required: str = NO) -> Key:
    """Another table, once."""
    return Key(name, TABLE, table=table or name, required=required)


def choice(name: str, *values: str, default: str | None = None, required: str = NO) -> Key:
    return Key(name, ENUM, values, default=default, required=required)


def readers(*, circle: bool = True, values: tuple[str, ...] = FLAGS) -> tuple[Key, ...]:
    """The key `visibility`, and `circle` where the table has it."""
    visibility = Key("visibility", ENUM, values, default=("care_team",), many=True)
    return (visibility, Key("circle", PERSON, many=True)) if circle else (visibility,)


ITEM_ID = Key("id", ID)
SURE_ID = Key("id", ID, required=ALWAYS)
SUBJECT = Key("subject", MEMBER)
STUDENT = Key("student", MEMBER, required=GROUP)


@cache
def tables() -> dict[str, Table]:
    """All tables by name; the file itself is `case`."""
    from meetings.cases import tables_people, tables_steps

    return {table.name: table for table in (*tables_people.TABLES, *tables_steps.TABLES)}


@cache
def kinds() -> dict[str, str]:
    """The kind of each table whose items have an id."""
    return {table.name: table.word for table in tables().values() if table.key("id")}
