"""One copy while it is being gathered: for whom it is, and the rows that may stand on it."""

import uuid
from functools import cached_property
from typing import Any

from hgw.accounts.models import Role, User
from meetings.documents import rules
from meetings.documents.copies import Copy
from meetings.documents.people import Names
from meetings.documents.read import Read
from meetings.documents.sections import NEVER, ROWS
from meetings.models import Meeting, Observation, PlanText, Reader, StepText
from students.models import Consent, LegalReport, Student

CARE_TEAM_ROLES = (Role.CARE_COORDINATOR, Role.PRINCIPAL, Role.CARE_TEACHER)


class Sheet:
    """What the rules need to know of a copy, and the only door to the rows of the meeting for whoever gathers it."""

    def __init__(self, meeting: Meeting, copy: Copy, viewer: User | None = None, confidential: bool = False) -> None:
        self.meeting, self.reader, self.student = meeting, copy.reader, copy.student
        self.guardian, self.plan, self.viewer = copy.guardian, copy.plan, viewer
        self.confidential = bool(confidential and viewer and copy.reader == Reader.REPORT)
        self._gathered: dict[Any, list[Any]] = {}
        self.read = Read(meeting)
        self.names = Names(self.read, copy.reader, copy.student, copy.guardian)
        self.for_clb = bool(
            viewer
            and copy.reader == Reader.TEAM
            and viewer.has_role(meeting.school_id, Role.CLB_WORKER)
            and not viewer.has_role(meeting.school_id, *CARE_TEAM_ROLES)
        )

    @property
    def is_team(self) -> bool:
        """Whether the care team reads it: the report and the version for the team."""
        return self.reader in (Reader.REPORT, Reader.TEAM)

    @property
    def students(self) -> list[Student]:
        """About whom it is."""
        return [self.student] if self.student else self.meeting.students

    def has(self, code: str) -> bool:
        """Whether a row without flags stands on this copy: its cell, the tick on the plan, the version for the CLB."""
        return rules.stands(code, self)

    def rows(self, model: Any, **values: Any) -> list[Any]:
        """The rows of this kind, of those with these values, that may stand on this copy, in their order."""
        if model not in self._gathered:
            self._gathered[model] = self.printed(self.read.standing(model))
        return [row for row in self._gathered[model] if all(getattr(row, name) == values[name] for name in values)]

    def about(self, model: Any) -> list[Any]:
        """The rows of a kind without flags, of those about the student of this copy or about the whole group."""
        rows = self.read.standing(model)
        return [row for row in rows if self.student is None or row.subject_id in (None, self.student.pk)]

    def printed(self, rows: Any) -> list[Any]:
        """Those of these rows that may stand on this copy."""
        return [row for row in rows if rules.prints(row, self)]

    def legal_reports(self) -> Any:
        """The reports that came with the meeting."""
        return LegalReport.objects.filter(
            came_with=self.meeting.pk, student__in=self.students, removed_at=None
        ).select_related("student")

    def shows(self, item: Any) -> bool:
        """Whether something that is referred to may be named here: of what the reader may not see, nothing is said."""
        return item is not None and item.removed_at is None and rules.prints(item, self)

    def may_read(self, item: Any) -> bool:
        """Whether this copy holds a confidential item: a report made on the page, for somebody of its circle."""
        if not (self.confidential and self.viewer):
            return False
        return type(item).objects.visible_to(self.viewer).filter(pk=item.pk).exists()

    def single(self, field: str) -> str:
        """A single text of the meeting; it has no flags, so the report and the team have it, and nobody else."""
        return "" if self.for_clb or not self.is_team else self._texts.get(field, "")

    @cached_property
    def _texts(self) -> dict[str, str]:
        return dict(StepText.objects.filter(meeting=self.meeting, removed_at=None).values_list("field", "text"))

    def wording(self, section: str) -> str:
        """What somebody wrote for this reader instead of the items of a section, '' when nobody did."""
        return self._wordings.get(section, "")

    @cached_property
    def _wordings(self) -> dict[str, str]:
        rows = [row for row in self._plan_texts if self.plan and row.reader == self.reader]
        return {row.section: row.text for row in rows if rules.prints_wording(row.section, self)}

    @cached_property
    def compliments(self) -> list[PlanText]:
        """What is said to student and family; in a report those of all students."""
        if not self.has("compliment"):
            return []
        return [row for row in self._plan_texts if row.reader == "" and row.section == "compliment" and row.text]

    @cached_property
    def _plan_texts(self) -> list[PlanText]:
        """What was worded for this reader, and for nobody in particular: of the plan, or in a report of all plans."""
        plans = [self.plan] if self.plan else list(self.meeting.plans.all()) if self.student is None else []
        rows = list(PlanText.objects.standing().filter(plan__in=plans, reader__in=("", self.reader)))
        self.read.link(rows)
        self.read.link(plans)
        by_key = {plan.pk: plan for plan in plans}
        for row in rows:
            row.plan = by_key[row.plan_id]
        return sorted(rows, key=lambda row: row.plan.created_at)

    # --- permissions ---

    @cached_property
    def consents(self) -> list[Consent]:
        """The permissions of everybody the meeting is about."""
        return list(Consent.objects.filter(student__in=self.meeting.students, removed_at=None).order_by("date"))

    def clb_consents(self, student: Student) -> list[Consent]:
        """What this student, or the parents, allow the CLB to tell the school; what was taken back is gone."""
        return [
            consent
            for consent in self.consents
            if consent.student_id == student.pk
            and consent.kind_of_consent == Consent.Kind.CLB_TO_SCHOOL
            and consent.granted
            and consent.withdrawn_on is None
        ]

    @cached_property
    def kept_in_confidence(self) -> set[uuid.UUID]:
        """What a student told in confidence and did not agree to share, or no longer agrees to."""
        about = [c for c in self.consents if c.about and c.kind_of_consent == Consent.Kind.STUDENT_CONFIDENCE_SHARE]
        shared = {c.about for c in about if c.granted and c.withdrawn_on is None}
        return {c.about for c in about if c.about} - shared

    def observation(self, pk: uuid.UUID) -> Observation | None:
        """An observation that is referred to, when it may be named here."""
        item: Observation | None = Observation.objects.filter(pk=pk).first()
        return item if item and self.shows(item) else None


def cell(code: str, sheet: Sheet) -> str:
    return ROWS[code].cell(sheet.reader)


__all__ = ["NEVER", "Sheet", "cell"]
