"""What an answer of a provider lets somebody do here: come in, link that account, take an invitation, or show that it is them."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.flows.reauthentication import resume_request
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from hgw.accounts import invitations, second_factor, sessions
from hgw.accounts.invited import taken
from hgw.accounts.providers import Provider
from hgw.accounts.single_sign_on import links
from hgw.accounts.single_sign_on.answers import Identity, NotLetIn
from hgw.request import Request


def come_in(request: Request, provider: Provider, state: dict[str, Any], identity: Identity) -> HttpResponse:
    """Sign in whose account this is, through the second step where one is asked. Raises `NotLetIn`."""
    user = links.user_of(identity)
    if user is None:
        raise NotLetIn("not_linked", "unknown", identity)
    if not links.may_come_in(provider, user):
        raise NotLetIn("no_role", "unknown", identity)
    if request.user.is_authenticated and request.user != user:
        get_adapter(request).logout(request)
    request.session[sessions.ASKED] = state["device"]
    record_authentication(request, user, "socialaccount", provider=provider.name, reauthenticated=identity.is_anew)
    if identity.has_shown_second_step:
        record_authentication(request, user, "mfa", provider=provider.name)
        links.remember_second_step(identity)
    answer: HttpResponse = perform_login(request, Login(user=user, redirect_url=state.get("next")))
    return answer


def link(request: Request, provider: Provider, state: dict[str, Any], identity: Identity) -> HttpResponse:
    """Link this account to who is signed in, when that is who asked for it. Raises `NotLetIn`."""
    if not request.user.is_authenticated:
        return redirect_to_login(state["next"])
    if str(request.user.pk) != state["user"]:
        raise NotLetIn("state")
    if not links.may_come_in(provider, request.user):
        raise NotLetIn("no_role", "unknown", identity)
    if links.link(identity, request.user, provider):
        messages.success(request, _("From now on you can sign in with %(provider)s.") % {"provider": provider.label})
    else:
        messages.error(request, _("This account signs in somebody else here. Sign in elsewhere with your own account."))
    return redirect(state["next"])


def take_invitation(request: Request, provider: Provider, state: dict[str, Any], identity: Identity) -> HttpResponse:
    """Begin the account of who was invited, with this as its way in. Raises `NotLetIn`.

    That somebody holds the link is the proof, as it is with a password; it waited in this session.
    """
    found = invitations.find(state["invitation"])
    if found is None:
        return redirect("invitation", state["invitation"])  # which says that it no longer works
    if request.user.is_authenticated or invitations.account_of(found) is not None:
        return redirect("invitation", state["invitation"])
    if not links.is_for(provider, found.school) or links.user_of(identity) is not None:
        raise NotLetIn("linked_already", "unknown", identity)
    user = invitations.begin_account(found, state["who"], None)
    links.link(identity, user, provider, begins=True)
    answer = taken(request, found, user, via=provider.name)
    record_authentication(request, user, "socialaccount", provider=provider.name, reauthenticated=identity.is_anew)
    return answer


def show_again(request: Request, provider: Provider, state: dict[str, Any], identity: Identity) -> HttpResponse:
    """Go on with what asked who is there, in an open session or one that is locked. Raises `NotLetIn`."""
    who = request.locked_user or request.user
    if not who.is_authenticated:
        return redirect_to_login(state.get("next") or "/")
    if links.user_of(identity) != who or str(who.pk) != state["user"]:
        raise NotLetIn("asked_again", identity=identity)
    if request.locked_user:
        sessions.unlock(request)
        request.user = who
    # It opens the lock of somebody with a second step here, and stands for that step in nothing else.
    if not second_factor.has(who):
        record_authentication(request, who, "socialaccount", provider=provider.name, reauthenticated=True)
    onward = state.get("next") or "/"
    request.GET = QueryDict(urlencode({"next": onward}))  # where the library looks for it
    going_on: HttpResponse | None = resume_request(request)
    return going_on or redirect(onward)


DOES = {"login": come_in, "link": link, "invitation": take_invitation, "again": show_again}
