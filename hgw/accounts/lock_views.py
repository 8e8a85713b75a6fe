"""The lock over a page: locking it by hand, and unlocking it in its place or on a page of its own."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ReauthenticateForm
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY, reauthenticate_by_password
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from hgw.accounts import sessions
from hgw.accounts.single_sign_on import links
from hgw.htmx import render_page
from hgw.request import Request, sent

SCRIPT = "X-Lock"  # a header: the script of a page asks, and wants an answer in the place of a page


@require_POST
def session_lock(request: Request) -> HttpResponse:
    """Lock this session, in all its tabs."""
    sessions.lock(request)
    request.session.pop(
        STATE_SESSION_KEY, None
    )  # a form that was waiting for the password is not for who sits here next
    list(messages.get_messages(request))  # what was still to be said is for nobody else
    if SCRIPT in request.headers:
        return JsonResponse({"locked": True})
    return redirect_to_login(_onward(request), reverse("session_unlock"))


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def session_unlock(request: Request) -> HttpResponse:
    """Unlock with the password, as often as one may try to sign in. The password alone: the session knows the rest."""
    who = request.locked_user or request.user
    if not who.is_authenticated:
        return _signed_out(request)
    place = f"{who.pk}:{get_adapter(request).get_client_ip(request)}"  # whoever tries here keeps nobody out elsewhere
    if request.method == "POST" and (too_often := ratelimit.consume_or_429(request, action="unlock", key=place)):
        return too_often
    form = ReauthenticateForm(sent(request), user=who)
    if form.is_valid():
        sessions.unlock(request)
        request.user = who
        reauthenticate_by_password(request)
        return JsonResponse({"user": str(who.pk)}) if SCRIPT in request.headers else redirect(_onward(request))
    if SCRIPT in request.headers:
        return JsonResponse({"reason": "locked", "errors": form.errors.get("password", [])}, status=422)
    if request.method == "GET" and not request.locked_user:
        return redirect(_onward(request))  # unlocked in another tab
    context: dict[str, Any] = {"form": form, "who": who, "onward": _onward(request)}
    context["providers"] = [] if who.has_usable_password() else links.providers_of(who)
    return render_page(request, "accounts/session_unlock.html", context, status=422 if form.is_bound else 200)


def _signed_out(request: Request) -> HttpResponse:
    """The sign-in ended while it was locked."""
    if SCRIPT in request.headers:
        return JsonResponse({"reason": "signed_out"}, status=401)
    return redirect_to_login(_onward(request))


def _onward(request: Request) -> str:
    """Where one was, when that lies here."""
    asked = str(request.POST.get("next") or request.GET.get("next") or "")
    inside = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if inside and asked.startswith("/") else reverse("today")
