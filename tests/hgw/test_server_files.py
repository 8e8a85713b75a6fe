"""The files for a server of the school's own, judged by the programs that will read them."""

import datetime
import http.server
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyrage
import pytest
from django.core.management import call_command
from django.db import connection

from tests.hgw.server_of_school import HOST, NGINX, ROOT, nginx, run, server_files, settings_of

BACKUP = ROOT / "hgw" / "server" / "nightly_backup"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return server_files(tmp_path)


def test_systemd_takes_the_units_as_they_are(files: Path) -> None:
    units = sorted(file for file in files.iterdir() if file.suffix in {".service", ".timer"})
    assert len(units) == 3
    found = run("systemd-analyze", "verify", "--man=no", *units)
    assert (found.returncode, found.stdout + found.stderr) == (0, "")


def test_systemd_would_notice(files: Path) -> None:
    unit = files / "hgw.service"
    unit.write_text(unit.read_text().replace("ProtectSystem=strict", "ProtectSystem=a lot"))
    assert "protect system" in run("systemd-analyze", "verify", "--man=no", unit).stderr


def test_the_server_may_do_little(files: Path) -> None:
    """Of the 100 points that systemd gives for what a service may do; without hardening it is 92."""
    found = run("systemd-analyze", "security", "--offline=yes", "--threshold=30", files / "hgw.service")
    assert found.returncode == 0, found.stdout


class Echo(http.server.BaseHTTPRequestHandler):
    """Stands where HGW would: answers with the headers it got."""

    def do_GET(self) -> None:
        body = "".join(f"{name}: {value}\n" for name, value in self.headers.items()).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def proxy(files: Path, tmp_path: Path) -> Iterator[tuple[int, int]]:
    """nginx with our configuration, before a server that echoes."""
    behind = http.server.ThreadingHTTPServer(("127.0.0.1", int(settings_of(files)["PORT"])), Echo)
    threading.Thread(target=behind.serve_forever, daemon=True).start()
    try:
        with nginx(files, tmp_path) as ports:
            yield ports
    finally:
        behind.shutdown()
        behind.server_close()


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def test_the_proxy_says_what_the_program_believes(proxy: tuple[int, int], tmp_path: Path) -> None:
    plain, safe = proxy
    with pytest.raises(urllib.error.HTTPError) as moved:
        urllib.request.build_opener(Stay).open(
            urllib.request.Request(f"http://127.0.0.1:{plain}/leerlingen/?naam=x", headers={"Host": HOST}), timeout=30
        )
    assert (moved.value.code, moved.value.headers["Location"]) == (301, f"https://{HOST}/leerlingen/?naam=x")
    moved.value.close()

    lying = {
        "Host": HOST, "X-Forwarded-For": "9.9.9.9", "X-Forwarded-Proto": "http", "X-Request-ID": "a name",
    }  # fmt: skip
    context = ssl._create_unverified_context()  # the certificate is of this test
    request = urllib.request.Request(f"https://127.0.0.1:{safe}/gezond?naam=kanarie", headers=lying)
    with urllib.request.urlopen(request, timeout=30, context=context) as answer:
        got = dict(line.split(": ", 1) for line in answer.read().decode().splitlines())
    assert (got["Host"], got["X-Forwarded-Proto"], got["X-Forwarded-For"]) == (HOST, "https", "127.0.0.1")
    assert len(got["X-Request-ID"]) == 32
    written = "".join(file.read_text() for file in tmp_path.glob("*.log"))
    assert "kanarie" not in written


@pytest.mark.parametrize(
    ("newest", "ciphers", "is_met"),
    [
        ("TLSv1_3", "DEFAULT", True),
        ("TLSv1_2", "ECDHE-RSA-AES128-GCM-SHA256", True),
        ("TLSv1_2", "AES128-GCM-SHA256", False),  # who gets the key later reads all of it
        ("TLSv1_2", "ECDHE-RSA-AES128-SHA256", False),
        ("TLSv1_1", "DEFAULT", False),
        ("TLSv1", "DEFAULT", False),
    ],
)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_the_proxy_speaks_no_old_tongue(proxy: tuple[int, int], newest: str, ciphers: str, is_met: bool) -> None:
    context = ssl._create_unverified_context()  # the certificate is of this test
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion[newest]
    context.set_ciphers(f"{ciphers}:@SECLEVEL=0")  # so that this end refuses nothing

    def met() -> bool:
        with socket.create_connection(("127.0.0.1", proxy[1]), 30) as line:
            try:
                context.wrap_socket(line).close()
            except (ssl.SSLError, ConnectionResetError):
                return False
            return True

    assert met() is is_met


def test_the_proxy_tells_nobody_which_version_it_is_nor_what_is_behind_it(proxy: tuple[int, int]) -> None:
    context = ssl._create_unverified_context()  # the certificate is of this test

    def said(port: int, *, is_safe: bool) -> str:
        asked = f"GET / HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode()
        line = socket.create_connection(("127.0.0.1", port), 30)
        with context.wrap_socket(line) if is_safe else line as speaking:
            speaking.sendall(asked)
            return b"".join(iter(lambda: speaking.recv(65536), b"")).decode()

    plain, safe = proxy
    told = {
        200: said(safe, is_safe=True),
        301: said(plain, is_safe=False),  # the two others are pages of its own
        400: said(safe, is_safe=False),
    }
    for status, text in told.items():
        assert text.startswith(f"HTTP/1.1 {status} ")
        assert re.findall(r"^Server: (.*)\r$", text, re.MULTILINE) == ["nginx"]
        assert not re.search(r"nginx/|Python|BaseHTTP|gunicorn", text)


def test_nginx_would_notice(files: Path, tmp_path: Path) -> None:
    (tmp_path / "nginx.conf").write_text(f"events {{}} http {{ include {files}/hgw-nginx.conf; proxy_pas x; }}")
    found = run(NGINX, "-t", "-e", tmp_path / "error.log", "-c", tmp_path / "nginx.conf")
    assert found.returncode == 1
    assert "proxy_pas" in found.stderr


def test_commands_run_with_the_settings_of_the_server(files: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    asked = "from django.conf import settings; print(settings.DATA_DIR, settings.ALLOWED_HOSTS)"
    found = run(files / "hgw-manage", "shell", "--no-imports", "-c", asked)
    assert found.stdout.split("\n")[-2] == f"{tmp_path / 'data'} ['{HOST}']", found.stderr


def test_settings_are_private_and_stay(files: Path) -> None:
    written = files / "hgw.env"
    assert written.stat().st_mode & 0o077 == 0
    written.write_text("HGW_SMTP='smtp://school:secret@mail.school.test'\n")
    call_command("server_files", "--to", files, "--host", "other.school.test", verbosity=0)
    assert "secret" in written.read_text()
    assert "other.school.test" in (files / "hgw-nginx.conf").read_text()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--host", "school; include /etc/passwd"),
        ("--host", "-school"),
        ("--user", "hgw\nExecStart=/bin/sh"),
        ("--data", "var/lib"),
        ("--data", "/var/lib/a school"),
        ("--certificate", "/etc/ssl/$pem"),
        ("--port", "http"),
    ],
)
def test_what_no_file_could_hold_is_refused(
    option: str, value: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        call_command("server_files", f"--to={tmp_path / 'files'}", f"--host={HOST}", f"{option}={value}")
    assert end.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not (tmp_path / "files").exists()


# --- the nightly backup ---


def database_url() -> str:
    own = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{own['NAME']}"
    return f"postgres://{own['USER']}@{quote(own['HOST'], safe='')}/{own['NAME']}"


def nightly(folder: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    key = str(pyrage.x25519.Identity.generate().to_public())
    # Without the owner of the tables: who may read every row can make a copy.
    reached = {
        "DATABASE_URL": database_url(),
        "HGW_OWNER_DATABASE_URL": "",
        "HGW_BACKUPS": str(folder),
        "HGW_BACKUP_KEY": key,
    }
    return run(BACKUP, sys.executable, **reached | {"HGW_DATA": os.environ["HGW_DATA"]} | settings)


@pytest.mark.django_db(transaction=True)
def test_every_night_a_backup_and_fourteen_stay(tmp_path: Path) -> None:
    day = datetime.datetime(2026, 1, 1, 1, 30)
    old = [tmp_path / f"hgw-{day + datetime.timedelta(days=n):%Y%m%dT%H%M%SZ}.age" for n in range(15)]
    for file in [*old, tmp_path / "notes.txt"]:
        file.touch()
    made = nightly(tmp_path)
    assert (made.returncode, made.stderr) == (0, "")
    new = Path(made.stdout.splitlines()[0].removeprefix("backup\t"))
    assert new.read_bytes().startswith(b"age-encryption.org/")
    left = {file.name for file in tmp_path.iterdir()}
    assert left == {file.name for file in old[2:]} | {"notes.txt", new.name}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "wrong",
    [
        {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing"},
        {"DATABASE_URL": "mysql://x"},
        {"HGW_BACKUP_KEY": ""},
        {"HGW_BACKUP_KEY": "age1kanarie"},
    ],
)
def test_a_backup_that_cannot_be_made_takes_none_away(wrong: dict[str, str], tmp_path: Path) -> None:
    for n in range(15):
        (tmp_path / f"hgw-202601{n + 1:02}T013000Z.age").touch()
    found = nightly(tmp_path, **wrong)
    assert found.returncode != 0
    assert len(found.stderr.splitlines()) == 1
    assert len(list(tmp_path.iterdir())) == 15
