"""When a gate is met: one function per gate, which returns the students for whom it is not ([None]: the whole meeting).

Each is judged through somebody's eyes: of what that user reads, or of everything that stands when there is no user.
"""

from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from hgw.accounts.models import User
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
from students.models import Consent, PhaseRecord, Student

Eyes = User | None


def rows(model: Any, meeting: Meeting, eyes: Eyes) -> Any:
    """What stands in the meeting of one kind: as far as these eyes read it, or all of it."""
    return _door(model, eyes).filter(meeting=meeting)


def _door(model: Any, eyes: Eyes) -> Any:
    return model.objects.visible_to(eyes) if eyes else model.objects.standing()


def whole(met: bool) -> list[Student | None]:
    return [] if met else [None]


def per_student(meeting: Meeting, met: Callable[[Student], bool]) -> list[Student | None]:
    return [student for student in meeting.students if not met(student)]


def own(meeting: Meeting, student: Student, row: object) -> bool:
    """Whether a row is this student's own: in a group it must name the student."""
    return not meeting.is_group or getattr(row, "subject_id", None) == student.pk


def goal_of_meeting(meeting: Meeting, eyes: Eyes = None) -> list[Student | None]:
    return whole(rows(MeetingGoal, meeting, eyes).exists())


def wishes(meeting: Meeting, eyes: Eyes = None) -> list[Student | None]:
    said = [wish for wish in rows(Wish, meeting, eyes) if wish.text or wish.how_known == Wish.HowKnown.NOT_YET_ASKED]
    return per_student(
        meeting,
        lambda student: {w.owner for w in said if own(meeting, student, w)} == {"student", "parents"},
    )


def strength_of_student(meeting: Meeting, eyes: Eyes = None) -> list[Student | None]:
    strengths = [
        s
        for s in rows(Observation, meeting, eyes).filter(valence="strength", domain="ll")
        if s.whose == Observation.Holder.STUDENT
    ]
    return per_student(meeting, lambda student: any(own(meeting, student, s) for s in strengths))


def strengths_around(meeting: Meeting, eyes: Eyes = None) -> list[Student | None]:
    strengths = rows(Observation, meeting, eyes).filter(valence="strength")
    return whole({"ols", "opv"} <= set(strengths.values_list("domain", flat=True)))


def observable(meeting: Meeting, eyes: Eyes = None) -> list[Student | None]:
    difficulties = rows(Observation, meeting, eyes).filter(valence="difficulty")
    return whole(not difficulties.filter(source="").exists())


def insight(meeting: Meeting, eyes: Eyes = None) -> list[Student | None]:
    requests = list(rows(InfoRequest, meeting, eyes))
    complete = all(
        r.method and r.who_id and (r.discussed_beforehand or not Method(r.method).is_observation) for r in requests
    )
    enough = meeting.insight_state == Meeting.Insight.YES or bool(requests)
    return whole(bool(meeting.insight_state) and enough and complete)


def factors_around(meeting: Meeting, eyes: Eyes = None) -> list[Student | None]:
    domains = set(rows(Factor, meeting, eyes).values_list("domain", flat=True))
    return whole(domains != {"ll"})


def skipped(meeting: Meeting) -> bool:
    return meeting.without_insight


def goals_complete(meeting: Meeting, eyes: Eyes = None) -> list[Student | None]:
    goals = rows(Goal, meeting, eyes)
    return whole(skipped(meeting) or not goals.filter(indicator="").exists())


def quick_goal(meeting: Meeting, eyes: Eyes = None) -> list[Student | None]:
    horizons = set(rows(Goal, meeting, eyes).values_list("horizon", flat=True))
    return whole(skipped(meeting) or "quick" in horizons or not horizons)


def needs_have_goals(meeting: Meeting, eyes: Eyes = None) -> list[Student | None]:
    return whole(not rows(Need, meeting, eyes).exclude(goal__removed_at=None).exists())


def teacher_need(meeting: Meeting, eyes: Eyes = None) -> list[Student | None]:
    needs = rows(Need, meeting, eyes).filter(holder="teacher")
    return whole(skipped(meeting) or meeting.nothing_extra or needs.exists())


def agreements_complete(meeting: Meeting, eyes: Eyes = None) -> list[Student | None]:
    grew_out_of = reduce(
        or_,
        (
            Q(Exists(_door(model, eyes).filter(pk=OuterRef(name))))
            for model, name in ((Need, "need"), (Goal, "goal"), (InfoRequest, "info_request"))
        ),
    )
    found = rows(Agreement, meeting, eyes).annotate(has_thread=ExpressionWrapper(grew_out_of, BooleanField()))
    with_goals = rows(Goal, meeting, eyes).exists()

    def complete(a: Agreement) -> bool:
        thread = a.has_thread or not with_goals  # type: ignore[attr-defined]  # added above
        return bool(a.what and a.how and (a.when_text or a.due) and a.why and a.actors.all() and thread)

    return whole(all(complete(a) for a in found.prefetch_related("actors")))


def told(meeting: Meeting, eyes: Eyes = None) -> list[Student | None]:
    told_now = list(rows(Communication, meeting, eyes))

    def met(student: Student) -> bool:
        about = [row for row in told_now if own(meeting, student, row)]
        parents = {row.to for row in about if row.audience == "parents"}
        guardians = {str(guardian) for guardian in student.guardians.with_copy()}
        return bool(parents) and guardians <= parents and any(row.audience == "student" for row in about)

    return per_student(meeting, met)


def next_meeting(meeting: Meeting, eyes: Eyes = None) -> list[Student | None]:
    follow_up = rows(FollowUp, meeting, eyes).first()
    return whole(bool(follow_up and follow_up.attendance.exists()))


def rated(meeting: Meeting, eyes: Eyes = None) -> list[Student | None]:
    return whole(not rows(MeetingGoal, meeting, eyes).filter(rating="").exists())


def chair(meeting: Meeting, eyes: Eyes = None) -> list[Student | None]:
    return whole(meeting.chair_id is not None and meeting.participants.filter(removed_at=None).exists())


def goal_and_agreement(meeting: Meeting, eyes: Eyes = None) -> list[Student | None]:
    goal = rows(Goal, meeting, eyes).exists()
    agreement = rows(Agreement, meeting, eyes).exists()
    return whole(skipped(meeting) or (goal and agreement))


def skip_reasons(meeting: Meeting, eyes: Eyes = None) -> list[Student | None]:
    reasons = StepText.objects.filter(meeting=meeting, field__startswith="skip_reason").exclude(text="")
    return whole(not skipped(meeting) or reasons.count() == 2)


def nothing_in_skipped(meeting: Meeting, eyes: Eyes = None) -> list[Student | None]:
    written = [rows(model, meeting, eyes).exists() for model in (Goal, Need)]
    return whole(not (skipped(meeting) and any(written)))


def sources(meeting: Meeting, eyes: Eyes = None) -> list[Student | None]:
    return whole(not rows(Observation, meeting, eyes).filter(source="").exists())


def phases(meeting: Meeting, eyes: Eyes = None) -> list[Student | None]:
    found = list(rows(PhaseDecision, meeting, eyes))
    decided = {row.student_id for row in found} - {row.student_id for row in found if row.after_id is None}
    return per_student(meeting, lambda student: student.pk in decided)


def permission_for_phase(meeting: Meeting, eyes: Eyes = None) -> list[Student | None]:
    found = list(rows(PhaseDecision, meeting, eyes).select_related("after", "requested"))
    held = PhaseRecord.objects.filter(student__in=[row.student_id for row in found]).held(meeting.date)
    with_clb = {
        row.student_id
        for row in found
        if row.needs_permission(held.phase(row.student_id, row.guidance_domain), row.after, row.requested)
    }
    granted = set(
        Consent.objects.standing("clb_involve").values_list("student_id", flat=True).filter(student__in=with_clb)
    )
    return per_student(meeting, lambda student: student.pk not in with_clb - granted)
