"""A series: the meetings of one afternoon are planned together, stand in one list, and lead to the next student."""

import datetime
import uuid
from typing import Any

import pytest
from django.urls import reverse

from meetings.models import Meeting, MeetingSeries
from tests.factories import Cast, make_cast, make_meeting, make_student, seat
from tests.meetings.test_meeting_new import lasting, planned, table
from tests.two_connections import at_once

URL = "/besprekingen/reeks/nieuw/"


@pytest.fixture
def others(cast: Cast) -> list[Any]:
    lasting(cast)
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


# --- its order, and what is in it ---


def in_order(series: MeetingSeries) -> list[tuple[str, str]]:
    rows = Meeting.objects.filter(series=series).order_by("date", "start")
    return [(row.students[0].roepnaam, f"{row.start:%H:%M}") for row in rows]


def buttons(browser: Any, series: MeetingSeries, **more: Any) -> dict[str, Any]:
    page = browser.get(reverse("series", args=(series.pk,)))
    return {"key": str(uuid.uuid4()), "order": page.context["order"]} | more


def place(series: MeetingSeries, meeting: Meeting, name: str = "series_move") -> str:
    return reverse(name, args=(series.pk, meeting.pk))


def test_a_meeting_changes_times_with_its_neighbour(cast: Cast, sign_in: Any, others: list[Any]) -> None:
    series, browser = afternoon(cast, sign_in, others), sign_in(cast.coordinator)
    _first, second, third = Meeting.objects.filter(series=series).order_by("start")
    sent = buttons(browser, series, direction="up")
    for _click in range(2):
        assert browser.post(place(series, second), sent).status_code == 302
    assert in_order(series) == [("Aya", "13:30"), ("Nore", "14:10"), ("Bo", "14:50")]
    assert browser.post(place(series, third), buttons(browser, series, direction="up")).status_code == 302
    assert in_order(series) == [("Aya", "13:30"), ("Bo", "14:10"), ("Nore", "14:50")]
    second.refresh_from_db()
    assert second.version == 2, "each change is in the history"
    page = browser.get(reverse("series", args=(series.pk,))).content.decode()
    assert (page.count('value="up"'), page.count('value="down"')) == (2, 2)


def test_an_order_that_somebody_changed_meanwhile_is_shown_first(cast: Cast, sign_in: Any, others: list[Any]) -> None:
    series, browser = afternoon(cast, sign_in, others), sign_in(cast.coordinator)
    first, second, third = Meeting.objects.filter(series=series).order_by("start")
    late = buttons(browser, series, direction="up")
    browser.post(place(series, second), buttons(browser, series, direction="up"))
    before = in_order(series)
    answer = browser.post(place(series, third), late)
    assert (answer.status_code, 'role="alert"' in answer.content.decode()) == (409, True)
    Meeting.objects.filter(pk=first.pk).update(status="in_progress")
    answer = browser.post(place(series, third), buttons(browser, series, direction="up"))
    assert answer.status_code == 409, "what has begun keeps its place"
    assert in_order(series) == before


def test_a_meeting_is_taken_out_and_put_in_again(cast: Cast, sign_in: Any, others: list[Any]) -> None:
    series, browser = afternoon(cast, sign_in, others), sign_in(cast.coordinator)
    first = Meeting.objects.filter(series=series).order_by("start")[0]
    for _click in range(2):
        assert browser.post(place(series, first, "series_leave")).status_code == 302
    first.refresh_from_db()
    assert (first.series, str(first.start)) == (None, "13:30:00")
    sent = {"meeting": str(first.pk)}
    for _click in range(2):
        assert browser.post(reverse("series_add", args=(series.pk,)), sent).status_code == 302
    assert in_order(series) == [("Aya", "14:10"), ("Bo", "14:50"), ("Nore", "15:30")]


def test_only_a_planned_meeting_of_this_school_is_added(cast: Cast, sign_in: Any, others: list[Any]) -> None:
    series, browser = afternoon(cast, sign_in, others), sign_in(cast.coordinator)
    stranger = make_student(cast.other_school)
    abroad = make_meeting([stranger], by=cast.others["care_coordinator"], status="planned")
    for wrong in (cast.meeting.pk, abroad.pk, "niets", ""):
        assert browser.post(reverse("series_add", args=(series.pk,)), {"meeting": str(wrong)}).status_code == 422
    assert len(in_order(series)) == 3


@pytest.mark.django_db(transaction=True)
def test_two_who_move_at_the_same_moment_leave_every_time_once(sign_in: Any) -> None:
    cast = make_cast()
    others = [make_student(cast.school, cast.class_group, first_name=name) for name in ("Aya", "Bo")]
    series, browser = afternoon(cast, sign_in, others), sign_in(cast.coordinator)
    first, second, third = Meeting.objects.filter(series=series).order_by("start")
    acts = [(first, "down"), (third, "up")]
    sent = [(place(series, row), buttons(browser, series, direction=way)) for row, way in acts]
    browsers = [sign_in(cast.coordinator) for _n in range(2)]
    pairs = zip(browsers, sent, strict=True)
    answers = at_once(
        *[lambda who=who, what=what: who.post(*what).status_code for who, what in pairs], transaction=False
    )
    assert sorted(answers) == [302, 409]
    assert {start for _name, start in in_order(series)} == {"13:30", "14:10", "14:50"}


def test_who_sits_at_the_table_changes_no_order(cast: Cast, sign_in: Any, others: list[Any]) -> None:
    series = afternoon(cast, sign_in, others)
    make_meeting([make_student(cast.school)], by=cast.coordinator, status="planned")
    url = reverse("series", args=(series.pk,))
    own = sign_in(cast.coordinator).get(url)
    assert (len(own.context["movable"]), len(own.context["to_add"])) == (3, 1)
    guest = sign_in(cast.teacher).get(url)
    assert (len(guest.context["lines"]), guest.context["movable"], guest.context["to_add"]) == (3, set(), [])
