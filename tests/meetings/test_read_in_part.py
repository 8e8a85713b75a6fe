"""Who reads a meeting only in part gets that part of it on every page: what is flagged for the CLB once it is over, and no more."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.models import (
    Agreement,
    AgreementActor,
    AgreementReview,
    FollowUp,
    GateReason,
    Goal,
    Meeting,
    Observation,
    Participant,
    Plan,
    PlanText,
    StepText,
    Wish,
)
from students.models import StudentAccessGrant
from tests.access_case import make_row
from tests.factories import Cast, make_meeting, seat

FLAGGED = ("care_team", "clb")
TOLD, SECRET = "voor het CLB", "onder het team"


@pytest.fixture
def outside(cast: Cast) -> Any:
    """A CLB worker who was granted the meetings, of one that is over, without a seat."""
    worker = cast.users["clb_worker"]
    Participant.objects.filter(meeting=cast.meeting, person__user=worker).delete()
    assert StudentAccessGrant.objects.filter(user=worker, scope="meeting").exists()
    return worker


def close(meeting: Meeting) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(status="closed", closed_at=timezone.now())


def page(browser: Any, name: str, *args: Any) -> str:
    answer = browser.get(reverse(name, args=args))
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize(("model", "field"), [(Observation, "text"), (Wish, "text"), (Goal, "then_can")])
def test_the_page_of_a_student_holds_of_the_newest_meeting_what_one_reads(
    cast: Cast, sign_in: Any, outside: Any, model: Any, field: str
) -> None:
    make_row(model, cast.meeting, **{field: TOLD}, visibility=FLAGGED)
    make_row(model, cast.meeting, **{field: SECRET})
    close(cast.meeting)
    found = page(sign_in(outside), "student", cast.student.pk)
    assert TOLD in found
    assert SECRET not in found
    assert SECRET in page(sign_in(cast.coordinator), "student", cast.student.pk)


def test_the_page_of_a_student_holds_no_compliment_and_no_follow_up_for_who_reads_neither(
    cast: Cast, sign_in: Any, outside: Any
) -> None:
    PlanText.objects.create(
        plan=Plan.objects.get(meeting=cast.meeting), meeting=cast.meeting, school=cast.school, section="compliment",
        reader="", text=SECRET,
    )  # fmt: skip
    make_row(FollowUp, cast.meeting, purpose="Kijken wat hielp")
    close(cast.meeting)
    answer = sign_in(outside).get(reverse("student", args=(cast.student.pk,)))
    assert (answer.context["compliment"], answer.context["follow_up"]) == (None, None)
    assert SECRET not in answer.content.decode()
    own = sign_in(cast.coordinator).get(reverse("student", args=(cast.student.pk,)))
    assert (own.context["compliment"].text, own.context["follow_up"].purpose) == (SECRET, "Kijken wat hielp")


def test_a_step_holds_no_text_without_readers_for_who_reads_flags(cast: Cast, sign_in: Any, outside: Any) -> None:
    StepText.objects.filter(meeting=cast.meeting).update(text=SECRET)
    close(cast.meeting)
    for slug in ("start", "overzicht"):
        assert SECRET not in page(sign_in(outside), "meeting_step", cast.meeting.pk, slug)
        assert SECRET in page(sign_in(cast.coordinator), "meeting_step", cast.meeting.pk, slug)


def test_why_the_table_went_on_is_not_told_to_who_reads_flags(cast: Cast, sign_in: Any, outside: Any) -> None:
    make_row(GateReason, cast.meeting, reason=SECRET)
    close(cast.meeting)
    assert SECRET not in page(sign_in(outside), "meeting_step", cast.meeting.pk, "overzicht")
    assert SECRET in page(sign_in(cast.coordinator), "meeting_step", cast.meeting.pk, "overzicht")


def test_what_was_written_for_a_plan_is_not_told_with_what_it_replaces(cast: Cast, sign_in: Any, outside: Any) -> None:
    PlanText.objects.create(
        plan=Plan.objects.get(meeting=cast.meeting), meeting=cast.meeting, school=cast.school, reader="parents",
        section="reason", text=SECRET,
    )  # fmt: skip
    close(cast.meeting)
    assert SECRET not in page(sign_in(outside), "plan_texts", cast.meeting.pk)
    assert SECRET in page(sign_in(cast.coordinator), "plan_texts", cast.meeting.pk)


def test_a_flag_on_an_agreement_shows_the_clb_what_was_agreed_and_not_how_it_went(
    cast: Cast, sign_in: Any, outside: Any
) -> None:
    agreed = make_row(Agreement, cast.meeting, what=TOLD, visibility=FLAGGED)
    AgreementActor.objects.create(agreement=agreed, person=cast.meeting.person(cast.teacher.name), is_lead=True)
    make_row(AgreementReview, cast.meeting, agreement=agreed, note=SECRET)
    close(cast.meeting)
    assert list(Agreement.objects.visible_to(outside)) == [agreed]
    assert not AgreementReview.objects.visible_to(outside).exists()
    next_one = make_meeting([cast.student], by=cast.coordinator, previous_meeting=cast.meeting)
    for user in (outside, cast.teacher):
        seat(next_one, user, "clb_worker" if user is outside else "homeroom_teacher")
    at_the_table = page(sign_in(outside), "meeting_step", next_one.pk, "overzicht")
    assert TOLD in at_the_table
    assert SECRET not in at_the_table
    assert SECRET in page(sign_in(cast.teacher), "meeting_step", next_one.pk, "overzicht")


def test_what_an_earlier_meeting_agreed_is_told_to_who_reads_it(cast: Cast, sign_in: Any) -> None:
    """A teacher reads the earlier one no more; one's own agreement is."""
    make_row(Agreement, cast.meeting, what=SECRET)
    close(cast.meeting)
    next_one = make_meeting([cast.student], by=cast.coordinator, previous_meeting=cast.meeting)
    seat(next_one, cast.teacher)
    assert SECRET not in page(sign_in(cast.teacher), "meeting_step", next_one.pk, "overzicht")
    assert SECRET in page(sign_in(cast.coordinator), "meeting_step", next_one.pk, "overzicht")


def test_who_was_at_the_table_is_not_on_the_page_of_the_meeting_for_who_reads_no_people(
    cast: Cast, sign_in: Any, outside: Any
) -> None:
    close(cast.meeting)
    assert cast.teacher.name not in page(sign_in(outside), "meeting", cast.meeting.pk)
    assert cast.teacher.name in page(sign_in(cast.coordinator), "meeting", cast.meeting.pk)


def test_the_texts_of_the_plans_show_only_what_one_reads(cast: Cast, sign_in: Any, outside: Any) -> None:
    make_row(Observation, cast.meeting, valence="difficulty", text="van het team")
    make_row(Observation, cast.meeting, text="voor het CLB", visibility=("care_team", "clb", "parents"))
    make_row(Goal, cast.meeting, then_can="niet voor het CLB", visibility=("care_team", "class_sheet", "parents"))
    StepText.objects.filter(meeting=cast.meeting).update(text="zonder vlaggen")
    at_the_table = page(sign_in(cast.teacher), "plan_texts", cast.meeting.pk)
    close(cast.meeting)
    found = page(sign_in(outside), "plan_texts", cast.meeting.pk)
    assert "voor het CLB" in found.replace("niet voor het CLB", "")
    for words in ("van het team", "niet voor het CLB", "zonder vlaggen"):
        assert words not in found
        assert words in at_the_table


def test_why_a_meeting_was_cancelled_is_for_who_reads_its_items(cast: Cast, sign_in: Any, outside: Any) -> None:
    StepText.objects.filter(meeting=cast.meeting, field="cancel_reason").update(text=SECRET)
    Meeting.objects.update(status="cancelled")
    assert SECRET not in page(sign_in(outside), "meeting", cast.meeting.pk)
    assert SECRET in page(sign_in(cast.users["care_teacher"]), "meeting", cast.meeting.pk)


@pytest.mark.parametrize("slug", ["inzicht", "afspraken"])
def test_parents_and_teachers_are_named_to_who_reads_the_people(
    cast: Cast, sign_in: Any, outside: Any, slug: str
) -> None:
    names = {"Hilde", "Bart", cast.teacher.name}
    assert "Hilde" in page(sign_in(cast.teacher), "meeting_step", cast.meeting.pk, slug)
    close(cast.meeting)
    found = page(sign_in(outside), "meeting_step", cast.meeting.pk, slug)
    assert not [name for name in names if name in found]
