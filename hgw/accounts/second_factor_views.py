"""The pages of the second step: those of the library, under our addresses, with what they change in the trace."""

from functools import wraps
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hgw.accounts import second_factor, sessions, signing_in
from hgw.accounts.asking_again import View, asks_again
from hgw.limits import too_often
from hgw.request import Request


def _pages_of(part: str) -> Any:
    """A part of the library, loaded when somebody first needs it: what reads passkeys takes 13 MB in each web worker."""
    return SimpleLazyObject(lambda: import_module(f"allauth.mfa.{part}.views"))


base, recovery_codes, totp, webauthn = map(_pages_of, ("base", "recovery_codes", "totp", "webauthn"))


def changes(view: View) -> View:
    """Write down what the view sets up or ends."""

    @wraps(view)
    def note(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        before = second_factor.held(request.user) if request.method == "POST" else {}
        response = view(request, *args, **kwargs)
        if request.method == "POST":
            second_factor.note_changes(request, before)
        return response

    return note


def keeps_one(view: View) -> View:
    """Refuse to end the last second step of somebody whose role asks for one."""

    @wraps(view)
    def look(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        if second_factor.may_lose_one(request.user):
            return view(request, *args, **kwargs)
        messages.error(request, _("Your role asks for a second step. Set up another one first, then this one can go."))
        return redirect("mfa_index")

    return look


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def mfa_authenticate(request: Request) -> HttpResponse:
    """The second step, after the password."""
    response: HttpResponse = base.authenticate(request)
    if request.method == "POST" and response.status_code == 200:
        signing_in.refused(request, request._login_stage.login.user.email, "wrong_code")  # type: ignore[attr-defined]  # set by the library
    return response


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def mfa_login_webauthn(request: Request) -> HttpResponse:
    """A passkey in the place of password and second step."""
    request.session.pop(sessions.ASKED, None)  # what somebody chose who went away before the second step
    if wait := too_often(request, "passkey"):  # asking begins a session, also for a stranger
        return wait
    response: HttpResponse = webauthn.login_webauthn(request)
    if request.method == "POST" and not request.user.is_authenticated:
        signing_in.refused(request, "", "passkey")
    return response


@require_safe
def mfa_index(request: Request) -> HttpResponse:
    """What one has set up, and what one can."""
    return base.IndexView.as_view(extra_context=_about(request))(request)


def _about(request: Request) -> dict[str, bool]:
    """For the page: whether one has to have a second step, whether one may go, whether a browser gives passkeys here."""
    return {
        "is_owed": second_factor.is_owed(request),
        "of_all": settings.SECOND_FACTOR_OF_ALL,
        "must_have": second_factor.must_have(request.user),
        "may_lose_one": second_factor.may_lose_one(request.user),
        "has_second_step": second_factor.has(request.user),
        "can_passkeys": _can_passkeys(request),
    }


def _can_passkeys(request: Request) -> bool:
    return request.is_secure() or request.get_host().partition(":")[0] == "localhost"


@require_http_methods(["GET", "POST"])
@asks_again
def mfa_reauthenticate(request: Request) -> HttpResponse:
    """The code, once more or for the first time in this session."""
    return base.reauthenticate(request)


@require_http_methods(["GET", "POST"])
@asks_again
def mfa_reauthenticate_webauthn(request: Request) -> HttpResponse:
    """The passkey, once more or for the first time in this session."""
    return webauthn.reauthenticate_webauthn(request)


@require_http_methods(["GET", "POST"])
@asks_again
@changes
def mfa_activate_totp(request: Request) -> HttpResponse:
    """Set up an app that gives codes."""
    return totp.activate_totp(request)


@require_http_methods(["GET", "POST"])
@asks_again
@keeps_one
@changes
def mfa_deactivate_totp(request: Request) -> HttpResponse:
    """End the app that gives codes."""
    return totp.deactivate_totp(request)


@require_http_methods(["GET", "POST"])
@asks_again
@changes
def mfa_add_webauthn(request: Request) -> HttpResponse:
    """Set up a passkey."""
    return webauthn.AddWebAuthnView.as_view(extra_context={"can_passkeys": _can_passkeys(request)})(request)


@require_http_methods(["GET", "POST"])
@asks_again
@keeps_one
@changes
def mfa_remove_webauthn(request: Request, pk: int) -> HttpResponse:
    """End a passkey."""
    return webauthn.remove_webauthn(request, pk=pk)


@require_safe
@asks_again
def mfa_view_recovery_codes(request: Request) -> HttpResponse:
    """The codes on paper that are left."""
    return recovery_codes.view_recovery_codes(request)


@require_http_methods(["GET", "POST"])
@asks_again
@changes
def mfa_generate_recovery_codes(request: Request) -> HttpResponse:
    """New codes on paper; those of before no longer work."""
    return recovery_codes.generate_recovery_codes(request)
