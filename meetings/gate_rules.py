"""When a gate is met: one function per gate, which returns the students for whom it is not ([None]: the whole meeting)."""

from collections.abc import Callable

from meetings.models import (
    Agreement,
    Communication,
    FollowUp,
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
from students.models import Consent, Student


def whole(met: bool) -> list[Student | None]:
    return [] if met else [None]


def per_student(meeting: Meeting, met: Callable[[Student], bool]) -> list[Student | None]:
    return [student for student in meeting.students if not met(student)]


def own(meeting: Meeting, student: Student, row: object) -> bool:
    """Whether a row is this student's own: in a group it must name the student."""
    return not meeting.is_group or getattr(row, "subject_id", None) == student.pk


def goal_of_meeting(meeting: Meeting) -> list[Student | None]:
    return whole(MeetingGoal.objects.standing().filter(meeting=meeting).exists())


def wishes(meeting: Meeting) -> list[Student | None]:
    said = [
        wish
        for wish in Wish.objects.standing().filter(meeting=meeting)
        if wish.text or wish.how_known == Wish.HowKnown.NOT_YET_ASKED
    ]
    return per_student(
        meeting,
        lambda student: {w.owner for w in said if own(meeting, student, w)} == {"student", "parents"},
    )


def strength_of_student(meeting: Meeting) -> list[Student | None]:
    strengths = [
        s
        for s in Observation.objects.standing().filter(meeting=meeting, valence="strength", domain="ll")
        if s.whose == Observation.Holder.STUDENT
    ]
    return per_student(meeting, lambda student: any(own(meeting, student, s) for s in strengths))


def strengths_around(meeting: Meeting) -> list[Student | None]:
    strengths = Observation.objects.standing().filter(meeting=meeting, valence="strength")
    return whole({"ols", "opv"} <= set(strengths.values_list("domain", flat=True)))


def observable(meeting: Meeting) -> list[Student | None]:
    difficulties = Observation.objects.standing().filter(meeting=meeting, valence="difficulty")
    return whole(not difficulties.filter(source="").exists())


def insight(meeting: Meeting) -> list[Student | None]:
    requests = list(InfoRequest.objects.standing().filter(meeting=meeting))
    complete = all(
        r.method and r.who_id and (r.discussed_beforehand or not Method(r.method).is_observation) for r in requests
    )
    enough = meeting.insight_state == Meeting.Insight.YES or bool(requests)
    return whole(bool(meeting.insight_state) and enough and complete)


def factors_around(meeting: Meeting) -> list[Student | None]:
    domains = set(Factor.objects.standing().filter(meeting=meeting).values_list("domain", flat=True))
    return whole(domains != {"ll"})


def skipped(meeting: Meeting) -> bool:
    return meeting.without_insight


def goals_complete(meeting: Meeting) -> list[Student | None]:
    goals = Goal.objects.standing().filter(meeting=meeting)
    return whole(skipped(meeting) or not goals.filter(indicator="").exists())


def quick_goal(meeting: Meeting) -> list[Student | None]:
    horizons = set(Goal.objects.standing().filter(meeting=meeting).values_list("horizon", flat=True))
    return whole(skipped(meeting) or "quick" in horizons or not horizons)


def needs_have_goals(meeting: Meeting) -> list[Student | None]:
    return whole(not Need.objects.standing().filter(meeting=meeting).exclude(goal__removed_at=None).exists())


def teacher_need(meeting: Meeting) -> list[Student | None]:
    needs = Need.objects.standing().filter(meeting=meeting, holder="teacher")
    return whole(skipped(meeting) or meeting.nothing_extra or needs.exists())


def agreements_complete(meeting: Meeting) -> list[Student | None]:
    with_goals = Goal.objects.standing().filter(meeting=meeting).exists()

    def complete(a: Agreement) -> bool:
        grew_out_of = [item for item in (a.need, a.goal, a.info_request) if item and not item.removed_at]
        thread = grew_out_of or not with_goals
        return bool(a.what and a.how and (a.when_text or a.due) and a.why and a.actors.all() and thread)

    rows = Agreement.objects.standing().filter(meeting=meeting).prefetch_related("actors")
    return whole(all(complete(a) for a in rows.select_related("need", "goal", "info_request")))


def told(meeting: Meeting) -> list[Student | None]:
    rows = list(Communication.objects.standing().filter(meeting=meeting))

    def met(student: Student) -> bool:
        about = [row for row in rows if own(meeting, student, row)]
        parents = {row.to for row in about if row.audience == "parents"}
        guardians = {str(guardian) for guardian in student.guardians.with_copy()}
        return bool(parents) and guardians <= parents and any(row.audience == "student" for row in about)

    return per_student(meeting, met)


def next_meeting(meeting: Meeting) -> list[Student | None]:
    follow_up = FollowUp.objects.standing().filter(meeting=meeting).first()
    return whole(bool(follow_up and follow_up.attendance.exists()))


def rated(meeting: Meeting) -> list[Student | None]:
    return whole(not MeetingGoal.objects.standing().filter(meeting=meeting, rating="").exists())


def chair(meeting: Meeting) -> list[Student | None]:
    return whole(meeting.chair_id is not None and meeting.participants.filter(removed_at=None).exists())


def goal_and_agreement(meeting: Meeting) -> list[Student | None]:
    goal = Goal.objects.standing().filter(meeting=meeting).exists()
    agreement = Agreement.objects.standing().filter(meeting=meeting).exists()
    return whole(skipped(meeting) or (goal and agreement))


def skip_reasons(meeting: Meeting) -> list[Student | None]:
    reasons = StepText.objects.filter(meeting=meeting, field__startswith="skip_reason").exclude(text="")
    return whole(not skipped(meeting) or reasons.count() == 2)


def nothing_in_skipped(meeting: Meeting) -> list[Student | None]:
    written = [model.objects.standing().filter(meeting=meeting).exists() for model in (Goal, Need)]
    return whole(not (skipped(meeting) and any(written)))


def sources(meeting: Meeting) -> list[Student | None]:
    return whole(not Observation.objects.standing().filter(meeting=meeting, source="").exists())


def phases(meeting: Meeting) -> list[Student | None]:
    rows = list(PhaseDecision.objects.standing().filter(meeting=meeting))
    decided = {row.student_id for row in rows} - {row.student_id for row in rows if row.after_id is None}
    return per_student(meeting, lambda student: student.pk in decided)


def permission_for_phase(meeting: Meeting) -> list[Student | None]:
    rows = PhaseDecision.objects.standing().filter(meeting=meeting).select_related("before", "after", "requested")
    with_clb = {row.student_id for row in rows if row.brings_in_clb(row.before, row.after, row.requested)}
    granted = set(
        Consent.objects.standing("clb_involve").values_list("student_id", flat=True).filter(student__in=with_clb)
    )
    return per_student(meeting, lambda student: student.pk not in with_clb - granted)
