"""The meeting: about whom, who takes part, how far it is."""

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import connection, models
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from hgw import access
from hgw.access import AccessQuerySet
from hgw.accounts.models import Role, User
from hgw.items.models import Item
from hgw.items.saving import ItemClosed
from hgw.text import ShortTextField
from meetings import steps
from meetings.models.series import MeetingSeries
from meetings.room.publishing import publish_after_commit
from students.models import ClassGroup, Guardian, SchoolYear, Student, StudentAccessGrant, StudentGroup
from students.models.support import AdjustmentQuerySet

if TYPE_CHECKING:
    from meetings.models.people import Person


class MeetingQuerySet(AccessQuerySet["Meeting"]):
    access_object = "meeting"

    def when_open(self, user: User, role: Role) -> Q:
        return Q(status__in=OPEN)

    def when_final(self, user: User, role: Role) -> Q:
        """Nothing is typed in it any more: closed, amended since, or cancelled."""
        return ~Q(status__in=OPEN)

    def when_participant(self, user: User, role: Role) -> Q:
        from meetings.models.participants import PROFESSIONALS, Participant

        seats = Participant.objects.filter(meeting=OuterRef("pk"), person__user=user, removed_at=None)
        return Q(Exists(seats.filter(role__in=PROFESSIONALS).exclude(participation="not_this_time")))

    def when_chair(self, user: User, role: Role) -> Q:
        return Q(chair__user=user)

    def when_reporter(self, user: User, role: Role) -> Q:
        return Q(reporter__user=user)

    def when_granted(self, user: User, role: Role) -> Q:
        """Every student of the meeting was opened to this user: one student of a group is not enough to read about all."""
        scope = StudentAccessGrant.Scope
        granted = StudentAccessGrant.objects.students(user, role, scope.MEETING, scope.FILE)
        return self._about_nobody_but(granted)

    def when_emergency(self, user: User, role: Role) -> Q:
        return self._about_nobody_but(user.opened_in_need)

    def _about_nobody_but(self, students: Any) -> Q:
        from meetings.models.subjects import MeetingSubject

        members = MeetingSubject.objects.filter(meeting=OuterRef("pk"))
        others = members.exclude(student__in=students)
        return Q(Exists(members)) & ~Q(Exists(others))

    def open(self) -> "MeetingQuerySet":
        """Those that still take text."""
        return self.filter(status__in=OPEN)


class Meeting(Item):
    """A student-case meeting (leerlingbespreking) about one student, or a group of two to eight."""

    class Kind(models.TextChoices):
        STUDENT = "student", _("one student")
        GROUP = "group", _("a group")

    class Status(models.TextChoices):
        PLANNED = "planned", _("planned")
        PREPARING = "preparing", _("being prepared")
        IN_PROGRESS = "in_progress", _("in progress")
        CLOSED = "closed", _("closed")
        AMENDED = "amended", _("closed, with corrections")
        CANCELLED = "cancelled", _("cancelled")

    class ClosedKind(models.TextChoices):
        FULL = "full", _("complete")
        INFO_ROUND = "info_round", _("information round: first find out, then meet again")

    class Insight(models.TextChoices):
        YES = "yes", _("Yes")
        PARTLY = "partly", _("Partly")
        NOT_YET = "not_yet", _("Not yet")

    class Satisfied(models.TextChoices):
        YES = "yes", _("yes")
        PARTLY = "partly", _("partly")
        NO = "no", _("no")
        NOT_ASKED = "not_asked", _("not asked")

    title = ShortTextField(_("title"), blank=False)
    kind_of_meeting = models.CharField(max_length=10, choices=Kind, default=Kind.STUDENT, editable=False)
    school_year = models.ForeignKey(SchoolYear, models.PROTECT, related_name="+", editable=False)
    group = models.ForeignKey(
        StudentGroup, models.PROTECT, null=True, blank=True, related_name="meetings", editable=False
    )
    # The class a case file names; empty when the meeting was planned here: then it is the student's class on the day.
    class_group = models.ForeignKey(
        ClassGroup, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    date = models.DateField(_("date"))
    start = models.TimeField(_("from"), null=True, blank=True)
    end = models.TimeField(_("until"), null=True, blank=True)
    place = ShortTextField(_("place"))
    chair: "models.ForeignKey[Person | None]" = models.ForeignKey(
        "Person", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("chair")
    )
    reporter: "models.ForeignKey[Person | None]" = models.ForeignKey(
        "Person", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("reporter")
    )
    status = models.CharField(max_length=20, choices=Status, default=Status.PLANNED, editable=False)
    closed_kind = models.CharField(max_length=20, choices=ClosedKind, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    current_step = models.CharField(max_length=20, default="start", editable=False)  # slug of a step
    previous_meeting = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="following", editable=False
    )
    series = models.ForeignKey(
        MeetingSeries, models.SET_NULL, null=True, blank=True, related_name="meetings", editable=False
    )
    seen_from = models.DateField(_("seen from"), null=True, blank=True)
    seen_until = models.DateField(_("seen until"), null=True, blank=True)
    insight_state = models.CharField(_("enough insight?"), max_length=10, choices=Insight, blank=True)
    nothing_extra = models.BooleanField(_("the teacher needs nothing extra"), default=False)
    satisfied_student = models.CharField(
        _("the student"), max_length=10, choices=Satisfied, default=Satisfied.NOT_ASKED
    )
    satisfied_parents = models.CharField(
        _("the parents"), max_length=10, choices=Satisfied, default=Satisfied.NOT_ASKED
    )
    satisfied_team = models.CharField(_("the team"), max_length=10, choices=Satisfied, default=Satisfied.NOT_ASKED)
    # Goes up with every save that the whole table may hear of: one number tells a browser whether there is anything new.
    change_no = models.PositiveBigIntegerField(default=0, editable=False)

    objects = MeetingQuerySet.as_manager()
    BOOKKEEPING = Item.BOOKKEEPING | {"change_no"}

    class Meta(Item.Meta):
        ordering: ClassVar[Any] = ("-date", "-start", "created_at")
        indexes = (models.Index(fields=("school", "date"), name="meeting_by_date"),)
        constraints = (
            models.CheckConstraint(
                name="meeting_window",
                condition=Q(seen_until__gte=F("seen_from")) | Q(seen_until=None) | Q(seen_from=None),
            ),
        )

    def __str__(self) -> str:
        return self.title

    # --- saving ---

    def may_be_saved_by(self, user: User) -> bool:
        if self._state.adding:
            return user.has_role(self.school_id, Role.CARE_COORDINATOR)
        return access.may(user, "write", self)

    def claim(self, *, quietly: bool = False) -> None:
        """Take the meeting for writing: raises `ItemClosed` when it closed. Waits for a save or a closing at the same moment.

        `quietly`: the change is of something that not everybody at the table reads. It gets no number, because a number
        that goes up over nothing says that there is something. Whoever reads it finds it with the next change.
        """
        if self._state.adding:
            return
        if not self._count_change(OPEN, quietly=quietly):
            raise ItemClosed

    def touch(self, *, quietly: bool = False) -> None:
        """Count a change that a closed meeting may still get: a correction, a review."""
        self._count_change(tuple(self.Status), quietly=quietly)

    def _count_change(self, while_it_is: tuple[str, ...], *, quietly: bool) -> bool:
        """Give this change the next number and tell the room once it is on disk; False when the meeting is in another state.

        In SQL of our own, because the number must come out of the very update that makes it: read before or after, it
        could be that of a colleague's save.
        """
        self.read.clear()
        table, key = self._meta.db_table, self._meta.pk.get_db_prep_value(self.pk, connection)
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table} SET change_no = change_no + %s WHERE id = %s AND status IN ({', '.join(['%s'] * len(while_it_is))})"  # noqa: S608  # names of ours
                " RETURNING change_no",
                [0 if quietly else 1, key, *map(str, while_it_is)],
            )
            numbers = cursor.fetchall()
        for (number,) in numbers:
            publish_after_commit(self.pk, number)
        return bool(numbers)

    def siblings(self) -> QuerySet[Any]:
        return Meeting.objects.none()

    def student_id_for_trace(self) -> uuid.UUID | None:
        return self.students[0].pk if len(self.students) == 1 else None

    # --- questions ---

    @property
    def has_begun(self) -> bool:
        return self.status not in {self.Status.PLANNED, self.Status.PREPARING}

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_closed(self) -> bool:
        return self.status in CLOSED

    @property
    def is_group(self) -> bool:
        return self.kind_of_meeting == self.Kind.GROUP

    @property
    def without_insight(self) -> bool:
        return self.insight_state == self.Insight.NOT_YET

    @property
    def step(self) -> steps.Step:
        """Where the meeting is."""
        return steps.BY_SLUG[self.current_step]

    @cached_property
    def students(self) -> list[Student]:
        """The students it is about, in order."""
        return [subject.student for subject in self.subjects.select_related("student")]

    @cached_property
    def guardians(self) -> list[Guardian]:
        """The guardians of its students, student by student."""
        models.prefetch_related_objects(self.students, "guardians")
        return [guardian for student in self.students for guardian in student.guardians.all()]

    @cached_property
    def read(self) -> dict[Any, Any]:
        """What was read of this meeting for the page at hand, so that it is read once; a save empties it."""
        return {}

    @property
    def names(self) -> str:
        """The group's name, or the student's roepnaam: what the pages call this meeting."""
        return self.group.name if self.group else ", ".join(student.roepnaam for student in self.students)

    def person(self, name: str) -> "Person":
        """The person of this name in the meeting, made on first use and linked to whom the name stands for.

        Guardians and students are found among those of the meeting, users by full name among the school's active users.
        A name that could stand for more than one of these links no user: a link opens the case, a name does not.
        """
        from meetings.models.people import Person

        person, made = Person.objects.get_or_create(meeting=self, name=name)
        if made:
            guardians = [g for g in Guardian.objects.filter(student__in=self.students) if str(g) == name]
            person.student = next((s for s in self.students if name in s.names()), None)
            users = User.objects.filter(name=name, is_active=True, assignments__in=self.school.assignments.on())
            namesakes = list(users.distinct()[:2])
            if len(namesakes) == 1 and not guardians and not person.student:
                person.user = namesakes[0]
            person.save(update_fields=["user", "student"])
            person.guardians.set(guardians)
        return person


AdjustmentQuerySet.meetings = Meeting.objects.all  # students knows the ids of meetings only

OPEN = (Meeting.Status.PLANNED, Meeting.Status.PREPARING, Meeting.Status.IN_PROGRESS)
CLOSED = (Meeting.Status.CLOSED, Meeting.Status.AMENDED)


class StepState(models.Model):
    """When a step was first taken and when it was left with the forward button."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="step_states")
    step = models.CharField(max_length=20)  # slug
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("meeting", "step"), name="step_state_once"),)

    def __str__(self) -> str:
        return self.step
