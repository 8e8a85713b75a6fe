"""How a meeting comes to be: with its students, its empty texts and a draft plan for each student."""

import datetime
import re
from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from hgw.accounts.models import School, User
from hgw.audit.models import Action, record, remember
from meetings import steps
from meetings.models import Meeting, MeetingSubject, Plan, StepText
from students.models import SchoolYear, Student, StudentGroup

# Single texts of a meeting; each is a row of its own from the start, so that two people who begin one at the same
# moment meet in its version and not in two rows.
TEXTS = tuple(dict.fromkeys(text for step in steps.STEPS for text in step.texts)) + ("cancel_reason",)


def plan_meeting(
    school: School,
    students: Sequence[Student],
    *,
    title: str,
    date: datetime.date,
    by: User | None,
    group: StudentGroup | None = None,
    keys: Sequence[str] = (),
    **fields: Any,
) -> Meeting:
    """Make a meeting about one student, or about a group of two to eight, with everything a step expects to find.

    `keys` are the words for the students in a case file; without them they are made from the names.
    Raises `ValueError` when the number of students does not fit. Call it inside the request's transaction.
    """
    if not 1 <= len(students) <= 8 or (group is None) != (len(students) == 1):
        raise ValueError("one student, or a group of two to eight")
    meeting = Meeting(
        school=school,
        school_year=SchoolYear.around(school, date),
        title=title,
        date=date,
        kind_of_meeting=Meeting.Kind.GROUP if group else Meeting.Kind.STUDENT,
        group=group,
        created_by=by,
        updated_by=by,
        **fields,
    )
    meeting.save(force_insert=True)
    MeetingSubject.objects.bulk_create(
        MeetingSubject(meeting=meeting, student=student, position=n, key=key)
        for n, (student, key) in enumerate(zip(students, keys or _keys(students), strict=True))
    )
    StepText.objects.bulk_create(
        StepText(meeting=meeting, school=school, field=field, position=n, created_by=by, updated_by=by)
        for n, field in enumerate(TEXTS)
    )
    for student in students:
        Plan.objects.create(
            school=school,
            meeting=meeting,
            student=student,
            version=student.plans.count() + 1,
            created_by=by,
            updated_by=by,
        )
    remember("student", [(student.pk, str(student)) for student in students])
    remember("school", [(school.pk, school.name)])
    if by:
        remember("user", [(by.pk, by.name)])
    record(Action.MEETING_PLANNED, school=school.pk, who=by, object=meeting.pk, student=meeting.student_id_for_trace())
    return meeting


def next_in_series(meeting: Meeting, user: User) -> Meeting | None:
    """The next meeting of the afternoon that is not over and that this user reads; None after the last one."""
    if meeting.series_id is None:
        return None
    rows = Meeting.objects.visible_to(user).open().filter(series=meeting.series_id)
    later = Q(date__gt=meeting.date) | Q(date=meeting.date, start__gt=meeting.start)
    return rows.filter(later).order_by("date", "start").first() if meeting.start else None


def _keys(students: Sequence[Student]) -> list[str]:
    """Words of lower case letters, digits and underscores, distinct within the meeting."""
    keys: list[str] = []
    for student in students:
        word = re.sub(r"[^a-z0-9_]", "", student.roepnaam.lower())[:30] or "student"
        same = sum(key.rstrip("0123456789") == word for key in keys)
        keys.append(f"{word}{same + 1}" if same else word)
    return keys
