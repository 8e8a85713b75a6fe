"""Which copies come out of a meeting, and for whom."""

from dataclasses import dataclass

from meetings.models import Meeting, Plan, Reader
from students.models import Guardian, Student


@dataclass(frozen=True)
class Copy:
    """One copy: for which reader, about which student (None: the report of the whole meeting), for which guardian."""

    reader: Reader
    student: Student | None
    guardian: Guardian | None = None
    plan: Plan | None = None


def copies_of(meeting: Meeting, *, with_report: bool = False) -> list[Copy]:
    """Every copy that may be handed out: per student team, class sheet, one per guardian who gets one, student; the
    report of the whole meeting last."""
    plans = {plan.student_id: plan for plan in meeting.plans.all()}
    copies: list[Copy] = []
    for student in meeting.students:
        plan = plans.get(student.pk)
        copies += [Copy(reader, student, plan=plan) for reader in (Reader.TEAM, Reader.CLASS_SHEET)]
        copies += [Copy(Reader.PARENTS, student, guardian, plan) for guardian in student.guardians.with_copy()]
        copies.append(Copy(Reader.STUDENT, student, plan=plan))
    if with_report:
        copies.append(Copy(Reader.REPORT, None))
    return copies
