"""Which students somebody had to do with in a month: of the own class, at the table, opened by name."""

import datetime
import uuid

from django.db.models import Q

from meetings.looks.reading import after
from meetings.models import Meeting, Participant
from students.models import Enrollment, StudentAccessGrant

Pair = tuple[uuid.UUID | None, uuid.UUID | None]  # a person and a student


def own_students(school: uuid.UUID, month: datetime.date) -> set[Pair]:
    """Pairs of a person and a student whom the work of that month brought together, at this school."""
    last = after(month) - datetime.timedelta(days=1)
    found: set[Pair] = set()
    sits = Enrollment.objects.filter(class_group__school=school, since__lte=last)
    sits = sits.filter(Q(until=None) | Q(until__gte=month))
    found.update(sits.exclude(class_group__staff=None).values_list("class_group__staff__user", "student"))
    seats = Participant.objects.filter(school=school, removed_at=None).exclude(person__user=None)
    found.update(seats.values_list("person__user", "meeting__subjects__student"))
    makers = Meeting.objects.filter(school=school).exclude(created_by=None)
    found.update(makers.values_list("created_by", "subjects__student"))
    grants = StudentAccessGrant.objects.filter(school=school, since__lte=last, until__gte=month)
    found.update(grants.values_list("user", "student"))
    return found
