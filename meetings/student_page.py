"""What the page of one student shows, read by read: nothing here comes past the door of hgw/access.py."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from hgw import access
from hgw.accounts.models import Role, User
from hgw.items.models import CONFIDENTIAL
from meetings.models import Agreement, FollowUp, Goal, Meeting, Observation, Plan, PlanText, Wish
from meetings.models.overview import Domain
from meetings.permissions import DOCUMENT_OBJECT
from meetings.student_list import current_phases, phase_in_words
from students.models import (
    Consent,
    Guardian,
    HealthNote,
    InspectionRequest,
    LegalReport,
    Phase,
    PhaseRecord,
    ReasonableAdjustment,
    Student,
    StudentAccessGrant,
    Transfer,
)
from students.models.health_notes import refusal
from students.models.people import COPY_RULE
from students.timeline import Timeline, timeline

CARE_TEAM = (Role.CARE_COORDINATOR, Role.PRINCIPAL, Role.CARE_TEACHER)


def student_page(student: Student, user: User) -> dict[str, Any]:
    """Everything this user may read of the student."""
    meetings = list(Meeting.objects.visible_to(user).filter(subjects__student=student).select_related("group"))
    held = [meeting.pk for meeting in meetings if meeting.status != Meeting.Status.CANCELLED]
    strengths = _newest(Observation.objects.visible_to(user).filter(valence="strength"), student, held)
    in_care_team = user.has_role(student.school_id, *CARE_TEAM)
    return {
        "student": student,
        "class_group": student.class_on(),
        "strengths": _by_domain(strengths, student),
        "compliment": _compliment(student, user, held),
        "wishes": [
            w for w in _newest(Wish.objects.visible_to(user).select_related("guardian"), student, held) if w.text
        ],
        "rungs": ladder(_goals(student, user, held)),
        "agreements": _agreements(student, user),
        "readable": set(held),
        "meetings": meetings,
        "follow_up": _follow_up(student, user, meetings),
        "documents": _documents(student, user),
        **_support(student, user),
        **_health(student, user),
        "guardians": [(guardian, copy_in_words(guardian)) for guardian in _of(Guardian, student, user)],
        "grants": StudentAccessGrant.objects.visible_to(user).filter(student=student, until__gte=timezone.localdate()),
        "inspections": _of(InspectionRequest, student, user).select_related("student", "guardian"),
        "transfers": list(_of(Transfer, student, user)),
        "in_care_team": in_care_team,
    }


def copy_in_words(guardian: Guardian) -> str:
    """Whether this guardian gets a copy of the plan, and why."""
    allowed, why = COPY_RULE[guardian.authority]
    if guardian.gets_copy:
        return _("gets a copy of the plan: %(why)s") % {"why": _(why)}
    return _("no copy of the plan: %(why)s") % {"why": _("it is switched off") if allowed else _(why)}


def _of(model: Any, student: Student, user: User) -> Any:
    return model.objects.visible_to(user).filter(student=student)


def _about(rows: Any, student: Student) -> Any:
    return rows.filter(Q(subject=None) | Q(subject=student))


def _newest(rows: Any, student: Student, meetings: list[Any]) -> list[Any]:
    """The items of the newest of these meetings that has any. Confidential ones stay on the pages of the meeting."""
    found = _about(rows, student).filter(meeting__in=meetings).exclude(visibility__contains=CONFIDENTIAL)
    by_meeting: dict[Any, list[Any]] = {}
    for row in found:
        by_meeting.setdefault(row.meeting_id, []).append(row)
    return next((by_meeting[pk] for pk in meetings if pk in by_meeting), [])


def _by_domain(strengths: Iterable[Observation], student: Student) -> list[tuple[str, list[Observation]]]:
    """Strengths under the student, class and school, home; a territory without one is left out."""
    names = {Domain.LL: student.roepnaam, Domain.OLS: _("Class and school"), Domain.OPV: _("Home")}
    columns = [(name, [row for row in strengths if row.domain == domain]) for domain, name in names.items()]
    return [(name, rows) for name, rows in columns if rows]


def _compliment(student: Student, user: User, meetings: list[Any]) -> PlanText | None:
    rows = PlanText.objects.visible_to(user).filter(plan__student=student, reader="", section="compliment")
    rows = rows.filter(meeting__in=meetings).exclude(text="").select_related("meeting", "by")
    found: PlanText | None = rows.order_by("-meeting__date", "-created_at").first()
    return found


@dataclass(frozen=True)
class Rung:
    """One goal on the ladder. `place` is top, later, now or reached."""

    goal: Goal
    place: str


def _goals(student: Student, user: User, meetings: list[Any]) -> list[Goal]:
    """The goals of the newest meeting, and what was reached before it."""
    rows = Goal.objects.visible_to(user).exclude(status=Goal.Status.DROPPED).select_related("meeting")
    newest = _newest(rows, student, meetings)
    before = _about(rows, student).filter(meeting__in=meetings, status=Goal.Status.REACHED)
    before = before.exclude(visibility__contains=CONFIDENTIAL).exclude(pk__in=[goal.pk for goal in newest])
    return [*newest, *before.order_by("-meeting__date", "position")]


def ladder(goals: list[Goal]) -> list[Rung]:
    """From the top: the goal at the end of the year, what comes later, what is being worked on now, what was reached."""
    reached = [goal for goal in goals if goal.status == Goal.Status.REACHED]
    ahead = [goal for goal in goals if goal not in reached]
    tops = [goal for goal in ahead if goal.horizon == Goal.Horizon.LONG]
    steps = sorted((goal for goal in ahead if goal not in tops), key=_when, reverse=True)
    now = steps[-1:]
    return [
        *(Rung(goal, "top") for goal in tops),
        *(Rung(goal, "now" if goal in now else "later") for goal in steps),
        *(Rung(goal, "reached") for goal in reached),
    ]


def _when(goal: Goal) -> tuple[bool, datetime.date, int]:
    horizon = list(Goal.Horizon.values).index(goal.horizon)
    return goal.target_date is None, goal.target_date or goal.meeting.date, horizon


def _agreements(student: Student, user: User) -> Any:
    rows: Any = Agreement.objects.visible_to(user)
    rows = _about(rows.unfinished().filter(meeting__subjects__student=student), student).exclude(
        meeting__status=Meeting.Status.CANCELLED
    )
    return rows.prefetch_related("actors__person").order_by("due", "-meeting__date", "position")


def _follow_up(student: Student, user: User, meetings: list[Meeting]) -> FollowUp | None:
    """The day on which we look again, as long as no meeting was planned on it."""
    rows = _about(FollowUp.objects.visible_to(user).filter(meeting__in=meetings), student)
    rows = rows.filter(date__gte=timezone.localdate()).exclude(meeting__status=Meeting.Status.CANCELLED)
    found: FollowUp | None = rows.exclude(date__in=[meeting.date for meeting in meetings]).order_by("date").first()
    return found


def _documents(student: Student, user: User) -> list[tuple[str, Plan]]:
    """Which documents of the newest plan this user may read: reader and plan. A draft counts until the meeting closed."""
    plans: Any = Plan.objects.filter(student=student).exclude(meeting__status=Meeting.Status.CANCELLED)
    found = []
    for reader, what in DOCUMENT_OBJECT.items():
        may_read = plans.allowed(user, "read", what).exclude(status=Plan.Status.SUPERSEDED).select_related("meeting")
        plan = may_read.filter(status=Plan.Status.FINAL).first() or may_read.order_by("-meeting__date").first()
        if plan:
            found.append((reader, plan))
    return found


def _support(student: Student, user: User) -> dict[str, Any]:
    """The phases of today, and for who reads it the way to them; adjustments, reports, permissions."""
    history = list(_of(PhaseRecord, student, user).select_related("phase"))
    current = current_phases(user).filter(student=student)
    return {
        "phases": [phase_in_words(record) for record in current],
        "history": sorted(history, key=lambda record: record.since, reverse=True),
        "timelines": _timelines(history),
        "adjustments": _items(ReasonableAdjustment, student, user),
        "reports": _items(LegalReport, student, user),
        "consents": _items(Consent, student, user),
    }


def _health(student: Student, user: User) -> dict[str, Any]:
    """The note on health. For who manages it also why none may be kept ('' where one may; None: not theirs to add, or the
    school keeps none), and whether one is there that nobody may read any more."""
    note = _of(HealthNote, student, user).first() if access.may(user, "read", student, "health_note") else None
    found: dict[str, Any] = {"health_note": note, "health_closed": False, "health_refusal": None}
    if access.may(user, "manage", student, "health_note"):
        why = "" if note else refusal(student)
        found["health_refusal"] = None if why == "off" else why
        found["health_closed"] = not note and HealthNote.objects.erasable_by(user).filter(student=student).exists()
    return found


def _items(model: Any, student: Student, user: User) -> list[Any]:
    """The items of the file, each with whether it is changed here: what came with an open meeting is changed there."""
    items = list(_of(model, student, user))
    came_with = [item.came_with for item in items if item.came_with]
    still_open = set(Meeting.objects.open().filter(pk__in=came_with).values_list("pk", flat=True))
    for item in items:
        item.changes_here = item.came_with is None or (model is Consent and item.came_with not in still_open)
    return items


def _timelines(history: list[PhaseRecord]) -> list[Timeline]:
    """One drawing per guidance domain."""
    phases, today = list(Phase.objects.all()), timezone.localdate()
    ordered = sorted(history, key=lambda record: (record.guidance_domain, record.since))
    return [timeline(list(rows), phases, today) for _key, rows in groupby(ordered, lambda row: row.guidance_domain)]
