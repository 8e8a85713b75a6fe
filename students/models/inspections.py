"""That somebody asked to see the file: who, when, by when the school answers, what it answered, and what went along by decision.

The right to see is that of the GDPR (art. 15), the term is its art. 12(3): without delay, and at the latest one month after
it was asked. Who refuses, in whole or in part, says why (art. 12(4)).
"""

import calendar
import datetime
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hgw.access import AccessQuerySet
from hgw.accounts.models import School, User
from hgw.audit.models import Action, record
from hgw.rows import Row
from hgw.text import LongTextField, ShortTextField
from students.models.people import Guardian, Student


def a_month_after(day: datetime.date) -> datetime.date:
    """The same day of the next month, or the last day of a month that is shorter (Regulation 1182/71, art. 3)."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


class InspectionRequestQuerySet(AccessQuerySet["InspectionRequest"]):
    access_object = "inspection"

    def waiting(self) -> "InspectionRequestQuerySet":
        """Those that nobody answered yet, the oldest first."""
        return self.filter(answered_on=None).select_related("student", "guardian").order_by("asked_on", "created_at")


class InspectionRequest(Row):
    """Somebody asked to see what the school keeps of a student: the student when there is no guardian."""

    class Answer(models.TextChoices):
        GIVEN = "given", _("shown or given whole")
        GIVEN_IN_PART = "given_in_part", _("shown or given in part")
        REFUSED = "refused", _("refused")

    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    student = models.ForeignKey(Student, models.CASCADE, related_name="inspection_requests")
    guardian = models.ForeignKey(
        Guardian, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("who asks")
    )
    asked_on = models.DateField(_("asked on"), default=timezone.localdate)
    talk_offered = models.BooleanField(_("a talk about it was offered"), default=False)
    talk_when = ShortTextField(_("when that talk is"))
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answer = models.CharField(_("what was answered"), max_length=20, choices=Answer, blank=True)
    said = LongTextField(_("what was said with it"))
    student_said = LongTextField(_("what the student says about it"))  # of what was told in confidence and goes along

    objects = InspectionRequestQuerySet.as_manager()

    class Meta:
        ordering = ("-asked_on", "-created_at")
        constraints = (
            models.CheckConstraint(
                name="inspection_answered",
                condition=Q(answered_on=None, answer="")
                | (  # that there is a day is said apart: what compares with nothing would pass
                    Q(answered_on__isnull=False, answered_on__gte=models.F("asked_on"))
                    & ~Q(answer="")
                    & (Q(answer="given") | ~Q(said=""))
                ),
            ),
        )

    def __str__(self) -> str:
        return str(self.guardian or self.student.roepnaam)

    @property
    def answer_by(self) -> datetime.date:
        """The last day on which the school may answer."""
        return a_month_after(self.asked_on)

    @property
    def is_late(self) -> bool:
        """Whether nobody answered and that day is over."""
        return self.answered_on is None and self.answer_by < timezone.localdate()

    @property
    def may_still_be_shown(self) -> bool:
        """Whether who asked has the right to information today: a court may have taken it away since."""
        return self.guardian is None or self.guardian.is_informed

    @property
    def released(self) -> dict[uuid.UUID, int]:
        """What goes along by decision: items, each with the version that somebody read and decided on."""
        return dict(self.releases.values_list("item", "version"))

    def decide(self, items: Mapping[uuid.UUID, int], *, by: User) -> None:
        """Let exactly these items go along, in these versions. What went along already keeps who decided that, and when."""
        before, wanted = set(self.released.items()), set(items.items())
        self.releases.filter(item__in=[item for item, _version in before - wanted]).delete()
        for item, version in wanted - before:
            InspectionRelease.objects.create(
                school_id=self.school_id, request=self, item=item, version=version, created_by=by, updated_by=by
            )
        for changed, action in ((wanted - before, Action.ITEM_ADDED), (before - wanted, Action.ITEM_REMOVED)):
            for item, _version in sorted(changed, key=str):
                self._record(action, item, by)

    def _record(self, action: Action, item: uuid.UUID, by: User) -> None:
        facts: dict[str, Any] = {"object": item, "student": self.student_id, "detail": "inspectionrelease"}
        record(action, school=self.school_id, who=by, **facts)


class InspectionRelease(Row):
    """One item that goes along with a request though it was told in confidence: somebody decided so, and the row says who.

    It is about the text as it was then: whoever adds to it later adds something on which nobody decided.
    """

    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    request = models.ForeignKey(InspectionRequest, models.CASCADE, related_name="releases")
    item = models.UUIDField()  # of whichever kind; the app that holds the items knows which
    version = models.PositiveIntegerField()

    class Meta:
        ordering = ("created_at",)
        constraints = (models.UniqueConstraint(fields=("request", "item"), name="released_once"),)

    def __str__(self) -> str:
        return str(self.item)
