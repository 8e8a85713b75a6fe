"""One web worker, browsers that ask it for pages, and how long it computed."""

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client

from hgw.accounts.models import User

HOST = "127.0.0.1"


class Server:
    """A running web server with one worker."""

    def __init__(self, port: int, master: int) -> None:
        self.port = port
        self.worker = int(Path(f"/proc/{master}/task/{master}/children").read_text().split()[0])

    def cpu(self) -> float:
        """Computing time of the worker until now, in seconds: other programs do not count, the asking neither."""
        return int(Path(f"/proc/{self.worker}/schedstat").read_text().split()[0]) / 1e9

    def browser(self, user: User) -> "Browser":
        """A browser in which this user is signed in."""
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return Browser(self.port, client.cookies[settings.SESSION_COOKIE_NAME].value)


class Browser:
    """Asks for pages and sends forms; anything but the page itself ends the measuring."""

    def __init__(self, port: int, session: str) -> None:
        self.port = port
        token = "b" * 32
        cookies = {settings.SESSION_COOKIE_NAME: session, settings.CSRF_COOKIE_NAME: token}
        self.headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "X-CSRFToken": token}

    def get(self, address: str) -> bytes:
        return self._ask("GET", address, b"", {})

    def post(self, address: str, sent: dict[str, object]) -> bytes:
        """Send a form as the script of the page does."""
        headers = {"HX-Request": "true", "Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", address, urlencode(sent).encode(), headers)

    def _ask(self, method: str, address: str, body: bytes, headers: dict[str, str]) -> bytes:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=30)
        try:
            connection.request(method, address, body, self.headers | headers)
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{address}: {answer.status}")
        return text


@contextmanager
def serving() -> Iterator[Server]:
    """The server, ended afterwards. Raises `RuntimeError` when it does not answer within a minute."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "tests.bench.served", "--workers", "1", "--bind", f"{HOST}:{port}"]
    process = subprocess.Popen([*command, "--log-level", "warning"])
    try:
        _wait(port, process)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        connection = http.client.HTTPConnection(HOST, port, timeout=30)
        try:
            connection.request("GET", "/aanmelden/login/")
            connection.getresponse()
            return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise RuntimeError("the server does not answer")
