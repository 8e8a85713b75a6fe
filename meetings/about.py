"""Whom a meeting, or one thing in it, is about: the name that a list shows, and the classes of today."""

import uuid
from dataclasses import dataclass

from django.db.models import Prefetch

from meetings.models import Meeting, MeetingSubject
from students.models import Enrollment, Student


@dataclass(frozen=True)
class About:
    """The roepnaam, or the group's name when it is about all of a group; and the class, or classes."""

    name: str
    classes: str


def with_students(path: str = "") -> tuple[Prefetch, Prefetch]:
    """What to prefetch, so that `about` asks nothing more; `path` leads to the meeting ("meeting__")."""
    today = Enrollment.objects.on().select_related("class_group")
    return (
        Prefetch(f"{path}subjects", MeetingSubject.objects.select_related("student")),
        Prefetch(f"{path}subjects__student__enrollments", today, to_attr="sits_in"),
    )


def about(meeting: Meeting, student: uuid.UUID | None = None) -> About:
    """Whom it is about, from rows that were fetched with `with_students`. `student` is one of a group."""
    students = [subject.student for subject in meeting.subjects.all()]
    chosen = [one for one in students if one.pk == student] or students
    name = meeting.group.name if meeting.group and len(chosen) > 1 else ", ".join(one.roepnaam for one in chosen)
    return About(name, ", ".join(dict.fromkeys(code for one in chosen for code in _classes(one))))


def _classes(student: Student) -> list[str]:
    return [str(enrollment.class_group) for enrollment in getattr(student, "sits_in", ())]
