"""A student's file that somebody opened in need: why, until when, and what whoever answers for the school says of it."""

import datetime
import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from hgw.access import AccessQuerySet
from hgw.accounts import rights
from hgw.accounts.models import School, User
from hgw.audit.models import Action, record, remember
from hgw.rows import Row
from hgw.text import LongTextField
from students.models.people import Student

LASTS = datetime.timedelta(minutes=30)  # enough to read one file and to act on it


class EmergencyAccessQuerySet(AccessQuerySet["EmergencyAccess"]):
    access_object = "emergency"

    def running(self) -> "EmergencyAccessQuerySet":
        """Those that hold at this moment."""
        return self.filter(ended_at=None, until__gt=timezone.now())

    def to_review(self, user: User) -> "EmergencyAccessQuerySet":
        """Those that this user is to look at and nobody did. One's own is for somebody else."""
        rows = self.visible_to(user).filter(reviewed_at=None).exclude(user=user)
        return rows.select_related("user", "student").order_by("since")


class EmergencyAccess(Row):
    """Somebody reads one student's file for half an hour, in one session, for a reason.

    What may be read is said by the access matrix, under the condition "emergency". It ends by time, by hand, and with
    every change in what its user may do: a role, a sign-out.
    """

    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="emergencies")
    student = models.ForeignKey(Student, models.CASCADE, related_name="emergencies")
    reason = LongTextField(blank=False)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    review = LongTextField()
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = EmergencyAccessQuerySet.as_manager()

    class Meta:
        ordering = ("-since",)
        constraints = (
            models.CheckConstraint(name="emergency_times", condition=Q(until__gt=models.F("since"))),
            models.UniqueConstraint(fields=("user",), condition=Q(ended_at=None), name="one_emergency_at_a_time"),
        )

    def __str__(self) -> str:
        return f"{self.user} · {self.student}"

    @property
    def ended(self) -> datetime.datetime:
        """When it ended, or will."""
        return min(self.ended_at or self.until, self.until)

    @classmethod
    def begin(cls, user: User, student: Student, reason: str, *, key: uuid.UUID) -> "EmergencyAccess":
        """Open the student to this user from now on. What the user had open in need before ends. `key` is the id it gets."""
        rights.changed(user.pk)
        now = timezone.now()
        begun = cls(
            id=key, school_id=student.school_id, user=user, student=student, reason=reason, since=now, until=now + LASTS,
            created_by=user, updated_by=user,
        )  # fmt: skip
        begun.save(force_insert=True)
        begun._record(Action.EMERGENCY_OPENED, user)
        return begun

    def end(self, *, by: User | None, why: str) -> None:
        """Close the student again. `why` is a code; ending twice is ending once."""
        now = timezone.now()
        running = EmergencyAccess.objects.filter(pk=self.pk, ended_at=None)
        if running.update(ended_at=now, updated_at=now, updated_by=by):
            self._record(Action.EMERGENCY_ENDED, by, detail=why)
            rights.changed(self.user_id)

    def say_reviewed(self, words: str, *, by: User) -> None:
        """Keep what somebody who answers for the school says of it; the first word stands."""
        now = timezone.now()
        waiting = EmergencyAccess.objects.filter(pk=self.pk, reviewed_at=None)
        if waiting.update(review=words, reviewed_at=now, reviewed_by=by, updated_at=now, updated_by=by):
            self._record(Action.EMERGENCY_REVIEWED, by)

    def _record(self, action: Action, by: User | None, **facts: Any) -> None:
        """The object of the entry is the opening itself, so that its entries are found together."""
        remember("user", [(user.pk, user.name) for user in {self.user, by} if user])
        remember("student", [(self.student.pk, str(self.student))])
        record(action, school=self.school_id, who=by, object=self.pk, student=self.student_id, **facts)


def end_what_is_open(whose: uuid.UUID) -> None:
    """What this user may do changed: whatever he or she has open in need ends."""
    for row in EmergencyAccess.objects.filter(user=whose, ended_at=None).select_related("user", "student"):
        row.end(by=None, why="rights_changed")
