"""Planning a meeting about one student or a group."""

from typing import Any

import pytest
from django.urls import reverse

from meetings.models import Meeting
from tests.factories import Cast, make_student

URL = "/besprekingen/nieuw/"


def planned(cast: Cast, *students: Any, **more: str) -> dict[str, Any]:
    given = {"students": [str(s.pk) for s in students or [cast.student]], "title": "Rekenen", "date": "2030-01-15"}
    return given | more


def test_a_meeting_about_one_student_is_planned_with_its_coordinator(cast: Cast, sign_in: Any) -> None:
    answer = sign_in(cast.coordinator).post(URL, planned(cast, start="13:30", place="lokaal 4"))
    meeting = Meeting.objects.exclude(pk=cast.meeting.pk).get()
    assert answer.headers["Location"] == reverse("meeting", args=(meeting.pk,))
    assert (meeting.title, meeting.status, meeting.students) == ("Rekenen", "planned", [cast.student])
    assert [seat.person.user for seat in meeting.participants.all()] == [cast.coordinator]
    assert meeting.chair == meeting.participants.get().person


def test_a_group_needs_a_name(cast: Cast, sign_in: Any) -> None:
    other = make_student(cast.school, cast.class_group)
    browser = sign_in(cast.coordinator)
    refused = browser.post(URL, planned(cast, cast.student, other))
    assert (refused.status_code, refused.context["form"]["title"].value()) == (422, "Rekenen")
    assert browser.post(URL, planned(cast, cast.student, other, group_name="Leesgroepje")).status_code == 302
    assert Meeting.objects.exclude(pk=cast.meeting.pk).get().is_group


def test_nine_students_are_too_many(cast: Cast, sign_in: Any) -> None:
    many = [make_student(cast.school, cast.class_group) for _ in range(9)]
    assert sign_in(cast.coordinator).post(URL, planned(cast, *many, group_name="Veel")).status_code == 422


@pytest.mark.parametrize("who", ["homeroom_teacher", "principal", "clb_worker", "school_admin"])
def test_only_a_coordinator_plans(cast: Cast, sign_in: Any, who: str) -> None:
    assert sign_in(cast.users[who]).post(URL, planned(cast)).status_code == 403


def test_a_student_of_another_school_is_no_choice(cast: Cast, sign_in: Any) -> None:
    assert sign_in(cast.others["care_coordinator"]).post(URL, planned(cast)).status_code == 422
