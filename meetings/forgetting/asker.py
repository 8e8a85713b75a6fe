"""What of a case is for who asks to see it: the student, or one guardian. One answer for a row, and for what points at it.

A guardian never gets what another parent said, wished or saw, nor what says that there is something that the student told
in confidence. What was told so goes to a guardian when the student agreed, or when a person decided it for one request:
parental authority runs to eighteen, and a program does not refuse a parent by itself. An inspector reads along on the screen
of the school, and gets none of that, nor anything of health: who permitted a note on it did so for coordinator and principal
(art. 9.2.a GDPR).
"""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from hgw.items.models import CONFIDENTIAL, Item
from meetings.models import (
    Agreement,
    AgreementReview,
    ClbContribution,
    Communication,
    Factor,
    FactorCluster,
    GoalScore,
    Meeting,
    Need,
    Observation,
    Person,
    PlanText,
)
from students.models import Consent, Guardian, HealthNote, Phase, Student

NOTHING_ALONE = (GoalScore, AgreementReview)  # what a row of these says, it says of the row above it
PRINTED = (Person, Guardian, Phase)  # of what a column may name beside items: a name, or a word of ours


class Asker:
    """Who asks: the student when there is no guardian and no inspector. `released`: items that go along by decision,
    each in the version that was decided on."""

    def __init__(
        self, student: Student, guardian: Guardian | None, meetings: Iterable[Meeting], *,
        released: Mapping[uuid.UUID, int] | None = None, is_inspector: bool = False,
    ) -> None:  # fmt: skip
        self.student, self.guardian, self.is_inspector = student, guardian, is_inspector
        self.meetings = {meeting.pk: meeting for meeting in meetings}
        self.released = released or {}
        given: Any = Consent.objects.filter(student=student)
        agreed = given.standing("student_confidence_share").values_list("about", flat=True)
        self.told_on = set() if is_inspector else set(agreed)  # nobody who agreed was thinking of an inspector
        guardians = list(student.guardians.all())
        # Names are read within one household only; words of one parent are never the other's.
        self.other_parents = [one for one in guardians if guardian and one != guardian]
        self.unnamed = [one for one in self.other_parents if guardian and not guardian.shares_household_with(one)]
        self._with_clb: dict[uuid.UUID, bool] = {}
        self._clusters: dict[uuid.UUID, set[str]] = {}

    def shows(self, row: Any) -> bool:
        """Whether this row is about the student, and for who asks."""
        return self.is_about_student(row) and not self.held_back(row)

    def is_about_student(self, row: Any) -> bool:
        """Whether the row is about this student, or about all of a group that this student is in."""
        if isinstance(row, PlanText):
            return bool(row.plan.student_id == self.student.pk)
        if hasattr(row, "meeting_id") and row.meeting_id not in self.meetings:
            return False
        about = [getattr(row, name, None) for name in ("subject_id", "student_id")]
        if any(one not in {None, self.student.pk} for one in about):
            return False
        if self._is_of_another_family(row):
            return False
        return not isinstance(row, NOTHING_ALONE) or all(self.is_about_student(above) for above in _above(row))

    def _is_of_another_family(self, row: Any) -> bool:
        """What a parent of another student told, and what only another student or those parents do, is about them."""
        told = [getattr(row, name, None) for name in ("told_by", "guardian")]
        if any(isinstance(one, Guardian) and one.student_id != self.student.pk for one in told):
            return True
        people = [actor.person for actor in row.actors.select_related("person")] if isinstance(row, Agreement) else []
        families = [
            {person.student_id, *(one.student_id for one in person.guardians.all())} - {None} for person in people
        ]
        return bool(families) and all(family and self.student.pk not in family for family in families)

    def held_back(self, row: Any) -> str:
        """Why a row about the student is not for who asks, in words for the coordinator; '' when it is."""
        if (self.guardian or self.is_inspector) and self._is_in_confidence(row):
            return _("told in confidence: it is the student's, who can ask to see it")
        return self._held_back_for_good(row)

    def may_go_along(self, row: Any) -> bool:
        """Whether a person may decide that this goes to a guardian all the same: only the student's confidence holds it back."""
        if not self.guardian or not self._is_secret(row):
            return False
        return self._is_of_student_alone(row) and not self._held_back_for_good(row)

    def _is_of_student_alone(self, row: Any) -> bool:
        """Of a group, what is said of all may have been told by another student: nobody gives that away."""
        about = {getattr(row, name, None) for name in ("subject_id", "student_id")}
        return self.student.pk in about or len(self.meetings[row.meeting_id].students) == 1

    def goes_with(self, row: Any) -> set[uuid.UUID]:
        """What was told in confidence too, and under which this row stands: it goes along with that or not at all."""
        return {one.pk for one in _above(row) if self._is_secret(one)}

    def _is_secret(self, row: Any) -> bool:
        """Whether the row itself was told in confidence, and neither the student nor a person decided otherwise."""
        if CONFIDENTIAL not in getattr(row, "visibility", ()) or row.pk in self.told_on:
            return False
        return self.released.get(row.pk) != row.version or not self._is_of_student_alone(row)

    def _held_back_for_good(self, row: Any) -> str:
        """Why it is not for who asks, whatever anybody decides."""
        if self.guardian and self._is_another_parents(row):
            return _("what another parent told or asked: it is that parent's")
        if isinstance(row, Need) and row.holder == Need.Holder.TEACHER:
            return _("what a teacher needs: it is about the teacher")
        if isinstance(row, HealthNote) and not row.may_be_kept:
            return _("a note on health that may no longer be kept: erase it on the student's page")
        if self.is_inspector and self._is_on_health(row):
            return _("about health: it was permitted for the coordinator and the principal, and for nobody else")
        if self._is_from_clb(row) and not self._may_have_it_from_clb(row):
            return _("what the CLB brought in: ask the CLB, no permission to share it stands here")
        above = _above(row) if isinstance(row, NOTHING_ALONE) else []
        return next(filter(None, map(self.held_back, above)), "")

    def is_closed(self, row: Any) -> bool:
        """Whether nobody reads it any more, the coordinator neither: what it rested on was taken back."""
        if isinstance(row, HealthNote):
            return not row.may_be_kept
        return self._is_from_clb(row) and not self._permission_stands(row)

    def may_name(self, value: Any) -> bool:
        """Whether a row that is shown may say what it points at."""
        return self.shows(value) if isinstance(value, Item) else isinstance(value, PRINTED)

    def _is_in_confidence(self, row: Any) -> bool:
        if isinstance(row, Consent):
            return row.kind_of_consent == Consent.Kind.STUDENT_CONFIDENCE_SHARE
        if isinstance(row, FactorCluster):  # it is made of its factors, and tells what they say
            return row.name not in self._shown_clusters(row)
        return any(self._is_secret(one) for one in (row, *_above(row)))

    def _shown_clusters(self, cluster: FactorCluster) -> set[str]:
        """Names of clusters of the meeting in which nothing is hidden from who asks."""
        pk = cluster.meeting_id
        if pk not in self._clusters:
            factors = list(Factor._base_manager.filter(meeting=pk))
            hidden = {factor.cluster for factor in factors if self._is_in_confidence(factor)}
            names = FactorCluster._base_manager.filter(meeting=pk).values_list("name", flat=True)
            self._clusters[pk] = set(names) - hidden
        return self._clusters[pk]

    def _is_another_parents(self, row: Any) -> bool:
        if isinstance(row, Communication):
            return any(str(other).casefold() in row.to.casefold() for other in self.other_parents)
        speakers = [getattr(row, name, None) for name in ("by", "observer", "told_by", "guardian")]
        if any(self._is_anothers(one) for one in speakers):
            return True
        # A parent told it, and nobody wrote down which one.
        from_a_parent = isinstance(row, Observation) and row.source == Observation.Source.TOLD_BY_PARENT
        return from_a_parent and row.told_by_id is None and bool(self.other_parents)

    def _is_anothers(self, speaker: Any) -> bool:
        if isinstance(speaker, Guardian):
            return speaker != self.guardian
        if not isinstance(speaker, Person):
            return False
        stands_for = set(speaker.guardians.all())
        if stands_for:
            return self.guardian not in stands_for
        return speaker.name.casefold() in {str(other).casefold() for other in self.other_parents}

    def _is_on_health(self, row: Any) -> bool:
        """A note on health, or what was said to a permission for one: that alone says that there is something."""
        of_consent = isinstance(row, Consent) and row.kind_of_consent == Consent.Kind.HEALTH_NOTE
        return of_consent or isinstance(row, HealthNote)

    def _is_from_clb(self, row: Any) -> bool:
        return isinstance(row, ClbContribution) or getattr(row, "source", "") == Observation.Source.CLB

    def _may_have_it_from_clb(self, row: Any) -> bool:
        """A permission stands, and lets the CLB tell the school, nobody else."""
        return not self.is_inspector and self._permission_stands(row)

    def _permission_stands(self, row: Any) -> bool:
        """For each student it is about."""
        about = [row.subject_id] if row.subject_id else [one.pk for one in self.meetings[row.meeting_id].students]
        for pk in about:
            if pk not in self._with_clb:
                given: Any = Consent.objects.filter(student=pk)
                self._with_clb[pk] = given.standing("clb_to_school").exists()
        return all(self._with_clb[pk] for pk in about)


def _above(row: Any) -> list[Any]:
    """Under what a row stands."""
    return [one for one in (getattr(row, name, None) for name in getattr(row, "HIDDEN_WITH", ())) if one is not None]
