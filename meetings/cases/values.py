"""One value of each type: from what stands in the file to what is stored, or a fault beside it."""

import datetime
import re
from typing import Any

from hgw.text import LONG, SHORT, forbidden, normal
from meetings.cases import schema
from meetings.cases.faults import Faults, shown
from meetings.cases.reading import Items, Map, Node, Scalar
from meetings.cases.schema import Key
from meetings.cases.tables_steps import GAS_LEVELS

UNQUOTED_TIME = re.compile(r"\d{1,2}:\d{2}(:\d{2})?")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
DATE_AND_TIME = re.compile(r"\d{4}-\d{1,2}-\d{1,2}[Tt\s]", re.ASCII)
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
NUMBER = re.compile(r"[-+]?(0|[1-9]\d{0,8})", re.ASCII)
ID = re.compile(r"[\w-]{1,40}")
WHAT = {"int": "a number", "float": "a number", "bool": "yes or no", "timestamp": "a date", "null": "nothing"}


class Values:
    """Reads single values. A fault is noted, and the value is None."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults

    def _no(self, path: str, message: str) -> Any:
        """Note a fault; there is no value then."""
        self.faults.add(path, message)

    def read(self, key: Key, node: Node, path: str) -> Any:
        """The value of one key that is no table."""
        if key.type == schema.GAS:
            return self.gas(node, path)
        if not isinstance(node, Scalar):
            return self._no(path, "one value is expected here, not a list or a map")
        if node.tag == "fault":
            return None
        readers = {
            schema.TEXT: self.text, schema.SHORT: self.short, schema.PERSON: self.short, schema.ID: self.id,
            schema.REF: self.short, schema.DATE: self.date, schema.TIME: self.time, schema.FLAG: self.flag,
            schema.NUMBER: self.number, schema.MEMBER: self.short,
        }  # fmt: skip
        if key.type == schema.ENUM:
            return self.enum(key, node, path)
        return readers[key.type](node, path)

    def text(self, node: Scalar, path: str, limit: int = LONG) -> str | None:
        if node.tag != "str" or (node.plain and UNQUOTED_TIME.fullmatch(node.text)):
            what = "a time" if ":" in node.text and node.tag != "timestamp" else WHAT.get(node.tag, "something else")
            return self._no(
                path,
                f'text is expected here, and without quotes this is {what}: put it in quotes, "{shown(node.text)}"',
            )
        text = normal(node.text)
        if character := forbidden(text):
            return self._no(path, f"a control character, U+{ord(character):04X}, is not allowed")
        if not text:
            return self._no(path, "an empty text; leave the key out")
        if len(text) > limit:
            return self._no(path, f"{len(text)} characters; at most {limit} fit")
        return text

    def short(self, node: Scalar, path: str) -> str | None:
        text = self.text(node, path, SHORT)
        if text and "\n" in text:
            return self._no(path, "this must fit on one line")
        return text

    def id(self, node: Scalar, path: str) -> str | None:
        text = self.short(node, path)
        if text and not ID.fullmatch(text):
            return self._no(path, "an id is 1 to 40 letters, digits, - or _")
        return text

    def enum(self, key: Key, node: Scalar, path: str) -> str | None:
        if node.tag != "str":
            return self.text(node, path)
        text = normal(node.text)
        if text not in key.values:
            return self._no(path, f'"{shown(text)}" is not one of {", ".join(key.values)}')
        return text

    def date(self, node: Scalar, path: str) -> datetime.date | None:
        if DATE.fullmatch(node.text):
            try:
                return datetime.date.fromisoformat(node.text)
            except ValueError:
                return self._no(path, f"there is no day {node.text}")
        if DATE_AND_TIME.match(node.text):
            return self._no(path, "a date without a time is expected here")
        return self._no(path, f'a date like 2025-11-13 is expected here, not "{shown(node.text)}"')

    def time(self, node: Scalar, path: str) -> datetime.time | None:
        if node.plain:
            return self._no(path, f'a time stands in quotes: put it in quotes, "{shown(node.text)}"')
        if not TIME.fullmatch(node.text):
            return self._no(path, f'a time like "15:45" is expected here, not "{shown(node.text)}"')
        return datetime.time.fromisoformat(node.text)

    def flag(self, node: Scalar, path: str) -> bool | None:
        if not node.plain or node.text not in {"true", "false"}:
            return self._no(path, f'true or false is expected here, without quotes, not "{shown(node.text)}"')
        return node.text == "true"

    def number(self, node: Scalar, path: str) -> int | None:
        if not node.plain or not NUMBER.fullmatch(node.text):
            return self._no(path, f'a whole number is expected here, without quotes, not "{shown(node.text)}"')
        return int(node.text)

    def gas(self, node: Node, path: str) -> dict[str, str] | None:
        """A goal scale: a description for each level."""
        if not isinstance(node, Map):
            return self._no(path, 'a goal scale is a map with the keys "-2" to "+2"')
        found: dict[str, str] = {}
        for level, value in node.values.items():
            here = f"{path}.{shown(level)}"
            self.faults.places[here] = (value.line, value.column)
            if level not in GAS_LEVELS:
                self.faults.add(here, f"a goal scale has the levels {', '.join(GAS_LEVELS)}")
            elif not isinstance(value, Scalar):
                self.faults.add(here, "one value is expected here, not a list or a map")
            elif value.tag == "null":
                continue
            elif text := self.text(value, here):
                found[level] = text
        missing = [level for level in ("-1", "0", "+1") if level not in node.values]
        if missing:
            self.faults.add(path, f"a goal scale has at least the levels -1, 0 and +1; missing: {', '.join(missing)}")
        return found

    def items(self, node: Node, path: str) -> list[Node] | None:
        """The nodes of a list."""
        if isinstance(node, Items):
            return node.items
        if not (isinstance(node, Scalar) and node.tag == "fault"):
            self.faults.add(path, "a list is expected here")
        return None
