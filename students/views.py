"""Adding and changing what the school keeps of a student outside a meeting. Plain forms, each on a page of its own."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hgw import access
from hgw.htmx import render_page
from hgw.request import Request
from students.forms import GrantForm, GuardianForm, StudentForm
from students.models import Guardian, Student, StudentAccessGrant
from students.permissions import get_student, schools_to_add_to
from students.row_forms import RowForm


@require_http_methods(["GET", "POST"])
def student_new(request: Request) -> HttpResponse:
    """Add a student to the list of a school; a whole class one after the other, by the second button."""
    schools = list(schools_to_add_to(request.user))
    if not schools:
        raise PermissionDenied
    initial = {"class_group": request.GET.get("class")}
    form = StudentForm(request.POST or None, schools=schools, may_file=False, initial=initial)
    answer = answer_row(request, form, _("Add a student"))
    if answer.status_code != 302 or "another" not in request.POST:
        return answer
    messages.success(request, _("%(name)s is on the list.") % {"name": form.instance})
    query = urlencode({"class": request.POST.get("class_group", "")})
    return redirect(f"{reverse('student_new')}?{query}")


@require_http_methods(["GET", "POST"])
def student_edit(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Change the names, the day of birth, the class; coordinators also who decides."""
    student = get_student(request, pk)
    _take(request, student)
    may_file = access.may(request.user, "manage", student, "student_file")
    form = StudentForm(request.POST or None, instance=student, schools=[student.school], may_file=may_file)
    return answer_row(request, form, _("Change details"), student)


@require_http_methods(["GET", "POST"])
def guardian_new(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Add a parent or guardian."""
    student = get_student(request, pk, "student_file")
    form = GuardianForm(request.POST or None, instance=Guardian(student=student))
    return answer_row(request, form, _("Add a parent or guardian"), student)


@require_http_methods(["GET", "POST"])
def guardian_edit(request: Request, pk: uuid.UUID, guardian_pk: uuid.UUID) -> HttpResponse:
    """Change a parent or guardian."""
    student = get_student(request, pk, "student_file")
    guardian = Guardian.objects.visible_to(request.user).filter(student=student, pk=guardian_pk).first()
    if guardian is None:
        raise Http404
    _take(request, guardian)
    return answer_row(request, GuardianForm(request.POST or None, instance=guardian), _("Change details"), student)


@require_http_methods(["GET", "POST"])
def grant_new(request: Request, pk: uuid.UUID) -> HttpResponse:
    """Open the student to somebody from outside."""
    student = get_student(request, pk, "grant")
    _take(request, student)  # whoever takes the ground back at this moment waits, and then closes this too
    form = GrantForm(request.POST or None, instance=StudentAccessGrant(student=student))
    return answer_row(request, form, _("Give somebody access"), student)


@require_POST
def grant_end(request: Request, pk: uuid.UUID, grant_pk: uuid.UUID) -> HttpResponse:
    """Close the student again to somebody from outside, at once."""
    student = get_student(request, pk, "grant")
    grant = StudentAccessGrant.objects.visible_to(request.user).filter(student=student, pk=grant_pk).first()
    if grant is None:
        raise Http404
    grant.end(by=request.user)
    return redirect("student", pk)


def _take(request: Request, row: Any) -> None:
    """Before changing: whoever saves the same row at this moment waits for us, and we read what the one before wrote."""
    if request.method == "POST":
        type(row).objects.filter(pk=row.pk).update(updated_at=timezone.now())
        row.refresh_from_db()


def answer_row(request: Request, form: RowForm, title: str, student: Student | None = None) -> HttpResponse:
    """The form; once saved, on to the student's page. What was refused comes back with everything typed still in it."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            before = form.added_before()
            if before and before.created_by_id == request.user.pk and form.holds_the_same(before):
                return _on(before)
            if before:
                form.again().add_error(None, _("Something was already saved from here. Look, and save again."))
            elif form.is_stale:
                form.again()
                status = 409
            else:
                return _on(form.write(by=request.user))
    context = {"form": form, "title": title, "student": student}
    return render_page(request, "students/row_edit.html", context, status=status)


def _on(row: Any) -> HttpResponse:
    return redirect("student", row.pk if isinstance(row, Student) else row.student_id)
