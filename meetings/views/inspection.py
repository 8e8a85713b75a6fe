"""The right to see: everything the school keeps of one student, on one page, for who asks it."""

import uuid

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from hgw import access
from hgw.accounts.asking_again import ask_again, was_shown_just_now
from hgw.audit.models import Action, looked
from hgw.htmx import render_page
from hgw.request import Request
from hgw.rows import as_id
from meetings.forgetting.inspection import inspection
from meetings.looks.of_student import looks_of_student
from meetings.permissions import get_visible
from students.models import Student
from students.models.people import Authority


@require_safe
def student_inspection(request: Request, pk: uuid.UUID) -> HttpResponse:
    """For the student, or with `?voor=` for one of the guardians who keep a right to information (coordinators)."""
    student = get_visible(request, Student, pk, lambda user, row: access.may(user, "manage", row, "student_file"))
    if not was_shown_just_now(request):
        return ask_again(request)
    guardians = [one for one in student.guardians.all() if one.authority not in NO_RIGHT]
    wanted = as_id(request.GET.get("voor", ""))
    guardian = next((one for one in guardians if one.pk == wanted), None)
    detail = "guardian" if guardian else "student"
    looked(request, Action.STUDENT_INSPECTED, school=student.school_id, object=pk, student=pk, detail=detail)
    context = {
        "student": student,
        "guardian": guardian,
        "guardians": guardians,
        "found": inspection(student, guardian),
        "looks": looks_of_student(student, without_names=True),
    }
    return render_page(request, "meetings/student_inspection.html", context)


NO_RIGHT = {Authority.DEPRIVED, Authority.STEP_PARENT}
