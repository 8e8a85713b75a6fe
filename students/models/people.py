"""Students, the people who bring them up, and who from outside may see whom.

Deliberately not here: national number, nationality, religion, origin, income, photo, gender, address. There is no
purpose for them in this application, so there is no column either.
"""

import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from hgw.access import AccessQuerySet
from hgw.accounts import rights
from hgw.accounts.models import Role, RoleAssignment, School, User
from hgw.audit.models import Action, record, remember
from hgw.rows import Row
from hgw.text import LongTextField, ShortTextField
from students.models.classes import ClassGroup, Enrollment


class Competence(models.TextChoices):
    """Who decides on matters of the CLB: below 12 the guardians; from 12 the student is presumed able to."""

    UNDER_12 = "under_12", _("under 12: the guardians decide")
    PRESUMED_BY_AGE = "presumed_by_age", _("12 or older: presumed able to decide")
    ASSESSED_COMPETENT = "assessed_competent", _("assessed: able to decide")
    ASSESSED_NOT_COMPETENT = "assessed_not_competent", _("assessed: not yet able to decide")


def is_twelve(born: datetime.date) -> bool:
    """Whether the twelfth birthday has come: from then on a student is presumed able to decide on matters of the CLB."""
    today = timezone.localdate()
    return (today.year - 12, today.month, today.day) >= (born.year, born.month, born.day)


class StudentQuerySet(AccessQuerySet["Student"]):
    access_object = "student"

    def when_own_class(self, user: User, role: Role) -> Q:
        own = ClassGroup.objects.filter(staff__in=RoleAssignment.objects.on().filter(user=user, role=role))
        return Q(pk__in=Enrollment.objects.on().filter(class_group__in=own).values("student"))

    def when_granted(self, user: User, role: Role) -> Q:
        return Q(pk__in=StudentAccessGrant.objects.students(user, role))

    def when_emergency(self, user: User, role: Role) -> Q:
        return Q(pk__in=user.opened_in_need)


class Student(Row):
    """A child or young person at the school. The roepnaam is what the application shows."""

    # Without an index of its own, which would be taken for lists, to sort a whole school by name each time.
    school = models.ForeignKey(School, models.CASCADE, related_name="students", db_index=False)
    first_name = ShortTextField(blank=False)
    last_name = ShortTextField(blank=False)
    preferred_name = ShortTextField()
    birth_date = models.DateField()
    competence = models.CharField(max_length=30, choices=Competence, default=Competence.UNDER_12)
    competence_note = LongTextField()
    external_ref = ShortTextField()

    objects = StudentQuerySet.as_manager()

    class Meta:
        ordering = ("last_name", "first_name")
        indexes = (models.Index(fields=("school", "last_name", "first_name"), name="student_by_name"),)

    def __str__(self) -> str:
        return f"{self.roepnaam} {self.last_name}"

    @property
    def roepnaam(self) -> str:
        """The name the student goes by."""
        return self.preferred_name or self.first_name

    @property
    def competence_today(self) -> str:
        """What was written down, but for who turned twelve since: nobody has to write that down."""
        turned = self.competence == Competence.UNDER_12 and is_twelve(self.birth_date)
        return Competence.PRESUMED_BY_AGE if turned else self.competence

    def decides(self) -> bool:
        """Whether the student decides on matters of the CLB; else the guardians with authority do."""
        return self.competence_today in {Competence.PRESUMED_BY_AGE, Competence.ASSESSED_COMPETENT}

    def names(self) -> set[str]:
        """Every way in which this student can be named in a meeting: first or preferred name, alone or with the last name."""
        given = {self.first_name, self.preferred_name} - {""}
        return given | {f"{name} {self.last_name}" for name in given}

    def class_on(self, day: datetime.date | None = None) -> ClassGroup | None:
        """The class the student was in on a day (today), None when there was none."""
        enrollment = self.enrollments.on(day).select_related("class_group").first()
        return enrollment.class_group if enrollment else None

    def enrol(self, class_group: ClassGroup | None, *, on: datetime.date, by: User) -> None:
        """Put the student in a class from a day on (None: in no class). The class before ends on the day before.

        What began on that day or later and is not this class was never true, and goes.
        """
        self.enrollments.filter(since__gte=on).exclude(class_group=class_group).delete()
        before = self.enrollments.not_ended(on).exclude(class_group=class_group)
        before.update(until=on - datetime.timedelta(days=1), updated_at=timezone.now(), updated_by=by)
        if class_group and not self.enrollments.on(on).filter(class_group=class_group).exists():
            Enrollment.objects.create(student=self, class_group=class_group, since=on, created_by=by, updated_by=by)


class Relation(models.TextChoices):
    """As printed: in Dutch in every language, because documents are."""

    MOEDER = "moeder", _("mother")
    VADER = "vader", _("father")
    PLUSOUDER = "plusouder", _("step-parent")
    PLEEGOUDER = "pleegouder", _("foster parent")
    VOOGD = "voogd", _("legal guardian")
    GROOTOUDER = "grootouder", _("grandparent")
    ANDERE = "andere", _("other")


class Authority(models.TextChoices):
    """The legal position of a guardian; decides who gets a copy of the plan (students/copies.py)."""

    JOINT = "joint", _("shares parental authority")
    EXCLUSIVE = "exclusive", _("has parental authority alone")
    NONE_BUT_INFORMED = "none_but_informed", _("no authority, right to information")
    DEPRIVED = "deprived", _("deprived of authority and information")
    STEP_PARENT = "step_parent", _("step-parent, no authority")
    FOSTER = "foster", _("foster parent")
    GUARDIAN = "guardian", _("appointed guardian")


# Whether a copy of the plan may go to a guardian in this position, and why.
COPY_RULE: dict[str, tuple[bool, str]] = {
    Authority.JOINT: (
        True,
        gettext_noop("both parents with authority are entitled to all school information, also after a separation"),
    ),
    Authority.EXCLUSIVE: (True, gettext_noop("decides alone")),
    Authority.NONE_BUT_INFORMED: (True, gettext_noop("no authority, but keeps the right to information")),
    Authority.FOSTER: (True, gettext_noop("brings the student up day by day")),
    Authority.GUARDIAN: (True, gettext_noop("appointed to decide")),
    Authority.DEPRIVED: (False, gettext_noop("a court took away authority and the right to information")),
    Authority.STEP_PARENT: (False, gettext_noop("lives with the student, without legal authority")),
}


class GuardianQuerySet(AccessQuerySet["Guardian"]):
    access_object = "student_file"

    def when_granted(self, user: User, role: Role) -> Q:
        return Q(student__in=StudentAccessGrant.objects.students(user, role, StudentAccessGrant.Scope.FILE))

    def when_emergency(self, user: User, role: Role) -> Q:
        return Q(student__in=user.opened_in_need)

    def informed(self) -> "GuardianQuerySet":
        """Those who keep a right to information."""
        return self.filter(authority__in=[authority for authority, (may, _why) in COPY_RULE.items() if may])

    def with_copy(self) -> "GuardianQuerySet":
        """Those who get a copy of the plan: the position allows it and it is switched on."""
        return self.informed().filter(receives_plan=True)


class Guardian(Row):
    """Somebody who brings one student up. One row per student: what one child's row says never shows with another child."""

    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    student = models.ForeignKey(Student, models.CASCADE, related_name="guardians")
    position = models.PositiveIntegerField(default=0)
    first_name = ShortTextField(blank=False)
    last_name = ShortTextField(blank=False)
    relation = models.CharField(max_length=20, choices=Relation)
    authority = models.CharField(max_length=20, choices=Authority, default=Authority.JOINT)
    lives_with = models.BooleanField(_("lives in the student's main home"))
    receives_plan = models.BooleanField(_("gets a copy of the plan"))
    language_support = ShortTextField()
    note_restriction = LongTextField()  # restriction on contact: care team only, on no copy
    email = ShortTextField()
    phone = ShortTextField()

    objects = GuardianQuerySet.as_manager()

    class Meta:
        ordering = ("position", "created_at")
        constraints = (
            models.CheckConstraint(
                name="guardian_copy_rule",
                condition=Q(receives_plan=False)
                | ~Q(authority__in=[a for a, (may, _) in COPY_RULE.items() if not may]),
                violation_error_message=_("Somebody in this position gets no copy of the plan."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def is_informed(self) -> bool:
        """Whether this guardian keeps a right to information: the same positions as those in which a copy may go."""
        return COPY_RULE[self.authority][0]

    @property
    def gets_copy(self) -> bool:
        return self.receives_plan and self.is_informed

    def shares_household_with(self, other: "Guardian") -> bool:
        """One household: both share authority and both live in the student's main home. Only then they read each other's names."""
        both = (self, other)
        return (
            all(g.authority == Authority.JOINT and g.lives_with for g in both) and self.student_id == other.student_id
        )


class GrantQuerySet(AccessQuerySet["StudentAccessGrant"]):
    access_object = "grant"

    def on(self, day: datetime.date | None = None) -> "GrantQuerySet":
        """Those that hold on a day (today)."""
        day = day or timezone.localdate()
        return self.filter(since__lte=day, until__gte=day)

    def when_own(self, user: User, role: Role) -> Q:
        return Q(user=user)

    def students(self, user: User, role: Role, *scopes: str) -> "models.QuerySet[Any, Any]":
        """Ids of the students that are open to this user in this role today, under one of these scopes when some are given."""
        grants = self.on().filter(user=user, role=role)
        return (grants.filter(scope__in=scopes) if scopes else grants).values("student")


class StudentAccessGrant(Row):
    """A CLB worker or learning supporter may see one student, from a day until a day, for a reason.

    It opens the student to somebody in one role, on the ground of that role, and ends with the role: who becomes something
    else here has it opened anew.
    The scope says how much of the student: the plan alone; the meetings too, with what came with them; or the whole file.
    """

    class Scope(models.TextChoices):
        PLAN = "plan", _("the plan")
        MEETING = "meeting", _("the plan and the meetings")
        FILE = "file", _("the whole file")

    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="student_grants")
    student = models.ForeignKey(Student, models.CASCADE, related_name="access_grants")
    role = models.CharField(max_length=30, choices=Role)
    scope = models.CharField(max_length=10, choices=Scope, default=Scope.MEETING)
    since = models.DateField(default=timezone.localdate)
    until = models.DateField()
    reason = LongTextField(blank=False)
    granted_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    objects = GrantQuerySet.as_manager()

    class Meta:
        ordering = ("-since",)
        constraints = (models.CheckConstraint(name="grant_dates", condition=Q(until__gte=models.F("since"))),)

    def __str__(self) -> str:
        return f"{self.user} · {self.student}"

    def clean(self) -> None:
        if self.until and self.since and self.until < self.since:
            from django.core.exceptions import ValidationError

            raise ValidationError({"until": _("The end lies before the start.")})

    def give(self, *, by: User) -> None:
        """Open the student to the user of this grant, and write down who did."""
        self.created_by = self.updated_by = self.granted_by = by
        self.school_id = self.student.school_id
        self.save(force_insert=True)
        self._record(Action.GRANT_GIVEN, by)

    def end(self, *, by: User | None, last: datetime.date | None = None) -> None:
        """Close the student to the user of this grant after the day `last`: yesterday when not given, so as from now.

        Ending twice is ending once. `by` is None where nobody chose it (it ends by itself with what it rests on), and for a
        command.
        """
        last = last or timezone.localdate() - datetime.timedelta(days=1)
        running = StudentAccessGrant.objects.filter(pk=self.pk, until__gt=last)
        since = min(self.since, last)  # a grant that began today, or would begin, ends before it began
        if running.update(since=since, until=last, updated_at=timezone.now(), updated_by=by):
            self._record(Action.GRANT_ENDED, by)

    def _record(self, action: Action, by: User | None) -> None:
        """The object of the entry is to whom it was opened."""
        remember("user", [(one.pk, one.name) for one in (by, self.user) if one])
        remember("student", [(self.student.pk, str(self.student))])
        record(action, school=self.school_id, who=by, object=self.user_id, student=self.student_id, detail=self.scope)
        rights.changed(self.user_id)
