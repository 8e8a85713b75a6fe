"""A PostgreSQL on another machine shows who it is before anything goes there: a real one, with certificates of this test."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from hgw import environment
from hgw.storage import postgres
from hgw.storage.contents import opened
from tests.hgw.server_of_school import certificate, free_port
from tests.postgres import server

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def vouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificate of the server, for the name `localhost`."""
    return certificate(tmp_path_factory.mktemp("own"), "localhost")[0]


@pytest.fixture(scope="module")
def unknown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of somebody else for the same name."""
    return certificate(tmp_path_factory.mktemp("other"), "localhost")[0]


@pytest.fixture(scope="module")
def port(vouched: Path) -> Iterator[int]:
    number = free_port()
    with server(shows=(vouched, vouched.with_suffix(".key")), port=number):
        yield number


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGSSLMODE", "PGSSLROOTCERT", "HGW_OWNER_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def reach(django_db_blocker: Any, tmp_path: Path) -> Any:
    """`reach(address)`: whether the connection that is made there is encrypted; raises `OperationalError` when none is."""

    def asked(address: str) -> bool:
        entry = environment.database(address, tmp_path)
        with django_db_blocker.unblock(), opened(entry, "elsewhere") as there, there.cursor() as cursor:
            cursor.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
            return bool(cursor.fetchone()[0])

    return asked


def test_a_server_that_nobody_vouches_for_is_sent_nothing(reach: Any, port: int, vouched: Path, unknown: Path) -> None:
    at, full = f"postgres://app:secret@localhost:{port}/postgres", "?sslmode=verify-full&sslrootcert="
    assert reach(f"{at}{full}{vouched}")
    with pytest.raises(OperationalError, match="certificate verify failed"):
        reach(f"{at}{full}{unknown}")
    with pytest.raises(OperationalError, match="does not match host name"):
        reach(f"postgres://app:secret@127.0.0.1:{port}/postgres{full}{vouched}")
    assert not reach(f"{at}?sslmode=disable"), "what is asked is what is done"


def test_what_the_environment_says_counts_too(
    reach: Any, port: int, vouched: Path, unknown: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = f"postgres://app:secret@localhost:{port}/postgres"
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    monkeypatch.setenv("PGSSLROOTCERT", str(unknown))
    with pytest.raises(OperationalError, match="certificate verify failed"):
        reach(at)
    monkeypatch.setenv("PGSSLROOTCERT", str(vouched))
    assert reach(at)


def test_a_backup_goes_the_same_way(port: int, vouched: Path, unknown: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The programs of PostgreSQL are told what the address says."""
    at = f"postgres://app:secret@localhost:{port}/postgres?sslmode=verify-full&sslrootcert="
    monkeypatch.setenv("HGW_OWNER_DATABASE_URL", f"{at}{unknown}")
    with pytest.raises(postgres.Failed):
        postgres._run("pg_dump", "--schema-only")
    monkeypatch.setenv("HGW_OWNER_DATABASE_URL", f"{at}{vouched}")
    postgres._run("pg_dump", "--schema-only")
