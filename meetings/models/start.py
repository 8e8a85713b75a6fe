"""Step 1: what the meeting is for, and what student and parents want."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hgw.text import LongTextField
from meetings.models.items import MeetingItem, VisibleMeetingItem
from students.models import Guardian


class MeetingGoal(MeetingItem):
    """A goal of the meeting itself. A row each, because step 7 rates each."""

    class Voice(models.TextChoices):
        TEAM = "team", _("the team")
        TEACHER = "teacher", _("the teacher")
        STUDENT = "student", _("the student")
        PARENTS = "parents", _("the parents")
        CLB = "clb", _("the CLB")

    class Rating(models.TextChoices):
        REACHED = "reached", _("reached")
        PARTLY = "partly", _("partly reached")
        NOT_REACHED = "not_reached", _("not reached")
        DROPPED = "dropped", _("dropped")

    voice = models.CharField(_("whose goal"), max_length=20, choices=Voice, default=Voice.TEAM)
    text = LongTextField(_("goal of this meeting"), blank=False)
    rating = models.CharField(_("reached?"), max_length=20, choices=Rating, blank=True)
    rating_note = LongTextField(_("remark"))
    # Its place in the list of ratings of a case file, which need not follow the order of the goals.
    rating_position = models.PositiveIntegerField(null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return self.text


class Wish(VisibleMeetingItem):
    """What the student wants, or what the parents want, in their own words. Its owner always reads it."""

    class Owner(models.TextChoices):
        STUDENT = "student", _("the student")
        PARENTS = "parents", _("the parents")

    class HowKnown(models.TextChoices):
        HEARD_DIRECTLY = "heard_directly", _("said so here")
        HEARD_BEFORE = "heard_before", _("told us beforehand")
        REPORTED_BY_ADULT = "reported_by_adult", _("an adult told us")
        NOT_YET_ASKED = "not_yet_asked", _("not asked yet")

    owner = models.CharField(max_length=20, choices=Owner, editable=False)
    guardian = models.ForeignKey(
        Guardian, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("whose words")
    )  # empty: the parents together
    text = LongTextField(_("in their own words"))
    how_known = models.CharField(_("how do we know this?"), max_length=20, choices=HowKnown)

    def __str__(self) -> str:
        return self.text

    def siblings(self) -> "models.QuerySet[Wish]":
        return super().siblings().filter(owner=self.owner)
