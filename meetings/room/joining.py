"""The short address of a meeting that is going on: for the wall, in letters that are told apart across a room.

It is worked out from the meeting and says nothing about it. It opens nothing either: whoever follows it signs in, and
finds only a meeting of their own that is going on now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.crypto import salted_hmac

from hgw.accounts.models import User
from meetings.models import Meeting

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
LENGTH = 6
EDGE = 4  # squares of white around the code: a camera needs them


def code(meeting: Meeting) -> str:
    """Six letters and digits, the same as long as the meeting exists."""
    number = int.from_bytes(salted_hmac("meetings.room.joining", meeting.pk.hex, algorithm="sha256").digest())
    return "".join(LETTERS[number // len(LETTERS) ** place % len(LETTERS)] for place in range(LENGTH))


def find(user: User, text: str) -> Meeting | None:
    """The meeting behind a code, among those that this user reads and that are going on."""
    going_on = Meeting.objects.visible_to(user).filter(status=Meeting.Status.IN_PROGRESS)
    return next((meeting for meeting in going_on if code(meeting) == text.lower()), None)


@dataclass(frozen=True)
class WayIn:
    """What the wall shows: the address, and the same as a QR code. `path` draws its dark squares, `size` is its side."""

    address: str
    size: int
    path: str


def way_in(address: str) -> WayIn:
    """The address without its scheme, as one types it; the code holds all of it."""
    import segno  # 0.4 MB that only a wall needs

    squares = list(segno.make(address, error="m").matrix)
    runs = "".join(_dark(y, row) for y, row in enumerate(squares, start=EDGE))
    return WayIn(address.partition("://")[2], len(squares) + 2 * EDGE, runs)


def _dark(y: int, row: Sequence[int]) -> str:
    """The dark stretches of one row, each as a rectangle of one high."""
    found, x = [], EDGE
    for value, cells in groupby(row):
        length = len(list(cells))
        if value:
            found.append(f"M{x} {y}h{length}v1h-{length}z")
        x += length
    return "".join(found)
