"""Who looked at the case of one student, day by day."""

import datetime
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from hgw.accounts.models import Role, RoleAssignment
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


class Roles:
    """What ids of people stand for in a list that says no names: their roles at a school, of today or of before."""

    def __init__(self, school: uuid.UUID) -> None:
        rows = RoleAssignment.objects.filter(school=school).order_by("valid_from").values_list("user", "role")
        self._roles = {user: str(Role(role).label) for user, role in rows}

    def of(self, pk: uuid.UUID | None) -> str:
        return self._roles.get(pk, _("somebody from outside")) if pk else _("a command on the server")


def looks_of_student(student: Student, *, without_names: bool = False) -> list[Look]:
    """The newest day first; `without_names` says of people their role alone.

    What is of no one student, a look at the case of a group or a refusal, is found by the id of the student, of a meeting,
    a plan or an agreement.
    """
    asked = [student.pk, *_ids(Meeting.objects.filter(subjects__student=student))]
    asked += _ids(Plan.objects.filter(student=student))
    asked += _ids(Agreement.objects.filter(meeting__subjects__student=student))
    of_student, of_all = Q(student=student.pk, action__in=LOOKS), Q(student=None, object__in=asked)
    rows = Entry.objects.filter(of_student | of_all & Q(action__in=[*LOOKS, Action.REFUSED])).order_by("-pk")
    entries = list(rows.values_list("at", "who", "action", "detail")[:MOST])
    names = Roles(student.school_id) if without_names else Names([row[1] for row in entries], [])
    found: dict[tuple[datetime.date, str | uuid.UUID | None], Look] = {}
    for at, who, action, detail in entries:
        day = timezone.localdate(at)
        one = names.of(who) if without_names else who
        look = found.setdefault((day, one), Look(day, names.of(who)))
        words = in_words(action, detail)
        look.acts[words] = look.acts.get(words, 0) + 1
    return list(found.values())


def _ids(rows: Any) -> list[uuid.UUID]:
    return list(rows.values_list("pk", flat=True))
