"""The plan of one student that comes out of a meeting: its versions, its wording per reader, each time it was printed."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hgw.access import AccessQuerySet
from hgw.accounts.models import Role, RoleAssignment, School, User
from hgw.rows import Row
from hgw.text import LongTextField, ShortTextField
from meetings.models.items import MeetingItem
from meetings.models.meeting import Meeting
from meetings.models.people import Person
from students.models import ClassGroup, Enrollment, Guardian, Student, StudentAccessGrant


class Reader(models.TextChoices):
    """For whom a document is made."""

    REPORT = "report", _("report")
    TEAM = "team", _("team")
    CLASS_SHEET = "class_sheet", _("class sheet")
    PARENTS = "parents", _("parents")
    STUDENT = "student", _("student")


class PlanQuerySet(AccessQuerySet["Plan"]):
    """Plans; which document of a plan a user may have is asked with the object's name (`plan_team`, `class_sheet` …)."""

    access_object = "plan_team"

    def when_participant(self, user: User, role: Role) -> Q:
        meetings = Meeting.objects.all()
        return Q(meeting__in=meetings.filter(meetings.when_participant(user, role)).values("pk"))

    def when_own_class(self, user: User, role: Role) -> Q:
        own = ClassGroup.objects.filter(staff__in=RoleAssignment.objects.on().filter(user=user, role=role))
        return Q(student__in=Enrollment.objects.on().filter(class_group__in=own).values("student"))

    def when_granted(self, user: User, role: Role) -> Q:
        return Q(student__in=StudentAccessGrant.objects.students(user, role))

    def when_final(self, user: User, role: Role) -> Q:
        """What goes on being typed at a table is for who sits there: anybody else gets it once the meeting was closed."""
        return ~Q(status=Plan.Status.DRAFT)

    def when_newest(self, user: User, role: Role) -> Q:
        """What a later plan replaced is the care team's: a teacher works with what holds now, whoever taught there before."""
        return ~Q(status=Plan.Status.SUPERSEDED)

    def when_emergency(self, user: User, role: Role) -> Q:
        """Out of a meeting about that student alone: what a group wrote may name the others."""
        meetings = Meeting.objects.all()
        return Q(meeting__in=meetings.filter(meetings.when_emergency(user, role)).values("pk"))


class Plan(Row):
    """One student's plan out of one meeting. A draft while the meeting is open; the newest final one counts."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("provisional")
        FINAL = "final", _("final")
        SUPERSEDED = "superseded", _("replaced by a newer one")

    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="plans")
    student = models.ForeignKey(Student, models.PROTECT, related_name="plans")
    version = models.PositiveIntegerField(default=1)  # counts the plans of this student
    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT)
    valid_until = models.DateField(null=True, blank=True)
    change_reason = LongTextField()
    # Sections without flags that are printed only when somebody ticks them: the phase for guardians, the
    # acknowledgement for the student. Off by default.
    phase_for_parents = models.BooleanField(_("print the phase for the parents"), default=False)
    ack_for_student = models.BooleanField(_("print who read the plan for the student"), default=False)

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ("-version",)
        constraints = (models.UniqueConstraint(fields=("meeting", "student"), name="plan_once"),)

    def __str__(self) -> str:
        return f"v{self.version}"


class PlanText(MeetingItem):
    """Wording of one section for one reader, instead of its items. A compliment has no reader: guardians and student get it."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="texts", editable=False)
    reader = models.CharField(max_length=20, choices=Reader, blank=True, editable=False)
    section = models.CharField(max_length=20, editable=False)
    text = LongTextField(_("text"))
    by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who says this")
    )

    class Meta(MeetingItem.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=("plan", "reader", "section"), condition=Q(removed_at=None), name="plan_text_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.reader} {self.section}"

    def siblings(self) -> "models.QuerySet[PlanText]":
        return PlanText.objects.filter(plan=self.plan_id)


class PlanIssue(models.Model):
    """Each print: who made which document for whom, as which copy, with the fingerprint of the file."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="issues")
    plan = models.ForeignKey(Plan, models.CASCADE, null=True, related_name="issues")  # empty: the report of a meeting
    reader = models.CharField(max_length=20, choices=Reader)
    guardian = models.ForeignKey(Guardian, models.SET_NULL, null=True, blank=True, related_name="+")
    copy_no = models.PositiveIntegerField(default=1)
    issued_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    issued_on = models.DateTimeField(default=timezone.now)
    sha256 = models.CharField(max_length=64, blank=True)
    content_sha256 = models.CharField(max_length=64, blank=True)  # of the page that the file was made of
    delivered_how = ShortTextField()
    with_confidential = models.BooleanField(default=False)
    # The file waits here until whoever asked for it fetches it, then it is emptied.
    pdf = models.BinaryField(null=True, blank=True)
    trouble = ShortTextField()  # why there is no file: code of a message
    missing_glyphs = ShortTextField()  # characters no font on this machine has

    class Meta:
        ordering = ("-issued_on",)

    def __str__(self) -> str:
        return f"{self.reader} {self.copy_no}"
