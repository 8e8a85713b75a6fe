"""Who looked at which case, for whoever answers for the school: what is in it, what stands out, and that it was reviewed."""

import datetime
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from hgw.audit.models import Action, Entry, Key, record
from hgw.audit.sealing import seal
from hgw.audit.verifying import check
from meetings.looks.month import MANY, month_of_school, to_review
from meetings.looks.of_student import looks_of_student
from meetings.looks.reading import before, bounds
from students.models import Student
from tests.factories import Cast, make_student

pytestmark = pytest.mark.once


def look(cast: Cast, who: Any, student: Student, action: Action = Action.STUDENT_OPENED, detail: str = "") -> None:
    record(action, school=cast.school.pk, who=who, object=student.pk, student=student.pk, detail=detail)


def this_month(cast: Cast) -> Any:
    return month_of_school(cast.school, timezone.localdate().replace(day=1))


def at(hour: int) -> datetime.datetime:
    return timezone.localtime().replace(hour=hour, minute=30)


def test_people_with_what_they_looked_at(cast: Cast) -> None:
    with time_machine.travel(at(10), tick=False):
        for _turn in range(3):
            look(cast, cast.teacher, cast.student)
    found = this_month(cast)
    assert [(one.name, dict(one.students), len(one.days), one.times) for one in found.lookers] == [
        (cast.teacher.name, {str(cast.student): 3}, 1, 3)
    ]
    assert found.outliers == []  # it is her own class, by day


def test_who_looks_outside_the_own_work_stands_out(cast: Cast) -> None:
    other = make_student(cast.school, first_name="Wout")
    with time_machine.travel(at(10), tick=False):
        look(cast, cast.users["care_teacher"], other)
        look(cast, cast.users["clb_worker"], cast.student)  # it was opened by name
    (one,) = this_month(cast).outliers
    assert (one.name, dict(one.outside)) == (cast.users["care_teacher"].name, {str(other): 1})


@pytest.mark.parametrize(("hour", "is_night"), [(21, False), (22, True), (5, True), (6, False)])
def test_who_looks_at_night_stands_out(cast: Cast, hour: int, is_night: bool) -> None:
    with time_machine.travel(at(hour), tick=False):
        look(cast, cast.teacher, cast.student)
    assert [len(one.nights) for one in this_month(cast).outliers] == ([1] if is_night else [])


@pytest.mark.parametrize("more", [0, 1])
def test_who_looks_at_many_in_one_day_stands_out(cast: Cast, more: int) -> None:
    students = [make_student(cast.school, cast.class_group) for _n in range(MANY + more)]
    with time_machine.travel(at(10), tick=False):
        for student in students:
            look(cast, cast.teacher, student)
    assert [one.busy for one in this_month(cast).outliers] == ([[(timezone.localdate(), MANY + 1)]] if more else [])


def test_prints_and_files_without_what_was_confidential_in_them(cast: Cast, sign_in: Any) -> None:
    look(cast, cast.coordinator, cast.student, Action.PLAN_PRINTED, "report 1 confidential")
    look(cast, None, cast.student, Action.CASE_EXPORTED_WITH_CONFIDENTIAL)
    page = sign_in(cast.users["principal"]).get(reverse("looks", args=(cast.school.pk,))).content.decode()
    assert "drukte af: het verslag" in page
    assert "een opdracht op de server" in page
    assert "confidential" not in page
    assert "vertrouwelijk" not in page


def test_whoever_asked_for_a_case_that_was_not_theirs(cast: Cast, sign_in: Any) -> None:
    stranger = cast.others["care_coordinator"]
    for name, pk in (("meeting", cast.meeting.pk), ("student", cast.student.pk), ("looks", cast.school.pk)):
        assert sign_in(stranger).get(reverse(name, args=(pk,))).status_code == 404
    assert this_month(cast).refused == [(stranger.name, 3)]
    assert month_of_school(cast.other_school, timezone.localdate().replace(day=1)).refused == []
    (shown,) = looks_of_student(cast.student)
    assert (shown.who, shown.acts) == (stranger.name, {"werd geweigerd": 2})


def test_another_school_and_another_month_are_not_in_it(cast: Cast) -> None:
    record(Action.STUDENT_OPENED, school=cast.other_school.pk, who=cast.teacher, object=cast.student.pk)
    start, _end = bounds(timezone.localdate().replace(day=1))
    with time_machine.travel(start - datetime.timedelta(seconds=1), tick=False):
        look(cast, cast.teacher, cast.student)
    assert this_month(cast).lookers == []
    assert len(month_of_school(cast.school, before(timezone.localdate().replace(day=1))).lookers) == 1


def test_a_month_is_reviewed_once_by_each_and_asked_for_until_somebody_did(cast: Cast, sign_in: Any) -> None:
    month = before(timezone.localdate().replace(day=1))
    with time_machine.travel(bounds(month)[0] + datetime.timedelta(days=3), tick=False):
        look(cast, cast.teacher, cast.student)
    principal, browser = cast.users["principal"], sign_in(cast.users["principal"])
    address = f"{reverse('looks', args=(cast.school.pk,))}?maand={month:%Y-%m}"
    assert to_review(principal) == [(cast.school.pk, month)]
    assert to_review(cast.teacher) == []
    assert address in browser.get(reverse("today")).content.decode()
    for _twice in range(2):
        answer = browser.post(reverse("looks_reviewed", args=(cast.school.pk,)), {"month": f"{month:%Y-%m}"})
        assert answer.headers["Location"] == address
    assert [(e.who, e.detail) for e in Entry.objects.filter(action=Action.TRACE_REVIEWED)] == [
        (principal.pk, f"{month:%Y-%m}")
    ]
    assert to_review(cast.coordinator) == []
    assert principal.name in browser.get(address).content.decode()


@pytest.mark.parametrize("month", ["2999-01", "nu", "2026-13", "0000-01", ""])
def test_a_month_that_is_none_is_this_one(cast: Cast, sign_in: Any, month: str) -> None:
    answer = sign_in(cast.coordinator).get(reverse("looks", args=(cast.school.pk,)), {"maand": month})
    assert (answer.status_code, answer.context["month"]) == (200, timezone.localdate().replace(day=1))


def test_the_page_of_a_student_says_who_looked_to_who_may_know(cast: Cast, sign_in: Any) -> None:
    look(cast, cast.teacher, cast.student, Action.PLAN_OPENED, "team")
    address = reverse("student_looks", args=(cast.student.pk,))
    for who, is_shown in ((cast.coordinator, True), (cast.users["care_teacher"], False)):
        browser = sign_in(who)
        assert (address in browser.get(reverse("student", args=(cast.student.pk,))).content.decode()) is is_shown
    page = sign_in(cast.coordinator).get(address).content.decode()
    assert cast.teacher.name in page
    assert "bekeek een document: het plan voor het team" in page


def test_who_was_erased_has_no_name_and_the_trace_is_whole(cast: Cast) -> None:
    student = make_student(cast.school, first_name="Kanarie")
    with time_machine.travel(at(10), tick=False):
        look(cast, cast.teacher, student)
    seal()
    whole = check()
    Student.objects.filter(pk=student.pk).delete()
    Key.objects.filter(pk=student.pk).delete()
    assert [dict(one.students) for one in this_month(cast).lookers] == [{"gewist": 1}]
    assert check() == whole


def test_a_month_that_goes_on_is_not_reviewed_yet(cast: Cast, sign_in: Any) -> None:
    browser = sign_in(cast.users["principal"])
    browser.post(reverse("looks_reviewed", args=(cast.school.pk,)), {"month": f"{timezone.localdate():%Y-%m}"})
    assert not Entry.objects.filter(action=Action.TRACE_REVIEWED).exists()


@pytest.mark.parametrize("month", ["0001-01", "9999-12", "2025-13", "x"])
def test_any_month_that_is_asked_for_is_one(cast: Cast, sign_in: Any, month: str) -> None:
    address = reverse("looks", args=(cast.school.pk,))
    assert sign_in(cast.coordinator).get(f"{address}?maand={month}").status_code == 200


def test_what_is_of_a_whole_group_is_on_the_page_of_each(cast: Cast) -> None:
    facts = {"school": cast.school.pk, "who": cast.coordinator, "object": cast.meeting.pk, "student": None}
    record(Action.PLAN_PRINTED, **facts, detail="report 1")
    other = make_student(cast.school, first_name="Wout")
    assert [look.who for look in looks_of_student(cast.student)] == [cast.coordinator.name]
    assert looks_of_student(other) == []
