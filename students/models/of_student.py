"""Rows of one student's file, whatever they hold."""

from typing import Any

from django.db.models import Q

from hgw.access import AccessQuerySet
from hgw.accounts.models import Role, User
from students.models.people import Student, StudentAccessGrant


class OfStudentQuerySet(AccessQuerySet[Any]):
    """Rows of one student's file."""

    access_object = "phase_history"
    meeting_field = "came_with"

    def when_granted(self, user: User, role: Role) -> Q:
        """Who was granted the file reads it; who was granted the meetings, what came with one."""
        scope, students = StudentAccessGrant.Scope, StudentAccessGrant.objects.students
        with_meeting = Q(student__in=students(user, role, scope.MEETING), **{f"{self.meeting_field}__isnull": False})
        return Q(student__in=students(user, role, scope.FILE)) | with_meeting

    def when_own_class(self, user: User, role: Role) -> Q:
        return Q(student__in=Student.objects.filter(Student.objects.all().when_own_class(user, role)))

    def when_emergency(self, user: User, role: Role) -> Q:
        return Q(student__in=user.opened_in_need)
