"""Everything the school keeps of one student, for the student or a guardian who asks to see it.

What is about this student only: of a group what is said of him or her and of all together, with the names of others
masked, everybody of the staff by role. Left out (`meetings.forgetting.asker`), and counted for the coordinator alone, because
a number tells that there is something:
- what the student told in confidence, when a guardian asks: it is the student's own, and goes along when the student asks,
  or when a person decided so for the request of that guardian;
- what another parent said, wished or saw, that parent's position and how to reach him or her, when a guardian asks;
- what the CLB brought in while no permission stands that it may be shared: it belongs to the file of the CLB;
- what teachers need for themselves: that is about them;
- a note on health that may no longer be kept: nobody reads that any more.
What a row points at is named only where that is itself for who asks.
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hgw.items.models import Revision
from meetings.forgetting.asker import Asker
from meetings.forgetting.facts import facts_of
from meetings.forgetting.masking import Mask
from meetings.forgetting.tables import tables
from meetings.models import (
    Addendum,
    Agreement,
    AgreementReview,
    ClbContribution,
    Communication,
    Factor,
    FactorCluster,
    FollowUp,
    GateReason,
    Goal,
    GoalScore,
    InfoRequest,
    Meeting,
    MeetingGoal,
    Need,
    Observation,
    Participant,
    PhaseDecision,
    PlanText,
    Statement,
    StepText,
    Wish,
)
from meetings.models.items import MeetingItem
from students.models import (
    Consent,
    Guardian,
    HealthNote,
    InspectionRequest,
    LegalReport,
    PhaseRecord,
    ReasonableAdjustment,
    Student,
    Transfer,
)
from students.models.people import Competence

HEADINGS: dict[Any, Any] = {
    StepText: gettext_lazy("Texts of the steps"),
    MeetingGoal: gettext_lazy("Goals of the meeting"),
    Wish: gettext_lazy("Wishes"),
    Observation: gettext_lazy("What was seen and heard"),
    Factor: gettext_lazy("What may explain it"),
    FactorCluster: gettext_lazy("Hypotheses"),
    InfoRequest: gettext_lazy("What was to be found out"),
    ClbContribution: gettext_lazy("What the CLB brought in"),
    Goal: gettext_lazy("Goals"),
    GoalScore: gettext_lazy("Where a goal stood"),
    Need: gettext_lazy("Needs"),
    Agreement: gettext_lazy("Agreements"),
    AgreementReview: gettext_lazy("What came of agreements"),
    Communication: gettext_lazy("Who tells whom"),
    FollowUp: gettext_lazy("When we look again"),
    PhaseDecision: gettext_lazy("Decisions on the support"),
    GateReason: gettext_lazy("Why the team went on"),
    Statement: gettext_lazy("In the own words"),
    Addendum: gettext_lazy("Corrections afterwards"),
    PlanText: gettext_lazy("Wording in the plan"),
    PhaseRecord: gettext_lazy("Support so far"),
    ReasonableAdjustment: gettext_lazy("Measures"),
    Consent: gettext_lazy("Permissions"),
    LegalReport: gettext_lazy("Reports"),
    HealthNote: gettext_lazy("Note on health"),
}


@dataclass
class Block:
    """Rows of one kind; each row is a list of pairs of a label ('' where the text speaks for itself) and a text."""

    heading: str
    rows: list[list[tuple[str, str]]] = field(default_factory=list)

    def add(self, row: list[tuple[str, str]]) -> None:
        """Show this row; a text that was emptied, and so says nothing, is no line."""
        if row:
            self.rows.append(row)


@dataclass
class Part:
    """A meeting, or the file beside the meetings."""

    title: str
    blocks: list[Block]
    meeting: uuid.UUID | None = None  # of which a case file can be taken along


@dataclass
class LeftOut:
    """A row that is left out, for the coordinator alone: what it says, on which ground, and whether a person may decide
    that it goes along all the same (`goes_with`: only together with these)."""

    pk: uuid.UUID
    version: int
    heading: str
    text: str
    why: str
    may_go_along: bool
    goes_with: set[uuid.UUID]

    @property
    def code(self) -> str:
        """What its box in a form is called: this row, with the words that stand beside the box."""
        return f"{self.pk}:{self.version}"


@dataclass
class Inspection:
    """What is shown, and what is left out on which ground."""

    parts: list[Part] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    earlier: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """How much is left out on which ground."""
        return dict(Counter(one.why for one in self.left_out))


def inspection(
    student: Student, guardian: Guardian | None, *, released: Mapping[uuid.UUID, int] | None = None,
    is_inspector: bool = False,
) -> Inspection:  # fmt: skip
    """Everything for the student, for this guardian, or for an inspector. Who may ask is for the caller to know."""
    meetings = list(Meeting.objects.filter(subjects__student=student).order_by("date", "start"))
    asker = Asker(student, guardian, meetings, released=released, is_inspector=is_inspector)
    found, mask = Inspection(), Mask(student, meetings, unnamed=asker.unnamed)
    found.parts.append(Part(_("The student"), [*_student(asker), *_file(asker, mask, found)]))
    items: list[uuid.UUID] = []
    for meeting in meetings:
        alone = not meeting.subjects.exclude(student=student).exists()
        title = _("Meeting of %(day)s") % {"day": date_format(meeting.date, "j F Y")}
        blocks = list(_meeting(meeting, asker, mask, found, items))
        is_students = guardian is None and not is_inspector
        found.parts.append(Part(title, blocks, meeting.pk if alone and is_students else None))
    found.earlier = Revision.objects.filter(item__in=items).count()
    return found


def _student(asker: Asker) -> Iterator[Block]:
    student = asker.student
    rows = [
        (_("first name"), student.first_name), (_("last name"), student.last_name),
        (_("name the student goes by"), student.preferred_name),
        (_("day of birth"), date_format(student.birth_date, "j F Y")),
        (_("number in the school's administration"), student.external_ref),
        (_("who decides on CLB matters"), str(Competence(student.competence_today).label)),
        ("", student.competence_note),
    ]  # fmt: skip
    yield Block(_("Who it is"), [[pair for pair in rows if pair[1]]])
    classes = student.enrollments.select_related("class_group__school_year").order_by("since")
    yield Block(_("Classes"), [[("", f"{one.class_group} · {one.class_group.school_year}")] for one in classes])
    yield Block(_("Parents and guardians"), _guardians(asker))


def _guardians(asker: Asker) -> list[list[tuple[str, str]]]:
    """To the student each with the legal position; to a guardian the own row, and who lives in the same household by name."""
    rows = []
    for one in asker.student.guardians.all():
        if one in asker.unnamed:
            continue
        facts = [("", f"{one}, {one.get_relation_display()}")]
        if one not in asker.other_parents:
            facts.append(("", str(one.get_authority_display())))
        if one == asker.guardian:
            facts += [("", one.email), ("", one.phone), ("", one.language_support)]
        rows.append([pair for pair in facts if pair[1]])
    return rows


def _file(asker: Asker, mask: Mask, found: Inspection) -> Iterator[Block]:
    for model in (PhaseRecord, ReasonableAdjustment, Consent, LegalReport, HealthNote):
        rows = model._base_manager.filter(student=asker.student).order_by("created_at")
        block = Block(str(HEADINGS[model]))
        for row in _shown(rows, asker, mask, found):
            block.add(facts_of(row, asker, mask))
        yield block
    yield Block(_("Asked to see the file"), list(_requests(asker, mask)))
    yield Block(_("Passed on to another school"), [_passed_on(row) for row in asker.student.transfers.all()])


def _requests(asker: Asker, mask: Mask) -> Iterator[list[tuple[str, str]]]:
    """To the student each request, to a guardian the own ones; an inspector did not come for these."""
    rows = InspectionRequest.objects.filter(student=asker.student).select_related("student", "guardian")
    for one in rows.order_by("asked_on", "created_at"):
        if asker.is_inspector or (asker.guardian and one.guardian != asker.guardian):
            continue
        facts = [("", str(one)), (_("asked on"), date_format(one.asked_on, "j F Y")), ("", one.talk_when)]
        if one.answered_on:
            facts.append((str(one.get_answer_display()), date_format(one.answered_on, "j F Y")))
        facts += [("", mask(one.said)), ("", "" if asker.guardian else one.student_said)]
        yield [pair for pair in facts if pair[1]]


def _passed_on(row: Transfer) -> list[tuple[str, str]]:
    """To whom and when; what it was stands on this page itself."""
    return [("", f"{row.to_school}, {date_format(row.made_on, 'j F Y')}")]


def _meeting(meeting: Meeting, asker: Asker, mask: Mask, found: Inspection, items: list[uuid.UUID]) -> Iterator[Block]:
    facts = [("", mask(meeting.title)), ("", mask(meeting.place)), ("", str(meeting.get_status_display()))]
    seats = Participant.objects.filter(meeting=meeting, removed_at=None).select_related("person")
    there = sorted({_role(seat, mask) for seat in seats})
    yield Block("", [[pair for pair in facts if pair[1]], [(_("at the table"), ", ".join(there))]])
    known = {model for model, _path in tables() if issubclass(model, MeetingItem)}
    for model, heading in HEADINGS.items():
        if model not in known:
            continue
        rows = model._base_manager.filter(meeting=meeting).order_by("position", "created_at")
        block = Block(str(heading))
        for row in _shown(rows, asker, mask, found):
            block.add(facts_of(row, asker, mask))
            items.append(row.pk)
        yield block


def _shown(rows: Iterable[Any], asker: Asker, mask: Mask, found: Inspection) -> Iterator[Any]:
    for row in rows:
        if not asker.is_about_student(row):
            continue
        if why := asker.held_back(row):
            facts = () if asker.is_closed(row) else facts_of(row, asker, mask)
            text = " · ".join(words for _label, words in facts)
            version, heading = getattr(row, "version", 0), str(HEADINGS[type(row)])
            left_out = LeftOut(row.pk, version, heading, text, why, asker.may_go_along(row), asker.goes_with(row))
            found.left_out.append(left_out)
        else:
            yield row


def _role(seat: Participant, mask: Mask) -> str:
    own = seat.role in {"student", "guardian"} and mask(seat.person.name) == seat.person.name
    return seat.person.name if own else str(seat.get_role_display())
