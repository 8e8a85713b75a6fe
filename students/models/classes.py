"""School years, classes, and which student sat in which class from when to when."""

import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hgw.access import AccessQuerySet
from hgw.accounts.models import Invitation, Level, Role, RoleAssignment, School, User
from hgw.rows import Row
from hgw.text import ShortTextField

if TYPE_CHECKING:
    from students.models.people import Student


class SchoolYear(Row):
    """1 September to 31 August, written "2025-2026"."""

    school = models.ForeignKey(School, models.CASCADE, related_name="school_years")
    start = models.DateField()
    end = models.DateField()

    class Meta:
        ordering = ("-start",)
        constraints = (
            models.UniqueConstraint(fields=("school", "start"), name="school_year_once"),
            models.CheckConstraint(name="school_year_dates", condition=Q(end__gt=models.F("start"))),
        )

    def __str__(self) -> str:
        return f"{self.start.year}-{self.end.year}"

    @classmethod
    def around(cls, school: School, day: datetime.date) -> "SchoolYear":
        """The school year that holds this day, made when it is not there yet."""
        first = day.year if day.month >= 9 else day.year - 1
        year, _made = cls.objects.get_or_create(
            school=school, start=datetime.date(first, 9, 1), defaults={"end": datetime.date(first + 1, 8, 31)}
        )
        return year


class Holiday(Row):
    """Days without school in a school year, both included; one day has the same first and last."""

    school_year = models.ForeignKey(SchoolYear, models.CASCADE, related_name="holidays")
    name = ShortTextField(blank=False)
    start = models.DateField()
    end = models.DateField()

    class Meta:
        ordering = ("start", "name")
        constraints = (models.CheckConstraint(name="holiday_dates", condition=Q(end__gte=models.F("start"))),)

    def __str__(self) -> str:
        return self.name


class Stream(models.TextChoices):
    """The stream of a class in secondary education."""

    A = "A", "A"
    B = "B", "B"
    D = "D", "D"
    DA = "D/A", "D/A"
    A_MF = "A(mf)", "A(mf)"
    OKAN = "OKAN", "OKAN"


class ClassGroupQuerySet(AccessQuerySet["ClassGroup"]):
    access_object = "student"

    def when_own_class(self, user: User, role: Role) -> Q:
        own = ClassGroup.staff.through.objects.filter(
            roleassignment__in=RoleAssignment.objects.on().filter(user=user, role=role)
        )
        return Q(pk__in=own.values("classgroup"))  # no join: a class stands in the list once

    def when_granted(self, user: User, role: Role) -> Q:
        from students.models.people import Student

        granted = Student.objects.filter(Student.objects.all().when_granted(user, role))
        return Q(pk__in=Enrollment.objects.filter(student__in=granted).values("class_group"))

    def when_emergency(self, user: User, role: Role) -> Q:
        return Q(pk__in=[])  # the student, not the class around

    def current(self, day: datetime.date | None = None) -> "ClassGroupQuerySet":
        day = day or timezone.localdate()
        return self.filter(school_year__start__lte=day, school_year__end__gte=day)


class ClassGroup(Row):
    """A class in one school year. Its code is text, always: "2B", "3 MWW", "007"."""

    school = models.ForeignKey(School, models.CASCADE, related_name="class_groups")
    school_year = models.ForeignKey(SchoolYear, models.CASCADE, related_name="class_groups")
    code = ShortTextField(blank=False)
    name = ShortTextField()
    level = models.CharField(max_length=20, choices=Level)
    year_no = models.PositiveSmallIntegerField(null=True, blank=True)
    stream = models.CharField(max_length=10, choices=Stream, blank=True)
    # The teachers of this class: the roles, not the users, so that it ends with the role.
    staff = models.ManyToManyField(RoleAssignment, blank=True, related_name="class_groups")
    # Teachers who were invited for it and did not come in yet: the class waits for their role.
    invitations = models.ManyToManyField(Invitation, blank=True, related_name="class_groups")

    objects = ClassGroupQuerySet.as_manager()

    class Meta:
        ordering = ("code",)
        constraints = (models.UniqueConstraint(fields=("school", "school_year", "code"), name="class_code_once"),)

    def __str__(self) -> str:
        return self.name or self.code


class EnrollmentQuerySet(models.QuerySet["Enrollment"]):
    def on(self, day: datetime.date | None = None) -> "EnrollmentQuerySet":
        """Those that hold on a day (today). A class ends with its school year, also where nobody wrote that down."""
        day = day or timezone.localdate()
        return self.not_ended(day).filter(class_group__school_year__end__gte=day)

    def not_ended(self, day: datetime.date) -> "EnrollmentQuerySet":
        """Those that began and that nobody ended before this day, of earlier school years too."""
        return self.filter(Q(until=None) | Q(until__gte=day), since__lte=day)


class Enrollment(Row):
    """A student in a class between two dates, both included. Kept while the student is at the school."""

    student: "models.ForeignKey[Student]" = models.ForeignKey("Student", models.CASCADE, related_name="enrollments")
    class_group = models.ForeignKey(ClassGroup, models.CASCADE, related_name="enrollments")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    register_number = ShortTextField()
    class_number = models.PositiveSmallIntegerField(null=True, blank=True)
    is_okan = models.BooleanField(_("reception class for newcomers"), default=False)

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        ordering = ("-since",)
        constraints = (
            models.CheckConstraint(name="enrollment_dates", condition=Q(until=None) | Q(until__gte=models.F("since"))),
        )

    def __str__(self) -> str:
        return f"{self.student} · {self.class_group}"
