"""What gets into the trace beside the saves: who came in, who looked for whom, who was refused. And nothing else changes it."""

import json
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from hgw.audit.models import Action, Entry, Key, hidden, record, remember
from hgw.audit.sealing import seal
from tests import two_roles
from tests.factories import PASSWORD, Cast

LOGIN = "/aanmelden/login/"


def found(*actions: Action) -> list[Any]:
    return list(Entry.objects.filter(action__in=actions).values_list("action", "who", "object", "student", "detail"))


def test_who_signs_in_and_out(cast: Cast) -> None:
    browser, teacher = Client(), cast.teacher.pk
    browser.post(LOGIN, {"login": cast.teacher.email, "password": PASSWORD})
    browser.post("/aanmelden/logout/")
    assert found(Action.SIGNED_IN, Action.SIGNED_OUT) == [
        ("signed.in", teacher, teacher, None, ""), ("signed.out", teacher, teacher, None, ""),
    ]  # fmt: skip
    assert Key.objects.get(pk=teacher).label == cast.teacher.name


@pytest.mark.parametrize("headers", [{}, {"Accept": "application/json"}])
def test_who_is_not_let_in_also_where_the_answer_undoes_everything(cast: Cast, headers: dict[str, str]) -> None:
    for email in (cast.teacher.email, "Kanarie@elders.example"):
        Client(headers=headers).post(LOGIN, {"login": email, "password": "verkeerd verkeerd"})
    assert found(Action.SIGN_IN_REFUSED) == [
        ("sign_in.refused", None, cast.teacher.pk, None, "not_known"),
        ("sign_in.refused", None, hidden("address", "kanarie@elders.example"), None, "not_known"),
    ]


def test_an_account_that_was_closed_and_who_tries_too_often(cast: Cast, counted: None) -> None:
    type(cast.teacher).objects.filter(pk=cast.teacher.pk).update(is_active=False)
    Client().post(LOGIN, {"login": cast.teacher.email, "password": PASSWORD})
    for _try in range(6):
        Client().post(LOGIN, {"login": "niemand@school.example", "password": "verkeerd verkeerd"})
    details = {detail for *_rest, detail in found(Action.SIGN_IN_REFUSED)}
    assert "too_often" in details
    assert details <= {"inactive", "not_known", "too_often"}
    assert Entry.objects.filter(action=Action.SIGN_IN_REFUSED, object=cast.teacher.pk).count() == 1


def test_a_page_that_is_asked_for_too_often(cast: Cast, counted: None, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "60/m/ip"}
    statuses = [Client().post(LOGIN, {"login": f"x{n}@y.example", "password": "nee"}).status_code for n in range(62)]
    refused = found(Action.REFUSED)
    assert len(refused) == statuses.count(429) > 0
    assert {detail for *_rest, detail in refused} == {"429 account_login"}


@pytest.mark.parametrize("words", ["Kanarie", "  kanarie "])
def test_a_search_without_its_words(cast: Cast, sign_in: Any, words: str) -> None:
    browser = sign_in(cast.coordinator)
    browser.get(reverse("students"))
    assert found(Action.STUDENTS_SEARCHED) == []
    browser.post(reverse("students"), {"name": words}, follow=True)
    browser.post(reverse("meeting_new"), {"search": "1", "find": words})
    browser.post(reverse("group_new", args=(cast.school.pk,)), {"search": "1", "find": words})
    entries = found(Action.STUDENTS_SEARCHED)
    assert entries == [("students.searched", cast.coordinator.pk, hidden("search", "kanarie"), None, "")] * 3
    everything = json.dumps(list(Entry.objects.values()), default=str)
    assert "anarie" not in everything


def test_the_same_words_have_another_id_at_another_installation(settings: Any) -> None:
    here = hidden("search", "jan")
    settings.SECRET_KEY = "x" * 50
    assert hidden("search", "jan") != here != hidden("address", "jan")


def test_projecting_a_meeting_and_the_end_of_that(cast: Cast, sign_in: Any) -> None:
    browser, meeting = sign_in(cast.coordinator), cast.meeting
    browser.post(reverse("projection_start", args=(meeting.pk,)))
    browser.get(reverse("projection_stop"))
    for _twice in range(2):
        browser.post(reverse("projection_stop"))
    assert found(Action.PROJECTION_STARTED, Action.PROJECTION_STOPPED) == [
        (act, cast.coordinator.pk, meeting.pk, cast.student.pk, "")
        for act in ("projection.started", "projection.stopped")
    ]


def test_what_cannot_be_written_down_is_not_shown(cast: Cast, sign_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Entry, **_how: Any) -> None:
        raise IntegrityError("no")

    browser, stranger = sign_in(cast.teacher), sign_in(cast.others["care_coordinator"])
    browser.raise_request_exception = stranger.raise_request_exception = False
    monkeypatch.setattr(Entry, "save", full)
    monkeypatch.setattr("django.utils.log.log_response", lambda *args, **kwargs: None)
    for who in (browser, stranger):
        answer = who.get(reverse("student", args=(cast.student.pk,)))
        assert answer.status_code == 500
        assert cast.student.first_name not in answer.content.decode()


def test_an_entry_is_never_changed_or_taken_away(cast: Cast) -> None:
    record(Action.SCHOOL_CHANGED, school=cast.school.pk, who=None, object=cast.school.pk)
    seal()
    entry = Entry.objects.latest("pk")
    for act in (
        entry.save, entry.delete, Entry.objects.all().delete, lambda: Entry.objects.update(detail="x"),
        lambda: Entry.objects.bulk_create([entry]), lambda: Entry.objects.bulk_update([entry], ["detail"]),
    ):  # fmt: skip
        with pytest.raises(TypeError):
            act()


def run(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.mark.parametrize("table", ["audit_entry", "audit_seal"])
def test_the_tables_refuse_it_too(cast: Cast, table: str, on_postgres: bool) -> None:
    record(Action.SCHOOL_CHANGED, school=cast.school.pk, who=None, object=cast.school.pk)
    seal()
    statements = [[f"UPDATE {table} SET id = id"], [f"DELETE FROM {table}"]]
    for refused in [*statements, two_roles.by_owner([f"TRUNCATE {table}"])] if on_postgres else statements:
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            run(refused)


def test_erasing_somebody_empties_the_keys_alone(cast: Cast) -> None:
    from hgw.audit.verifying import check

    remember("student", [(cast.student.pk, str(cast.student))])
    record(Action.STUDENT_OPENED, school=cast.school.pk, who=cast.teacher, object=cast.student.pk)
    seal()
    before = check()
    Key.objects.filter(pk=cast.student.pk).delete()
    assert check() == before


def test_reads_of_a_refused_answer_are_kept(cast: Cast, sign_in: Any) -> None:
    """A refusal that comes with the page around it shows that page."""
    series = reverse("series_add", args=(planned(cast),))
    assert sign_in(cast.coordinator).post(series).status_code == 422
    assert [entry[0] for entry in found(Action.SERIES_OPENED)] == ["series.opened"]


def planned(cast: Cast) -> Any:
    from meetings.models import Meeting, MeetingSeries

    series = MeetingSeries.objects.create(school=cast.school, title="Middag", date=cast.meeting.date)
    Meeting.objects.filter(pk=cast.meeting.pk).update(series=series)
    return series.pk


def test_a_step_that_comes_back_with_what_is_missing_is_a_look(cast: Cast, sign_in: Any) -> None:
    address = reverse("meeting_step", args=(cast.meeting.pk, "start"))
    assert sign_in(cast.teacher).post(address).status_code == 422
    assert found(Action.MEETING_OPENED) == [
        ("meeting.opened", cast.teacher.pk, cast.meeting.pk, cast.student.pk, ""),
    ]  # fmt: skip
