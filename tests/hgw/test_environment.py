"""Settings from the environment: what is wrong is named in one line, and the demonstration comes only where it may."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hgw import demo, environment
from hgw.storage import place

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("HGW_") or name in {"DATABASE_URL", "PORT"}:
            monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HGW_DEBUG", "yes"),
        ("HGW_DEMO", "true"),
        ("HGW_HTTPS", "2"),
        ("HGW_SECRET_KEY", "short"),
        ("DATABASE_URL", "mysql://school"),
        ("DATABASE_URL", "postgres://app@host/"),
        ("DATABASE_URL", "postgres://app@host:many/school"),
        ("DATABASE_URL", "postgres://app@host/school?sslmode=verify"),
        ("HGW_OWNER_DATABASE_URL", "postgres://app@host/school?sslmod=verify-full"),
        ("HGW_OWNER_DATABASE_URL", "owner"),
        ("HGW_ORIGINS", "school.example"),
        ("HGW_SMTP", "mail.example"),
        ("HGW_SMTP", "smtp://mail.example:post"),
        ("HGW_DATA", "/dev/null/data"),
        ("HGW_LOG", "xml"),
        ("HGW_BACKUPS", "copies"),
    ],
)
def test_a_wrong_value_stops_with_one_line(name: str, value: str, tmp_path: Path) -> None:
    settings = {k: v for k, v in os.environ.items()} | {"HGW_DATA": str(tmp_path), name: value}
    found = subprocess.run(
        [sys.executable, "-c", "import hgw.settings"], env=settings, capture_output=True, text=True, check=False
    )
    assert found.returncode == 1
    assert found.stderr.startswith(f"{name}: ")
    assert len(found.stderr.splitlines()) == 1


@pytest.mark.parametrize("value", ["0", "65536", "http", "-1", "٣"])
def test_a_wrong_port(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", value)
    with pytest.raises(SystemExit, match="^PORT: "):
        environment.port()


def test_the_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    key = environment.secret_key(tmp_path)
    assert len(key) >= 50
    assert environment.secret_key(tmp_path) == key
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
    assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]


def database_with(file: Path, schools: int) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE accounts_school (name TEXT)")
        connection.executemany("INSERT INTO accounts_school VALUES (?)", [("School",)] * schools)
    connection.close()


def test_a_demonstration_on_an_empty_file_only(tmp_path: Path) -> None:
    assert demo.wanted(tmp_path)
    database_with(tmp_path / "hgw.sqlite3", 0)
    assert demo.wanted(tmp_path)
    (tmp_path / "hgw.sqlite3").unlink()
    database_with(tmp_path / "hgw.sqlite3", 1)
    assert not demo.wanted(tmp_path)


def test_a_demonstration_knows_its_own_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "hgw.sqlite3"
    database_with(file, 2)
    (tmp_path / demo.MARKER).write_text(f'{{"database": "{file}", "users": []}}')
    assert demo.wanted(tmp_path)
    other = tmp_path / "school.sqlite3"
    database_with(other, 1)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{other}")
    assert not demo.wanted(tmp_path), "another database in the same folder is no demonstration"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HGW_DEMO", "0"),
        ("HGW_HTTPS", "1"),
        ("HGW_HOSTS", "school.example"),
        ("DATABASE_URL", "postgres://app@host/school"),
    ],
)
def test_no_demonstration_by_itself_where_others_can_come(
    name: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    assert not demo.wanted(tmp_path)


def test_no_demonstration_over_a_school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database_with(tmp_path / "hgw.sqlite3", 1)
    monkeypatch.setenv("HGW_DEMO", "1")
    with pytest.raises(SystemExit, match="^HGW_DEMO: "):
        demo.wanted(tmp_path)


@pytest.mark.parametrize(("https", "trusted"), [("0", "0"), ("1", "1")])
def test_a_proxy_is_believed_only_where_there_is_one(https: str, trusted: str, tmp_path: Path) -> None:
    """Who asks counts for the tries at signing in: the visitor behind our proxy, or else whoever connects."""
    found = subprocess.run(
        [sys.executable, "-c", "from hgw import settings; print(settings.ALLAUTH_TRUSTED_PROXY_COUNT)"],
        env=os.environ | {"HGW_DATA": str(tmp_path), "HGW_HTTPS": https},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert found.stdout == f"{trusted}\n"


def test_nobody_waits_for_a_database_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "_patience", 60)

    def options() -> Any:
        return environment.database("postgres://app@host/school", tmp_path)["OPTIONS"]

    assert options()["connect_timeout"] == 10
    assert "-c lock_timeout=3s -c statement_timeout=60s" in options()["options"], "a command"
    environment.answer_within(10)
    assert "-c statement_timeout=10s -c idle_in_transaction_session_timeout=60s" in options()["options"], "a page"


def test_an_address_says_how_a_database_is_reached(tmp_path: Path) -> None:
    def options(end: str) -> Any:
        return environment.database(f"postgres://app@host/school{end}", tmp_path)["OPTIONS"]

    assert not {"sslmode", "sslrootcert"} & options("").keys(), "then PGSSLMODE counts"
    way = options("?sslmode=verify-full&sslrootcert=%2Fetc%2Fschool.pem")
    assert (way["sslmode"], way["sslrootcert"]) == ("verify-full", "/etc/school.pem")
    for wrong in (
        "?sslmode=",
        "?sslmode",
        "?sslmode=verify-full&sslmode=disable",
        "?options=-c%20x%3Dy",
        "?host=elsewhere",
    ):
        with pytest.raises(SystemExit, match="^DATABASE_URL: "):
            options(wrong)


@pytest.mark.parametrize(
    ("folder", "line", "word"),
    [
        ("school", "server:/share {} nfs4 rw 0 0", "nfs4"),
        ("my school", "//server/share {} cifs rw 0 0", "cifs"),
        ("school", "me@host: {} fuse.sshfs rw 0 0", "fuse.sshfs"),
        ("OneDrive - School", "", "OneDrive"),
        ("Dropbox", "", "Dropbox"),
    ],
)
def test_a_database_lies_on_a_disk_of_its_own_machine(
    folder: str,
    line: str,
    word: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (data := tmp_path / folder / "data").mkdir(parents=True)
    (mounts := tmp_path / "mounts").write_text(
        "/dev/vda / ext4 rw 0 0\n" + line.format(str(tmp_path / folder).replace(" ", "\\040")) + "\n" * bool(line)
    )
    monkeypatch.setattr(place, "MOUNTS", mounts)
    assert environment.database("", tmp_path)["NAME"], "beside it"
    for url, name in ("", "HGW_DATA"), (f"sqlite:///{data / 'hgw.sqlite3'}", "DATABASE_URL"):
        with pytest.raises(SystemExit, match=f"^{name}: .*{word}") as end:
            environment.database(url, data)
        assert "\n" not in str(end.value.code)
    assert environment.database("postgres://app@host/school", data)["NAME"] == "school"


def test_a_disk_over_a_network_one_is_local_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (mounts := tmp_path / "mounts").write_text(
        f"server:/ {tmp_path.parent} nfs rw 0 0\n/dev/vdb {tmp_path} ext4 rw 0 0\n"
    )
    monkeypatch.setattr(place, "MOUNTS", mounts)
    assert place.why_not(tmp_path / "hgw.sqlite3") == ""


@pytest.mark.parametrize(
    ("version", "is_well"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 9), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_a_sqlite_with_a_fault_is_said(version: tuple[int, int, int], is_well: bool) -> None:
    assert (place.notice(version) == "") == is_well
