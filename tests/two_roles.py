"""Who the tests are on PostgreSQL. Tables are made by who owns them; all else is done with the application's role.

What a test writes itself it writes for the whole installation. A request or command in it begins as on a fresh connection,
for no school at all; so does whatever runs in a thread that is not a test's own (hgw/transaction.py).
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.handlers.base import BaseHandler
from django.db import connection
from django.db.backends.signals import connection_created
from psycopg.pq import TransactionStatus

from hgw import environment
from hgw.commands import RefusingCommand
from hgw.storage.row_security import SETTING, WHOLE

OWNER, APPLICATION = "HGW_OWNER_DATABASE_URL", "DATABASE_URL"


def come_in_as_owner() -> None:
    _come_in(OWNER)


def come_in_as_application() -> None:
    _come_in(APPLICATION)


def come_in_as_superuser() -> None:
    """As whom no policy stands in the way of."""
    connection.close()
    connection.settings_dict |= {"USER": "app", "PASSWORD": ""}  # type: ignore[operator]  # a plain dictionary


def by_owner(statements: list[str]) -> list[str]:
    """The same statements, done by the owner of the tables."""
    two = connection.vendor == "postgresql" and os.environ.get(OWNER)
    return ["SET ROLE owner", *statements, "RESET ROLE"] if two else statements


def begin_as_a_fresh_connection() -> None:
    """Let each request and each command in a test begin for no school, and what is outside of them work for all."""
    plain, command = BaseHandler.get_response, RefusingCommand.execute

    def get_response(self: BaseHandler, request: Any) -> Any:
        with as_on_a_fresh_connection():
            return plain(self, request)

    def execute(self: RefusingCommand, *args: Any, **options: Any) -> Any:
        with as_on_a_fresh_connection():
            return command(self, *args, **options)

    BaseHandler.get_response = get_response  # type: ignore[method-assign]  # in tests alone
    RefusingCommand.execute = execute  # type: ignore[method-assign]  # in tests alone
    connection_created.connect(_begun, weak=False)


def write_in_this_thread() -> None:
    """Say that what runs in this thread is a test, as in the main one."""
    _this.is_test = True


_this = threading.local()
_this.is_test = True  # of the thread that loads this


@contextmanager
def as_on_a_fresh_connection() -> Iterator[None]:
    """What runs in here begins for no school, as a request, a command or a task does; also inside of another one."""
    before, _this.is_request = getattr(_this, "is_request", False), True
    _work_for("")
    try:
        yield
    finally:
        _this.is_request = before
        if not before:
            _work_for(WHOLE)


def _begun(connection: Any, **_more: Any) -> None:
    if connection.alias == "default" and not getattr(_this, "is_request", False):
        _work_for(WHOLE)


def _work_for(schools: str) -> None:
    """Past what counts questions: they are those of the product."""
    driver = connection.connection if connection.vendor == "postgresql" else None
    if driver is None or driver.closed or not getattr(_this, "is_test", False):
        return
    if driver.info.transaction_status != TransactionStatus.INERROR:
        driver.execute("SELECT set_config(%s, %s, false)", [SETTING, schools])


def _come_in(name: str) -> None:
    if connection.vendor == "postgresql" and os.environ.get(OWNER):
        entry = environment.database(os.environ[name], settings.DATA_DIR)
        connection.close()
        connection.settings_dict |= {key: entry[key] for key in ("USER", "PASSWORD")}  # type: ignore[operator]  # a plain dictionary
