"""No page with data before the second step, for whom a role asks for it."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from hgw.accounts import second_factor
from hgw.errors import error_page, typed_in
from hgw.request import Request

# What stays open meanwhile: taking the step, going, reading on in one's own language what this is about.
ALWAYS = {
    "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "account_logout", "session_lock", "set_language", "help",
}  # fmt: skip
# And for who has none to take: setting one up. With one, this would be a way around it.
SETTING_UP = {
    "mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes", "account_reauthenticate",
    "provider_again",
}  # fmt: skip


class SecondFactorGate:
    """Stands behind sign-in, before every view that asks for one.

    A page that is asked for leads to the second step. A script gets 401, with the save protocol's `reason`
    `second_factor`, and a form with text in it 401 with that text to copy: nothing that was typed is lost.
    """

    def __init__(self, get_response: Callable[[Request], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: Request, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        asks_nobody = not getattr(view, "login_required", True) or not request.user.is_authenticated
        name = request.resolver_match.url_name if request.resolver_match else ""
        if not settings.SECOND_FACTOR or asks_nobody or name in ALWAYS or not second_factor.is_owed(request):
            return None
        has_one = second_factor.has(request.user)
        if not has_one and second_factor.is_shown_elsewhere(request.user):
            return _answer(request, "")
        if name in SETTING_UP and not has_one:
            return None
        return _answer(request, "mfa_reauthenticate" if has_one else "mfa_index")


def _answer(request: Request, place: str) -> HttpResponseBase:
    """`place` is where the step is taken or set up; none for who takes it where he or she signs in elsewhere."""
    if "X-Save" in request.headers:
        return JsonResponse({"reason": "second_factor"}, status=401)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401)
    if typed_in(request):
        return error_page(401, request, template="401_second_factor.html")
    if not place:
        return error_page(403, request, template="403_second_factor.html")
    onward = request.get_full_path() if request.method == "GET" else "/"
    return redirect(f"{reverse(place)}?{urlencode({'next': onward})}")
