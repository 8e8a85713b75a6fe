"""The meeting and everything that is written in it, by step; the plans that come out of it."""

from meetings.models.agreements import (
    PROGRESS,
    Agreement,
    AgreementActor,
    AgreementReview,
    AgreementStatus,
    Communication,
    FollowUp,
    FollowUpAttendee,
)
from meetings.models.closure import Addendum, GateReason, PhaseDecision, Statement
from meetings.models.goals import Goal, GoalOutcome, GoalScore
from meetings.models.hints import SchoolWord
from meetings.models.insight import (
    ClbContribution,
    Factor,
    FactorCluster,
    FactorLink,
    FactorObservation,
    InfoRequest,
    Method,
)
from meetings.models.items import CircleMember, MeetingItem, StepText, VisibleMeetingItem
from meetings.models.meeting import CLOSED, OPEN, Meeting, StepState
from meetings.models.needs import Need
from meetings.models.overview import Domain, Observation
from meetings.models.participants import PROFESSIONALS, Participant, ParticipantRole
from meetings.models.people import Person
from meetings.models.plans import Plan, PlanIssue, PlanText, Reader
from meetings.models.series import MeetingSeries
from meetings.models.start import MeetingGoal, Wish
from meetings.models.subjects import MeetingGuardian, MeetingSubject

__all__ = [
    "CLOSED", "OPEN", "PROFESSIONALS", "PROGRESS",
    "Addendum", "Agreement", "AgreementActor", "AgreementReview", "AgreementStatus", "CircleMember", "ClbContribution",
    "Communication", "Domain", "Factor", "FactorCluster", "FactorLink", "FactorObservation", "FollowUp", "FollowUpAttendee",
    "GateReason", "Goal", "GoalOutcome", "GoalScore", "InfoRequest", "Meeting", "MeetingGoal", "MeetingGuardian", "MeetingItem",
    "MeetingSeries", "MeetingSubject", "Method", "Need", "Observation", "Participant", "ParticipantRole", "Person", "PhaseDecision", "Plan",
    "PlanIssue", "PlanText", "Reader", "SchoolWord", "Statement", "StepState", "StepText", "VisibleMeetingItem", "Wish",
]  # fmt: skip
