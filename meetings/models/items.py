"""What all items of a meeting share: the meeting, whom they are about, and who reads them."""

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from hgw.access import AccessQuerySet, grounds
from hgw.accounts.models import Role, User
from hgw.items.models import CLB, CONFIDENTIAL, Item, VisibleItem
from hgw.text import LongTextField
from students.models import Student

if TYPE_CHECKING:
    from meetings.models.meeting import Meeting
    from meetings.models.people import Person


class MeetingItemQuerySet(AccessQuerySet[Any]):
    """Items behind the door: an item is read under the rule of its flags, a confidential one under its own."""

    access_object = "item"

    @property
    def _has_flags(self) -> bool:
        return any(field.name == "visibility" for field in self.model._meta.concrete_fields)

    def visible_to(self, user: User) -> "MeetingItemQuerySet":
        return self.allowed(user, "read").filter(removed_at=None)

    def access_rule(self, user: User, act: str, what: str) -> Q:
        rule = super().access_rule(user, act, what)
        if not self._has_flags or grounds(user, act, what) == grounds(user, act, "confidential"):
            return rule  # one rule for both
        confidential = Q(visibility__contains=CONFIDENTIAL)
        return (~confidential & rule) | (confidential & super().access_rule(user, act, "confidential"))

    def known(self, user: User, act: str, what: str, row: Any) -> bool | None:
        if type(self).access_rule is not MeetingItemQuerySet.access_rule:
            return None
        return self.known_by_flags(user, act, what, row)

    def known_by_flags(self, user: User, act: str, what: str, row: Any) -> bool | None:
        """The answer for this row where roles and flags alone give it, nothing else being asked of it."""
        if self._has_flags and grounds(user, act, what) != grounds(user, act, "confidential"):
            return None
        return self.by_role(user, act, what, row)

    def standing(self) -> "MeetingItemQuerySet":
        """Those that were not removed, for the rules and the documents; no page shows this without `visible_to`."""
        return self.filter(removed_at=None)

    def about(self, student: Student | None) -> "MeetingItemQuerySet":
        """Those about this student, and those about the whole group."""
        return self.filter(Q(subject=None) | Q(subject=student)) if student else self

    def _in_meeting(self, condition: str, user: User, role: Role) -> Q:
        from meetings.models.meeting import Meeting

        meetings = Meeting.objects.all()
        return Q(meeting__in=meetings.filter(getattr(meetings, f"when_{condition}")(user, role)).values("pk"))

    def when_open(self, user: User, role: Role) -> Q:
        return self._in_meeting("open", user, role)

    def when_final(self, user: User, role: Role) -> Q:
        return self._in_meeting("final", user, role)

    def when_participant(self, user: User, role: Role) -> Q:
        return self._in_meeting("participant", user, role)

    def when_granted(self, user: User, role: Role) -> Q:
        return self._in_meeting("granted", user, role)

    def when_emergency(self, user: User, role: Role) -> Q:
        return self._in_meeting("emergency", user, role)

    def when_flagged_clb(self, user: User, role: Role) -> Q:
        return Q(visibility__contains=CLB) if self._has_flags else Q(pk__in=[])

    def when_named(self, user: User, role: Role) -> Q:
        if user.is_projecting:
            return Q(pk__in=[])  # a circle does not hold the room that reads along
        return Q(Exists(CircleMember.objects.filter(item=OuterRef("pk"), person__user=user)))


class CircleMember(models.Model):
    """Somebody who reads a confidential item besides the coordinators and the principal."""

    item = models.UUIDField(db_index=True)
    person: "models.ForeignKey[Person]" = models.ForeignKey("Person", models.CASCADE, related_name="+")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=("item", "person"), name="circle_member_once"),)

    def __str__(self) -> str:
        return self.person.name


class MeetingItem(Item):
    """A row typed in a meeting. Abstract."""

    meeting: "models.ForeignKey[Meeting]" = models.ForeignKey(
        "meetings.Meeting", models.CASCADE, related_name="%(class)ss", editable=False
    )
    # In a group: the student it is about; empty means all of them, and so does a meeting about one student.
    subject = models.ForeignKey(
        Student, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("about")
    )

    access_object: ClassVar[str] = "item"
    objects = MeetingItemQuerySet.as_manager()

    class Meta(Item.Meta):
        abstract = True

    def may_be_saved_by(self, user: User) -> bool:
        from hgw import access

        if self._state.adding:  # the item is in no list yet: the meeting is asked, under the item's own object
            return access.may(user, "write", self.meeting, self.access_object)
        return access.may(user, "write", self)

    def claim(self) -> None:
        self.meeting.claim(quietly=self.is_hidden_from_some())

    def is_hidden_from_some(self) -> bool:
        """Whether not everybody at the table reads it, before this save and after it: then they do not hear of it either."""
        above = [(getattr(self, name, None), name) for name in self.HIDDEN_WITH]
        ends = [(row, self.saved_with.get(name, row)) for row, name in above]
        return self.access_object != "item" or any(
            before and after and before.is_confidential and after.is_confidential for before, after in ends
        )

    def siblings(self) -> QuerySet[Any]:
        return type(self)._base_manager.filter(meeting=self.meeting_id)

    def student_id_for_trace(self) -> uuid.UUID | None:
        return self.subject_id


class VisibleMeetingItem(MeetingItem, VisibleItem):
    """An item of a meeting with flags, and a circle when it is confidential. Abstract."""

    PARTS: ClassVar[tuple[str, ...]] = ("circle",)

    class Meta(MeetingItem.Meta):
        abstract = True

    def is_hidden_from_some(self) -> bool:
        stays = CONFIDENTIAL in (self.saved_with.get("visibility") or self.visibility)
        return (self.is_confidential and stays) or super().is_hidden_from_some()

    @property
    def circle(self) -> "list[Person]":
        return [member.person for member in CircleMember.objects.filter(item=self.pk).select_related("person")]

    def read_part(self, name: str) -> list[Any]:
        return [person.name for person in getattr(self, name)]

    def write_part(self, name: str, value: Any) -> None:
        if name != "circle":
            raise NotImplementedError(name)
        CircleMember.objects.filter(item=self.pk).delete()
        CircleMember.objects.bulk_create(
            [CircleMember(item=self.pk, person=person, position=n) for n, person in enumerate(value)]
        )


class StepText(MeetingItem):
    """A single text of a step (what we would rather not, why now, the help question …), saved as an item of its own.

    It has no flags: report and team version only.
    """

    field = models.CharField(max_length=40, editable=False)
    text = LongTextField()

    class Meta(MeetingItem.Meta):
        # Removed rows stay; a text that was emptied is an empty text, not a removed row.
        constraints = (models.UniqueConstraint(fields=("meeting", "field"), name="step_text_once"),)

    def __str__(self) -> str:
        return self.field
