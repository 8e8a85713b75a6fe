"""The support a student has: adjustments, and that a legal report exists.

What came with a meeting carries that meeting's id; this app knows no more of it.
"""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hgw import access
from hgw.accounts.models import Role, User
from hgw.items.models import CLB, CONFIDENTIAL, Item, VisibleItem
from hgw.text import LongTextField, ShortTextField
from students.models.of_student import OfStudentQuerySet
from students.models.people import Student


class StudentItemQuerySet(OfStudentQuerySet):
    def visible_to(self, user: User) -> "StudentItemQuerySet":
        return self.allowed(user, "read").filter(removed_at=None)


class StudentItem(Item):
    """An item of a student's file, entered in a meeting or on the student's page. Abstract."""

    student = models.ForeignKey(Student, models.CASCADE, related_name="%(class)ss", editable=False)
    came_with = models.UUIDField(null=True, blank=True, db_index=True, editable=False)  # id of the meeting, if any

    access_object = "student_file"

    class Meta(Item.Meta):
        abstract = True

    def may_be_saved_by(self, user: User) -> bool:
        return access.may(user, "write", self.student, self.access_object)

    def claim(self) -> None:
        """Two who add to one file at the same moment get a place each: one of them waits for the other."""
        Student.objects.filter(pk=self.student_id).update(updated_at=timezone.now())

    def siblings(self) -> QuerySet[Any]:
        same = type(self)._base_manager.filter(came_with=self.came_with)
        return same if self.came_with else same.filter(student=self.student_id)

    def student_id_for_trace(self) -> uuid.UUID | None:
        return self.student_id


class LegalReport(StudentItem):
    """That a report of the CLB exists and where the paper is. Never its content."""

    class Kind(models.TextChoices):
        GC = "gc", _("report for the common curriculum (GC-verslag)")
        IAC = "iac", _("report for an adapted curriculum (IAC-verslag)")
        OV4 = "ov4", _("report for training form 4 (OV4-verslag)")
        HGD = "hgd", _("report of a diagnostic path (HGD-verslag)")

    kind_of_report = models.CharField(_("kind"), max_length=10, choices=Kind)
    issued_by = ShortTextField(_("issued by"), blank=False)
    date = models.DateField(_("date on the paper"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    location_note = ShortTextField(_("where the paper is"))

    access_object = "phase_history"
    objects = StudentItemQuerySet.as_manager()

    def take_effect(self, *, by: User) -> None:
        """Learning support ends with the report it rests on."""
        from students.opening import close_without_ground

        close_without_ground(self.student, Role.LEARNING_SUPPORTER, by=by)


class AdjustmentKind(models.TextChoices):
    REMEDIATE = "remediate", _("remediate: individual help, extra explanation")
    DIFFERENTIATE = "differentiate", _("differentiate: other content or another approach")
    COMPENSATE = "compensate", _("compensate: allow aids")
    DISPENSE = "dispense", _("dispense: exempt from a part, with an equivalent replacement")
    STIMULATE = "stimulate", _("stimulate: encourage")


class Scope(models.TextChoices):
    """For whom something is done: what helps one often helps all."""

    STUDENT = "student", _("this student")
    SMALL_GROUP = "small_group", _("a small group")
    WHOLE_CLASS = "whole_class", _("the whole class")
    SCHOOL = "school", _("the school")


class AdjustmentQuerySet(StudentItemQuerySet):
    """Adjustments stand under the rule of the items of the meeting they came with, and under their flags."""

    access_object = "item"
    # The app that holds the meetings says here where they are found; this one knows their ids only.
    meetings: ClassVar[Any]  # a function that gives all of them

    def access_rule(self, user: User, act: str, what: str) -> Q:
        confidential = Q(visibility__contains=CONFIDENTIAL)
        return (~confidential & super().access_rule(user, act, what)) | (
            confidential & super().access_rule(user, act, "confidential")
        )

    def when_participant(self, user: User, role: Role) -> Q:
        return self._in_meeting("participant", user, role)

    def when_open(self, user: User, role: Role) -> Q:
        return self._in_meeting("open", user, role)

    def when_final(self, user: User, role: Role) -> Q:
        """Of the file itself, or of a meeting that is over."""
        return Q(came_with=None) | self._in_meeting("final", user, role)

    def _in_meeting(self, condition: str, user: User, role: Role) -> Q:
        meetings = self.meetings()
        return Q(came_with__in=meetings.filter(getattr(meetings, f"when_{condition}")(user, role)).values("pk"))

    def when_flagged_clb(self, user: User, role: Role) -> Q:
        return Q(visibility__contains=CLB)

    def when_named(self, user: User, role: Role) -> Q:
        return Q(pk__in=[])  # an adjustment names no circle


class ReasonableAdjustment(StudentItem, VisibleItem):
    """A measure that takes a barrier away for a student. A diagnosis is no condition."""

    kind_of_measure = models.CharField(_("kind"), max_length=20, choices=AdjustmentKind)
    description = LongTextField(_("what is done"), blank=False)
    scope = models.CharField(_("for whom"), max_length=20, choices=Scope, default=Scope.STUDENT)
    school_subjects = models.JSONField(_("in which lessons"), default=list, blank=True)
    since = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True, blank=True)
    agreed_with_parents_on = models.DateField(_("agreed with the parents on"), null=True, blank=True)

    access_object = "item"
    objects: ClassVar[Any] = AdjustmentQuerySet.as_manager()

    def __str__(self) -> str:
        return self.description

    def may_be_saved_by(self, user: User) -> bool:
        rows = AdjustmentQuerySet(type(self))
        if not self._state.adding:
            return rows.filter(pk=self.pk).allowed(user, "write").exists()
        if self.came_with and rows.meetings().filter(pk=self.came_with).allowed(user, "write").exists():
            return True
        return access.may(user, "write", self.student, "student_file")
