"""Coming in by invitation, who is here, and choosing which school the lists show."""

import base64

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from hgw.accounts import draft_keys, invitations, second_factor, sessions
from hgw.accounts.forms import WelcomeForm
from hgw.accounts.invited import gone, invitation_page, taken
from hgw.accounts.models import Invitation
from hgw.htmx import render_page
from hgw.request import Request, sent


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: Request, token: str) -> HttpResponse:
    """Take an invitation: with a name and a password, or with one tap for who is signed in under its address."""
    found = invitations.find(token)
    if found is None:
        return gone(request)
    if request.user.is_authenticated:
        return _for_who_is_here(request, found)
    form = WelcomeForm(sent(request), email=found.email, school=found.school, initial={"name": found.name})
    if form.is_valid():
        if invitations.account_of(found) is None:
            user = invitations.begin_account(found, form.cleaned_data["name"], form.cleaned_data["password1"])
            return taken(request, found, user, via="password")
        form.add_error(
            None, _("Somebody signs in with this e-mail address already. Sign in first, with your own password.")
        )
    return invitation_page(request, found, form)


def _for_who_is_here(request: Request, found: Invitation) -> HttpResponse:
    is_theirs = request.user.email == found.email
    if is_theirs and request.method == "POST":
        return taken(request, found, request.user)
    context = {"invitation": found, "is_theirs": is_theirs}
    status = 403 if request.method == "POST" else 200
    return render_page(request, "accounts/invitation_here.html", context, status=status)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def session_here(request: Request) -> HttpResponse:
    """Who is signed in here, asked by a page that stays open: the user's id, a fresh token, the key of the drafts.

    And in how many seconds it locks. A POST makes that key where there is none yet. 401 when nobody is signed in, when
    somebody did not take the second step that a role asks for, or when the session is locked (`reason`), with the token to
    sign in with.
    """
    token = get_token(request)
    if not request.user.is_authenticated:
        return JsonResponse({"reason": "locked" if request.locked_user else "signed_out", "token": token}, status=401)
    if second_factor.is_owed(request):
        return JsonResponse({"reason": "second_factor", "token": token}, status=401)
    key = draft_keys.find_or_make(request) if request.method == "POST" else draft_keys.find(request)
    secret = base64.b64encode(key.secret).decode() if key else None
    is_seen = sessions.is_to_be_seen(request)  # written when this is answered
    locks_in = request.session.locks_after if is_seen else request.session.locks_in
    response = JsonResponse(
        {"user": str(request.user.pk), "token": token, "draft_key": secret, "locks_in": round(locks_in, 1)}
    )
    if key:
        draft_keys.remember(response, key)
    return response


@require_POST
def school_choose(request: Request) -> HttpResponse:
    """Narrow the lists to one school of this user, or show all of them again."""
    chosen = request.POST.get("school", "")
    if chosen and chosen not in {str(school) for _role, school in request.user.roles}:
        raise Http404
    request.session["school"] = chosen
    onward = request.POST.get("next", "")
    inside = url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(onward) if inside else redirect("today")  # an address, never the name of a page
