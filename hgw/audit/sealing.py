"""Sealing the trace: now and then, beside the saves, what came in since is tied to all that was sealed before.

A save only marks its own entry, so nobody waits for anybody. A seal names the entries in it one by one: on PostgreSQL
an entry may come to light after one with a higher id, and is then in a later seal.
"""

import contextlib
import datetime
import logging

from django.db import DatabaseError, IntegrityError
from django.utils import timezone

from hgw.audit.marks import BEGINNING, head, key_name, packed, unpacked
from hgw.audit.models import Entry, Seal
from hgw.transaction import writing

logger = logging.getLogger(__name__)
MOST = 1000  # entries in one seal
LATE = datetime.timedelta(hours=6)  # no transaction lasts as long: what was not to be seen then never was there


def seal() -> int:
    """Seal every entry that no seal holds yet; return how many these are. Two programs may try at once."""
    sealed = 0
    try:
        while some := _seal_some():
            sealed += some
    except IntegrityError:
        pass  # somebody else sealed at this moment: the chain has one next link
    return sealed


def try_to_seal() -> None:
    """Seal what can be sealed before something that matters more; what cannot waits for the next time."""
    with contextlib.suppress(DatabaseError):
        seal()


def tell_head() -> None:
    """Write the head of the chain into the log, which is kept or sent elsewhere: `audit_verify --head` asks for one of these."""
    if newest := Seal.objects.order_by("-pk").first():
        logger.info("sealed", extra={"fields": {"head": newest.head, "seal": newest.pk}})


def waiting() -> int:
    """About how many entries wait for a seal."""
    newest = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    last = Seal.objects.order_by("-pk").values_list("up_to", flat=True).first() or 0
    return newest - last


def settled(at: datetime.datetime) -> Seal | None:
    """The newest seal of so long before this moment that nothing with an id up to its own can still come to light."""
    return Seal.objects.filter(at__lt=at - LATE).order_by("-pk").first()


def _seal_some() -> int:
    with writing():
        now = timezone.now()
        last = Seal.objects.order_by("-pk").first()
        up_to = last.up_to if last else 0
        rows = Entry.objects.order_by("pk").values_list("pk", "mark")
        marks = [*_late(now, up_to), *rows.filter(pk__gt=up_to)[:MOST]]
        if not marks:
            return 0
        previous = last.head if last else BEGINNING
        Seal(
            at=now, previous=previous, head=head(previous, now, marks), entries=packed(marks),
            up_to=max(up_to, marks[-1][0]), key=key_name(),
        ).save(force_insert=True)  # fmt: skip
        return len(marks)


def _late(now: datetime.datetime, up_to: int) -> list[tuple[int, str]]:
    """Entries that came to light after others with a higher id were sealed."""
    before = settled(now)
    seals = Seal.objects.filter(pk__gt=before.pk if before else 0).values_list("entries", flat=True)
    held = {pk for kept in seals for pk, _mark in unpacked(kept)}
    rows = Entry.objects.filter(pk__gt=before.up_to if before else 0, pk__lte=up_to).order_by("pk")
    if rows.count() == len(held):
        return []
    return [(pk, mark) for pk, mark in rows.values_list("pk", "mark") if pk not in held]
