"""What goes in comes out: every value at its place, and the same bytes again. What was typed here: test_cases_typed_here.py."""

import itertools
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hgw.items.models import Revision
from hgw.text import forbidden, normal
from meetings.cases.collecting import Words
from meetings.cases.exporting import dump, export
from meetings.cases.faults import Refused
from meetings.cases.loading import load
from meetings.cases.reading import Scalar, read
from meetings.cases.schema import PERSON, SHORT, TEXT, tables
from meetings.models import Meeting, MeetingItem, PhaseDecision, Plan, Wish
from students.models import Guardian, PhaseRecord
from tests.meetings.case_files import FOLDER, NAMES, Data, case, cells, leaves, parsed, raw, written
from tests.meetings.composed_case import compose

# Files besides our own are tried when somebody names a folder with them.
MORE = sorted(Path(os.environ["HGW_CASES"]).glob("*.yaml")) if "HGW_CASES" in os.environ else []
FILES = [*sorted(FOLDER.glob("*.yaml")), *MORE]


def exported(meeting: Meeting) -> str:
    return export(Meeting.objects.get(pk=meeting.pk)).text


def words(text: str) -> set[str]:
    """Every text that stands in a file as a value."""
    return {value for _path, value in leaves(parsed(text)) if isinstance(value, str)}


@pytest.mark.django_db
@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_every_value_of_a_file_comes_back_at_its_place(file: Path) -> None:
    assert missing(file.read_bytes(), exported(load(file.read_bytes()))) == []


def missing(data: bytes, export: str) -> list[tuple[str, Any]]:
    """The values of a file that an export does not have at their place. A key with null is no key; a day is a day in quotes too."""
    there = {path: str(value) for path, value in leaves(parsed(export))}
    given = [(path, normal(str(value))) for path, value in leaves(parsed(data)) if value not in (None, [], {})]
    return [(path, value) for path, value in given if there.get(path) != value]


# What holds by itself, and is no default in a table: who was there, whose strength it is, who leads, how it went.
FOLLOWS = {("participant", "present"), ("strength", "holder"), ("actor", "lead"), ("agreement", "status")}


@pytest.mark.django_db
@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_what_comes_back_beside_it_is_a_default(file: Path) -> None:
    here, there = parsed(file.read_bytes()), parsed(exported(load(file.read_bytes())))
    more = {path for path, _value in leaves(there)} - {path for path, _value in leaves(here)}
    paths = {(id(where), index): path for path, where, index in places(there)}
    for table, key, where, index in cells(there):
        path = paths[id(where), index]
        whole = key.many and not isinstance(where, list)
        if (path in more or (whole and f"{path}[0]" in more)) and (table, key.name) not in FOLLOWS:
            default = list(key.default) if isinstance(key.default, tuple) else key.default
            assert (path, where[index] if not isinstance(where, list) else where) == (path, default)


def places(data: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Path, container and index of every value."""
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        here = f"{path}[{key}]" if isinstance(data, list) else f"{path}.{key}" if path else str(key)
        yield here, data, key
        if isinstance(value, dict | list):
            yield from places(value, here)


@pytest.mark.django_db
@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_a_reloaded_meeting_gives_the_same_bytes(file: Path) -> None:
    first = exported(load(file.read_bytes()))
    assert exported(load(first.encode())) == first


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(chance=st.randoms(use_true_random=False))
def test_any_file_that_keeps_the_rules_comes_back(db: None, chance: random.Random) -> None:
    """Every table, every kind of value and every rule, in files that nobody thought of."""
    data = written(compose(chance))
    with transaction.atomic():
        first = exported(load(data))
        assert missing(data, first) == []
        assert exported(load(first.encode())) == first
        transaction.set_rollback(True)


# What cannot hold just any text: it is compared with other parts of the file, or has a form of its own.
NAMES_OF_SOMEBODY = {
    ("participant", "name"), ("guardian", "first_name"), ("guardian", "last_name"), ("student", "first_name"),
    ("student", "last_name"), ("student", "preferred_name"), ("group", "members"), ("communication", "to"),
    ("school", "institution_number"), ("factor", "cluster"), ("cluster", "name"),
}  # fmt: skip


@pytest.mark.django_db
def test_no_text_of_the_format_is_lost() -> None:
    """Driven by the tables: a text that is added to the format and not to the database fails here."""
    marked: set[tuple[str, str]] = set()
    number = itertools.count(1)
    for name in NAMES:
        data, marks = case(name), {}
        data["school"]["institution_number"] = (
            f"{next(number):06d}"  # a school of its own: one that is here stays as it is
        )
        for table, key, where, index in cells(data):
            if (key.type in {TEXT, SHORT} or key.type == "goal scale") and (table, key.name) not in NAMES_OF_SOMEBODY:
                marks[f"merk {next(number)} — “é” # : - 'x' \\ "] = (table, key.name)
                where[index] = list(marks)[-1]
        found = words(exported(load(written(data))))
        assert [mark for mark in marks if mark not in found] == []
        marked |= set(marks.values())
    free = {(n, k.name) for n, t in tables().items() for k in t.keys if k.type in {TEXT, SHORT}} - NAMES_OF_SOMEBODY
    assert free - marked == set()


@pytest.mark.django_db
def test_names_come_back_too() -> None:
    names = {
        value
        for table, key, where, index in cells(case("werkstuk"))
        if (key.type == PERSON or (table, key.name) in NAMES_OF_SOMEBODY) and isinstance(value := where[index], str)
    }
    assert names - words(exported(load(raw("werkstuk")))) == set()


texts = st.text(
    st.characters(exclude_categories=("Cs",)) | st.sampled_from("\n\t \"'#:-|>%@`é\u0301\u2028\ufeff\U0001f33b"),
    min_size=1,
).filter(lambda text: not forbidden(normal(text)))


@settings(max_examples=200, deadline=None)
@given(text=texts)
def test_any_text_is_written_and_read_equal(text: str) -> None:
    text = normal(text)
    data = dump({"text": Words(text)})
    value = read(data.encode())[0].values["text"]
    assert isinstance(value, Scalar)
    assert (value.text, parsed(data)["text"]) == (text, text)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", ["regel\nregel", "a\n", "\na", "a\n\n\n", "  a\nb", "a \nb", "a\n\tb", "- a\n# b", "|"]
)
def test_the_shape_of_a_text_comes_back(text: str) -> None:
    data = case("gepland")
    data["step_2_overview"]["reason_now"] = text
    assert parsed(exported(load(written(data))))["step_2_overview"]["reason_now"] == text


# --- a loaded meeting is a whole one ---


@pytest.mark.django_db
def test_every_item_has_its_first_version_in_the_history() -> None:
    meeting = load(raw("werkstuk"))
    revisions = {revision.item: revision for revision in Revision.objects.all()}
    for model in MeetingItem.__subclasses__():
        for sub in [model, *model.__subclasses__()]:
            if sub._meta.abstract:
                continue
            for item in sub._base_manager.filter(meeting=meeting):
                if sub.__name__ == "StepText" and not item.text:
                    continue
                assert revisions[item.pk].content == item.content()
                assert (item.version, revisions[item.pk].act, revisions[item.pk].author) == (1, "added", None)
    assert revisions[meeting.pk].content == meeting.fresh().content()


@pytest.mark.django_db
def test_a_closed_meeting_leaves_final_plans_and_a_phase() -> None:
    meeting = load(raw("werkstuk"))
    assert meeting.fresh().closed_at
    assert {plan.status for plan in meeting.plans.all()} == {"final"}
    found = PhaseRecord.objects.filter(decided_in=meeting.pk)
    assert {(row.guidance_domain, row.phase_id) for row in found} == {
        ("learning", "extended"), ("school_career", "broad_basic"),
    }  # fmt: skip
    assert {row.consent is not None for row in found} == {True}


@pytest.mark.django_db
def test_an_open_meeting_leaves_a_draft_and_no_phase() -> None:
    meeting = load(raw("gepland"))
    assert meeting.is_open
    assert [plan.status for plan in Plan.objects.filter(meeting=meeting)] == ["draft"]
    assert not PhaseRecord.objects.exists()


@pytest.mark.django_db
def test_the_plan_of_a_later_meeting_still_counts_after_loading_an_earlier_one() -> None:
    later, earlier = case("werkstuk"), case("werkstuk")
    earlier["meeting"]["date"] = "2025-10-16"
    first = load(written(later))
    second = load(written(earlier))
    assert (first.plans.get().status, second.plans.get().status) == ("final", "superseded")


@pytest.mark.django_db
def test_in_a_group_nothing_of_one_child_hangs_on_another() -> None:
    meeting = load(raw("kookhoek"))
    keys = {subject.student_id: subject.key for subject in meeting.subjects.all()}
    assert list(keys.values()) == ["wout", "fien_2", "ibrahim"]
    for decision in PhaseDecision.objects.filter(meeting=meeting):
        assert decision.subject_id == decision.student_id
    wish = Wish.objects.get(meeting=meeting, text="Dat ze proeft.")
    assert wish.guardian is not None
    assert keys[wish.guardian.student_id] == "fien_2"
    assert Guardian.objects.filter(last_name="Smout").count() == 2


# --- whatever stands in a file, it is loaded or refused ---


def spoiled(data: Data, chance: random.Random) -> None:
    """Change one thing anywhere in the file."""
    places: list[tuple[Any, Any]] = []

    def walk(value: Any) -> None:
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            places.append((value, key))
            if isinstance(inner, dict | list):
                walk(inner)

    walk(data)
    where, key = chance.choice(places)
    odd: list[Any] = [
        None, [], {}, "", " ", 0, -1, True, 1.5, "x" * 201, "2025-11-20", ["a"], [["a"]], {"a": 1}, [None], [{}],
        "care_team", "wout", "D-1", "Desi", "Roos Timmermans", "extended", ["confidential"], 10**30, "0000-00-00",
    ]  # fmt: skip
    act = chance.randrange(3)
    if act == 0:
        del where[key]
    elif act == 1 and isinstance(where, list):
        where.append(where[key])
    else:
        where[key] = chance.choice(odd)


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_a_spoiled_file_is_loaded_or_refused(name: str) -> None:
    chance = random.Random(name)
    refused = 0
    for _time in range(25):
        data = case(name)
        for _change in range(chance.randrange(1, 3)):
            spoiled(data, chance)
        try:
            with transaction.atomic():
                meeting = load(written(data))
                connection.check_constraints()
            exported(meeting)
        except Refused:
            refused += 1
    assert refused
