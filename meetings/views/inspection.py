"""The right to see: everything the school keeps of one student, on one page, for who asks it; and what goes along or not."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from hgw import access
from hgw.accounts.asking_again import ask_again, was_shown_just_now
from hgw.accounts.models import User
from hgw.audit.models import Action, looked
from hgw.htmx import render_page
from hgw.request import Request, sent
from hgw.rows import as_id
from meetings.forgetting.inspection import inspection
from meetings.forms.inspection import InspectionReleaseForm
from meetings.looks.of_student import looks_of_student
from meetings.permissions import get_visible
from students.models import InspectionRequest, Student
from students.permissions import get_asked
from students.school.saving import save, take

INSPECTORATE = "inspectie"  # who may read along on a screen of the school, and gets no sign-in


def can_show(user: User, student: Student) -> bool:
    """Whether this person may show the whole file to who asks to see it."""
    return access.may(user, "manage", student, "student_file")


@require_safe
def student_inspection(request: Request, pk: uuid.UUID) -> HttpResponse:
    """For the student, or with `?voor=` for one of the guardians who keep a right to information (coordinators).

    With `?verzoek=` for whoever asked in that request, and with what goes along with it by decision; with
    `?voor=inspectie` for an inspector, who reads along.
    """
    student = get_visible(request, Student, pk, can_show)
    if not was_shown_just_now(request):
        return ask_again(request)
    asked = _asked(request, student)
    guardians, wanted = list(student.guardians.informed()), request.GET.get("voor", "")
    guardian = asked.guardian if asked else next((one for one in guardians if one.pk == as_id(wanted)), None)
    is_inspector = wanted == INSPECTORATE and asked is None
    detail = "inspectorate" if is_inspector else "guardian" if guardian else "student"
    # For which request, where there is one: what went along differs from one to the next.
    shown = asked.pk if asked else pk
    looked(request, Action.STUDENT_INSPECTED, school=student.school_id, object=shown, student=pk, detail=detail)
    released = asked.released if asked else {}
    context = {
        "student": student,
        "guardian": guardian,
        "guardians": guardians,
        "asked": asked,
        "is_inspector": is_inspector,
        "found": inspection(student, guardian, released=released, is_inspector=is_inspector),
        "looks": looks_of_student(student, without_names=True),
    }
    return render_page(request, "meetings/student_inspection.html", context)


def _asked(request: Request, student: Student) -> InspectionRequest | None:
    """The request for which the file is shown; 404 for one of somebody who has no right to information any more."""
    if not (given := request.GET.get("verzoek")):
        return None
    pk = as_id(given)
    if pk is None:
        raise Http404
    return _get_with_right(request, student, pk)


def _get_with_right(request: Request, student: Student, pk: uuid.UUID) -> InspectionRequest:
    asked = get_asked(request, student, pk)
    if not asked.may_still_be_shown:
        raise Http404
    return asked


@require_http_methods(["GET", "POST"])
def inspection_request_release(request: Request, pk: uuid.UUID, request_pk: uuid.UUID) -> HttpResponse:
    """What is left out for who asked, row by row with its ground, and which of it goes along all the same.

    The program leaves out by rule; whether a parent is refused something is for a person to decide. What can be decided is
    only what the student told in confidence: the rest is somebody else's.
    """
    student = get_visible(request, Student, pk, can_show)
    asked = _get_with_right(request, student, request_pk)
    if not was_shown_just_now(request):
        return ask_again(request)
    take(request, asked)
    left_out = inspection(student, asked.guardian).left_out
    rows = [one for one in left_out if one.may_go_along]
    form = InspectionReleaseForm(sent(request), instance=asked, rows=rows)
    saved, status = save(request, form)
    if saved:
        return redirect(f"{reverse('student_inspection', args=(pk,))}?{urlencode({'verzoek': str(asked.pk)})}")
    # To a guardian who reads who looked, nothing says that there is something to leave out.
    looked(request, Action.STUDENT_OPENED, school=student.school_id, object=pk, student=pk, detail="left_out")
    released = {(one.item, one.version): one for one in asked.releases.select_related("created_by")}
    stays = inspection(student, asked.guardian, released={row.pk: row.version for row in rows}).left_out
    known = {row.pk for row in (*rows, *stays)}
    context = {
        "student": student,
        "asked": asked,
        "form": form,
        "may_decide": form.is_bound or (bool(rows) and not asked.answered_on),
        "decided": [(row, released[row.pk, row.version]) for row in rows if (row.pk, row.version) in released],
        "undecided": [row for row in rows if (row.pk, row.version) not in released],
        "hangs": [row for row in left_out if row.pk not in known],  # under one of these rows, or made of them
        "stays": stays,
    }
    return render_page(request, "meetings/inspection_request_release.html", context, status=status)
