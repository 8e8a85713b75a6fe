"""A case file as it is written: strict YAML, one document, nothing that a reader of the file would not expect.

The file becomes a tree of maps, lists and scalars that know their line and how they were written. Anchors, aliases,
merge keys, tags and duplicate keys are faults, and no value is guessed here: what `yes` or `15:45` means is a matter
for who knows the type.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.resolver import Resolver

from hgw.text import forbidden, normal
from meetings.cases.faults import Faults, Refused, TooMany, shown

LARGEST = 5 * 1024 * 1024
LARGEST_SEALED = 20 * LARGEST
DEEPEST = 20  # the format itself needs 8

_Loader: Any = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_resolver = Resolver()


@dataclass(slots=True)
class Scalar:
    """One value. `tag` is what YAML takes it for (str, int, bool, null, timestamp …), `plain` that it has no quotes."""

    text: str
    tag: str
    plain: bool
    line: int
    column: int


@dataclass(slots=True)
class Items:
    """A list."""

    items: "list[Node]"
    line: int
    column: int


@dataclass(slots=True)
class Map:
    """A map by key; of a key that stands there twice the first one."""

    line: int
    column: int
    values: "dict[str, Node]" = field(default_factory=dict)


Node = Scalar | Items | Map


class _Stop(Exception):
    """There is no use in reading on."""


def read(data: bytes) -> tuple[Map, Faults]:
    """The file as a tree, with the faults of its writing. Raises `Refused` when there is no tree to go on with."""
    faults = Faults()
    root = None
    try:
        text = _text(data, faults)
        root = _document(_events(text), faults)
    except _Stop:
        pass
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        message = shown(str(getattr(error, "problem", None) or getattr(error, "reason", None) or "not readable"))
        faults.at_line(mark.line if mark else 0, mark.column if mark else 0, f"this is not YAML: {message}")
        root = None
    except TooMany:
        raise Refused(faults.in_order()) from None
    if isinstance(root, Map):
        return root, faults
    if not faults:
        faults.of_file("a case file is a map of keys; this file is not")
    raise Refused(faults.in_order())


def sealed(text: str) -> str:
    """A case file as it is handed out. One that is larger than we take from others ends in a line that says it is ours."""
    data = text.encode()
    return text if len(data) <= LARGEST else f"{text}# {hashlib.sha256(data).hexdigest()}\n"


def is_sealed(data: bytes) -> bool:
    """Whether a file is, byte for byte, one that was written here or by another installation: that one loads again."""
    body, _mark, seal = data.rpartition(b"# ")
    return len(data) <= LARGEST_SEALED and seal == hashlib.sha256(body).hexdigest().encode() + b"\n"


def _text(data: bytes, faults: Faults) -> str:
    if len(data) > LARGEST and not is_sealed(data):
        faults.of_file("larger than 5 MB")
        raise _Stop
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        faults.of_file(f"this is not UTF-8 text (byte {error.start + 1})")
        raise _Stop from None
    if not text.strip():
        faults.of_file("the file is empty")
        raise _Stop
    if forbidden(normal(text)):
        for number, line in enumerate(re.split(r"\r\n|\r|\n", text)):
            if character := forbidden(line):
                column = line.index(character)
                faults.at_line(number, column, f"a control character, U+{ord(character):04X}, is not allowed")
        raise _Stop
    return text


def _events(text: str) -> Iterator[Any]:
    loader = _Loader(text)
    try:
        while loader.check_event():
            yield loader.get_event()
    finally:
        loader.dispose()


def _document(events: Iterator[Any], faults: Faults) -> Node | None:
    """The tree of the one document."""
    root: Node | None = None
    documents = 0
    for event in events:
        line: int = event.start_mark.line
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if event.tags:
                faults.at_line(line, 0, "tags are not allowed")
            if documents > 1:
                faults.at_line(line, 0, "a second document; a case file is one document")
                raise _Stop
        elif isinstance(event, yaml.NodeEvent):
            root = _node(event, events, faults, 0)
    return root


def _node(event: Any, events: Iterator[Any], faults: Faults, depth: int) -> Node:
    line, column = event.start_mark.line, event.start_mark.column
    if isinstance(event, yaml.AliasEvent):
        faults.at_line(line, column, "aliases are not allowed; write the value out")
        return Scalar("", "fault", True, line, column)
    if event.anchor:
        faults.at_line(line, column, "anchors are not allowed; write the value out")
    if event.tag:
        faults.at_line(line, column, "tags are not allowed")
    if isinstance(event, yaml.ScalarEvent):
        plain = not event.style
        tag = _resolver.resolve(yaml.ScalarNode, event.value, (True, False)) if plain else "str"
        return Scalar(event.value, tag.rpartition(":")[2], plain, line, column)
    if depth >= DEEPEST:
        faults.at_line(line, column, f"nested more than {DEEPEST} deep")
        raise _Stop
    if isinstance(event, yaml.SequenceStartEvent):
        items = Items([], line, column)
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.items.append(_node(event, events, faults, depth + 1))
        return items
    found = Map(line, column)
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        key = _node(event, events, faults, depth + 1)
        value = _node(next(events), events, faults, depth + 1)
        _put(found, key, value, faults)
    return found


def _put(found: Map, key: Node, value: Node, faults: Faults) -> None:
    if not isinstance(key, Scalar):
        faults.at_line(key.line, key.column, "a key is one word, not a list or a map")
    elif key.tag == "merge":
        faults.at_line(key.line, key.column, "merge keys are not allowed; write the keys out")
    elif key.tag == "fault":
        return
    elif key.tag != "str":
        faults.at_line(key.line, key.column, f'put the key {shown(key.text)} in quotes: "{shown(key.text)}"')
    elif normal(key.text) in found.values:
        faults.at_line(key.line, key.column, f'the key "{shown(key.text)}" stands here twice')
    else:
        found.values[normal(key.text)] = value
