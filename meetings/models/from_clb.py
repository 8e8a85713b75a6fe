"""What the CLB told: there as long as a permission stands that it may be shared, and no longer."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from hgw.accounts.models import User
from meetings.models.items import MeetingItemQuerySet
from meetings.models.subjects import MeetingSubject
from students.models import Consent, Student


def clb_may_tell(students: Iterable[Student]) -> bool:
    """Whether for each of these students a permission stands that the CLB may tell the school."""
    granted = set(Consent.objects.standing("clb_to_school").values_list("student_id", flat=True))
    return all(student.pk in granted for student in students)


class FromClbQuerySet(MeetingItemQuerySet):
    """Items of which some hold what the CLB told.

    Whoever works at the CLB is bound by professional secrecy: such an item rests on a permission of each student it is
    about. Taken back, the item is on no page, for nobody; given again, it is there again.

    Nor does a screen show it before a room: the school was permitted to know it, and not whoever sits there, a parent of
    another student in the group among them.
    """

    from_clb: ClassVar[Q]  # which of them

    def access_rule(self, user: User, act: str, what: str) -> Q:
        rule = super().access_rule(user, act, what) & self.may_be_told()
        return rule & ~self.from_clb if user.is_projecting else rule

    def may_be_told(self) -> Q:
        """What did not come from the CLB, or rests on what it must."""
        return ~self.from_clb | Q(~Exists(_without_permission()))

    def known(self, user: User, act: str, what: str, row: Any) -> bool | None:
        return None if self.came_from_clb(row) else self.known_by_flags(user, act, what, row)

    def came_from_clb(self, row: Any) -> bool:
        """The same of one row in hand."""
        raise NotImplementedError


def _without_permission() -> Any:
    """Whom an item is about (its subject, else everybody in the meeting) and who gave no permission that stands."""
    given: Any = Consent.objects.filter(student=OuterRef("student"))
    about = MeetingSubject.objects.filter(
        meeting=OuterRef("meeting"), student=Coalesce(OuterRef("subject"), F("student"))
    )
    return about.exclude(Exists(given.standing(Consent.Kind.CLB_TO_SCHOOL)))
