"""On what access from outside rests: a permission to bring in the CLB, a report for learning support.

School and CLB work under two kinds of secrecy, so the CLB is brought in with the permission of student and guardians only,
and nothing of the file goes to it once somebody who decides said that the school may not tell it; learning support comes with
a report of the CLB. A student is opened to somebody on such a ground, and closed with it; and rights end with the role in
which somebody has them.
"""

import datetime
import uuid

from django.utils import timezone

from hgw.accounts.models import Role, RoleAssignment, User
from students.models.consents import Consent
from students.models.people import Student, StudentAccessGrant
from students.models.support import LegalReport

OUTSIDE = (Role.CLB_WORKER, Role.LEARNING_SUPPORTER)


def may_be_open(user: User, student: Student) -> tuple[datetime.date, Role] | None:
    """Until which day this student may be opened to this user (`date.max` where no day is set), and in which role.

    None without a ground. Who comes in both roles comes in the one whose ground holds longest.
    """
    held = [role for role in OUTSIDE if user.has_role(student.school_id, role)]
    found = [(day, role) for role in held if (day := _holds_until(role, student))]
    return max(found, key=lambda one: one[0], default=None)


def _holds_until(role: Role, student: Student) -> datetime.date | None:
    """The last day of the ground on which somebody in this role may come in; None without one."""
    if role == Role.CLB_WORKER:
        return datetime.date.max if may_bring_in_clb(student) and may_tell_clb(student) else None
    return max(_supported_until(student), default=None)


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
    last = _holds_until(role, student)
    running = StudentAccessGrant.objects.filter(student=student, role=role, until__gte=timezone.localdate())
    for grant in running.select_related("user"):
        if last is None:
            grant.end(by=by)
        elif last < grant.until:
            grant.end(by=by, last=last)


def close_with_the_role(whose: uuid.UUID) -> None:
    """The roles of this user changed: end what was opened in a role that is over, or was for a while since."""
    running = StudentAccessGrant.objects.filter(user=whose, until__gte=timezone.localdate())
    for grant in running.select_related("user", "student"):
        if not _held_ever_since(grant):
            grant.end(by=None)


def _held_ever_since(grant: StudentAccessGrant) -> bool:
    """Whether its user has its role from the day it was given until today, without a day between; in one stretch or in more."""
    day, today = timezone.localdate(grant.created_at), timezone.localdate()
    held = RoleAssignment.objects.filter(user=grant.user_id, school=grant.school_id, role=grant.role)
    for row in held.order_by("valid_from"):
        if row.valid_from <= day:
            day = max(day, (row.valid_until or today) + datetime.timedelta(days=1))
    return day > today
