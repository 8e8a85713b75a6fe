"""What ends the sessions of somebody, everywhere and at once; whoever was in the middle of something is refused in words."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import hgw.transaction
from hgw.accounts import roles
from hgw.accounts.models import Role, Session, User
from meetings.models import MeetingGoal
from tests.factories import Cast

SignIn = Callable[..., Client]


def save(browser: Client, cast: Cast) -> Any:
    add = reverse("item_add", args=(cast.meeting.pk, "meetinggoal"))
    sent = {"text": "x", "key": "0198d7a2-0000-7000-8000-000000000001", "base_version": 0, "voice": "team"}
    return browser.post(add, sent, headers={"X-Save": "keep"})


def end_roles(cast: Cast) -> None:
    for row in list(cast.teacher.assignments.select_related("user", "school")):
        roles.end(row, by=cast.users["school_admin"])


def leave(cast: Cast) -> None:
    roles.leave(cast.teacher, cast.school, by=cast.users["school_admin"])


def deactivate(cast: Cast) -> None:
    User.objects.filter(pk=cast.teacher.pk).update(is_active=False)


def new_password(cast: Cast) -> None:
    user = User.objects.get(pk=cast.teacher.pk)
    user.set_password("nog een lang wachtwoord")
    user.save(update_fields=["password"])


@pytest.mark.parametrize("end", [end_roles, leave, deactivate, new_password])
def test_it_ends_the_sessions(cast: Cast, sign_in: SignIn, end: Callable[[Cast], None]) -> None:
    here, there, other = sign_in(cast.teacher), sign_in(cast.teacher), sign_in(cast.coordinator)
    end(cast)
    for browser in (here, there):
        refused = save(browser, cast)
        assert (refused.status_code, refused.json()) == (401, {"reason": "signed_out"})
        assert browser.get("/").status_code == 302
    assert not MeetingGoal.objects.exists()
    assert other.get("/").status_code == 200


@pytest.mark.parametrize("end", [end_roles, leave])
def test_the_sessions_of_before_do_not_come_back_with_a_new_role(
    cast: Cast, sign_in: SignIn, end: Callable[[Cast], None]
) -> None:
    browser = sign_in(cast.teacher)
    end(cast)
    assert not Session.objects.filter(user=cast.teacher).exists()
    User.objects.filter(pk=cast.teacher.pk).update(is_active=True)
    cast.teacher.assignments.update(valid_until=None)
    assert browser.get("/").status_code == 302


def test_one_role_of_two_ends_no_session(cast: Cast, sign_in: SignIn) -> None:
    browser = sign_in(cast.teacher)
    more = roles.give(cast.teacher, cast.school, Role.SUBJECT_TEACHER, since=cast.meeting.date, until=None, by=None)
    type(more).objects.filter(pk=more.pk).update(valid_from="2020-01-01")
    more.refresh_from_db()
    roles.end(more, by=cast.users["school_admin"])
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize("is_asked", [False, True])
def test_who_waited_for_the_writer_while_the_role_ended_is_refused(
    cast: Cast, sign_in: SignIn, monkeypatch: Any, settings: Any, is_asked: bool
) -> None:
    """The sign-in was looked at before the wait, the right is asked after it, also where a second step may be owed."""
    settings.SECOND_FACTOR = is_asked
    browser = sign_in(cast.teacher)
    original = hgw.transaction.writing

    @contextmanager
    def slow(*schools: Any) -> Iterator[None]:
        end_roles(cast)
        with original(*schools):
            yield

    monkeypatch.setattr(hgw.transaction, "writing", slow)
    refused = save(browser, cast)
    assert refused.status_code == 404
    assert not MeetingGoal.objects.exists()
