"""Who reads what the school keeps on a student: the list, the file, and what each scope of a grant opens."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from hgw.accounts.models import Role, User
from meetings.models import Meeting, Plan
from students.models import (
    ClassGroup,
    Consent,
    Enrollment,
    Guardian,
    LegalReport,
    Phase,
    PhaseRecord,
    ReasonableAdjustment,
    SchoolYear,
    Student,
    StudentAccessGrant,
)
from tests.access_case import make_row
from tests.factories import Cast, make_class, make_grant, make_role, make_student, make_user

TODAY = timezone.localdate()


def readers(cast: Cast, rows: Any) -> set[str]:
    """The roles that find this row, here and at the other school."""
    here = {role for role, user in cast.users.items() if rows.visible_to(user).exists()}
    return here | {f"{role} elsewhere" for role, user in cast.others.items() if rows.visible_to(user).exists()}


FILE = {"care_coordinator", "principal", "care_teacher"}


def test_the_student_list(cast: Cast) -> None:
    assert readers(cast, Student.objects.filter(pk=cast.student.pk)) == FILE | {
        "homeroom_teacher", "clb_worker", "learning_supporter", "school_admin",
    }  # fmt: skip
    assert readers(cast, Student.objects.filter(pk=make_student(cast.school).pk)) == FILE | {"school_admin"}


def test_a_teacher_has_the_students_of_today(cast: Cast) -> None:
    yesterday = TODAY - datetime.timedelta(days=1)
    Enrollment.objects.filter(student=cast.student).update(until=yesterday)
    assert not Student.objects.visible_to(cast.teacher).exists()
    new = make_class(cast.school, "2C")
    Enrollment.objects.create(student=cast.student, class_group=new, since=TODAY)
    assert not Student.objects.visible_to(cast.teacher).exists()
    make_role(cast.teacher, cast.school, "homeroom_teacher", classes=(new,))
    assert list(Student.objects.visible_to(cast.teacher)) == [cast.student]


def test_a_class_ends_with_its_school_year_also_where_nobody_wrote_that_down(cast: Cast) -> None:
    """On 1 September a student may stand in last year's class still, and its teacher teaches others."""
    yesterday = TODAY - datetime.timedelta(days=1)
    SchoolYear.objects.filter(pk=cast.class_group.school_year_id).update(end=yesterday)
    assert (cast.student.class_on(yesterday), cast.student.class_on()) == (cast.class_group, None)
    assert not Student.objects.visible_to(cast.teacher).exists()
    assert not Plan.objects.allowed(cast.teacher, "read", "class_sheet").exists()
    year = SchoolYear.objects.create(school=cast.school, start=TODAY, end=TODAY + datetime.timedelta(days=300))
    new = ClassGroup.objects.create(school=cast.school, school_year=year, code="3B", level="lager", year_no=3)
    cast.student.enrol(new, on=TODAY, by=cast.coordinator)
    assert list(Enrollment.objects.filter(until=None).values_list("class_group", flat=True)) == [new.pk]
    assert cast.student.class_on() == new


def test_a_class_ends_with_the_role_that_taught_it(cast: Cast) -> None:
    cast.teacher.assignments.update(valid_until=TODAY - datetime.timedelta(days=1))
    user = User.objects.get(pk=cast.teacher.pk)
    make_role(user, cast.school, "homeroom_teacher")  # the same role again, without classes
    assert not Student.objects.visible_to(user).exists()
    assert not ClassGroup.objects.visible_to(user).exists()


def test_a_teacher_has_her_own_classes_and_not_those_of_a_colleague(cast: Cast) -> None:
    beside = make_class(cast.school, "3C")
    make_student(cast.school, beside)
    make_role(make_user(cast.school), cast.school, "homeroom_teacher", classes=(beside,))
    assert list(ClassGroup.objects.visible_to(cast.teacher)) == [cast.class_group]
    assert list(Student.objects.visible_to(cast.teacher)) == [cast.student]


def test_a_grant_opens_the_class_of_its_student_and_no_other(cast: Cast) -> None:
    make_student(cast.school, make_class(cast.school, "3C"))
    worker = make_user(cast.school, "clb_worker")
    assert not ClassGroup.objects.visible_to(worker).exists()
    make_grant(worker, cast.student)
    assert list(ClassGroup.objects.visible_to(worker)) == [cast.class_group]


@pytest.fixture
def file(cast: Cast) -> dict[str, Any]:
    """One row of each table of the file: come with the meeting, and entered on the student's page."""
    rows: dict[str, Any] = {}
    for model in (Consent, LegalReport, ReasonableAdjustment):
        rows[f"{model.kind()} of the meeting"] = make_row(model, cast.meeting)
        rows[model.kind()] = make_row(model, cast.meeting, came_with=None)
    for name, meeting in (("phase of the meeting", cast.meeting.pk), ("phase", None)):
        rows[name] = PhaseRecord.objects.create(
            school=cast.school, student=cast.student, guidance_domain="all", phase=Phase.objects.first(), since=TODAY,
            direction="same", decided_in=meeting,
        )  # fmt: skip
    rows["guardian"] = cast.mother
    rows["meeting"] = cast.meeting
    rows["plan"] = Plan.objects.get()
    rows["student"] = cast.student
    return rows


def opened(user: User, rows: dict[str, Any]) -> set[str]:
    return {name for name, row in rows.items() if type(row).objects.visible_to(user).filter(pk=row.pk).exists()}


def test_the_file_is_the_care_teams(cast: Cast, file: dict[str, Any]) -> None:
    everything = set(file)
    assert opened(cast.coordinator, file) == everything
    assert opened(cast.users["principal"], file) == everything
    assert opened(cast.users["care_teacher"], file) == everything
    assert opened(cast.users["school_admin"], file) == {"student"}
    assert opened(cast.users["adviser"], file) == set()
    assert opened(cast.users["subject_teacher"], file) == set()
    at_the_table = {"student", "meeting", "plan", "reasonableadjustment of the meeting"}
    assert opened(cast.teacher, file) == at_the_table
    for user in cast.others.values():
        assert opened(user, file) == set()


SCOPES = {
    "plan": {"student", "plan"},
    "meeting": {
        "student", "plan", "meeting", "consent of the meeting", "legalreport of the meeting", "phase of the meeting",
    },
    "file": {
        "student", "plan", "meeting", "consent of the meeting", "legalreport of the meeting", "phase of the meeting",
        "consent", "legalreport", "phase", "guardian",
    },
}  # fmt: skip


@pytest.mark.parametrize("scope", SCOPES)
def test_a_grant_opens_what_its_scope_says(cast: Cast, file: dict[str, Any], scope: str) -> None:
    worker = make_user(cast.school, "clb_worker")
    assert opened(worker, file) == set()
    grant = make_grant(worker, cast.student, scope=scope)
    assert opened(worker, file) == SCOPES[scope] - {"meeting", "plan"}  # as long as it goes on, of who sits there
    Plan.objects.update(status="final")
    Meeting.objects.update(status="closed")
    assert opened(worker, file) == SCOPES[scope]
    ReasonableAdjustment.objects.update(visibility=("care_team", "clb"))
    flagged = {"meeting": {"reasonableadjustment of the meeting"}, "file": {
        "reasonableadjustment of the meeting", "reasonableadjustment",
    }}  # fmt: skip
    assert opened(worker, file) == SCOPES[scope] | flagged.get(scope, set())
    StudentAccessGrant.objects.filter(pk=grant.pk).update(until=TODAY)
    assert opened(worker, file) >= SCOPES[scope]  # the last day counts
    StudentAccessGrant.objects.filter(pk=grant.pk).update(since=TODAY, until=TODAY)
    Student.objects.exclude(pk=cast.student.pk).update()
    StudentAccessGrant.objects.filter(pk=grant.pk).delete()
    assert opened(worker, file) == set()


def test_who_reads_one_file_by_a_grant_or_in_need_reads_no_other(cast: Cast, file: dict[str, Any]) -> None:
    """The file above is of somebody else than whom the worker was granted, and than who is open in need."""
    other = make_student(cast.school, cast.class_group)
    worker, colleague = make_user(cast.school, "clb_worker"), make_user(cast.school, "homeroom_teacher")
    make_grant(worker, other, scope="file")
    assert opened(worker, file) == set()
    colleague.opened_in_need = frozenset({other.pk})
    assert opened(colleague, file) == set()
    colleague.opened_in_need = frozenset({cast.student.pk})
    assert {"guardian", "student"} <= opened(colleague, file)


def test_the_scopes_are_these_three() -> None:
    assert set(SCOPES) == set(StudentAccessGrant.Scope.values)


def test_a_confidential_adjustment_is_the_coordinators_and_the_principals(cast: Cast) -> None:
    row = make_row(ReasonableAdjustment, cast.meeting, visibility=("confidential",))
    assert readers(cast, ReasonableAdjustment.objects.filter(pk=row.pk)) == {"care_coordinator", "principal"}


def test_todays_phase_for_a_homeroom_teacher_is_not_the_way_to_it(cast: Cast, file: dict[str, Any]) -> None:
    rows = PhaseRecord.objects.current()
    assert rows.allowed(cast.teacher, "read", "current_phase").count() == 2
    assert not rows.visible_to(cast.teacher).exists()
    assert not rows.allowed(cast.users["subject_teacher"], "read", "current_phase").exists()
    assert not rows.allowed(cast.users["school_admin"], "read", "current_phase").exists()


def test_who_gives_and_who_sees_a_grant(cast: Cast) -> None:
    worker = cast.users["clb_worker"]
    mine = StudentAccessGrant.objects.get(user=worker)
    assert readers(cast, StudentAccessGrant.objects.filter(pk=mine.pk)) == {
        "care_coordinator",
        "principal",
        "clb_worker",
    }
    manage = {r for r, u in cast.users.items() if StudentAccessGrant.objects.allowed(u, "manage").exists()}
    assert manage == {"care_coordinator", "principal"}
    assert list(StudentAccessGrant.objects.visible_to(worker)) == [mine]


def test_two_schools_never_meet(cast: Cast) -> None:
    """Somebody who works at both sees both, each by the role held there."""
    both = make_user(cast.school, Role.SCHOOL_ADMIN)
    make_role(both, cast.other_school, Role.CARE_COORDINATOR)
    theirs = make_student(cast.other_school)
    assert set(Student.objects.visible_to(both)) == {cast.student, theirs}
    assert not Meeting.objects.visible_to(both).exists()
    assert not Guardian.objects.visible_to(both).filter(student=cast.student).exists()
    assert Guardian.objects.allowed(both, "manage").count() == 0
