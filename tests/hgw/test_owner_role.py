"""Tables that belong to another role than the one the application works with: it may write rows, and change no table."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests import ready_tables
from tests.hgw.storage import ready_process
from tests.postgres import as_role, run_sql, server

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def addresses() -> Iterator[dict[str, str]]:
    """A PostgreSQL of its own with both roles: the addresses for the owner and for the application."""
    with server() as url:
        yield {role: as_role(url, role) for role in ("owner", "school")}


def manage(addresses: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    settings = {"DATABASE_URL": addresses["school"], "HGW_OWNER_DATABASE_URL": addresses["owner"]}
    return ready_process.run(list(words), os.environ | settings)


def test_what_the_handbook_says_makes_a_database_of_two_roles_and_mends_one_of_before() -> None:
    made, may, given = re.findall(r"```sql\n(.*?)```", Path("hgw/operating.md").read_text(), re.DOTALL)
    with server() as url:
        here = {"app": as_role(url, "app", "hgw"), "school": as_role(url, "hgw", "hgw")}
        run_sql(made.replace("OWNER hgw_owner", "OWNER hgw"), url)
        ready_tables.put_into(here["school"])
        before = manage({"school": here["school"], "owner": here["school"]}, "migrate", "-v0")
        assert (before.returncode, before.stderr) == (0, "")
        run_sql(given + may, here["app"])
        addresses = here | {"owner": as_role(url, "hgw_owner", "hgw")}
        loaded = [manage(addresses, "migrate", "-v0"), manage(addresses, "load_case", "tests/cases/gepland.yaml")]
        assert [(done.returncode, done.stderr) for done in loaded] == [(0, ""), (0, "")]
        with psycopg.connect(here["school"]) as connection:
            owned = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"
            assert connection.execute(owned).fetchall() == [("hgw_owner",)]
            assert connection.execute("SELECT count(*) FROM meetings_meeting").fetchone() == (0,)
            connection.execute("SET hgw.schools = '*'")
            assert connection.execute("SELECT count(*) FROM meetings_meeting").fetchone() == (1,)


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


@pytest.mark.parametrize(("role", "said"), [("school", set()), ("owner", {"hgw.owner"}), ("app", {"hgw.superuser"})])
def test_check_deploy_names_a_role_that_gets_past_the_policies(
    addresses: dict[str, str], role: str, said: set[str]
) -> None:
    migrated = manage(addresses, "migrate", "-v0")
    checked = manage(addresses | {"school": as_role(addresses["school"], role)}, "check", "--deploy")
    assert (migrated.returncode, migrated.stderr) == (0, "")
    assert set(re.findall(r"hgw\.(?:superuser|bypassrls|owner)\b", checked.stderr)) == said
