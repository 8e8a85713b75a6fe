"""Roles lapse on 31 August unless the school renews them: nobody keeps an access that nobody thinks of any more.

A role carries the last day that it holds unless somebody renews it; from 1 June on that is the day in the next school year,
for a role that is given then and for one that is renewed. Once a day what was not renewed is ended (`lapse`). The last of
those who run a school never lapses.
"""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from hgw.access import grounds
from hgw.accounts import roles
from hgw.accounts.models import RoleAssignment, RoleAssignmentQuerySet, School, User, renewal_day

NOTICE = datetime.timedelta(weeks=4)


@dataclass(frozen=True)
class Notice:
    """What somebody has to know in the weeks before: at which school, how many roles lapse when, and whose to renew."""

    school: School
    day: datetime.date
    count: int
    may_renew: bool


def to_renew(school: School) -> RoleAssignmentQuerySet:
    """The roles here that could be renewed today: whose last day comes, or has come, before the one of a new role."""
    return _running().filter(school=school, lapses_on__lt=renewal_day())


def renew(rows: Iterable[RoleAssignment], *, by: User) -> int:
    """Let these roles go on for a school year; return how many. Each is in the trace. Renewing twice is renewing once."""
    day, count = renewal_day(), 0
    for row in rows:
        now = timezone.now()
        values = {"lapses_on": day, "updated_by": by, "updated_at": now}
        if RoleAssignment.objects.filter(pk=row.pk, lapses_on__lt=day).update(**values):
            roles.write_down_renewal(row, by)
            count += 1
    return count


def lapse() -> int:
    """End, as of their last day, the roles that nobody renewed; return how many. In a transaction of the caller.

    Of several who run a school and are all due, the one who has run it longest stays.
    """
    due = _running().filter(lapses_on__lt=timezone.localdate()).select_related("user", "school")
    return sum(roles.lapse(row) for row in due.order_by("school", "-valid_from", "pk"))


def to_tell() -> list[School]:
    """The schools where a role lapses within four weeks, and whose people have not been told; told from now on."""
    today = timezone.localdate()
    if not settings.MAIL_IS_SET_UP:
        return []
    due = _running().filter(lapses_on__gte=today, lapses_on__lte=today + NOTICE)
    found = School.objects.filter(pk__in=due.values("school")).exclude(renewal_told__gte=today)
    told = list(found)
    School.objects.filter(pk__in=[school.pk for school in told]).update(renewal_told=today + NOTICE)
    return told


def who_renews(school: School) -> list[User]:
    """Who may renew the roles of a school, and signs in."""
    people = User.objects.filter(is_active=True, assignments__in=school.assignments.on()).distinct()
    return [user for user in people if school.pk in grounds(user, "manage", "users")]


def notices(user: User) -> list[Notice]:
    """What this user has to know today. Asks nothing outside the four weeks."""
    today = timezone.localdate()
    day = renewal_day(today.replace(month=1, day=1))
    if not day - NOTICE <= today <= day:
        return []
    manages = grounds(user, "manage", "users")
    due = _running().filter(lapses_on__gte=today, lapses_on__lte=today + NOTICE)
    due = due.filter(school__in={school for _role, school in user.roles}).select_related("school")
    found: dict[uuid.UUID, list[RoleAssignment]] = {}
    for row in due.order_by("school__name", "lapses_on"):
        if row.school_id in manages or row.user_id == user.pk:
            found.setdefault(row.school_id, []).append(row)
    return [Notice(rows[0].school, rows[0].lapses_on, len(rows), pk in manages) for pk, rows in found.items()]


def _running() -> RoleAssignmentQuerySet:
    """Roles that hold, of people who sign in, and that nothing else ends before they lapse."""
    today = timezone.localdate()
    rows = RoleAssignment.objects.filter(user__is_active=True, valid_from__lte=F("lapses_on"))
    return rows.exclude(valid_until__lt=today).exclude(valid_until__lte=F("lapses_on"))
