"""Passwords: long, not among those that everybody tries first, and nothing tells which addresses sign in here."""

from typing import Any

import pytest
from django.contrib.auth import hashers
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from hgw.accounts.models import User
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
