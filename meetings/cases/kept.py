"""Which model keeps a table of the format, and under which name it keeps each key.

A key that is not named here has the same name on the model. What stands elsewhere (lists, references that can point
to three kinds) has a line of code in loading.py and in collecting.py.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Field, ForeignKey

from hgw.items.models import Item
from meetings.cases.schema import Key, Table, tables
from meetings.models import (
    Addendum,
    Agreement,
    AgreementReview,
    ClbContribution,
    Communication,
    Factor,
    FactorCluster,
    FactorLink,
    FollowUp,
    GateReason,
    Goal,
    GoalScore,
    InfoRequest,
    MeetingGoal,
    Need,
    Observation,
    Participant,
    PhaseDecision,
    Statement,
    Wish,
)
from students.models import Consent, LegalReport, ReasonableAdjustment


@dataclass(frozen=True)
class Kept:
    """Where the rows of a table are kept. `place` are the columns that say in which list of the file a row stands."""

    model: type[Item]
    names: dict[str, str] = field(default_factory=dict)
    place: dict[str, str] = field(default_factory=dict)
    apart: tuple[str, ...] = ()  # keys with code of their own

    def column(self, key: Key) -> "Field[Any, Any]":
        found: Field[Any, Any] = self.model._meta.get_field(self.names.get(key.name, key.name))  # type: ignore[assignment]  # keys are columns, never reverse relations
        return found


KEPT: dict[str, Kept] = {
    "phase": Kept(PhaseDecision, {"domain": "guidance_domain"}),
    "clb_contribution": Kept(ClbContribution),
    "participant": Kept(Participant, apart=("name", "student")),
    "consent": Kept(Consent, {"kind": "kind_of_consent"}),
    "legal_report": Kept(LegalReport, {"kind": "kind_of_report"}),
    "reasonable_adjustment": Kept(ReasonableAdjustment, {"kind": "kind_of_measure", "from": "since"}),
    "gate_reason": Kept(GateReason),
    "statement": Kept(Statement),
    "addendum": Kept(Addendum),
    "meeting_goal": Kept(MeetingGoal),
    "wish_student": Kept(Wish, {"student": "subject"}, {"owner": "student"}),
    "wish_parents": Kept(Wish, {"student": "subject"}, {"owner": "parents"}),
    "strength": Kept(Observation, {}, {"valence": "strength"}, apart=("used_in",)),
    "difficulty": Kept(Observation, {}, {"valence": "difficulty"}),
    "exception": Kept(Observation, {}, {"valence": "exception"}),
    "factor": Kept(Factor, {"kind": "kind_of_factor"}, apart=("from_observations",)),
    "cluster": Kept(FactorCluster),
    "link": Kept(FactorLink, {"from": "from_factor", "to": "to_factor"}),
    "info_request": Kept(InfoRequest),
    "goal": Kept(Goal, apart=("curriculum_links",)),
    "goal_score": Kept(GoalScore),
    "need_student": Kept(Need, {}, {"holder": "student"}),
    "need_teacher": Kept(Need, {}, {"holder": "teacher"}),
    "need_parents": Kept(Need, {}, {"holder": "parents"}),
    "agreement": Kept(Agreement, apart=("who", "reviews")),
    "review": Kept(AgreementReview),
    "communication": Kept(Communication),
    "follow_up": Kept(FollowUp, apart=("attendees",)),
}

# Texts of a step that are rows of their own (StepText), by table and key.
STEP_TEXTS = {
    ("meeting", "cancel_reason"): "cancel_reason",
    ("meeting", "teacher_learning_question"): "teacher_learning_question",
    ("step_1_start", "avoid"): "avoid",
    ("step_1_start", "satisfaction"): "satisfaction",
    ("step_2_overview", "reason_now"): "reason_now",
    ("step_3_insight", "help_question"): "help_question",
    ("step_3_insight", "hypothesis"): "hypothesis",
    ("step_4_goals", "skip_reason"): "skip_reason_goals",
    ("step_5_needs", "skip_reason"): "skip_reason_needs",
    ("step_7_evaluation", "learned"): "learned",
    ("step_7_evaluation", "info_exchange_answer"): "info_exchange_answer",
}

# Choices of a step that the meeting itself keeps.
CHOICES = {
    ("step_2_overview", "seen_from"): "seen_from",
    ("step_2_overview", "seen_until"): "seen_until",
    ("step_3_insight", "insight_state"): "insight_state",
    ("step_5_needs", "nothing_extra"): "nothing_extra",
    ("satisfied", "student"): "satisfied_student",
    ("satisfied", "parents"): "satisfied_parents",
    ("satisfied", "team"): "satisfied_team",
}
MEETING_KEYS = ("title", "date", "start", "end", "place", "status", "closed_kind")

USED_IN = {"goal": "used_in_goal", "need": "used_in_need", "agreement": "used_in_agreement"}
LISTED_APART = ("id", "circle")  # on every table that has them


def plain_keys(name: str) -> list[Key]:
    """The keys of a table that are one column each."""
    table: Table = tables()[name]
    return [key for key in table.keys if key.name not in (*LISTED_APART, *KEPT[name].apart)]


def points_to(column: "Field[Any, Any]") -> type[Any] | None:
    """The model a column refers to."""
    return column.related_model if isinstance(column, ForeignKey) else None  # type: ignore[return-value]  # never the word "self" on a loaded model
