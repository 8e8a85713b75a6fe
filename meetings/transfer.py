"""What may go along to another school, as data with the ground of each kind, and the text of it.

A school passes on only what is about this student's own way through school, only in the student's interest, and only
once the parents could read it; an objection stops all but what the law makes compulsory. So nothing goes along because
it is in the file: a person ticks it, `TABLE` says which kinds can be ticked at all, and what stands in no row of it never
leaves by this way. `NEVER` says so to whoever looks for it.

What is shown to the parents first must be theirs to read: only what is flagged for them is offered, and from twelve on
only what is flagged for the student too. That leaves out what is confidential, which has no such flag.

The text is made from the rows each time, in the school's language, with the names of others masked.
"""

import datetime
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from hgw.accounts.models import Role, RoleAssignment
from hgw.items.models import PARENTS, STUDENT, Revision
from meetings.documents import words
from meetings.forgetting.masking import Mask
from meetings.models import Domain, Goal, Meeting, Need, Observation, Plan
from meetings.models.meeting import CLOSED
from students.models import Consent, LegalReport, PhaseRecord, ReasonableAdjustment, Student
from students.models.people import is_twelve
from students.models.phases import GuidanceDomain

CURRICULA = (LegalReport.Kind.GC, LegalReport.Kind.IAC, LegalReport.Kind.OV4)  # of which a copy must be passed on


@dataclass(frozen=True)
class Part:
    """One row that can go along: what it is, as which version, since which day as it is now, and its lines on paper."""

    kind: str
    pk: uuid.UUID
    version: int
    changed_on: datetime.date
    lines: tuple[str, ...]

    @property
    def code(self) -> str:
        """What its box in the form is called: this row as it was read. A phase has no versions: its row stays as it is."""
        return f"{self.kind}:{self.pk}:{self.version}"

    @property
    def noted(self) -> dict[str, Any]:
        """What is kept of it once it went along."""
        return {"kind": self.kind, "id": str(self.pk), "version": self.version}


@dataclass(frozen=True)
class Kind:
    """A kind of thing that can go along: its heading on paper and on the page, its rows, what they say, and the ground."""

    code: str
    heading: str
    label: Any
    rows: Callable[["Offer"], Any]
    lines: Callable[[Any], tuple[str, ...]]
    why: Any
    is_compulsory: bool = False


class Offer:
    """What may go along of one student today. Who may see it is for the caller to know."""

    def __init__(self, student: Student) -> None:
        self.student = student
        self.objections = list(Consent.objects.filter(student=student).objections())
        plans = Plan.objects.filter(student=student, status=Plan.Status.FINAL).select_related("meeting")
        self.plan = plans.order_by("-version").first()

    @cached_property
    def parts(self) -> list[Part]:
        """All that may go along, in the order of the paper. With an objection: what must."""
        with translation.override("nl"):
            kinds = [kind for kind in TABLE if kind.is_compulsory or not self.objections]
            return [self._part(kind, row) for kind in kinds for row in kind.rows(self)]

    @cached_property
    def _mask(self) -> Mask:
        """Asks for the names of half a school: only when there is a line to take them out of."""
        meetings = Meeting.objects.filter(subjects__student=self.student)
        return Mask(self.student, meetings, unnamed=self.student.guardians.all(), parent="een ouder")

    def _part(self, kind: Kind, row: Any) -> Part:
        lines = tuple(self._mask(line) for line in kind.lines(row) if line)
        changed_on = timezone.localtime(row.updated_at).date()
        return Part(kind.code, row.pk, getattr(row, "version", 1), changed_on, lines)

    @property
    def compulsory(self) -> list[Part]:
        return [part for part in self.parts if KINDS[part.kind].is_compulsory]

    @property
    def by_choice(self) -> list[Part]:
        return [part for part in self.parts if not KINDS[part.kind].is_compulsory]

    @property
    def heading(self) -> str:
        """Above the text: whom it is about, and where it comes from."""
        return f"{self.student}, geboren op {words.day(self.student.birth_date)} · {self.student.school}"

    # --- the rows of the plan, and of the file beside it ---

    def of_plan(self, model: Any) -> Any:
        """Rows of the meeting of the last final plan that are about this student. What is about a whole group is about others too."""
        if self.plan is None:
            return model.objects.none()
        about = Q(subject=self.student) if self.plan.meeting.is_group else Q(subject=self.student) | Q(subject=None)
        return self.open_to_family(model.objects.standing().filter(about, meeting=self.plan.meeting_id))

    def open_to_family(self, rows: Any) -> Any:
        """Those that the parents may read, and a student of twelve or older; and that nobody of the CLB ever wrote or changed."""
        rows = rows.filter(visibility__contains=PARENTS)
        if is_twelve(self.student.birth_date):
            rows = rows.filter(visibility__contains=STUDENT)
        wrote = Revision.objects.filter(author__in=self.of_clb).values("item")
        return rows.exclude(Q(created_by__in=self.of_clb) | Q(updated_by__in=self.of_clb) | Q(pk__in=wrote))

    @property
    def of_clb(self) -> Any:
        """Ids of who works for the CLB at this school, or did: what somebody wrote stays of the CLB when the role ends."""
        return RoleAssignment.objects.filter(school=self.student.school_id, role=Role.CLB_WORKER).values("user")

    def goals(self) -> Any:
        """Those of the student. What a teacher, parents or a group want to reach is about them."""
        return self.of_plan(Goal).filter(target=Goal.Target.STUDENT).exclude(status=Goal.Status.DROPPED)

    def needs(self) -> Any:
        """What the student needs, as far as it is minimally necessary: that is what parents were promised."""
        rows = self.of_plan(Need).filter(holder=Need.Holder.STUDENT, band=Need.Band.MIN_NECESSARY)
        return rows.filter(goal__in=self.open_to_family(Goal.objects.standing()))

    def strengths(self) -> Any:
        """Those of the student at school. Not what the CLB saw, or it or a parent told, nor what was ever told in confidence."""
        own = Q(domain=Domain.LL, holder="") | Q(holder=Observation.Holder.STUDENT) & ~Q(domain=Domain.OPV)
        told = Q(source__in=(Observation.Source.CLB, Observation.Source.TOLD_BY_PARENT)) | Q(told_by__isnull=False)
        seen = Q(observer__user__in=self.of_clb)
        in_confidence = Consent.objects.filter(
            student=self.student, kind_of_consent=Consent.Kind.STUDENT_CONFIDENCE_SHARE, about__isnull=False
        )
        rows = self.of_plan(Observation).filter(own, valence=Observation.Valence.STRENGTH).exclude(told | seen)
        return rows.exclude(pk__in=in_confidence.values("about"))

    def adjustments(self) -> Any:
        """Those in force, of the file or of a meeting that is over."""
        today = timezone.localdate()
        rows = ReasonableAdjustment.objects.filter(student=self.student, removed_at=None, since__lte=today)
        rows = rows.filter(Q(until=None) | Q(until__gte=today))
        over = Meeting.objects.filter(status__in=CLOSED).values("pk")
        return self.open_to_family(rows.filter(Q(came_with=None) | Q(came_with__in=over)))

    def phases(self) -> Any:
        """Those of today; that there is support for health is itself something about health."""
        rows = PhaseRecord.objects.filter(student=self.student).exclude(guidance_domain=GuidanceDomain.HEALTH)
        return rows.current().select_related("phase")

    def reports(self) -> Any:
        """Those that hold today: of a report whose term is over no copy must go along, and then none may."""
        rows = LegalReport.objects.filter(student=self.student, kind_of_report__in=CURRICULA, removed_at=None)
        return rows.filter(Q(valid_until=None) | Q(valid_until__gte=timezone.localdate()))


def on_paper(parts: list[Part]) -> Iterator[tuple[Kind, list[Part]]]:
    """The text that goes along: kind by kind, with the parts under it."""
    for kind in TABLE:
        if own := [part for part in parts if part.kind == kind.code]:
            yield kind, own


def _goal(row: Goal) -> tuple[str, ...]:
    until = f"tegen {words.day(row.target_date)}" if row.target_date else ""
    return row.then_can, words.joined(words.GOAL_STATUS[row.status], until)


def _need(row: Need) -> tuple[str, ...]:
    return row.text, f"Gebeurt al: {row.already_works}" if row.already_works else ""


def _adjustment(row: ReasonableAdjustment) -> tuple[str, ...]:
    when = words.joined(", ".join(row.school_subjects), words.period(row.since, row.until))
    return f"{words.ADJUSTMENTS[row.kind_of_measure]}: {row.description}", when


def _phase(row: PhaseRecord) -> tuple[str, ...]:
    domain = words.GUIDANCE_DOMAINS[row.guidance_domain]
    return row.phase.name_nl, words.joined(domain, words.period(row.since, None))


def _report(row: LegalReport) -> tuple[str, ...]:
    until = f"geldig tot en met {words.day(row.valid_until)}" if row.valid_until else ""
    where = f"het verslag ligt: {row.location_note}" if row.location_note else ""
    named = f"{words.REPORTS[row.kind_of_report]} van {words.day(row.date)}, {row.issued_by}"
    return named, words.joined(until, where), "Een kopie van dit verslag gaat verplicht mee."


TABLE = (
    Kind(
        "observation", "Dit gaat goed", gettext_lazy("What goes well"), Offer.strengths, lambda row: (row.text,),
        gettext_lazy("A new school begins with what the student can do."),
    ),
    Kind(
        "goal", "Doelen, en hoe ver ze staan", gettext_lazy("Goals, and where they stand"), Offer.goals, _goal,
        gettext_lazy("So that what was begun goes on."),
    ),
    Kind(
        "need", "Dit heeft de leerling nodig", gettext_lazy("What the student needs"), Offer.needs, _need,
        gettext_lazy("What works here works there too, when somebody knows it. Only what is minimally necessary."),
    ),
    Kind(
        "reasonableadjustment", "Redelijke aanpassingen", gettext_lazy("Reasonable adjustments"), Offer.adjustments,
        _adjustment, gettext_lazy("So that the student does not have to ask again for what is already there."),
    ),
    Kind(
        "phaserecord", "Zorg op dit moment", gettext_lazy("Support today"), Offer.phases, _phase,
        gettext_lazy("How much support there is, without the reasons and without the way to it."),
    ),
    Kind(
        "legalreport", "Verslag van het CLB", gettext_lazy("Report of the CLB"), Offer.reports, _report,
        gettext_lazy("A copy must go along by law, also when the parents object. What it says does not stand here."),
        is_compulsory=True,
    ),
)  # fmt: skip
KINDS = {kind.code: kind for kind in TABLE}

# Nothing in here has a row in the table above: there is no box to tick for it.
NEVER = (
    gettext_lazy("what is confidential, and what the student told in confidence"),
    gettext_lazy("what the CLB brought in or wrote: the CLB passes on its own file"),
    gettext_lazy("what is difficult, what may explain it, and how somebody behaved"),
    gettext_lazy("breaches of the school rules and what followed: the law forbids it"),
    gettext_lazy("health, parents and home"),
    gettext_lazy("other students, and the names of anybody else"),
    gettext_lazy("what the parents, or a student of twelve or older, may not read here"),
)
