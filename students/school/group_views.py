"""The groups of students of a school: added, renamed, changed and ended by who keeps its list of students."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hgw.accounts.models import School
from hgw.audit.models import searched
from hgw.htmx import render_page
from hgw.request import Request, sent
from students.models import StudentGroup
from students.school.group_forms import StudentGroupForm
from students.school.permissions import can, get_school
from students.school.saving import row_page, save, take


@require_safe
def groups(request: Request, pk: uuid.UUID) -> HttpResponse:
    """The groups with who is in them; those that ended last. Who is discussed together is part of the file."""
    school = get_school(request, pk, "student_file")
    rows = StudentGroup.objects.filter(school=school, followed_by=None).prefetch_related("memberships__student")
    rows = rows.order_by("name", "created_at")
    context = {
        "school": school,
        "may_plan": can(request.user, pk, "meeting"),
        "running": [row for row in rows if row.ended_on is None],
        "ended": [row for row in rows if row.ended_on is not None],
    }
    return render_page(request, "school/groups.html", context)


@require_http_methods(["GET", "POST"])
def group_new(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Add a group."""
    school = get_school(request, pk, "student_file")
    return _group(request, school, StudentGroup(school=school), _("New group"))


@require_http_methods(["GET", "POST"])
def group_edit(request: Request, pk: uuid.UUID, group_pk: uuid.UUID) -> HttpResponse:
    """Rename a group, change who is in it, end it."""
    school = get_school(request, pk, "student_file")
    group = StudentGroup.objects.filter(school=school, pk=group_pk).first()
    if group is None:
        raise Http404
    take(request, group)  # who changes it at the same moment waits here, and then finds in which row it went on
    while group.followed_by:
        group = group.followed_by
        take(request, group)  # it has an address of its own, and may be changed from there
    return _group(request, school, group, _("Group %(name)s") % {"name": group})


def _group(request: Request, school: School, group: StudentGroup, title: str) -> HttpResponse:
    form = StudentGroupForm(sent(request), instance=group)
    if form.is_search:
        searched(request, form.asked["find"])
        return row_page(request, school, form, title=title, back="groups", status=200)
    saved, status = save(request, form)
    if saved:
        return redirect("groups", school.pk)
    return row_page(request, school, form, title=title, back="groups", status=status)
