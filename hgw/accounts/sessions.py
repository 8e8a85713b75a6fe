"""How long somebody stays signed in, and the lock over what is on the screen.

Two kinds of device, chosen at sign-in: one that is shared, and one's own. Each has a time without anything done after which
the session locks, and a time after which it ends (`SESSION_LOCKS_AFTER`, `SESSION_ENDS_AFTER`). Behind a lock nobody is
signed in, for any request but the one that unlocks and the one that signs out (hgw/middleware.py); what a page asks by
itself (`BY_ITSELF`) is nothing done. This is also the engine of Django's sessions (`SESSION_ENGINE`).
"""

import datetime
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.http import HttpRequest
from django.utils import timezone

from hgw.accounts import browsers, rights

if TYPE_CHECKING:
    from hgw.accounts.models import Session

DEVICE = "device"  # in the session: on what kind of device it was begun
BROWSER = "browser"  # in the session: which browser it was begun in, as hgw/accounts/browsers.py names it
ASKED = "device_asked"  # in the session: what was chosen by whoever is signing in
SHARED = "shared"  # what it is unless somebody says otherwise
BY_ITSELF = "X-By-Itself"  # a header: a page asks this without anybody doing anything
ONCE_IN = 60  # seconds; sooner than that it is not written again that somebody is there


class SessionStore(db.SessionStore):
    """Django's own, with the columns of `Session` at hand, which are read with it."""

    row: "Session | None" = None

    @classmethod
    def get_model_class(cls) -> "type[Session]":  # type: ignore[override]  # the library's own model is another one
        from hgw.accounts.models import Session

        return Session

    def _get_session_from_db(self) -> "Session | None":
        self.row = super()._get_session_from_db()  # type: ignore[misc]  # not in the stubs
        return self.row

    def create(self) -> None:
        self.row = None
        super().create()

    def create_model_instance(self, data: Any) -> Any:
        made: Any = super().create_model_instance(data)
        made.user_id = data.get(SESSION_KEY)
        return made

    def get_expiry_date(self, **kwargs: Any) -> datetime.datetime:
        begun = self.row.begun_at if self.row else timezone.now()
        return begun + datetime.timedelta(seconds=settings.SESSION_ENDS_AFTER[self.device])

    @property
    def device(self) -> str:
        """A key of `SESSION_LOCKS_AFTER`."""
        chosen = self.get(DEVICE)
        return chosen if chosen in settings.SESSION_LOCKS_AFTER else SHARED

    @property
    def locks_after(self) -> int:
        """Seconds without anything done after which it locks."""
        after: int = settings.SESSION_LOCKS_AFTER[self.device]
        return after

    @property
    def locks_in(self) -> float:
        """Seconds until it locks when nothing is done; 0 when it is locked, by hand or by itself."""
        if SESSION_KEY not in self or self.row is None:
            return float(self.locks_after)
        if self.row.locked_at:
            return 0
        return max(0, self.locks_after - (timezone.now() - self.row.seen_at).total_seconds())


def begin(request: HttpRequest, device: str | None = None) -> None:
    """Note of a session that just began on what kind of device that was, and in which browser."""
    request.session[DEVICE] = device or SHARED
    request.session[BROWSER] = browsers.named(request.headers.get("User-Agent", ""))


def lock(request: HttpRequest) -> None:
    """Lock this session: in all its tabs, until its user gives the password or somebody else signs in."""
    _change(request, locked_at=timezone.now())
    rights.changed(request.user.pk)  # type: ignore[arg-type]  # somebody is signed in


def unlock(request: HttpRequest) -> None:
    """Go on with this session. The caller knows that its user is there."""
    _change(request, locked_at=None, seen_at=timezone.now())


def is_to_be_seen(request: HttpRequest) -> bool:
    """Whether somebody who is signed in does something, and it was not written down a short while ago."""
    session = getattr(request, "session", None)
    if session is None or session.row is None or BY_ITSELF in request.headers or not request.user.is_authenticated:
        return False
    since = (timezone.now() - session.row.seen_at).total_seconds()
    return bool(since >= min(ONCE_IN, session.locks_after / 5))


def seen(request: HttpRequest) -> None:
    """Write down that somebody is there; in a transaction of the caller."""
    _change(request, seen_at=timezone.now())


def change(request: HttpRequest, name: str, of: Callable[[Any], Any]) -> None:
    """Let `name` in this session be what `of` makes of its value, which is None where it has none; in a transaction of the
    caller. The rest stays as it is at that moment: what another request changes meanwhile is not undone by this one.

    Not seen by the request at hand; nothing at all when the sign-in ended meanwhile.
    """
    from hgw.accounts.models import Session

    row = Session.objects.select_for_update().filter(pk=request.session.session_key).first()
    if row:
        data: dict[str, Any] = request.session.decode(row.session_data)
        data[name] = of(data.get(name))
        Session.objects.filter(pk=row.pk).update(session_data=request.session.encode(data))


def end_all(user: uuid.UUID, *, but: str = "") -> None:
    """End every session of this user, everywhere, when the transaction of the caller does what is the reason; `but` is the
    key of one that stays."""
    from hgw.accounts.models import Session

    Session.objects.filter(user=user).exclude(pk=but).delete()
    rights.changed(user)


def end_one(user: uuid.UUID, key: str) -> None:
    """End the session of this user with this key."""
    from hgw.accounts.models import Session

    Session.objects.filter(user=user, pk=key).delete()
    rights.changed(user)


def _change(request: HttpRequest, **values: Any) -> None:
    from hgw.accounts.models import Session

    Session.objects.filter(pk=request.session.session_key).update(**values)
