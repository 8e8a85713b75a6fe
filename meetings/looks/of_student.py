"""Who looked at the case of one student, day by day."""

import datetime
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils import timezone

from hgw.audit.models import Action, Entry
from meetings.looks.reading import WORDS, Names, in_words
from meetings.models import Agreement, Meeting, Plan
from students.models import Student

LOOKS = [action for action in WORDS if action != Action.REFUSED]
MOST = 5000  # entries; what came before is in the trace of the months


@dataclass
class Look:
    """What one person did with the case on one day; each thing with how often."""

    day: datetime.date
    who: str
    acts: dict[str, int] = field(default_factory=dict)


def looks_of_student(student: Student) -> list[Look]:
    """The newest day first.

    What is of no one student, a look at the case of a group or a refusal, is found by the id of the student, of a meeting,
    a plan or an agreement.
    """
    asked = [student.pk, *_ids(Meeting.objects.filter(subjects__student=student))]
    asked += _ids(Plan.objects.filter(student=student))
    asked += _ids(Agreement.objects.filter(meeting__subjects__student=student))
    of_student, of_all = Q(student=student.pk, action__in=LOOKS), Q(student=None, object__in=asked)
    rows = Entry.objects.filter(of_student | of_all & Q(action__in=[*LOOKS, Action.REFUSED])).order_by("-pk")
    entries = list(rows.values_list("at", "who", "action", "detail")[:MOST])
    names = Names([row[1] for row in entries], [])
    found: dict[tuple[datetime.date, uuid.UUID | None], Look] = {}
    for at, who, action, detail in entries:
        day = timezone.localdate(at)
        look = found.setdefault((day, who), Look(day, names.of(who)))
        words = in_words(action, detail)
        look.acts[words] = look.acts.get(words, 0) + 1
    return list(found.values())


def _ids(rows: Any) -> list[uuid.UUID]:
    return list(rows.values_list("pk", flat=True))
