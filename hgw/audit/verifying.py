"""Whether the trace is what it was: each entry what its mark says, each seal what it held, the chain without a gap."""

from array import array
from collections.abc import Iterator
from itertools import batched

from django.db.models import Count

from hgw.audit.marks import BEGINNING, begins, head, is_marked, key_name, unpacked
from hgw.audit.models import Entry, Seal
from hgw.audit.sealing import settled

SOME = 1000


class Broken(Exception):
    """The trace was changed past the program; the words name the first row and say why."""


def check(known_head: str = "") -> tuple[int, str]:
    """How many entries the trace holds, and the head of its chain. In a transaction of the caller, which sees one moment.

    `known_head` is a head that was noted before: it must still be in the chain. Raises `Broken`. What no seal holds yet is
    tied to nothing: that an entry of the last minute was taken away cannot be seen.
    """
    held, last, heads = array("q"), BEGINNING, {BEGINNING}
    newest: Seal | None = None
    for newest in Seal.objects.order_by("pk").iterator(50):
        held.extend(_check_seal(newest, last))
        last = newest.head
        heads.add(last)
    if known_head and known_head not in heads:
        raise Broken(f"head {known_head}\tnot in the chain: what was sealed under it is gone or was changed")
    _check_rest(held, newest)
    _check_copies()
    return Entry.objects.count(), last


def _check_seal(seal: Seal, last: str) -> list[int]:
    if seal.key != key_name():
        raise Broken(f"seal {seal.pk}\tmade with another signing key than that of this installation")
    pairs = list(unpacked(seal.entries))
    rows = Entry.objects.in_bulk([pk for pk, _start in pairs])
    for pk, start in pairs:
        if pk not in rows:
            raise Broken(f"entry {pk}\tgone")
        _check_mark(rows[pk])
        if not begins(rows[pk].mark, start):
            raise Broken(f"entry {pk}\tanother one than was sealed here")
    if seal.previous != last:
        raise Broken(f"seal {seal.pk}\tdoes not follow the one before it")
    if seal.head != head(last, seal.at, [(pk, rows[pk].mark) for pk, _start in pairs]):
        raise Broken(f"seal {seal.pk}\tnot what was sealed")
    return [pk for pk, _start in pairs]


def _check_mark(entry: Entry) -> None:
    if not is_marked(entry):
        raise Broken(f"entry {entry.pk}\tnot what was written")


def _check_rest(held: "array[int]", newest: Seal | None) -> None:
    """What no seal holds: it came after the newest one, or was under way then."""
    before = settled(newest.at) if newest else None
    for some in batched(_not_held(held), SOME):
        for pk, entry in sorted(Entry.objects.in_bulk(some).items()):
            _check_mark(entry)
            if before and pk <= before.up_to:
                raise Broken(f"entry {pk}\tcame in between others that were sealed long before")


def _not_held(held: "array[int]") -> Iterator[int]:
    sealed, at = sorted(held), 0
    for pk in Entry.objects.order_by("pk").values_list("pk", flat=True).iterator(SOME):
        while at < len(sealed) and sealed[at] < pk:
            at += 1
        if at == len(sealed) or sealed[at] != pk:
            yield pk


def _check_copies() -> None:
    """Two entries never have the same mark: one of them was copied."""
    twice = Entry.objects.order_by().values("mark").annotate(times=Count("pk")).filter(times__gt=1)
    found = Entry.objects.filter(mark__in=[row["mark"] for row in twice[:SOME]]).order_by("-pk").first()
    if found:
        raise Broken(f"entry {found.pk}\ta copy of another one")
