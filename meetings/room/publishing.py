"""After a commit: tell the room that the meeting has something new."""

import functools
import uuid

from django.db import transaction

from meetings.room import store


def rights_changed_after_commit(whose: uuid.UUID) -> None:
    """Have what was handed out under the rights of this person, or of all in this meeting, asked for again."""
    transaction.on_commit(functools.partial(store.rights_changed, whose), robust=True)


def publish_after_commit(meeting: uuid.UUID, number: int) -> None:
    """Publish the number of this meeting once what changed it is on disk. What fails there fails no save.

    Each change has a number of its own, so of two saves at once the higher one is published, whichever comes last.
    """
    transaction.on_commit(functools.partial(store.publish, meeting, number), robust=True)
