"""One web worker, browsers that ask it for pages, and how long it computed."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.test import Client

from hgw.accounts.models import User
from tests import postgres

HOST = "127.0.0.1"
BARE = "tests.bench.served_bare"


class Server:
    """A running web server with one worker."""

    def __init__(self, port: int, master: int) -> None:
        self.port = port
        self.worker = int(Path(f"/proc/{master}/task/{master}/children").read_text().split()[0])
        self._seen: dict[int, int] = {}  # nanoseconds by process

    def cpu(self) -> float:
        """Computing time until now, in seconds, of the worker and of a PostgreSQL that it asks.

        Other programs do not count, the asking neither.
        """
        database = connection.vendor == "postgresql"
        for pid in [self.worker, *(postgres.processes(os.environ["DATABASE_URL"]) if database else ())]:
            with suppress(
                OSError
            ):  # one of the database's own chores ended meanwhile: what it did until then stays counted
                self._seen[pid] = int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])
        return sum(self._seen.values()) / 1e9

    def memory(self) -> float:
        """What the worker holds in memory, in megabytes."""
        status = Path(f"/proc/{self.worker}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def address(self, path: str) -> str:
        return f"http://{HOST}:{self.port}{path}"

    def browser(self, user: User) -> "Browser":
        """A browser in which this user is signed in."""
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return Browser(self.port, client.cookies[settings.SESSION_COOKIE_NAME].value)


class Browser:
    """Asks for pages and sends forms; anything but the page itself ends the measuring."""

    def __init__(self, port: int, session: str) -> None:
        self.port, self.session = port, session
        token = "b" * 32
        cookies = {settings.SESSION_COOKIE_NAME: session, settings.CSRF_COOKIE_NAME: token}
        self.headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "X-CSRFToken": token}

    def get(self, address: str) -> bytes:
        return self._ask("GET", address, b"", {})

    def post(self, address: str, sent: dict[str, object]) -> bytes:
        """Send a form as the script of the page does while somebody types: the form stays, an acknowledgement comes back."""
        headers = {"HX-Request": "true", "X-Save": "keep", "Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", address, urlencode(sent).encode(), headers)

    def _ask(self, method: str, address: str, body: bytes, headers: dict[str, str]) -> bytes:
        asking = http.client.HTTPConnection(HOST, self.port, timeout=30)
        try:
            asking.request(method, address, body, self.headers | headers)
            answer = asking.getresponse()
            text = answer.read()
        finally:
            asking.close()
        if answer.status != 200:
            raise RuntimeError(f"{address}: {answer.status}")
        return text


def cpu_of(processes: list[int]) -> float:
    """Computing time until now, in seconds, of processes that go on living."""
    return sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for pid in processes) / 1e9


@contextmanager
def serving(application: str = "tests.bench.served") -> Iterator[Server]:
    """The server, ended afterwards. Raises `RuntimeError` when it does not answer within a minute."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", application, "--workers", "1", "--bind", f"{HOST}:{port}"]
    ours = ["--config", "python:hgw.web_server"]  # what is bare is as gunicorn comes
    process = subprocess.Popen([*command, *(["--log-level", "warning"] if application == BARE else ours)])
    try:
        _wait(port, process)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        asking = http.client.HTTPConnection(HOST, port, timeout=30)
        try:
            asking.request("GET", "/bare/")
            asking.getresponse()
            return
        except OSError:
            time.sleep(0.1)
        finally:
            asking.close()
    raise RuntimeError("the server does not answer")
