"""The texts for the school rules say what the classification and the matrix say, in words that their readers know."""

import re
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from hgw.register import school_rules, words
from hgw.register.documents import Document
from hgw.register.markdown import written
from students.forgetting.rules import STUDENT
from students.models import KeepingTerm
from tests.factories import Cast

TEXTS = {"parents": school_rules.text_for_parents, "students": school_rules.text_for_students}
Text = Callable[[str, int], Document]


def in_dutch(make: Text, school: str = "", years: int = 1) -> str:
    with translation.override("nl"):
        return written(make(school, years))


@pytest.mark.parametrize("group", ["purpose", "category", "term", "reader"])
def test_there_are_words_for_what_is_kept_and_for_nothing_else(group: str) -> None:
    own = words.school_rules()[group]
    for reader in TEXTS:
        wanted = school_rules.roles(reader) if group == "reader" else school_rules.codes(reader, group)
        if (reader, group) != ("parents", "term"):  # parents read those of the register
            assert set(wanted) == {code for code in own if f"{reader}_nl" in own[code]}, reader
            assert set(wanted) == {code for code in own if f"{reader}_en" in own[code]}, reader


@pytest.mark.parametrize("role", school_rules.roles("parents"))
def test_what_a_role_reads_is_what_its_sentence_was_written_for(role: Any) -> None:
    """Red after a change of hgw/access.toml: read the sentence of this role again, mend it, then put the new `of` there."""
    assert words.school_rules()["reader"][role]["of"] == school_rules.fingerprint(role)


def test_each_role_has_its_own_fingerprint() -> None:
    roles = school_rules.roles("parents")
    assert len({school_rules.fingerprint(role) for role in roles}) == len(roles) == 8


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("reader", TEXTS)
def test_it_says_why_what_how_long_who_and_what_they_can_ask(reader: str, language: str) -> None:
    with translation.override(language):
        document = TEXTS[reader]("De Regenboog")
        parts = {part.code: part for part in document.parts}
        nobody = words.in_language(words.never()["religion"], "students" if reader == "students" else "")
    assert list(parts) == ["opening", "what", "why", "never", "terms", "readers", "recipients", "ask", "contact"]
    assert len(parts["readers"].facts) == 8
    assert nobody in parts["never"].points
    assert len(parts["never"].points) == len(words.never())
    text = written(document)
    assert "De Regenboog" in text
    assert "{" not in text


def test_they_speak_one_language_at_a_time() -> None:
    for make in TEXTS.values():
        with translation.override("en"):
            english = {line for line in written(make()).splitlines() if re.search("[a-z]", line)}
        assert not set(in_dutch(make).splitlines()) & english


@pytest.mark.parametrize("reader", TEXTS)
@pytest.mark.parametrize(
    ("years", "until"),
    [(0, "datzelfde schooljaar"), (1, "het volgende schooljaar"), (2, "het schooljaar 2 jaar later")],
)
def test_the_term_is_the_one_of_this_school(reader: str, years: int, until: str) -> None:
    assert f"31 augustus van {until}" in in_dutch(TEXTS[reader], years=years)


def test_a_student_of_twelve_can_read_it_alone() -> None:
    """Short sentences, and none of the words that only the register knows."""
    text = in_dutch(school_rules.text_for_students, "De Regenboog").split("\n\n", 2)[2]  # from what students read on
    sentences = [one for line in text.splitlines() for one in re.split(r"(?<=[.?!])\s+", line)]
    assert [one for one in sentences if len(one.split()) > 18] == []
    hard = r"\b(AVG|art\.|verwerk\w*|categorie\w*|retentie|grond\w*|logboek|opvoedingsverantwoordelijk\w*)\b"
    assert re.findall(hard, text, re.IGNORECASE) == []


def test_nobody_is_promised_that_something_stays_secret() -> None:
    """School staff may keep nothing from the head: a promise could not be kept."""
    text = in_dutch(school_rules.text_for_students)
    assert (
        "Wat je vertelt, delen we alleen met wie jou moet helpen. Zeg het als iets niet verder mag, dan bekijken"
        in text
    )
    for make in TEXTS.values():
        assert not re.search(r"geheim houden|blijft geheim|tussen ons|vertellen we (aan )?niemand", in_dutch(make))


def test_the_pages_hold_the_words_of_the_school_and_nobody(cast: Cast, sign_in: Any) -> None:
    KeepingTerm.objects.create(school=cast.school, rule=STUDENT, school_years=0, note="raad van de DPO")
    for slug, title in (("ouders", "Tekst voor ouders"), ("leerlingen", "Tekst voor leerlingen")):
        address = reverse("school_text", args=(cast.school.pk, slug))
        page = sign_in(cast.users["principal"]).get(address, headers={"Accept-Language": "nl"}).content.decode()
        main = page[page.index("<main") : page.index("</main>")]
        assert f"<h1>{title}</h1>" in main
        assert cast.school.name in main
        assert "31 augustus van datzelfde schooljaar" in main
        people = [cast.student.last_name, cast.mother.last_name, *(user.name for user in cast.users.values())]
        assert not [name for name in people if name in main]


def test_a_text_that_there_is_not_is_not_there(cast: Cast, sign_in: Any) -> None:
    address = reverse("school_text", args=(cast.school.pk, "buren"))
    assert sign_in(cast.users["principal"]).get(address).status_code == 404


def test_they_are_linked_where_the_register_is(cast: Cast, sign_in: Any) -> None:
    page = sign_in(cast.users["school_admin"]).get(reverse("school_settings", args=(cast.school.pk,))).content.decode()
    for slug in ("ouders", "leerlingen"):
        assert f'href="{reverse("school_text", args=(cast.school.pk, slug))}"' in page


@pytest.mark.parametrize(("reader", "title"), [("parents", "Tekst voor ouders"), ("students", "Tekst voor leerlingen")])
def test_the_command_prints_them(reader: str, title: str) -> None:
    out = StringIO()
    call_command("processing_register", f"--{reader}", "--school", "De Regenboog", "--years", "0", stdout=out)
    assert out.getvalue().startswith(f"# {title}\n")
    assert "De Regenboog" in out.getvalue()
    assert "31 augustus van datzelfde schooljaar" in out.getvalue()
