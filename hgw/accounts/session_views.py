"""The page of one's own sessions: where one is signed in, and signing out there. What ends one asks the password once more."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hgw.accounts import signed_in
from hgw.accounts.asking_again import only_just_shown
from hgw.htmx import render_page
from hgw.request import Request


@never_cache
@require_safe
def own_sessions(request: Request) -> HttpResponse:
    """Where one is signed in: since when, when somebody was last there, and with which browser."""
    found = signed_in.of(request.user, here=_here(request))
    context = {
        "here": [one for one in found if one.is_here],
        "elsewhere": [one for one in found if not one.is_here],
    }
    return render_page(request, "accounts/own_sessions.html", context)


@never_cache
@require_POST
@only_just_shown
def own_session_end(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Sign out in one other place. Whatever is none of one's own is not there."""
    if not signed_in.end_one(request.user, pk, here=_here(request)):
        raise Http404
    messages.success(request, _("You are signed out there."))
    return redirect("own_sessions")


@never_cache
@require_POST
@only_just_shown
def own_sessions_end(request: Request) -> HttpResponse:
    """Sign out everywhere but here."""
    signed_in.end_others(request.user, here=_here(request))
    messages.success(request, _("You are signed in nowhere else now."))
    return redirect("own_sessions")


def _here(request: Request) -> str:
    return request.session.session_key or ""
