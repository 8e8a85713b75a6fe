"""Groups of students, and how a meeting that is over keeps the one it was about."""

from collections.abc import Sequence
from typing import Any

from django.db import models

from hgw.accounts.models import School, User
from hgw.rows import Row
from hgw.text import LongTextField, ShortTextField
from students.models.people import Student


class StudentGroup(Row):
    """A few students discussed together.

    A meeting that is over keeps the group it was about: who changes the group then goes on in a new row.
    """

    SIZE = (2, 8)  # of a group that is discussed together

    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    name = ShortTextField(blank=False)
    purpose = LongTextField()
    members = models.ManyToManyField(Student, through="StudentGroupMember", related_name="student_groups")
    ended_on = models.DateField(null=True, blank=True, editable=False)
    followed_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )  # the row in which it goes on

    def __str__(self) -> str:
        return self.name

    @classmethod
    def named(cls, school: School, name: str, students: Sequence[Student], *, by: User) -> "StudentGroup":
        """The group of this name with exactly these students; a new one when there is none."""
        rows = cls.objects.filter(school=school, name=name, followed_by=None, ended_on=None)
        for group in rows.prefetch_related("memberships").order_by("created_at"):
            if {seat.student_id for seat in group.memberships.all()} == {student.pk for student in students}:
                return group
        group = cls.objects.create(school=school, name=name, created_by=by)
        group.write_members(students)
        return group

    def to_change(self, *, by: User) -> "StudentGroup":
        """The row to change: this one, or its follower when a meeting that is over was about it.

        Meetings that are still open go along.
        """
        meetings: Any = self.meetings  # type: ignore[attr-defined]  # the meetings about it
        if not meetings.exclude(pk__in=meetings.open().values("pk")).exists():
            return self
        follower = StudentGroup.objects.create(
            school_id=self.school_id, name=self.name, purpose=self.purpose, ended_on=self.ended_on, created_by=by
        )
        meetings.open().update(group=follower)
        self.followed_by = follower
        self.save(update_fields=["followed_by"])
        return follower

    def write_members(self, students: Sequence[Student]) -> None:
        """Have these students in the group, in this order."""
        self.memberships.all().delete()
        StudentGroupMember.objects.bulk_create(
            StudentGroupMember(group=self, student=student, position=n) for n, student in enumerate(students)
        )


class StudentGroupMember(models.Model):
    group = models.ForeignKey(StudentGroup, models.CASCADE, related_name="memberships")
    student = models.ForeignKey(Student, models.CASCADE, related_name="+")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=("group", "student"), name="group_member_once"),)

    def __str__(self) -> str:
        return str(self.student)
