"""After a commit: tell the room that the meeting has something new."""

import functools
import uuid
from typing import Any

from django.db import transaction

from meetings.room import store


def publish_after_commit(meetings: Any, pk: uuid.UUID) -> None:
    """Publish the number of this meeting once what changed it is on disk. What fails there fails no save.

    The number is read after the commit: of two saves at once, whichever is published last finds both.
    """
    transaction.on_commit(functools.partial(_publish, meetings, pk), robust=True)


def _publish(meetings: Any, pk: uuid.UUID) -> None:
    number = meetings.filter(pk=pk).values_list("change_no", flat=True).first()
    if number is not None:
        store.publish(pk, number)
