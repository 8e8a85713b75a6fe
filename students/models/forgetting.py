"""What holds a file back from destruction, what a school chose otherwise, and the list of who was erased."""

import datetime
import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hgw.accounts.models import School, User
from hgw.rows import Row
from hgw.text import LongTextField
from students.models.people import Student


class HoldQuerySet(models.QuerySet["Hold"]):
    def standing(self) -> "HoldQuerySet":
        """Those that were not lifted."""
        return self.filter(ended_on=None)


class Hold(Row):
    """Nothing of this student is destroyed while this stands: a decision is disputed. Who, when and why are written down."""

    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    student = models.ForeignKey(Student, models.CASCADE, related_name="holds")
    reason = LongTextField(_("why nothing may be destroyed"), blank=False)
    since = models.DateField(default=timezone.localdate)
    ended_on = models.DateField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = HoldQuerySet.as_manager()

    class Meta:
        ordering = ("-since",)
        constraints = (
            models.UniqueConstraint(fields=("student",), condition=Q(ended_on=None), name="one_hold_stands"),
        )

    def __str__(self) -> str:
        return str(self.since)


class KeepingTerm(Row):
    """How long a school keeps what a rule of retention.toml is about, where it chose otherwise; the note says on whose advice."""

    school = models.ForeignKey(School, models.CASCADE, related_name="keeping_terms")
    rule = models.CharField(max_length=20)
    school_years = models.PositiveSmallIntegerField(_("whole school years after the one in which a student left"))
    note = LongTextField(_("why, and who advised it"), blank=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("school", "rule"), name="keeping_term_once"),)

    def __str__(self) -> str:
        return f"{self.rule}: {self.school_years}"


class ErasureQuerySet(models.QuerySet["Erasure"]):
    def waiting(self) -> "ErasureQuerySet":
        """Asked for, and not confirmed by a second person."""
        return self.filter(confirmed_at=None, erased_on=None)

    def confirmed(self) -> "ErasureQuerySet":
        """To be done."""
        return self.exclude(confirmed_at=None).filter(erased_on=None)

    def begun(self) -> "ErasureQuerySet":
        """Gone from every page, while remains of it are still being destroyed."""
        return self.exclude(erased_on=None).filter(done_at=None)

    def erased(self) -> "ErasureQuerySet":
        """The list of erased students."""
        return self.exclude(erased_on=None)


class Erasure(Row):
    """The erasure of one student, from the request to the line in the list of erased students.

    Of a student who is erased it keeps the opaque id, the day and the rule, so that a backup that is put back can be
    cleaned again, and nothing else: no key leads to a student that is not there.
    """

    school = models.ForeignKey(School, models.SET_NULL, null=True, related_name="+")
    student = models.UUIDField(unique=True)
    rule = models.CharField(max_length=20)  # a table of retention.toml
    confirmed_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    erased_on = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)  # nothing is left, in the file of the database neither

    objects = ErasureQuerySet.as_manager()

    class Meta:
        ordering = ("created_at",)

    def __str__(self) -> str:
        return str(self.student)

    @property
    def asked_on(self) -> datetime.date:
        return timezone.localdate(self.created_at)


class Leftover(models.Model):
    """An item that is gone, whose earlier versions and keys are still to be destroyed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    erasure = models.ForeignKey(Erasure, models.CASCADE, related_name="leftovers")
    item = models.UUIDField()

    def __str__(self) -> str:
        return str(self.item)
