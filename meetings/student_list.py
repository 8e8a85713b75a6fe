"""What the list of students says of each of them. Every figure counts only what this user may see."""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from hgw.access import matrix
from hgw.accounts.models import User
from meetings.models import Agreement, FollowUp, Meeting, MeetingSubject
from students.finding import in_order
from students.models import Enrollment, PhaseRecord, Student
from students.models.phases import GuidanceDomain


@dataclass
class Row:
    """One student of the list."""

    student: Student
    classes: str
    phases: list[str] = field(default_factory=list)
    next_date: datetime.date | None = None
    agreements: int = 0


def reads_phases(user: User) -> bool:
    """Whether there can be students whose phase of today this user reads: the column and the filter depend on it."""
    return any(role in matrix()["current_phase"].cells for role, _school in user.roles)


def current_phases(user: User) -> "QuerySet[PhaseRecord]":
    """The phases of today that this user may read, and nothing of the way to them."""
    rows: Any = PhaseRecord.objects
    return rows.allowed(user, "read", "current_phase").current().select_related("phase").order_by("guidance_domain")


def phase_in_words(record: PhaseRecord) -> str:
    """The phase, with the guidance domain where it is not all of them."""
    everything = record.guidance_domain == GuidanceDomain.ALL
    return str(record.phase) if everything else f"{record.phase} · {record.get_guidance_domain_display()}"


def list_rows(ids: list[uuid.UUID], user: User) -> list[Row]:
    """The rows of one page. The number of queries does not grow with the number of students."""
    today = Enrollment.objects.on().filter(student__in=ids).select_related("class_group")
    classes = _by_student((row.student_id, str(row.class_group)) for row in today)
    phases = _by_student((r.student_id, phase_in_words(r)) for r in current_phases(user).filter(student__in=ids))
    dates, agreements = _next_dates(ids, user), _open_agreements(ids, user)
    return [
        Row(s, ", ".join(dict.fromkeys(classes[s.pk])), phases[s.pk], dates.get(s.pk), agreements[s.pk])
        for s in in_order(ids)
    ]


def _by_student(pairs: Iterable[tuple[uuid.UUID, str]]) -> dict[uuid.UUID, list[str]]:
    found: dict[uuid.UUID, list[str]] = defaultdict(list)
    for student, value in pairs:
        found[student].append(value)
    return found


def _members(ids: list[uuid.UUID], path: str) -> Prefetch:
    """The students of a meeting that stand on this page."""
    return Prefetch(f"{path}subjects", MeetingSubject.objects.filter(student__in=ids), to_attr="listed")


def _next_dates(ids: list[uuid.UUID], user: User) -> dict[uuid.UUID, datetime.date]:
    """The first day from today on which a meeting about the student is planned, or on which one will be looked at again."""
    today = timezone.localdate()
    about = Meeting.objects.filter(subjects__student__in=ids).values("pk")
    planned = Meeting.objects.visible_to(user).open().filter(date__gte=today, pk__in=about)
    follow_ups = FollowUp.objects.visible_to(user).filter(date__gte=today, meeting__in=about)
    follow_ups = follow_ups.exclude(meeting__status=Meeting.Status.CANCELLED)
    dates: dict[uuid.UUID, datetime.date] = {}
    meetings: Any = planned.prefetch_related(_members(ids, ""))
    days = [(meeting.date, meeting.listed) for meeting in meetings]
    for row in follow_ups.select_related("meeting").prefetch_related(_members(ids, "meeting__")):
        days.append((row.date, [m for m in row.meeting.listed if row.subject_id in {None, m.student_id}]))
    for day, members in days:
        for member in members:
            dates[member.student_id] = min(day, dates.get(member.student_id, day))
    return dates


def _open_agreements(ids: list[uuid.UUID], user: User) -> dict[uuid.UUID, int]:
    about = Meeting.objects.filter(subjects__student__in=ids).exclude(status=Meeting.Status.CANCELLED)
    rows: Any = Agreement.objects.visible_to(user)
    rows = rows.unfinished().filter(meeting__in=about.values("pk"))
    counts: dict[uuid.UUID, int] = defaultdict(int)
    for agreement in rows.select_related("meeting").prefetch_related(_members(ids, "meeting__")):
        for member in agreement.meeting.listed:
            counts[member.student_id] += agreement.subject_id in {None, member.student_id}
    return counts
