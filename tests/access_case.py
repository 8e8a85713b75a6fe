"""Rows of every kind, and a case in which each text holds a word that only some may ever see."""

import datetime
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils import timezone

from hgw.accounts.models import User
from hgw.items.models import FlagsField
from hgw.text import LongTextField, ShortTextField
from meetings.models import (
    Addendum,
    Agreement,
    AgreementActor,
    AgreementReview,
    CircleMember,
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
    Meeting,
    MeetingGoal,
    Need,
    Observation,
    Participant,
    PhaseDecision,
    Plan,
    PlanText,
    Statement,
    StepText,
    Wish,
)
from students.models import Consent, LegalReport, Phase, ReasonableAdjustment
from tests.factories import Cast, make_guardian, make_meeting, make_student, seat

TODAY = timezone.localdate()


def make_row(model: Any, meeting: Meeting, **fields: Any) -> Any:
    """One row of this kind, with what its table asks for and nothing else."""
    student, school = meeting.students[0], meeting.school
    common: dict[str, Any] = {"meeting": meeting, "school": school}
    somebody = meeting.person("Iemand")
    given: dict[Any, Any] = {
        Wish: {"owner": "student", "how_known": "heard_directly"},
        Observation: {"valence": "strength", "domain": "ll", "text": "x"},
        Factor: {"domain": "ll", "kind_of_factor": "risk", "text": "x"},
        InfoRequest: {"question": "x"},
        Goal: {"horizon": "quick", "then_can": "x"},
        Agreement: {"what": "x"},
        Addendum: {"text": "x", "by": somebody, "date": TODAY},
        MeetingGoal: {"text": "x"},
        StepText: {"field": f"field {uuid.uuid4()}"[:40]},
        Participant: {
            "person": meeting.person(f"Naam {uuid.uuid4()}"), "role": "external", "role_label": "x",
            "standing": "professional",
        },
        Communication: {"audience": "other", "to": "x", "by": somebody},
        FollowUp: {"date": TODAY + datetime.timedelta(days=30)},
        GateReason: {"gate": "G4", "reason": "x", "by": somebody},
        FactorCluster: {"name": f"{uuid.uuid4()}"},
        PhaseDecision: {"student": student, "guidance_domain": "all", "before": Phase.objects.first()},
        Statement: {"student": student, "by": somebody, "text": "x", "date": TODAY},
        PlanText: {"reader": "team", "section": f"{uuid.uuid4()}"[:20]},
        ClbContribution: {},
        Need: {"holder": "student", "help_sentence": "x", "text": "x"},
        GoalScore: {"date": TODAY, "level": 0, "by": somebody},
        FactorLink: {"effect": "maintains"},
        AgreementReview: {"by": somebody, "date": TODAY, "progress": "done"},
        ReasonableAdjustment: {"kind_of_measure": "stimulate", "description": "x", "since": TODAY},
        Consent: {"kind_of_consent": "clb_involve", "given_by": "x", "what": "x", "date": TODAY},
        LegalReport: {"kind_of_report": "gc", "issued_by": "x", "date": TODAY},
    }  # fmt: skip
    if model in {ReasonableAdjustment, Consent, LegalReport}:
        common = {"school": school, "student": student, "came_with": meeting.pk}
    if model is PlanText:
        given[model]["plan"] = Plan.objects.get(meeting=meeting)
    if model in {Need, GoalScore} and "goal" not in fields:
        fields["goal"] = make_row(Goal, meeting)
    if model is FactorLink and "from_factor" not in fields:
        fields |= {"from_factor": make_row(Factor, meeting), "to_factor": make_row(Factor, meeting)}
    return model.objects.create(**(common | given[model] | fields))


# --- canaries ---

CARE_TEAM = {"care_coordinator", "principal", "care_teacher"}
TABLE = CARE_TEAM | {"homeroom_teacher", "clb_worker", "learning_supporter"}  # who reads the open meeting


@dataclass(frozen=True)
class Canary:
    """A word, and the roles that may meet it: while the meeting is open, after it, and on a document of the plan."""

    word: str
    open: frozenset[str]
    closed: frozenset[str]
    documents: bool = True  # whether it may be on a document somebody may read
    here: bool = True  # at the school of the case


def _canary(word: str, opened: set[str], closed: set[str], **more: bool) -> Canary:
    return Canary(f"kanarie{word}", frozenset(opened), frozenset(closed), **more)


COORDINATION = {"care_coordinator", "principal"}
CANARIES = {
    canary.word: canary
    for canary in (
        _canary("team", TABLE, CARE_TEAM),
        _canary("clb", TABLE, CARE_TEAM | {"clb_worker"}),
        _canary("geheim", COORDINATION, COORDINATION, documents=False),
        _canary("kring", COORDINATION | {"homeroom_teacher"}, COORDINATION, documents=False),
        # Under a hidden goal: on the pages as hidden as the goal; documents print item by item, by its own flags.
        _canary("onder", COORDINATION, COORDINATION),
        _canary("eigen", TABLE, CARE_TEAM | {"homeroom_teacher"}),
        _canary("verklaring", CARE_TEAM, CARE_TEAM),
        _canary("aanvulling", CARE_TEAM, CARE_TEAM),
        _canary("inbreng", CARE_TEAM | {"clb_worker"}, CARE_TEAM),
        _canary("dossier", CARE_TEAM, CARE_TEAM, documents=False),
        _canary("andereklas", CARE_TEAM, CARE_TEAM, documents=False),
        _canary("buitenshuis", CARE_TEAM, CARE_TEAM, documents=False, here=False),
        _canary("weg", set(), set(), documents=False),
    )
}


def forbidden(role: str, *, here: bool, is_open: bool, document: bool = False) -> set[str]:
    """The words that this reader must not meet."""
    found = set()
    for canary in CANARIES.values():
        allowed = canary.here == here and role in (canary.open if is_open else canary.closed)
        if not allowed and not (document and canary.documents and here):
            found.add(canary.word)
    return found


def fill(row: models.Model, word: str) -> Any:
    """Write the word into every text of a row."""
    values: dict[str, Any] = {}
    for column in row._meta.concrete_fields:
        is_text = isinstance(column, LongTextField | ShortTextField) and not isinstance(column, FlagsField)
        if is_text and not column.choices and column.name not in {"locked_because", "recorded_by", "given_by"}:
            values[column.name] = f"{word} {column.name}"
    if isinstance(row, Goal):
        values["gas"] = {"0": f"{word} gas"}
        values["curriculum_links"] = [{"kind": "eindterm", "code": word, "text": word}]
    type(row)._base_manager.filter(pk=row.pk).update(**values)
    row.refresh_from_db()
    return row


@dataclass
class CanaryCase:
    cast: Cast
    meetings: list[Meeting]
    students: list[Any]
    items: list[Any] = field(default_factory=list)  # of any meeting
    plans: list[Plan] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)


FLAGGED = (Wish, Observation, Factor, InfoRequest, Goal, Need, Agreement, ReasonableAdjustment)
PLAIN = (
    MeetingGoal, Participant, Communication, FollowUp, GateReason, FactorCluster, PhaseDecision, GoalScore, FactorLink,
)  # fmt: skip


def case_with_canaries(cast: Cast) -> CanaryCase:
    """The meeting of the cast filled with canaries; one about a student of another class, and one at another school."""
    case = CanaryCase(cast, [cast.meeting], [cast.student])
    add = _adder(case)
    type(cast.student).objects.filter(pk=cast.student.pk).update(competence_note="kanariedossier")
    for guardian in (cast.mother, cast.father):
        type(guardian).objects.filter(pk=guardian.pk).update(note_restriction="kanariedossier")
    StepText.objects.filter(meeting=cast.meeting).update(text="kanarieteam")
    meeting = cast.meeting
    for model in PLAIN:
        add(make_row(model, meeting), "kanarieteam")
    for model in FLAGGED:
        add(make_row(model, meeting), "kanarieteam")
        add(make_row(model, meeting, visibility=("care_team", "clb")), "kanarieclb")
        add(make_row(model, meeting, visibility=("confidential",)), "kanariegeheim")
        gone = add(make_row(model, meeting), "kanarieweg")
        model.objects.filter(pk=gone.pk).update(removed_at=timezone.now())  # type: ignore[attr-defined]  # a model
        if model is not ReasonableAdjustment:
            named = add(make_row(model, meeting, visibility=("confidential",)), "kanariekring")
            CircleMember.objects.create(item=named.pk, person=meeting.person(cast.teacher.name))
    _hang_under_hidden(case, add)
    own = add(make_row(Agreement, meeting), "kanarieeigen")
    AgreementActor.objects.create(agreement=own, person=meeting.person(cast.teacher.name), is_lead=True)
    add(make_row(AgreementReview, meeting, agreement=own), "kanarieeigen")
    add(make_row(Statement, meeting), "kanarieverklaring")
    add(make_row(Addendum, meeting), "kanarieaanvulling")
    add(make_row(ClbContribution, meeting), "kanarieinbreng")
    _beside(case, cast)
    case.plans = list(Plan.objects.all())
    case.agreements = list(Agreement.objects.all())
    return case


def _adder(case: CanaryCase) -> Any:
    def add(row: Any, word: str) -> Any:
        case.items.append(fill(row, word))
        return row

    return add


def _hang_under_hidden(case: CanaryCase, add: Any) -> None:
    """Open rows that point at hidden ones: what they point at must not come along."""
    meeting = case.cast.meeting
    goal = Goal.objects.get(meeting=meeting, then_can__startswith="kanariegeheim")
    factor = Factor.objects.get(meeting=meeting, text__startswith="kanariegeheim")
    need = Need.objects.get(meeting=meeting, text__startswith="kanariegeheim")
    seen = Observation.objects.get(meeting=meeting, text__startswith="kanariegeheim")
    asked = InfoRequest.objects.get(meeting=meeting, question__startswith="kanariegeheim")
    add(make_row(Need, meeting, goal=goal), "kanarieonder")
    add(make_row(GoalScore, meeting, goal=goal), "kanarieonder")
    add(make_row(FactorLink, meeting, from_factor=factor, to_factor=make_row(Factor, meeting)), "kanariegeheim")
    add(make_row(Goal, meeting, parent=goal), "kanarieteam")
    resting = add(make_row(Factor, meeting), "kanarieteam")
    resting.rests_on.create(observation=seen)
    add(make_row(Agreement, meeting, goal=goal, need=need, factor=factor, info_request=asked), "kanarieteam")
    add(make_row(Observation, meeting, counterpart=seen, used_in_goal=goal), "kanarieteam")


def _beside(case: CanaryCase, cast: Cast) -> None:
    other_class = cast.school.class_groups.exclude(pk=cast.class_group.pk).get()
    for school, class_group, word in (
        (cast.school, other_class, "kanarieandereklas"),
        (cast.other_school, None, "kanariebuitenshuis"),
    ):
        student = make_student(school, class_group, competence_note=word)
        make_guardian(student, note_restriction=word)
        coordinator: User = (cast.users if school == cast.school else cast.others)["care_coordinator"]
        meeting = make_meeting([student], by=coordinator, title=word)
        seat(meeting, coordinator, "care_coordinator", note=word)
        for model in (*FLAGGED, MeetingGoal, Communication, FollowUp):
            case.items.append(fill(make_row(model, meeting), word))
        StepText.objects.filter(meeting=meeting).update(text=word)
        case.meetings.append(meeting)
        case.students.append(student)
