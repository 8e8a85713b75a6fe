"""What somebody sees who was invited: how to come in, with a password or at a provider; that it is done; that it is too late."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from hgw.accounts import invitations, sessions, signing_in
from hgw.accounts.forms import WelcomeForm
from hgw.accounts.models import Invitation, Role, User
from hgw.accounts.single_sign_on import links
from hgw.htmx import render_page
from hgw.request import Request


def invitation_page(request: Request, found: Invitation, form: WelcomeForm) -> HttpResponse:
    """Where somebody who was invited chooses how to come in."""
    path = invitations.path_of(found)
    context = {
        "invitation": found, "form": form, "path": path, "token": path.strip("/").split("/")[-1],
        "providers": links.for_school(found.school),
    }  # fmt: skip
    return render_page(request, "accounts/invitation.html", context, status=422 if form.is_bound else 200)


def taken(request: Request, found: Invitation, user: User, *, via: str = "") -> HttpResponse:
    """Take the invitation for this user. `via` says with what somebody comes in who is not signed in yet."""
    if not invitations.take(found, user):
        return gone(request)
    if via:
        login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
        sessions.begin(request)
        signing_in.came_in(user, via="" if via == "password" else via)
    messages.success(request, _("Welcome at %(school)s.") % {"school": found.school.name})
    if Role.SCHOOL_ADMIN in found.roles and not found.school.institution_number:
        return redirect("school_settings", found.school_id)  # a school that was just begun has more to tell
    return redirect("today")


def gone(request: Request) -> HttpResponse:
    """A link that nobody made, or that no longer works."""
    return render_page(request, "accounts/invitation_gone.html", {}, status=404)
