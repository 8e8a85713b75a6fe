"""The help: each role finds its own lines first, in both languages, and what they promise the access matrix gives."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override

from hgw.access import matrix
from hgw.accounts.models import Role
from meetings import library
from meetings.steps import STEPS
from tests.factories import Cast, make_user


def test_every_role_has_its_lines_and_no_other_has() -> None:
    assert list(library.role_help()) == Role.values


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("role", Role.values)
def test_the_own_role_comes_first(cast: Cast, sign_in: Any, role: str, language: str) -> None:
    browser = sign_in(cast.users[role])
    browser.cookies["django_language"] = language
    page = browser.get("/hulp/").text
    with override(language):
        own, rest = page.split('id="h-steps"')
        for point in library.role_help()[role].points:
            assert str(point) in own
        others = [Role(code).label for code in Role.values if code != role]
        assert [label for label in others if f"<h3>{label}</h3>" not in rest] == []
        for step in STEPS:
            assert str(library.guidance_for(step.slug).intro) in rest


def test_who_has_no_role_is_told_whom_to_ask(db: None, sign_in: Any) -> None:
    assert "Je hebt vandaag geen rol" in sign_in(make_user()).get("/hulp/").text


def test_the_help_is_reached_from_the_account_menu(cast: Cast, sign_in: Any) -> None:
    assert f'href="{reverse("help")}"' in sign_in(cast.teacher).get(reverse("today")).text


@pytest.mark.parametrize(
    ("role", "what", "act", "words"),
    [
        ("care_coordinator", "grant", "manage", "toegang"),
        ("care_coordinator", "health_note", "manage", "vernietig je ze"),
        ("care_coordinator", "inspection", "manage", "Vraagt iemand inzage?"),
        ("care_coordinator", "transfer", "manage", "Overdracht naar een andere school"),
        ("principal", "report", "print", "verslag afdrukken"),
        ("principal", "grant", "manage", "openstellen"),
        ("care_teacher", "plan_team", "print", "plannen en de klasfiche afdrukken"),
        ("learning_supporter", "plan_team", "read", "het plan voor het team"),
        ("learning_supporter", "class_sheet", "read", "klasfiche"),
        ("subject_teacher", "class_sheet", "print", "klasfiche"),
        ("school_admin", "student", "manage", "lijst van leerlingen"),
        ("adviser", "statistics", "total", "zonder getallen onder vijf"),
    ],
)
def test_what_the_help_promises_the_matrix_gives(role: str, what: str, act: str, words: str) -> None:
    assert any(words in point.nl for point in library.role_help()[role].points)
    assert act in {permission.act for permission in matrix()[what].cells[Role(role)]}


def test_who_sees_no_case_is_told_so() -> None:
    for role in (Role.SCHOOL_ADMIN, Role.ADVISER):
        assert role not in matrix()["meeting"].cells
