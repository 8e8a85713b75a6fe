"""The one way to save an item.

In the one durable transaction of the request: rights asked again, the container claimed, the version compared and set in
the UPDATE itself, the key written down, the full text kept as a revision, the act written in the trace. Only when one of
these refuses is it asked whether the same save was done before (by its key), or whether it can be merged with what came
between. Nothing here rests on row locks, so SQLite and PostgreSQL keep the same promise: what was answered as saved is
found again, once.
"""

import copy
import hashlib
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.db.models import Max
from django.utils import timezone

from hgw.accounts.models import User
from hgw.audit.models import Action, record
from hgw.items.merging import content_with, merge
from hgw.items.models import Item, Revision, SavedKey, plain

I = TypeVar("I", bound=Item)  # noqa: E741  # the letter of Item


class NotSaved(Exception):
    """A save that changed nothing."""


class StaleVersion(NotSaved):
    """Somebody saved this item since it was read. `current` is the item as it stands now (None when it was removed).

    `set_aside` says that what was sent is kept in the history of the item; that stays so only when the transaction is
    committed, though nothing was saved.
    """

    def __init__(self, current: Item | None, *, set_aside: bool = False) -> None:
        super().__init__("stale version")
        self.current = current
        self.set_aside = set_aside


class ItemClosed(NotSaved):
    """The meeting closed: it takes no more."""


class KeyReused(NotSaved):
    """The key of an earlier save came with another text."""


@dataclass(frozen=True)
class Saved[I: Item]:
    """What was saved: the item as it stands, whether this was a repetition of a save already done, and whether what a
    colleague saved meanwhile is in it too."""

    item: I
    replayed: bool = False
    merged: bool = False


# Asked of an item that two people changed at once, as it stands after the merge: whether it keeps the rules of its form.
Check = Callable[[Any], bool]
# Asked of an earlier version of an item: whether the one who saves reads it.
Reads = Callable[[Revision, Any], bool]


LARGEST = 2**31 - 1  # of a column with whole numbers, in both databases
ACTIONS = {
    "added": Action.ITEM_ADDED,
    "changed": Action.ITEM_CHANGED,
    "removed": Action.ITEM_REMOVED,
    "restored": Action.ITEM_RESTORED,
}


def save_item[I: Item](
    item: I, changes: Mapping[str, Any], *, by: User, base_version: int, key: uuid.UUID, check: Check | None = None,
    reads: Reads | None = None,
) -> Saved[I]:  # fmt: skip
    """Save what one person changed on one item; a new item is added.

    `changes` names only the fields and parts that are saved; everything else on the row stays as it is in the database.
    `base_version` is the version the person saw (ignored for a new item), `key` is made once per intended save.
    With `check`, a stale version is merged with what was saved meanwhile (`hgw.items.merging`) where both can stand and
    `check` finds the result sound; where not, what was sent is set aside in the history before the refusal. A version of
    which `reads` says that the writer does not read it is one that never was: neither the answer nor what is set aside
    says anything of it.
    Raises `PermissionDenied`, `KeyReused`, `ItemClosed` or `StaleVersion`; then the item is as it was.
    """
    act = "added" if item._state.adding else "changed"
    return _save(item, dict(changes), act, by, base_version, key, check, reads)


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


def _save[I: Item](
    item: I, changes: dict[str, Any], act: str, by: User, base_version: int, key: uuid.UUID, check: Check | None = None,
    reads: Reads | None = None,
) -> Saved[I]:  # fmt: skip
    adding = item._state.adding
    base_version = base_version if 0 <= base_version < LARGEST else -1  # what no column holds, nobody ever saw
    if adding:  # rights are asked of the item as it will be: whose it is may be among what was sent
        for name, value in changes.items():
            if name not in item.PARTS:
                setattr(item, name, value)
    else:
        item = copy.copy(item)  # whoever handed it over keeps it as it was read, version and all
    if not item.may_be_saved_by(by):
        raise PermissionDenied
    new = SavedKey(key=key, user=by, item=item.pk, version=base_version + 1, digest=_digest(item, changes, act))
    if adding:
        new.version = 1
    claimed = False
    try:
        if check is not None and not adding and item.version > base_version:
            # Versions only go up: the UPDATE would find nothing. Whoever saves in this meeting is waited for as there,
            # because it may be this very save, sent twice.
            item.saved_with = changes
            item.claim()
            claimed = True
            raise StaleVersion(item)
        with transaction.atomic():
            return Saved(_write(item, changes, act, by, base_version, new))
    except (ItemClosed, StaleVersion, IntegrityError) as refusal:
        # The first thing to ask is whether this very save was done before: then the item moved on since.
        if done := _done(new):
            return Saved(type(item)._base_manager.get(pk=done.item), replayed=True)
        # Without a version to blame, there is one of this kind in its place, and a colleague was first.
        stale = refusal if isinstance(refusal, NotSaved) else StaleVersion(None)
        if check is None or isinstance(stale, ItemClosed) or adding:
            raise stale from None
    if not claimed:  # that of the save was undone with it
        item.claim()
    return _merge(item, changes, by, base_version, new, check, reads)


def _write[I: Item](
    item: I,
    changes: dict[str, Any],
    act: str,
    by: User,
    base_version: int,
    key: SavedKey,
    merged_from: int | None = None,
) -> I:
    """The save itself, in one go. Raises `ItemClosed`, `StaleVersion` or `IntegrityError`, and then all of it is undone.

    A merge (`merged_from`) claimed the container before it read what to write on.
    """
    if merged_from is None:
        item.saved_with = changes
        item.claim()
    # What is written is known: the row is read again only where the database may have made something else of it.
    known = item._state.adding or item.version == base_version
    values = {name: value for name, value in changes.items() if name not in item.PARTS}
    known = all([item.take(name, value) for name, value in values.items()]) and known
    _insert(item, by) if item._state.adding else _update(item, values, act, by, base_version)
    for name in item.PARTS:
        if name in changes:
            item.write_part(name, changes[name])
    key.save(force_insert=True)
    fresh = item if known else item.fresh()
    Revision(
        school_id=fresh.school_id, kind=fresh.kind(), item=fresh.pk, version=fresh.version,
        act=act if merged_from is None else "merged", author=by, content=fresh.content(), merged_from=merged_from,
    ).save(force_insert=True)  # fmt: skip
    record(
        ACTIONS[act], school=fresh.school_id, who=by, object=fresh.pk, student=fresh.student_id_for_trace(),
        detail=fresh.kind(),
    )  # fmt: skip
    fresh.take_effect(by=by)
    transaction.on_commit(partial(fresh.announce, act))
    return fresh


def _merge[I: Item](
    item: I, changes: dict[str, Any], by: User, base_version: int, key: SavedKey, check: Check, reads: Reads | None
) -> Saved[I]:
    """Save on top of what a colleague saved meanwhile, where both can stand; the container is claimed already. Raises
    `StaleVersion` where they cannot."""
    current = item.fresh()
    old = Revision.objects.exclude(act=Revision.SET_ASIDE).filter(item=item.pk, version=base_version).first()
    if old is not None and reads is not None and not reads(old, current):
        old = None
    mine = content_with(current, changes)
    if current.removed_at is None and old is not None:
        mine |= {name: value for name, value in old.content.items() if name not in changes}
        theirs = current.content()
        merged = merge(old.content, mine, theirs, together=item.TOGETHER)
        # Where the readers changed, or what it stands under and is hidden with, one of the two wrote for others than those
        # who would now read it.
        together = [name for group in item.TOGETHER for name in group]
        readers = [name for name in (*together, *item.HIDDEN_WITH) if name in theirs]
        if any(not old.content.get(name) == mine.get(name) == theirs[name] for name in readers):
            merged.overlaps += [name for name in readers if name not in merged.overlaps]
        if not merged.overlaps:
            # What I alone changed goes as I sent it; what was made out of both is plain text or a plain mapping.
            wanted = {name: changes[name] if value == mine[name] else value for name, value in merged.changes.items()}
            try:
                with transaction.atomic():
                    key.version = current.version + 1
                    now = copy.copy(current)  # which a refusal still needs as it stands
                    fresh = _write(now, wanted, "changed", by, current.version, key, merged_from=base_version)
                    if check(fresh):
                        return Saved(fresh, merged=True)
                    raise StaleVersion(current)  # each of the two was sound, the two together are not
            except (StaleVersion, IntegrityError):
                pass
    raise StaleVersion(current if current.removed_at is None else None, set_aside=_set_aside(current, mine, by, key))


def _set_aside(current: Item, mine: dict[str, Any], by: User, key: SavedKey) -> bool:
    """Keep what was not saved in the history of the item, once for each key: whatever is chosen next, it is not gone."""
    pk = uuid.uuid5(key.key, Revision.SET_ASIDE)
    if not Revision.objects.filter(pk=pk).exists():
        Revision.objects.create(
            pk=pk, school_id=current.school_id, kind=current.kind(), item=current.pk, version=current.version,
            act=Revision.SET_ASIDE, author=by, content=mine,
        )  # fmt: skip
    return True


def _done(new: SavedKey) -> SavedKey | None:
    """The earlier save under this key. Raises `KeyReused` when that was of something else."""
    done = SavedKey.objects.filter(pk=new.pk).first()
    if done and (done.digest != new.digest or done.user_id != new.user_id):
        raise KeyReused
    return done


def _note_key(new: SavedKey) -> SavedKey | None:
    """Write the key down; return the earlier save when there was one. Two at once: one of them waits and finds the other."""
    try:
        with transaction.atomic():
            new.save(force_insert=True)
    except IntegrityError:
        return _done(new)
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


def _update(item: Item, values: dict[str, Any], act: str, by: User, base_version: int) -> None:
    rows = type(item)._base_manager.filter(pk=item.pk, version=base_version)
    rows = rows.exclude(removed_at=None) if act == "restored" else rows.filter(removed_at=None)
    now = timezone.now()
    if not rows.update(**values, version=base_version + 1, updated_at=now, updated_by=by):
        raise StaleVersion(type(item)._base_manager.filter(pk=item.pk, removed_at=None).first())
    item.version, item.updated_at, item.updated_by = base_version + 1, now, by
