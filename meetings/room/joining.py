"""The short address of a meeting that is going on: for the wall, in letters that are told apart across a room.

It is worked out from the meeting and says nothing about it. It opens nothing either: whoever follows it signs in, and
finds only a meeting of their own that is going on now.
"""

import segno
from django.utils.crypto import salted_hmac
from django.utils.safestring import mark_safe

from hgw.accounts.models import User
from meetings.models import Meeting

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
LENGTH = 6


def code(meeting: Meeting) -> str:
    """Six letters and digits, the same as long as the meeting exists."""
    number = int.from_bytes(salted_hmac("meetings.room.joining", meeting.pk.hex, algorithm="sha256").digest())
    return "".join(LETTERS[number // len(LETTERS) ** place % len(LETTERS)] for place in range(LENGTH))


def find(user: User, text: str) -> Meeting | None:
    """The meeting behind a code, among those that this user reads and that are going on."""
    going_on = Meeting.objects.visible_to(user).filter(status=Meeting.Status.IN_PROGRESS)
    return next((meeting for meeting in going_on if code(meeting) == text.lower()), None)


def way_in(address: str) -> dict[str, str]:
    """What the wall shows: the address, and its picture for a camera."""
    shown = segno.make(address, error="m").svg_inline(omitsize=True, svgclass="qr", lineclass=None, border=2)
    return {"address": address.partition("://")[2], "picture": mark_safe(shown)}  # noqa: S308  # of our own address
