"""F5, F6 and F8: the database goes away, drops a connection, or is held by somebody else."""

import os
import sqlite3
import threading
import time
from contextlib import closing

from django.db import connection, transaction

from tests import postgres
from tests.faults.scene import Scene
from tests.faults.writer import Typing, Writer


def f5_restart(scene: Scene) -> None:
    """PostgreSQL ends at once and is started again, twice: nobody sees a 500, nobody waits 5 s longer than it was away."""
    connection.close()
    writers, away = scene.writers(10), 0.0
    connection.close()
    with Typing(writers) as typing:
        for _turn in range(1 if scene.short else 2):
            time.sleep(2 if scene.short else 10)  # longer than the longest pause: an outage is one of its own
            begin = time.monotonic()
            postgres.stop(os.environ["DATABASE_URL"])
            time.sleep(2)
            postgres.start(os.environ["DATABASE_URL"])
            away = max(away, time.monotonic() - begin)
        time.sleep(3)
    assert not typing.faults, typing.faults
    _no_fault_page(writers)
    waited = max(save.waited for save in scene.ledger.read())
    scene.note = f"away {away:.1f} s, longest wait {waited:.1f} s"
    scene.check_pace(is_kept=waited <= away + 5)


def f6_backend(scene: Scene) -> None:
    """The connection of a transaction is cut: only what was in it is tried again."""
    writers, cut = scene.writers(10), 0
    with Typing(writers) as typing:
        for _turn in range(5 if scene.short else 20):
            time.sleep(0.3)
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM pg_stat_activity"
                    " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend' ORDER BY random() LIMIT 1) AS one"
                )
                cut += cursor.fetchone()[0]
    assert not typing.faults, typing.faults
    _no_fault_page(writers)
    again = sum(save.tries - 1 for save in scene.ledger.read())
    scene.note = f"{cut} cut, {again} tried again"
    assert cut > 0
    assert again <= cut, scene.note


def f8_held(scene: Scene) -> None:
    """Somebody else holds the database for 15 s: everybody's text waits, and is saved once it is free."""
    writers, seconds = scene.writers(5), 4 if scene.short else 15
    holder = threading.Thread(target=_hold, args=(seconds,))
    with Typing(writers) as typing:
        time.sleep(1)
        holder.start()
        time.sleep(seconds)
        holder.join(30)
        time.sleep(2)
    assert not typing.faults, typing.faults
    _no_fault_page(writers)
    waited = max(save.waited for save in scene.ledger.read())
    tries = max(save.tries for save in scene.ledger.read())
    scene.note = f"longest wait {waited:.1f} s, at most {tries} tries of one save"
    assert waited >= seconds * 0.8, scene.note
    scene.check_pace(is_kept=waited <= seconds + 10)
    assert tries <= 2 + seconds, scene.note  # nobody storms


def _hold(seconds: float) -> None:
    (_hold_file if connection.vendor == "sqlite" else _hold_tables)(seconds)


def _hold_file(seconds: float) -> None:
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None, timeout=30)) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(seconds)
        other.execute("ROLLBACK")


def _hold_tables(seconds: float) -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE meetings_meetinggoal IN EXCLUSIVE MODE")
            time.sleep(seconds)
    finally:
        connection.close()


def _no_fault_page(writers: list[Writer]) -> None:
    faults = sum(writer.seen[500] for writer in writers)
    assert not faults, f"{faults} answers of 500"
