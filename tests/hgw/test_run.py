"""`./dev run`, as its user meets it: from an empty folder to a signed-in page, and gone again without a trace."""

import http.cookiejar
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hgw.accounts.models import Role
from hgw.storage import place, reserve, running
from hgw.storage.running import ALIVE
from tests import ready_tables
from tests.hgw.storage import ready_process
from tests.log_canary import canary

pytestmark = pytest.mark.once
Server = subprocess.Popen[str]
PATIENCE = 180  # seconds: other tests run beside this one


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """`start(NAME=value)` starts a server with its data in a folder of this test."""
    started: list[Server] = []

    def run(**settings: str) -> Server:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("HGW_") and k not in {"DATABASE_URL", "PORT"}}
        environment = kept | {"HGW_DATA": str(tmp_path / "data"), "PORT": free_port()} | settings
        command = [sys.executable, "-m", "hgw.run"]
        started.append(
            subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        )
        return started[-1]

    yield run
    for server in started:
        if server.poll() is None:
            server.terminate()
            server.wait(timeout=PATIENCE)
        canary.hear(server, "a server")
        for pipe in (server.stdout, server.stderr):
            if pipe:
                pipe.close()


def lines_until(server: Server, word: str) -> list[str]:
    """What the server prints, up to and with the line that begins with this word."""
    assert server.stdout
    lines = []
    for line in server.stdout:
        lines.append(line.rstrip("\n"))
        if line.startswith(word):
            return lines
    raise AssertionError(f"no line {word!r}: {lines}")


def children(pid: int) -> list[int]:
    """Every process below this one."""
    table = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [(int(a), int(b)) for a, b in (line.split() for line in table.splitlines())]
    found, queue = [], [pid]
    while queue:
        parent = queue.pop()
        own = [child for child, above in pairs if above == parent]
        found += own
        queue += own
    return found


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def sign_in(address: str, email: str, password: str) -> str:
    """The page that this person sees after signing in."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    page = browser.open(f"{address}aanmelden/login/", timeout=30).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    form = {"csrfmiddlewaretoken": token[1], "login": email, "password": password}
    answer = browser.open(f"{address}aanmelden/login/", urllib.parse.urlencode(form).encode(), timeout=30)
    assert "/aanmelden/" not in answer.geturl(), "still at the door"
    shown: str = answer.read().decode()
    return shown


def test_from_an_empty_folder_to_a_page_and_gone_again(start: Callable[..., Server], tmp_path: Path) -> None:
    server = start()
    (word, address) = lines_until(server, "ready")[-1].split("\t")
    assert word == "ready"
    assert server.stdout
    users = [server.stdout.readline().rstrip("\n").split("\t") for _ in range(16)]
    assert {role for role, _email, _password in users} == set(Role.values)
    coordinator = next(user for user in users if user[0] == "care_coordinator")
    assert 'class="banner"' in sign_in(address, coordinator[1], coordinator[2]), "every page says it is a demonstration"

    below = children(server.pid)
    assert len(below) >= 4, "gunicorn with two workers, and a task worker"
    server.send_signal(signal.SIGTERM)
    assert server.wait(timeout=PATIENCE) == 0
    assert not [pid for pid in below if is_there(pid)]
    with closing(sqlite3.connect(tmp_path / "data" / "hgw.sqlite3")) as rows:
        newest, sealed = rows.execute("SELECT max(id), (SELECT max(up_to) FROM audit_seal) FROM audit_entry").fetchone()
    assert newest == sealed, "the task worker sealed the trace before it went"

    # A later start knows its demonstration, and a child that dies ends all.
    again = start()
    lines_until(again, "ready")
    assert again.stdout
    assert again.stdout.readline().rstrip("\n").split("\t") == users[0]
    below = children(again.pid)
    os.kill(next(pid for pid in below if pid in direct(again.pid)), signal.SIGKILL)
    assert again.wait(timeout=PATIENCE) == 1
    assert gone_within(5, below), "the workers of a killed web server end at once, and give its port back"


def gone_within(seconds: float, pids: list[int]) -> bool:
    end = time.monotonic() + seconds
    while (left := [pid for pid in pids if is_there(pid)]) and time.monotonic() < end:
        time.sleep(0.05)
    return not left


def test_a_killed_supervisor_leaves_nothing_behind(start: Callable[..., Server], tmp_path: Path) -> None:
    (left := tmp_path / "data" / "plain-1").mkdir(parents=True)
    (left / "database").write_text("kanarie")  # of a backup that was killed
    ready_tables.lay_in(tmp_path / "data")
    server = start(HGW_DEMO="0")
    lines_until(server, "ready")
    assert not left.exists()
    end = time.monotonic() + 20  # it answers as soon as one of the web workers is there
    while len(below := children(server.pid)) < 4 and time.monotonic() < end:
        time.sleep(0.1)
    assert len(below) >= 4, "gunicorn with two workers, and a task worker"
    server.kill()
    server.wait(timeout=PATIENCE)
    assert gone_within(20, below)


def direct(pid: int) -> list[int]:
    table = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    return [int(a) for a, b in (line.split() for line in table.splitlines()) if int(b) == pid]


def workers(server: Server) -> list[int]:
    """The task workers that live."""
    return [pid for pid in direct(server.pid) if "task_worker" in Path(f"/proc/{pid}/cmdline").read_text()]


def test_without_demonstration_nobody_is_there(start: Callable[..., Server], tmp_path: Path) -> None:
    ready_tables.lay_in(tmp_path / "data")
    server = start(HGW_DEMO="0")
    address = lines_until(server, "ready")[-1].split("\t")[1]
    page = urllib.request.urlopen(f"{address}aanmelden/login/", timeout=30).read().decode()
    assert 'class="banner"' not in page
    server.send_signal(signal.SIGINT)
    out, _err = server.communicate(timeout=PATIENCE)
    assert out == "", "no user was printed"
    assert server.returncode == 0


def tasks_in(data: Path) -> list[str]:
    with closing(sqlite3.connect(data / "hgw.sqlite3", timeout=30)) as database:
        return [row[0] for row in database.execute("SELECT task_path FROM django_tasks_database_dbtaskresult")]


OLD_AND_NEW = """
import datetime
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

for name, days, status in ("old", 15, "SUCCESSFUL"), ("failed", 15, "FAILED"), ("new", 13, "SUCCESSFUL"), ("due", 15, "READY"):
    DBTaskResult.objects.create(
        task_path=name, status=status, backend_name="default", queue_name="other", args_kwargs={},
        finished_at=timezone.now() - datetime.timedelta(days=days), exception_class_path="", traceback="",
    )
"""


def test_a_school_server_is_well_tidies_up_and_logs_without_addresses(
    start: Callable[..., Server], tmp_path: Path
) -> None:
    data = tmp_path / "data"
    prepared = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | {"HGW_DATA": str(data)}
    ready_tables.lay_in(data)
    for words in (["migrate", "-v0"], ["shell", "--no-imports", "-c", OLD_AND_NEW]):
        assert ready_process.run(words, prepared).returncode == 0
    server = start(HGW_DEMO="0", HGW_LOG="json")
    address = lines_until(server, "ready")[-1].split("\t")[1]

    end = time.monotonic() + PATIENCE
    while (
        not reserve.is_there(data) and time.monotonic() < end
    ):  # made by the supervisor, after it said that it is ready
        time.sleep(0.1)
    assert reserve.is_there(data)
    with pytest.raises(running.Busy), running.alone(data):
        pass
    (killed,) = workers(server)
    os.kill(killed, signal.SIGKILL)  # as when the database was away: another one begins, and pages live on
    end = time.monotonic() + PATIENCE
    while workers(server) in ([killed], []) and time.monotonic() < end:
        time.sleep(0.2)
    assert len(workers(server)) == 1

    end = time.monotonic() + PATIENCE
    while len(tasks_in(data)) > 2 and time.monotonic() < end:
        time.sleep(0.2)
    assert sorted(tasks_in(data)) == ["due", "new"]

    with urllib.request.urlopen(f"{address}gezond?naam=kanarie", timeout=30) as answer:
        assert answer.status == 200
        number = answer.headers["X-Request-ID"]
    with socket.create_connection(("127.0.0.1", int(address.split(":")[2].strip("/"))), timeout=30) as wrong:
        wrong.sendall(b"GET /gezond?naam=kanarie HTTP/kanarie\r\n\r\n")
        assert wrong.recv(100)
    server.terminate()
    _out, err = server.communicate(timeout=PATIENCE)
    with running.alone(data):
        pass
    assert "kanarie" not in err
    lines = [json.loads(line) for line in err.splitlines()]
    said = [line["message"] for line in lines if line["logger"] == "hgw.storage"]
    assert said == ([place.notice()] if place.notice() else []), "once, and not by each process"
    asked = next(line for line in lines if line.get("request") == number)
    assert {"logger": "hgw.request", "route": "gezond", "status": 200}.items() <= asked.items()
    of_web_server = next(line for line in lines if line["logger"] == "gunicorn.error")
    assert "glogging" not in of_web_server["at"], "where it was said, not by which logger"
    assert not (data / ALIVE).exists(), "no sign of life after the end"


def test_a_port_in_use_is_said(start: Callable[..., Server]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        server = start(PORT=str(taken.getsockname()[1]))
        out, err = server.communicate(timeout=PATIENCE)
    assert server.returncode == 1
    assert out == ""
    assert err.startswith("PORT: ")
    assert len(err.splitlines()) == 1
