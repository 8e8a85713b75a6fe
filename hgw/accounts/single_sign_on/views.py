"""The pages of single sign-on: going to a provider, coming back, and what is linked."""

from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.account.views import password_set
from allauth.socialaccount.internal.statekit import STATES_SESSION_KEY
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from hgw.accounts import invitations, second_factor, sessions, signing_in
from hgw.accounts.asking_again import ask_before_sending, only_just_shown, was_shown_just_now
from hgw.accounts.forms import WelcomeForm
from hgw.accounts.invited import gone, invitation_page
from hgw.accounts.providers import Provider
from hgw.accounts.single_sign_on import coming_back, links
from hgw.accounts.single_sign_on.answers import Identity, NotLetIn
from hgw.htmx import render_page
from hgw.limits import too_often
from hgw.request import Request
from hgw.transaction import after_asking

STATUS = {"unknown": 403, "again": 403, "down": 503}


def _named(name: str) -> Provider:
    """The provider of this name. Raises `Http404`."""
    if name not in settings.SINGLE_SIGN_ON:
        raise Http404
    found: Provider = settings.SINGLE_SIGN_ON[name]
    return found


def _before_leaving(request: Request, name: str) -> HttpResponse | NotLetIn | None:
    """Where the provider lets people sign in is asked of itself, unless it is known."""
    ours = _named(name)
    if request.method != "POST":
        return None
    if wait := too_often(request, "login"):
        return wait
    from hgw.accounts.single_sign_on import protocol

    try:
        protocol.learn(request, ours)
    except NotLetIn as error:
        return error
    return None


@login_not_required
@never_cache
@require_POST
@after_asking(_before_leaving)
def provider_start(request: Request, name: str) -> HttpResponse:
    """Go to a provider: to sign in, to link an account, to take an invitation, or to show once more who is here.

    The answer is a page that leads on, not a redirect: a policy that lets forms go nowhere else holds for redirects too.
    """
    ours = _named(name)
    if isinstance(request.elsewhere, HttpResponse):
        return request.elsewhere
    if isinstance(request.elsewhere, NotLetIn):
        return _refused(request, ours, request.elsewhere)
    goes = {"link": _to_link, "invitation": _to_take_invitation, "again": _to_show_again}
    found = goes.get(request.POST.get("process", ""), _to_sign_in)(request, ours)
    if isinstance(found, HttpResponse):
        return found
    from hgw.accounts.single_sign_on import protocol

    address = protocol.leave_for(request, ours, **found)
    return render_page(request, "accounts/provider_start.html", {"provider": ours, "address": address})


Going = dict[str, Any] | HttpResponse  # with what to go there; or an answer that says why not


def _to_sign_in(request: Request, ours: Provider) -> Going:
    onward = get_next_redirect_url(request)
    if request.user.is_authenticated:
        return redirect(onward or "today")
    device = "own" if request.POST.get("device") == "own" else sessions.SHARED
    return {"process": "login", "onward": onward, "device": device}


def _to_link(request: Request, ours: Provider) -> Going:
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("provider_links"))
    if second_factor.is_owed(request) or not was_shown_just_now(request):
        return redirect("provider_links")  # which asks for it
    return {"process": "link", "onward": reverse("provider_links"), "user": str(request.user.pk)}


def _to_take_invitation(request: Request, ours: Provider) -> Going:
    token = request.POST.get("invitation", "")
    found = invitations.find(token)
    if found is None:
        return gone(request)
    if request.user.is_authenticated or not links.is_for(ours, found.school):
        return redirect("invitation", token)
    form = WelcomeForm(request.POST, email=found.email, school=found.school)
    form.is_valid()
    who = form.cleaned_data.get("name", "")
    if not who:
        return invitation_page(request, found, form.with_name_alone())
    return {"process": "invitation", "onward": None, "invitation": token, "who": who}


def _to_show_again(request: Request, ours: Provider) -> Going:
    who, onward = request.locked_user or request.user, get_next_redirect_url(request) or "/"
    if not who.is_authenticated:
        return redirect_to_login(onward)
    if who.has_usable_password() or (not request.locked_user and second_factor.has(who)):
        raise PermissionDenied  # what is known here says more than a browser that is signed in elsewhere
    return {"process": "again", "onward": onward, "user": str(who.pk)}


def _answer_of(request: Request, name: str) -> tuple[dict[str, Any], Identity] | NotLetIn | None:
    """What the provider says of whoever comes back from it."""
    ours = _named(name)
    if request.method != "GET":
        return None
    from hgw.accounts.single_sign_on import protocol

    try:
        return protocol.take_answer(request, ours)
    except NotLetIn as error:
        return error


@login_not_required
@never_cache
@require_GET
@after_asking(_answer_of)
def provider_return(request: Request, name: str) -> HttpResponse:
    """Come back from a provider."""
    ours = _named(name)
    if isinstance(request.elsewhere, NotLetIn):
        return _refused(request, ours, request.elsewhere)
    state, identity = request.elsewhere
    try:
        return coming_back.DOES[state["process"]](request, ours, state, identity)
    except NotLetIn as error:
        return _refused(request, ours, error)


def _refused(request: Request, ours: Provider, error: NotLetIn) -> HttpResponse:
    """The same page for everybody whom this provider lets in nowhere here, whatever it said of them."""
    about = error.identity
    if error.why == "state" and not request.session.get(STATES_SESSION_KEY):
        return _not_let_in(request, ours, error)  # nobody set out from here: a stranger fills no trace
    known = links.user_of(about) if about else None
    signing_in.refused_elsewhere(request, ours.name, (about.realm, about.number) if about else None, known, error.why)
    return _not_let_in(request, ours, error)


def _not_let_in(request: Request, ours: Provider, error: NotLetIn) -> HttpResponse:
    context = {"provider": ours, "page": error.page}
    return render_page(request, "accounts/provider_return.html", context, status=STATUS[error.page])


@never_cache
@require_safe
@only_just_shown
def provider_links(request: Request) -> HttpResponse:
    """With which accounts elsewhere one signs in here, and with which one could."""
    linked = links.of(request.user)
    free = [one for one in settings.SINGLE_SIGN_ON.values() if links.may_come_in(one, request.user)]
    return render_page(request, "accounts/provider_links.html", {"links": linked, "providers": free})


@never_cache
@require_POST
@only_just_shown
def provider_unlink(request: Request, pk: int) -> HttpResponse:
    """Sign in with an account elsewhere no more."""
    if links.unlink(request.user, pk, here=request.session.session_key or ""):
        messages.success(request, _("That account no longer signs in here."))
    else:
        messages.error(request, _("That is the only way in that is left. Choose a password first."))
    return redirect("provider_links")


@never_cache
@require_safe
def provider_again(request: Request) -> HttpResponse:
    """Show once more who is here, for whom no password is known here."""
    context = {"providers": links.providers_of(request.user), "onward": get_next_redirect_url(request) or "/"}
    return render_page(request, "accounts/provider_again.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def account_set_password(request: Request) -> HttpResponse:
    """A first password for who came in at a provider."""
    if asks := ask_before_sending(request):
        return asks
    answer: HttpResponse = password_set(request)
    return answer
