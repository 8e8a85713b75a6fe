"""What of a student's file went along to another school: to which, when, and which rows; never their text."""

import uuid
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hgw.access import AccessQuerySet
from hgw.accounts.models import School, User
from hgw.audit.models import Action, record, remember
from hgw.rows import Row
from hgw.text import ShortTextField
from students.models.people import Student


class TransferQuerySet(AccessQuerySet["Transfer"]):
    access_object = "transfer"


class Transfer(Row):
    """A package of paper that was made for another school, once the parents had been able to read it.

    `passed` names what was in it: kind, id and version of each row. The words stay where they were written: a second copy
    of a file would have to be kept, shown and destroyed beside the first.
    """

    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    student = models.ForeignKey(Student, models.CASCADE, related_name="transfers")
    to_school = ShortTextField(_("to which school"), blank=False)
    shown_on = models.DateField(_("shown to the parents on"))
    made_on = models.DateField(default=timezone.localdate)
    passed = models.JSONField(default=list)

    objects = TransferQuerySet.as_manager()

    class Meta:
        ordering = ("-made_on", "-created_at")

    def __str__(self) -> str:
        return f"{self.student} · {self.to_school}"

    def make(self, passed: list[dict[str, Any]], *, key: uuid.UUID, by: User) -> None:
        """Write down that these rows go along. Who may do so, and that they may go, is for the caller to know."""
        self.pk, self.passed, self.school_id = key, passed, self.student.school_id
        self.created_by = self.updated_by = by
        self.save(force_insert=True)
        remember("student", [(self.student.pk, str(self.student))])
        remember("user", [(by.pk, by.name)])
        record(
            Action.TRANSFER_MADE, school=self.school_id, who=by, object=self.pk, student=self.student_id,
            detail=f"{len(passed)} parts",
        )  # fmt: skip
