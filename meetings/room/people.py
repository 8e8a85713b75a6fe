"""Who has the meeting open now, and who writes where: only what this user may know, and a hint, never a lock."""

import uuid
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from hgw.accounts.models import User
from hgw.items.models import CONFIDENTIAL, VisibleItem
from hgw.storage.row_security import WHOLE
from hgw.transaction import reading
from meetings import steps
from meetings.kinds import kinds
from meetings.models import Meeting, Participant, StepText
from meetings.readable import readable
from meetings.room.store import Room


@dataclass(frozen=True)
class Somebody:
    """Whom the bar of the meeting shows: everybody around the table, and who looks along without a seat."""

    name: str
    role: str
    user: str  # id, '' where the name is no user
    leads: bool = False
    was_heard_before: bool = False
    is_here: bool = False
    writes: bool = False


def around_the_table(meeting: Meeting, user: User, room: Room) -> list[Somebody]:
    """The seats, then who else is there. To a room that watches a projection, seats only: it did not ask who looks along."""
    here = {one.person for one in room.seen}
    writing = {one.person for one in room.seen if one.place}
    seats = readable(Participant, meeting, user, "person")
    found = [
        Somebody(
            seat.person.name, seat.role_label, (own := str(seat.person.user_id or "")),
            seat.person_id == meeting.chair_id, seat.participation == "beforehand", own in here, own in writing,
        )
        for seat in seats
    ]  # fmt: skip
    rest = here - {one.user for one in found}
    if not rest or user.is_projecting:
        return found
    others = User.objects.filter(pk__in=rest).order_by("name")
    return found + [
        Somebody(other.name, _("looks along"), str(other.pk), is_here=True, writes=str(other.pk) in writing)
        for other in others
    ]


def busy(meeting: Meeting, step: steps.Step, user: User, room: Room, people: list[Somebody]) -> dict[str, str]:
    """Of the items of this step that this user reads: in which somebody else writes now, and the sentence that says so."""
    names = {one.user: one.name.split()[0] for one in people if one.user}
    writers: dict[str, list[str]] = {}
    for one in room.seen:
        if one.person in names and one.person != str(user.pk) and _is_id(one.place):
            writers.setdefault(one.place, []).append(names[one.person])
    readable_ids = _readable(meeting, step, user, list(writers)) if writers else set()
    return {
        place: _("%(names)s is writing here too.") % {"names": ", ".join(dict.fromkeys(own))}
        for place, own in writers.items()
        if place in readable_ids
    }


def is_hidden(place: str) -> bool:
    """Whether some at the table may not read the item in which somebody writes: then nobody hears that he or she writes.

    To those who read it too it would be of use; but a sign that comes and goes is seen by all, and says that it is there.
    """
    if not _is_id(place):
        return False
    hidden = [
        rows.order_by().values_list("pk", flat=True) for rows in map(_not_for_all, _written()) if rows is not None
    ]
    found = [rows.filter(pk=place) for rows in hidden]
    with reading(
        WHOLE
    ):  # asked of a signed ticket, before it is known who asks: an item that is not there would be for all
        return found[0].union(*found[1:]).exists()


@cache
def _written() -> tuple[Any, ...]:
    """The kinds of items that are written in the steps."""
    return tuple(dict.fromkeys(kinds()[name].model for step in steps.STEPS for name in step.kinds if name in kinds()))


def _not_for_all(model: Any) -> Any:
    """The items of one kind that are confidential, or stand under something confidential; None where there are none."""
    if model.access_object != "item":
        return model.objects.all()
    paths = [f"{name}__visibility__contains" for name in getattr(model, "HIDDEN_WITH", ())]
    paths += ["visibility__contains"] if issubclass(model, VisibleItem) else []
    return model.objects.filter(reduce(or_, (Q(**{path: CONFIDENTIAL}) for path in paths))) if paths else None


def _is_id(place: str) -> bool:
    try:
        return bool(uuid.UUID(place))
    except ValueError:
        return False


def _readable(meeting: Meeting, step: steps.Step, user: User, ids: list[str]) -> set[str]:
    models: list[Any] = [StepText, *(kinds()[name].model for name in step.kinds if name in kinds())]
    found: set[str] = set()
    for model in models:
        container = {"came_with": meeting.pk} if hasattr(model, "came_with") else {"meeting": meeting}
        rows = model.objects.visible_to(user).filter(pk__in=ids, **container).order_by()
        found |= {str(pk) for pk in rows.values_list("pk", flat=True)}
    return found
