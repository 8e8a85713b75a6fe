"""Step 2: what goes well, what is difficult, when it does work."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hgw.accounts.models import Role, User
from hgw.items.models import CONFIDENTIAL
from hgw.text import LongTextField, ShortTextField
from meetings.models.from_clb import FromClbQuerySet
from meetings.models.items import VisibleMeetingItem
from students.models import Guardian
from students.models.consents import ConsentQuerySet


class Domain(models.TextChoices):
    """The three territories: nothing is said about a student without saying where it plays."""

    LL = "ll", _("the student")
    OLS = "ols", _("class and school")
    OPV = "opv", _("home")


class ObservationQuerySet(FromClbQuerySet):
    from_clb: ClassVar[Q] = Q(source="clb")

    def came_from_clb(self, row: Any) -> bool:
        return bool(row.source == Observation.Source.CLB)

    def when_emergency(self, user: User, role: Role) -> Q:
        """Not what came from the CLB: that stays closed in need too."""
        return super().when_emergency(user, role) & ~Q(source=Observation.Source.CLB)


class Observation(VisibleMeetingItem):
    """Something that was seen or heard: a strength, a difficulty, or an exception (when it does work)."""

    class Valence(models.TextChoices):
        STRENGTH = "strength", _("goes well")
        DIFFICULTY = "difficulty", _("is difficult")
        EXCEPTION = "exception", _("then it does work")

    class Holder(models.TextChoices):
        STUDENT = "student", _("the student")
        TEACHER = "teacher", _("the teacher")
        GROUP = "group", _("the group")
        SCHOOL = "school", _("the school")
        PARENTS = "parents", _("the parents")

    class Source(models.TextChoices):
        SEEN = "seen", _("seen")
        HEARD = "heard", _("heard")
        TEST = "test", _("from a test")
        TOLD_BY_STUDENT = "told_by_student", _("the student told us")
        TOLD_BY_PARENT = "told_by_parent", _("a parent told us")
        CLB = "clb", _("from the CLB")

    # Whose strength it is when nobody says so.
    DEFAULT_HOLDER = {Domain.LL: Holder.STUDENT, Domain.OLS: Holder.SCHOOL, Domain.OPV: Holder.PARENTS}  # noqa: RUF012  # Django models are no dataclasses

    valence = models.CharField(max_length=20, choices=Valence, editable=False)
    domain = models.CharField(_("where"), max_length=10, choices=Domain)
    holder = models.CharField(_("whose strength"), max_length=20, choices=Holder, blank=True)
    text = LongTextField(_("what was seen or heard"), blank=False)
    talent = ShortTextField(_("talent"))
    used_in_goal = models.ForeignKey("Goal", models.SET_NULL, null=True, blank=True, related_name="uses_strengths")
    used_in_need = models.ForeignKey("Need", models.SET_NULL, null=True, blank=True, related_name="uses_strengths")
    used_in_agreement = models.ForeignKey(
        "Agreement", models.SET_NULL, null=True, blank=True, related_name="uses_strengths"
    )
    seen_from = models.DateField(_("seen from"), null=True, blank=True)
    seen_until = models.DateField(_("seen until"), null=True, blank=True)
    source = models.CharField(_("how do we know this?"), max_length=20, choices=Source, blank=True)
    told_by = models.ForeignKey(
        Guardian, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("told by")
    )
    observer = models.ForeignKey(
        "Person", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who saw it")
    )
    counterpart = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("other view on the same theme")
    )

    objects: ClassVar[Any] = ObservationQuerySet.as_manager()

    class Meta(VisibleMeetingItem.Meta):
        constraints = (
            models.CheckConstraint(
                name="observation_one_use",
                condition=(Q(used_in_goal=None) & Q(used_in_need=None))
                | (Q(used_in_goal=None) & Q(used_in_agreement=None))
                | (Q(used_in_need=None) & Q(used_in_agreement=None)),
            ),
            models.CheckConstraint(
                name="observation_dates",
                condition=Q(seen_until__gte=F("seen_from")) | Q(seen_until=None) | Q(seen_from=None),
            ),
        )

    def __str__(self) -> str:
        return self.text

    def siblings(self) -> "models.QuerySet[Observation]":
        return super().siblings().filter(valence=self.valence)

    def neighbours(self) -> "models.QuerySet[Observation]":
        return super().neighbours().filter(domain=self.domain, subject=self.subject_id)

    @property
    def tone(self) -> str:
        return "hard" if self.valence == self.Valence.DIFFICULTY else "good"

    @property
    def whose(self) -> str:
        """The holder of a strength, the usual one of its domain where nobody chose."""
        return self.holder or self.DEFAULT_HOLDER[Domain(self.domain)]


def _hidden_from(user: User) -> Any:
    """The confidential observations that this user does not read."""
    rows: Any = Observation.objects
    return rows.filter(visibility__contains=CONFIDENTIAL).exclude(rows.all().access_rule(user, "read", "item"))


ConsentQuerySet.hidden_from = staticmethod(_hidden_from)  # students knows the ids of observations only
