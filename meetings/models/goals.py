"""Step 4: where we want to go."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hgw import access
from hgw.accounts.models import User
from hgw.text import LongTextField
from meetings.models.items import MeetingItem, MeetingItemQuerySet, VisibleMeetingItem


class Goal(VisibleMeetingItem):
    """What can be done then that cannot be done now, and how we will see or hear it.

    `curriculum_links` is a list of `{kind, code, text}`, `gas` (the goal scale) maps "-2" … "+2" to a description,
    `checks` is a list of `Check`: small lists that are typed, kept and versioned with the goal.
    """

    class Target(models.TextChoices):
        STUDENT = "student", _("the student")
        TEACHER = "teacher", _("the teacher")
        GROUP = "group", _("the group")
        SCHOOL = "school", _("the school")
        PARENTS = "parents", _("the parents")

    class Horizon(models.TextChoices):
        QUICK = "quick", _("small and quick: up to 6 weeks")
        MEDIUM = "medium", _("medium: up to a term")
        LONG = "long", _("long: up to a year")

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        REACHED = "reached", _("reached")
        PARTLY = "partly", _("partly reached")
        NOT_YET = "not_yet", _("not yet")
        DROPPED = "dropped", _("dropped")

    class Check(models.TextChoices):
        CHALLENGING = "challenging", _("challenging")
        POSITIVE = "positive", _("positive")
        REALISTIC = "realistic", _("realistic")
        TOGETHER = "together", _("together")

    class CurriculumKind(models.TextChoices):
        LEERPLANDOEL = "leerplandoel", _("curriculum goal")
        ONTWIKKELINGSDOEL = "ontwikkelingsdoel", _("development goal")
        EINDTERM = "eindterm", _("final attainment level")
        MINIMUMDOEL = "minimumdoel", _("minimum goal")
        IAC_DOEL = "iac_doel", _("goal of an adapted curriculum")

    GAS_LEVELS = ("-2", "-1", "0", "+1", "+2")

    target = models.CharField(_("whose goal"), max_length=20, choices=Target, default=Target.STUDENT)
    horizon = models.CharField(_("how far"), max_length=20, choices=Horizon)
    target_date = models.DateField(_("by when"), null=True, blank=True)
    parent = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="rungs", verbose_name=_("step towards")
    )
    then_can = LongTextField(_("what can be done then that cannot be done now"), blank=False)
    indicator = LongTextField(_("how we will see or hear it"))
    provisional = models.BooleanField(_("provisional"), default=False)
    curriculum_links = models.JSONField(_("link with the curriculum"), default=list, blank=True)
    checks = models.JSONField(_("check"), default=list, blank=True)
    gas = models.JSONField(_("goal scale"), default=dict, blank=True)
    start_level = models.SmallIntegerField(_("where it starts"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.OPEN)
    outcome_note = LongTextField(_("note on the outcome"))

    class Meta(VisibleMeetingItem.Meta):
        constraints = (models.CheckConstraint(name="goal_not_its_own_parent", condition=~Q(parent=F("pk"))),)

    def __str__(self) -> str:
        return self.then_can


class GoalOutcome(Goal):
    """What came of a goal, said at a later meeting: its status and a note on it, nothing else.

    A closed meeting takes no more text, and the goal stays as it was set; how it went is known only afterwards.
    """

    class Meta:
        proxy = True

    @classmethod
    def kind(cls) -> str:
        return Goal.kind()  # in the history it is the goal

    def claim(self) -> None:
        self.meeting.touch(quietly=self.is_hidden_from_some())

    def may_be_saved_by(self, user: User) -> bool:
        return access.may(user, "manage", self)


class OfGoalQuerySet(MeetingItemQuerySet):
    def access_rule(self, user: User, act: str, what: str) -> Q:
        """What hangs under a goal is read by who reads the goal."""
        return super().access_rule(user, act, what) & Q(goal__in=Goal.objects.visible_to(user).values("pk"))


class GoalScore(MeetingItem):
    """Where a goal stands on its scale, on a day."""

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="scores", verbose_name=_("goal"))
    date = models.DateField(_("date"))
    level = models.SmallIntegerField(_("level"))
    by = models.ForeignKey("Person", models.PROTECT, related_name="+", verbose_name=_("seen by"))
    note = LongTextField(_("note"))

    HIDDEN_WITH: ClassVar[tuple[str, ...]] = ("goal",)
    objects: ClassVar[Any] = OfGoalQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.date}: {self.level:+d}"

    def claim(self) -> None:
        """A new place on the scale can be noted after the meeting closed: that is what a scale is for."""
        if self._state.adding:
            self.meeting.touch(quietly=self.is_hidden_from_some())
        else:
            super().claim()
