"""The list of students: who is in it for whom, how one is found, what it says of each."""

import datetime
import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from meetings.models import Agreement, FollowUp, Meeting
from students.models import Enrollment, Phase, PhaseRecord, Student
from tests.access_case import make_row
from tests.factories import Cast, make_class, make_meeting, make_role, make_school, make_student, make_user

TODAY = timezone.localdate()
URL = "/leerlingen/"


def names(answer: Any) -> list[str]:
    return [row.student.last_name for row in answer.context["rows"]]


@pytest.fixture
def school(cast: Cast) -> Cast:
    """Beside the student of the cast: one in another class, one at another school."""
    make_student(cast.school, make_class(cast.school, "6C"), first_name="Zoë", last_name="Östlund")
    make_student(cast.other_school, make_class(cast.other_school), first_name="Kanarie", last_name="Kanariebuitenshuis")
    return cast


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("care_coordinator", ["Östlund", "Vandamme"]),
        ("principal", ["Östlund", "Vandamme"]),
        ("care_teacher", ["Östlund", "Vandamme"]),
        ("school_admin", ["Östlund", "Vandamme"]),
        ("homeroom_teacher", ["Vandamme"]),
        ("subject_teacher", []),
        ("clb_worker", ["Vandamme"]),
        ("learning_supporter", ["Vandamme"]),
        ("adviser", []),
    ],
)
def test_everybody_finds_the_own_students_only(school: Cast, sign_in: Any, role: str, seen: list[str]) -> None:
    answer = sign_in(school.users[role]).get(URL)

    assert names(answer) == seen
    assertNotContains(answer, "Kanarie")


def test_at_another_school_there_is_another_list(school: Cast, sign_in: Any) -> None:
    answer = sign_in(school.others["care_coordinator"]).get(URL)

    assert names(answer) == ["Kanariebuitenshuis"]
    assertNotContains(answer, "Vandamme")


@pytest.mark.parametrize("typed", ["zoe", "ZOË", "ostlund", "zoe\u0308 öst", "lund zo", "  zoe  "])
def test_a_name_is_found_without_its_accents(school: Cast, sign_in: Any, typed: str) -> None:
    assert names(sign_in(school.coordinator).post(URL, {"name": typed}, follow=True)) == ["Östlund"]


def test_a_student_is_found_by_both_first_names(school: Cast, sign_in: Any) -> None:
    Student.objects.filter(pk=school.student.pk).update(preferred_name="Noortje")

    for typed in ("noortje", "nore"):
        assert names(sign_in(school.coordinator).post(URL, {"name": typed}, follow=True)) == ["Vandamme"]


def test_searching_opens_nothing(school: Cast, sign_in: Any) -> None:
    for role in ("homeroom_teacher", "clb_worker", "subject_teacher"):
        answer = sign_in(school.users[role]).post(URL, {"name": "Östlund"}, follow=True)
        assert names(answer) == []
    assertContains(answer, reverse("students"))


def test_a_class_narrows_the_list(school: Cast, sign_in: Any) -> None:
    answer = sign_in(school.coordinator).get(URL, {"class_group": school.class_group.pk})

    assert names(answer) == ["Vandamme"]


def test_a_class_of_another_school_is_no_choice(school: Cast, sign_in: Any) -> None:
    elsewhere = school.other_school.class_groups.get()

    answer = sign_in(school.coordinator).get(URL, {"class_group": elsewhere.pk})

    assert "Kanariebuitenshuis" not in names(answer)
    assert elsewhere not in answer.context["choice"].fields["class_group"].queryset


def test_the_class_of_last_year_is_not_the_class_of_today(school: Cast, sign_in: Any) -> None:
    Enrollment.objects.filter(student=school.student).update(
        since=TODAY - datetime.timedelta(days=300), until=TODAY - datetime.timedelta(days=1)
    )

    answer = sign_in(school.coordinator).get(URL, {"class_group": school.class_group.pk})

    assert names(answer) == []


def increased(cast: Cast, student: Student | None = None, **fields: Any) -> PhaseRecord:
    given = {"guidance_domain": "learning", "since": TODAY, "direction": "up", "reason": "kanariereden"}
    return PhaseRecord.objects.create(
        school=cast.school,
        student=student or cast.student,
        phase=Phase.objects.get(code="increased"),
        **(given | fields),
    )


@pytest.mark.parametrize("role", ["care_coordinator", "homeroom_teacher"])
def test_the_phase_of_today_narrows_the_list(school: Cast, sign_in: Any, role: str) -> None:
    increased(school)
    browser = sign_in(school.users[role])

    assert names(browser.get(URL, {"phase": "increased"})) == ["Vandamme"]
    assert names(browser.get(URL, {"phase": "extended"})) == []
    assertContains(browser.get(URL), str(Phase.objects.get(code="increased")))


def test_a_phase_that_ended_is_not_in_the_list(school: Cast, sign_in: Any) -> None:
    increased(school, since=TODAY - datetime.timedelta(days=90), until=TODAY)
    browser = sign_in(school.teacher)

    assert names(browser.get(URL, {"phase": "increased"})) == []
    assert browser.get(URL).context["rows"][0].phases == []


def test_the_phase_of_a_student_is_for_the_class_teacher_and_not_for_who_teaches_a_subject_there(
    school: Cast, sign_in: Any
) -> None:
    """One who is the one in one class and the other in another reads it of the own class alone."""
    beside = make_class(school.school, "5A")
    other = make_student(school.school, beside, last_name="Ander")
    make_role(school.teacher, school.school, "subject_teacher", classes=(beside,))
    increased(school)
    increased(school, other)

    answer = sign_in(school.teacher).get(URL)

    assert {row.student.last_name: len(row.phases) for row in answer.context["rows"]} == {"Vandamme": 1, "Ander": 0}


def test_who_reads_no_phase_gets_no_column_and_no_filter(school: Cast, sign_in: Any) -> None:
    increased(school)
    browser = sign_in(school.users["school_admin"])

    answer = browser.get(URL, {"phase": "extended"})

    assert names(answer) == ["Östlund", "Vandamme"]
    assert "phase" not in answer.context["choice"].fields
    assert [row.phases for row in answer.context["rows"]] == [[], []]


def test_the_next_date_is_the_first_one_that_this_user_may_see(school: Cast, sign_in: Any) -> None:
    later = make_meeting([school.student], by=school.coordinator, status="planned", date=TODAY + datetime.timedelta(40))
    Meeting.objects.filter(pk=school.meeting.pk).update(date=TODAY - datetime.timedelta(3))
    make_row(FollowUp, school.meeting, date=TODAY + datetime.timedelta(20))

    def next_date(role: str) -> datetime.date | None:
        rows = sign_in(school.users[role]).post(URL, {"name": "vandamme"}, follow=True).context["rows"]
        found: datetime.date | None = rows[0].next_date
        return found

    assert next_date("care_coordinator") == TODAY + datetime.timedelta(20)
    assert next_date("school_admin") is None
    FollowUp.objects.all().delete()
    assert next_date("care_coordinator") == later.date
    assert next_date("homeroom_teacher") is None  # takes no part in that one
    Meeting.objects.filter(pk=later.pk).update(status="cancelled")
    assert next_date("care_coordinator") is None


def test_agreements_are_counted_as_far_as_one_may_read_them(school: Cast, sign_in: Any) -> None:
    make_row(Agreement, school.meeting)
    make_row(Agreement, school.meeting, visibility=("confidential",))
    make_row(Agreement, school.meeting, status="done")

    def count(role: str) -> int:
        rows = sign_in(school.users[role]).post(URL, {"name": "vandamme"}, follow=True).context["rows"]
        number: int = rows[0].agreements
        return number

    assert (count("care_coordinator"), count("homeroom_teacher"), count("school_admin")) == (2, 1, 0)
    Meeting.objects.update(status="closed")
    assert (count("care_coordinator"), count("homeroom_teacher")) == (2, 0)
    Meeting.objects.update(status="cancelled")
    assert count("care_coordinator") == 0


def test_in_a_group_an_agreement_counts_for_whom_it_is_about(school: Cast, sign_in: Any) -> None:
    other = Student.objects.get(last_name="Östlund")
    group = make_meeting([school.student, other], by=school.coordinator)
    make_row(Agreement, group, subject=other)
    make_row(Agreement, group)

    rows = sign_in(school.coordinator).get(URL).context["rows"]

    assert [row.agreements for row in rows] == [2, 1]


def test_more_students_take_no_more_queries(school: Cast, sign_in: Any) -> None:
    browser = sign_in(school.coordinator)
    browser.get(URL)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            browser.get(URL)
        return len(captured)

    make_row(Agreement, school.meeting)
    make_row(FollowUp, school.meeting)
    increased(school)
    before = queries()
    for _n in range(5):
        student = make_student(school.school, school.class_group)
        meeting = make_meeting([student], by=school.coordinator)
        make_row(Agreement, meeting)
        make_row(FollowUp, meeting)
        increased(school, student)
    assert queries() == before


def test_a_long_list_comes_in_pages(school: Cast, sign_in: Any) -> None:
    for _n in range(60):
        make_student(school.school)
    browser = sign_in(school.coordinator)

    first = browser.post(URL, {"name": "a"}, follow=True)
    onward = re.findall(r'href="(/leerlingen/\?[^"]*page=2)"', first.content.decode())[0]
    second = browser.get(onward.replace("&amp;", "&"))

    assert len(names(first)) == 50
    assert len(set(names(first)) | set(names(second))) == first.context["page"].paginator.count


def test_htmx_gets_the_list_alone(school: Cast, sign_in: Any) -> None:
    browser = sign_in(school.coordinator, htmx=True)

    answer = browser.post(URL, {"name": "zoe"}, headers={"HX-Target": "student-list"}, follow=True)

    assertContains(answer, 'id="student-list"')
    assertNotContains(answer, "<html")


def test_nobody_is_sent_to_sign_in(school: Cast, sign_in: Any) -> None:
    assert sign_in().get(URL).status_code == 302


@pytest.mark.parametrize(
    "query",
    [
        {"page": "x"},
        {"page": "99999"},
        {"class_group": "x"},
        {"phase": "x"},
        {"search": "x"},
        {"search": str(uuid.UUID(int=9))},
    ],
)
def test_an_address_that_somebody_made_up_still_answers(school: Cast, sign_in: Any, query: dict[str, str]) -> None:
    assert sign_in(school.coordinator).get(URL, query).status_code == 200


def test_only_who_keeps_the_list_adds_to_it(school: Cast, sign_in: Any) -> None:
    for role, user in school.users.items():
        shown = reverse("student_new") in sign_in(user).get(URL).content.decode()
        assert shown == (role in {"care_coordinator", "school_admin"}), role


def test_in_a_new_school_the_empty_list_says_what_to_do(db: None, sign_in: Any) -> None:
    school = make_school()
    pages = {
        role: sign_in(make_user(school, role)).get(URL).content.decode()
        for role in ("care_coordinator", "care_teacher")
    }
    assert "Voeg de eerste toe" in pages["care_coordinator"]
    assert "Voeg de eerste toe" not in pages["care_teacher"]
