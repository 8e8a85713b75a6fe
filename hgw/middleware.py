"""What holds for every answer: Dutch unless chosen, nothing behind sign-in kept, no page swapped by a lost session."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation

from hgw.accounts.beginning import may_begin
from hgw.errors import signed_out, typed_in
from hgw.request import Request
from hgw.transaction import SAFE_METHODS


class LanguageMiddleware(LocaleMiddleware):
    """Dutch, until somebody chooses another language in the account menu.

    What the browser asks for does not count: school computers are set up in English more often than their users are.
    """

    def process_request(self, request: HttpRequest) -> None:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()  # type: ignore[attr-defined]  # set as the library does


class NoStoreMiddleware:
    """`Cache-Control: no-store` on every page of somebody who is signed in: school computers are shared.

    Who signs out takes along what the browser may keep all the same, the page behind Back above all. Not what lies in its
    storage: of this user the page throws that away itself, and a colleague's draft there, which nobody else can read, is
    the only copy of a sentence.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers["Cache-Control"] = "no-store"
        elif (
            request.method == "POST" and request.resolver_match and request.resolver_match.url_name == "account_logout"
        ):
            response.headers["Clear-Site-Data"] = '"cache"'
        return response


class FetchSiteMiddleware:
    """Another site may lead somebody here, by a link; it may not make the browser fetch, show in a frame or send anything.

    Beside the token of each form, and for what needs none. A browser that does not say where a request comes from
    (`Sec-Fetch-Site`) is let through.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any) -> None:
        said = request.headers
        if said.get("Sec-Fetch-Site", "none") in {"same-origin", "none"}:
            return
        leads_here = said.get("Sec-Fetch-Mode") == "navigate" and said.get("Sec-Fetch-Dest") == "document"
        if request.method not in SAFE_METHODS or not leads_here:
            raise PermissionDenied


class LockMiddleware:
    """Behind a lock nobody is signed in: `request.user` is nobody, and `request.locked_user` who may unlock.

    Only to sign out does somebody not need to unlock first. Stands before whatever asks who is here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponseBase:
        signs_out = request.method == "POST" and request.path_info == reverse("account_logout")
        is_locked = SESSION_KEY in request.session and not request.session.locks_in
        request.locked_user = None
        if is_locked and not signs_out:
            request.locked_user, request.user = request.user, AnonymousUser()  # type: ignore[assignment]  # as the library says
        return self.get_response(request)


class ChosenSchoolMiddleware:
    """Somebody who works at several schools may have the lists show one of them (`AccessQuerySet.listed_for`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "school" in request.session and request.user.is_authenticated:
            request.user.chosen_school = request.session["school"]
        return self.get_response(request)


class SignInMiddleware(LoginRequiredMiddleware):
    """Every page asks for a sign-in, unless its view says otherwise.

    A script gets 401 in the place of a redirect: it would follow that and put the sign-in page in the middle of
    what somebody is typing. A form with text in it gets 401 too: a redirect would drop that. And 401 is what a page
    gets that was sent to somebody else than who is signed in by now: what one person typed is never saved as another's.
    """

    def process_view(self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any) -> Any:
        of_page = request.headers.get("X-User")
        if of_page and request.user.is_authenticated and of_page != str(request.user.pk):
            return JsonResponse({"reason": "signed_out"}, status=401)
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]) -> Any:
        is_locked = request.locked_user is not None  # type: ignore[attr-defined]  # declared in hgw/request.py
        if "X-Save" in request.headers:
            return JsonResponse({"reason": "locked" if is_locked else "signed_out"}, status=401)
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401)
        if typed_in(request):
            return signed_out(request, is_locked=is_locked)
        if is_locked:
            onward = request.get_full_path() if request.method in SAFE_METHODS else reverse("today")
            return redirect_to_login(onward, reverse("session_unlock"))
        if may_begin(request):
            return redirect("school_begin")
        return super().handle_no_permission(request, view_func)
