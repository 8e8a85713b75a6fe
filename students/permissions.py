"""Who may change what on a student's own pages, on top of the door in hgw/access.py."""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404

from hgw import access
from hgw.access import matrix
from hgw.accounts.models import School, User
from hgw.audit.models import Action, looked
from hgw.request import Request
from students.models import InspectionRequest, Student


def schools_to_add_to(user: User) -> Any:
    """The schools whose list of students this user manages."""
    cells = matrix()["student"].cells
    keepers = {role for role, cell in cells.items() if any(permission.act == "manage" for permission in cell)}
    return School.objects.filter(pk__in={school for role, school in user.roles if role in keepers})


def get_student(request: Request, pk: uuid.UUID, what: str = "student") -> Student:
    """Return the student whose `what` (an object of the matrix) this user manages: 404 to a stranger, 403 to a reader.

    Each page that asks for a student this way shows something of the file: that is noted in the trace.
    """
    student = Student.objects.visible_to(request.user).filter(pk=pk).first()
    if student is None:
        raise Http404
    if not access.may(request.user, "manage", student, what):
        raise PermissionDenied
    if request.method != "POST":
        looked(
            request, Action.STUDENT_OPENED, school=student.school_id, object=pk, student=pk, detail="form"
        )  # fmt: skip
    return student


def get_asked(request: Request, student: Student, pk: uuid.UUID) -> InspectionRequest:
    """The request of this student with this id: 404 when there is none."""
    rows = InspectionRequest.objects.visible_to(request.user).select_related("student", "guardian")
    found: InspectionRequest | None = rows.filter(student=student, pk=pk).first()
    if found is None:
        raise Http404
    return found
