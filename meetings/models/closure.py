"""What belongs to ending a meeting: decisions on the phase, reasons at the gates, and what comes after it."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from hgw.items.models import CONFIDENTIAL
from hgw.items.saving import ItemClosed
from hgw.text import LongTextField
from meetings.models.items import MeetingItem, MeetingItemQuerySet, VisibleMeetingItem
from meetings.models.meeting import CLOSED, Meeting
from meetings.models.people import Person
from students.models import Phase, Student
from students.models.phases import GuidanceDomain


class PhaseDecision(MeetingItem):
    """More, the same or less support for a student in a guidance domain. The closing writes it into the history."""

    student = models.ForeignKey(Student, models.PROTECT, related_name="+", verbose_name=_("student"))
    guidance_domain = models.CharField(_("guidance domain"), max_length=20, choices=GuidanceDomain)
    before = models.ForeignKey(Phase, models.PROTECT, related_name="+", verbose_name=_("now"))
    after = models.ForeignKey(
        Phase, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("from now on")
    )
    requested = models.ForeignKey(
        Phase, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asked for, not decided yet")
    )
    reason = LongTextField(_("reason"))

    class Meta(MeetingItem.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=("meeting", "student", "guidance_domain"),
                condition=models.Q(removed_at=None),
                name="phase_decision_once",
            ),
        )

    def __str__(self) -> str:
        return self.guidance_domain

    @staticmethod
    def needs_permission(held: Phase | None, *then: Phase | None) -> bool:
        """Whether one of these phases is one with the CLB, for which a permission stands or none is decided.

        `held` is the phase in the student's file, never the one that was typed: whoever types could begin where nothing
        is asked. Going down asks nothing.
        """
        return any(phase and phase.number >= 2 and not (held and phase.number < held.number) for phase in then)


class GateReason(MeetingItem):
    """Why the team went on where a soft gate stood open; printed in the report."""

    gate = models.CharField(max_length=5, editable=False)
    reason = LongTextField(_("why you go on"), blank=False)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", editable=False)

    def __str__(self) -> str:
        return self.gate


class StatementQuerySet(MeetingItemQuerySet):
    access_object = "statement"


class AfterClosing(MeetingItem):
    """An item that a closed meeting still takes. Abstract."""

    class Meta(MeetingItem.Meta):
        abstract = True

    def claim(self) -> None:
        self.meeting.touch()


class Statement(AfterClosing):
    """The student's or a guardian's own version of the facts, printed with the report and on the own copy."""

    student = models.ForeignKey(Student, models.PROTECT, related_name="+", verbose_name=_("student"))
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("whose words"))
    text = LongTextField(_("in their own words"), blank=False)
    date = models.DateField(_("date"))

    access_object: ClassVar[str] = "statement"
    objects: ClassVar[Any] = StatementQuerySet.as_manager()

    def __str__(self) -> str:
        return self.text


class AddendumQuerySet(MeetingItemQuerySet):
    access_object = "addendum"


class Addendum(AfterClosing, VisibleMeetingItem):
    """A dated correction to a closed meeting; what was closed stays as it was."""

    text = LongTextField(_("correction"), blank=False)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("by"))
    date = models.DateField(_("date"))

    access_object: ClassVar[str] = "addendum"
    objects: ClassVar[Any] = AddendumQuerySet.as_manager()

    def claim(self) -> None:
        """The first correction marks the meeting as amended, but for a confidential one: the word would tell of it.

        An open meeting takes none: there the item itself is changed.
        """
        stays = CONFIDENTIAL in (self.saved_with.get("visibility") or self.visibility)
        amended = {"status": Meeting.Status.AMENDED, "change_no": F("change_no") + 1}
        taken = {"change_no": F("change_no")} if self.is_confidential and stays else amended
        if not Meeting.objects.filter(pk=self.meeting_id, status__in=CLOSED).update(**taken):
            raise ItemClosed

    def __str__(self) -> str:
        return self.text
