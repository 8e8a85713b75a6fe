"""`task_worker`: the library's worker, which beside its tasks seals the trace: each minute, each 1,000 entries, at its end."""

import logging
import threading
from typing import Any

from django.db import DatabaseError, InterfaceError, connection
from django_tasks_db.management.commands import db_worker

from hgw.audit.sealing import MOST, seal, waiting

LOOK, EVERY = 5, 60  # seconds
logger = logging.getLogger("hgw.audit")


class Command(db_worker.Command):
    help = "Run a database background worker that seals the trace too"

    def handle(self, **options: Any) -> None:
        end = threading.Event()
        sealing = threading.Thread(target=_seal_until, args=(end,))
        sealing.start()
        try:
            super().handle(**options)
        finally:  # a signal comes out of it as an exception
            end.set()
            sealing.join()


def _seal_until(end: threading.Event) -> None:
    """On a connection of its own, so that no task has to end first. A database that is away is asked again."""
    since = EVERY
    while not end.wait(LOOK):
        since += LOOK
        if _seal(1 if since >= EVERY else MOST):
            since = 0
    _seal(1)
    connection.close()


def _seal(least: int) -> bool:
    """Whether so many entries were there to seal, and were sealed."""
    try:
        return waiting() >= least and seal() > 0
    except (DatabaseError, InterfaceError) as error:
        logger.warning("the trace could not be sealed: %s", type(error).__name__)
        connection.close()
        return False
