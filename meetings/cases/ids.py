"""The ids of items in a case file: those they came with, and made ones where something needs an id."""

import uuid
from collections.abc import Collection
from typing import Any

from meetings.cases.schema import ALWAYS, tables


class Ids:
    """The id of each item by its key. A made one is kind and number ("goal-1") and meets no id of the file."""

    def __init__(self, rows: dict[str, list[Any]], wanted: Collection[uuid.UUID]) -> None:
        self._ids: dict[uuid.UUID, str] = {}
        taken: set[str] = set()
        without = []
        for name, items in rows.items():
            key = tables()[name].key("id")
            for item in items if key else ():
                if item.file_id and item.file_id not in taken:
                    self._ids[item.pk] = item.file_id
                    taken.add(item.file_id)
                elif item.file_id or item.pk in wanted or (key and key.required == ALWAYS):
                    without.append((tables()[name].word, item))
        for word, item in without:
            number = 1
            while f"{word}-{number}" in taken:
                number += 1
            self._ids[item.pk] = f"{word}-{number}"
            taken.add(self._ids[item.pk])

    def of(self, pk: uuid.UUID | None) -> str | None:
        """The id of an item, None when it has none or does not go along."""
        return self._ids.get(pk) if pk else None
