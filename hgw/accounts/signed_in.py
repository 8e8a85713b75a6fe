"""Where somebody is signed in at this moment, and ending that: one's own, one or all others, and all of a colleague's.

What there is to see stands in the web sessions themselves (`Session`) and goes with them; nothing more is kept for it, no
address of the network either. The key of a session lets in whoever has it, so it stands on no page and in no address: there a
session is called by a keyed hash of it.
"""

import datetime
import uuid
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from hgw.accounts import sessions
from hgw.accounts.models import School, Session, User
from hgw.audit.models import Action, hidden, record, remember


@dataclass(frozen=True)
class SignIn:
    """A session of one user, as he or she gets to see it. `browser` is empty when it did not say which it is."""

    pk: uuid.UUID
    browser: str
    is_shared: bool
    begun_at: datetime.datetime
    seen_at: datetime.datetime
    is_here: bool


def of(user: User, *, here: str) -> list[SignIn]:
    """The sessions of this user: the one with the key `here` first, then who was seen last."""
    found = [_seen(row, here) for row in _running(user).order_by("-seen_at", "-begun_at")]
    return sorted(found, key=lambda one: not one.is_here)


def end_one(user: User, pk: uuid.UUID, *, here: str) -> bool:
    """End this session of the user. False when none of the user's is called so, or when it is the one with the key `here`."""
    keys = _running(user).exclude(pk=here).values_list("pk", flat=True)
    key = next((key for key in keys if _called(key) == pk), None)
    if key is None:
        return False
    sessions.end_one(user.pk, key)
    _record(user, by=user, school=None, which="one")
    return True


def end_others(user: User, *, here: str) -> bool:
    """End every session of the user but the one with the key `here`. False: there was no other."""
    if not _running(user).exclude(pk=here).exists():
        return False
    sessions.end_all(user.pk, but=here)
    _record(user, by=user, school=None, which="others")
    return True


def end_for(user: User, *, school: School, by: User) -> None:
    """End every session of somebody who works at this school, who goes on working there; nothing else changes.

    Written down also where there was none: whether a colleague is signed in at this moment is not told.
    """
    sessions.end_all(user.pk)
    _record(user, by=by, school=school, which="all")


def _running(user: User) -> "QuerySet[Session]":
    return Session.objects.filter(user=user, expire_date__gt=timezone.now())


def _called(key: str) -> uuid.UUID:
    return hidden("session", key)


def _seen(row: Session, here: str) -> SignIn:
    said = row.get_decoded()
    return SignIn(
        _called(row.pk), said.get(sessions.BROWSER, ""), said.get(sessions.DEVICE, sessions.SHARED) == sessions.SHARED,
        row.begun_at, row.seen_at, is_here=row.pk == here,
    )  # fmt: skip


def _record(user: User, *, by: User, school: School | None, which: str) -> None:
    """The object of the entry is who was signed out."""
    remember("user", [(one.pk, one.name) for one in {user, by}])
    record(Action.SESSIONS_ENDED, school=school.pk if school else None, who=by, object=user.pk, detail=which)
