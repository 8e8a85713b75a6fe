"""Tables that belong to another role than the one the application works with: it may write rows, and change no table."""

import os
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.postgres import server

pytestmark = pytest.mark.once

# What somebody who sets up the database does once: afterwards each new table of the owner is open to the application.
RECIPE = """
CREATE ROLE owner LOGIN;
CREATE ROLE school LOGIN;
CREATE DATABASE school OWNER owner;
"""
RIGHTS = """
ALTER DEFAULT PRIVILEGES FOR ROLE owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO school;
ALTER DEFAULT PRIVILEGES FOR ROLE owner GRANT USAGE, SELECT ON SEQUENCES TO school;
"""


def run(sql: str, url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in filter(None, map(str.strip, sql.split(";"))):
            connection.execute(statement)


@pytest.fixture(scope="module")
def addresses() -> Iterator[dict[str, str]]:
    """A PostgreSQL of its own with both roles: the addresses for the owner and for the application."""
    with server() as url:
        host = urlsplit(url).hostname
        run(RECIPE, url)
        run(RIGHTS, f"postgres://app@{host}/school")
        yield {role: f"postgres://{role}@{host}/school" for role in ("owner", "school")}


def manage(addresses: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    settings = {"DATABASE_URL": addresses["school"], "HGW_OWNER_DATABASE_URL": addresses["owner"]}
    return subprocess.run(
        [sys.executable, "manage.py", *words], env=os.environ | settings, capture_output=True, text=True, check=False
    )


def test_the_owner_makes_the_tables_and_the_application_fills_them(addresses: dict[str, str]) -> None:
    made = manage(addresses, "migrate", "-v0")
    loaded = manage(addresses, "load_case", "tests/cases/gepland.yaml")

    assert (made.returncode, made.stderr) == (0, "")
    assert (loaded.returncode, loaded.stderr) == (0, "")
    with psycopg.connect(addresses["school"]) as connection:
        owners = connection.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'").fetchall()
        assert owners == [("owner",)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("ALTER TABLE meetings_meeting ADD COLUMN more text")
    with (
        psycopg.connect(addresses["school"]) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("DROP TABLE meetings_meeting")
