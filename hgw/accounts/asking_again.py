"""Asking somebody who is signed in to show once more who is there, before something that a page left open must not give away.

The password; or the second step, or the provider, of whom no password is known here. How long that counts is `JUST_NOW`, of
`ACCOUNT_REAUTHENTICATION_TIMEOUT`. A file in need asks for more: that it was shown for this file (students/emergency.py).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT as JUST_NOW  # seconds
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY, suspend_request
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from hgw.request import Request

View = Callable[..., HttpResponse]


def was_shown_just_now(request: Any) -> bool:
    """Whether somebody signed in, or showed again who is there, a moment ago: then it is not asked a second time.

    Coming in by a provider that does not say when somebody signed in there is not enough: it may have let in whoever sits
    at a browser that a colleague left open.
    """
    records = get_authentication_records(request, request.user)
    shown = (taken for taken in records if "provider" not in taken or taken.get("reauthenticated"))
    return any(timezone.now().timestamp() - taken["at"] < JUST_NOW for taken in shown)


def ask_again(request: Request) -> HttpResponse:
    """Ask who is there. What was sent waits in the session and goes on by itself; who only wants to look at the page again
    does not mean any more what was sent to it before.

    Raises `PermissionDenied` for whom there is no way to show it.
    """
    if request.method != "POST":
        request.session.pop(STATE_SESSION_KEY, None)
    return suspend_request(request, _place(request))


def ask_before_taking(request: Request, back: str) -> HttpResponse | None:
    """Ask who is there before a file is taken along, and lead to the page `back` where it is taken; None: shown just now.

    A file leaves the page that one is on as it is: after the password one would sit before the password still.
    """
    if was_shown_just_now(request):
        return None
    messages.info(request, _("Show first that it is you. Then choose the file once more."))
    return _ask_and_lead_to(request, back)


def ask_before_sending(request: Request) -> HttpResponse | None:
    """Ask who is there before a form counts, and lead back to its page; None: shown just now.

    What was sent waits nowhere: a yes that cannot be taken back is given after the password, and one password is not kept
    until another is shown.
    """
    if was_shown_just_now(request):
        return None
    if request.method == "POST":
        messages.info(request, _("Show first that it is you. Then send the form once more."))
        return _ask_and_lead_to(request, request.path)
    return ask_again(request)


def _ask_and_lead_to(request: Request, back: str) -> HttpResponse:
    request.session.pop(STATE_SESSION_KEY, None)
    return HttpResponseRedirect(f"{_place(request)}?{urlencode({'next': back})}")


def _place(request: Request) -> str:
    methods = get_adapter().get_reauthentication_methods(request.user)
    if not methods:
        raise PermissionDenied
    return str(methods[0]["url"])


def asks_again(view: View) -> View:
    """Lead to the password, or to the code, where the library wants that before something changes.

    It says so with an exception, which its own middleware does not meet: our transaction stands between them.
    """

    @wraps(view)
    def ask(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except ReauthenticationRequired:
            return ask_again(request)

    return ask


def only_just_shown(view: View) -> View:
    """Ask before the view who is there, unless that was shown a moment ago."""

    @wraps(view)
    def ask(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs) if was_shown_just_now(request) else ask_again(request)

    return ask
