"""Roles lapse on 31 August: who is told, who renews, what ends, and who stays."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from hgw.accounts import lapsing, roles
from hgw.accounts.models import Role, RoleAssignment, Session, renewal_day
from hgw.accounts.tasks import tell_to_renew
from hgw.audit.models import Action, Entry
from tests.factories import Cast

SignIn = Callable[..., Client]
LAST = datetime.date(2026, 8, 31)
NEXT = datetime.date(2027, 8, 31)


def at(text: str) -> Any:
    return time_machine.travel(datetime.datetime.fromisoformat(text + "+02:00"), tick=False)


@pytest.fixture
def due(cast: Cast) -> Cast:
    """Everybody of the school was renewed last year."""
    RoleAssignment.objects.filter(school=cast.school).update(lapses_on=LAST)
    RoleAssignment.objects.exclude(school=cast.school).update(lapses_on=NEXT)
    return cast


def running(cast: Cast) -> set[str]:
    return set(cast.school.assignments.on().values_list("role", flat=True))


@pytest.mark.parametrize(
    ("day", "until"), [("2026-01-01", LAST), ("2026-05-31", LAST), ("2026-06-01", NEXT), ("2026-09-01", NEXT)]
)
def test_a_role_is_given_for_a_school_year(cast: Cast, day: str, until: datetime.date) -> None:
    given = datetime.date.fromisoformat(day)
    assert renewal_day(given) == until
    with at(f"{day}T10:00"):
        row = roles.give(cast.teacher, cast.school, Role.CARE_TEACHER, since=given, until=None, by=None)
        later = roles.give(
            cast.teacher, cast.school, Role.CARE_TEACHER, since=datetime.date(2026, 9, 1), until=None, by=None
        )
    assert (row.lapses_on, later.lapses_on) == (until, NEXT)


def test_what_nobody_renewed_ends_after_its_last_day_but_who_runs_the_school(due: Cast, sign_in: SignIn) -> None:
    before = running(due)
    with at("2026-08-31T23:00"):
        call_command("once_a_day")
        assert running(due) == before
        browser = sign_in(due.teacher)
        assert browser.get("/").status_code == 200
    with at("2026-09-01T00:10"):
        call_command("once_a_day")
        assert running(due) == {Role.CARE_COORDINATOR, Role.SCHOOL_ADMIN}
        assert browser.get("/").status_code == 302
        assert not Session.objects.filter(user=due.teacher).exists()
        ended = Entry.objects.filter(action=Action.ROLE_ENDED, who=None, object=due.teacher.pk)
        assert ended.count() == due.teacher.assignments.count() > 0
        count = Entry.objects.count()
        call_command("once_a_day")  # twice is once
        assert Entry.objects.count() == count
    assert due.other_school.assignments.on(NEXT).exists()


def test_of_two_coordinators_who_are_due_the_first_one_stays(due: Cast) -> None:
    with at("2026-03-01T10:00"):
        second = roles.give(
            due.teacher, due.school, Role.CARE_COORDINATOR, since=datetime.date(2026, 3, 1), until=None, by=None
        )
    with at("2026-09-02T10:00"):
        call_command("once_a_day")
        left = due.school.assignments.on().filter(role=Role.CARE_COORDINATOR)
        assert [row.user for row in left] == [due.coordinator]
        second.refresh_from_db()
        assert second.valid_until == LAST


def test_whoever_may_renews_all_or_one_and_it_is_in_the_trace(due: Cast, sign_in: SignIn) -> None:
    url, page = reverse("roles_renew", args=(due.school.pk,)), reverse("users", args=(due.school.pk,))
    with at("2026-05-20T10:00"):
        assert "Verleng" not in sign_in(due.users["principal"]).get(page).content.decode()
        sign_in(due.users["principal"]).post(url)
        assert due.school.assignments.filter(lapses_on=NEXT).count() == 0  # too soon: this is the year it is for
    with at("2026-06-10T10:00"):
        assert "vervalt op 31 augustus 2026" in sign_in(due.users["principal"]).get(page).content.decode()
        assert sign_in(due.coordinator).post(url).status_code == 403
        sign_in(due.users["principal"]).post(url, {"user": str(due.teacher.pk)})
        assert set(due.school.assignments.filter(lapses_on=NEXT).values_list("user", flat=True)) == {due.teacher.pk}
        renewed = Entry.objects.filter(action=Action.ROLE_CHANGED, who=due.users["principal"].pk)
        assert renewed.get().object == due.teacher.pk
        sign_in(due.users["school_admin"]).post(url)
        assert not due.school.assignments.filter(lapses_on=LAST).exists()
        assert not lapsing.to_renew(due.school).exists()
        assert due.other_school.assignments.filter(lapses_on=NEXT).count() == due.other_school.assignments.count()
    before = running(due)
    with at("2026-09-01T10:00"):
        call_command("once_a_day")
        assert running(due) == before


def test_it_is_said_on_today_in_the_four_weeks_before(due: Cast, sign_in: SignIn) -> None:
    def today(user: Any) -> str:
        return sign_in(user).get("/").content.decode()

    with at("2026-08-02T10:00"):
        assert "Toegang die eindigt" not in today(due.teacher)
    with at("2026-08-03T10:00"):
        assert "Je toegang eindigt." in today(due.teacher)
        managed = today(due.users["school_admin"])
        assert "Verleng de toegang van je collega" in managed
        assert reverse("users", args=(due.school.pk,)) in managed
        assert "Toegang die eindigt" not in today(due.others["homeroom_teacher"])
        lapsing.renew(due.teacher.assignments.select_related("user", "school"), by=due.users["principal"])
        assert "Toegang die eindigt" not in today(due.teacher)


def test_who_renews_is_told_once_by_mail_and_reads_nobodys_name_there(due: Cast, settings: Any) -> None:
    settings.MAIL_IS_SET_UP = True
    with at("2026-08-02T10:00"):
        call_command("once_a_day")
        assert not DBTaskResult.objects.exists()
    with at("2026-08-05T10:00"):
        call_command("once_a_day")
        call_command("once_a_day")
        task = DBTaskResult.objects.get()
        tell_to_renew.func(*task.args_kwargs["args"])
    with at("2026-08-18T10:00"):
        call_command("once_a_day")
        assert DBTaskResult.objects.count() == 1
    to = sorted(message.to[0] for message in mail.outbox)
    assert to == sorted([due.users["principal"].email, due.users["school_admin"].email])
    message = mail.outbox[0]
    assert reverse("users", args=(due.school.pk,)) in message.body
    assert "31 augustus 2026" in message.body
    assert due.teacher.name not in message.body
    assert due.student.first_name not in message.body
