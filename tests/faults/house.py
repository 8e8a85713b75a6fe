"""The server of a school: gunicorn with two workers as `./dev run` starts it, and somebody who starts it again."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from tests.faults.writer import HOST


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class House:
    """A running server on the data of this process. Ended with `stop`, always."""

    def __init__(self, log: Path, application: str = "tests.faults.served", **settings: str) -> None:
        self.port, self.log, self.application, self.settings = free_port(), log, application, settings
        self.start()

    def start(self) -> float:
        """Start the master and wait for an answer; how many seconds that took."""
        begin = time.monotonic()
        command = [
            sys.executable, "-m", "gunicorn", "--config", "python:hgw.web_server", self.application,
            "--bind", f"{HOST}:{self.port}",
        ]  # fmt: skip
        with self.log.open("ab") as log:
            self.master = subprocess.Popen(
                command, stdout=log, stderr=log, env=os.environ | self.settings, start_new_session=True
            )
        while not (self.workers() and self.answers()):  # those of before may answer a while longer
            if time.monotonic() - begin > 60 or self.master.poll() is not None:
                raise RuntimeError(f"the server does not answer; see {self.log}")
            time.sleep(0.05)
        return time.monotonic() - begin

    def answers(self) -> bool:
        asking = http.client.HTTPConnection(HOST, self.port, timeout=10)
        try:
            asking.request("GET", "/aanmelden/login/")
            return asking.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
        finally:
            asking.close()

    def workers(self) -> list[int]:
        """The ids of the worker processes that are there now."""
        try:
            return [
                int(pid) for pid in Path(f"/proc/{self.master.pid}/task/{self.master.pid}/children").read_text().split()
            ]
        except FileNotFoundError:
            return []

    def ensure(self) -> None:
        """Have it run, whatever befell it."""
        if self.master.poll() is not None:
            self.start()

    def stop(self) -> int:
        """Let it end what it is doing, and end; its exit code."""
        self.master.terminate()
        try:
            return self.master.wait(timeout=40)
        except subprocess.TimeoutExpired:
            self.kill()
            return -signal.SIGKILL

    def kill(self) -> None:
        """The whole server at once, as a power cut or `kill -9` of all its processes."""
        with suppress(ProcessLookupError):
            os.killpg(self.master.pid, signal.SIGKILL)
        self.master.wait()
