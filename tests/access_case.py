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
from students.models import (
    Consent,
    EmergencyAccess,
    HealthNote,
    InspectionRequest,
    LegalReport,
    Phase,
    PhaseRecord,
    ReasonableAdjustment,
)
from tests.factories import (
    Cast,
    make_grant,
    make_guardian,
    make_health_note,
    make_meeting,
    make_role,
    make_student,
    make_user,
    seat,
)

TODAY = timezone.localdate()


def make_row(model: Any, meeting: Meeting, **fields: Any) -> Any:
    """One row of this kind, with what its table asks for and nothing else."""
    student, school = meeting.students[0], meeting.school
    common: dict[str, Any] = {"meeting": meeting, "school": school}
    somebody = meeting.person("Iemand")
    # What only one of them needs is made when it is asked for: a case has hundreds of these rows.
    if model is Participant:
        fields.setdefault("person", meeting.person(f"Naam {uuid.uuid4()}"))
    if model is PhaseDecision:
        fields.setdefault("before", Phase.objects.first())
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
        Participant: {"role": "external", "role_label": "x", "standing": "professional"},
        Communication: {"audience": "other", "to": "x", "by": somebody},
        FollowUp: {"date": TODAY + datetime.timedelta(days=30)},
        GateReason: {"gate": "G4", "reason": "x", "by": somebody},
        FactorCluster: {"name": f"{uuid.uuid4()}"},
        PhaseDecision: {"student": student, "guidance_domain": "all"},
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

COORDINATION = {"care_coordinator", "principal"}
CARE_TEAM = COORDINATION | {"care_teacher"}
TABLE = CARE_TEAM | {"homeroom_teacher", "clb_worker", "learning_supporter", "subject_at_table"}  # while it is open
# Granted the meetings without a seat, or the whole file: what came with the meeting; what is flagged for the CLB once it is over.
CLB = {"clb_worker", "clb_without_seat", "clb_with_file"}


@dataclass(frozen=True)
class Canary:
    """A word, and who may meet it: while the meeting is open, after it, and on a document of the plan."""

    word: str
    open: frozenset[str]
    closed: frozenset[str]
    documents: bool = True  # whether it may be on a document somebody may read


def _canary(word: str, opened: set[str], closed: set[str], *, documents: bool = True) -> Canary:
    return Canary(f"kanarie{word}", frozenset(opened), frozenset(closed), documents)


ELSEWHERE = {"elsewhere"}
FILE = CARE_TEAM | CLB | {"learning_supporter"}
IN_NEED = {"in_need"}  # whoever opened the student for half an hour, open meeting or closed
CANARIES = {
    canary.word: canary
    for canary in (
        _canary("team", TABLE | IN_NEED, CARE_TEAM | IN_NEED),
        _canary("clb", TABLE | IN_NEED, CARE_TEAM | CLB | IN_NEED),
        _canary("geheim", COORDINATION, COORDINATION, documents=False),
        _canary("kring", COORDINATION | {"homeroom_teacher"}, COORDINATION, documents=False),
        # Under a hidden goal: on the pages as hidden as the goal; documents print item by item, by its own flags.
        _canary("onder", COORDINATION, COORDINATION),
        _canary("eigen", TABLE | IN_NEED, CARE_TEAM | {"homeroom_teacher"} | IN_NEED),
        _canary("nazicht", TABLE | IN_NEED, CARE_TEAM | IN_NEED),  # of an agreement that the CLB reads
        _canary("plantekst", TABLE | IN_NEED, CARE_TEAM | IN_NEED),
        _canary("verklaring", CARE_TEAM, CARE_TEAM),
        _canary("aanvulling", CARE_TEAM | IN_NEED, CARE_TEAM | IN_NEED),
        _canary("inbreng", CARE_TEAM | {"clb_worker"}, CARE_TEAM),
        _canary("toestemming", FILE, FILE),
        _canary("rapport", FILE, FILE),
        _canary("dossier", CARE_TEAM, CARE_TEAM, documents=False),
        _canary("naam", CARE_TEAM | {"subject_teacher", "school_admin"}, CARE_TEAM | {"subject_teacher", "school_admin"}),
        _canary("andereklas", CARE_TEAM, CARE_TEAM, documents=False),
        _canary("buitenshuis", ELSEWHERE, ELSEWHERE, documents=False),
        # Why a file was opened in need: for who answers for the school.
        _canary("nood", COORDINATION, COORDINATION, documents=False),
        # Of the health of a student: nobody else, not in need, not on any paper.
        _canary("gezondheid", COORDINATION, COORDINATION, documents=False),
        # That a parent asked to see the file, and what was said: the same.
        _canary("inzage", COORDINATION, COORDINATION, documents=False),
        _canary("weg", set(), set(), documents=False),
    )
}  # fmt: skip


def forbidden(who: str, *, is_open: bool, document: bool = False) -> set[str]:
    """The words that this reader must not meet."""
    return {
        canary.word
        for canary in CANARIES.values()
        if who not in (canary.open if is_open else canary.closed)
        and not (document and canary.documents and who != "elsewhere")
    }


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
    """What the walk goes past. `items` are those of any meeting, each with its word."""

    cast: Cast
    meetings: list[Meeting]
    students: list[Any]
    items: list[tuple[Any, str]] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)
    readers: dict[str, User] = field(default_factory=dict)

    def item(self, model: Any, word: str) -> Any:
        """The first item of this kind with this word."""
        return next(row for row, its in self.items if its == word and type(row) is model)


FLAGGED = (Wish, Observation, Factor, InfoRequest, Goal, Need, Agreement, ReasonableAdjustment)
PLAIN = (
    MeetingGoal, Participant, Communication, FollowUp, GateReason, FactorCluster, PhaseDecision, GoalScore, FactorLink,
)  # fmt: skip


def case_with_canaries(cast: Cast) -> CanaryCase:
    """The meeting of the cast filled with canaries; one about a student of another class, and one at another school."""
    case = CanaryCase(cast, [cast.meeting], [cast.student], readers=_readers(cast))
    add = _adder(case)
    type(cast.student).objects.filter(pk=cast.student.pk).update(competence_note="kanariedossier")
    for guardian in (cast.mother, cast.father):
        given = dict.fromkeys(("note_restriction", "email", "phone"), "kanariedossier")
        type(guardian).objects.filter(pk=guardian.pk).update(**given)
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
    add(make_row(AgreementReview, meeting, agreement=case.item(Agreement, "kanarieclb")), "kanarienazicht")
    for reader, section in (("", "compliment"), ("team", "goals"), ("class_sheet", "goals"), ("parents", "reason")):
        add(make_row(PlanText, meeting, reader=reader, section=section), "kanarieplantekst")
    add(make_row(Statement, meeting), "kanarieverklaring")
    add(make_row(Addendum, meeting), "kanarieaanvulling")
    add(make_row(ClbContribution, meeting), "kanarieinbreng")
    add(make_row(Consent, meeting, kind_of_consent="clb_to_school", granted=True, form="written"), "kanarietoestemming")
    add(make_row(LegalReport, meeting), "kanarierapport")
    PhaseRecord.decide(
        cast.student, "all", Phase.objects.all()[1], on=TODAY, reason="kanarierapport", by=None, decided_in=meeting.pk
    )
    EmergencyAccess.objects.update(reason="kanarienood", review="kanarienood")
    HealthNote.objects.update(text="kanariegezondheid", necessity="kanariegezondheid")
    asked = InspectionRequest.objects.create(school=cast.school, student=cast.student, guardian=cast.mother)
    fill(asked, "kanarieinzage")
    _beside(case, cast)
    case.plans = list(Plan.objects.filter(meeting__in=case.meetings))
    case.agreements = list({word: row for row, word in case.items if isinstance(row, Agreement)}.values())
    case.agreements += Agreement.objects.filter(meeting=meeting, what="van de juf")
    return case


def _readers(cast: Cast) -> dict[str, User]:
    """Everybody who walks past the pages: the roles, and those whose rights are of another shape or have ended."""
    readers: dict[str, User] = {str(role): user for role, user in cast.users.items()}
    yesterday = TODAY - datetime.timedelta(days=1)
    readers["elsewhere"] = cast.others["care_coordinator"]
    readers["granted_elsewhere"] = cast.others["clb_worker"]  # a grant without a role at this school
    make_grant(cast.others["clb_worker"], cast.student, scope="file")
    for name, scope in (("clb_without_seat", "meeting"), ("clb_with_file", "file"), ("clb_with_plan", "plan")):
        readers[name] = make_user(cast.school, "clb_worker", name=name)
        make_grant(readers[name], cast.student, scope=scope)
    seat(cast.meeting, readers["clb_with_plan"], "clb_worker")  # a seat without a grant for the meetings
    readers["grant_ended"] = make_user(cast.school, "clb_worker", name="grant_ended")
    make_grant(readers["grant_ended"], cast.student, scope="file", since=yesterday, until=yesterday)
    readers["role_ended"] = make_user(name="role_ended")
    make_role(readers["role_ended"], cast.school, "care_coordinator", valid_until=yesterday)
    readers["not_this_time"] = make_user(cast.school, "homeroom_teacher", name="not_this_time")
    readers["subject_at_table"] = make_user(name="subject_at_table")
    make_role(readers["subject_at_table"], cast.school, "subject_teacher", classes=(cast.class_group,))
    readers["in_need"] = make_user(cast.school, "homeroom_teacher", name="in_need")  # reads it for half an hour
    for name in ("grant_ended", "role_ended", "subject_at_table"):
        seat(cast.meeting, readers[name], "external")
    seat(cast.meeting, readers["not_this_time"], participation="not_this_time")
    return readers


def _adder(case: CanaryCase) -> Any:
    def add(row: Any, word: str) -> Any:
        case.items.append((fill(row, word), word))
        return row

    return add


def _hang_under_hidden(case: CanaryCase, add: Any) -> None:
    """Open rows that point at hidden ones: what they point at must not come along."""
    meeting = case.cast.meeting
    goal, factor, need, seen, asked = (
        case.item(model, "kanariegeheim") for model in (Goal, Factor, Need, Observation, InfoRequest)
    )
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
        name = "kanarienaam" if school == cast.school else word
        student = make_student(school, class_group, competence_note=word, last_name=name)
        make_guardian(student, first_name=word, note_restriction=word)
        health = "kanariegezondheid" if school == cast.school else word
        make_health_note(student, text=health, necessity=health)
        coordinator: User = (cast.users if school == cast.school else cast.others)["care_coordinator"]
        meeting = make_meeting([student], by=coordinator, title=word)
        seat(meeting, coordinator, "care_coordinator", note=word)
        for model in (*FLAGGED, MeetingGoal, Communication, FollowUp):
            case.items.append((fill(make_row(model, meeting), word), word))
        StepText.objects.filter(meeting=meeting).update(text=word)
        case.meetings.append(meeting)
        case.students.append(student)
