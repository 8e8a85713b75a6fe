"""What the server says about itself, to anybody who asks."""

import datetime
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from sqlite3 import sqlite_version
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from hgw import health
from hgw.storage import reserve
from hgw.storage.row_security import SETTING
from hgw.storage.running import ALIVE
from hgw.version import VERSION
from meetings.tasks import drop_file, make_file

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def running(tmp_path: Path, settings: Any) -> Path:
    """The data folder of a server that runs."""
    settings.DATA_DIR = tmp_path
    (tmp_path / ALIVE).touch()
    return tmp_path


def ages(file: Path, seconds: int) -> None:
    os.utime(file, (time.time() - seconds, time.time() - seconds))


def unwell() -> list[str]:
    return [finding.code for finding in health.findings() if not finding.well]


def test_a_server_that_runs_is_well(client: Client) -> None:
    answer = client.get("/gezond")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    assert "sessionid" not in answer.cookies
    assert VERSION in page
    assert client.head("/gezond").status_code == 200
    assert unwell() == []


def test_the_page_costs_two_questions(client: Client) -> None:
    with CaptureQueriesContext(connection) as asked:
        client.get("/gezond")
    questions = [query["sql"] for query in asked if query["sql"].startswith("SELECT")]
    assert len([sql for sql in questions if SETTING not in sql]) == 2  # for whom it works is asked in a test alone


def test_no_sign_of_life(client: Client, running: Path) -> None:
    ages(running / ALIVE, 61)
    assert unwell() == ["tasks"]
    (running / ALIVE).unlink()
    assert unwell() == ["tasks"]
    assert client.get("/gezond").status_code == 503


def test_a_task_that_nobody_begins(client: Client) -> None:
    make_file.enqueue("00000000-0000-0000-0000-000000000000")
    long_ago = timezone.now() - datetime.timedelta(minutes=16)
    assert unwell() == []
    DBTaskResult.objects.update(enqueued_at=long_ago)
    assert unwell() == ["tasks"]
    assert client.get("/gezond").status_code == 503
    DBTaskResult.objects.update(status="SUCCESSFUL")
    assert unwell() == []


def test_a_task_for_later_does_not_wait(client: Client) -> None:
    drop_file.using(run_after=timezone.now() + datetime.timedelta(hours=1)).enqueue("x")
    DBTaskResult.objects.update(enqueued_at=timezone.now() - datetime.timedelta(hours=2))
    assert unwell() == []
    DBTaskResult.objects.update(run_after=timezone.now() - datetime.timedelta(minutes=1))
    assert unwell() == [], "due for a minute"
    DBTaskResult.objects.update(run_after=timezone.now() - datetime.timedelta(minutes=16))
    assert unwell() == ["tasks"]


def test_a_sqlite_with_a_fault_is_a_notice_and_no_trouble(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for notice in ("", "SQLite 3.40.1 has a fault"):
        monkeypatch.setattr(health.place, "notice", lambda found=notice: found)
        answer = client.get("/gezond")
        assert answer.status_code == 200
        told = bool(notice) and connection.vendor == "sqlite"
        assert ("3.51.3" in answer.content.decode()) == told
        assert health.findings()[0].is_notice == told


def test_of_versions_only_our_own_is_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health.place, "notice", lambda: "SQLite 3.40.1 has a fault")
    answer = client.get("/gezond")
    page = answer.content.decode().replace("3.51.3", "")  # the one that it should be
    shown = re.findall(r"\b\d+\.\d+(?:\.\d+)*\b", re.sub(r"\d+[.,]\d\s[KMGT]B", "", page))
    assert set(shown) == {VERSION}
    assert sqlite_version not in page
    assert not {"Server", "X-Powered-By"} & set(answer.headers)


def test_a_reserve_that_was_used_is_said(running: Path) -> None:
    if connection.vendor == "sqlite":
        folder = Path(connection.settings_dict["NAME"]).resolve().parent
        reserve.release(folder)
        assert "reserve" in str(health._disk().words)
        reserve.look_after(folder)
        assert "reserve" not in health._disk().words
        reserve.release(folder)
    else:
        assert "reserve" not in health._disk().words, "its disk is not ours"


def test_little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "FREE", 1 << 62)
    assert unwell() == ["disk"]


def test_the_last_copy(tmp_path: Path, settings: Any) -> None:
    settings.BACKUP_DIR = tmp_path / "copies"
    assert unwell() == ["backup"], "there is no such folder"
    settings.BACKUP_DIR.mkdir()
    assert unwell() == ["backup"], "nothing was copied yet"
    (settings.BACKUP_DIR / "hgw-new.age.part").touch()
    assert unwell() == ["backup"], "nothing was finished yet"
    (settings.BACKUP_DIR / "notes.txt").touch()
    assert unwell() == ["backup"], "this is none"
    copy = settings.BACKUP_DIR / "hgw-old.age"
    copy.touch()
    assert unwell() == []
    ages(copy, 37 * 3600)
    assert unwell() == ["backup"]


def run_command(data: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "manage.py", "health"], cwd=ROOT, env=os.environ | {"HGW_DATA": str(data)} | settings,
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def test_the_command_says_it_line_by_line(tmp_path: Path) -> None:
    found = run_command(tmp_path, DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing")
    assert (found.returncode, found.stderr) == (1, "")
    lines = [line.split("\t") for line in found.stdout.splitlines()]
    assert [line[0] for line in lines] == ["database", "disk", "tasks", "backup", "version"]
    assert lines[0][1:] == ["no", "does not answer"]
    assert lines[4] == ["version", "ok", VERSION]


def test_the_command_asks_only_for_what_is_there(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    assert run_command(tmp_path, DATABASE_URL=database).stdout.startswith("database\tno\t"), "it makes no tables"
