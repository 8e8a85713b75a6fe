"""PostgreSQL's own programs for a copy, and for putting one back."""

import os
import subprocess
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from hgw import environment
from hgw.storage import trouble
from hgw.storage.row_security import SETTING, WHOLE


class Failed(Exception):
    """A program of PostgreSQL said no; what is known of why, on one line, without its words: they quote rows."""


def dump(to: Path, snapshot: str) -> None:
    """Copy what is seen in an exported snapshot, without web sessions, and read the copy once."""
    _run(
        "pg_dump",
        "--format=custom",
        "--enable-row-security",
        f"--snapshot={snapshot}",
        "--exclude-table-data=accounts_session",
        f"--file={to}",
    )
    _run("pg_restore", "--file=/dev/null", str(to))


def load(dump: Path) -> None:
    """Put a copy in the place of all tables, or change nothing. Roles and rights are those of this server."""
    _run(
        "pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
        f"--dbname={_owner()['NAME']}", str(dump),
    )  # fmt: skip


def begin_with(statements: list[str]) -> None:
    """Run these at the head of the transaction that was just opened; its BEGIN goes with them, in one message.

    The driver sends a BEGIN of its own before the first question, and waits for the answer: unless there is one already.
    """
    from psycopg import OperationalError, errors, pq

    driver: Any = connection.connection
    begin = ["BEGIN"] if driver.info.transaction_status == pq.TransactionStatus.IDLE else []
    with connection.wrap_database_errors:
        result = driver.pgconn.exec_("; ".join([*begin, *statements]).encode())
        if result.status != pq.ExecStatus.COMMAND_OK:
            error = errors.error_from_result(result)
            raise error if error.sqlstate else OperationalError(str(error))  # the connection is gone


def others_connected() -> bool:
    """Whether somebody else works with this database, on whatever machine."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return bool(cursor.fetchone()[0])


def _owner() -> dict[str, Any]:
    """The database as its owner reaches it: who may see and change every table."""
    url = environment.text("HGW_OWNER_DATABASE_URL")
    return environment.database(url, settings.DATA_DIR) if url else dict(connection.settings_dict)


def _run(*command: str) -> None:
    owner = _owner()
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    # Through the environment: a list of processes is for everybody to read.
    reach = {name: str(owner[key]) for name, key in names.items() if owner.get(key)}
    way = {"PGSSLMODE": "sslmode", "PGSSLROOTCERT": "sslrootcert"}
    reach |= {name: str(owner["OPTIONS"][key]) for name, key in way.items() if key in owner["OPTIONS"]}
    told = {"LC_ALL": "C", "PGOPTIONS": f"-c {SETTING}={WHOLE}"}  # policies hold the owner of a table too
    try:
        done = subprocess.run(
            command, env=os.environ | reach | told, capture_output=True, text=True, errors="replace", check=False
        )
    except FileNotFoundError:
        raise Failed(f"{command[0]}: not found; install PostgreSQL's client programs") from None
    if done.returncode:
        raise Failed(f"{command[0]} failed: {trouble.of_program(done.stderr)}")
