"""What must be there before going on: the gates G1 to G15, and what closing asks beside them.

A hard gate stops the forward button and the closing. A soft one asks for a reason, which is kept and printed in the
report. Reading is never stopped: every step can be opened at any time. In a group a gate is judged per student where
it says so, and named by student.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django_stubs_ext import StrPromise

from meetings.models import (
    Agreement,
    Communication,
    FollowUp,
    GateReason,
    Goal,
    InfoRequest,
    Meeting,
    MeetingGoal,
    Method,
    Need,
    Observation,
    PhaseDecision,
    StepText,
    Wish,
)
from meetings.models.insight import Factor
from students.models import Student

HARD, SOFT, HARD_UNLESS_REASON = "hard", "soft", "hard_unless_reason"


@dataclass(frozen=True)
class Gate:
    """A rule of the flow. `unmet` returns the students for whom it is not met; [None] when it is about the meeting."""

    id: str
    kind: str
    message: str | StrPromise  # may hold {roepnaam}
    why: str
    unmet: Callable[[Meeting], Iterable[Student | None]]


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


def _whole(met: bool) -> list[Student | None]:
    return [] if met else [None]


def _per_student(meeting: Meeting, met: Callable[[Student], bool]) -> list[Student | None]:
    return [student for student in meeting.students if not met(student)]


def _own(meeting: Meeting, student: Student, row: object) -> bool:
    """Whether a row is this student's own: in a group it must name the student."""
    return not meeting.is_group or getattr(row, "subject_id", None) == student.pk


def _goal_of_meeting(meeting: Meeting) -> list[Student | None]:
    return _whole(MeetingGoal.objects.standing().filter(meeting=meeting).exists())


def _wishes(meeting: Meeting) -> list[Student | None]:
    wishes = [
        wish
        for wish in Wish.objects.standing().filter(meeting=meeting)
        if wish.text or wish.how_known == Wish.HowKnown.NOT_YET_ASKED
    ]
    return _per_student(
        meeting,
        lambda student: {w.owner for w in wishes if _own(meeting, student, w)} == {"student", "parents"},
    )


def _strength_of_student(meeting: Meeting) -> list[Student | None]:
    strengths = [
        s
        for s in Observation.objects.standing().filter(meeting=meeting, valence="strength", domain="ll")
        if s.whose == Observation.Holder.STUDENT
    ]
    return _per_student(meeting, lambda student: any(_own(meeting, student, s) for s in strengths))


def _strengths_around(meeting: Meeting) -> list[Student | None]:
    strengths = Observation.objects.standing().filter(meeting=meeting, valence="strength")
    return _whole({"ols", "opv"} <= set(strengths.values_list("domain", flat=True)))


def _observable(meeting: Meeting) -> list[Student | None]:
    difficulties = Observation.objects.standing().filter(meeting=meeting, valence="difficulty")
    return _whole(not difficulties.filter(source="").exists())


def _insight(meeting: Meeting) -> list[Student | None]:
    requests = list(InfoRequest.objects.standing().filter(meeting=meeting))
    complete = all(
        r.method and r.who_id and (r.discussed_beforehand or not Method(r.method).is_observation) for r in requests
    )
    enough = meeting.insight_state == Meeting.Insight.YES or bool(requests)
    return _whole(bool(meeting.insight_state) and enough and complete)


def _factors_around(meeting: Meeting) -> list[Student | None]:
    domains = set(Factor.objects.standing().filter(meeting=meeting).values_list("domain", flat=True))
    return _whole(domains != {"ll"})


def _skipped(meeting: Meeting) -> bool:
    return meeting.without_insight


def _goals_complete(meeting: Meeting) -> list[Student | None]:
    goals = Goal.objects.standing().filter(meeting=meeting)
    return _whole(_skipped(meeting) or not goals.filter(indicator="").exists())


def _quick_goal(meeting: Meeting) -> list[Student | None]:
    horizons = set(Goal.objects.standing().filter(meeting=meeting).values_list("horizon", flat=True))
    return _whole(_skipped(meeting) or "quick" in horizons or not horizons)


def _needs_have_goals(meeting: Meeting) -> list[Student | None]:
    return _whole(not Need.objects.standing().filter(meeting=meeting).exclude(goal__removed_at=None).exists())


def _teacher_need(meeting: Meeting) -> list[Student | None]:
    needs = Need.objects.standing().filter(meeting=meeting, holder="teacher")
    return _whole(_skipped(meeting) or meeting.nothing_extra or needs.exists())


def _agreements_complete(meeting: Meeting) -> list[Student | None]:
    with_goals = Goal.objects.standing().filter(meeting=meeting).exists()

    def complete(a: Agreement) -> bool:
        thread = a.need_id or a.goal_id or a.info_request_id or not with_goals
        return bool(a.what and a.how and (a.when_text or a.due) and a.why and a.actors.exists() and thread)

    return _whole(all(complete(a) for a in Agreement.objects.standing().filter(meeting=meeting)))


def _told(meeting: Meeting) -> list[Student | None]:
    rows = list(Communication.objects.standing().filter(meeting=meeting))

    def met(student: Student) -> bool:
        own = [row for row in rows if _own(meeting, student, row)]
        told = {row.to for row in own if row.audience == "parents"}
        guardians = {str(guardian) for guardian in student.guardians.with_copy()}
        return bool(told) and guardians <= told and any(row.audience == "student" for row in own)

    return _per_student(meeting, met)


def _next_meeting(meeting: Meeting) -> list[Student | None]:
    follow_up = FollowUp.objects.standing().filter(meeting=meeting).first()
    return _whole(bool(follow_up and follow_up.attendance.exists()))


def _rated(meeting: Meeting) -> list[Student | None]:
    return _whole(not MeetingGoal.objects.standing().filter(meeting=meeting, rating="").exists())


def _chair(meeting: Meeting) -> list[Student | None]:
    return _whole(meeting.chair_id is not None and meeting.participants.filter(removed_at=None).exists())


def _goal_and_agreement(meeting: Meeting) -> list[Student | None]:
    goal = Goal.objects.standing().filter(meeting=meeting).exists()
    agreement = Agreement.objects.standing().filter(meeting=meeting).exists()
    return _whole(_skipped(meeting) or (goal and agreement))


def _skip_reasons(meeting: Meeting) -> list[Student | None]:
    reasons = StepText.objects.filter(meeting=meeting, field__startswith="skip_reason").exclude(text="")
    return _whole(not _skipped(meeting) or reasons.count() == 2)


def _sources(meeting: Meeting) -> list[Student | None]:
    return _whole(not Observation.objects.standing().filter(meeting=meeting, source="").exists())


def _phases(meeting: Meeting) -> list[Student | None]:
    decided = set(
        PhaseDecision.objects.standing()
        .filter(meeting=meeting)
        .exclude(after=None)
        .values_list("student_id", flat=True)
    )
    return _per_student(meeting, lambda student: student.pk in decided)


GATES = {
    gate.id: gate
    for gate in (
        Gate(
            "G1", HARD, gettext_lazy("Write down at least one goal of this meeting."),
            "Without a goal nobody can say afterwards whether the meeting helped.", _goal_of_meeting,
        ),
        Gate(
            "G2", SOFT,
            gettext_lazy("What does the student want? What do the parents want? Choose “not asked yet” if you don't know."),
            "Both have a voice; an assumption must be visible as one.", _wishes,
        ),
        Gate(
            "G3", HARD,
            gettext_noop("First write down something that goes well for {roepnaam}. Without strengths we don't go on."),
            "A meeting that only holds problems ends in a plan that only holds problems. No reason is accepted.",
            _strength_of_student,
        ),
        Gate(
            "G4", SOFT, gettext_lazy("What goes well in class? And at home?"),
            "Strengths around the student carry the approach.", _strengths_around,
        ),
        Gate(
            "G5", SOFT, gettext_lazy("What did you see or hear? When?"),
            "What can be seen or heard can be worked on; whether a sentence is observable is for people to judge.",
            _observable,
        ),
        Gate(
            "G6", HARD, gettext_lazy("Do we have enough insight? If not: what is still needed, how do we find it out, and who does?"),
            "Goals without insight are guesses; missing information needs a way and a person.", _insight,
        ),
        Gate(
            "G7", SOFT, gettext_lazy("All traits are about the student. What plays a part in class? And at home?"),
            "A student develops in interaction; explaining everything by the student changes nothing around.",
            _factors_around,
        ),
        Gate(
            "G8", HARD, gettext_lazy("How will you see or hear this?"),
            "A goal that nobody can see being reached cannot be reviewed.", _goals_complete,
        ),
        Gate(
            "G9", SOFT, gettext_lazy("Is there a small, quick goal too?"),
            "A first success within weeks keeps a long goal alive.", _quick_goal,
        ),
        Gate(
            "G10", HARD, gettext_lazy("Choose the goal first."),
            "What somebody needs depends on where we want to go.", _needs_have_goals,
        ),
        Gate(
            "G11", SOFT, gettext_lazy("What does the teacher need?"),
            "Who carries out the plan needs something too, or says that nothing extra is needed.", _teacher_need,
        ),
        Gate(
            "G12", HARD, gettext_lazy("Complete each agreement: who, what, how, when and why, and what it grew out of."),
            "An agreement that leaves one of these open is not done.", _agreements_complete,
        ),
        Gate(
            "G13", HARD_UNLESS_REASON,
            gettext_noop("Who tells {roepnaam} about the agreements? And who tells each parent?"),
            "Who is not told cannot take part; each guardian who gets a copy is told, both of them when they live apart.",
            _told,
        ),
        Gate(
            "G14", SOFT, gettext_lazy("When is the next meeting? Who comes?"),
            "A plan without a next look is not evaluated. Hard after an information round, which exists for the next meeting.",
            _next_meeting,
        ),
        Gate(
            "G15", HARD, gettext_lazy("Have the goals of this meeting been reached? Rate each of them."),
            "The meeting learns from itself.", _rated,
        ),
    )
}  # fmt: skip

# What closing asks beside the gates of the steps, so that G8, G10 and G12 are never true of nothing.
CLOSING = (
    Gate(
        "C1", HARD, gettext_lazy("A complete meeting has at least one goal and one agreement."),
        "An empty plan is no plan.", _goal_and_agreement,
    ),
    Gate(
        "C2", HARD, gettext_lazy("Write down why goals and needs are skipped this time."),
        "A skipped step shows its reason in the report.", _skip_reasons,
    ),
    Gate(
        "C3", HARD, gettext_noop("More, the same or less support for {roepnaam}? Choose at step 6."),
        "Each meeting decides on the phase, downwards as well as upwards.", _phases,
    ),
    Gate(
        "C4", HARD, gettext_lazy("Who takes part, and who chairs this meeting?"),
        "The report says who decided.", _chair,
    ),
    Gate(
        "C5", HARD, gettext_lazy("How do we know this? Fill it in with each observation."),
        "Seen, heard, tested or told: it matters to the reader.", _sources,
    ),
)  # fmt: skip


def open_gates(meeting: Meeting, gates: Iterable[str]) -> list[OpenGate]:
    """The gates of this list that are not met and for which no reason was given, in order."""
    reasons = set(GateReason.objects.standing().filter(meeting=meeting).values_list("gate", "subject_id"))
    return [
        found
        for gate_id in gates
        for found in _unmet(meeting, GATES[gate_id])
        if not (found.takes_reason and _excused(found, reasons))
    ]


def unmet_gates(meeting: Meeting, gates: Iterable[str]) -> list[OpenGate]:
    """The gates of this list that are not met, with or without a reason: what a step says is still empty."""
    return [found for gate_id in gates for found in _unmet(meeting, GATES[gate_id])]


def closing_gates(meeting: Meeting) -> list[OpenGate]:
    """Everything that still stops the closing."""
    found = open_gates(meeting, GATES)
    return found + [OpenGate(gate, student, HARD) for gate in CLOSING for student in gate.unmet(meeting)]


def _unmet(meeting: Meeting, gate: Gate) -> list[OpenGate]:
    kind = HARD if gate.id == "G14" and meeting.without_insight else gate.kind
    return [OpenGate(gate, student, kind) for student in gate.unmet(meeting)]


def _excused(found: OpenGate, reasons: set[tuple[str, object]]) -> bool:
    student = found.student.pk if found.student else None
    return (found.gate.id, student) in reasons or (found.gate.id, None) in reasons
