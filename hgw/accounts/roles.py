"""Giving, changing and ending roles at a school, each written down in the trace. A school never loses the last of who runs it."""

import datetime
import uuid

from django.utils import timezone

from hgw.accounts import rights, sessions
from hgw.accounts.models import Role, RoleAssignment, RoleAssignmentQuerySet, School, User, renewal_day
from hgw.audit.models import Action, record, remember
from hgw.transaction import work_also_for

KEPT = (Role.CARE_COORDINATOR, Role.SCHOOL_ADMIN)  # without them nobody reads the cases, or lets anybody in
WITH_CLASSES = (Role.HOMEROOM_TEACHER, Role.SUBJECT_TEACHER)  # who sees the students of their own classes


class LastOne(Exception):
    """Refused: somebody is the last in this role at the school."""

    def __init__(self, role: Role) -> None:
        super().__init__(role)
        self.role = role


def begin_school(school: School, user: User) -> None:
    """Make a school whose care coordinator and administrator this user is, as from today."""
    school.save(force_insert=True)
    work_also_for(school.pk)
    remember("school", [(school.pk, school.name)])
    record(Action.SCHOOL_BEGUN, school=school.pk, who=None, object=school.pk)
    for role in KEPT:
        give(user, school, role, since=timezone.localdate(), until=None, by=None)


def give(
    user: User, school: School, role: str, *, since: datetime.date, until: datetime.date | None, by: User | None,
    key: uuid.UUID | None = None, instead_of: User | None = None,
) -> RoleAssignment:  # fmt: skip
    """Give a user a role at a school. `key` is the id it gets, so that the same form sent twice gives it once."""
    given = RoleAssignment(
        id=key or uuid.uuid4(), user=user, school=school, role=role, valid_from=since, valid_until=until,
        lapses_on=renewal_day(max(since, timezone.localdate())), instead_of=instead_of, created_by=by, updated_by=by,
    )  # fmt: skip
    given.save(force_insert=True)
    _record(Action.ROLE_GIVEN, given, by)
    return given


def change(assignment: RoleAssignment, *, since: datetime.date, until: datetime.date | None, by: User) -> None:
    """Let a role run between other days. Raises `LastOne`."""
    _claim(assignment.school)
    before = RoleAssignment.objects.get(pk=assignment.pk)
    today, never = timezone.localdate(), datetime.date.max
    if since > max(before.valid_from, today):
        _somebody_stays([before], today - datetime.timedelta(days=1))
    elif until and until < (before.valid_until or never):
        _somebody_stays([before], until)
    assignment.valid_from, assignment.valid_until = since, until
    assignment.lapses_on = max(before.lapses_on, renewal_day(since))
    assignment.updated_by, assignment.updated_at = by, timezone.now()
    assignment.save(update_fields=["valid_from", "valid_until", "lapses_on", "updated_by", "updated_at"])
    _record(Action.ROLE_CHANGED, assignment, by)


def end(assignment: RoleAssignment, *, by: User) -> None:
    """End a role as from now, also one that was still to come. Raises `LastOne`. Ending twice is ending once.

    Who has no role left today is signed out everywhere.
    """
    _claim(assignment.school)
    _end([assignment], by)
    _sign_out(assignment.user)


def lapse(assignment: RoleAssignment) -> bool:
    """End a role that nobody renewed as of its last day; False for the last one that a school cannot miss."""
    _claim(assignment.school)
    row = RoleAssignment.objects.select_related("user", "school").get(pk=assignment.pk)
    if row.lapses_on >= timezone.localdate():
        return False  # renewed meanwhile
    try:
        _somebody_stays([row], row.lapses_on)
    except LastOne:
        return False
    row.valid_until, row.updated_by, row.updated_at = row.lapses_on, None, timezone.now()
    row.save(update_fields=["valid_until", "updated_by", "updated_at"])
    _record(Action.ROLE_ENDED, row, None)
    _sign_out(row.user)
    return True


def write_down_renewal(assignment: RoleAssignment, by: User) -> None:
    """That a role goes on for a school year: it runs between other days from now on."""
    _record(Action.ROLE_CHANGED, assignment, by)


def leave(user: User, school: School, *, by: User) -> None:
    """End every role of a user at a school as from now. Raises `LastOne`.

    Who has no role anywhere any more cannot sign in either: the account closes, its sessions with it, until a school
    invites the same person again.
    """
    _claim(school)
    _end(list(running(school).filter(user=user).select_related("user", "school")), by)
    _sign_out(user)
    today = timezone.localdate()
    elsewhere = [a for a in user.assignments.all() if a.valid_until is None or a.valid_until >= today]
    if not elsewhere and User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        user.is_active = False
        user.close_ways_in()  # nor does a session made with one of them come back, whatever happens to the account
        record(Action.ACCOUNT_CLOSED, school=school.pk, who=by, object=user.pk)


def running(school: School) -> RoleAssignmentQuerySet:
    """Roles at a school that hold today or will hold."""
    return RoleAssignment.objects.filter(school=school).exclude(valid_until__lt=timezone.localdate())


def _end(assignments: list[RoleAssignment], by: User) -> None:
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    assignments = [row for row in assignments if row.valid_until is None or row.valid_until > yesterday]
    _somebody_stays(assignments, yesterday)
    for row in assignments:
        row.valid_from, row.valid_until = min(row.valid_from, yesterday), yesterday
        row.updated_by, row.updated_at = by, timezone.now()
        row.save(update_fields=["valid_from", "valid_until", "updated_by", "updated_at"])
        _record(Action.ROLE_ENDED, row, by)


def _sign_out(user: User) -> None:
    """With the last role that holds today go the sessions; a later sign-in begins anew."""
    if not user.assignments.on().exists():
        sessions.end_all(user.pk)


def _claim(school: School) -> None:
    """Two who end each other's role at the same moment: one of them waits, and is refused."""
    School.objects.filter(pk=school.pk).update(updated_at=timezone.now())


def _somebody_stays(ending: list[RoleAssignment], last_day: datetime.date) -> None:
    """Raise `LastOne` unless, for each role that a school cannot miss, somebody else goes on without an end after this day."""
    for role in KEPT:
        if any(row.role == role for row in ending):
            others = RoleAssignment.objects.filter(
                school=ending[0].school_id, role=role, valid_until=None, user__is_active=True,
                valid_from__lte=last_day + datetime.timedelta(days=1),
            ).exclude(pk__in=[row.pk for row in ending])  # fmt: skip
            if not any(other.user.has_a_way_in() for other in others.select_related("user")):
                raise LastOne(role)


def _record(action: Action, row: RoleAssignment, by: User | None) -> None:
    """The object of the entry is whose role it is."""
    remember("user", [(user.pk, user.name) for user in {row.user, by} if user])
    remember("school", [(row.school.pk, row.school.name)])
    record(action, school=row.school_id, who=by, object=row.user_id, detail=row.role)
    rights.changed(row.user_id)
