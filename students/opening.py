"""On what access from outside rests: a permission to bring in the CLB, a report for learning support.

School and CLB work under two kinds of secrecy, so the CLB is brought in with the permission of student and guardians only,
and nothing of the file goes to it once somebody who decides said that the school may not tell it; learning support comes with
a report of the CLB. A student is opened to somebody on such a ground, and closed with it.
"""

import datetime

from django.utils import timezone

from hgw.accounts.models import Role, User
from students.models.consents import Consent
from students.models.people import Student, StudentAccessGrant
from students.models.support import LegalReport

OUTSIDE = (Role.CLB_WORKER, Role.LEARNING_SUPPORTER)


def may_be_open_until(user: User, student: Student) -> datetime.date | None:
    """The last day to which this student may be opened to this user: `date.max` where no day is set, None without a ground.

    Who comes in both roles comes on the ground that holds longest.
    """
    days = []
    if user.has_role(student.school_id, Role.CLB_WORKER) and may_bring_in_clb(student) and may_tell_clb(student):
        days.append(datetime.date.max)
    if user.has_role(student.school_id, Role.LEARNING_SUPPORTER):
        days += _supported_until(student)
    return max(days, default=None)


def may_bring_in_clb(student: Student) -> bool:
    """Whether a permission stands to bring in the CLB."""
    given = Consent.objects.filter(student=student)
    return given.standing(Consent.Kind.CLB_INVOLVE).exists()


def may_tell_clb(student: Student) -> bool:
    """Whether the school may tell the CLB something of this student: nobody was asked, or a permission stands.

    A refusal is a "no", and so is a permission that was taken back: who permits it again has that noted as a new one.
    """
    kind = Consent.Kind.SCHOOL_TO_CLB
    asked = Consent.objects.filter(student=student, kind_of_consent=kind, removed_at=None)
    return asked.standing(kind).exists() or not asked.exists()


def _supported_until(student: Student) -> list[datetime.date]:
    """The last day of each report that opens learning support and still holds."""
    rows = LegalReport.objects.filter(student=student, removed_at=None, kind_of_report__in=("gc", "iac", "ov4"))
    days = [day or datetime.date.max for day in rows.values_list("valid_until", flat=True)]
    return [day for day in days if day >= timezone.localdate()]


def close_without_ground(student: Student, role: Role, *, by: User | None) -> None:
    """End what was opened to somebody in this role on a ground that is no longer there; shorten what now ends earlier.

    A ground that comes back opens nothing by itself: somebody does, again for a reason.
    """
    running = StudentAccessGrant.objects.filter(student=student, until__gte=timezone.localdate())
    others = [other for other in OUTSIDE if other != role]
    for grant in running.select_related("user"):
        if not grant.user.has_role(student.school_id, role) and grant.user.has_role(student.school_id, *others):
            continue  # rests on the ground of another role; who has none today may have this one again tomorrow
        last = may_be_open_until(grant.user, student)
        if last is None:
            grant.end(by=by)
        elif last < grant.until:
            grant.end(by=by, last=last)
