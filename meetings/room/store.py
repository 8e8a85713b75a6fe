"""What is true for seconds only: the published change number of a meeting, who has it open, who is ready.

It stands apart from the cases, so that asking for it waits for no save and makes no save wait: with SQLite in a file of
its own, with PostgreSQL in unlogged tables (migration 0005) on a connection of their own. Nothing in it is worth keeping: a lost or damaged
file is made anew, and what stood in it is said again within seconds. Whoever calls never fails because of it.
"""

import contextlib
import logging
import os
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import load_backend

GONE = 10  # seconds without a word, then somebody is no longer there
BEAT = 3  # seconds between two times that we write down that somebody is still there
KEPT = 60  # seconds, then a row of somebody who left is thrown away
RIGHTS_KEPT = 60 * 60  # seconds, far longer than any ticket is good for
CHECK = 30  # seconds between two looks at the number in the database itself

TABLES = (
    "CREATE TABLE IF NOT EXISTS room_number"
    " (meeting varchar(36) PRIMARY KEY, number bigint NOT NULL, checked double precision NOT NULL)",
    "CREATE TABLE IF NOT EXISTS room_seen"
    " (meeting varchar(36) NOT NULL, person varchar(36) NOT NULL, tab varchar(36) NOT NULL, place varchar(80) NOT NULL,"
    " seen double precision NOT NULL, PRIMARY KEY (meeting, person, tab))",
    "CREATE TABLE IF NOT EXISTS room_ready"
    " (meeting varchar(36) NOT NULL, person varchar(36) NOT NULL, step varchar(20) NOT NULL, PRIMARY KEY (meeting, person))",
    "CREATE TABLE IF NOT EXISTS room_rights"
    " (whose varchar(36) PRIMARY KEY, stamp varchar(36) NOT NULL, at double precision NOT NULL)",
)
PRAGMAS = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=OFF")  # nothing here has to outlive a power cut
logger = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True)
class Seen:
    """A person in a tab: `place` is the item in which he or she writes, '' for nowhere."""

    person: str
    tab: str
    place: str
    seen: float


@dataclass(frozen=True)
class Room:
    """A meeting as the store knows it now. `number` is None when nobody published it yet, or too long ago.

    `rights` is another text each time the rights of whoever looks may have changed; None when the store does not answer.
    """

    number: int | None
    seen: tuple[Seen, ...]
    ready: tuple[tuple[str, str], ...]  # person, step
    rights: str | None = None


NOBODY = Room(None, (), ())


class _Store:
    """The one connection of this process. Opened on first use, after a fork, and when its file is no longer the one in the folder."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.wrapper: BaseDatabaseWrapper | None = None
        self.opened_as: Any = None

    def run(self, work: Callable[[Any], T], otherwise: T) -> T:
        """Do `work` with a cursor; `otherwise` when the store does not answer. Once more after a lost connection."""
        with self.lock:
            for last in (False, True):
                try:
                    with self._connection().cursor() as cursor:
                        return work(cursor)
                except (DatabaseError, InterfaceError, OSError) as trouble:
                    self._drop()
                    if _is_damaged(trouble):
                        _file().unlink(missing_ok=True)
                    if last:
                        logger.warning("the store of the room does not answer: %s", type(trouble).__name__)
        return otherwise

    def close(self) -> None:
        """Let go of the connection, once whoever uses it is done; the next one to ask opens another."""
        with self.lock:
            self._drop()

    def _drop(self) -> None:
        if self.wrapper is not None:
            wrapper, self.wrapper = self.wrapper, None
            with contextlib.suppress(DatabaseError, InterfaceError):
                wrapper.close()

    def _connection(self) -> BaseDatabaseWrapper:
        if self.wrapper is not None and self.opened_as != _identity():
            self._drop()  # another process, or the file was taken away: what we hold is nobody's any more
        if self.wrapper is None:
            self.wrapper = _open()
            self.opened_as = _identity()
        return self.wrapper


def _is_sqlite() -> bool:
    return connections["default"].vendor == "sqlite"


def _is_damaged(trouble: Exception) -> bool:
    return _is_sqlite() and ("malformed" in str(trouble) or "not a database" in str(trouble))


def _file() -> Path:
    return Path(settings.ROOM_FILE)


def _identity() -> tuple[int, int]:
    """Of this process, and of the file as it lies in the folder now."""
    try:
        return os.getpid(), os.stat(_file()).st_ino if _is_sqlite() else 0
    except FileNotFoundError:
        return os.getpid(), -1


def _open() -> BaseDatabaseWrapper:
    given = dict(connections["default"].settings_dict)
    if _is_sqlite():
        given |= {"NAME": str(_file()), "OPTIONS": {"timeout": 1}}  # a second is long for a browser that only asks
    wrapper: BaseDatabaseWrapper = load_backend(given["ENGINE"]).DatabaseWrapper(given, "room")
    wrapper.inc_thread_sharing()  # one at a time: see the lock
    if _is_sqlite():
        try:
            with wrapper.cursor() as cursor:
                for statement in (*PRAGMAS, *TABLES):
                    cursor.execute(statement)
        except DatabaseError:
            wrapper.close()
            raise
    return wrapper


_store = _Store()
close = _store.close


def publish(meeting: Any, number: int) -> None:
    """Let browsers know that the meeting has come to this number. A lower one that comes late changes nothing."""

    def work(cursor: Any) -> None:
        cursor.execute(
            "INSERT INTO room_number (meeting, number, checked) VALUES (%s, %s, %s) ON CONFLICT (meeting) DO UPDATE SET"
            " number = excluded.number, checked = excluded.checked WHERE excluded.number > room_number.number",
            [str(meeting), number, time.time()],
        )

    _store.run(work, None)


def correct(meeting: Any, number: int) -> None:
    """What the database itself says: it counts, also where a copy was put back and the number went down."""

    def work(cursor: Any) -> None:
        cursor.execute(
            "INSERT INTO room_number (meeting, number, checked) VALUES (%s, %s, %s) ON CONFLICT (meeting) DO UPDATE SET"
            " number = excluded.number, checked = excluded.checked",
            [str(meeting), number, time.time()],
        )
        cursor.execute("DELETE FROM room_seen WHERE meeting = %s AND seen < %s", [str(meeting), time.time() - KEPT])

    _store.run(work, None)


def look(meeting: Any, person: Any = None) -> Room:
    """The room as it is now for this person: who said something within the last ten seconds."""

    def work(cursor: Any) -> Room:
        cursor.execute("SELECT number, checked FROM room_number WHERE meeting = %s", [str(meeting)])
        number, checked = cursor.fetchone() or (None, 0)
        cursor.execute(
            "SELECT person, tab, place, seen FROM room_seen WHERE meeting = %s AND seen > %s ORDER BY person, tab",
            [str(meeting), time.time() - GONE],
        )
        seen = tuple(Seen(*row) for row in cursor.fetchall())
        cursor.execute("SELECT person, step FROM room_ready WHERE meeting = %s ORDER BY person", [str(meeting)])
        ready = tuple(map(tuple, cursor.fetchall()))
        whose = [str(meeting), str(person)]
        cursor.execute("SELECT stamp FROM room_rights WHERE whose IN (%s, %s) ORDER BY whose", whose)
        rights = " ".join(stamp for (stamp,) in cursor.fetchall())
        return Room(number if abs(time.time() - checked) < CHECK else None, seen, ready, rights)

    return _store.run(work, NOBODY)


def rights_changed(whose: Any) -> None:
    """The rights of this person, or of everybody in this meeting, are others from now on: no ticket of before counts."""

    def work(cursor: Any) -> None:
        cursor.execute("DELETE FROM room_rights WHERE at < %s", [time.time() - RIGHTS_KEPT])
        cursor.execute(
            "INSERT INTO room_rights (whose, stamp, at) VALUES (%s, %s, %s) ON CONFLICT (whose) DO UPDATE SET"
            " stamp = excluded.stamp, at = excluded.at",
            [str(whose), uuid.uuid4().hex, time.time()],
        )

    _store.run(work, None)


def is_news(room: Room, person: Any, tab: str, place: str) -> bool:
    """Whether `greet` would write anything down."""
    own = next((one for one in room.seen if (one.person, one.tab) == (str(person), tab)), None)
    return not own or own.place != place or own.seen <= time.time() - BEAT


def greet(room: Room, meeting: Any, person: Any, tab: str, place: str) -> None:
    """Write down that this person is there, and where; nothing is written when that was said a moment ago."""
    if not is_news(room, person, tab, place):
        return

    def work(cursor: Any) -> None:
        cursor.execute(
            "INSERT INTO room_seen (meeting, person, tab, place, seen) VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT (meeting, person, tab) DO UPDATE SET place = excluded.place, seen = excluded.seen",
            [str(meeting), str(person), tab, place, time.time()],
        )

    _store.run(work, None)


def leave(meeting: Any, person: Any, tab: str) -> None:
    """This tab was closed, or went on to another page."""
    _store.run(
        lambda cursor: cursor.execute(
            "DELETE FROM room_seen WHERE meeting = %s AND person = %s AND tab = %s", [str(meeting), str(person), tab]
        ),
        None,
    )


def set_ready(meeting: Any, person: Any, step: str) -> None:
    """This person is ready with this step; with '' not any more."""

    def work(cursor: Any) -> None:
        cursor.execute("DELETE FROM room_ready WHERE meeting = %s AND person = %s", [str(meeting), str(person)])
        if step:
            cursor.execute(
                "INSERT INTO room_ready (meeting, person, step) VALUES (%s, %s, %s) ON CONFLICT (meeting, person)"
                " DO UPDATE SET step = excluded.step",
                [str(meeting), str(person), step],
            )

    _store.run(work, None)


def forget(meeting: Any) -> None:
    """Throw away who was in this meeting: it is gone, or is about somebody less."""

    def work(cursor: Any) -> None:
        for table in ("room_number", "room_seen", "room_ready"):
            cursor.execute(f"DELETE FROM {table} WHERE meeting = %s", [str(meeting)])  # noqa: S608  # names of ours

    _store.run(work, None)
