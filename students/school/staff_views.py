"""Who works at the school: the list, inviting, roles and their end, standing in for a colleague."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hgw.accounts import invitations, lapsing, roles, second_factor, signed_in
from hgw.accounts.models import Invitation, RoleAssignment, School, User, renewal_day
from hgw.htmx import render_page
from hgw.limits import too_often
from hgw.request import Request, sent
from hgw.rows import as_id
from students.school.permissions import can, get_school
from students.school.saving import refusal, row_page, save, take
from students.school.staff_forms import InvitationForm, ReplacementForm, RoleForm


@dataclass
class Colleague:
    """Somebody of this school, with the roles that run or are to come."""

    user: User
    roles: list[RoleAssignment] = field(default_factory=list)
    came_in: bool = True
    has_second_step: bool = False


@require_safe
def users(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Who works here in which roles, who is invited, and who worked here before."""
    school = get_school(request, pk, "users", "read")
    may_change = can(request.user, pk, "users")
    waiting = Invitation.objects.waiting().filter(school=school).prefetch_related("class_groups")
    link = request.build_absolute_uri
    context = {
        "school": school,
        "may_change": may_change,
        "today": timezone.localdate(),
        "colleagues": _colleagues(school),
        "waiting": [(row, link(invitations.path_of(row)) if may_change else "") for row in waiting],
        "mail": settings.MAIL_IS_SET_UP,
        "gone": _gone(school),
        "to_renew": {row.user_id: row.lapses_on for row in lapsing.to_renew(school)} if may_change else {},
        "renewal_day": renewal_day(),
    }
    return render_page(request, "school/users.html", context)


def _colleagues(school: School) -> list[Colleague]:
    rows: Iterable[RoleAssignment] = roles.running(school).select_related("user", "instead_of")
    rows = rows.prefetch_related("class_groups").order_by("user__name", "user", "valid_from", "role")  # type: ignore[attr-defined]  # a queryset
    found: dict[uuid.UUID, Colleague] = {}
    for row in rows:
        colleague = found.setdefault(row.user_id, Colleague(row.user, came_in=row.user.has_a_way_in()))
        colleague.roles.append(row)
    for pk in second_factor.holders(found):
        found[pk].has_second_step = True
    return list(found.values())


def _gone(school: School) -> Any:
    """Roles that ended, of those who have none here any more."""
    ended = RoleAssignment.objects.filter(school=school).exclude(user__in=roles.running(school).values("user"))
    return ended.select_related("user").order_by("user__name", "-valid_until")


@require_POST
def roles_renew(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Let the roles of everybody, or of one person, go on for a school year; one's own too, for who runs a school alone."""
    school = get_school(request, pk, "users")
    rows = lapsing.to_renew(school).select_related("user", "school")
    whose = as_id(request.POST.get("user"))
    count = lapsing.renew(rows.filter(user=whose) if whose else rows, by=request.user)
    if count:
        messages.success(request, ngettext("One role is renewed.", "%(n)s roles are renewed.", count) % {"n": count})
    return redirect("users", pk)


@require_http_methods(["GET", "POST"])
def user_invite(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Ask somebody to join; the link then stands in the list, and goes by mail where mail is set up."""
    school = get_school(request, pk, "users")
    form = InvitationForm(sent(request), instance=Invitation(school=school))
    if request.method == "POST" and (wait := too_often(request, "invite")):
        return wait
    invitation, status = save(request, form)
    if invitation:
        said = _("%(who)s is invited. Hand over the link below.") % {"who": invitation}
        messages.success(
            request, _("A message goes to %(who)s.") % {"who": invitation} if settings.MAIL_IS_SET_UP else said
        )
        return redirect("users", pk)
    return row_page(request, school, form, title=_("Invite somebody"), back="users", status=status, act=_("Invite"))


@require_POST
def invitation_withdraw(request: Request, pk: uuid.UUID, invitation_pk: uuid.UUID) -> HttpResponse:
    """Take an invitation back: its link no longer works."""
    school = get_school(request, pk, "users")
    invitation = school.invitations.filter(pk=invitation_pk).first()
    if invitation is None:
        raise Http404
    invitations.withdraw(invitation, by=request.user)
    return redirect("users", pk)


@require_http_methods(["GET", "POST"])
def role_new(request: Request, pk: uuid.UUID, user_pk: uuid.UUID) -> HttpResponse:
    """Give somebody who works here one more role. To oneself a colleague gives it: else running the users opened every case."""
    school = get_school(request, pk, "users")
    user = _colleague(school, user_pk)
    if user == request.user:
        raise PermissionDenied
    form = RoleForm(sent(request), instance=RoleAssignment(school=school, user=user))
    return _role(request, school, form, user, _("Give a role"))


@require_http_methods(["GET", "POST"])
def role_edit(request: Request, pk: uuid.UUID, role_pk: uuid.UUID) -> HttpResponse:
    """Change the days and the classes of a role. Of one's own a colleague does: a longer one would be given to oneself."""
    school = get_school(request, pk, "users")
    row = _role_of(school, role_pk)
    if row.user == request.user:
        raise PermissionDenied
    take(request, row)
    form = RoleForm(sent(request), instance=row)
    return _role(request, school, form, row.user, row.get_role_display())


def _role(request: Request, school: School, form: RoleForm, user: User, title: str) -> HttpResponse:
    saved, status = save(request, form)
    if saved:
        return redirect("users", school.pk)
    return row_page(request, school, form, title=title, back="users", status=status, about=user.name)


@require_POST
def role_end(request: Request, pk: uuid.UUID, role_pk: uuid.UUID) -> HttpResponse:
    """End a role at once."""
    school = get_school(request, pk, "users")
    row = _role_of(school, role_pk)
    try:
        roles.end(row, by=request.user)
    except roles.LastOne as last:
        return _stays(request, school, row.user, last)
    said = {"who": row.user.name, "role": row.get_role_display()}
    messages.success(request, _("The role of %(who)s (%(role)s) has ended.") % said)
    return _on(request, school)


@require_http_methods(["GET", "POST"])
def user_leave(request: Request, pk: uuid.UUID, user_pk: uuid.UUID) -> HttpResponse:
    """End every role of somebody at this school at once, after asking."""
    school = get_school(request, pk, "users")
    user = _colleague(school, user_pk)
    if request.method == "POST":
        try:
            roles.leave(user, school, by=request.user)
        except roles.LastOne as last:
            return _stays(request, school, user, last)
        messages.success(request, _("%(who)s no longer has access to this school.") % {"who": user.name})
        return _on(request, school)
    return render_page(request, "school/user_leave.html", {"school": school, "colleague": user})


@require_http_methods(["GET", "POST"])
def user_second_factor(request: Request, pk: uuid.UUID, user_pk: uuid.UUID) -> HttpResponse:
    """Take the second step at sign-in of somebody away who lost it, after asking. One's own is changed on its own page."""
    school = get_school(request, pk, "users")
    user = _colleague(school, user_pk)
    if user == request.user:
        return redirect("mfa_index")
    if request.method == "POST":
        if second_factor.take_away(user, school=school, by=request.user):
            messages.success(
                request, _("%(who)s signs in again, and is asked for a new second step.") % {"who": user.name}
            )
        return redirect("users", pk)
    return render_page(request, "school/user_second_factor.html", {"school": school, "colleague": user})


@require_http_methods(["GET", "POST"])
def user_sign_out(request: Request, pk: uuid.UUID, user_pk: uuid.UUID) -> HttpResponse:
    """Sign somebody out everywhere who goes on working here, after asking. One's own sessions have a page of their own."""
    school = get_school(request, pk, "users")
    user = _colleague(school, user_pk)
    if user == request.user:
        return redirect("own_sessions")
    if request.method == "POST":
        signed_in.end_for(user, school=school, by=request.user)
        messages.success(request, _("%(who)s is signed out everywhere.") % {"who": user.name})
        return redirect("users", pk)
    return render_page(request, "school/user_sign_out.html", {"school": school, "colleague": user})


def _stays(request: Request, school: School, user: User, last: roles.LastOne) -> HttpResponse:
    context = {"school": school, "colleague": user, "refusal": refusal(last)}
    return render_page(request, "school/user_leave.html", context, status=422)


def _on(request: Request, school: School) -> HttpResponse:
    """The list again, or the start page for who just ended the own access to it."""
    me = User.objects.get(pk=request.user.pk)  # with the roles that are left
    return redirect("users", school.pk) if can(me, school.pk, "users", "read") else redirect("today")


@require_http_methods(["GET", "POST"])
def replacement_new(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Let somebody stand in for a colleague: the same roles and classes, for these days."""
    school = get_school(request, pk, "users")
    form = ReplacementForm(sent(request), school=school, by=request.user, initial={"absent": request.GET.get("absent")})
    if form.is_valid():
        given, who = form.write(by=request.user), form.cleaned_data
        said = {
            "stand_in": who["stand_in"].name, "absent": who["absent"].name,
            "roles": ", ".join(sorted({row.get_role_display() for row in given})),
        }  # fmt: skip
        messages.success(request, _("%(stand_in)s stands in for %(absent)s: %(roles)s.") % said)
        return redirect("users", pk)
    status = 422 if form.is_bound else 200
    title = _("Somebody stands in for a colleague")
    return row_page(request, school, form, title=title, back="users", status=status)


def _colleague(school: School, pk: uuid.UUID) -> User:
    user = User.objects.filter(pk=pk, pk__in=roles.running(school).values("user")).first()
    if user is None:
        raise Http404
    return user


def _role_of(school: School, pk: uuid.UUID) -> RoleAssignment:
    row = roles.running(school).filter(pk=pk).select_related("user", "school").first()
    if row is None:
        raise Http404
    return row
