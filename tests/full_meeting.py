"""Fills a meeting until nothing stops its closing: one row of each kind that a gate asks for, per student where it must."""

import datetime
from typing import Any

from django.utils import timezone

from meetings.models import (
    Agreement,
    AgreementActor,
    Communication,
    Factor,
    FollowUp,
    FollowUpAttendee,
    Goal,
    Meeting,
    MeetingGoal,
    Need,
    Observation,
    PhaseDecision,
    Wish,
)
from students.models import Phase
from tests.access_case import make_row


def fill_meeting(meeting: Meeting) -> None:
    """Everything a full closing asks for, and not one row more."""
    somebody = meeting.person("Juf An")
    Meeting.objects.filter(pk=meeting.pk).update(insight_state="yes", chair=meeting.person("Voorzitter"))
    make_row(MeetingGoal, meeting, rating="reached")
    make_row(Observation, meeting, domain="ols", source="seen")
    make_row(Observation, meeting, domain="opv", source="heard")
    make_row(Observation, meeting, valence="difficulty", domain="ll", source="seen")
    make_row(Factor, meeting, domain="ols")
    goal = make_row(Goal, meeting, horizon="quick", indicator="We zien het.")
    need = make_row(Need, meeting, goal=goal, holder="teacher")
    due = timezone.localdate() + datetime.timedelta(days=14)
    agreement = make_row(Agreement, meeting, how="Zo.", why="Daarom.", due=due, need=need, goal=goal)
    AgreementActor.objects.create(agreement=agreement, person=somebody, is_lead=True)
    follow_up = make_row(FollowUp, meeting)
    FollowUpAttendee.objects.create(follow_up=follow_up, person=somebody)
    for student in meeting.students:
        own: dict[str, Any] = {"subject": student} if meeting.is_group else {}
        for owner in ("student", "parents"):
            make_row(Wish, meeting, owner=owner, text="Lezen.", **own)
        make_row(Observation, meeting, domain="ll", source="seen", **own)
        make_row(Communication, meeting, audience="student", to=student.first_name, **own)
        for guardian in student.guardians.all():
            make_row(Communication, meeting, audience="parents", to=str(guardian), **own)
        phase = Phase.objects.get(number=1)
        make_row(PhaseDecision, meeting, student=student, before=Phase.objects.get(number=0), after=phase)
