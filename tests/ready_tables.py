"""The tables of a new installation, made once in a run of all tests: what asks for them begins with a copy.

To take an empty database through every change of its tables costs ten seconds of a core, and a run has a dozen
processes that want one. The copy is still asked whether a change is missing, so none can be forgotten.
`python -m tests.ready_tables` makes them in the database of the environment.
"""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from django.core.management import call_command

from tests.postgres import as_role, program

FOLDER = "HGW_TEST_TABLES"  # set by tests/run.py: where a SQLite file with them lies
ON_SERVER = "tables"  # the database with them on the PostgreSQL server of the run
DUMP = "tables.dump"  # the same in a file of that folder, for the servers that tests start


def file_with_tables() -> Path | None:
    """The SQLite file, when this run made one."""
    file = Path(os.environ.get(FOLDER, ""), "hgw.sqlite3")
    return file if os.environ.get(FOLDER) and file.is_file() else None


def lay_in(data: Path) -> None:
    """Let the installation in this folder begin with them; it makes its own where this run made none."""
    data.mkdir(exist_ok=True)
    if file := file_with_tables():
        shutil.copy(file, data)


def put_into(url: str) -> bool:
    """Make them in the empty PostgreSQL database at this address, as whom it names; False when this run made none."""
    file = Path(os.environ.get(FOLDER, ""), DUMP)
    if not (os.environ.get(FOLDER) and file.is_file()):
        return False
    subprocess.run([program("pg_restore"), "--no-owner", "--exit-on-error", "--dbname", url, file], check=True)
    return True


def are_copied(connection: Any) -> bool:
    """Let the test database of this connection be a copy; False when this run made no tables to copy."""
    name = connection.creation._get_test_db_name()
    if connection.vendor == "sqlite":
        if file := file_with_tables():
            shutil.copyfile(file, name)
        return file is not None
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname = %s", [ON_SERVER])
        if not cursor.fetchone()[0]:
            return False
        ours, theirs = connection.ops.quote_name(name), connection.ops.quote_name(ON_SERVER)
        cursor.execute(f"DROP DATABASE IF EXISTS {ours}")
        cursor.execute(f"CREATE DATABASE {ours} TEMPLATE {theirs}")
    return True


def make() -> None:
    """Make them: in a file of the data folder, or in a database of their own on the server of the environment."""
    import django

    from hgw import environment

    environment.work_for_the_whole_installation()
    if owner := os.environ.get("HGW_OWNER_DATABASE_URL"):
        os.environ["DATABASE_URL"] = owner
    django.setup()
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {connection.ops.quote_name(ON_SERVER)}")
        connection.close()
        connection.settings_dict["NAME"] = ON_SERVER
    call_command("migrate", verbosity=0)
    connection.close()
    if owner and (folder := os.environ.get(FOLDER)):
        command = [program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", "--file", Path(folder, DUMP)]
        subprocess.run([*command, "--dbname", as_role(owner, "app", ON_SERVER)], check=True)


if __name__ == "__main__":
    make()
