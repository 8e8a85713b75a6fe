"""A series: the meetings of one afternoon are planned together, stand in one list, and lead to the next student."""

import datetime
from typing import Any

import pytest
from django.urls import reverse

from meetings.models import Meeting, MeetingSeries
from tests.factories import Cast, make_student, seat
from tests.meetings.test_meeting_new import planned, table

URL = "/besprekingen/reeks/nieuw/"


@pytest.fixture
def others(cast: Cast) -> list[Any]:
    return [make_student(cast.school, cast.class_group, first_name=name, last_name="Zz") for name in ("Aya", "Bo")]


def afternoon(cast: Cast, sign_in: Any, others: list[Any], **more: Any) -> MeetingSeries:
    sent = planned(cast, cast.student, *others, start="13:30", minutes="40", class_teachers="full", **more)
    answer = sign_in(cast.coordinator).post(URL, sent)
    assert answer.status_code == 302, answer.context["form"].errors
    found = MeetingSeries.objects.get()
    assert answer.headers["Location"] == reverse("series", args=(found.pk,))
    return found


def test_each_student_gets_a_meeting_one_after_the_other(cast: Cast, sign_in: Any, others: list[Any]) -> None:
    series = afternoon(cast, sign_in, others)
    rows = Meeting.objects.filter(series=series).order_by("start")
    assert [(row.students[0].roepnaam, row.start, row.end) for row in rows] == [
        ("Nore", datetime.time(13, 30), datetime.time(14, 10)),
        ("Aya", datetime.time(14, 10), datetime.time(14, 50)),
        ("Bo", datetime.time(14, 50), datetime.time(15, 30)),
    ]
    assert series.title == "Leerlingbesprekingen 15 januari 2030"
    assert all(set(table(row)) == {cast.coordinator.name, cast.teacher.name} for row in rows)


def test_from_a_meeting_one_click_leads_to_the_next_student(cast: Cast, sign_in: Any, others: list[Any]) -> None:
    series = afternoon(cast, sign_in, others)
    first, second, third = Meeting.objects.filter(series=series).order_by("start")
    browser = sign_in(cast.coordinator)
    for page in (reverse("meeting", args=(first.pk,)), reverse("meeting_step", args=(first.pk, "start"))):
        assert browser.get(page).context["next_meeting"] == second
    Meeting.objects.filter(pk=second.pk).update(status="cancelled")
    assert browser.get(reverse("meeting", args=(first.pk,))).context["next_meeting"] == third
    assert browser.get(reverse("meeting", args=(third.pk,))).context["next_meeting"] is None


def test_who_sits_at_one_table_sees_that_meeting_alone(cast: Cast, sign_in: Any, others: list[Any]) -> None:
    series = afternoon(cast, sign_in, others)
    first, _second, third = Meeting.objects.filter(series=series).order_by("start")
    guest = cast.users["subject_teacher"]
    seat(third, guest, "subject_teacher")
    page = sign_in(guest).get(reverse("series", args=(series.pk,))).content.decode()
    assert "Bo" in page
    assert "Nore" not in page
    assert "Aya" not in page
    seat(first, guest, "subject_teacher")
    step = sign_in(guest).get(reverse("meeting_step", args=(first.pk, "start")))
    assert step.context["next_meeting"] == third, "the one between is not for this reader"


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"start": "23:30"}, "start"),
        ({"minutes": "5"}, "minutes"),
        ({"start": ""}, "start"),
        ({"date": "30 februari"}, "date"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(
    cast: Cast, sign_in: Any, others: list[Any], sent: dict[str, str], field: str
) -> None:
    given = planned(cast, cast.student, *others, start="13:30", minutes="40", title="Rapporten") | sent
    answer = sign_in(cast.coordinator).post(URL, given)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert answer.context["form"]["title"].value() == "Rapporten"
    assert not MeetingSeries.objects.exists()


def test_one_student_is_no_series(cast: Cast, sign_in: Any) -> None:
    answer = sign_in(cast.coordinator).post(URL, planned(cast, start="13:30", minutes="40"))
    assert answer.status_code == 422
    assert "students" in answer.context["form"].errors


def test_sent_twice_is_one_series(cast: Cast, sign_in: Any, others: list[Any]) -> None:
    sent = planned(cast, cast.student, *others, start="13:30", minutes="40")
    browser = sign_in(cast.coordinator)
    assert browser.post(URL, sent).headers["Location"] == browser.post(URL, sent).headers["Location"]
    assert Meeting.objects.exclude(pk=cast.meeting.pk).count() == 3


def test_a_form_that_was_used_and_filled_in_again_plans_another_series(
    cast: Cast, sign_in: Any, others: list[Any]
) -> None:
    sent = planned(cast, cast.student, *others, start="13:30", minutes="40")
    browser = sign_in(cast.coordinator)
    browser.post(URL, sent)
    again = sent | {"date": "2030-01-22"}
    refused = browser.post(URL, again)
    assert refused.status_code == 422
    again |= {"key": str(refused.context["form"]["key"].value())}
    assert browser.post(URL, again).status_code == 302
    assert MeetingSeries.objects.count() == 2


def test_a_series_follows_no_single_meeting(cast: Cast, sign_in: Any, others: list[Any]) -> None:
    Meeting.objects.filter(pk=cast.meeting.pk).update(status="closed", closed_kind="full")
    browser, sent = sign_in(cast.coordinator), planned(cast, cast.student, *others, start="13:30", minutes="40")
    assert browser.post(URL, sent | {"after": str(cast.meeting.pk)}).status_code == 302
    assert Meeting.objects.filter(series=MeetingSeries.objects.get()).count() == 3
