"""Erasing a student: nothing is left in any table, file or earlier version, the others keep theirs, the trace holds."""

import datetime
import uuid
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from hgw.accounts import rights
from hgw.audit.models import Entry, Key
from hgw.audit.sealing import seal
from hgw.audit.verifying import check
from hgw.items.models import Revision, SavedKey
from hgw.items.saving import save_item
from hgw.storage.faults import faults
from meetings.cases.exporting import export
from meetings.forgetting.tables import tables
from meetings.models import (
    Agreement,
    AgreementActor,
    Goal,
    Meeting,
    Need,
    Observation,
    Participant,
    Person,
    PlanIssue,
    Wish,
)
from meetings.tasks import make_file
from students.forgetting import erased_list, erasing
from students.models import Erasure, Hold, Leftover, Student, StudentGroup
from tests.access_case import make_row
from tests.factories import (
    Cast,
    make_grant,
    make_guardian,
    make_item,
    make_meeting,
    make_role,
    make_student,
    make_user,
    seat,
)
from tests.meetings.erased_case import MARK, bytes_with, erase, fill_everything, leave, where_it_stands
from tests.two_roles import as_on_a_fresh_connection


def beside(cast: Cast) -> Meeting:
    """The case of another student, with text of its own."""
    other = make_student(cast.school, cast.class_group, first_name="Wout", last_name="Peeters")
    make_guardian(other, first_name="Lies")
    meeting = make_meeting([other], by=cast.coordinator)
    seat(meeting, cast.coordinator, "care_coordinator")
    make_item(meeting, "meetinggoal", cast.coordinator, text="Wout leest vlot")
    return meeting


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_anywhere(cast: Cast, sign_in: Any) -> None:
    other = beside(cast)
    fill_everything(cast, sign_in)
    make_file.enqueue(str(PlanIssue.objects.filter(meeting=cast.meeting)[0].pk))
    before, theirs = export(other).text, Revision.objects.exclude(content__icontains=MARK).filter(item__in=[
        *(pk for model, path in tables() for pk in model._base_manager.filter(**{path: other.pk}).values_list("pk", flat=True))
    ]).count()  # fmt: skip
    seal()
    assert len(set(where_it_stands(MARK))) > 25
    seen = Entry.objects.count()

    done = erase(cast.student, asked=cast.coordinator, confirmed=cast.users["principal"])

    assert (done.students, done.is_whole) == (1, True)
    assert where_it_stands(MARK) == []
    assert bytes_with(MARK) == []
    assert not Key.objects.filter(pk=cast.student.pk).exists()
    assert not DBTaskResult.objects.exists()
    assert not Leftover.objects.exists()
    for model, path in tables():
        assert not model._base_manager.filter(**{path: cast.meeting.pk}).exists(), model
    # The others keep theirs, byte by byte.
    assert export(other).text == before
    assert Revision.objects.filter(school=cast.school).count() == theirs > 0
    assert SavedKey.objects.count() == 1
    # What stays: a line in the list, and that it was done in the trace, which is whole.
    erasure = Erasure.objects.get()
    assert (erasure.student, erasure.rule, bool(erasure.done_at)) == (cast.student.pk, "student", True)
    assert erasure.created_by is erasure.confirmed_by is None
    assert cast.student.pk in erased_list.read()
    last = Entry.objects.order_by("-pk")[0]
    assert (last.action, last.object) == ("student.erased", cast.student.pk)
    assert last.detail.removesuffix(" rows").isdigit()
    seal()
    rows, _head = check()
    assert rows == Entry.objects.count() == seen + 3
    assert list(faults()) == []
    connection.check_constraints()


def test_every_table_of_a_case_has_a_way_to_its_meeting() -> None:
    known = {model for model, _path in tables()}
    models = {m for m in apps.get_app_config("meetings").get_models(include_auto_created=True) if not m._meta.proxy}
    assert {m.__name__ for m in models - known} == {"MeetingSeries", "SchoolWord"}


@pytest.fixture
def group(cast: Cast) -> Meeting:
    """Nore and Wout in one meeting: what is about her, about him, and about both."""
    wout = make_student(cast.school, cast.class_group, first_name="Wout", last_name="Peeters")
    make_guardian(wout, first_name="Lies")
    meeting = make_meeting([cast.student, wout], by=cast.coordinator, title="Nore en Wout")
    StudentGroup.objects.filter(meetings=meeting).update(name="Nore en Wout", purpose="Nores lezen")
    seat(meeting, cast.coordinator, "care_coordinator")
    seat(meeting, "Nore", "student")
    seat(meeting, str(cast.mother), "guardian")
    seat(meeting, "Wout", "student")
    return meeting


def test_in_a_group_the_others_stay_and_the_own_rows_and_the_name_go(cast: Cast, group: Meeting) -> None:
    nore, wout = group.students
    by = cast.coordinator
    both = make_item(
        group, "observation", by, valence="strength", domain="ll", text="Nore en Wout lezen Nores boek", source="seen"
    )
    save_item(both, {"text": "Samen lezen Nore Vandamme en Wout"}, by=by, base_version=1, key=both.pk)
    his = make_item(
        group, "observation", by, valence="strength", domain="ll", text="Wout leest", source="seen", subject=wout
    )
    hers = make_item(
        group, "observation", by, valence="strength", domain="ll", text="leest graag", source="seen", subject=nore
    )
    wish = make_row(Wish, group, owner="parents", guardian=cast.mother, text="rust")
    told = make_row(Observation, group, told_by=cast.mother, text="thuis ook")
    goal = make_item(group, "goal", by, then_can="leest alleen", horizon="quick", subject=nore)
    under = make_row(Need, group, goal=goal, subject=wout, text="wat Wout nodig heeft")
    agreement = make_row(Agreement, group, what="samen oefenen", goal=goal)
    AgreementActor.objects.create(agreement=agreement, person=group.person("Nore"), is_lead=True)
    PlanIssue.objects.create(school=cast.school, meeting=group, plan=None, reader="report", pdf=b"Nore")

    erase(nore, asked=by, confirmed=cast.users["principal"])

    assert [str(one.student) for one in group.subjects.all()] == ["Wout Peeters"]
    assert Observation.objects.get(pk=both.pk).text == "Samen lezen [gewist] en Wout"
    assert [row.content["text"] for row in Revision.objects.filter(item=both.pk).order_by("version")] == [
        "[gewist] en Wout lezen [gewist] boek", "Samen lezen [gewist] en Wout",
    ]  # fmt: skip
    assert Observation.objects.get(pk=his.pk).text == "Wout leest"
    assert Revision.objects.filter(item=his.pk).exists()
    assert not Observation.objects.filter(pk=hers.pk).exists()
    assert not Wish.objects.filter(pk=wish.pk).exists()
    assert Observation.objects.get(pk=told.pk).told_by is None
    assert Goal.objects.get(pk=goal.pk).then_can == "[gewist]"  # his need stands on it
    assert Need.objects.get(pk=under.pk).text == "wat Wout nodig heeft"
    assert not Revision.objects.filter(item=hers.pk).exists()
    assert [(row.version, row.content["then_can"]) for row in Revision.objects.filter(item=goal.pk)] == [
        (2, "[gewist]")
    ]
    assert AgreementActor.objects.get(agreement=agreement).person.name == "[gewist]"
    assert not Person.objects.filter(name__in=["Nore", str(cast.mother)]).exists()
    assert sorted(Participant.objects.filter(meeting=group).values_list("person__name", flat=True)) == [by.name, "Wout"]
    assert PlanIssue.objects.get(meeting=group).pdf is None
    assert where_it_stands("Nore") == []
    assert where_it_stands("Vandamme") == where_it_stands(str(cast.mother)) == []
    assert list(faults()) == []
    export(Meeting.objects.get(pk=group.pk))
    connection.check_constraints()


def test_a_name_that_is_somebody_elses_too_stays(cast: Cast) -> None:
    nore = make_student(cast.school, first_name="Nore", last_name="Peeters")
    meeting = make_meeting([cast.student, nore], by=cast.coordinator)
    text = make_row(Observation, meeting, text="Nore Vandamme en Nore Peeters; Nore leest")
    erase(cast.student, asked=cast.coordinator, confirmed=cast.users["principal"])
    assert Observation.objects.get(pk=text.pk).text == "[gewist] en Nore Peeters; Nore leest"


def test_two_of_three_leave_no_name_behind(cast: Cast) -> None:
    students = [cast.student, *(make_student(cast.school, first_name=name, last_name="Maes") for name in ("Isa", "Bo"))]
    meeting = make_meeting(students, by=cast.coordinator)
    seat(meeting, "de mama van Nore", "external")
    agreement = make_row(Agreement, meeting, what="samen oefenen")
    for name in ("Nore", "Isa", "Bo"):
        AgreementActor.objects.create(agreement=agreement, person=meeting.person(name))
    for student in students[:2]:
        erase(student, asked=cast.coordinator, confirmed=cast.users["principal"])
    names = meeting.people.values_list("name", flat=True)
    assert {"Bo", "[gewist]", "[gewist] 2", "de mama van [gewist]"} <= set(names)
    assert not [name for name in names if "Nore" in name or "Isa" in name]


def test_a_name_as_it_was_typed_at_that_table_goes_too(cast: Cast, group: Meeting) -> None:
    Person.objects.filter(meeting=group, name="Nore").update(name="Nootje")
    text = make_row(Observation, group, text="Nootje lacht")
    erase(cast.student, asked=cast.coordinator, confirmed=cast.users["principal"])
    assert Observation.objects.get(pk=text.pk).text == "[gewist] lacht"


def test_how_everybody_is_called_at_home_is_no_name(cast: Cast, group: Meeting) -> None:
    mother = Person.objects.create(meeting=group, name="de mama")
    mother.guardians.add(cast.mother)
    text = make_row(Observation, group, text="De mama van Wout belt, en Wouts MAMA lacht")
    erase(cast.student, asked=cast.coordinator, confirmed=cast.users["principal"])
    assert Observation.objects.get(pk=text.pk).text == "De mama van Wout belt, en Wouts MAMA lacht"


@pytest.mark.parametrize(
    ("typed", "stays"),
    [
        ("NORE en nore vandamme, HILDE CLAES en Nores boek", "[gewist] en [gewist], [gewist] en [gewist] boek"),
        ("volgens mevr. Claes en VANDAMME", "volgens mevr. [gewist] en [gewist]"),
        ("de claes van het vlas, de nore in de zee", "de claes van het vlas, de nore in de zee"),
        ("Nore op zee. Na de nore ziet Nore niets", "Nore op zee. Na de nore ziet [gewist] niets"),
        ("Nore leest. Nore rekent", "[gewist] leest. [gewist] rekent"),
        ("Peeters en Wout PEETERS", "Peeters en Wout PEETERS"),
        ("Norel leest", "Norel leest"),
    ],
)
def test_a_name_goes_however_it_is_typed_and_no_word_of_others_with_it(
    cast: Cast, group: Meeting, typed: str, stays: str
) -> None:
    text = make_row(Observation, group, text=typed)
    erase(cast.student, asked=cast.coordinator, confirmed=cast.users["principal"])
    assert Observation.objects.get(pk=text.pk).text == stays


def test_a_last_name_that_somebody_at_the_school_bears_stays(cast: Cast, group: Meeting) -> None:
    make_role(make_user(name="Ann Vandamme"), cast.school, "subject_teacher")
    text = make_row(Observation, group, text="juf Vandamme en Nore Vandamme")
    erase(cast.student, asked=cast.coordinator, confirmed=cast.users["principal"])
    assert Observation.objects.get(pk=text.pk).text == "juf Vandamme en [gewist]"


def test_a_form_that_was_open_puts_no_name_back(cast: Cast, group: Meeting, sign_in: Any) -> None:
    by = cast.coordinator
    first = make_item(group, "observation", by, valence="strength", domain="ll", text="Nore leest", source="seen")
    save_item(first, {"talent": "lezen"}, by=by, base_version=1, key=uuid.uuid4())
    save_item(first.fresh(), {"talent": "lezen!"}, by=by, base_version=2, key=uuid.uuid4())
    other = make_item(group, "observation", by, valence="strength", domain="ll", text="Wout rekent", source="seen")
    erase(cast.student, asked=by, confirmed=cast.users["principal"])
    browser = sign_in(by)
    sent = {"text": "Nore leest graag", "domain": "ll", "source": "seen", "talent": "lezen!", "valence": "strength"}
    for base in ("1", "2", "3"):
        numbers = {"base_version": base, "key": str(uuid.uuid4())}
        answer = browser.post(reverse("item_edit", args=(group.pk, "observation", first.pk)), sent | numbers)
        assert answer.status_code == 409, base
    now = Observation.objects.get(pk=first.pk)
    assert (now.text, now.version) == ("[gewist] leest", 6)
    versions = Revision.objects.filter(item=first.pk).exclude(act="set_aside").order_by("version")
    assert [(row.version, row.content["text"]) for row in versions] == [(n, "[gewist] leest") for n in (4, 5, 6)]
    assert Observation.objects.get(pk=other.pk).version == 1  # nothing of it changed
    save_item(now, {"text": "verder"}, by=by, base_version=6, key=uuid.uuid4())
    assert list(faults()) == []


def test_the_last_one_of_a_group_takes_the_meeting_along(cast: Cast, group: Meeting) -> None:
    for student in group.students:
        erase(student, asked=cast.coordinator, confirmed=cast.users["principal"])
    assert not Meeting.objects.filter(pk=group.pk).exists()
    assert not StudentGroup.objects.exists()


def test_it_is_gone_at_once_and_goes_on_after_a_kill(cast: Cast, sign_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_everything(cast, sign_in)
    browser = sign_in(cast.coordinator)
    address = reverse("student", args=(cast.student.pk,))

    def killed() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(erasing, "_destroy_leftovers", killed)
    with pytest.raises(KeyboardInterrupt):
        erase(cast.student, asked=cast.coordinator, confirmed=cast.users["principal"])
    assert browser.get(address).status_code == 404
    assert browser.get(reverse("meeting", args=(cast.meeting.pk,))).status_code == 404
    assert MARK not in browser.get(reverse("today")).content.decode()
    assert set(where_it_stands(MARK)) == {"items_revision"}  # nobody finds these any more
    monkeypatch.undo()
    erasing.work()
    assert where_it_stands(MARK) == []


@pytest.mark.django_db(transaction=True)
def test_a_task_that_begins_for_no_school_finishes_what_was_killed(
    cast: Cast, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on PostgreSQL outside of a transaction: no row is there."""
    make_grant(cast.teacher, cast.student)
    told: list[uuid.UUID] = []
    monkeypatch.setattr(rights, "changed", told.append)
    leave(cast.student)
    assert erasing.confirm(erasing.ask(cast.student, "student", by=cast.coordinator), by=cast.users["principal"])

    def killed() -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(erasing, "_destroy_leftovers", killed)
        with pytest.raises(KeyboardInterrupt), as_on_a_fresh_connection():
            erasing.work()
    assert cast.teacher.pk in told
    assert Erasure.objects.begun().exists()
    with as_on_a_fresh_connection():
        erasing.work()
    assert not Erasure.objects.begun().exists()
    assert Erasure.objects.get().done_at


def test_a_hold_keeps_everything_until_it_is_lifted(cast: Cast) -> None:
    leave(cast.student)
    erasure = erasing.ask(cast.student, "student", by=cast.coordinator)
    hold = Hold.objects.create(school=cast.school, student=cast.student, reason="beroep", created_by=cast.coordinator)
    assert not erasing.confirm(erasure, by=cast.users["principal"])
    Hold.objects.update(ended_on=hold.since)
    assert erasing.confirm(erasure, by=cast.users["principal"])
    Hold.objects.update(ended_on=None)  # set after the confirmation, before it is done
    assert erasing.work().students == 0
    assert Student.objects.filter(pk=cast.student.pk).exists()


def test_who_comes_back_with_a_backup_is_erased_again(cast: Cast, sign_in: Any) -> None:
    day = datetime.date(2026, 9, 1)
    erase(make_student(cast.school), asked=cast.coordinator, confirmed=cast.users["principal"])
    file = erased_list.places()[0]
    with file.open("a") as more:
        more.write(f"{cast.student.pk}\t{day}\tstudent\nonzin\n")
    erasing.again()
    assert not Student.objects.filter(pk=cast.student.pk).exists()
    assert Erasure.objects.get(student=cast.student.pk).erased_on == day
    assert erasing.again().students == 0
