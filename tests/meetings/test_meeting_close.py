"""Closing from the page: what is missing, by student, with the way to it; and who may."""

from typing import Any

import pytest
from django.urls import reverse

from meetings.models import Meeting
from tests.factories import Cast, make_meeting, make_student


def address(meeting: Meeting) -> str:
    return reverse("meeting_close", args=(meeting.pk,))


def test_what_is_missing_is_listed_with_the_step_where_it_is_answered(cast: Cast, sign_in: Any) -> None:
    answer = sign_in(cast.coordinator).post(address(cast.meeting))
    assert answer.status_code == 422
    text = answer.content.decode()
    for slug in ("start", "overzicht", "inzicht", "afspraken"):
        assert reverse("meeting_step", args=(cast.meeting.pk, slug)) in text
    assert Meeting.objects.get(pk=cast.meeting.pk).status == "in_progress"


def test_in_a_group_it_is_listed_by_student(cast: Cast, sign_in: Any) -> None:
    meeting = make_meeting(
        [cast.student, make_student(cast.school, cast.class_group, first_name="Aya")], by=cast.coordinator
    )
    text = sign_in(cast.coordinator).post(address(meeting)).content.decode()
    assert "Nore" in text
    assert "Aya" in text


@pytest.mark.parametrize(("who", "status"), [("homeroom_teacher", 403), ("principal", 403), ("subject_teacher", 404)])
def test_who_may_not(cast: Cast, sign_in: Any, who: str, status: int) -> None:
    assert sign_in(cast.users[who]).post(address(cast.meeting)).status_code == status


def test_the_last_step_leads_to_the_closing_for_who_may_close(cast: Cast, sign_in: Any) -> None:
    last = reverse("meeting_step", args=(cast.meeting.pk, "evaluatie"))
    assert address(cast.meeting) in sign_in(cast.coordinator).get(last).text
    for role in ("homeroom_teacher", "principal"):
        page = sign_in(cast.users[role]).get(last)
        assert address(cast.meeting) not in page.text
        assert "closing_gates" not in page.context


def test_the_chair_may(cast: Cast, sign_in: Any) -> None:
    Meeting.objects.filter(pk=cast.meeting.pk).update(chair=cast.meeting.person(cast.teacher.name))
    assert sign_in(cast.teacher).post(address(cast.meeting)).status_code == 422


def test_a_cancelled_meeting_does_not_close(cast: Cast, sign_in: Any) -> None:
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="cancelled")
    assert sign_in(cast.coordinator).post(address(cast.meeting)).status_code in {302, 403, 409}
    assert Meeting.objects.get(pk=cast.meeting.pk).status == "cancelled"
