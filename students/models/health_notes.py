"""What the school must know of a student's health: special data (art. 9 GDPR), so there is none unless somebody chose for it.

A table of its own: no page, list or search that is about students ever reads it along.
"""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hgw.accounts.models import School, User
from hgw.audit.models import Action, record, remember
from hgw.items.models import Revision, SavedKey
from hgw.text import LongTextField
from students.models.consents import Consent
from students.models.forgetting import Hold
from students.models.people import Student
from students.models.support import StudentItem, StudentItemQuerySet


class HealthNoteQuerySet(StudentItemQuerySet):
    access_object = "health_note"

    def access_rule(self, user: User, act: str, what: str) -> Q:
        """As the matrix says, and only while the note may be kept: from then on nobody reads it, whoever wrote it."""
        return super().access_rule(user, act, what) & _may_be_kept()

    def erasable_by(self, user: User) -> "HealthNoteQuerySet":
        """Those that this user may destroy: whoever manages them, also when nobody may read them any more."""
        return self.filter(super().access_rule(user, "manage", self.access_object))


def _may_be_kept() -> Q:
    permitted = Consent.objects.all().standing(Consent.Kind.HEALTH_NOTE)
    return Q(school__keeps_health_notes=True, student__in=permitted.values("student"))


def refusal(student: Student) -> str:
    """Why nothing may be kept of this student's health: `off` at the school, or `no_permission`; '' where it may."""
    if not School.objects.filter(pk=student.school_id, keeps_health_notes=True).exists():
        return "off"
    permitted: Any = Consent.objects.filter(student=student)
    return "" if permitted.standing(Consent.Kind.HEALTH_NOTE).exists() else "no_permission"


class HealthNote(StudentItem):
    """What somebody who works with the student must know of his or her health, and why that is necessary.

    Ground: the explicit permission of who decides for the student (art. 9.2.a GDPR), at a school that chose to keep such
    notes. When either of the two ends, the note is closed to everybody, and what is left to do is to erase it.
    """

    text = LongTextField(_("what we must know"), blank=False)
    necessity = LongTextField(_("why the school needs to know this"), blank=False)

    access_object = "health_note"
    objects = HealthNoteQuerySet.as_manager()

    class Meta(StudentItem.Meta):
        constraints = (
            models.UniqueConstraint(fields=("student",), condition=Q(removed_at=None), name="one_health_note"),
        )

    def __str__(self) -> str:
        return str(self.pk)  # never a text: names of rows end up in lists and logs

    def may_be_saved_by(self, user: User) -> bool:
        return super().may_be_saved_by(user) and not refusal(self.student)

    @property
    def may_be_kept(self) -> bool:
        return not refusal(self.student)

    @property
    def is_held_back(self) -> bool:
        """Whether nothing of this student is destroyed now: a decision is disputed. Closed the note is all the same."""
        return Hold.objects.standing().filter(student=self.student_id).exists()

    @property
    def as_it_stands(self) -> str:
        """This note in this version: what a page that asks for a yes hands back with it."""
        return f"{self.pk}:{self.version}"

    def erase(self, *, by: User) -> bool:
        """Destroy the note with every earlier version and every key of its saves; whether that was done.

        Not while the student is held back, and only in the version that was read: what a colleague saved since is not
        destroyed unseen. Erasing twice is erasing once.
        """
        same = type(self)._base_manager.filter(pk=self.pk, version=self.version)
        if self.is_held_back or not same.delete()[0]:
            return False
        Revision.objects.filter(item=self.pk).delete()
        SavedKey.objects.filter(item=self.pk).delete()
        remember("student", [(self.student.pk, str(self.student))])
        remember("user", [(by.pk, by.name)])
        record(
            Action.ITEM_REMOVED, school=self.school_id, who=by, object=self.pk, student=self.student_id,
            detail=f"{self.kind()} erased",
        )  # fmt: skip
        return True
