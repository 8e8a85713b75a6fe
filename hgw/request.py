"""The request as our views get it: signed in, with htmx's headers read and a list for what the trace must hold."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from hgw.accounts.models import User
    from hgw.accounts.sessions import SessionStore
    from hgw.audit.models import Entry


def sent(request: HttpRequest) -> Any:
    """What a form gets: what was sent, be it nothing at all; None when the form is only asked for."""
    return request.POST if request.method == "POST" else None


class Request(HttpRequest):
    user: "User"
    locked_user: "User | None"  # whose session this is, behind a lock; `user` is nobody then (hgw.middleware)
    session: "SessionStore"
    htmx: HtmxDetails
    trace: "list[Entry]"  # reads to be written down before the answer leaves (hgw.transaction)
    elsewhere: Any  # what another server said before the transaction began (hgw.transaction.after_asking)
    emergency: Any  # what this session has open in need, None for nothing (students/emergency.py)
