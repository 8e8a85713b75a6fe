"""The support a student has had: phases over time, adjustments, permissions, and that a legal report exists.

The phase of a student is never a column: it is the newest row of a history, per guidance domain, and it goes down as
well as up. What came with a meeting carries that meeting's id; this app knows no more of it.
"""

import datetime
import tomllib
import uuid
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hgw import access
from hgw.access import AccessQuerySet
from hgw.accounts.models import Role, School, User
from hgw.items.models import CLB, CONFIDENTIAL, Item, VisibleItem
from hgw.rows import Row
from hgw.text import LongTextField, ShortTextField
from students.models.people import Student, StudentAccessGrant

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


class OfStudentQuerySet(AccessQuerySet[Any]):
    """Rows of one student's file."""

    access_object = "phase_history"
    meeting_field = "came_with"

    def when_granted(self, user: User, role: Role) -> Q:
        """Who was granted the file reads it; who was granted the meetings, what came with one."""
        scope, students = StudentAccessGrant.Scope, StudentAccessGrant.objects.students
        with_meeting = Q(student__in=students(user, scope.MEETING), **{f"{self.meeting_field}__isnull": False})
        return Q(student__in=students(user, scope.FILE)) | with_meeting

    def when_own_class(self, user: User, role: Role) -> Q:
        return Q(student__in=Student.objects.filter(Student.objects.all().when_own_class(user, role)))

    def when_emergency(self, user: User, role: Role) -> Q:
        return Q(student__in=user.opened_in_need)


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
