"""The ticket with which a browser asks whether there is anything new, and the mark by which it knows.

A ticket stands for a sign-in that was checked a moment ago, for one meeting: with it, asking needs no session and no user
from the database. It is signed, good for a few minutes, and buys nothing but a mark; a page or an ordinary request gives
a new one. Where a right was given or taken since it was written, it is asked for again. A mark says that something is new,
never what or how much: what changed for others only changes it too.
"""

import uuid
from dataclasses import dataclass

from django.core import signing
from django.utils import timezone
from django.utils.crypto import salted_hmac

from hgw.accounts.models import User
from meetings.room.store import Room

SALT = "meetings.room"
GOOD_FOR = 5 * 60  # seconds


class Expired(Exception):
    """The ticket was good once."""


@dataclass(frozen=True)
class Ticket:
    user: uuid.UUID
    meeting: uuid.UUID
    is_projecting: bool
    rights: str = ""


def issue(user: User, meeting: uuid.UUID, rights: str | None = "") -> str:
    """A ticket for somebody who was found to read this meeting, under the rights of which the store knew then."""
    today = timezone.localdate().toordinal()
    return signing.dumps([user.pk.hex, meeting.hex, int(user.is_projecting), rights or "", today], salt=SALT)


def read(text: str) -> Ticket | None:
    """The ticket in this text; None when we did not write it. Raises `Expired`."""
    try:
        user, meeting, is_projecting, rights, day = signing.loads(text, salt=SALT, max_age=GOOD_FOR)
        shown = Ticket(uuid.UUID(user), uuid.UUID(meeting), bool(is_projecting), str(rights))
    except signing.SignatureExpired:
        raise Expired from None
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if day != timezone.localdate().toordinal():
        raise Expired  # roles and grants end with a day
    return shown


def mark(meeting: uuid.UUID, number: int, room: Room, *, asks: uuid.UUID) -> str:
    """What changes when there is something new for whoever asks: a save, others that come, go, write or are ready."""
    others = sorted({(one.person, one.place) for one in room.seen if one.person != str(asks)})
    return salted_hmac(SALT, repr((str(meeting), number, others, room.ready)), algorithm="sha256").hexdigest()[:20]
