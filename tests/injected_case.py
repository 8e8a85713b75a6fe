"""A school in which every text of every row was typed by somebody who means harm: one meeting and all around it."""

import uuid
from typing import Any

from django.apps import apps
from django.db import models

from hgw.items.models import FlagsField
from hgw.items.saving import remove_item, save_item
from hgw.text import LongTextField, ShortTextField
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
    PlanText,
    Statement,
    Wish,
)
from students.models import Consent, Hold, InspectionRequest, LegalReport, Phase, PhaseRecord, ReasonableAdjustment
from tests.access_case import TODAY, make_row
from tests.factories import Cast, make_consent, make_item
from tests.injections import Texts

OFTEN = (
    Wish,
    Observation,
    Factor,
    InfoRequest,
    Goal,
    Need,
    Agreement,
    ReasonableAdjustment,
    MeetingGoal,
    Communication,
)
ONCE = (
    Participant, FollowUp, GateReason, FactorCluster, PhaseDecision, GoalScore, FactorLink, Statement, Addendum,
    ClbContribution, Consent, LegalReport,
)  # fmt: skip
TIMES = 10  # of each kind: every string is the text of some item (tests/test_injections.py counts)
APPS = ("accounts", "students", "meetings")
# Says why there is no text yet: with it there is none to show.
LEFT_EMPTY = {"locked_because"}


def text_columns(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The columns in which people type; what is chosen, and the vocabulary that comes with the program, is not among them."""
    if model is Phase:
        return []
    texts = (LongTextField, ShortTextField)
    return [
        column
        for column in model._meta.concrete_fields
        if isinstance(column, texts)
        and not isinstance(column, FlagsField)
        and not column.choices
        and column.name not in LEFT_EMPTY
    ]


def write_everywhere(cast: Cast, texts: Texts) -> Cast:
    """Rows of every kind around the meeting of the cast, each of their texts the next one of `texts`."""
    _make_rows(cast)
    for model in apps.get_models():
        if model._meta.app_label in APPS:
            for pk in list(model._base_manager.order_by(*_order(model)).values_list("pk", flat=True)):
                model._base_manager.filter(pk=pk).update(**_values(model, texts))
    _write_history(cast, texts)
    for row in (cast.student, cast.mother, cast.father, cast.meeting, cast.school, *cast.users.values()):
        row.refresh_from_db()
    return cast


def _order(model: type[models.Model]) -> list[str]:
    """In the order in which they were made, and where that is not known by what stands in them: the same each time."""
    names = {column.name for column in model._meta.concrete_fields}
    made = [name for name in ("created_at", "position") if name in names]
    return [*made, *(column.name for column in text_columns(model)), "pk"]


def _values(model: type[models.Model], texts: Texts) -> dict[str, Any]:
    texts.is_alone = model not in OFTEN
    values: dict[str, Any] = {
        column.name: texts.long() if isinstance(column, LongTextField) else texts.short()
        for column in text_columns(model)
    }
    if model._meta.model_name in {"goal", "goaloutcome"}:
        values["gas"] = {level: texts.long() for level in ("-1", "0", "+1")}
        values["curriculum_links"] = [{"kind": "eindterm", "code": texts.short(), "text": texts.long()}]
        values["start_level"] = 0
    if model is ReasonableAdjustment:
        values["school_subjects"] = [texts.short(), texts.short()]
    return values


def _make_rows(cast: Cast) -> None:
    meeting = cast.meeting
    for model in OFTEN:
        for n in range(TIMES):
            flags = ("care_team", "class_sheet", "parents", "student")
            seen = {"visibility": flags} if any(f.name == "visibility" for f in model._meta.concrete_fields) else {}
            chosen: dict[Any, dict[str, Any]] = {
                Observation: {"valence": ("strength", "difficulty", "exception")[n % 3], "domain": ("ll", "ols", "opv")[n % 3]},
                Wish: {"owner": ("student", "parents")[n % 2]},
                Need: {"holder": ("student", "teacher", "parents")[n % 3], "goal": Goal.objects.filter(meeting=meeting).first()},
            }  # fmt: skip
            make_row(model, meeting, **seen, **chosen.get(model, {}))
    for model in ONCE:
        given: dict[Any, dict[str, Any]] = {Participant: {"person": meeting.person("Gast")}}
        make_row(model, meeting, **given.get(model, {}))
    make_consent(cast.student, "clb_to_school")  # on which what the CLB brings in rests
    agreement = Agreement.objects.filter(meeting=meeting)[0]
    make_row(AgreementReview, meeting, agreement=agreement)
    for reader, section in (("", "compliment"), ("team", "goals"), ("class_sheet", "goals"), ("parents", "reason")):
        make_row(PlanText, meeting, reader=reader, section=section)
    PhaseRecord.decide(
        cast.student, "all", Phase.objects.all()[1], on=TODAY, reason="x", by=None, decided_in=meeting.pk
    )
    InspectionRequest.objects.create(school=cast.school, student=cast.student, guardian=cast.mother, asked_on=TODAY)
    Hold.objects.create(school=cast.school, student=cast.student, since=TODAY, reason="x", created_by=cast.coordinator)


def _write_history(cast: Cast, texts: Texts) -> None:
    """An item that was changed, with an earlier version to read, and one that was taken away."""
    for gone in (False, True):
        item = make_item(cast.meeting, "observation", cast.teacher, valence="strength", domain="ll", text=texts.long())
        save_item(item, {"text": texts.long()}, by=cast.coordinator, base_version=1, key=uuid.uuid4())
        if gone:
            remove_item(item.fresh(), by=cast.coordinator, base_version=2, key=uuid.uuid4())
