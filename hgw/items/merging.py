"""Two people changed one item at once: what of both can stand together, and what a person must choose.

Contents are compared as the history keeps them (`Item.content`). First field by field; within a text that both
changed, line by line, because a paragraph is a line; within a mapping, key by key. Nothing is decided by the clock.
"""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, models, transaction
from merge3 import Merge3

from hgw.items.models import Item, plain


class Overlap(Exception):
    """Both changed the same place, each in another way."""


@dataclass
class Merged:
    """`changes` is what must be written on top of the colleague's version; `overlaps` names the fields of which a person
    must choose. With overlaps nothing may be written."""

    changes: dict[str, Any] = field(default_factory=dict)
    overlaps: list[str] = field(default_factory=list)


def merge(
    base: Mapping[str, Any],
    mine: Mapping[str, Any],
    theirs: Mapping[str, Any],
    *,
    together: tuple[tuple[str, ...], ...],
) -> Merged:
    """Merge the contents of one item. `together` are groups of fields that only mean something as one."""
    merged = Merged()
    mates = {name: group for group in together for name in group}
    for name, value in mine.items():
        group = mates.get(name, (name,))
        if value == base.get(name):
            continue
        if any(mine.get(n) != theirs.get(n) and theirs.get(n) != base.get(n) for n in group if n != name):
            merged.overlaps.append(name)
            continue
        try:
            new = merge_value(base.get(name), value, theirs.get(name))
        except Overlap:
            merged.overlaps.append(name)
        else:
            if new != theirs.get(name):
                merged.changes[name] = new
    return merged


def merge_value(base: Any, mine: Any, theirs: Any) -> Any:
    """One value out of three. Raises `Overlap`."""
    if mine == theirs or theirs == base:
        return mine
    if mine == base:
        return theirs
    if isinstance(mine, str) and isinstance(theirs, str):
        return merge_text(base if isinstance(base, str) else "", mine, theirs)
    if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
        old = base if isinstance(base, Mapping) else {}
        keys = dict.fromkeys([*theirs, *mine])
        values = {key: merge_value(old.get(key), mine.get(key), theirs.get(key)) for key in keys}
        return {key: value for key, value in values.items() if value is not None}
    raise Overlap


def merge_text(base: str, mine: str, theirs: str) -> str:
    """One text out of three, line by line. Raises `Overlap` where both changed the same lines, or lines that touch.

    Every line that only one of the two added is in the result; the order of the two does not matter to it.
    """
    lines: list[str] = []
    for kind, *groups in Merge3(base.split("\n"), mine.split("\n"), theirs.split("\n")).merge_groups():
        if kind == "conflict":
            raise Overlap
        lines += groups[0]
    return "\n".join(lines)


class _Undo(Exception):
    def __init__(self, content: dict[str, Any]) -> None:
        super().__init__()
        self.content = content


def content_with(item: Item, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The content this item would have with these changes.

    Where only the database knows what it makes of them, they are written, read back, and undone. Where it refuses them on
    top of what stands there now, they are named as they were sent.
    """
    if not any(name in changes for name in item.PARTS):
        would_be = copy.copy(item)
        if all([would_be.take(name, value) for name, value in changes.items()]):
            return would_be.content()
    try:
        with transaction.atomic():
            values = {name: value for name, value in changes.items() if name not in item.PARTS}
            if values:
                type(item)._base_manager.filter(pk=item.pk).update(**values)
            for name in item.PARTS:
                if name in changes:
                    item.write_part(name, changes[name])
            raise _Undo(item.fresh().content())
    except _Undo as undo:
        return undo.content
    except IntegrityError:
        return item.content() | {name: _as_sent(value) for name, value in changes.items()}


def _as_sent(value: Any) -> Any:
    """A value as plain words: what no row holds can still be read in the history."""
    if isinstance(value, models.Model):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): _as_sent(one) for key, one in value.items()}
    return [_as_sent(one) for one in value] if isinstance(value, list | tuple) else plain(value)
