"""Two nets between the schools of one installation, each tried without the other: the door, and PostgreSQL's own policies.

SQLite has the door alone: every other test of who sees what there is a test of that.
"""

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from hgw import transaction as transactions
from hgw.access import AccessQuerySet
from hgw.items.models import Revision
from hgw.storage.contents import kept_models, typed_fields
from hgw.storage.row_security import SETTING, WHOLE
from hgw.transaction import reading, schools_of, work_also_for, writing
from meetings.models import Meeting, MeetingGoal, Person
from students.models import Student
from tests import two_roles
from tests.access_case import CanaryCase, case_with_canaries
from tests.factories import Cast, make_cast, make_student
from tests.test_access import add_rows, ask, signed_in
from tests.test_canaries import pages

# Tables of typed text that are there for every school, and why.
WITHOUT = {
    "accounts_invitation": "read by its signed link, before anybody is known; it says who is asked, nothing of a case",
    "accounts_school": "names of schools; the policies themselves ask it",
    "accounts_user": "who signs in is looked up here before anything is known of schools",
    "audit_entry": "codes and ids; what was refused is of no school",
    "audit_key": "what ids of the trace stand for; found by the id in an entry of one's own school",
    "students_holiday": "names of holidays, found through the years of a school",
    "students_phase": "the words of the law for the phases of support",
}
OF_THE_OTHER_SCHOOL = "kanariebuitenshuis"


def asked(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


@pytest.mark.django_db
def test_every_table_of_typed_text_has_a_policy_or_a_reason(on_postgres: bool) -> None:
    """And every other table of a school too. A new one gets its policy in the migration that makes it."""
    typed = {model._meta.db_table for model in kept_models() if typed_fields(model)}
    of_school = {
        model._meta.db_table
        for model in kept_models()
        if model._meta.app_label in {"items", "students", "meetings"}
        and any(field.name == "school" for field in model._meta.concrete_fields)
    }
    assert set(WITHOUT) <= typed - of_school
    if on_postgres:
        forced = asked("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        policies = asked("SELECT tablename FROM pg_policies WHERE cmd = 'ALL' AND with_check IS NULL")
        assert {name for (name,) in forced} == {name for (name,) in policies} == (typed | of_school) - set(WITHOUT)


@pytest.mark.django_db
def test_the_tests_themselves_work_with_a_role_that_policies_hold(on_postgres: bool) -> None:
    if on_postgres:
        assert asked("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user") == [(False,)]
        assert asked("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole") == [(0,)]


def test_without_a_word_there_are_no_rows_and_none_are_written(cast: Cast, on_postgres: bool) -> None:
    """Nor for who names another school; and afterwards all is as it was."""
    rows = [model.objects.all() for model in (Meeting, Student, Person, Revision, MeetingGoal)]
    everything = [found.count() for found in rows]
    for schools in (set(), {uuid.uuid4()}, ""):
        with reading(schools):
            assert [found.count() for found in rows] == ([0] * 5 if on_postgres else everything)
    if on_postgres:
        for schools in (set(), {cast.other_school.pk}):
            with pytest.raises(DatabaseError, match="row-level security"), writing(schools):
                Student.objects.create(school=cast.school, first_name="Nore", last_name="X", birth_date="2017-01-01")
            with writing(schools):
                assert Student.objects.filter(pk=cast.student.pk).update(last_name="Weg") == 0
    assert [found.count() for found in rows] == everything


def test_each_works_for_its_own_schools(cast: Cast, on_postgres: bool) -> None:
    """For all of them, where somebody works at several; and a school can come with it in the transaction at hand."""
    both = {cast.school.pk, cast.other_school.pk}
    make_student(cast.other_school)

    def seen() -> set[Any]:
        return set(Student.objects.order_by().values_list("school", flat=True).distinct())

    with reading(schools_of(cast.coordinator)):
        assert seen() == ({cast.school.pk} if on_postgres else both)
    with reading(both):
        assert seen() == both
    with reading({cast.school.pk}):
        work_also_for(cast.other_school.pk)
        assert seen() == both
    with reading(set()):
        work_also_for(cast.other_school.pk)
        assert seen() == ({cast.other_school.pk} if on_postgres else both)
    with reading(WHOLE):
        work_also_for(cast.school.pk)
        assert seen() == both


@pytest.mark.django_db(transaction=True)
def test_what_a_transaction_was_told_ends_with_it(on_postgres: bool) -> None:
    if not on_postgres:
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SET {SETTING} = ''")  # as on a connection of the server
    for end in (None, ZeroDivisionError):
        with pytest.raises(ZeroDivisionError) if end else reading(WHOLE), writing({uuid.uuid4()}) if end else reading():
            assert asked(f"SHOW {SETTING}") != [("",)]
            if end:
                raise end
        assert asked(f"SHOW {SETTING}") == [("",)]


# --- each net without the other ---


@pytest.fixture
def no_door(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is everybody's, as far as the door is asked."""
    monkeypatch.setattr(AccessQuerySet, "allowed", lambda self, user, act, what="": self)
    monkeypatch.setattr(AccessQuerySet, "known", lambda self, user, act, what, row: None)


def met(case: CanaryCase, who: str) -> set[str]:
    """The canaries that somebody meets on every page of every object, their own school's and the other one's."""
    browser, found = signed_in(case.readers[who]), set()
    for _entry, method, url, data, headers in pages(case, who, is_open=True):
        answer = ask(browser, method, url, data, **headers)
        found |= set(re.findall(r"kanarie[a-z]+", f"{answer.headers} {answer.content.decode()}"))
    return found


@pytest.mark.long
@pytest.mark.usefixtures("no_door")
@pytest.mark.parametrize("who", ["homeroom_teacher", "elsewhere", "role_ended"])
def test_without_the_door_no_word_crosses_from_one_school_to_another(cast: Cast, who: str, on_postgres: bool) -> None:
    if not on_postgres:
        return  # has the door alone
    found = met(case_with_canaries(add_rows(cast)), who)
    if who == "homeroom_teacher":
        assert OF_THE_OTHER_SCHOOL not in found
        assert "kanariegeheim" in found, "there was no door"
    else:
        assert found == ({OF_THE_OTHER_SCHOOL} if who == "elsewhere" else set())


@pytest.mark.usefixtures("no_door")
def test_with_neither_there_is_something_to_meet(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    case = case_with_canaries(add_rows(cast))
    monkeypatch.setattr(transactions, "schools_of", lambda user: WHOLE)
    page = ask(signed_in(case.readers["elsewhere"]), "get", reverse("meeting_step", args=(cast.meeting.pk, "doelen")))
    assert "kanariegeheim" in page.content.decode()


@pytest.fixture
def unpoliced(django_db_setup: None, django_db_blocker: Any, on_postgres: bool) -> Iterator[None]:
    """Who comes in is let past every policy."""
    if on_postgres:
        two_roles.come_in_as_superuser()
    with django_db_blocker.unblock(), transaction.atomic() as _around:
        connection.atomic_blocks[-1]._from_testcase = True  # as the transaction that Django puts around a test
        yield
        transaction.set_rollback(True)
    two_roles.come_in_as_application()


@pytest.mark.long
@pytest.mark.usefixtures("unpoliced")
def test_without_policies_the_door_alone_keeps_the_schools_apart(on_postgres: bool) -> None:
    if not on_postgres:
        return  # every walk there is with the door alone
    assert asked("SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == [(True,)]
    assert met(case_with_canaries(add_rows(make_cast())), "elsewhere") == {OF_THE_OTHER_SCHOOL}
