"""Other people's names out of what one student or guardian may see: staff by their role, other students by none."""

import re
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from hgw.accounts.models import Role, RoleAssignment
from meetings.models import Participant, Person
from meetings.models.participants import PROFESSIONALS, ParticipantRole
from students.models import Guardian, Student


class Mask:
    """Masks names in text. What is one of the student's own names, or of the own guardians, is never masked.

    Known are: everybody who works or worked at the school, every student of the school by full name, those of the own
    classes and meetings by first name too, and whoever has a seat in a meeting of the student.
    """

    def __init__(self, student: Student, meetings: Iterable[Any]) -> None:
        self.student = student
        self.own = {*student.names(), *map(str, student.guardians.all())}
        self.own |= {name.split(" ")[0] for name in self.own}
        meetings = list(meetings)
        self.words: dict[str, str] = {}
        self._students(meetings)
        self._staff()
        self._seats(meetings)
        each = sorted((re.escape(name) for name in self.words), key=len, reverse=True)
        self.pattern = re.compile(rf"(?<!\w)({'|'.join(each)})(?!\w)") if each else None

    def _add(self, name: str, words: str) -> None:
        if name and name not in self.own:
            self.words.setdefault(name, words)

    def _students(self, meetings: list[Any]) -> None:
        another, another_parent = _("another student"), _("another parent")
        others = Student.objects.filter(school=self.student.school_id).exclude(pk=self.student.pk)
        for other in others:
            for name in other.names():
                if " " in name:
                    self._add(name, another)
        classes = self.student.enrollments.values("class_group")
        near = others.filter(enrollments__class_group__in=classes) | others.filter(
            meeting_subjects__meeting__in=meetings
        )
        for other in near.distinct():
            for name in other.names():
                self._add(name, another)
        for guardian in Guardian.objects.filter(student__in=others):
            self._add(str(guardian), another_parent)

    def _staff(self) -> None:
        rows = RoleAssignment.objects.filter(school=self.student.school_id).select_related("user")
        for row in rows.order_by("-valid_from"):
            self._add(row.user.name, str(Role(row.role).label))

    def _seats(self, meetings: list[Any]) -> None:
        """By name as typed in the meeting, the first name alone too; whoever has no seat and is nobody's is masked as well."""
        seats = Participant.objects.filter(meeting__in=meetings).select_related("person")
        for seat in seats:
            is_staff = seat.role in PROFESSIONALS
            words = str(ParticipantRole(seat.role).label) if is_staff else _("somebody else")
            self._add(seat.person.name, words)
            if is_staff:
                self._add(seat.person.name.split(" ")[0], words)
        for person in Person.objects.filter(meeting__in=meetings):
            self._add(person.name, _("somebody else"))

    def __call__(self, text: str) -> str:
        """The text without the names of others."""
        return self.pattern.sub(lambda found: self.words[found[0]], text) if self.pattern else text
