"""One writer at a time, in the order in which they came, and never for ever: the write queue of a SQLite file."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connections, transaction

from hgw import environment
from hgw.storage import queue
from hgw.storage.sqlite3 import base

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def school(tmp_path: Path, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[base.DatabaseWrapper]:
    """A connection to a file of its own, with the settings of every installation, called `school`."""
    monkeypatch.setattr(base, "PATIENCE", 0.3)
    entry = connections.configure_settings({"default": environment.database("", tmp_path)})["default"]
    with django_db_blocker.unblock():
        opened = base.DatabaseWrapper(entry, "school")
        connections["school"] = opened
        with opened.cursor() as cursor:
            cursor.execute("CREATE TABLE note (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT)")
        yield opened
        opened.close()
        del connections["school"]


def queue_of(school: base.DatabaseWrapper) -> str:
    return f"{school.settings_dict['NAME']}-queue"


@contextmanager
def somebody_writes(school: base.DatabaseWrapper) -> Iterator[None]:
    """Another process has the turn."""
    turn = queue.join(queue_of(school), 5)
    assert turn is not None
    try:
        yield
    finally:
        queue.leave(turn)


def is_free(school: base.DatabaseWrapper) -> bool:
    turn = queue.join(queue_of(school), 0.2)
    if turn is not None:
        queue.leave(turn)
    return turn is not None


def test_a_connection_keeps_the_promise(school: base.DatabaseWrapper) -> None:
    """Asked of the connection itself, not of the settings."""
    with school.cursor() as cursor:

        def pragma(name: str) -> Any:
            return cursor.execute(f"PRAGMA {name}").fetchone()[0]

        assert pragma("journal_mode") == "wal"
        assert pragma("synchronous") == 2, "FULL"
        assert pragma("foreign_keys") == 1
        assert pragma("mmap_size") == 0
        assert pragma("wal_autocheckpoint") == 1000
        assert pragma("journal_size_limit") == 64 * 1024 * 1024
    assert school.transaction_mode == "IMMEDIATE"
    assert school.settings_dict["CONN_MAX_AGE"] is None


def in_a_transaction(school: base.DatabaseWrapper) -> None:
    with transaction.atomic(using="school"):
        pass


def one_statement(school: base.DatabaseWrapper) -> None:
    with school.cursor() as cursor:
        cursor.execute("INSERT INTO note (text) VALUES (%s)", ["a"])


def one_statement_with_an_answer(school: base.DatabaseWrapper) -> None:
    with school.cursor() as cursor:
        cursor.execute("INSERT INTO note (text) VALUES (%s) RETURNING id", ["a"])
        cursor.fetchall()


def an_answer_that_nobody_reads(school: base.DatabaseWrapper) -> None:
    with school.cursor() as cursor:
        cursor.execute("INSERT INTO note (text) VALUES (%s) RETURNING id", ["a"])


def several_rows(school: base.DatabaseWrapper) -> None:
    with school.cursor() as cursor:
        cursor.executemany("INSERT INTO note (text) VALUES (%s)", [["a"], ["b"]])


def a_change_of_tables(school: base.DatabaseWrapper) -> None:
    with school.schema_editor() as editor:
        editor.execute("CREATE TABLE more (id INTEGER)")


WRITERS = (
    in_a_transaction,
    one_statement,
    one_statement_with_an_answer,
    an_answer_that_nobody_reads,
    several_rows,
    a_change_of_tables,
)


@pytest.mark.parametrize("write", WRITERS)
def test_whoever_writes_waits_for_the_turn_and_gives_it_back(
    write: Callable[[base.DatabaseWrapper], None], school: base.DatabaseWrapper
) -> None:
    with somebody_writes(school), pytest.raises(OperationalError, match="database is locked"):
        write(school)
    write(school)
    assert is_free(school)


def test_whoever_reads_does_not_wait(school: base.DatabaseWrapper) -> None:
    with somebody_writes(school):
        with school.cursor() as cursor:
            assert cursor.execute("SELECT count(*) FROM note").fetchone()[0] == 0
        school.transaction_mode = "DEFERRED"
        with transaction.atomic(using="school"), school.cursor() as cursor:
            assert cursor.execute("SELECT count(*) FROM note").fetchone()[0] == 0


def test_a_first_transaction_that_reads_stays_one(school: base.DatabaseWrapper) -> None:
    """Opening the connection does not make a writer of it, nor a reader of what comes after."""
    school.close()
    assert school.transaction_mode == "IMMEDIATE"
    school.transaction_mode = "DEFERRED"
    with somebody_writes(school), transaction.atomic(using="school"), school.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM note").fetchone()[0] == 0
    new = base.DatabaseWrapper(school.settings_dict, "new")
    assert new.transaction_mode == "IMMEDIATE"
    new.ensure_connection()
    assert new.transaction_mode == "IMMEDIATE"
    new.close()


def test_the_turn_lasts_until_after_the_commit(school: base.DatabaseWrapper) -> None:
    with transaction.atomic(using="school"):
        one_statement(school)
        assert not is_free(school)
        with transaction.atomic(using="school"):
            one_statement(school)
        assert not is_free(school), "what is nested ends nothing"
    assert is_free(school)


def test_a_transaction_that_fails_gives_the_turn_back(school: base.DatabaseWrapper) -> None:
    with suppress(ZeroDivisionError), transaction.atomic(using="school"):
        one_statement(school)
        _ = 1 / 0
    assert is_free(school)
    with suppress(OperationalError), school.cursor() as cursor:
        cursor.execute("INSERT INTO nothing VALUES (1)")
    assert is_free(school)
    with closing(sqlite3.connect(school.settings_dict["NAME"], isolation_level=None)) as stranger:
        stranger.execute("BEGIN IMMEDIATE")
        school.ensure_connection()
        begin = time.monotonic()
        with pytest.raises(OperationalError, match="locked"):
            in_a_transaction(school)
        assert time.monotonic() - begin < 5, "both waits together take no longer than one"
        assert is_free(school)
        stranger.execute("ROLLBACK")
    in_a_transaction(school)


def test_a_connection_that_closes_gives_the_turn_back(school: base.DatabaseWrapper) -> None:
    school.take_turn()
    assert not is_free(school)
    school.close()
    assert is_free(school)


def test_first_come_first_served(tmp_path: Path) -> None:
    file, order = str(tmp_path / "queue"), list[int]()
    first = queue.join(file, 5)
    assert first is not None

    def stand(n: int) -> None:
        turn = queue.join(file, 20)
        assert turn is not None
        order.append(n)
        queue.leave(turn)

    waiting = [threading.Thread(target=stand, args=[n]) for n in range(6)]
    for thread in waiting:
        thread.start()
        time.sleep(0.1)
    queue.leave(first)
    for thread in waiting:
        thread.join(20)
    assert order == list(range(6))


def test_who_gave_up_stands_in_nobodys_way(tmp_path: Path) -> None:
    file = str(tmp_path / "queue")
    first = queue.join(file, 5)
    assert first is not None
    assert queue.join(file, 0.1) is None
    queue.leave(first)
    next_one = queue.join(file, 5)
    assert next_one is not None
    queue.leave(next_one)


DIES = """
import os, sys, time
from hgw.storage import queue
turn = queue.join(sys.argv[1], 5)
{act}
print("here", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize(
    ("act", "dies"),
    [
        pytest.param("", True, id="killed while it writes"),
        pytest.param("if os.fork() == 0: time.sleep(60)\nqueue.leave(turn)", False, id="forked while it writes"),
        pytest.param("import subprocess; subprocess.Popen(['sleep', '60'])", True, id="killed with a child left"),
    ],
)
def test_no_other_process_keeps_the_turn_by_accident(act: str, dies: bool, tmp_path: Path) -> None:
    file = str(tmp_path / "queue")
    other = subprocess.Popen(
        [sys.executable, "-c", DIES.format(act=act), file], cwd=ROOT, stdout=subprocess.PIPE, start_new_session=True
    )
    try:
        assert other.stdout
        assert other.stdout.readline() == b"here\n"
        if dies:
            assert queue.join(file, 0.2) is None
            other.kill()
        turn = queue.join(file, 5)
        assert turn is not None
        queue.leave(turn)
    finally:
        os.killpg(other.pid, signal.SIGKILL)
        other.wait(timeout=10)
        if other.stdout:
            other.stdout.close()
