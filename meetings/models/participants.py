"""Who takes part in a meeting, was heard beforehand, or is named in it; the seat decides who reads along."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hgw import access
from hgw.accounts.models import User
from hgw.items.models import Revision
from hgw.text import LongTextField, ShortTextField
from meetings.models.items import MeetingItem
from meetings.models.people import Person
from meetings.room import store
from meetings.sharing import note_sharing


class ParticipantRole(models.TextChoices):
    CARE_COORDINATOR = "care_coordinator", _("care coordinator")
    PRINCIPAL = "principal", _("principal")
    HOMEROOM_TEACHER = "homeroom_teacher", _("homeroom teacher")
    SUBJECT_TEACHER = "subject_teacher", _("subject teacher")
    CARE_TEACHER = "care_teacher", _("care teacher")
    CLB_WORKER = "clb_worker", _("CLB worker")
    LEARNING_SUPPORTER = "learning_supporter", _("learning supporter")
    EXTERNAL = "external", _("external professional")
    GUARDIAN = "guardian", _("parent or guardian")
    STUDENT = "student", _("student")
    INTERPRETER = "interpreter", _("interpreter")


# Who reads along because of the work; guardians, students and interpreters get their own documents.
PROFESSIONALS = tuple(role for role in ParticipantRole.values if role not in {"guardian", "student", "interpreter"})


def is_at_table(role: str, participation: str) -> bool:
    """Whether somebody in this seat is there for the work, and comes: then the meeting is open to who signs in for it."""
    return role in PROFESSIONALS and participation != "not_this_time"


class Participant(MeetingItem):
    """Somebody who takes part, was heard beforehand, or is named elsewhere in the meeting."""

    class Standing(models.TextChoices):
        PROFESSIONAL = "professional", _("education professional")
        EXPERIENCE_EXPERT = "experience_expert", _("expert by experience")
        CO_DIRECTOR = "co_director", _("co-director of the own learning")

    class Participation(models.TextChoices):
        FULL = "full", _("the whole meeting")
        PART = "part", _("a part of it")
        BEFOREHAND = "beforehand", _("heard beforehand")
        NOT_THIS_TIME = "not_this_time", _("not this time")

    class Secrecy(models.TextChoices):
        AMBTSGEHEIM = "ambtsgeheim", _("official secrecy (school)")
        BEROEPSGEHEIM = "beroepsgeheim", _("professional secrecy (CLB, care)")
        NONE = "none", _("none")

    person = models.ForeignKey(Person, models.PROTECT, related_name="seats")
    role = models.CharField(_("role"), max_length=30, choices=ParticipantRole)
    role_label = ShortTextField(_("role, as printed"), blank=False)
    standing = models.CharField(_("standing"), max_length=30, choices=Standing)
    participation = models.CharField(_("takes part"), max_length=20, choices=Participation, default=Participation.FULL)
    secrecy = models.CharField(_("secrecy"), max_length=20, choices=Secrecy, default=Secrecy.NONE)
    note = LongTextField(_("note"))
    present = models.BooleanField(_("was there"), default=False)
    invited_on = models.DateField(_("invited on"), null=True, blank=True)

    class Meta(MeetingItem.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=("meeting", "person"), condition=Q(removed_at=None), name="participant_once"
            ),
        )

    def __str__(self) -> str:
        return self.person.name

    @property
    def opens(self) -> bool:
        """Whether this seat opens the meeting to who signs in for it: what `MeetingQuerySet.when_participant` asks."""
        return self.removed_at is None and is_at_table(self.role, self.participation)

    def take_effect(self, *, by: User) -> None:
        """A seat that opens the case to a colleague beyond the care team is an act of its own in the trace: once, when it
        opens it, and once when the reason is noted for one that was open without."""
        if not self._was_explicit():
            note_sharing(self, by=by)

    def _was_explicit(self) -> bool:
        """Whether the version before this one opened the meeting already, with a reason."""
        rows = Revision.objects.exclude(act=Revision.SET_ASIDE).filter(item=self.pk, version=self.version - 1)
        was = next((row.content for row in rows), None)
        return bool(
            was and was["note"] and was["removed_at"] is None and is_at_table(was["role"], was["participation"])
        )

    def may_be_saved_by(self, user: User) -> bool:
        """Who sits at the table reads the case, so whoever manages the meeting decides on it."""
        return access.may(user, "manage", self.meeting)

    def announce(self, act: str) -> None:
        """Who sits at the table reads along, and who left it does not any more."""
        store.rights_changed(self.meeting_id)
