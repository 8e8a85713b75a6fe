"""What must be there before going on: the gates G1 to G15, and what closing asks beside them.

A hard gate stops the forward button and the closing. A soft one asks for a reason, which is kept and printed in the
report. Reading is never stopped: every step can be opened at any time. In a group a gate is judged per student where
it says so, and named by student. The forward button and the closing judge what their user reads.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django_stubs_ext import StrPromise

from hgw.accounts.models import User
from meetings import gate_rules
from meetings.models import GateReason, Meeting
from students.models import Student

HARD, SOFT, HARD_UNLESS_REASON = "hard", "soft", "hard_unless_reason"


@dataclass(frozen=True)
class Gate:
    """A rule of the flow. `unmet` returns the students for whom it is not met; [None] when it is about the meeting. It is
    judged of what a user reads, or of everything."""

    id: str
    kind: str
    message: str | StrPromise  # may hold {roepnaam}
    why: str
    unmet: Callable[[Meeting, User | None], Iterable[Student | None]]


@dataclass(frozen=True)
class OpenGate:
    """A gate that is not met, for one student or for the meeting as a whole."""

    gate: Gate
    student: Student | None = None
    kind: str = SOFT

    @property
    def student_key(self) -> str:
        """The student's id as text, '' for the meeting as a whole."""
        return str(self.student.pk) if self.student else ""

    @property
    def takes_reason(self) -> bool:
        return self.kind != HARD

    @property
    def message(self) -> str:
        names = {"roepnaam": self.student.roepnaam if self.student else ""}
        return _(str(self.gate.message)).format(**names)


GATES = {
    gate.id: gate
    for gate in (
        Gate(
            "G1", HARD, gettext_lazy("Write down at least one goal of this meeting."),
            "Without a goal nobody can say afterwards whether the meeting helped.", gate_rules.goal_of_meeting,
        ),
        Gate(
            "G2", SOFT,
            gettext_lazy("What does the student want? What do the parents want? Choose “not asked yet” if you don't know."),
            "Both have a voice; an assumption must be visible as one.", gate_rules.wishes,
        ),
        Gate(
            "G3", HARD,
            gettext_noop("First write down something that goes well for {roepnaam}. Without strengths we don't go on."),
            "A meeting that only holds problems ends in a plan that only holds problems. No reason is accepted.",
            gate_rules.strength_of_student,
        ),
        Gate(
            "G4", SOFT, gettext_lazy("What goes well in class? And at home?"),
            "Strengths around the student carry the approach.", gate_rules.strengths_around,
        ),
        Gate(
            "G5", SOFT, gettext_lazy("What did you see or hear? When?"),
            "What can be seen or heard can be worked on; whether a sentence is observable is for people to judge.",
            gate_rules.observable,
        ),
        Gate(
            "G6", HARD, gettext_lazy("Do we have enough insight? If not: what is still needed, how do we find it out, and who does?"),
            "Goals without insight are guesses; missing information needs a way and a person.", gate_rules.insight,
        ),
        Gate(
            "G7", SOFT, gettext_lazy("All traits are about the student. What plays a part in class? And at home?"),
            "A student develops in interaction; explaining everything by the student changes nothing around.",
            gate_rules.factors_around,
        ),
        Gate(
            "G8", HARD, gettext_lazy("How will you see or hear this?"),
            "A goal that nobody can see being reached cannot be reviewed.", gate_rules.goals_complete,
        ),
        Gate(
            "G9", SOFT, gettext_lazy("Is there a small, quick goal too?"),
            "A first success within weeks keeps a long goal alive.", gate_rules.quick_goal,
        ),
        Gate(
            "G10", HARD, gettext_lazy("Choose the goal first."),
            "What somebody needs depends on where we want to go.", gate_rules.needs_have_goals,
        ),
        Gate(
            "G11", SOFT, gettext_lazy("What does the teacher need?"),
            "Who carries out the plan needs something too, or says that nothing extra is needed.", gate_rules.teacher_need,
        ),
        Gate(
            "G12", HARD, gettext_lazy("Complete each agreement: who, what, how, when and why, and what it grew out of."),
            "An agreement that leaves one of these open is not done.", gate_rules.agreements_complete,
        ),
        Gate(
            "G13", HARD_UNLESS_REASON,
            gettext_noop("Who tells {roepnaam} about the agreements? And who tells each parent?"),
            "Who is not told cannot take part; each guardian who gets a copy is told, both of them when they live apart.",
            gate_rules.told,
        ),
        Gate(
            "G14", SOFT, gettext_lazy("When is the next meeting? Who comes?"),
            "A plan without a next look is not evaluated. Hard after an information round, which exists for the next meeting.",
            gate_rules.next_meeting,
        ),
        Gate(
            "G15", HARD, gettext_lazy("Have the goals of this meeting been reached? Rate each of them."),
            "The meeting learns from itself.", gate_rules.rated,
        ),
    )
}  # fmt: skip

# What closing asks beside the gates of the steps, so that G8, G10 and G12 are never true of nothing.
CLOSING = (
    Gate(
        "C1", HARD, gettext_lazy("A complete meeting has at least one goal and one agreement."),
        "An empty plan is no plan.", gate_rules.goal_and_agreement,
    ),
    Gate(
        "C2", HARD, gettext_lazy("Write down why goals and needs are skipped this time."),
        "A skipped step shows its reason in the report.", gate_rules.skip_reasons,
    ),
    Gate(
        "C3", HARD, gettext_noop("More, the same or less support for {roepnaam}? Choose at step 6."),
        "Each meeting decides on the phase, downwards as well as upwards.", gate_rules.phases,
    ),
    Gate(
        "C4", HARD, gettext_lazy("Who takes part, and who chairs this meeting?"),
        "The report says who decided.", gate_rules.chair,
    ),
    Gate(
        "C5", HARD, gettext_lazy("How do we know this? Fill it in with each observation."),
        "Seen, heard, tested or told: it matters to the reader.", gate_rules.sources,
    ),
    Gate(
        "C6", HARD, gettext_lazy("Goals or needs stand in steps that are skipped: take them away, or choose “partly” at step 3."),
        "A step is skipped or it is not: a plan with goals is no information round.", gate_rules.nothing_in_skipped,
    ),
    Gate(
        "C7", HARD, gettext_noop("No permission stands to bring in the CLB for {roepnaam}: record it, or choose another phase at step 6."),
        "The CLB comes in with permission only; it may have been taken away after the phase was chosen.",
        gate_rules.permission_for_phase,
    ),
)  # fmt: skip


def open_gates(meeting: Meeting, gates: Iterable[str], eyes: User | None = None) -> list[OpenGate]:
    """The gates of this list that are not met and for which no reason was given, in order.

    With `eyes`, as this user finds the meeting: what it hides from the user neither meets a gate nor opens one, so that
    being stopped, or let through, says nothing of it.
    """
    rows = gate_rules.rows(GateReason, meeting, eyes)
    reasons = set(rows.order_by().values_list("gate", "subject_id"))
    return [
        found
        for gate_id in gates
        for found in _unmet(meeting, GATES[gate_id], eyes)
        if not (found.takes_reason and _excused(found, reasons))
    ]


def unmet_gates(meeting: Meeting, gates: Iterable[str], eyes: User | None = None) -> list[OpenGate]:
    """The gates of this list that are not met, with or without a reason: what a step says is still empty."""
    return [found for gate_id in gates for found in _unmet(meeting, GATES[gate_id], eyes)]


def closing_gates(meeting: Meeting, eyes: User | None = None) -> list[OpenGate]:
    """Everything that still stops the closing.

    With `eyes`, as for `open_gates`: a chair who reads no confidential items is not stopped by one that is half done,
    for that would tell of it. Coordinators read all that stands, so for them nothing is left unjudged.
    """
    found = open_gates(meeting, GATES, eyes)
    return found + [OpenGate(gate, student, HARD) for gate in CLOSING for student in gate.unmet(meeting, eyes)]


def _unmet(meeting: Meeting, gate: Gate, eyes: User | None) -> list[OpenGate]:
    kind = HARD if gate.id == "G14" and meeting.without_insight else gate.kind
    return [OpenGate(gate, student, kind) for student in gate.unmet(meeting, eyes)]


def _excused(found: OpenGate, reasons: set[tuple[str, object]]) -> bool:
    student = found.student.pk if found.student else None
    return (found.gate.id, student) in reasons or (found.gate.id, None) in reasons
