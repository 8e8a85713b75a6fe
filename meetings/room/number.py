"""The number of the last change of a meeting, where the store of the room does not know it."""

import uuid

from hgw.storage.row_security import WHOLE
from hgw.transaction import reading
from meetings.models import Meeting
from meetings.room import store


def number_of(meeting: uuid.UUID) -> int | None:
    """The number in the database itself, looked at now and then: it mends what was never published. None without a meeting.

    For any school: it is asked before it is known who asks, for the one meeting that a signed ticket names.
    """
    with reading(WHOLE):
        number = Meeting.objects.filter(pk=meeting).order_by().values_list("change_no", flat=True).first()
    if number is not None:
        store.correct(meeting, number)
    return number
