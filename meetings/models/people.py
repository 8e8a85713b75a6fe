"""Names as a meeting uses them, and whom they stand for."""

import uuid

from django.db import models

from hgw.accounts.models import User
from hgw.text import ShortTextField
from meetings.models.meeting import Meeting
from students.models import Guardian, Student


class Person(models.Model):
    """A name as it is used in one meeting, and whom it stands for: a user, a student, guardians, or nobody we know.

    The name stays as typed: it is what documents print. The links decide who reads what.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="people")
    name = ShortTextField(blank=False)
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    student = models.ForeignKey(Student, models.SET_NULL, null=True, blank=True, related_name="+")
    guardians = models.ManyToManyField(
        Guardian, blank=True, related_name="+"
    )  # more than one: of siblings in one group

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=("meeting", "name"), name="person_once"),)

    def __str__(self) -> str:
        return self.name
