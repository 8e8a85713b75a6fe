"""`check --deploy` is silent on a server that is set up as it should be, and names each thing that is not."""

import datetime
import os
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.checks import CheckMessage

from hgw import deploy_checks
from hgw.version import LIBRARIES_OF
from meetings import deploy_checks as meetings_checks

NOON = datetime.time(12)
ROOT = Path(__file__).resolve().parents[2]
DEPLOYED = {"HGW_HTTPS": "1", "HGW_HOSTS": "hgw.school.example", "HGW_SMTP": "smtp://mail.example", "HGW_DEMO": "0"}


def deployed(monkeypatch: pytest.MonkeyPatch, **values: Any) -> None:
    """The settings of an installation, as far as the checks look at them."""
    monkeypatch.setattr(deploy_checks, "settings", SimpleNamespace(**values))


def on_postgres(host: str) -> dict[str, Any]:
    return {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "hgw", "HOST": host}}


def ids(found: list[CheckMessage]) -> list[str | None]:
    return [message.id for message in found]


def check(data: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    known = {name: value for name, value in os.environ.items() if not name.startswith(("HGW_", "DATABASE_URL"))}
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"], cwd=ROOT, text=True,
        env=known | {"HGW_DATA": str(data)} | settings, capture_output=True, check=False,
    )  # fmt: skip


def test_a_server_that_is_set_up_well_has_no_warning(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    said = check(data, **DEPLOYED)
    # Whether a machine that runs tests lets a process give up the network is not ours to say, nor what day it is there.
    not_ours = ("?: (hgw.pdf_network)", "?: (hgw.libraries)")
    left = [line for line in said.stderr.splitlines() if line.startswith("?: (") and not line.startswith(not_ours)]
    assert left == [], said.stderr


def test_a_database_that_is_made_is_for_its_owner_alone(tmp_path: Path) -> None:
    """Whatever the shell of who starts it says; the log and the index of the log too."""
    made = "umask 022; exec " + " ".join([sys.executable, "manage.py", "shell", "-v0", "-c", f"'{LOOK}'"])
    known = {name: value for name, value in os.environ.items() if not name.startswith(("HGW_", "DATABASE_URL"))}
    looked = subprocess.run(
        ["sh", "-c", made], cwd=ROOT, env=known | {"HGW_DATA": str(tmp_path)}, capture_output=True, text=True, check=True
    )  # fmt: skip
    assert looked.stdout.split() == ["600", "600", "600"]


LOOK = """
from pathlib import Path
from django.conf import settings
from django.db import connection
connection.cursor().execute("CREATE TABLE made (id)")
name = settings.DATABASES["default"]["NAME"]
for end in ("", "-wal", "-shm"):
    print(oct(Path(f"{name}{end}").stat().st_mode)[-3:])
"""


def test_without_https_and_with_debug_it_says_so(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    said = check(data, HGW_DEBUG="1").stderr
    for one in ("security.W018", "security.W004", "security.W008", "security.W016", "hgw.session_cookie_secure"):
        assert one in said


def test_libraries_of_long_ago(time_machine: Any) -> None:
    for days, said in ((62, []), (63, ["hgw.libraries"])):
        time_machine.move_to(datetime.datetime.combine(LIBRARIES_OF, NOON) + datetime.timedelta(days=days))
        assert ids(deploy_checks.libraries_are_new(None)) == said


@pytest.mark.parametrize(("secure", "hidden"), [(True, True), (False, True), (True, False)])
def test_a_session_that_others_could_read(monkeypatch: pytest.MonkeyPatch, secure: bool, hidden: bool) -> None:
    deployed(monkeypatch, SESSION_COOKIE_SECURE=secure, SESSION_COOKIE_HTTPONLY=hidden)
    wrong = [] if secure else ["hgw.session_cookie_secure"]
    wrong += [] if hidden else ["hgw.session_cookie_httponly"]
    assert ids(deploy_checks.session_cookie_is_private(None)) == wrong


@pytest.mark.parametrize(
    ("hosts", "origins", "wrong"),
    [
        (["hgw.school.example"], ["https://hgw.school.example"], []),
        (["*"], [], ["hgw.hosts"]),
        ([".*"], [], ["hgw.hosts"]),
        (["hgw.school.example"], ["http://hgw.school.example"], ["hgw.origins"]),
    ],
)
def test_any_name_and_pages_without_https(
    settings: Any, hosts: list[str], origins: list[str], wrong: list[str]
) -> None:
    settings.ALLOWED_HOSTS, settings.CSRF_TRUSTED_ORIGINS = hosts, origins
    assert ids(deploy_checks.hosts_are_named(None)) == wrong


def test_a_file_that_others_may_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sqlite = {"default": {"ENGINE": "hgw.storage.sqlite3", "NAME": tmp_path / "hgw.sqlite3"}}
    deployed(monkeypatch, DATA_DIR=tmp_path, ROOM_FILE=tmp_path / "room.sqlite3", DATABASES=sqlite)
    files = [tmp_path / name for name in ("secret_key", "hgw.sqlite3", "hgw.sqlite3-wal", "room.sqlite3")]
    for file in files:
        file.touch(mode=0o600)
    assert deploy_checks.files_are_private(None) == []
    for file in files:
        file.chmod(0o640)
        (said,) = deploy_checks.files_are_private(None)
        assert (said.id, str(file) in said.msg) == ("hgw.private", True)
        file.chmod(0o600)
    files[1].chmod(0o644)  # of before it moved to PostgreSQL
    deployed(monkeypatch, DATA_DIR=tmp_path, DATABASES=on_postgres(""))
    assert deploy_checks.files_are_private(None) == []


NEAR = {
    "": [], "/var/run/postgresql": [], "127.0.0.1": [], "::1": [],
    "10.1.2.3": ["hgw.database_encryption"], "fd00::7": ["hgw.database_encryption"],
    "8.8.8.8": ["hgw.database_address"], "2001:4860:4860::8888": ["hgw.database_address"],
    "unknown.invalid": [],
}  # fmt: skip


@pytest.mark.parametrize("host", NEAR)
def test_a_database_that_others_reach(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, host: str) -> None:
    monkeypatch.delenv("PGSSLMODE", raising=False)
    monkeypatch.delenv("HGW_OWNER_DATABASE_URL", raising=False)
    if host.endswith(".invalid"):
        monkeypatch.setattr(socket, "getaddrinfo", unknown)
    deployed(monkeypatch, DATA_DIR=tmp_path, DATABASES=on_postgres(host))
    assert ids(deploy_checks.database_is_near(None)) == NEAR[host]


def unknown(*args: Any) -> None:
    raise socket.gaierror


def test_an_encrypted_way_to_the_database_is_fine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    deployed(monkeypatch, DATA_DIR=tmp_path, DATABASES=on_postgres("10.1.2.3"))
    for mode, wrong in (("prefer", 1), ("require", 0), ("verify-full", 0)):
        monkeypatch.setenv("PGSSLMODE", mode)
        assert len(deploy_checks.database_is_near(None)) == wrong
    monkeypatch.setenv("HGW_OWNER_DATABASE_URL", "postgres://owner@10.1.2.3/hgw?sslmode=disable")  # counts more
    assert len(deploy_checks.database_is_near(None)) == 1
    monkeypatch.setenv("PGSSLMODE", "disable")
    monkeypatch.setenv("HGW_OWNER_DATABASE_URL", "postgres://owner@10.1.2.3/hgw?sslmode=verify-full")
    assert [one.msg.partition(":")[0] for one in deploy_checks.database_is_near(None)] == ["DATABASE_URL"]


def test_the_owners_way_to_the_database_counts_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    deployed(monkeypatch, DATA_DIR=tmp_path, DATABASES=on_postgres(""))
    monkeypatch.setenv("HGW_OWNER_DATABASE_URL", "postgres://owner:secret@8.8.8.8/hgw")
    (said,) = deploy_checks.database_is_near(None)
    assert said.msg.startswith("HGW_OWNER_DATABASE_URL")
    assert "secret" not in said.msg


@pytest.mark.parametrize(("found", "wrong"), [("70.0", []), ("71.2", []), ("69.1", ["hgw.weasyprint"])])
def test_an_old_pdf_library(monkeypatch: pytest.MonkeyPatch, found: str, wrong: list[str]) -> None:
    monkeypatch.setattr(deploy_checks, "version", lambda name: found)
    assert ids(deploy_checks.pdf_library_is_new_enough(None)) == wrong


def test_a_pdf_process_that_keeps_the_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for answer, wrong in (("True", []), ("False", ["hgw.pdf_network"])):
        (tmp_path / "pdf_process.py").write_text(f"def leave_network(): return {answer}\n")
        monkeypatch.setattr(meetings_checks, "FOLDER", tmp_path)
        assert ids(meetings_checks.pdf_process_leaves_the_network(None)) == wrong
