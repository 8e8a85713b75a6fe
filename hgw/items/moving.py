"""The order of items on a page: it is no text, and has no version."""

from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from hgw.accounts.models import User
from hgw.audit.models import Action, record
from hgw.items.models import Item


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
        transaction.on_commit(partial(item.announce, "moved"))
        record(Action.ITEM_MOVED, school=item.school_id, who=by, object=item.pk, student=item.student_id_for_trace())
