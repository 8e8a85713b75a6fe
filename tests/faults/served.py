"""The application that the workers serve: the product as it is, in a world where a test can let something happen."""

import datetime
import os
import signal
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.utils import timezone

from tests.faults.failpoints import CLOCK, DIE_AFTER_COMMIT, FULL, WAIT, is_armed, take

if ahead := float(os.environ.get(CLOCK, "0")):
    right_now = timezone.now

    def now() -> datetime.datetime:
        return right_now() + datetime.timedelta(seconds=ahead)

    timezone.now = now  # before the models are read, which keep it as a default

from django.db import connection  # noqa: E402  # after the clock was set

from hgw.wsgi import application as product  # noqa: E402  # see above

LARGEST = 4294967294  # pages that SQLite lets a file have


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    saves = environ["REQUEST_METHOD"] == "POST"
    if connection.vendor == "sqlite":
        _limit_growth()
    if saves and (seconds := take(WAIT)):
        time.sleep(float(seconds))
    answer = product(environ, start_response)  # once it is back, the transaction is over
    if saves and take(DIE_AFTER_COMMIT):
        os.kill(os.getpid(), signal.SIGKILL)
    return answer


def _limit_growth() -> None:
    """SQLite keeps this number for each connection, and a worker keeps its connection."""
    connection.ensure_connection()
    pages = 1 if is_armed(FULL) else LARGEST  # with 1 it may have as many as it has
    connection.connection.execute(f"PRAGMA max_page_count = {pages}")
