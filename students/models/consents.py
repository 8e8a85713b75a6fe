"""Permissions: who answered what, about which information, for whom."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hgw.access import grounds
from hgw.accounts.models import Role, User
from hgw.items.models import Revision
from hgw.text import LongTextField, ShortTextField
from students.models.support import StudentItem, StudentItemQuerySet


class ConsentQuerySet(StudentItemQuerySet):
    access_object = "consent"
    # The app that holds what consents are about says here what of it is confidential and not for this user to read.
    hidden_from: ClassVar[Any]  # a function of a user that gives their rows

    def access_rule(self, user: User, act: str, what: str) -> Q:
        """As the file; but what was answered about something confidential is there only for who reads that.

        And that somebody was asked to keep a note on health tells that there is something to note: it is there only for
        who reads such notes.
        """
        own, rule = grounds(user, act, what), super().access_rule(user, act, what)
        if own != grounds(user, act, "health_note"):
            on_health = Q(kind_of_consent=Consent.Kind.HEALTH_NOTE)
            rule &= ~on_health | super().access_rule(user, act, "health_note")
        if own == grounds(user, act, "confidential"):
            return rule  # whoever reads consents here reads all that is confidential
        kept = Q(about=None, kind_of_consent=Consent.Kind.STUDENT_CONFIDENCE_SHARE)  # of what, only its words say
        refused = Q(granted=False) | Q(withdrawn_on__isnull=False)
        return rule & ~Q(about__in=self.hidden_from(user).values("pk")) & ~(kept & refused)

    def contradicted_by(self, student: Any, kind: str) -> "ConsentQuerySet":
        """The permissions that a "no" of this kind speaks against: as long as one stands, something is open because of it."""
        return self.filter(student=student).standing(kind) if kind in Consent.OPENS else self.none()

    def standing(self, kind: str) -> "ConsentQuerySet":
        """Permissions of this kind that were given and not taken back."""
        return self.filter(kind_of_consent=kind, granted=True, withdrawn_on=None, removed_at=None)

    def objections(self) -> "ConsentQuerySet":
        """Objections to passing the file on that stand today, whether their box "permission given" was ticked or not.

        Beside an objection that box reads both ways: "permission to pass it on: no", as a case file has it, and "is there
        an objection: yes". Where a "yes" may mean "do not", it is taken so. Who no longer objects has it taken back.
        """
        rows = self.filter(kind_of_consent=Consent.Kind.TRANSFER_OBJECTION, removed_at=None)
        return rows.filter(Q(withdrawn_on=None) | Q(withdrawn_on__gt=timezone.localdate()))


class Consent(StudentItem):
    """A permission: who answered what, about which information, for whom, when, and when it was taken back."""

    class Kind(models.TextChoices):
        CLB_INVOLVE = "clb_involve", _("bring in the CLB")
        CLB_TO_SCHOOL = "clb_to_school", _("the CLB may tell the school")
        SCHOOL_TO_CLB = "school_to_clb", _("the school may tell the CLB")
        EXTERNAL_SHARE = "external_share", _("share with somebody outside")
        HEALTH_NOTE = "health_note", _("keep a note on health")
        STUDENT_CONFIDENCE_SHARE = "student_confidence_share", _("share what the student told in confidence")
        TRANSFER_OBJECTION = "transfer_objection", _("objection to passing the file on")

    # While a permission of these stands, somebody reads something, or may keep it.
    OPENS = (Kind.CLB_INVOLVE, Kind.CLB_TO_SCHOOL, Kind.SCHOOL_TO_CLB, Kind.HEALTH_NOTE)
    # On what a student that is open to the CLB rests (students/opening.py).
    TO_CLB = (Kind.CLB_INVOLVE, Kind.SCHOOL_TO_CLB)

    class Form(models.TextChoices):
        ORAL_NOTED = "oral_noted", _("said, and noted here")
        WRITTEN = "written", _("in writing")

    kind_of_consent = models.CharField(_("what for"), max_length=30, choices=Kind)
    given_by = ShortTextField(_("answered by"), blank=False)  # the student or a guardian, by name
    granted = models.BooleanField(_("permission given"), default=False)
    what = LongTextField(_("which information or act"), blank=False)
    about = models.UUIDField(null=True, blank=True)  # id of the observation it is about
    with_whom = ShortTextField(_("who may have it"))
    form = models.CharField(_("how"), max_length=20, choices=Form, blank=True)
    date = models.DateField(_("date"))
    recorded_by = ShortTextField(_("written down by"))
    withdrawn_on = models.DateField(_("taken back on"), null=True, blank=True)

    access_object = "consent"
    objects = ConsentQuerySet.as_manager()

    def take_effect(self, *, by: User | None) -> None:
        """Whoever was brought in with a permission goes when it is taken back, or when the school may tell no more."""
        from students.opening import close_without_ground

        if Revision.objects.filter(item=self.pk, content__kind_of_consent__in=self.TO_CLB).exists():
            close_without_ground(self.student, Role.CLB_WORKER, by=by)
