"""Planning: a meeting comes with everything its steps expect to find."""

import datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from hgw.audit.models import Entry, Key
from meetings.models import Meeting, Plan, StepText
from meetings.planning import TEXTS, plan_meeting
from students.models import Holiday, SchoolYear, StudentGroup
from tests.factories import Cast, make_meeting, make_role, make_school, make_student
from tests.meetings.test_meeting_new import planned

TODAY = timezone.localdate()


def test_a_meeting_about_one_student(cast: Cast) -> None:
    meeting = plan_meeting(cast.school, [cast.student], title="Nore leest", date=TODAY, by=cast.coordinator)
    assert (meeting.status, meeting.kind_of_meeting, meeting.current_step) == ("planned", "student", "start")
    assert [subject.key for subject in meeting.subjects.all()] == ["nore"]
    assert set(StepText.objects.filter(meeting=meeting).values_list("field", flat=True)) == set(TEXTS)
    assert not StepText.objects.filter(meeting=meeting).exclude(text="").exists()
    plan = Plan.objects.get(meeting=meeting)
    assert (plan.student, plan.status, plan.version) == (cast.student, "draft", 2)  # the cast's meeting made the first
    entry = Entry.objects.get(action="meeting.planned", object=meeting.pk)
    assert (entry.who, entry.student) == (cast.coordinator.pk, cast.student.pk)
    assert Key.objects.get(pk=cast.student.pk).label == "Nore Vandamme"


def test_a_meeting_about_a_group(cast: Cast) -> None:
    students = [cast.student, *(make_student(cast.school, first_name=name) for name in ("Nore", "Léa", "字"))]
    group = StudentGroup.objects.create(school=cast.school, name="Lezers")
    meeting = plan_meeting(cast.school, students, title="Lezers", date=TODAY, by=cast.coordinator, group=group)
    assert (meeting.is_group, meeting.names) == (True, "Lezers")
    assert meeting.students == students
    keys = [subject.key for subject in meeting.subjects.all()]
    assert keys == ["nore", "nore2", "la", "student"]
    assert Plan.objects.filter(meeting=meeting).count() == 4
    assert meeting.student_id_for_trace() is None


@pytest.mark.parametrize("count", [0, 2, 9])
def test_too_few_and_too_many(cast: Cast, count: int) -> None:
    """Several students are a group with a name; nine are a class."""
    students = [make_student(cast.school) for _n in range(count)]
    group = StudentGroup.objects.create(school=cast.school, name="Groep") if count != 2 else None
    with pytest.raises(ValueError, match="one student, or a group"):
        plan_meeting(cast.school, students, title="x", date=TODAY, by=cast.coordinator, group=group)
    assert Meeting.objects.count() == 1


def test_one_student_is_no_group(cast: Cast) -> None:
    group = StudentGroup.objects.create(school=cast.school, name="Groep")
    with pytest.raises(ValueError, match="one student, or a group"):
        plan_meeting(cast.school, [cast.student], title="x", date=TODAY, by=None, group=group)


@pytest.mark.parametrize(("day", "year"), [((2026, 8, 31), "2025-2026"), ((2026, 9, 1), "2026-2027")])
def test_a_meeting_stands_in_the_school_year_of_its_day(cast: Cast, day: tuple[int, int, int], year: str) -> None:
    meeting = plan_meeting(cast.school, [cast.student], title="x", date=datetime.date(*day), by=None)
    assert str(meeting.school_year) == year
    again = SchoolYear.around(cast.school, datetime.date(*day))
    assert again == meeting.school_year


@pytest.mark.parametrize(
    ("day", "said"), [("2026-11-04", "Herfst"), ("2026-11-14", "weekend"), ("2026-11-11", ""), ("geen dag", "")]
)
def test_a_day_without_school_is_said_beside_it_and_stops_nobody(cast: Cast, sign_in: Any, day: str, said: str) -> None:
    year = SchoolYear.around(cast.school, datetime.date(2026, 11, 4))
    elsewhere = SchoolYear.around(cast.other_school, datetime.date(2026, 11, 4))
    for one, name, first, last in ((year, "Herfst", 2, 8), (elsewhere, "Elders", 9, 20)):
        start, end = datetime.date(2026, 11, first), datetime.date(2026, 11, last)
        Holiday.objects.create(school_year=one, name=name, start=start, end=end)
    browser, sent = sign_in(cast.coordinator), planned(cast, cast.student, date=day)
    for url in (reverse("meeting_new"), reverse("series_new")):
        form = browser.post(url, sent | {"search": "1"}).context["form"]
        assert bool(form.day_hint) == bool(said)
        assert said in form.day_hint
    if day != "geen dag":
        answer = browser.post(reverse("meeting_new"), sent)
        assert answer.status_code == 302
        assert said in browser.get(answer.headers["Location"]).context["day_hint"]


def test_enter_presses_the_button_that_searches_so_that_it_never_plans(cast: Cast, sign_in: Any) -> None:
    for url in (reverse("meeting_new"), reverse("series_new")):
        page = sign_in(cast.coordinator).get(url).content.decode()
        form = page[page.index('<form class="full planning"') :]
        assert 'name="search"' in form[form.index("<button") : form.index("</button>")]


def test_before_a_meeting_nobody_was_there(cast: Cast, sign_in: Any) -> None:
    browser, url = sign_in(cast.coordinator), reverse("meeting", args=(cast.meeting.pk,))
    seat = cast.meeting.participants.all()[0]
    edit = reverse("item_edit", args=(cast.meeting.pk, "participant", seat.pk))
    for status, said, other in (("planned", "komt", "was aanwezig"), ("in_progress", "was aanwezig", "· komt")):
        Meeting.objects.filter(pk=cast.meeting.pk).update(status=status)
        for page in (url, edit):
            body = browser.get(page).content.decode().lower()
            assert said in body
            assert other not in body


def test_a_student_of_a_school_where_one_does_not_coordinate_says_nothing_about_the_form(
    cast: Cast, sign_in: Any
) -> None:
    """Else the school that is chosen tells that the id is somebody's."""
    second, third = make_school(), make_school()
    make_role(cast.coordinator, second, "care_coordinator")
    stranger = make_student(third)
    asked = {"student": str(stranger.pk), "school": str(second.pk)}
    form = sign_in(cast.coordinator).get(reverse("meeting_new"), asked).context["form"]
    assert form.school == second


def test_a_meeting_is_followed_by_who_manages_it(cast: Cast, sign_in: Any) -> None:
    """Who coordinates here and teaches there does not plan here what follows a meeting there."""
    there = make_meeting([make_student(cast.other_school)], by=None, status="closed")
    make_role(cast.coordinator, cast.other_school, "care_teacher")
    browser = sign_in(cast.coordinator)
    assert browser.get(reverse("meeting", args=(there.pk,))).status_code == 200
    assert browser.get(reverse("meeting_new"), {"after": str(there.pk)}).status_code == 403
