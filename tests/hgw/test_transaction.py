"""The one transaction of a request: reading never writes, and an answer of 400 or more leaves nothing behind."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from hgw.accounts.models import School
from hgw.audit.models import Entry
from hgw.transaction import WriteWhileReading, reading, writing
from tests.factories import Cast, make_school
from tests.two_connections import at_once


@pytest.mark.django_db(transaction=True)
def test_reading_refuses_to_write() -> None:
    with pytest.raises(WriteWhileReading), reading():
        make_school()
    assert not School.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_reading_leaves_the_next_transaction_as_it_was() -> None:
    with reading():
        School.objects.count()
    with writing():
        make_school()
    assert School.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_first_reads_takes_the_lock_when_it_writes(on_postgres: bool) -> None:
    """Else a writer that reads before it writes is refused at once when another was quicker, instead of waiting."""

    def read_then_write() -> list[str]:
        with reading():
            School.objects.count()
        with CaptureQueriesContext(connection) as asked, writing():
            make_school()
        return [query["sql"] for query in asked]

    (asked,) = at_once(read_then_write, transaction=False)  # in a thread: with a connection of its own
    assert ("BEGIN IMMEDIATE" in asked) is not on_postgres


@pytest.mark.django_db(transaction=True)
def test_writing_cannot_be_nested() -> None:
    with pytest.raises(RuntimeError), transaction.atomic(), writing():
        pass
    assert not connection.in_atomic_block


def test_a_refused_post_leaves_nothing(cast: Cast, sign_in) -> None:
    before = Entry.objects.count()
    answer = sign_in(cast.teacher).post(f"/besprekingen/{cast.meeting.pk}/meetinggoal/nieuw/", {"text": ""})
    assert answer.status_code == 422
    assert Entry.objects.count() == before


def test_opening_a_case_is_in_the_trace_and_holds_no_text(cast: Cast, sign_in) -> None:
    assert sign_in(cast.teacher).get(f"/besprekingen/{cast.meeting.pk}/stap/start/").status_code == 200
    entry = Entry.objects.get(action="meeting.opened")
    assert (entry.who, entry.object, entry.student) == (cast.teacher.pk, cast.meeting.pk, cast.student.pk)
    assert entry.detail == ""


def test_a_part_of_a_page_is_no_way_around_the_trace(cast: Cast, sign_in) -> None:
    browser = sign_in(cast.teacher, htmx=True)
    page = f"/besprekingen/{cast.meeting.pk}/stap/start/"
    assert browser.get(page).status_code == 200
    assert Entry.objects.filter(action="meeting.opened", who=cast.teacher.pk).count() == 1
    assert browser.get(page).status_code == 200  # looks again
    assert Entry.objects.filter(action="meeting.opened", who=cast.teacher.pk).count() == 1
