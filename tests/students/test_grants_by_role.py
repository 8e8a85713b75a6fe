"""A student is opened to somebody in one role: what was opened ends with that role, and is read in no other."""

import datetime
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from hgw.accounts import roles
from hgw.accounts.models import Role, RoleAssignment, User
from hgw.audit.models import Action, Entry
from meetings.models import Meeting, Plan
from students.models import ClassGroup, Consent, Guardian, LegalReport, Student, StudentAccessGrant
from tests.factories import Cast, make_consent, make_grant, make_role, make_user
from tests.students.test_grants import MONTH, give, open_today, report
from tests.students.test_student_edit import TODAY, YESTERDAY


def reads(cast: Cast, sign_in: Any) -> bool:
    """Whether the one who was the CLB worker finds the student."""
    page = sign_in(User.objects.get(pk=cast.users["clb_worker"].pk)).get(reverse("student", args=[cast.student.pk]))
    return bool(page.status_code == 200)


def role_of(cast: Cast) -> RoleAssignment:
    return RoleAssignment.objects.select_related("user", "school").get(user=cast.users["clb_worker"])


def become(cast: Cast, role: str, since: datetime.date = TODAY) -> RoleAssignment:
    worker, principal = cast.users["clb_worker"], cast.users["principal"]
    return roles.give(worker, cast.school, role, since=since, until=None, by=principal)


def test_who_becomes_something_else_here_has_the_student_opened_anew(cast: Cast, sign_in: Any) -> None:
    worker = cast.users["clb_worker"]
    report(cast)
    assert reads(cast, sign_in)

    roles.end(role_of(cast), by=cast.users["principal"])
    become(cast, Role.LEARNING_SUPPORTER)

    assert not reads(cast, sign_in)
    assert not open_today(cast, "clb_worker")
    ended = Entry.objects.filter(action=Action.GRANT_ENDED)
    assert [(entry.who, entry.object, entry.student) for entry in ended] == [(None, worker.pk, cast.student.pk)]
    assert open_today(cast, "learning_supporter"), "of somebody else"
    assert give(cast, sign_in(cast.coordinator), "clb_worker").status_code == 302
    assert StudentAccessGrant.objects.on().get(user=worker).role == Role.LEARNING_SUPPORTER
    assert reads(cast, sign_in)


def test_what_was_opened_in_one_role_is_not_read_in_another(cast: Cast, sign_in: Any) -> None:
    """A role that ends on its own last day ends without anybody doing something."""
    make_role(cast.users["clb_worker"], cast.school, Role.LEARNING_SUPPORTER)
    assert reads(cast, sign_in)
    RoleAssignment.objects.filter(role=Role.CLB_WORKER).update(valid_from=YESTERDAY, valid_until=YESTERDAY)
    assert not reads(cast, sign_in)
    StudentAccessGrant.objects.filter(user=cast.users["clb_worker"]).update(role=Role.LEARNING_SUPPORTER)
    assert reads(cast, sign_in)


@pytest.mark.parametrize("scope", StudentAccessGrant.Scope.values)
def test_no_part_of_the_file_is_read_in_another_role(cast: Cast, scope: str) -> None:
    worker = cast.users["clb_worker"]
    Meeting.objects.update(status="closed")
    Plan.objects.update(status="final")
    report(cast, came_with=cast.meeting.pk)
    for model in (Guardian, ClassGroup, LegalReport, Meeting, Plan, Student):
        StudentAccessGrant.objects.filter(user=worker).update(role=Role.CLB_WORKER, scope="file")
        assert model.objects.visible_to(worker).exists(), model
        StudentAccessGrant.objects.filter(user=worker).update(role=Role.LEARNING_SUPPORTER, scope=scope)
        assert not model.objects.visible_to(worker).exists(), model


def test_a_role_that_was_over_for_a_while_takes_along_what_was_opened_in_it(cast: Cast, sign_in: Any) -> None:
    """Also where it ended by itself: who gets it again in September is not back in what was opened in spring."""
    StudentAccessGrant.objects.update(created_at=timezone.now() - 3 * MONTH)
    RoleAssignment.objects.filter(user=cast.users["clb_worker"]).update(
        valid_from=TODAY - 4 * MONTH, valid_until=YESTERDAY - MONTH
    )
    assert open_today(cast, "clb_worker"), "nobody did anything yet"
    become(cast, Role.CLB_WORKER)
    assert not open_today(cast, "clb_worker")
    assert not reads(cast, sign_in)


@pytest.mark.parametrize("until", [YESTERDAY, TODAY, TODAY + MONTH, None])
def test_a_role_that_goes_on_keeps_what_was_opened_in_it(cast: Cast, sign_in: Any, until: datetime.date | None) -> None:
    StudentAccessGrant.objects.update(created_at=timezone.now() - 3 * MONTH)
    RoleAssignment.objects.filter(user=cast.users["clb_worker"]).update(valid_from=TODAY - 4 * MONTH, valid_until=until)
    become(cast, Role.CLB_WORKER)
    become(cast, Role.CARE_TEACHER)
    assert open_today(cast, "clb_worker")
    assert reads(cast, sign_in)


def test_the_same_role_at_another_school_keeps_nothing_open_here(cast: Cast) -> None:
    make_role(cast.users["clb_worker"], cast.other_school, Role.CLB_WORKER)
    row = RoleAssignment.objects.get(user=cast.users["clb_worker"], school=cast.school)
    roles.end(row, by=cast.users["principal"])
    assert not open_today(cast, "clb_worker")


def test_what_was_opened_before_gets_the_role_of_that_day(cast: Cast) -> None:
    fill = import_module("students.migrations.0012_role_of_grant").fill
    both, neither = make_user(cast.school, "clb_worker"), make_user(cast.school, "care_teacher")
    make_role(both, cast.school, Role.LEARNING_SUPPORTER)
    make_grant(both, cast.student), make_grant(neither, cast.student)
    ended = RoleAssignment.objects.filter(user=cast.users["clb_worker"])
    ended.update(valid_from=YESTERDAY - MONTH, valid_until=YESTERDAY)
    make_role(cast.users["clb_worker"], cast.school, Role.LEARNING_SUPPORTER, valid_from=TODAY)
    StudentAccessGrant.objects.filter(user=cast.users["clb_worker"]).update(
        created_at=timezone.now() - datetime.timedelta(days=2)
    )

    def filled() -> list[str]:
        StudentAccessGrant.objects.update(role="")
        fill(apps, None)
        people = (cast.users["clb_worker"], cast.users["learning_supporter"], both, neither)
        return [StudentAccessGrant.objects.get(user=user).role for user in people]

    assert filled() == ["clb_worker", "learning_supporter", "learning_supporter", ""]
    given = make_consent(cast.student, "clb_involve", withdrawn_on=TODAY)
    assert filled()[2] == "learning_supporter"
    Consent.objects.filter(pk=given.pk).update(withdrawn_on=None)
    assert filled()[2] == "clb_worker"
