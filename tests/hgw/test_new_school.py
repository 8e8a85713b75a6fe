"""`new_school`: one command, one link, and the first school of an installation stands."""

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client, override_settings

from hgw.accounts.models import Invitation, RoleAssignment, School, User
from hgw.audit.models import Action, Entry
from tests.factories import make_school, make_user

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "vier zwarte paraplu's"


def new_school(name: str = "De Wilg", email: str = "Ilse@school.example") -> str:
    out = io.StringIO()
    call_command("new_school", name, coordinator=email, stdout=out)
    return out.getvalue()


def refused(**given: Any) -> str:
    err = io.StringIO()
    with pytest.raises(SystemExit) as end:
        call_command(
            "new_school", given.get("name", "De Wilg"), coordinator=given.get("email", "a@b.example"), stderr=err
        )
    assert end.value.code == 2
    assert not Invitation.objects.exists()
    return err.getvalue()


def test_the_coordinator_comes_in_by_the_printed_link() -> None:
    link = new_school().splitlines()[-1]
    assert link.startswith("http://127.0.0.1:8000/uitnodiging/")
    path = link.removeprefix("http://127.0.0.1:8000")
    browser = Client()
    assert "ilse@school.example" in browser.get(path).content.decode()
    sent = {"name": "Ilse Baert", "password1": PASSWORD, "password2": PASSWORD}
    school = School.objects.get()
    assert browser.post(path, sent).headers["Location"] == f"/school/{school.pk}/"  # the rest is asked there
    user = User.objects.get()
    assert (user.name, user.email) == ("Ilse Baert", "ilse@school.example")
    assert sorted(user.assignments.values_list("school__name", "role")) == [
        ("De Wilg", "care_coordinator"), ("De Wilg", "school_admin"),
    ]  # fmt: skip
    assert browser.get(f"/school/{school.pk}/gebruikers/").status_code == 200
    assert Client().get(path).status_code == 404  # it works once
    assert list(Entry.objects.values_list("action", flat=True)) == [
        Action.SCHOOL_BEGUN, Action.ROLE_GIVEN, Action.ROLE_GIVEN, Action.INVITATION_SENT, Action.INVITATION_TAKEN,
        Action.SIGNED_IN,
    ]  # fmt: skip


def test_the_roles_stand_before_the_link_is_opened() -> None:
    new_school()
    assert {row.role for row in RoleAssignment.objects.all()} == {"care_coordinator", "school_admin"}
    assert not User.objects.get().has_usable_password()


def test_who_works_elsewhere_signs_in_as_before() -> None:
    user = make_user(make_school(), "principal")
    link = new_school(email=user.email).split("8000")[-1].strip()
    assert Client().post(link, {"name": "x", "password1": PASSWORD, "password2": PASSWORD}).status_code == 422
    user.refresh_from_db()
    assert user.has_role(School.objects.get(name="De Wilg"), "care_coordinator")  # type: ignore[arg-type]  # a plain word


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"name": ""}, "NAME"), ({"name": "x" * 201}, "NAME"), ({"name": "a\x00b"}, "NAME"), ({"name": "a\nb"}, "NAME"),
        ({"email": "niemand"}, "--coordinator"), ({"email": ""}, "--coordinator"),
    ],
)  # fmt: skip
def test_what_is_no_name_or_address_is_refused(given: dict[str, str], word: str) -> None:
    said = refused(**given)
    assert said.startswith(word)
    assert said.count("\n") == 1
    assert not School.objects.exists()
    assert not User.objects.exists()


def test_a_name_that_is_taken_is_refused() -> None:
    make_school(name="De Wilg")
    assert refused().count("\n") == 1
    assert School.objects.count() == 1


def test_the_demonstration_takes_no_real_school() -> None:
    with override_settings(DEMO_MODE=True):
        assert "HGW_DATA" in refused()
    assert not School.objects.exists()
