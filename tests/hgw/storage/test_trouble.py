"""A database that is held, full or away: answered in words that say so, never as a fault, and nothing typed is gone."""

import os
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from hgw.items.models import Revision
from hgw.storage import queue, reserve
from hgw.storage.sqlite3 import base
from tests import ready_tables, two_roles
from tests.bench.server import serving
from tests.factories import make_cast
from tests.hgw.storage import ready_process
from tests.postgres import as_role, server

TYPED = "Ze bloeit open in de moestuin."


@contextmanager
def held_by_another() -> Iterator[None]:
    """Another program has all tables for itself."""
    own = connection.settings_dict
    if connection.vendor == "sqlite":
        turn = queue.join(f"{own['NAME']}-queue", 5)
        assert turn is not None
        yield
        queue.leave(turn)
        return
    with (
        closing(psycopg.connect(host=own["HOST"], user=own["USER"], dbname=own["NAME"])) as other,
        other.transaction(force_rollback=True),
    ):
        other.execute("LOCK TABLE items_revision, accounts_session IN ACCESS EXCLUSIVE MODE")
        yield


@contextmanager
def no_room() -> Iterator[None]:
    """The disk is full: for real on SQLite, which may not grow; PostgreSQL says of itself that it is."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA max_page_count = 1")  # no more than it has
            yield
            cursor.execute("PRAGMA max_page_count = 1073741823")
            return
        for statement in two_roles.by_owner([
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
            " $$BEGIN RAISE EXCEPTION 'kanarie' USING ERRCODE = '53100'; END$$",
            "CREATE TRIGGER full_disk BEFORE INSERT ON items_revision FOR EACH ROW EXECUTE FUNCTION full_disk()",
        ]):  # fmt: skip
            cursor.execute(statement)
        yield
        for statement in two_roles.by_owner(["DROP FUNCTION full_disk CASCADE"]):
            cursor.execute(statement)


@pytest.fixture
def school(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(base, "PATIENCE", 0.3)
    return make_cast()


def browser_of(school: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(school.teacher, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def save(client: Client, school: Any, text: str = TYPED) -> HttpResponse:
    address = f"/besprekingen/{school.meeting.pk}/meetinggoal/nieuw/"
    sent = {"key": uuid.uuid4(), "voice": "team", "text": text}
    answer: Any = client.post(address, sent)
    return answer


def test_a_database_that_is_held_is_503_on_a_save_and_at_the_door(school: Any) -> None:
    client = browser_of(school)
    with held_by_another():
        answer = save(client, school)
        at_the_door = Client(raise_request_exception=False).post(
            "/aanmelden/login/", {"login": school.teacher.email, "password": "wrong"}
        )
        looked = client.get(f"/besprekingen/{school.meeting.pk}/stap/start/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert TYPED in answer.content.decode()
    assert at_the_door.status_code in {200, 503}, "in words, whatever was asked of the database until then"
    assert looked.status_code == 503, "the trace of a look could not be written, or the session not be read"
    assert not Revision.objects.exists()
    assert save(client, school).status_code < 400


def test_a_full_disk_is_507_keeps_what_was_typed_and_ends_by_itself(school: Any, tmp_path: Path) -> None:
    client = browser_of(school)
    folder = Path(connection.settings_dict["NAME"]).resolve().parent if connection.vendor == "sqlite" else tmp_path
    reserve.look_after(folder)
    large = "\n\n".join([TYPED, "moestuin " * 10_000])
    with no_room():
        answer = save(client, school, large)
        assert client.get("/leerlingen/").status_code == 200, "reading goes on"
    assert answer.status_code == 507
    assert TYPED in answer.content.decode()
    assert not Revision.objects.exists()
    assert reserve.is_there(folder) == (connection.vendor != "sqlite"), "the next save finds the reserve's room"
    assert save(client, school, large).status_code < 400
    reserve.release(folder)


def ask(address: str) -> tuple[int, str | None]:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.status, None
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["Retry-After"]


@pytest.mark.once
def test_a_server_rides_out_a_database_that_goes_and_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server() as url, closing(psycopg.connect(url, autocommit=True)) as keeper:
        keeper.execute("CREATE DATABASE school")
        monkeypatch.setenv("DATABASE_URL", as_role(url, "app", "school"))
        ready_tables.put_into(as_role(url, "app", "school"))
        monkeypatch.setenv("HGW_DATA", str(tmp_path))
        for words in (["migrate", "-v0"], ["collectstatic", "--noinput", "-v0"]):
            assert ready_process.run(words, dict(os.environ)).returncode == 0
        with serving("hgw.wsgi") as web:
            page = web.address("/aanmelden/login/")
            assert ask(page) == (200, None)
            keeper.execute("ALTER DATABASE school ALLOW_CONNECTIONS false")
            keeper.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'school'")
            assert [ask(page), ask(page)] == [(503, "5"), (503, "5")]
            keeper.execute("ALTER DATABASE school ALLOW_CONNECTIONS true")
            assert ask(page) == (200, None)
            keeper.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'school'")
            assert ask(page) == (200, None), "a connection that broke while nobody asked is noticed in time"


@pytest.mark.once
def test_check_deploy_names_a_server_that_forgets(monkeypatch: pytest.MonkeyPatch) -> None:
    def said(address: str) -> str:
        deployed = {
            "DATABASE_URL": address,
            "HGW_HTTPS": "1",
            "HGW_SECOND_FACTOR": "1",
            "HGW_SMTP": "smtp://mail.example",
        }
        return ready_process.run(["check", "--deploy"], os.environ | deployed).stderr

    with server() as url:
        assert "hgw.fsync" in said(url)
        assert "hgw.synchronous_commit" not in said(url), "each connection asks for it itself"
    with server(durable=True) as url:
        assert "hgw." not in said(as_role(url, "school"))
