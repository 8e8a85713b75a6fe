"""What every fault must leave behind: each acknowledged save once, with exactly its text, in a sound database."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from hgw.audit.models import Entry
from hgw.audit.sealing import try_to_seal
from hgw.audit.verifying import Broken, check
from hgw.items.models import Revision, SavedKey
from hgw.text import normal
from meetings.kinds import kinds
from tests.faults.ledger import Acknowledged
from tests.faults.scene import KIND, Scene


@dataclass
class Found:
    """What was acknowledged, what of it was found again, and what is wrong."""

    acknowledged: int = 0
    found: int = 0
    lost: int = 0
    doubled: int = 0
    faults: list[str] = field(default_factory=list)


def prove(scene: Scene) -> Found:
    """Compare the ledger with the database: the item, its history, its keys, its trace, and the file itself."""
    saves = scene.ledger.read()
    found = Found(acknowledged=len(saves))
    history: dict[str, list[Revision]] = {item: [] for item in scene.items}
    for revision in Revision.objects.filter(item__in=scene.items).order_by("item", "version", "at"):
        history[str(revision.item)].append(revision)
    for save in saves:
        kept = [row for row in history.get(save.item, []) if row.act != Revision.SET_ASIDE]
        there = any(row.version == save.version and _holds(row, save) for row in kept)
        hits = sum(row.content["text"] == normal(save.text) for row in kept)
        found.found += there
        found.lost += not there
        found.doubled += hits > 1
    keys = Counter(SavedKey.objects.filter(key__in=[save.key for save in saves]).values_list("key", flat=True))
    found.faults += (
        [f"{len(saves) - len(keys)} keys are gone"] if len(keys) != len({save.key for save in saves}) else []
    )
    for item, rows in history.items():
        found.doubled += _check_item(item, rows, found.faults)
    found.faults += _check_trace()
    found.faults += _check_database()
    return found


def _holds(revision: Revision, save: Acknowledged) -> bool:
    """Whether a version is what was acknowledged: this text, or every line that was new in it among a colleague's."""
    text = revision.content["text"]
    return set(map(normal, save.own)) <= set(text.split("\n")) if save.merged else text == normal(save.text)


def _check_item(item: str, rows: list[Revision], faults: list[str]) -> int:
    """An item, its history and its trace say the same; how many texts were saved more than once."""
    kept = [row for row in rows if row.act != Revision.SET_ASIDE]
    row: Any = kinds()[KIND].model._base_manager.get(pk=item)
    if [revision.version for revision in kept] != list(range(1, row.version + 1)):
        faults.append(
            f"{item}: the history has versions {[revision.version for revision in kept]}, the item {row.version}"
        )
    if not kept or kept[-1].content["text"] != row.text:
        faults.append(f"{item}: the item holds another text than its newest version")
    traced = Entry.objects.filter(object=item, action__in=("item.added", "item.changed")).count()
    if traced != len(kept):
        faults.append(f"{item}: {len(kept)} versions, {traced} in the trace")
    return sum(times - 1 for times in Counter(revision.content["text"] for revision in kept).values())


def _check_trace() -> list[str]:
    """What is wrong with the trace as a whole: an entry that is not what was written, a seal that holds another."""
    try_to_seal()  # as the task worker does
    try:
        check()
    except Broken as broken:
        return [f"the trace: {broken}"]
    return []


def _check_database() -> list[str]:
    """What the database itself finds wrong with its files."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA integrity_check")
            return [str(row[0]) for row in cursor.fetchall() if row[0] != "ok"]
        cursor.execute("CREATE EXTENSION amcheck")
        try:
            cursor.execute(
                "SELECT bt_index_check(c.oid, heapallindexed => true) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
                " JOIN pg_am a ON a.oid = c.relam JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE a.amname = 'btree' AND n.nspname = 'public' AND c.relpersistence = 'p' AND i.indisvalid"
            )
        finally:
            cursor.execute("DROP EXTENSION amcheck")  # not in a backup: who puts that back may not make it
        return []  # what it finds, it raises
