"""The demonstration school: refused beside a real one, whole, and the same rows on the same day."""

import datetime
from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import transaction

from hgw.access import last_worded
from hgw.accounts.models import Role, School, User
from hgw.items.models import Revision
from meetings.demo import names, school
from meetings.models import Agreement, Meeting, MeetingGoal, Observation
from meetings.models.items import MeetingItem
from students.models import ClassGroup, Guardian, PhaseRecord, Student
from students.models.people import Authority
from tests.factories import make_school

pytestmark = pytest.mark.django_db
KEPT = {"Phase", "ContentType", "Permission", "Group", "Session", "DBTaskResult", "EmailAddress"}


def seed(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The lines of the command, in a process that begins: its clock goes on with each look, and a rule is worded once."""
    last_worded.cache_clear()
    call_command("seed_demo")
    return capsys.readouterr().out.splitlines()


def all_rows() -> dict[str, list[Any]]:
    """Every row of every table that the command fills."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        if model.__name__ not in KEPT:
            rows: Any = model._base_manager
            columns = [
                f.attname for f in model._meta.concrete_fields if not (model._meta.auto_created and f.primary_key)
            ]
            # In the mark of an entry of the trace is chance, and the key of the installation.
            columns = [c for c in columns if (model.__name__, c) != ("Entry", "mark")]
            columns = [
                c for c in columns if not (c == "id" and model._meta.pk.get_internal_type().endswith("AutoField"))
            ]
            found[model._meta.label] = sorted(rows.values_list(*columns), key=repr)
    return found


def test_the_same_day_gives_the_same_rows(capsys: pytest.CaptureFixture[str]) -> None:
    before = transaction.savepoint_create()
    lines, first = seed(capsys), all_rows()
    transaction.savepoint_rollback(before)
    assert not School.objects.exists()
    assert seed(capsys) == lines
    second = all_rows()
    assert first.keys() == second.keys()
    for table, rows in first.items():
        assert rows == second[table], table
    assert sum(len(rows) for rows in first.values()) > 2500


def test_a_school_that_exists_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    make_school()
    before = all_rows()
    with pytest.raises(SystemExit) as refused:
        call_command("seed_demo")
    said = capsys.readouterr()
    assert refused.value.code == 2
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 1
    assert all_rows() == before


@pytest.fixture(scope="module")
def seeded(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[str]]:
    """The lines of the command; its rows stay for the rest of this module."""
    out, around = StringIO(), transaction.atomic()
    around._from_testcase = True  # type: ignore[attr-defined]  # as Django's own tests say: a durable block may begin inside
    with django_db_blocker.unblock(), around:
        with redirect_stdout(out):
            call_command("seed_demo")
        yield out.getvalue().splitlines()
        transaction.set_rollback(True)


def test_every_role_is_there_with_one_password(seeded: list[str]) -> None:
    lines = [line.split("\t") for line in seeded]
    assert {role for role, _email, _password in lines} == set(Role.values)
    assert {email for _role, email, _password in lines} == set(User.objects.values_list("email", flat=True))
    assert {password for _role, _email, password in lines} == {school.PASSWORD}
    assert len(set(User.objects.values_list("password", flat=True))) == 1, "hashed once"
    assert all(user.check_password(school.PASSWORD) for user in User.objects.all()[:2])


def test_the_school_is_whole_and_its_names_are_of_today(seeded: list[str]) -> None:
    assert ClassGroup.objects.count() == 12
    assert Student.objects.count() == 180
    assert School.objects.count() == 2
    assert not [s for s in Student.objects.all() if s.class_on() is None]
    assert set(Guardian.objects.values_list("authority", flat=True)) == set(Authority.values)
    assert not Student.objects.filter(guardians=None).exists()
    assert set(PhaseRecord.objects.values_list("direction", flat=True)) >= {"up", "down"}
    phases = PhaseRecord.objects.current().values_list("phase__code", flat=True)
    assert set(phases) == {"broad_basic", "increased", "extended", "iac_ov4"}

    last = set(Student.objects.values_list("last_name", flat=True))
    assert {"O'Neill", "Van den Bossche", "Şahin", "Demirtaş", "El Amrani", "Wiśniewska"} <= last
    first = set(Student.objects.values_list("first_name", flat=True))
    assert {"Zoë", "Łukasz", "Suryani"} <= first
    assert max(len(str(student)) for student in Student.objects.all()) > 55
    assert {name for name, _last, _preferred in names.UNUSUAL} <= first


def test_twenty_meetings_in_every_state_with_their_history(seeded: list[str]) -> None:
    assert Meeting.objects.count() == 20
    assert set(Meeting.objects.values_list("status", flat=True)) == set(Meeting.Status.values)
    closed = set(Meeting.objects.filter(status="closed").values_list("closed_kind", flat=True))
    assert closed == {"full", "info_round"}
    assert Meeting.objects.filter(kind_of_meeting="group").count() == 1
    today = datetime.date.today()
    assert Agreement.objects.overdue().exists()
    assert Agreement.objects.unfinished().filter(due__gt=today).exists()
    assert Agreement.objects.filter(status="done").exists()
    assert not Agreement.objects.filter(actors=None).exists()

    kinds: tuple[type[MeetingItem], ...] = (MeetingGoal, Observation, Agreement)
    for kind in kinds:
        known = set(Revision.objects.filter(kind=kind.kind()).values_list("item", flat=True))
        assert set(kind.objects.values_list("pk", flat=True)) <= known

    everything = repr(all_rows()).lower()
    for word in ("kansarm", "probleemkind", "onwil"):
        assert word not in everything, word
