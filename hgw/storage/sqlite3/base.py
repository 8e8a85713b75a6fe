"""Django's own SQLite, but that whoever writes stands in a queue first (hgw/storage/queue.py).

A backend and no helper around `hgw.transaction.writing()`: every writer comes past here (a request, a session that is
saved after its answer, the sign-in library, the task worker and its library, a command, a migration), and none of them
has to know. The turn is taken before BEGIN and kept until after COMMIT or ROLLBACK, a checkpoint of the log included. A
statement outside a transaction has a turn of its own. Only a transaction that is said to read (DEFERRED, see
`hgw.transaction.reading()`) waits for nobody.
"""

import os
import re
import time
from contextlib import suppress
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from hgw.storage import queue

PATIENCE = 20.0  # seconds until a writer gives up: less than the web server waits for its worker
READS = re.compile(r"\s*(SELECT|PRAGMA|EXPLAIN|BEGIN|COMMIT|END|ROLLBACK|SAVEPOINT|RELEASE|ATTACH|DETACH)\b", re.I)


class Cursor(base.SQLiteCursorWrapper):
    """A cursor whose single statements stand in the queue."""

    def __init__(self, raw: Any, wrapper: "DatabaseWrapper") -> None:
        super().__init__(raw)
        self._wrapper, self._has_turn = wrapper, False

    def execute(self, query: str, params: Any = None) -> Any:
        self._take_turn(query)
        try:
            return super().execute(query, params)
        finally:
            # Rows that a statement returns are read first: only then SQLite commits it.
            if self.description is None:
                self._leave()

    def executemany(self, query: str, param_list: Any) -> Any:
        self._take_turn(query)
        try:
            return super().executemany(query, param_list)
        finally:
            self._leave()

    def fetchall(self) -> list[Any]:
        rows = super().fetchall()
        self._leave()
        return rows

    def close(self) -> None:
        super().close()
        self._leave()

    def _take_turn(self, query: str) -> None:
        self._leave()
        if not self.connection.in_transaction and not READS.match(query):
            self._wrapper.take_turn()
            self._has_turn = True

    def _leave(self) -> None:
        if self._has_turn:
            self._has_turn = False
            self._wrapper.leave()


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that stands in the queue of its file before it writes."""

    patience: float | None = None  # seconds; set where less than `PATIENCE` will do
    _turn: int | None = None
    transaction_mode: str | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Known before there is a connection: whoever says that the first transaction reads is not overruled by opening one.
        self.transaction_mode = self.settings_dict["OPTIONS"].get("transaction_mode")

    def get_connection_params(self) -> dict[str, Any]:
        said = self.transaction_mode
        parameters: dict[str, Any] = super().get_connection_params()
        self.transaction_mode = said
        return parameters

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Open the file; one that is not there yet is made for its owner alone, and SQLite makes its log like it."""
        if not self.is_in_memory_db():
            with suppress(OSError):  # it is there; whatever else is wrong, SQLite says in its own words
                os.close(os.open(self.settings_dict["NAME"], os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        return super().get_new_connection(conn_params)

    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(factory=lambda raw: Cursor(raw, self))

    def take_turn(self) -> float:
        """Wait for the turn; return for how many seconds. Raises `OperationalError` when that takes too long."""
        if self._turn is not None or self.is_in_memory_db():
            return 0
        begin = time.monotonic()
        try:
            self._turn = queue.join(f"{self.settings_dict['NAME']}-queue", self.patience or PATIENCE)
        except OSError as error:
            raise OperationalError(f"no place in the write queue: {error.strerror}") from error
        if self._turn is None:
            raise OperationalError("database is locked: others have been writing for too long")
        return time.monotonic() - begin

    def leave(self) -> None:
        """Let the next one write."""
        if self._turn is not None:
            turn, self._turn = self._turn, None
            queue.leave(turn)

    def _start_transaction_under_autocommit(self) -> None:
        if self.transaction_mode == "DEFERRED":
            self._begin()
            return
        waited = self.take_turn()
        try:
            # A program that knows nothing of the queue may be writing: both waits together take no longer than one.
            self._be_patient((self.patience or PATIENCE) - waited)
            self._begin()
        except BaseException:
            self.leave()
            raise

    def _begin(self) -> None:
        super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs

    def _be_patient(self, seconds: float) -> None:
        self.connection.execute(f"PRAGMA busy_timeout = {max(1000, round(seconds * 1000))}")

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]  # not in the stubs
        self.leave()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # not in the stubs
        finally:
            self.leave()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # not in the stubs
        finally:
            self.leave()
