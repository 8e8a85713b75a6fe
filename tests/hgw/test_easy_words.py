"""Passwords that are made of what everybody knows here: refused at each door where one is chosen; sentences are not."""

import datetime
import time
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from hgw.accounts import invitations
from hgw.accounts.easy_words import general_words
from hgw.accounts.models import Invitation, Role, School, User
from tests.factories import PASSWORD, Cast, make_role, make_school, make_user, shown_just_now
from tests.hgw.test_sign_in import link_in, send_what_waits

EASY = "DeZilverberk!Wetteren!2026"
REFUSED = "als eerste zou proberen"
NAMES = {"name": "Vrije Basisschool De Zilverberk", "place": "Wetteren", "institution_number": "048213"}


def user_at(**names: str) -> User:
    user = User(email="els@school.example", name="Els Maes")
    user.joining = (School(**(NAMES | names)),)
    return user


def is_refused(password: str, user: User) -> bool:
    try:
        validate_password(password, user)
    except ValidationError as error:
        return "password_of_easy_words" in {one.code for one in error.error_list}
    return False


@pytest.mark.parametrize(
    "password",
    [
        "dezilverberk1", "De Zilverberk 2026", "ZILVERBERKwetteren", "zilverberk-zilverberk", "...Wetteren!!!2026", "W3tt3r3n@2026",
        "Zomer in Wetteren", "048213048213", "Wetteren 048213", "HGW-2026-hgw-hgw", "wachtwoord1234", "W4chtw00rd!2026",
        "Welkom op school1", "directie 2026!", "ZorgCoördinator1", "wetterennnnnnnnnn", "Ｗetteren-Ｗetteren",
    ],
)  # fmt: skip
def test_words_of_the_surroundings_alone_are_refused(password: str) -> None:
    assert is_refused(password, user_at())


@pytest.mark.parametrize(
    "password",
    [
        "in Wetteren regent het elke dinsdag", "de juf van de zilverberk drinkt graag koffie", "vier zwarte paraplu's",
        "een lang wachtwoord vol regen", "839 102 746 518", "de 🐝🐝🐝🐝🐝🐝🐝🐝🐝🐝", "xK7#qvLm2!pRzt9", "wie leest dit nu nog",
    ],
)  # fmt: skip
def test_a_sentence_may_hold_them(password: str) -> None:
    assert not is_refused(password, user_at())


def test_a_town_of_three_letters_counts_where_it_stands_alone() -> None:
    user = user_at(name="Het Nest", place="Mol")
    assert is_refused("Mol-Mol-2026-Mol", user)
    assert is_refused("HetNestMol2026", user)
    assert not is_refused("mollen zijn blind", user)


def test_a_name_of_any_shape_is_judged_at_once() -> None:
    """A name of letters that fit into each other in many ways could be tried for hours."""
    user = user_at(name=" ".join(("a", "aa", "aaa", "(")))
    began = time.perf_counter()
    assert not is_refused("aaab" * 5000 + "een zin met genoeg letters", user)
    assert time.perf_counter() - began < 1


def test_the_general_words_are_judged_as_they_are_written() -> None:
    words = general_words()
    assert len(set(words)) == len(words)
    assert all(is_refused(f"{word}-{word}-{word}-1234", User(email="x@y.example", name="Els Maes")) for word in words)


def test_of_whom_nothing_is_known_the_general_words_count(db: None) -> None:
    for nobody in (None, make_user()):
        with pytest.raises(ValidationError):
            validate_password("wachtwoord1234", nobody)
        validate_password("Zilverberk-Wetteren", nobody)


@pytest.mark.parametrize(("days", "refused"), [(-1, False), (0, True), (None, True)])
def test_a_school_counts_while_there_is_a_role_at_it(db: None, days: int | None, refused: bool) -> None:
    user, today = make_user(), timezone.localdate()
    until = today + datetime.timedelta(days) if days is not None else None
    make_role(user, make_school(**NAMES), Role.PRINCIPAL, valid_until=until)
    make_role(user, make_school(name="Elders", place="Aalst"), Role.ADVISER)
    assert is_refused(EASY, user) == refused
    assert is_refused("aalst-elders-12", user)


# --- each door to a password; beginning a school is in tests/students/test_school_begin.py ---


def invitation(cast: Cast) -> tuple[Client, str, dict[str, str]]:
    asked = Invitation(school=cast.school, email="nieuw@school.example", name="Nieuw", roles=["homeroom_teacher"])
    path = invitations.path_of(invitations.invite(asked, by=cast.users["school_admin"]))
    return Client(), path, {"name": "Els Nieuw"}


def changing(cast: Cast) -> tuple[Client, str, dict[str, str]]:
    browser = Client()
    browser.force_login(cast.teacher)
    return shown_just_now(browser), "/aanmelden/password/change/", {"oldpassword": PASSWORD}


def by_mail(cast: Cast) -> tuple[Client, str, dict[str, str]]:
    Client().post("/aanmelden/password/reset/", {"email": cast.teacher.email})
    send_what_waits()
    browser = Client()
    return browser, browser.get(link_in(mail.outbox[0]), follow=True).redirect_chain[-1][0], {}


def first_one(cast: Cast) -> tuple[Client, str, dict[str, str]]:
    cast.teacher.set_unusable_password()
    cast.teacher.save()
    browser = Client()
    browser.force_login(cast.teacher)
    return shown_just_now(browser), "/aanmelden/password/set/", {}


@pytest.mark.parametrize("door", [invitation, changing, by_mail, first_one])
def test_each_door_to_a_password_refuses_them(cast: Cast, door: Any) -> None:
    School.objects.filter(pk=cast.school.pk).update(**NAMES)
    browser, path, beside = door(cast)
    answer = browser.post(path, beside | {"password1": EASY, "password2": EASY})
    form = answer.context["form"]
    assert list(form.errors) == ["password1"]
    assert REFUSED in str(form.errors["password1"])
    assert REFUSED in answer.content.decode()
    assert EASY not in answer.content.decode()
    good = "in Wetteren regent het elke dinsdag"
    assert browser.post(path, beside | {"password1": good, "password2": good}).status_code == 302
