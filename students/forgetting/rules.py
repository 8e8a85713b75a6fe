"""What retention says: the rules as readable data (retention.toml), and which students come on the list when."""

import datetime
import tomllib
import uuid
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db.models import Max
from django.db.models.functions import Coalesce
from django.utils.translation import get_language

from hgw.accounts.models import School
from students.models import Enrollment, Erasure, Hold, KeepingTerm, Student

STUDENT = "student"  # the rule that decides when a whole file goes


@dataclass(frozen=True)
class Rule:
    """One kind of thing that is kept: what it is, how long, and why, in the two languages of the application."""

    code: str
    nl: str
    en: str
    why_nl: str
    why_en: str
    goes_with: str = ""
    school_years: int = 0
    days: int = 0
    hours: int = 0

    @property
    def what(self) -> str:
        return self.en if _is_english() else self.nl

    @property
    def why(self) -> str:
        return self.why_en if _is_english() else self.why_nl


def _is_english() -> bool:
    return (get_language() or "nl").startswith("en")


@cache
def rules() -> dict[str, Rule]:
    """The rules as shipped, by code, in the order of the file."""
    tables = tomllib.loads((Path(__file__).parent / "retention.toml").read_text())
    return {code: Rule(code, **table) for code, table in tables.items()}


def school_years(school: School) -> int:
    """How many whole school years this school keeps the file of a student who left."""
    chosen = KeepingTerm.objects.filter(school=school, rule=STUDENT).first()
    return chosen.school_years if chosen else rules()[STUDENT].school_years


def last_day_of(day: datetime.date, years: int) -> datetime.date:
    """31 August of the school year that holds this day, so many school years on."""
    return datetime.date((day.year if day.month < 9 else day.year + 1) + years, 8, 31)


@dataclass(frozen=True)
class Leaver:
    """A student who is no longer at the school: the last day here, and after which day the file is to be destroyed."""

    student: Student
    left_on: datetime.date
    keep_until: datetime.date
    was_in_a_class: bool
    hold: Hold | None = None
    erasure: Erasure | None = None

    def is_due(self, today: datetime.date) -> bool:
        return self.keep_until < today and self.hold is None


def leavers(school: School, today: datetime.date, *, only: uuid.UUID | None = None) -> list[Leaver]:
    """Everybody of this school who is in no class any more, the longest gone first; `only` asks it of one student.

    Somebody whose class was never ended left with the school year of that class. Who never was in a class counts from the
    day of being added: whoever is still here is then on the list to be put in one, long before anything is destroyed.
    """
    years = school_years(school)
    students = Student.objects.filter(school=school, **({"pk": only} if only else {}))
    last = Enrollment.objects.filter(student__in=students).order_by().values("student")
    ends = dict(
        last.annotate(end=Max(Coalesce("until", "class_group__school_year__end"))).values_list("student", "end")
    )
    holds = {hold.student_id: hold for hold in Hold.objects.standing().filter(school=school)}
    asked = {erasure.student: erasure for erasure in Erasure.objects.filter(school=school, erased_on=None)}
    found = []
    for student in students:
        left_on = ends.get(student.pk) or student.created_at.date()
        if student.pk in ends and left_on >= today:
            continue
        found.append(
            Leaver(
                student, left_on, last_day_of(left_on, years), student.pk in ends, holds.get(student.pk),
                asked.get(student.pk),
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: (one.keep_until, one.left_on, str(one.student)))


def due(school: School, today: datetime.date) -> list[Leaver]:
    """Those of whom everything must go by now, and whom nothing holds back."""
    return [one for one in leavers(school, today) if one.is_due(today)]


def is_due(student: Student, today: datetime.date) -> bool:
    """Whether everything of this student must go by now: who came back, is held back or is kept longer since is not."""
    return any(one.is_due(today) for one in leavers(student.school, today, only=student.pk))
