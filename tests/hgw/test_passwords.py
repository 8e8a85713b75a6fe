"""Passwords: long, not among those that everybody tries first, and nothing tells which addresses sign in here."""

import re
from typing import Any

import pytest
from django.contrib.auth import hashers
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client

from hgw import scripts
from hgw.accounts import invitations
from hgw.accounts.models import Invitation, User
from tests.factories import PASSWORD, Cast

LOGIN = "/aanmelden/login/"
EMAIL = "hilde.vermeulen@school.example"


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("elf tekens!", "password_too_short"),
        ("qwerty123456", "password_too_common"),
        ("hilde vermeulen", "password_too_similar"),
        (EMAIL, "password_too_similar"),
    ],
)
def test_a_password_that_is_guessed_is_refused(password: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(password, User(email=EMAIL, name="Hilde Vermeulen"))
    assert code in {error.code for error in refused.value.error_list}


@pytest.mark.parametrize("password", ["twaalfletter", "alleen kleine letters", "🐝🐝🐝🐝🐝🐝🐝🐝🐝🐝🐝🐝"])
def test_nobody_is_asked_for_capitals_digits_or_signs(password: str) -> None:
    validate_password(password, User(email=EMAIL, name="Hilde Vermeulen"))


def test_no_command_sets_the_password_of_somebody(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    before = User.objects.get(pk=cast.teacher.pk).password
    with pytest.raises(SystemExit) as refused:
        call_command("changepassword", cast.teacher.email)
    assert refused.value.code == 2
    assert "own password" in capsys.readouterr().err
    assert User.objects.get(pk=cast.teacher.pk).password == before


class Counting(hashers.MD5PasswordHasher):
    """Counts how often a password is made into what is stored, which is what takes the time."""

    algorithm = "counted"
    made = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).made += 1
        return super().encode(password, salt)


@pytest.fixture
def hashings(settings: Any) -> type[Counting]:
    settings.PASSWORD_HASHERS = [f"{__name__}.Counting"]
    return Counting


def test_an_unknown_address_takes_as_long_as_a_wrong_password(cast: Cast, hashings: type[Counting]) -> None:
    never_came, gone = cast.users["principal"], cast.users["care_teacher"]
    for user in (cast.teacher, gone):
        user.set_password(PASSWORD)
        user.save()
    User.objects.filter(pk=gone.pk).update(is_active=False)
    never_came.set_unusable_password()
    never_came.save()
    counted = {}
    for email in (cast.teacher.email, gone.email, never_came.email, "niemand@school.example"):
        hashings.made = 0
        answer = Client().post(LOGIN, {"login": email, "password": "helemaal verkeerd"})
        counted[email] = (answer.status_code, hashings.made)
    assert set(counted.values()) == {(200, 1)}


LONG = "Een heel lange zin " * 12  # 228 characters, and a space at its end


def test_a_password_counts_as_it_was_typed_however_long(cast: Cast) -> None:
    """Capitals, spaces at the ends, more than two hundred characters."""
    cast.teacher.set_password(LONG)
    cast.teacher.save()
    for wrong in (LONG.strip(), LONG.lower(), LONG[:72], LONG + " "):
        assert Client().post(LOGIN, {"login": cast.teacher.email, "password": wrong}).status_code == 200, wrong
    browser = Client()
    assert browser.post(LOGIN, {"login": cast.teacher.email, "password": LONG}).status_code == 302
    given = {"oldpassword": LONG, "password1": f" {LONG}", "password2": f" {LONG}"}
    assert browser.post("/aanmelden/password/change/", given).status_code == 302
    assert Client().post(LOGIN, {"login": cast.teacher.email, "password": f" {LONG}"}).status_code == 302


def test_password_fields_hide_what_is_typed_and_let_managers_and_pasting_in(cast: Cast, sign_in: Any) -> None:
    invited = Invitation(school=cast.school, email="nieuw@school.example", name="Nieuw", roles=["homeroom_teacher"])
    path = invitations.path_of(invitations.invite(invited, by=cast.users["school_admin"]))
    pages = [Client().get(address).content.decode() for address in (LOGIN, path)]
    browser = sign_in(cast.teacher)
    addresses = ("/", "/aanmelden/password/change/", "/aanmelden/reauthenticate/")
    pages += [browser.get(address).content.decode() for address in addresses]
    fields = [
        field for page in pages for field in re.findall(r"<input\b[^>]*name=\"[^\"]*password[^\"]*\"[^>]*>", page)
    ]
    assert len(fields) >= 9
    for field in fields:
        assert 'type="password"' in field, field
        assert re.search(r'autocomplete="(current|new)-password"', field), field
        assert not re.search(r"maxlength|readonly|onpaste", field), field
    assert "paste" not in scripts.joined()
