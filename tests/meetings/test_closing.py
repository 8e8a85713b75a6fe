"""Closing: once, for good, and never at the cost of a sentence that somebody saves at that very moment."""

import datetime
import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from hgw.audit.models import Entry
from hgw.items.models import Revision
from hgw.items.saving import ItemClosed, remove_item, restore_item, save_item
from meetings.closing import GatesOpen, close
from meetings.models import (
    Addendum,
    Agreement,
    FollowUp,
    Goal,
    InfoRequest,
    Meeting,
    MeetingGoal,
    Need,
    Observation,
    PhaseDecision,
    Plan,
    Statement,
    StepText,
)
from students.models import Consent, Phase, PhaseRecord
from tests.access_case import make_row
from tests.factories import Cast, make_cast, make_meeting, seat
from tests.full_meeting import fill_meeting
from tests.two_connections import at_once, errors

TODAY = timezone.localdate()


@pytest.fixture
def full(cast: Cast) -> Meeting:
    fill_meeting(cast.meeting)
    return Meeting.objects.get(pk=cast.meeting.pk)


def after(meeting: Meeting) -> Meeting:
    return Meeting.objects.get(pk=meeting.pk)


def test_closing_makes_the_meeting_and_its_plans_final(cast: Cast, full: Meeting) -> None:
    close(full, by=cast.coordinator)
    closed = after(full)
    assert (closed.status, closed.closed_kind, closed.version) == ("closed", "full", full.version + 1)
    assert closed.closed_at is not None
    assert Plan.objects.get(meeting=full).status == "final"
    revision = Revision.objects.get(item=full.pk, version=closed.version)
    assert (revision.act, revision.author, revision.content["status"]) == ("closed", cast.coordinator, "closed")
    entry = Entry.objects.get(action="meeting.closed")
    assert (entry.who, entry.object, entry.student, entry.detail) == (cast.coordinator.pk, full.pk, cast.student.pk, "")


def test_closing_twice_is_closing_once(cast: Cast, full: Meeting) -> None:
    close(full, by=cast.coordinator)
    first = after(full)
    close(full, by=cast.users["principal"])
    again = after(full)
    assert (again.version, again.closed_at, again.updated_by) == (first.version, first.closed_at, first.updated_by)
    assert Entry.objects.filter(action="meeting.closed").count() == 1
    assert PhaseRecord.objects.count() == 1
    make_row(Addendum, full)
    Meeting.objects.filter(pk=full.pk).update(status="amended")
    close(full, by=cast.coordinator)
    assert after(full).status == "amended"


def test_an_open_gate_leaves_everything_as_it_was(cast: Cast, full: Meeting) -> None:
    MeetingGoal.objects.filter(meeting=full).update(rating="")
    with pytest.raises(GatesOpen) as stopped:
        close(full, by=cast.coordinator)
    assert [found.gate.id for found in stopped.value.gates] == ["G15"]
    assert after(full).status == "in_progress"
    assert Plan.objects.get(meeting=full).status == "draft"
    assert not PhaseRecord.objects.exists()


def test_a_cancelled_meeting_is_not_closed(cast: Cast, full: Meeting) -> None:
    Meeting.objects.filter(pk=full.pk).update(status="cancelled")
    with pytest.raises(ItemClosed):
        close(full, by=cast.coordinator)
    assert after(full).status == "cancelled"


def test_a_round_of_information_closes_as_one(cast: Cast, full: Meeting) -> None:
    for model in (Agreement, Need, Goal):
        model.objects.filter(meeting=full).update(removed_at=timezone.now())
    Meeting.objects.filter(pk=full.pk).update(insight_state="not_yet")
    make_row(InfoRequest, full, method="student_talk", who=full.person("Juf An"))
    StepText.objects.filter(meeting=full, field__startswith="skip_reason").update(text="Nog geen inzicht.")
    close(full, by=cast.coordinator)
    assert (after(full).status, after(full).closed_kind) == ("closed", "info_round")
    FollowUp.objects.get(meeting=full)


def test_the_newest_final_plan_replaces_the_one_before(cast: Cast, full: Meeting) -> None:
    close(full, by=cast.coordinator)
    second = make_meeting([cast.student], by=cast.coordinator)
    seat(second, cast.coordinator, "care_coordinator")
    fill_meeting(second)
    assert Plan.objects.get(meeting=full).status == "final"  # a draft replaces nothing
    close(after(second), by=cast.coordinator)
    assert [(p.version, p.status) for p in cast.student.plans.order_by("version")] == [(1, "superseded"), (2, "final")]


# --- the history of phases ---


def decided(cast: Cast, number: int, *, on: datetime.date, domain: str = "all") -> PhaseRecord:
    meeting = make_meeting([cast.student], by=cast.coordinator, date=on)
    seat(meeting, cast.coordinator, "care_coordinator")
    fill_meeting(meeting)
    phase = Phase.objects.get(number=number)
    PhaseDecision.objects.filter(meeting=meeting).update(after=phase, reason="Daarom.", guidance_domain=domain)
    if number == 2:  # the CLB comes in with a permission only
        make_row(Consent, meeting, granted=True, form="written")
    close(after(meeting), by=cast.coordinator)
    return PhaseRecord.objects.get(decided_in=meeting.pk)


def test_phases_go_up_and_down_and_say_which_way(cast: Cast) -> None:
    days = [TODAY - datetime.timedelta(days=n) for n in (90, 60, 30, 0)]
    rows = [decided(cast, number, on=day) for number, day in zip((1, 2, 2, 0), days, strict=True)]
    assert [row.direction for row in rows] == ["up", "up", "same", "down"]
    history = list(PhaseRecord.objects.filter(student=cast.student).order_by("since"))
    assert [row.until for row in history] == [*days[1:], None]
    assert [row.phase.number for row in PhaseRecord.objects.current().filter(student=cast.student)] == [0]
    assert {row.reason for row in history} == {"Daarom."}


def test_each_domain_has_a_history_of_its_own(cast: Cast) -> None:
    decided(cast, 2, on=TODAY - datetime.timedelta(days=9), domain="learning")
    decided(cast, 1, on=TODAY, domain="wellbeing")
    current = PhaseRecord.objects.current().filter(student=cast.student)
    assert {(row.guidance_domain, row.phase.number, row.direction) for row in current} == {
        ("learning", 2, "up"),
        ("wellbeing", 1, "up"),
    }


def test_what_was_only_asked_for_is_no_phase_yet(cast: Cast, full: Meeting) -> None:
    today, asked = Phase.objects.get(number=0), Phase.objects.get(number=2)
    make_row(
        PhaseDecision, full, guidance_domain="health", before=today, after=today, requested=asked, reason="Gevraagd."
    )
    make_row(Consent, full, granted=True, form="written")
    close(full, by=cast.coordinator)
    assert PhaseRecord.objects.get(guidance_domain="health").phase == today


def test_the_clb_comes_in_with_a_permission_only(cast: Cast, full: Meeting) -> None:
    PhaseDecision.objects.filter(meeting=full).update(after=Phase.objects.get(number=2), reason="Daarom.")
    with pytest.raises(GatesOpen) as stopped:
        close(full, by=cast.coordinator)
    assert [found.gate.id for found in stopped.value.gates] == ["C7"]
    make_row(Consent, full, granted=True, form="written")
    close(after(full), by=cast.coordinator)


def test_a_phase_carries_the_consent_that_stood(cast: Cast, full: Meeting) -> None:
    given = {"granted": True, "form": "written"}
    make_row(Consent, full, **given, withdrawn_on=TODAY)
    consent = make_row(Consent, full, **given)
    close(full, by=cast.coordinator)
    assert PhaseRecord.objects.get().consent == consent


# --- after the closing ---


def test_a_closed_meeting_takes_nothing_but_corrections_and_statements(cast: Cast, full: Meeting) -> None:
    observation = Observation.objects.filter(meeting=full).first()
    removed = make_row(Observation, full, removed_at=timezone.now())
    close(full, by=cast.coordinator)
    before = after(full).content()
    key = uuid.uuid4
    for refused in (
        lambda: save_item(observation, {"text": "later"}, by=cast.coordinator, base_version=1, key=key()),
        lambda: remove_item(observation, by=cast.coordinator, base_version=1, key=key()),
        lambda: restore_item(removed, by=cast.coordinator, base_version=1, key=key()),
        lambda: save_item(
            MeetingGoal(meeting=full, school=cast.school), {"text": "x"}, by=cast.coordinator, base_version=0, key=key()
        ),
        lambda: save_item(after(full), {"title": "x"}, by=cast.coordinator, base_version=full.version + 1, key=key()),
    ):
        with pytest.raises(ItemClosed):
            refused()
    assert Observation.objects.get(pk=observation.pk).text == observation.text
    assert after(full).content() == before
    assert after(full).status == "closed"


def add(model: Any, meeting: Meeting, by: Any, **fields: Any) -> Any:
    new = model(meeting=meeting, school=meeting.school)
    given = {"text": "Zo was het.", "by": meeting.person("Hilde Claes"), "date": TODAY} | fields
    return save_item(new, given, by=by, base_version=0, key=uuid.uuid4()).item


def test_a_statement_comes_after_the_closing_and_leaves_the_status(cast: Cast, full: Meeting) -> None:
    close(full, by=cast.coordinator)
    assert add(Statement, full, cast.coordinator, student=cast.student).version == 1
    assert after(full).status == "closed"
    for role in ("principal", "care_teacher", "homeroom_teacher"):
        with pytest.raises(PermissionDenied):
            add(Statement, full, cast.users[role], student=cast.student)


def test_a_correction_amends_the_meeting_in_the_same_transaction(cast: Cast, full: Meeting) -> None:
    close(full, by=cast.coordinator)
    closed = after(full)
    addendum = add(Addendum, full, cast.coordinator)
    amended = after(full)
    assert (addendum.text, amended.status) == ("Zo was het.", "amended")
    assert (amended.version, amended.closed_at, amended.closed_kind) == (closed.version, closed.closed_at, "full")
    assert amended.change_no > closed.change_no
    add(Addendum, full, cast.coordinator)
    assert Addendum.objects.standing().filter(meeting=full).count() == 2


def test_an_open_meeting_takes_no_correction(cast: Cast, full: Meeting) -> None:
    with pytest.raises(ItemClosed):
        add(Addendum, full, cast.coordinator)
    assert after(full).status == "in_progress"


# --- from the page ---


def test_the_page_says_everything_that_is_missing_at_once(cast: Cast, sign_in: Any) -> None:
    answer = sign_in(cast.coordinator).post(f"/besprekingen/{cast.meeting.pk}/sluiten/")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Noteer eerst iets wat goed gaat bij Nore" in text
    assert "Noteer minstens één doel van deze bespreking" in text
    assert after(cast.meeting).status == "in_progress"


# --- at the same moment ---


@pytest.mark.django_db(transaction=True)
def test_two_who_close_at_once_close_once() -> None:
    cast = make_cast()
    fill_meeting(cast.meeting)
    answers = at_once(*[lambda: close(after(cast.meeting), by=cast.coordinator)] * 4)
    assert errors(answers) == []
    assert after(cast.meeting).status == "closed"
    assert Entry.objects.filter(action="meeting.closed").count() == 1
    assert PhaseRecord.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_no", range(3))
def test_a_save_against_the_closing_is_in_or_is_told(round_no: int) -> None:
    """Whoever was told "saved" finds the sentence in the closed meeting; whoever was told "closed" finds it nowhere."""
    cast = make_cast()
    fill_meeting(cast.meeting)
    goals = [make_row(MeetingGoal, cast.meeting, text=f"{n}", rating="reached") for n in range(6)]

    def save(n: int) -> Any:
        return save_item(goals[n], {"text": f"nieuw {n}"}, by=cast.coordinator, base_version=1, key=uuid.uuid4())

    acts = [lambda n=n: save(n) for n in range(6)]
    acts.insert(3, lambda: close(after(cast.meeting), by=cast.coordinator))
    answers = at_once(*acts)
    closing = answers.pop(3)
    assert closing is None
    assert after(cast.meeting).status == "closed"
    assert all(isinstance(error, ItemClosed) for error in errors(answers)), answers
    for n, answer in enumerate(answers):
        goal = MeetingGoal.objects.get(pk=goals[n].pk)
        told_closed = isinstance(answer, ItemClosed)
        assert (goal.text, goal.version) == ((f"{n}", 1) if told_closed else (f"nieuw {n}", 2))
        assert Revision.objects.filter(item=goal.pk, version=2).exists() is not told_closed
