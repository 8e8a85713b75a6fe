"""What a user reads of one meeting, read once for a page: its lists, what they refer to, and what forms choose from."""

from typing import Any

from hgw.accounts.models import User
from meetings.models import Meeting, Participant


def readable(model: Any, meeting: Meeting, user: User, *related: str) -> list[Any]:
    """The items of one kind in this meeting that the user reads, in their order; `related` come along when first read."""
    key = (model, user.pk)
    if key not in meeting.read:
        rows = model.objects.visible_to(user).filter(meeting=meeting)
        meeting.read[key] = list(rows.select_related(*related) if related else rows)
    found: list[Any] = meeting.read[key]
    return found


def seats(meeting: Meeting) -> list[Participant]:
    """Who sits at the table, with the person of each seat."""
    if "seats" not in meeting.read:
        rows = meeting.participants.filter(removed_at=None).select_related("person", "subject")
        meeting.read["seats"] = list(rows)
    found: list[Participant] = meeting.read["seats"]
    return found
