"""Who may look at what is to be destroyed, hold it back, ask for it and confirm it: whoever answers for the school."""

import uuid

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from hgw.access import ALWAYS, grounds, matrix
from hgw.accounts.models import RoleAssignment, User
from hgw.request import Request
from students.models import Erasure, Student


def answers_for(user: User, school: uuid.UUID) -> bool:
    """Whether this user answers for the school: coordinator or principal, by the matrix."""
    return ALWAYS in grounds(user, "read", "audit").get(school, ())


def get_answered_for(request: Request, pk: uuid.UUID) -> Student:
    """The student, for who answers for the school: 404 to a stranger, 403 to who reads the student and does not."""
    student = Student.objects.visible_to(request.user).select_related("school").filter(pk=pk).first()
    if student is None:
        raise Http404
    if not answers_for(request.user, student.school_id):
        raise PermissionDenied
    return student


def may_confirm(user: User, erasure: Erasure) -> bool:
    """Whether this user may be the second one: somebody else than who asked.

    Where nobody else answers for the school, the same person may, from the day after on.
    """
    if erasure.created_by_id != user.pk:
        return True
    roles = list(matrix()["audit"].cells)
    held = RoleAssignment.objects.on().filter(school=erasure.school_id, role__in=roles, user__is_active=True)
    return not held.exclude(user=user).exists() and erasure.asked_on < timezone.localdate()
