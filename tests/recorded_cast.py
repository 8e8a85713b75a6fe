"""The cast, made once in each process by `make_cast` and written again from its own statements for each test after that."""

import datetime
import pickle
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils import timezone

from hgw.transaction import WRITES
from tests.factories import Cast, make_cast


@dataclass
class Recording:
    """What making a cast wrote, in order, and the cast as it stood then."""

    statements: list[tuple[str, Any]] = field(default_factory=list)
    cast: bytes = b""
    message: str = ""  # all of them in one, for PostgreSQL: on the way to and fro most of the time was lost

    def listen(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if WRITES.match(sql):
            assert not many, "a statement for many rows is not written again as it was"
            self.statements.append((sql, params))
        return execute(sql, params, many, context)

    def write_again(self) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                self.message = self.message or ";".join(cursor.mogrify(*statement) for statement in self.statements)
                cursor.execute(self.message)
                return
            for sql, params in self.statements:
                cursor.execute(sql, params)


# By day: a cast made on another day has other dates.
recordings: dict[datetime.date, Recording] = {}


def recorded_cast() -> Cast:
    """The same rows as `make_cast` gives, with the same keys in every test of this process, and objects of one's own."""
    today = timezone.localdate()
    if today not in recordings:
        recording = Recording()
        with connection.execute_wrapper(recording.listen):
            cast = make_cast()
        recording.cast = pickle.dumps(cast)
        recordings[today] = recording
        return cast
    recordings[today].write_again()
    again: Cast = pickle.loads(recordings[today].cast)
    return again
