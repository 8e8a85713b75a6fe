"""The phases of the support continuum, and in which of them a student was from when until when.

The phase of a student is never a column: it is the newest row of a history, per guidance domain, and it goes down as
well as up.
"""

import datetime
import tomllib
import uuid
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hgw.accounts.models import School, User
from hgw.rows import Row
from hgw.text import LongTextField, ShortTextField
from students.models.of_student import OfStudentQuerySet
from students.models.people import Student

if TYPE_CHECKING:
    from students.models.consents import Consent


@cache
def phases() -> tuple[dict[str, Any], ...]:
    """The vocabulary of phases as shipped, in order."""
    return tuple(tomllib.loads((Path(__file__).parent.parent / "phases.toml").read_text())["phase"])


def load_phases(model: Any) -> None:
    """Write the vocabulary into the table of `model` (a migration has its own picture of it); again is the same."""
    for phase in phases():
        model.objects.update_or_create(
            code=phase["code"],
            defaults={
                "number": phase["number"],
                "name_nl": phase["nl"],
                "name_en": phase["en"],
                "share": phase["share"],
                "valid_from": phase["valid_from"],
                "valid_until": phase.get("valid_until"),
            },
        )


class Phase(models.Model):
    """A phase of the support continuum, with the dates between which the word is in use."""

    code = models.CharField(max_length=20, primary_key=True)
    number = models.PositiveSmallIntegerField()
    name_nl = ShortTextField(blank=False)
    name_en = ShortTextField(blank=False)
    share = models.CharField(max_length=20, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("number",)

    def __str__(self) -> str:
        return self.name_en if (get_language() or "nl").startswith("en") else self.name_nl


class GuidanceDomain(models.TextChoices):
    """The four legal domains of student guidance, and all of them together."""

    LEARNING = "learning", _("learning and studying")
    WELLBEING = "wellbeing", _("psychological and social functioning")
    SCHOOL_CAREER = "school_career", _("school career")
    HEALTH = "health", _("preventive health care")
    ALL = "all", _("all domains")


class PhaseRecordQuerySet(OfStudentQuerySet):
    meeting_field = "decided_in"

    def current(self, day: datetime.date | None = None) -> "PhaseRecordQuerySet":
        """The rows that hold on a day (today)."""
        day = day or timezone.localdate()
        return self.filter(Q(until=None) | Q(until__gt=day), since__lte=day)

    def held(self, day: datetime.date) -> "Held":
        """In which phase these students are on a day."""
        rows = self.current(day).select_related("phase").order_by("since", "created_at")
        return Held({(row.student_id, row.guidance_domain): row.phase for row in rows})


class Held:
    """The phases that students are in, by domain; what was decided for all domains counts for each."""

    def __init__(self, phases: "dict[tuple[uuid.UUID, str], Phase]") -> None:
        self.phases = phases

    def phase(self, student: uuid.UUID, domain: str) -> "Phase | None":
        """None where nothing was decided yet."""
        return self.phases.get((student, domain)) or self.phases.get((student, GuidanceDomain.ALL))


class PhaseRecord(Row):
    """A student in a phase, for one guidance domain, from a day on. A meeting that decides writes the next row."""

    class Direction(models.TextChoices):
        UP = "up", _("more support")
        SAME = "same", _("the same support")
        DOWN = "down", _("less support")

    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    student = models.ForeignKey(Student, models.CASCADE, related_name="phase_records")
    guidance_domain = models.CharField(max_length=20, choices=GuidanceDomain)
    phase = models.ForeignKey(Phase, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)  # the day the next row begins
    direction = models.CharField(max_length=10, choices=Direction)
    reason = LongTextField()
    decided_in = models.UUIDField(null=True, blank=True, db_index=True)  # id of the meeting
    consent = models.ForeignKey("Consent", models.SET_NULL, null=True, blank=True, related_name="+")

    objects = PhaseRecordQuerySet.as_manager()

    class Meta:
        ordering = ("since", "created_at")
        constraints = (
            models.CheckConstraint(
                name="phase_record_dates", condition=Q(until=None) | Q(until__gte=models.F("since"))
            ),
        )

    def __str__(self) -> str:
        return f"{self.phase} ({self.get_guidance_domain_display()})"

    @classmethod
    def decide(
        cls, student: Student, domain: str, phase: Phase, *, on: datetime.date, reason: str, by: User | None,
        decided_in: uuid.UUID | None = None, consent: "Consent | None" = None,
    ) -> "PhaseRecord":  # fmt: skip
        """Write a row of the history: the row that held ends on the day this one begins, this one where the next begins.

        A meeting of an earlier day may close later: its row takes its place among the others, and the newest still holds.
        """
        history = cls.objects.filter(student=student, guidance_domain=domain).select_related("phase")
        before = history.filter(since__lte=on).last()
        following = history.filter(since__gt=on).first()
        if before:
            history.filter(pk=before.pk).update(until=on)
        if following:
            history.filter(pk=following.pk).update(direction=_direction(phase, following.phase))
        return cls.objects.create(
            school_id=student.school_id, student=student, guidance_domain=domain, phase=phase, since=on, reason=reason,
            until=following.since if following else None, direction=_direction(before.phase if before else None, phase),
            decided_in=decided_in, consent=consent, created_by=by, updated_by=by,
        )  # fmt: skip


def _direction(before: Phase | None, after: Phase) -> str:
    """More, the same or less support; without a phase before, everything is measured against broad basic care."""
    number = before.number if before else 0
    if after.number == number:
        return PhaseRecord.Direction.SAME
    return PhaseRecord.Direction.UP if after.number > number else PhaseRecord.Direction.DOWN
