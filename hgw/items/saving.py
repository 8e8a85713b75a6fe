"""The one way to save an item.

In the one durable transaction of the request: rights asked again, the key looked up, the container claimed, the
version compared and set in the UPDATE itself, the full text kept as a revision, the act written in the trace. Nothing
here rests on row locks, so SQLite and PostgreSQL keep the same promise: what was answered as saved is found again, once.
"""

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.db.models import Max
from django.utils import timezone

from hgw.accounts.models import User
from hgw.audit.models import Action, record
from hgw.items.models import Item, Revision, SavedKey, plain

I = TypeVar("I", bound=Item)  # noqa: E741  # the letter of Item


class NotSaved(Exception):
    """A save that changed nothing."""


class StaleVersion(NotSaved):
    """Somebody saved this item since it was read. `current` is the item as it stands now (None when it was removed)."""

    def __init__(self, current: Item | None) -> None:
        super().__init__("stale version")
        self.current = current


class ItemClosed(NotSaved):
    """The meeting closed: it takes no more."""


class KeyReused(NotSaved):
    """The key of an earlier save came with another text."""


@dataclass(frozen=True)
class Saved[I: Item]:
    """What was saved: the item as it stands, and whether this was a repetition of a save already done."""

    item: I
    replayed: bool = False


LARGEST = 2**31 - 1  # of a column with whole numbers, in both databases
ACTIONS = {
    "added": Action.ITEM_ADDED,
    "changed": Action.ITEM_CHANGED,
    "removed": Action.ITEM_REMOVED,
    "restored": Action.ITEM_RESTORED,
}


def save_item[I: Item](item: I, changes: Mapping[str, Any], *, by: User, base_version: int, key: uuid.UUID) -> Saved[I]:
    """Save what one person changed on one item; a new item is added.

    `changes` names only the fields and parts that are saved; everything else on the row stays as it is in the database.
    `base_version` is the version the person saw (ignored for a new item), `key` is made once per intended save.
    Raises `PermissionDenied`, `KeyReused`, `ItemClosed` or `StaleVersion`; then nothing is changed.
    """
    return _save(item, dict(changes), "added" if item._state.adding else "changed", by, base_version, key)


def remove_item[I: Item](item: I, *, by: User, base_version: int, key: uuid.UUID) -> Saved[I]:
    """Take an item off the page; it stays in the history and can be put back. Raises as `save_item`."""
    return _save(item, {"removed_at": timezone.now()}, "removed", by, base_version, key)


def restore_item[I: Item](item: I, *, by: User, base_version: int, key: uuid.UUID) -> Saved[I]:
    """Put a removed item back. Raises as `save_item`."""
    return _save(item, {"removed_at": None}, "restored", by, base_version, key)


def is_first_time(key: uuid.UUID, sent: Any, *, by: User) -> bool:
    """Write the key down for something that is done once and is no item; False when it was done with this key before.

    Raises `KeyReused` when the key came with something else then: that is not done yet.
    """
    digest = hashlib.sha256(json.dumps(sent, sort_keys=True).encode()).hexdigest()
    return _note_key(SavedKey(key=key, user=by, item=key, version=1, digest=digest)) is None


def move_item(item: Item, *, by: User, step: int) -> None:
    """Move an item among its neighbours: -1 is up, 1 is down. Order is no text: versions stay as they are.

    It changes places with the next one that this person reads; one hidden between them stays where it is, unnoticed.
    """
    if not item.may_be_saved_by(by):
        raise PermissionDenied
    item.claim()
    door: Any = type(item)._default_manager
    readable = set(door.visible_to(by).values_list("pk", flat=True).filter(pk__in=item.neighbours().values("pk")))
    neighbours = [other for other in item.neighbours() if other.pk in readable]
    here = next((i for i, other in enumerate(neighbours) if other.pk == item.pk), None)
    there = -1 if here is None else here + step
    if here is not None and 0 <= there < len(neighbours):
        a, b = neighbours[here], neighbours[there]
        rows = type(item)._base_manager
        rows.filter(pk=a.pk).update(position=b.position)
        rows.filter(pk=b.pk).update(position=a.position)
        record(Action.ITEM_MOVED, school=item.school_id, who=by, object=item.pk, student=item.student_id_for_trace())


def _save[I: Item](item: I, changes: dict[str, Any], act: str, by: User, base_version: int, key: uuid.UUID) -> Saved[I]:
    adding = item._state.adding
    base_version = base_version if 0 <= base_version < LARGEST else -1  # what no column holds, nobody ever saw
    if adding:  # rights are asked of the item as it will be: whose it is may be among what was sent
        for name, value in changes.items():
            if name not in item.PARTS:
                setattr(item, name, value)
    if not item.may_be_saved_by(by):
        raise PermissionDenied
    done = _take_key(item, changes, act, by, key, version=1 if adding else base_version + 1)
    if done:
        return Saved(type(item)._base_manager.get(pk=done.item), replayed=True)
    item.claim()
    try:
        with transaction.atomic():
            _insert(item, by) if adding else _update(item, changes, act, by, base_version)
            for name in item.PARTS:
                if name in changes:
                    item.write_part(name, changes[name])
    except IntegrityError:
        raise StaleVersion(None) from None  # of this there is one in its place, and a colleague was first
    fresh = item.fresh()
    Revision.objects.create(
        school_id=fresh.school_id, kind=fresh.kind(), item=fresh.pk, version=fresh.version, act=act, author=by,
        content=fresh.content(),
    )  # fmt: skip
    record(
        ACTIONS[act], school=fresh.school_id, who=by, object=fresh.pk, student=fresh.student_id_for_trace(),
        detail=fresh.kind(),
    )  # fmt: skip
    return Saved(fresh)


def _take_key(item: Item, changes: dict[str, Any], act: str, by: User, key: uuid.UUID, version: int) -> SavedKey | None:
    digest = _digest(item, changes, act)
    return _note_key(SavedKey(key=key, user=by, item=item.pk, version=version, digest=digest))


def _note_key(new: SavedKey) -> SavedKey | None:
    """Write the key down; return the earlier save when there was one. Two at once: one of them waits and finds the other."""
    try:
        with transaction.atomic():
            new.save(force_insert=True)
    except IntegrityError:
        done = SavedKey.objects.get(pk=new.key)
        if done.digest != new.digest or done.user_id != new.user_id:
            raise KeyReused from None
        return done
    return None


def _digest(item: Item, changes: dict[str, Any], act: str) -> str:
    """A fingerprint of what was sent. A removal is the same removal at any moment; a new item has no id yet to compare."""
    sent = {} if act in {"removed", "restored"} else {name: _comparable(value) for name, value in changes.items()}
    where = "" if act == "added" else str(item.pk)
    return hashlib.sha256(json.dumps([item.kind(), where, act, sent], sort_keys=True).encode()).hexdigest()


def _comparable(value: Any) -> Any:
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, Mapping):
        return {str(k): _comparable(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set):
        return [_comparable(v) for v in value]
    return plain(value)


def _insert(item: Item, by: User) -> None:
    last = item.siblings().aggregate(last=Max("position"))["last"]
    item.position = 0 if last is None else last + 1
    item.created_by = item.updated_by = by
    item.save(force_insert=True)


def _update(item: Item, changes: dict[str, Any], act: str, by: User, base_version: int) -> None:
    values = {name: value for name, value in changes.items() if name not in item.PARTS}
    rows = type(item)._base_manager.filter(pk=item.pk, version=base_version)
    rows = rows.exclude(removed_at=None) if act == "restored" else rows.filter(removed_at=None)
    if not rows.update(**values, version=base_version + 1, updated_at=timezone.now(), updated_by=by):
        raise StaleVersion(type(item)._base_manager.filter(pk=item.pk, removed_at=None).first())
