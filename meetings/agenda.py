"""What today asks of somebody: meetings, agreements and questions that come due, meetings to plan again.

Whoever reads a whole school gets what lies open there; anybody else gets what is theirs.
"""

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from hgw.accounts.models import Role, User
from meetings.about import About, about, with_students
from meetings.agreement_cards import Card, cards, due_in_words
from meetings.models import Agreement, AgreementActor, FollowUp, InfoRequest, Meeting, MeetingSubject, StepText
from meetings.models.meeting import CLOSED
from students.continuum import whole_schools

AHEAD = datetime.timedelta(days=28)  # meetings, and meetings to plan
SOON = datetime.timedelta(days=7)  # agreements, and questions to find out


@dataclass(frozen=True)
class Appointment:
    """A meeting in the list. `question` is empty when there is none, or when it is not this user's to read."""

    pk: uuid.UUID
    date: datetime.date
    start: datetime.time | None
    minutes: int
    whom: About
    question: str
    status: str
    status_label: str
    step: str  # slug of where it is
    step_number: int
    is_closed: bool
    series: uuid.UUID | None


@dataclass(frozen=True)
class Task:
    """An agreement or a question that comes due, with where to go."""

    pk: uuid.UUID
    text: str
    who: str
    whom: About
    tag: str
    is_urgent: bool
    meeting: uuid.UUID | None = None
    may_report: bool = False
    is_unseen: bool = False


@dataclass(frozen=True)
class Planning:
    """A meeting that was to follow, for which no meeting stands yet."""

    date: datetime.date
    whom: About
    purpose: str
    meeting: uuid.UUID
    may_plan: bool


def meetings(user: User) -> dict[str, list[Appointment]]:
    """Those of today, those that were begun on another day, and those of the coming weeks."""
    today = timezone.localdate()
    begun, upcoming = Q(status=Meeting.Status.IN_PROGRESS), Q(date__gte=today, date__lte=today + AHEAD)
    visible = (
        Meeting.objects.visible_to(user)
        .listed_for(user)
        .filter(begun | upcoming)
        .exclude(status=Meeting.Status.CANCELLED)
    )
    rows = list(visible.select_related("group").prefetch_related(*with_students()))
    texts = StepText.objects.visible_to(user).filter(field="help_question", meeting__in=[row.pk for row in rows])
    questions = dict(texts.values_list("meeting", "text"))
    rows.sort(key=lambda row: (row.date, row.start or datetime.time.min))
    found = [_appointment(row, questions.get(row.pk, "")) for row in rows]
    return {
        "today": [one for one in found if one.date == today],
        "begun": [one for one in found if one.date != today and one.status == Meeting.Status.IN_PROGRESS],
        "upcoming": [one for one in found if one.date > today and one.status != Meeting.Status.IN_PROGRESS],
    }


def _appointment(row: Meeting, question: str) -> Appointment:
    minutes = 0
    if row.start and row.end:
        minutes = (row.end.hour - row.start.hour) * 60 + row.end.minute - row.start.minute
    return Appointment(
        row.pk, row.date, row.start, minutes, about(row), question, row.status, row.get_status_display(),
        row.current_step, row.step.number, row.is_closed, row.series_id,
    )  # fmt: skip


def _agreements(user: User) -> Any:
    """Running agreements: of the whole school for who reads it, one's own for anybody else."""
    own = AgreementActor.objects.filter(agreement=OuterRef("pk"), person__user=user)
    mine = Q(school__in=whole_schools(user, "agreement")) | Q(Exists(own))
    rows: Any = Agreement.objects.visible_to(user).listed_for(user)
    rows = rows.unfinished().filter(mine)
    return rows.exclude(meeting__status=Meeting.Status.CANCELLED)


def agreements_due(user: User) -> list[Task]:
    """Agreements whose day comes this week, is today or has passed; the oldest first."""
    rows = _agreements(user).filter(due__lte=timezone.localdate() + SOON)
    reviewable = set(
        Agreement.objects.allowed(user, "review").filter(pk__in=rows.values("pk")).values_list("pk", flat=True)
    )
    found = sorted(cards(rows, user), key=lambda card: (card.due or datetime.date.max, str(card.pk)))
    return [_task(card, card.pk in reviewable) for card in found]


def _task(card: Card, may_report: bool) -> Task:
    whom = About(card.name, card.classes)
    return Task(
        card.pk, card.what, card.who, whom, card.tag, card.is_urgent, may_report=may_report, is_unseen=card.is_new
    )


def agreement_counts(user: User) -> dict[str, int]:
    """How many run, and how many of these somebody has seen or begun."""
    started = Q(status__in=("acknowledged", "in_progress", "partly_done"))
    counts: dict[str, int] = _agreements(user).aggregate(running=Count("pk"), started=Count("pk", filter=started))
    return counts


def questions_due(user: User) -> list[Task]:
    """What must be found out by now or this week."""
    mine = Q(school__in=whole_schools(user, "item")) | Q(who__user=user)
    rows = (
        InfoRequest.objects.visible_to(user)
        .listed_for(user)
        .filter(mine, status="open", due__lte=timezone.localdate() + SOON)
    )
    rows = rows.exclude(meeting__status=Meeting.Status.CANCELLED).order_by("due", "created_at")
    rows = rows.select_related("who", "meeting__group").prefetch_related(*with_students("meeting__"))
    return [
        Task(
            row.pk, row.question, row.who.name if row.who else "", about(row.meeting, row.subject_id),
            *due_in_words(row.due), meeting=row.meeting_id,
        )
        for row in rows
    ]  # fmt: skip


def to_plan(user: User) -> list[Planning]:
    """Follow-ups that closed meetings asked for within the coming weeks, and for which nobody planned a meeting."""
    later = MeetingSubject.objects.filter(
        student__meeting_subjects__meeting=OuterRef("meeting"), meeting__date__gt=OuterRef("meeting__date")
    ).exclude(meeting__status=Meeting.Status.CANCELLED)
    rows = FollowUp.objects.visible_to(user).listed_for(user).filter(
        ~Exists(later), school__in=whole_schools(user, "item"), meeting__status__in=CLOSED,
        date__lte=timezone.localdate() + AHEAD,
    )  # fmt: skip
    rows = rows.select_related("meeting__group").prefetch_related(*with_students("meeting__")).order_by("date")
    coordinated = {school for role, school in user.roles if role == Role.CARE_COORDINATOR}
    return [
        Planning(
            row.date, about(row.meeting), row.purpose, row.meeting_id, row.school_id in coordinated,
        )
        for row in rows
    ]  # fmt: skip
