"""The model annex to the processing agreement says what the register says, and names who is set up to get data."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from hgw.accounts.providers import Provider
from hgw.register import words
from hgw.register.annex import TO_FILL, model_annex
from hgw.register.classification import classified
from hgw.register.documents import Document, Part
from hgw.register.markdown import written
from tests.factories import Cast

KOEPEL = Provider("koepel", "De Koepel", "client", "een-sleutel", issuer="https://aanmelden.koepel.example")
WILG = Provider("wilg", "Smartschool", "client", "een-sleutel", platform="dewilg", schools=frozenset({"999777"}))
MAIL = {"default": {"OPTIONS": {"host": "mail.koepel.example", "username": "hgw", "password": "een-sleutel"}}}


@pytest.fixture(autouse=True)
def nothing_set_up(settings: Any) -> None:
    settings.MAIL_IS_SET_UP = False
    settings.SINGLE_SIGN_ON = {}


def parts(document: Document) -> dict[str, Part]:
    return {part.code: part for part in document.parts}


def others(document: Document) -> list[str]:
    table = parts(document)["others"].table
    assert table
    return [row[0] for row in table.rows]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_it_says_what_an_agreement_has_to_say_in_both_languages(language: str) -> None:
    with translation.override(language):
        document = model_annex("De Regenboog")
        text = written(document)
        people = [words.of("about", who) for who in ("student", "guardian", "staff")]
        purposes = [words.of("purpose", one.purpose, "why") for one in classified() if one.is_personal]
        terms = [words.term(one.term, 1) for one in classified() if one.is_personal]
        nobody = words.of("about", "school")
    assert list(parts(document)) == [
        "parties", "duties", "purposes", "people", "terms", "others", "measures", "end", "breach", "signatures",
    ]  # fmt: skip
    assert [said for said in (*people, *purposes, *terms, "De Regenboog", "72") if said not in text] == []
    assert nobody not in text
    assert "{" not in text
    for part in document.parts:
        assert all(cell for line in part.table.lines for _head, cell in line) if part.table else True


def test_it_speaks_one_language_at_a_time() -> None:
    with translation.override("nl"):
        dutch = set(written(model_annex()).splitlines())
    with translation.override("en"):
        english = {line for line in written(model_annex()).splitlines() if any(letter.isalpha() for letter in line)}
    assert not dutch & english


def test_no_other_gets_data_unless_somebody_set_it_up() -> None:
    with translation.override("en"):
        document = model_annex()
    assert others(document) == [TO_FILL]
    assert "set up with none" in parts(document)["others"].says[0]


def test_who_is_set_up_is_named_and_no_key_of_it(settings: Any) -> None:
    settings.MAIL_IS_SET_UP, settings.MAILERS = True, MAIL
    settings.SINGLE_SIGN_ON = {"koepel": KOEPEL, "wilg": WILG}
    document = model_annex()
    assert others(document) == [
        "mail.koepel.example", "De Koepel (aanmelden.koepel.example)", "Smartschool (oauth.smartschool.be)", TO_FILL,
    ]  # fmt: skip
    assert parts(document)["others"].says == ()
    assert "een-sleutel" not in written(document)


def test_on_the_page_of_a_school_stands_who_signs_its_people_in(cast: Cast, sign_in: Any, settings: Any) -> None:
    settings.SINGLE_SIGN_ON = {"koepel": KOEPEL, "wilg": WILG}
    address = reverse("school_text", args=(cast.school.pk, "verwerker"))
    page = sign_in(cast.users["principal"]).get(address, headers={"Accept-Language": "nl"}).content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert "<h1>Bijlage bij de verwerkersovereenkomst</h1>" in main
    assert cast.school.name in main
    assert "De Koepel (aanmelden.koepel.example)" in main
    assert "Smartschool" not in main  # of another school
    people = [cast.student.last_name, cast.mother.last_name, *(user.name for user in cast.users.values())]
    assert not [name for name in people if name in main]


def test_it_is_linked_where_the_register_is(cast: Cast, sign_in: Any) -> None:
    page = sign_in(cast.users["school_admin"]).get(reverse("school_settings", args=(cast.school.pk,))).content.decode()
    assert f'href="{reverse("school_text", args=(cast.school.pk, "verwerker"))}"' in page


def test_the_command_prints_it(settings: Any) -> None:
    settings.SINGLE_SIGN_ON = {"koepel": KOEPEL}
    out = StringIO()
    call_command("processing_register", "--annex", "--school", "De Regenboog", stdout=out)
    assert out.getvalue().startswith("# Bijlage bij de verwerkersovereenkomst\n")
    assert "| De Koepel (aanmelden.koepel.example) |" in out.getvalue()
