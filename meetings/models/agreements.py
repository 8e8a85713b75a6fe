"""Step 6: who does what, who tells whom, when we look again."""

import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hgw.access import AccessQuerySet
from hgw.accounts.models import Role, User
from hgw.items.models import CONFIDENTIAL
from hgw.text import LongTextField, ShortTextField
from meetings.models.goals import Goal
from meetings.models.insight import Factor, InfoRequest
from meetings.models.items import MeetingItem, MeetingItemQuerySet, VisibleMeetingItem
from meetings.models.needs import Need
from meetings.models.people import Person
from students.models.support import Scope


class AgreementStatus(models.TextChoices):
    """Where an agreement stands, in the order of the acts that bring it there."""

    PROPOSED = "proposed", _("proposed")
    PUT_FORWARD = "put_forward", _("put forward")
    AGREED = "agreed", _("agreed")
    DECLINED = "declined", _("declined")
    ACKNOWLEDGED = "acknowledged", _("seen")
    IN_PROGRESS = "in_progress", _("busy")
    DONE = "done", _("done")
    PARTLY_DONE = "partly_done", _("partly done")
    NOT_DONE = "not_done", _("not done")
    STOPPED = "stopped", _("stopped")


# What a review can say; the rest is said when the agreement is made or answered.
PROGRESS = ("acknowledged", "in_progress", "done", "partly_done", "not_done", "stopped")
FINISHED = ("declined", "done", "stopped")


class AgreementQuerySet(MeetingItemQuerySet):
    def access_rule(self, user: User, act: str, what: str) -> Q:
        """As an item of the meeting; and one's own agreements, also when the meeting itself is closed to this user."""
        if what != self.access_object:
            return super().access_rule(user, act, what)
        own = AccessQuerySet.access_rule(self, user, act, "agreement")
        # Doing a confidential one is not yet reading it: that takes a place in its circle.
        own &= ~Q(visibility__contains=CONFIDENTIAL) | self.when_named(user, Role.CARE_COORDINATOR)
        if act == "review":
            return own | super().access_rule(user, "manage", what)
        return super().access_rule(user, act, what) | (own if act == "read" else Q(pk__in=[]))

    def when_own(self, user: User, role: Role) -> Q:
        mine = AgreementActor.objects.filter(agreement=OuterRef("pk"), person__user=user)
        return Q(Exists(mine)) & ~Q(meeting__status="cancelled")

    def unfinished(self) -> "AgreementQuerySet":
        return self.filter(removed_at=None).exclude(status__in=FINISHED)

    def overdue(self, day: datetime.date | None = None) -> "AgreementQuerySet":
        """Those whose day has passed while they are not finished."""
        return self.unfinished().filter(due__lt=day or timezone.localdate())


class Agreement(VisibleMeetingItem):
    """Who does what, how, when and why. It grows out of a need or of something that is still to be found out."""

    need = models.ForeignKey(
        Need, models.SET_NULL, null=True, blank=True, related_name="agreements", verbose_name=_("out of the need")
    )
    goal = models.ForeignKey(
        Goal, models.SET_NULL, null=True, blank=True, related_name="agreements", verbose_name=_("for the goal")
    )
    factor = models.ForeignKey(
        Factor, models.SET_NULL, null=True, blank=True, related_name="agreements", verbose_name=_("works on")
    )
    info_request = models.ForeignKey(
        InfoRequest,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="agreements",
        verbose_name=_("answers the question"),
    )
    what = LongTextField(_("does what"), blank=False)
    how = LongTextField(_("how"))
    when_text = ShortTextField(_("when"))
    start = models.DateField(_("from"), null=True, blank=True)
    due = models.DateField(_("until"), null=True, blank=True)
    where = ShortTextField(_("where"))
    why = LongTextField(_("why"))
    scope = models.CharField(_("for whom"), max_length=20, choices=Scope, default=Scope.STUDENT)
    status = models.CharField(_("status"), max_length=20, choices=AgreementStatus, default=AgreementStatus.PROPOSED)

    trail: dict[str, Any] | None = None  # the line of reasoning, hung on where a page shows it
    PARTS: ClassVar[tuple[str, ...]] = ("circle", "who")
    objects: ClassVar[Any] = AgreementQuerySet.as_manager()

    class Meta(VisibleMeetingItem.Meta):
        constraints = (
            models.CheckConstraint(
                name="agreement_dates",
                condition=Q(due__gte=F("start")) | Q(due=None) | Q(start=None),
                violation_error_message=_("The end lies before the start."),
            ),
        )

    def __str__(self) -> str:
        return self.what

    @property
    def is_overdue(self) -> bool:
        return bool(self.due and self.due < timezone.localdate() and self.status not in FINISHED)

    @property
    def who(self) -> "list[AgreementActor]":
        return list(self.actors.select_related("person"))

    def read_part(self, name: str) -> list[Any]:
        if name == "who":
            return [{"name": actor.person.name, "lead": actor.is_lead} for actor in self.who]
        return super().read_part(name)

    def write_part(self, name: str, value: Any) -> None:
        """`who` is a list of pairs (person, leads); where nobody leads, the first one does."""
        if name != "who":
            return super().write_part(name, value)
        lead = any(is_lead for _person, is_lead in value)
        self.actors.all().delete()
        AgreementActor.objects.bulk_create(
            [
                AgreementActor(agreement=self, person=person, is_lead=is_lead if lead else n == 0, position=n)
                for n, (person, is_lead) in enumerate(value)
            ]
        )


class AgreementActor(models.Model):
    """Somebody who does what was agreed; at least one leads."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="actors")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    is_lead = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=("agreement", "person"), name="actor_once"),)

    def __str__(self) -> str:
        return self.person.name


class OfAgreementQuerySet(MeetingItemQuerySet):
    def access_rule(self, user: User, act: str, what: str) -> Q:
        """A review is read by the care team and by those who do what was agreed (who writes one: `may_be_saved_by`).

        A flag on the agreement shows what was agreed, not the notes of those who carry it out.
        """
        does_it = AgreementActor.objects.filter(agreement=OuterRef("agreement"), person__user=user)
        team = super().access_rule(user, act, what)
        return Q(agreement__in=Agreement.objects.allowed(user, act)) & (team | Q(Exists(does_it)))


class AgreementReview(MeetingItem):
    """What came of an agreement, as one person saw it on a day. The newest one is the agreement's status."""

    class Effect(models.TextChoices):
        WORKS = "works", _("works")
        A_BIT = "a_bit", _("works a bit")
        NOT_YET = "not_yet", _("does not work yet")
        UNKNOWN = "unknown", _("I don't know")

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="reviews", editable=False)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", editable=False)
    date = models.DateField()
    progress = models.CharField(
        max_length=20, choices=[(s.value, s.label) for s in AgreementStatus if s.value in PROGRESS]
    )
    effect = models.CharField(_("does it help?"), max_length=20, choices=Effect, default=Effect.UNKNOWN)
    note = LongTextField(_("note"))

    HIDDEN_WITH: ClassVar[tuple[str, ...]] = ("agreement",)
    objects: ClassVar[Any] = OfAgreementQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.date}: {self.progress}"

    def may_be_saved_by(self, user: User) -> bool:
        return Agreement.objects.filter(pk=self.agreement_id).allowed(user, "review").exists()

    def claim(self) -> None:
        """A review comes after the closing as well as before it."""
        self.meeting.touch(quietly=self.is_hidden_from_some())

    def siblings(self) -> "models.QuerySet[AgreementReview]":
        return AgreementReview.objects.filter(agreement=self.agreement_id)


class Communication(MeetingItem):
    """Who tells whom what was agreed, how, and by when. One row per guardian."""

    class Audience(models.TextChoices):
        PARENTS = "parents", _("the parents")
        STUDENT = "student", _("the student")
        TEACHERS = "teachers", _("teachers")
        CLB = "clb", _("the CLB")
        OTHER = "other", _("somebody else")

    audience = models.CharField(_("for"), max_length=20, choices=Audience)
    to = ShortTextField(_("to whom"), blank=False)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("who tells it"))
    channel = ShortTextField(_("how"))
    by_date = models.DateField(_("before"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    note = LongTextField(_("what matters in telling it"))

    def __str__(self) -> str:
        return self.to


class FollowUp(MeetingItem):
    """When we meet again, who comes, and what we will look at."""

    date = models.DateField(_("next meeting"))
    purpose = LongTextField(_("what we will look at"))
    note = LongTextField(_("practical matters"))
    people = models.ManyToManyField(Person, through="FollowUpAttendee", related_name="+")

    PARTS: ClassVar[tuple[str, ...]] = ("attendees",)

    class Meta(MeetingItem.Meta):
        constraints = (
            models.UniqueConstraint(fields=("meeting",), condition=Q(removed_at=None), name="follow_up_once"),
        )

    def __str__(self) -> str:
        return str(self.date)

    @property
    def attendees(self) -> list[Person]:
        return [row.person for row in self.attendance.select_related("person")]

    def read_part(self, name: str) -> list[Any]:
        return [person.name for person in self.attendees]

    def write_part(self, name: str, value: Any) -> None:
        self.attendance.all().delete()
        FollowUpAttendee.objects.bulk_create(
            [FollowUpAttendee(follow_up=self, person=person, position=n) for n, person in enumerate(value)]
        )


class FollowUpAttendee(models.Model):
    follow_up = models.ForeignKey(FollowUp, models.CASCADE, related_name="attendance")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=("follow_up", "person"), name="attendee_once"),)

    def __str__(self) -> str:
        return self.person.name
