"""Step 5: what student, teacher and parents need to reach a goal."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hgw.accounts.models import User
from hgw.items.models import CONFIDENTIAL
from hgw.text import LongTextField
from meetings.models.goals import Goal
from meetings.models.items import MeetingItemQuerySet, VisibleMeetingItem
from students.models.support import Scope


class NeedQuerySet(MeetingItemQuerySet):
    def access_rule(self, user: User, act: str, what: str) -> Q:
        """Its flags decide, but under a confidential goal it is there only for who reads that goal."""
        hidden = Goal.objects.filter(visibility__contains=CONFIDENTIAL).exclude(
            Goal.objects.all().access_rule(user, "read", "item")
        )
        return super().access_rule(user, act, what) & ~Q(goal__in=hidden.values("pk"))


class Need(VisibleMeetingItem):
    """A need, in a sentence that begins with a help sentence. First the goal: a need without one cannot exist."""

    class Holder(models.TextChoices):
        STUDENT = "student", _("the student")
        TEACHER = "teacher", _("the teacher")
        PARENTS = "parents", _("the parents")

    class Band(models.TextChoices):
        MIN_NECESSARY = "min_necessary", _("minimally necessary")
        FEASIBLE = "feasible", _("feasible now")
        MAX_DESIRABLE = "max_desirable", _("maximally desirable")

    class Status(models.TextChoices):
        NOTED = "noted", _("noted")
        PUT_FORWARD = "put_forward", _("put forward")
        ACCEPTED = "accepted", _("accepted")

    holder = models.CharField(max_length=20, choices=Holder, editable=False)
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="needs", verbose_name=_("goal"))
    help_sentence = models.CharField(_("help sentence"), max_length=30)  # code, by holder, in the library
    text = LongTextField(_("what is needed"), blank=False)
    band = models.CharField(_("band"), max_length=20, choices=Band, default=Band.FEASIBLE)
    scope = models.CharField(_("can be done for"), max_length=20, choices=Scope, default=Scope.STUDENT)
    already_works = LongTextField(_("what is done already"))
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.NOTED)

    HIDDEN_WITH: ClassVar[tuple[str, ...]] = ("goal",)
    objects: ClassVar[Any] = NeedQuerySet.as_manager()

    def __str__(self) -> str:
        return self.text

    def siblings(self) -> "models.QuerySet[Need]":
        return super().siblings().filter(holder=self.holder)

    def neighbours(self) -> "models.QuerySet[Need]":
        return super().neighbours().filter(band=self.band)
