"""The classes of a school: added and corrected by who keeps its list of students."""

import uuid
from typing import Any

from django.db.models import Count, Prefetch, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hgw.accounts.models import RoleAssignment, School
from hgw.htmx import render_page
from hgw.request import Request, sent
from students.models import ClassGroup, Enrollment
from students.school.class_forms import ClassGroupForm
from students.school.permissions import can, get_school
from students.school.saving import row_page, save, take


@require_safe
def classes(request: Request, pk: uuid.UUID) -> HttpResponse:
    """The classes, school year by school year, with who teaches them and how many students sit there today."""
    school = get_school(request, pk, "student")
    here = Q(enrollments__in=Enrollment.objects.on())
    rows: Any = ClassGroup.objects.annotate(students=Count("enrollments", filter=here))
    teachers = Prefetch("staff", RoleAssignment.objects.on().select_related("user"), to_attr="teachers")
    years = school.school_years.prefetch_related(Prefetch("class_groups", rows.prefetch_related(teachers)))
    context = {"school": school, "years": years, "may_group": can(request.user, pk, "student_file")}
    return render_page(request, "school/classes.html", context)


@require_http_methods(["GET", "POST"])
def class_new(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Add a class."""
    school = get_school(request, pk, "student")
    year = school.school_years.filter(start__lte=timezone.localdate(), end__gte=timezone.localdate()).first()
    group = ClassGroup(school=school, school_year=year)
    return _class(request, school, ClassGroupForm(sent(request), instance=group), _("New class"))


@require_http_methods(["GET", "POST"])
def class_edit(request: Request, pk: uuid.UUID, class_pk: uuid.UUID) -> HttpResponse:
    """Correct a class."""
    school = get_school(request, pk, "student")
    group = school.class_groups.filter(pk=class_pk).first()
    if group is None:
        raise Http404
    take(request, group)
    return _class(request, school, ClassGroupForm(sent(request), instance=group), _("Class %(name)s") % {"name": group})


def _class(request: Request, school: School, form: ClassGroupForm, title: str) -> HttpResponse:
    group, status = save(request, form)
    if group:
        return redirect("classes", school.pk)
    return row_page(request, school, form, title=title, back="classes", status=status)
