"""Sharing beyond the care team: a colleague who reads a case by a seat at its table alone.

Whoever works at a school may not pass on to colleagues what is known of a student: with whom it is shared further, the
care coordinator or the head decides, each time, by name and with a reason (official secrecy, need to know). A seat is that
act: it asks for the reason, and stands in the trace by itself.
"""

import datetime
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils import timezone

from hgw.accounts.models import Role, RoleAssignment, User
from hgw.audit.models import Action, record, remember
from students.models import Student

if TYPE_CHECKING:
    from meetings.models import Meeting, Participant

# The care team, and who comes from outside: a student is opened to these by name, on a ground of its own.
CARE_TEAM = (
    Role.CARE_COORDINATOR, Role.PRINCIPAL, Role.CARE_TEACHER, Role.CLB_WORKER, Role.LEARNING_SUPPORTER,
)  # fmt: skip
# To whom a seat opens what nothing else does, the most telling role first.
COLLEAGUES = (Role.HOMEROOM_TEACHER, Role.SUBJECT_TEACHER)


def role_beyond(
    user: User | None, school: uuid.UUID, students: Iterable[Student], day: datetime.date
) -> Role | None:  # fmt: skip
    """The role of a colleague to whom a seat at a table about these students opens what is otherwise closed.

    None for the care team, for the homeroom teacher of one of the students (today, or on the day of the meeting), and for
    whom a seat opens nothing: somebody without an account here, an administrator.
    """
    if user is None or user.has_role(school, *CARE_TEAM) or _has_in_class(user, students, day):
        return None
    return next((role for role in COLLEAGUES if user.has_role(school, role)), None)


def _has_in_class(user: User, students: Iterable[Student], day: datetime.date) -> bool:
    own = RoleAssignment.objects.filter(user=user, role=Role.HOMEROOM_TEACHER)
    return any(
        group is not None and own.on(on).filter(class_groups=group).exists()
        for on in {day, timezone.localdate()}
        for group in {student.class_on(on) for student in students}
    )


def sits_beyond(user: User | None, meeting: "Meeting") -> Role | None:
    """The same of somebody at the table of this meeting."""
    return role_beyond(user, meeting.school_id, meeting.students, meeting.date)


def note_sharing(seat: "Participant", *, by: User | None) -> None:
    """Write in the trace that this seat shares the file of each student with a colleague; nothing where it does not."""
    user, meeting = seat.person.user, seat.meeting
    role = sits_beyond(user, meeting) if seat.opens and meeting.is_open else None
    if user is None or role is None:
        return
    remember("user", [(one.pk, one.name) for one in (by, user) if one])
    remember("student", [(student.pk, str(student)) for student in meeting.students])
    for student in meeting.students:
        record(
            Action.FILE_SHARED, school=meeting.school_id, who=by, object=user.pk, student=student.pk, detail=role.value
        )
