"""Who can read what of one student today, and on what ground: the access matrix, asked of everybody who works at the school."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hgw import matrix_words
from hgw.access import reasons
from hgw.accounts.models import Role, RoleAssignment, User
from meetings.models import Meeting, Participant
from meetings.sharing import sits_beyond
from students.models import EmergencyAccess, Student


@dataclass(frozen=True)
class Reader:
    """One person of the school or from outside: of each thing that he or she reads, under which words of the matrix."""

    name: str
    reads: tuple[tuple[str, tuple[str, ...]], ...]


def readers_of_student(student: Student, *, asked_by: User) -> list[Reader]:
    """Everybody who reads at least the student's page or a meeting today, by name. Single sentences in a meeting have readers
    of their own.

    A colleague from beyond the care team reads a meeting for the reason that stands with the seat, which is content of that
    meeting: said to who reads the list of participants.
    """
    found = []
    for user in _people(student):
        reads = tuple((what, words) for what, words in _reads(student, user, asked_by) if words)
        if reads:
            found.append(Reader(user.name, reads))
    return found


def _people(student: Student) -> list[User]:
    """Whoever has a role at the school today, with the roles there and no others."""
    people: dict[User, list[tuple[Role, uuid.UUID]]] = {}
    rows = RoleAssignment.objects.on().filter(school=student.school_id, user__is_active=True).select_related("user")
    for row in rows.order_by("user__name", "user", "role"):
        people.setdefault(row.user, []).append((Role(row.role), row.school_id))
    open_now = EmergencyAccess.objects.running().filter(student=student).values_list("user", flat=True)
    for user, roles in people.items():
        user.roles = roles
        user.opened_in_need = frozenset({student.pk} if user.pk in open_now else ())
    return list(people)


def _reads(student: Student, user: User, asked_by: User) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield _("The student's page"), _words(student, user, "student")
    yield _("The file: guardians, meetings, plans, the support so far"), _words(student, user, "student_file")
    for meeting in Meeting.objects.open().filter(subjects__student=student).distinct().order_by("date", "pk"):
        title = _("The meeting of %(day)s") % {"day": date_format(meeting.date, "j F Y") if meeting.date else "…"}
        words = _words(meeting, user, "meeting")
        yield title, (*words, *(_why_at_table(meeting, user, asked_by) if words else ()))


def _why_at_table(meeting: Meeting, user: User, asked_by: User) -> list[str]:
    """The reason for a seat that shares the case beyond the care team; that none is noted, where it is so."""
    if not sits_beyond(user, meeting):
        return []
    seats = Participant.objects.visible_to(asked_by).filter(meeting=meeting, person__user=user)
    return [
        _("Shared beyond the care team: %(reason)s") % {"reason": seat.note or _("no reason is noted with the seat")}
        for seat in seats
        if seat.opens
    ]


def _words(row: Student | Meeting, user: User, what: str) -> tuple[str, ...]:
    return tuple(f"{role.label}: {matrix_words.in_words(one)}" for role, one in reasons(user, "read", row, what))
