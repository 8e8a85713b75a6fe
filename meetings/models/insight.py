"""Step 3: what may explain the situation, and what is still to be found out."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hgw.accounts.models import User
from hgw.text import LongTextField, ShortTextField
from meetings.models.from_clb import FromClbQuerySet
from meetings.models.items import MeetingItem, MeetingItemQuerySet, VisibleMeetingItem
from meetings.models.overview import Domain, Observation


class Factor(VisibleMeetingItem):
    """A trait of the student, of class and school, or of home that may explain the situation."""

    class Kind(models.TextChoices):
        PROTECTIVE = "protective", _("protective")
        RISK = "risk", _("risk")
        NEUTRAL = "neutral", _("neutral")

    class Certainty(models.TextChoices):
        KNOWN = "known", _("certain")
        ASSUMED = "assumed", _("presumed")

    domain = models.CharField(_("where"), max_length=10, choices=Domain)
    kind_of_factor = models.CharField(_("helps or hinders"), max_length=20, choices=Kind)
    text = LongTextField(_("trait"), blank=False)
    changeable = models.BooleanField(_("can be changed by us"), default=True)
    certainty = models.CharField(_("how sure"), max_length=20, choices=Certainty, default=Certainty.ASSUMED)
    how_used = LongTextField(_("how to put it to use"))
    cluster = ShortTextField(_("belongs together under"))
    board_x = models.SmallIntegerField(null=True, blank=True, editable=False)
    board_y = models.SmallIntegerField(null=True, blank=True, editable=False)
    observations = models.ManyToManyField(Observation, through="FactorObservation", related_name="factors")

    PARTS: ClassVar[tuple[str, ...]] = ("circle", "from_observations")

    def __str__(self) -> str:
        return self.text

    @property
    def tone(self) -> str:
        return {"risk": "hard", "protective": "good"}.get(self.kind_of_factor, "")

    def neighbours(self) -> "models.QuerySet[Factor]":
        return super().neighbours().filter(domain=self.domain, subject=self.subject_id)

    @property
    def from_observations(self) -> list[Observation]:
        return [row.observation for row in self.rests_on.select_related("observation")]

    def read_part(self, name: str) -> list[Any]:
        if name == "from_observations":
            return [str(row.observation_id) for row in self.rests_on.all()]
        return super().read_part(name)

    def write_part(self, name: str, value: Any) -> None:
        if name != "from_observations":
            return super().write_part(name, value)
        self.rests_on.all().delete()
        FactorObservation.objects.bulk_create(
            [FactorObservation(factor=self, observation=observation, position=n) for n, observation in enumerate(value)]
        )


class FactorObservation(models.Model):
    """On which observation a factor rests: the first thread of the line of reasoning."""

    factor = models.ForeignKey(Factor, models.CASCADE, related_name="rests_on")
    observation = models.ForeignKey(Observation, models.CASCADE, related_name="+")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=("factor", "observation"), name="factor_observation_once"),)

    def __str__(self) -> str:
        return str(self.observation)


class FactorCluster(MeetingItem):
    """A cluster of factors that has a hypothesis of its own; factors name their cluster by its word."""

    name = ShortTextField(_("name of the cluster"), blank=False)
    hypothesis = LongTextField(_("hypothesis"))

    class Meta(MeetingItem.Meta):
        constraints = (
            models.UniqueConstraint(fields=("meeting", "name"), condition=Q(removed_at=None), name="cluster_name_once"),
        )

    def __str__(self) -> str:
        return self.name


class FactorLinkQuerySet(MeetingItemQuerySet):
    def access_rule(self, user: User, act: str, what: str) -> Q:
        """An arrow is there for who may read both its ends."""
        ends = Factor.objects.visible_to(user).values("pk")
        return super().access_rule(user, act, what) & Q(from_factor__in=ends, to_factor__in=ends)

    def standing(self) -> "FactorLinkQuerySet":
        return self.filter(removed_at=None, from_factor__removed_at=None, to_factor__removed_at=None)


class FactorLink(MeetingItem):
    """An arrow between two factors."""

    class Effect(models.TextChoices):
        STRENGTHENS = "strengthens", _("strengthens")
        INHIBITS = "inhibits", _("inhibits")
        MAINTAINS = "maintains", _("maintains")

    from_factor = models.ForeignKey(Factor, models.CASCADE, related_name="links_out", verbose_name=_("from"))
    to_factor = models.ForeignKey(Factor, models.CASCADE, related_name="links_in", verbose_name=_("to"))
    effect = models.CharField(_("what it does"), max_length=20, choices=Effect)
    both_ways = models.BooleanField(_("both ways"), default=False)

    HIDDEN_WITH: ClassVar[tuple[str, ...]] = ("from_factor", "to_factor")
    objects: ClassVar[Any] = FactorLinkQuerySet.as_manager()

    class Meta(MeetingItem.Meta):
        constraints = (
            models.CheckConstraint(
                name="factor_link_two_ends",
                condition=~Q(from_factor=F("to_factor")),
                violation_error_message=_("Choose two different traits."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.from_factor_id} {self.effect} {self.to_factor_id}"


class Method(models.TextChoices):
    """How something is found out. Observations are discussed beforehand with whoever is observed."""

    OLS_QUESTIONNAIRE = "ols_questionnaire", _("questionnaire on class and teaching")
    SELF_REFLECTION = "self_reflection", _("self-reflection")
    CLASS_OBSERVATION = "class_observation", _("observation in class")
    PLAYGROUND_OBSERVATION = "playground_observation", _("observation in the playground")
    PRACTICAL_LESSON_OBSERVATION = "practical_lesson_observation", _("observation in a practical lesson")
    PE_OBSERVATION = "pe_observation", _("observation in physical education")
    TALLY = "tally", _("tally sheet")
    ABC = "abc", _("ABC record")
    STUDENT_TALK = "student_talk", _("talk with the student")
    PARENT_TALK = "parent_talk", _("talk with the parents")
    TEST_RESULT = "test_result", _("test result")
    OTHER = "other", _("another way")

    @property
    def is_observation(self) -> bool:
        return self.value.endswith("_observation") or self in (Method.TALLY, Method.ABC)


class InfoRequest(VisibleMeetingItem):
    """Something we still want to know: how, who finds out, and what we will do differently then."""

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        DONE = "done", _("done")
        DROPPED = "dropped", _("dropped")

    question = LongTextField(_("what we want to know"), blank=False)
    method = models.CharField(_("how"), max_length=40, choices=Method, blank=True)
    who = models.ForeignKey(
        "Person", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who finds out")
    )
    due = models.DateField(_("by when"), null=True, blank=True)
    will_change_what = LongTextField(_("what we will do differently when we know"))
    discussed_beforehand = models.BooleanField(_("discussed beforehand with whoever is observed"), default=False)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.OPEN)
    result = LongTextField(_("what came out"))

    def __str__(self) -> str:
        return self.question


class ClbContributionQuerySet(FromClbQuerySet):
    access_object: ClassVar[str] = "clb_contribution"
    from_clb: ClassVar[Q] = ~Q(text="")

    def came_from_clb(self, row: Any) -> bool:
        return bool(row.text)


class ClbContribution(VisibleMeetingItem):
    """What the CLB brings in. It holds text only while a consent stands for each student of the meeting."""

    text = LongTextField(_("contribution of the CLB"))
    by = models.ForeignKey(
        "Person", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("given by")
    )
    locked_because = LongTextField(_("why nothing stands here"))

    access_object: ClassVar[str] = "clb_contribution"
    objects: ClassVar[Any] = ClbContributionQuerySet.as_manager()

    class Meta(VisibleMeetingItem.Meta):
        constraints = (
            models.UniqueConstraint(fields=("meeting",), condition=Q(removed_at=None), name="clb_contribution_once"),
            models.CheckConstraint(
                name="clb_contribution_text_or_lock",
                condition=Q(text="") | Q(locked_because=""),
                violation_error_message=_("Either the contribution, or why there is none."),
            ),
        )

    def __str__(self) -> str:
        return self.text or self.locked_because
