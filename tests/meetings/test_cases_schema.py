"""The tables of the case format against the models that keep them, and against the files that use them."""

import pytest
from django.db.models import Field

from hgw.accounts.models import School
from hgw.items.models import FLAGS
from meetings.cases import schema
from meetings.cases.kept import KEPT, STEP_TEXTS, plain_keys
from meetings.cases.schema import tables
from meetings.cases.tables_steps import HELP_SENTENCES
from meetings.library import help_sentences
from meetings.models import PROGRESS, AgreementStatus, Goal, Meeting
from meetings.planning import TEXTS
from students.models import ClassGroup, Guardian, Student
from tests.meetings.case_files import NAMES, case, cells


def choices(column: "Field[object, object]") -> set[str]:
    return {str(value) for value, _label in column.choices or () if value}


@pytest.mark.parametrize("name", sorted(KEPT))
def test_every_key_of_an_item_has_a_column_and_the_same_choices(name: str) -> None:
    for key in plain_keys(name):
        column = KEPT[name].column(key)
        if key.type == schema.ENUM and not key.many and choices(column):
            assert set(key.values) == choices(column), key.name


@pytest.mark.parametrize(
    ("name", "model"), [("school", School), ("class_group", ClassGroup), ("student", Student), ("guardian", Guardian)]
)
def test_every_key_of_somebody_has_a_column_and_the_same_choices(name: str, model: type) -> None:
    for key in tables()[name].keys:
        column = model._meta.get_field(key.name)  # type: ignore[attr-defined]  # a model
        if key.type == schema.ENUM and not key.many:
            assert set(key.values) == choices(column), key.name


def test_the_other_lists_of_words_are_those_of_the_models() -> None:
    def values(table: str, key: str) -> tuple[str, ...]:
        found = tables()[table].key(key)
        assert found
        return found.values

    assert set(values("meeting", "status")) == set(Meeting.Status.values)
    assert set(values("meeting", "closed_kind")) == set(Meeting.ClosedKind.values)
    assert set(values("step_3_insight", "insight_state")) == set(Meeting.Insight.values)
    assert set(values("satisfied", "team")) == set(Meeting.Satisfied.values)
    assert set(values("goal", "checks")) == set(Goal.Check.values)
    assert set(values("curriculum_link", "kind")) == set(Goal.CurriculumKind.values)
    assert values("review", "progress") == PROGRESS
    assert set(values("agreement", "status")) == set(AgreementStatus.values)
    assert values("need_student", "visibility") == FLAGS


def test_every_help_sentence_of_the_library_can_stand_in_a_file() -> None:
    for holder, codes in HELP_SENTENCES.items():
        assert [sentence.code for sentence in help_sentences(holder)] == list(codes)


def test_every_single_text_of_a_meeting_has_its_place_in_the_file() -> None:
    assert set(STEP_TEXTS.values()) == set(TEXTS)
    for table, key in STEP_TEXTS:
        found = tables()[table].key(key)
        assert found
        assert found.type == schema.TEXT


def test_the_files_of_the_tests_use_every_key_of_every_table() -> None:
    used = {(table, key.name) for name in NAMES for table, key, _where, _index in cells(case(name))}
    assert {(name, key.name) for name, table in tables().items() for key in table.keys} - used == set()


def test_the_files_of_the_tests_use_every_state_and_both_kinds() -> None:
    meetings = [case(name)["meeting"] for name in NAMES]
    assert {m["status"] for m in meetings} >= {"planned", "cancelled", "closed", "amended"}
    assert {m.get("closed_kind") for m in meetings} == {"full", "info_round", None}
    assert {m["kind"] for m in meetings} == {"student", "group"}
