"""Every column is classified, nothing is there that is never kept, and the register that follows from it says so."""

import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.core.management import call_command
from django.urls import get_resolver, reverse
from django.utils import translation

from hgw.access import matrix
from hgw.register import classification, documents, words
from hgw.register.classification import Column, classified
from hgw.register.markdown import written
from hgw.text import LongTextField
from meetings.cases import schema
from students.forgetting.rules import STUDENT, rules
from students.models import KeepingTerm
from tests.factories import Cast


def test_each_column_is_classified_and_nothing_else_is() -> None:
    """A new field stands in the register.toml beside its models, before it exists: whom it is about, why, how long, who reads it."""
    assert sorted(classification.missing()) == []
    assert sorted(classification.unknown()) == []
    assert len(classified()) == len(classification.columns())


@pytest.mark.parametrize(
    ("group", "used"), [("purpose", "purpose"), ("term", "term"), ("about", "about"), ("category", "category")]
)
def test_each_word_of_it_is_explained_and_used(group: str, used: str) -> None:
    assert {getattr(column, used) for column in classified()} == set(words.read()[group])


def test_readers_are_objects_of_the_matrix_and_the_models_own_is_one_of_them() -> None:
    found: dict[str, set[str]] = {}
    for column in classified():
        found.setdefault(column.table, set()).update(column.readers)
    assert set().union(*found.values()) <= set(matrix())
    for model in apps.get_models():
        own = getattr(model._default_manager.all(), "access_object", None)
        if own and not model._meta.proxy:
            assert own in found[model._meta.label], model


def test_what_is_typed_freely_about_a_student_or_a_guardian_counts_as_special() -> None:
    for model in apps.get_models():
        typed = {field.name for field in model._meta.concrete_fields if isinstance(field, LongTextField)}
        for column in classified():
            if column.table == model._meta.label and column.name in typed:
                of_person = column.about in {"student", "guardian"} and column.category == "special"
                assert of_person or column.about == "school", f"{column.table}.{column.name}"


def column(name: str) -> Column:
    return next(one for one in classified() if f"{one.table}.{one.name}" == name)


def test_a_column_may_differ_from_its_table() -> None:
    assert column("students.Student.last_name").readers == ("student",)
    assert column("students.Student.competence_note").readers == ("student_file",)
    assert column("meetings.PlanIssue.pdf").term == "prints"
    assert column("meetings.Observation.observer").about == "staff"
    assert column("meetings.Observation.created_by").about == "staff"  # as in every table
    assert column("accounts.Session.session_data").about == "staff"


WRONG = {
    "a word that is none": '[Logo]\nfoto = ["png"]',
    "twice in one table": '[Logo]\ntechnical = ["png", "png"]',
    "differs, and is not there": '[Logo]\ntechnical = ["png"]\nread_by = { jpg = [] }',
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_file_that_says_something_else_is_refused(wrong: str, tmp_path: Any) -> None:
    default = '[default]\nabout = "school"\npurpose = "school"\nterm = "school"\nreaders = []\n'
    (tmp_path / "register.toml").write_text(default + WRONG[wrong])
    with pytest.raises(ValueError, match="is no word for this|classified twice|have no category"):
        classification._add({}, classification._of_file(tmp_path / "register.toml", "accounts."))


# What is never kept


def never(name: str) -> str:
    """The code of what is never kept and would be called like this; '' when it may be there."""
    padded = f"_{re.sub(r'[^a-z0-9]+', '_', name.lower())}_"
    return next((code for code, table in words.never().items() for one in table["names"] if f"_{one}_" in padded), "")


def form_classes() -> Iterator[type[forms.BaseForm]]:
    get_resolver().url_patterns  # noqa: B018  # reads every view, and with it every form
    waiting: list[type[forms.BaseForm]] = [forms.BaseForm]
    while waiting:
        found = waiting.pop()
        waiting += found.__subclasses__()
        if found.__module__.startswith(("hgw.", "students.", "meetings.", "allauth.")):
            yield found


def test_no_table_no_form_and_no_case_file_has_a_place_for_what_is_never_kept() -> None:
    names = {f"{table}.{name}": name for table, name in classification.columns()}
    classes = list(form_classes())
    assert len(classes) > 40
    for form in classes:
        names |= {f"{form.__qualname__}.{name}": name for name in getattr(form, "base_fields", {})}
    names |= {f"{table.name}: {key.name}": key.name for table in schema.tables().values() for key in table.keys}
    assert len(names) > 1000
    assert {where: never(name) for where, name in names.items() if never(name)} == {}


def test_the_list_finds_what_it_is_for() -> None:
    assert never("rijksregisternummer") == never("national_number") == "national_number"
    assert never("student_gender") == never("GESLACHT") == "gender"
    assert never("pasfoto_url") == "photo"
    assert never("family income") == "income"
    assert never("goal_score") == never("sexton") == never("reporter") == ""  # whole words only


# What follows from it


@pytest.mark.parametrize("language", ["nl", "en"])
def test_each_purpose_with_data_of_people_stands_in_the_register_in_both_languages(language: str) -> None:
    with translation.override(language):
        document = documents.register_of_processing("De Regenboog")
        text = written(document)
    codes = {part.code for part in document.parts}
    assert {one.purpose for one in classified() if one.is_personal} <= codes
    for table in words.never().values():
        assert table[language] in text
    assert "De Regenboog" in text
    guidance = next(part for part in document.parts if part.code == "guidance")
    said = dict(guidance.facts)
    assert len(said) == 6
    assert all(said.values())
    for part in document.parts:
        for line in part.table.lines if part.table else []:
            assert all(cell for _head, cell in line), part.code


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_input_for_the_assessment_says_flows_matrix_trace_and_terms(language: str) -> None:
    with translation.override(language):
        document = documents.impact_input()
    parts = {part.code: part for part in document.parts}
    assert {"flows", "matrix", "logging", "terms", "never", "risks", "measures", "left"} <= set(parts)
    assert len(parts["matrix"].facts) == len(matrix())
    assert "plan.printed" in parts["logging"].says[-1]
    flows = parts["flows"].table
    assert flows
    assert len(flows.rows) == 10


@pytest.mark.parametrize(
    ("years", "until"),
    [
        (0, "31 augustus van datzelfde schooljaar"),
        (1, "van het volgende schooljaar"),
        (8, "van het schooljaar 8 jaar later"),
    ],
)
@pytest.mark.parametrize("name", ["processing_register", "impact_input"])
def test_the_term_is_the_one_that_the_school_chose(cast: Cast, sign_in: Any, name: str, years: int, until: str) -> None:
    KeepingTerm.objects.create(school=cast.school, rule=STUDENT, school_years=years, note="raad van de DPO")
    page = sign_in(cast.users["principal"]).get(
        reverse(name, args=(cast.school.pk,)), headers={"Accept-Language": "nl"}
    )
    assert until in page.content.decode()


def test_without_a_choice_the_documents_say_what_retention_says() -> None:
    assert rules()[STUDENT].school_years == documents.AS_SHIPPED
    with translation.override("nl"):
        assert "{" not in written(documents.register_of_processing()) + written(documents.impact_input())


def test_it_speaks_one_language_at_a_time() -> None:
    with translation.override("nl"):
        dutch = written(documents.register_of_processing()) + written(documents.impact_input())
    with translation.override("en"):
        english = written(documents.register_of_processing()) + written(documents.impact_input())
    titles = [line for line in dutch.splitlines() if line.startswith("#")]
    assert not [line for line in titles if line in english.splitlines()]


def test_the_pages_are_for_who_runs_the_school_and_hold_nobody(cast: Cast, sign_in: Any) -> None:
    for who in ("principal", "school_admin", "care_coordinator"):
        for name in ("processing_register", "impact_input"):
            page = sign_in(cast.users[who]).get(reverse(name, args=(cast.school.pk,))).content.decode()
            main = page[page.index("<main") : page.index("</main>")]
            assert cast.school.name in main
            people = [cast.student.last_name, cast.mother.last_name, *(user.name for user in cast.users.values())]
            assert not [name for name in people if name in main]


def test_the_command_prints_it_without_an_account() -> None:
    out = StringIO()
    call_command("processing_register", "--school", "De Regenboog", stdout=out)
    assert out.getvalue().startswith("# Verwerkingsregister\n")
    assert "De Regenboog" in out.getvalue()
    out = StringIO()
    call_command("processing_register", "--impact", "--language", "en", stdout=out)
    assert out.getvalue().startswith("# Input for the impact assessment (DPIA)\n")
